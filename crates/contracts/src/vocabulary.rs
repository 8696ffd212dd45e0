//! Words that several contracts share.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Your own data about a resource: up to 50 texts by name. Ordo keeps it and gives it back.
pub type Metadata = BTreeMap<String, String>;

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Address {
    /// Who receives it.
    #[garde(length(chars, min = 1, max = 200), custom(plain))]
    pub name: String,
    /// Street and number, or a post box.
    #[garde(length(chars, min = 1, max = 200), custom(plain))]
    pub line1: String,
    /// Floor, company, or what else helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 200), custom(plain)))]
    pub line2: Option<String>,
    /// The town.
    #[garde(length(chars, min = 1, max = 100), custom(plain))]
    pub city: String,
    /// The postal code, as that country writes it.
    #[garde(length(chars, min = 1, max = 20), custom(plain))]
    pub postal_code: String,
    /// State, province or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 100), custom(plain)))]
    pub region: Option<String>,
    /// Two letters of ISO 3166-1.
    #[garde(custom(country_form))]
    #[schemars(regex(pattern = "^[A-Z]{2}$"))]
    pub country: String,
}

/// Text of one line: no control characters, which could forge a mail header or a log line.
pub(crate) fn plain(text: &str, (): &()) -> garde::Result {
    match text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        Some(_) => Err(garde::Error::new("control characters and line breaks are not allowed here")),
        None => Ok(()),
    }
}

/// Reads a member of a change: it may be absent, and is never null, which could be meant to take it away.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Text of several lines: no control characters but line breaks and tabs.
pub(crate) fn prose(text: &str, (): &()) -> garde::Result {
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Some(_) => Err(garde::Error::new("control characters are not allowed here")),
        None => Ok(()),
    }
}

fn country_form(code: &str, (): &()) -> garde::Result {
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(garde::Error::new("two capital letters of ISO 3166-1 such as DE are expected"))
}

/// At most 50 entries, names of 1 to 40 characters, values of at most 500.
pub(crate) fn metadata_form(map: &Metadata, (): &()) -> garde::Result {
    if map.len() > 50 {
        return Err(garde::Error::new("at most 50 entries"));
    }
    for (name, value) in map {
        if !(1..=40).contains(&name.chars().count()) || value.chars().count() > 500 {
            return Err(garde::Error::new("names have 1 to 40 characters, values at most 500"));
        }
        plain(name, &())?;
        prose(value, &())?;
    }
    Ok(())
}
