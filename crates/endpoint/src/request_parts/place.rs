//! Paths within a JSON document while it is parsed, and the pointers to them.
//!
//! A pointer is created only for an error, and only up to the length that an error displays: a document can have hundreds
//! of thousands of locations, below names that are as long as the document.

use crate::field_error::{POINTER_BYTES_MAX, shortened_pointer};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use std::{borrow::Cow, fmt};

/// The path to a member or an item of a JSON document, linked to that of its parent.
#[derive(Clone, Copy)]
pub(super) enum DocumentPath<'a> {
    /// The whole document.
    Root,
    /// A member of an object.
    Member(&'a DocumentPath<'a>, &'a str),
    /// An item of an array.
    Item(&'a DocumentPath<'a>, usize),
}

impl DocumentPath<'_> {
    /// Returns the JSON pointer (RFC 6901), as in a field error.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.write(&mut pointer);
        shortened_pointer(pointer)
    }
    /// The recursion is bounded, because deeply nested JSON is rejected by the parser.
    fn write(&self, pointer: &mut String) {
        match self {
            DocumentPath::Root => {}
            DocumentPath::Member(parent, name) => {
                parent.write(pointer);
                push_name(pointer, name);
            }
            DocumentPath::Item(parent, index) => {
                parent.write(pointer);
                if pointer.len() <= POINTER_BYTES_MAX {
                    pointer.push_str(&format!("/{index}"));
                }
            }
        }
    }
}

/// Appends a member name to a pointer, up to the length that a field error displays.
pub(crate) fn push_name(pointer: &mut String, name: &str) {
    pointer.push('/');
    for c in name.chars() {
        if pointer.len() > POINTER_BYTES_MAX {
            return;
        }
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// The name of a member, borrowed from the document if it contains no escapes.
pub(super) struct Name<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;
impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_written_as_far_as_it_is_shown() {
        let lines = DocumentPath::Member(&DocumentPath::Root, "lines");
        let line = DocumentPath::Item(&lines, 12);
        assert_eq!(DocumentPath::Member(&line, "a/b~").pointer(), "/lines/12/a~1b~0");
        let long = "x".repeat(1_000_000);
        let long = DocumentPath::Member(&DocumentPath::Root, &long);
        let below = DocumentPath::Item(&long, 3);
        assert_eq!((below.pointer().len(), below.pointer()), (POINTER_BYTES_MAX, long.pointer()));
    }
}
