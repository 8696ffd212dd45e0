//! Words that several contracts share.

use crate::{
    countries::{country_is_there, postal_code_of},
    text_patterns::*,
};
use garde::Validate;
use kernel::{
    Secret,
    canonical_name::{self, trim},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Serialize,
    de::value::{Error as ValueError, StringDeserializer},
};
use std::{borrow::Cow, collections::BTreeMap};

/// Your own data about a resource: up to 50 texts by name. Ordo keeps it and gives it back.
pub type Metadata = BTreeMap<String, String>;

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Address {
    /// Who receives it.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// Street and number, or a post box.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub line1: String,
    /// Floor, company, or what else helps.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, max = 200), pattern(LINE))]
    pub line2: Option<String>,
    /// The town.
    #[serde(deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), custom(not_blank))]
    pub city: String,
    /// Postal code, as the country writes it. Required in countries where each address has one (such as DE, GB, US);
    /// elsewhere it may be left out, and is then an empty text, as is one of blanks only. Its form is not checked: the pages
    /// of the shop ask for the country's (`10115`), and other programs may know addresses that are written otherwise.
    #[serde(default, deserialize_with = "postal_code")]
    #[garde(length(chars, max = 20), pattern(LINE), custom(postal_code_of(&self.country)))]
    pub postal_code: String,
    /// State, province or county.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub region: Option<String>,
    /// Two letters of ISO 3166-1 (`DE`), or `XK`: of a country that there is.
    #[garde(pattern(COUNTRY), custom(country_is_there))]
    pub country: String,
}

/// A picture: Ordo keeps where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Image {
    /// Where it is: a path of this shop that begins with `/`, or an http or https address, which the shop's own pages do not
    /// show.
    #[garde(length(chars, max = 2_048), pattern(PICTURE_ADDRESS))]
    pub url: String,
    /// What is to be seen, for whoever does not see it.
    #[serde(default, deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub alt: String,
}

/// Reads a member of a change: it may be absent, and is never null, which could be meant to take it away.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a member of a change that null empties.
pub(crate) fn given_or_emptied<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de> + Default,
    D: serde::Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(|given| Some(given.unwrap_or_default()))
}

/// Characters that a text of a request may have beyond its maximum, before blanks around it are left out.
const BEYOND_MAX: usize = 64;

/// A text of a request, or what may hold one.
pub(crate) trait Text {
    /// The text as this makes it.
    fn made(self, make: impl FnOnce(String) -> String) -> Self;
}
impl Text for String {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        make(self)
    }
}
impl Text for Secret {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        Secret::new(make(self.expose().to_owned()))
    }
}
impl<T: Text> Text for Option<T> {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        self.map(|text| text.made(make))
    }
}

/// What names something, without the blanks around it. One that is too long with them stays, to be refused: its pattern has the
/// blanks, so that its length in the document counts them.
fn without_blanks(text: String, max: usize) -> String {
    if has_more(&text, max) { text } else { trim(&text).to_owned() }
}

/// A text that is kept as it is sent. Where it is too long, and a little less of it would not be, that is taken; what has
/// not its form, or nothing to read, stays, to be refused.
fn fitted(
    text: String,
    max: usize,
    beyond: usize,
    form: &endpoint::TextPattern,
    less: fn(&str) -> String,
) -> String {
    if !has_more(&text, max) || has_more(&text, max + beyond) || !(form.holds)(&text) {
        return text;
    }
    Some(less(&text)).filter(|less| !less.is_empty()).unwrap_or(text)
}

/// Whether it has more characters than so many.
fn has_more(text: &str, than: usize) -> bool {
    text.chars().nth(than).is_some()
}

/// Reads a text of one line, of at most so many characters without the blanks around it.
pub(crate) fn line<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + Text,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, MAX, BEYOND_MAX, &LINE, |text| text.trim().to_owned());
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Reads one of a change: it may be absent, and is never null.
pub(crate) fn given_line<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    line::<MAX, String, D>(deserializer).map(Some)
}

/// Reads a text of several lines, of at most so many characters without the blanks and line breaks around it.
pub(crate) fn prose<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + Text,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, MAX, BEYOND_MAX, &PROSE, |text| text.trim().to_owned());
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Reads one of a change: it may be absent, and is never null.
pub(crate) fn given_prose<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    prose::<MAX, String, D>(deserializer).map(Some)
}

