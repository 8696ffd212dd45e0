//! Places in a JSON document while it is read, and the pointers that name them.
//!
//! A pointer is written only where a fault is found, and only as far as a fault shows it: a document can have
//! hundreds of thousands of places, below names as long as itself.

use crate::field_error::{POINTER_BYTES_MAX, shortened_pointer};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use std::{borrow::Cow, fmt};

/// A member or an item of a JSON document, by way of what it lies in.
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
    /// Its JSON pointer (RFC 6901), as a fault has it.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.write(&mut pointer);
        shortened_pointer(pointer)
    }
    /// The depth is bounded: deeper JSON is not read.
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

/// Adds a member's name to a pointer, as far as a fault shows it.
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

/// The name of a member, as it stands in the document where nothing in it is escaped.
pub(super) struct Name<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(Named)
    }
}

struct Named;
impl<'de> Visitor<'de> for Named {
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
