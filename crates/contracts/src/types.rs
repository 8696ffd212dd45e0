//! Types that several contracts share.

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

/// Custom data that clients attach to a resource: up to 50 strings by name. Ordo stores and returns it unchanged.
pub type Metadata = BTreeMap<String, String>;

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Address {
    /// The name of the recipient.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub name: String,
    /// The first line of the address: street and house number, or a post office box.
    #[serde(deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), custom(not_blank))]
    pub line1: String,
    /// The second line of the address, such as a floor or a company.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, max = 200), pattern(LINE))]
    pub line2: Option<String>,
    /// The city or town.
    #[serde(deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, min = 1, max = 100), pattern(LINE), custom(not_blank))]
    pub city: String,
    /// The postal code, in the country's notation. Required in countries where every address has one (such as DE, GB, US).
    /// Elsewhere it can be omitted, and is then an empty string, as is a code that consists only of blanks. The format is
    /// not validated: the shop's pages require the country's format (`10115`), but other clients may hold addresses in
    /// other notations.
    #[serde(default, deserialize_with = "postal_code")]
    #[garde(length(chars, max = 20), pattern(LINE), custom(postal_code_of(&self.country)))]
    pub postal_code: String,
    /// The state, province or county.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<100, _, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub region: Option<String>,
    /// The country, as an assigned two-letter code of ISO 3166-1 (`DE`), or `XK`.
    #[garde(pattern(COUNTRY), custom(country_is_there))]
    pub country: String,
}

impl Address {
    /// Returns the address as it is stored: without blanks and invisible characters around its lines, and without optional
    /// lines that show nothing. An address of a request is not read this way, because an idempotency key is bound to the
    /// body as it was sent.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let line = |text: String| trim(&text).to_owned();
        let optional = |text: Option<String>| text.filter(|text| !is_blank(text)).map(line);
        let Address { name, line1, line2, city, postal_code, region, country } = self;
        Address {
            name: line(name),
            line1: line(line1),
            line2: optional(line2),
            city: line(city),
            postal_code: line(postal_code),
            region: optional(region),
            country,
        }
    }
}

/// An image. Ordo stores only its URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Image {
    /// The URL of the image: a path of this shop that begins with `/`, or an http or https URL. The shop's own pages do not
    /// display images from http or https URLs.
    #[garde(length(chars, max = 2_048), pattern(PICTURE_ADDRESS))]
    pub url: String,
    /// The alternative text, for users who cannot see the image.
    #[serde(default, deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub alt: String,
}

/// Deserializes a member of a partial update. The member can be absent, but not null, because null could be read as a
/// removal.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Deserializes a member of a partial update that null resets to its default.
pub(crate) fn given_or_emptied<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de> + Default,
    D: serde::Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(|given| Some(given.unwrap_or_default()))
}

/// Number of characters by which a string of a request may exceed its maximum before surrounding blanks are trimmed.
const BEYOND_MAX: usize = 64;

/// A string of a request, or a type that can hold one.
pub(crate) trait TextValue {
    /// Applies `make` to the string.
    fn made(self, make: impl FnOnce(String) -> String) -> Self;
}
impl TextValue for String {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        make(self)
    }
}
impl TextValue for Secret {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        Secret::new(make(self.expose().to_owned()))
    }
}
impl<T: TextValue> TextValue for Option<T> {
    fn made(self, make: impl FnOnce(String) -> String) -> Self {
        self.map(|text| text.made(make))
    }
}

/// Trims the blanks around a name. A string that exceeds the maximum with its blanks is returned unchanged, so that
/// validation rejects it: the documented length includes the blanks that its pattern permits.
fn without_blanks(text: String, max: usize) -> String {
    if has_more(&text, max) { text } else { trim(&text).to_owned() }
}

/// Shortens a string that is otherwise stored as sent: if it exceeds the maximum, but its reduced form may fit, the reduced
/// form is used. A string that does not match its pattern, or whose reduced form is empty, is returned unchanged and
/// rejected later.
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

