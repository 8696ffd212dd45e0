//! Finds strings with U+0000 in a JSON document.

use super::place::{DocumentPath, Name};
use crate::FAULTS_COLLECTED_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// U+0000 as encoded in JSON; there is no other encoding.
const ESCAPED: &[u8] = br"\u0000";

/// Returns the pointers of the strings with U+0000, and of the objects with such a member name, in a valid JSON body. The
/// document is not kept in memory: one of a megabyte would take a hundred.
pub(super) fn find_nuls(body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    // most bodies are not parsed a second time
    if body.windows(ESCAPED.len()).any(|bytes| bytes == ESCAPED) {
        let mut json = serde_json::Deserializer::from_slice(body);
        // a document that cannot be parsed to its end is rejected elsewhere
        _ = Search { at: DocumentPath::Root, found: &mut found }.deserialize(&mut json);
    }
    found
}

/// The search in the value at a path.
struct Search<'p, 'f> {
    at: DocumentPath<'p>,
    found: &'f mut Vec<String>,
}

impl Search<'_, '_> {
    fn note<E: Error>(&mut self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            self.found.push(self.at.pointer());
        }
        match self.found.len() < FAULTS_COLLECTED_MAX {
            true => Ok(()),
            false => Err(E::custom("enough are found")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Search<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.note(text)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while items
            .next_element_seed(Search { at: DocumentPath::Item(&self.at, index), found: self.found })?
            .is_some()
        {
            index += 1;
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = members.next_key()? {
            self.note(&name)?;
            members
                .next_value_seed(Search { at: DocumentPath::Member(&self.at, &name), found: self.found })?;
        }
        Ok(())
    }
}