/// Reads one of a change that null empties.
pub(crate) fn prose_or_emptied<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    prose::<MAX, Option<String>, D>(deserializer).map(|text| Some(text.unwrap_or_default()))
}

/// Characters of an SKU as it is stored. A letter that is sent in parts has up to four of them.
const SKU_MAX: usize = 64;

/// Reads an SKU. One that is too long as it is sent is taken as it is stored; any other is compared with the stored one first.
pub(crate) fn sku<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + Text,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, SKU_MAX, 3 * SKU_MAX + BEYOND_MAX, &LINE, canonical_name::sku);
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Reads one of a change: it may be absent, and is never null.
pub(crate) fn given_sku<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    sku::<String, D>(deserializer).map(Some)
}

/// Reads a postal code: nothing but blanks is none.
fn postal_code<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let code = line::<20, String, D>(deserializer)?;
    Ok(if is_blank(&code) { String::new() } else { code })
}

/// Reads a name, an e-mail address or a code of at most so many characters.
pub(crate) fn trimmed<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + Text,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(|text| text.made(|text| without_blanks(text, MAX)))
}

/// Reads one that is absent where there is nothing in it.
pub(crate) fn trimmed_or_absent<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    trimmed::<MAX, Option<String>, D>(deserializer).map(|text| text.filter(|text| !text.is_empty()))
}

/// Reads one of a change: null and an empty text empty it, and nothing but blanks stays, to be refused.
pub(crate) fn trimmed_or_emptied<'de, const MAX: usize, D>(
    deserializer: D,
) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    Ok(Some(if trim(&text).is_empty() { text } else { without_blanks(text, MAX) }))
}

/// Reads a list of words without those that only a newer version knows: what they are for cannot be done here anyway, and
/// all else that the answer says can be read.
pub(crate) fn known_ones<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    let words = Vec::<String>::deserialize(deserializer)?;
    let read = |word: String| T::deserialize(StringDeserializer::<ValueError>::new(word)).ok();
    Ok(words.into_iter().filter_map(read).collect())
}

/// A text of which there is something to read. What must not be empty must not be blank either.
pub(crate) fn not_blank(text: &str, (): &()) -> garde::Result {
    match !text.is_empty() && is_blank(text) {
        true => Err(garde::Error::new(endpoint::BLANK)),
        false => Ok(()),
    }
}

/// Whether there is nothing in it but blanks, what has no shape of its own, and the pattern of Braille without a dot.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || canonical_name::is_invisible(c) || c == '\u{2800}')
}

/// At most 50 entries, names of 1 to 40 characters, values of at most 500.
pub(crate) fn metadata_form(map: &Metadata, (): &()) -> garde::Result {
    if map.len() > METADATA_ENTRIES_MAX {
        return Err(garde::Error::new("at most 50 entries"));
    }
    for (name, value) in map {
        let is_short = (1..=METADATA_NAME_MAX).contains(&name.chars().count());
        if !is_short || value.chars().count() > METADATA_VALUE_MAX {
            let why = "names have 1 to 40 characters, values at most 500";
            return Err(endpoint::at_entry(name, why));
        }
        if !(LINE.holds)(name) || !(PROSE.holds)(value) {
            return Err(endpoint::at_entry(name, "control characters are not allowed here"));
        }
    }
    Ok(())
}

const METADATA_ENTRIES_MAX: usize = 50;
const METADATA_NAME_MAX: usize = 40;
const METADATA_VALUE_MAX: usize = 500;

/// What [`metadata_form`] holds, as the schema of a [`Metadata`] that is sent. It is never made.
#[derive(Debug)]
pub enum MetadataInput {}

impl JsonSchema for MetadataInput {
    fn schema_name() -> Cow<'static, str> {
        "MetadataIn".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "maxProperties": METADATA_ENTRIES_MAX,
            "propertyNames": {"minLength": 1, "maxLength": METADATA_NAME_MAX, "pattern": LINE.regex},
            "additionalProperties": {"type": "string", "maxLength": METADATA_VALUE_MAX, "pattern": PROSE.regex},
        })
    }
}