/// Returns whether the text has more than `than` characters.
fn has_more(text: &str, than: usize) -> bool {
    text.chars().nth(than).is_some()
}

/// Deserializes a single-line string of at most `MAX` characters, not counting surrounding blanks.
pub(crate) fn line<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + TextValue,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, MAX, BEYOND_MAX, &LINE, |text| text.trim().to_owned());
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Deserializes a single-line member of a partial update. The member can be absent, but not null.
pub(crate) fn given_line<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    line::<MAX, String, D>(deserializer).map(Some)
}

/// Deserializes a multi-line string of at most `MAX` characters, not counting surrounding blanks and line breaks.
pub(crate) fn prose<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + TextValue,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, MAX, BEYOND_MAX, &PROSE, |text| text.trim().to_owned());
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Deserializes a multi-line member of a partial update. The member can be absent, but not null.
pub(crate) fn given_prose<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    prose::<MAX, String, D>(deserializer).map(Some)
}

/// Deserializes a multi-line member of a partial update that null clears.
pub(crate) fn prose_or_emptied<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    prose::<MAX, Option<String>, D>(deserializer).map(|text| Some(text.unwrap_or_default()))
}

/// Maximum number of characters of a stored SKU. A decomposed letter in a request can have up to four characters.
const SKU_MAX: usize = 64;

/// Deserializes an SKU. An SKU that is too long as sent is reduced to its stored form; any other is first compared with the
/// stored SKU as it was sent.
pub(crate) fn sku<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + TextValue,
    D: serde::Deserializer<'de>,
{
    let fitted = |text| fitted(text, SKU_MAX, 3 * SKU_MAX + BEYOND_MAX, &LINE, canonical_name::sku);
    T::deserialize(deserializer).map(|text| text.made(fitted))
}

/// Deserializes an SKU of a partial update. The member can be absent, but not null.
pub(crate) fn given_sku<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    sku::<String, D>(deserializer).map(Some)
}

/// Deserializes a postal code. A code that consists only of blanks becomes an empty string.
fn postal_code<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let code = line::<20, String, D>(deserializer)?;
    Ok(if is_blank(&code) { String::new() } else { code })
}

/// Deserializes a name, an email address or a code of at most `MAX` characters, and trims it.
pub(crate) fn trimmed<'de, const MAX: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::Deserialize<'de> + TextValue,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(|text| text.made(|text| without_blanks(text, MAX)))
}

/// Deserializes such a string, treating an empty one as absent.
pub(crate) fn trimmed_or_absent<'de, const MAX: usize, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    trimmed::<MAX, Option<String>, D>(deserializer).map(|text| text.filter(|text| !text.is_empty()))
}

/// Deserializes such a string of a partial update. Null and an empty string clear the member; a string of blanks is kept,
/// so that validation rejects it.
pub(crate) fn trimmed_or_emptied<'de, const MAX: usize, D>(
    deserializer: D,
) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    Ok(Some(if trim(&text).is_empty() { text } else { without_blanks(text, MAX) }))
}

/// Deserializes a list of enum values and skips those that only a newer version knows: this version cannot act on them, and
/// the rest of the response remains readable.
pub(crate) fn known_ones<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    let words = Vec::<String>::deserialize(deserializer)?;
    let read = |word: String| T::deserialize(StringDeserializer::<ValueError>::new(word)).ok();
    Ok(words.into_iter().filter_map(read).collect())
}

/// Rejects a string that is not empty but has no visible characters.
pub(crate) fn not_blank(text: &str, (): &()) -> garde::Result {
    match !text.is_empty() && is_blank(text) {
        true => Err(garde::Error::new(endpoint::BLANK)),
        false => Ok(()),
    }
}

/// Returns whether the text consists only of blanks, invisible characters and the empty Braille pattern (U+2800).
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || canonical_name::is_invisible(c) || c == '\u{2800}')
}

/// Validates metadata: at most 50 entries, names of 1 to 40 characters, values of at most 500 characters.
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

/// The schema of a [`Metadata`] in a request, with the limits that [`metadata_form`] enforces. Never constructed.
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
