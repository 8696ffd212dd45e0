//! What is wrong with a setting, as it is written in its place, and the fix. SettingValues of secrets are not shown.

use super::{
    Config, List, SECRETS, SettingOrigin, WITH_SECRETS,
    check::check,
    names,
    origin::SettingSource,
    values::{PREFIX, SettingValues, extract, settings_that},
};
use figment::{
    error::{Actual, Kind},
    value::Value,
};
use std::path::Path;

/// Why a setting cannot be read.
pub(super) fn explain(name: &str, value: &Value, origin: &SettingOrigin, error: &figment::Error) -> String {
    let spelt = origin.spell(name);
    if let Kind::UnknownField(unknown, _) = &error.kind
        && unknown == name
    {
        let meant = closest(name).map(|meant| format!("; is {} meant?", origin.spell(&meant)));
        let end = if meant.is_some() { "" } else { "." };
        return format!("there is no setting {spelt}{}{end}", meant.unwrap_or_default());
    }
    let is_in_file = matches!(origin.place, SettingSource::File(_));
    format!("{spelt}: {}.", wrong(name, value, is_in_file, &error.kind).trim_end_matches('.'))
}

/// Names that other programs have for a setting.
const USUAL_NAMES: &[(&str, &str)] = &[
    ("log_level", "log"),
    ("host", "listen"),
    ("db_url", "database_url"),
    ("nats_url", "bus"),
    ("bus_url", "bus"),
    ("tz", "time_zone"),
    ("timezone", "time_zone"),
];

/// How close a name has to come to a setting's to be taken for a slip (Jaro–Winkler, 0 to 1), and how many letters may
/// differ.
const LIKE: f64 = 0.85;
const LETTERS_MAX: usize = 2;

/// The name with `_` between its words, in small letters and without what variables begin with.
fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "_");
    name.strip_prefix(&PREFIX.to_lowercase()).map(str::to_owned).unwrap_or(name)
}

/// The setting that is meant.
fn closest(name: &str) -> Option<String> {
    let name = plain(name);
    if let Some((_, meant)) = USUAL_NAMES.iter().find(|(usual, _)| *usual == name) {
        return Some((*meant).to_owned());
    }
    let of_file = SECRETS.iter().chain(WITH_SECRETS).map(|name| format!("{name}_file"));
    let known = names().into_iter().chain(of_file);
    let known = known.filter(|known| strsim::damerau_levenshtein(&name, known) <= LETTERS_MAX);
    let likeness = known.map(|known| (strsim::jaro_winkler(&name, &known), known));
    let closest = likeness.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (closest.0 >= LIKE).then_some(closest.1)
}

/// What is wrong with the name of a variable that only looks like one of ours: it is in small letters, or has another
/// character in place of `_`.
pub(super) fn misspelt(name: &str) -> Option<String> {
    let capitals = name.to_uppercase();
    let variable = capitals.replace(|c: char| !c.is_alphanumeric(), "_");
    if variable == name || !variable.starts_with(PREFIX) {
        return None;
    }
    let why = if variable == capitals { "is in small letters" } else { "is not the name of a variable" };
    let meant = closest(name);
    // no more is shown than a name: a secret may follow it
    let is_exact = meant.as_ref().is_some_and(|meant| *meant == plain(name));
    let word = if is_exact { name } else { name.split([' ', '\t', ':']).next().unwrap_or_default() };
    let fix = match meant {
        Some(meant) => format!("Write {PREFIX}{}", meant.to_uppercase()),
        None => format!("Write {PREFIX} and the name of a setting in capitals"),
    };
    Some(format!("`{word}` {why}. {fix}"))
}

/// What a number has to be, where that is checked: such as `from 1 to 1000 connections are expected`, with its default.
fn range(name: &str) -> Option<String> {
    let default = serde_json::to_value(Config::default()).unwrap_or_default()[name].as_i64()?;
    let beyond = [i64::MAX, u32::MAX.into(), 0];
    let told = beyond.into_iter().find_map(|number| {
        let said = check(&extract(SettingValues::from([(name.to_owned(), number.into())])).ok()?);
        said.iter().find_map(|text| Some(text.strip_prefix(&format!("`{name}`: "))?.to_owned()))
    });
    let (range, _) = told.as_deref()?.split_once(" expected")?;
    Some(format!("{range} expected, such as {default}"))
}

/// The words of which a setting is one.
fn words(name: &str) -> Option<&'static [&'static str]> {
    match extract(SettingValues::from([(name.to_owned(), "?".into())])).err()?.kind {
        Kind::UnknownVariant(_, words) => Some(words),
        _ => None,
    }
}

fn one_of(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

/// A refused value as errors show it: of a long one the beginning.
pub(crate) fn quoted(value: &str) -> String {
    const SHOWN: usize = 60;
    // a mistake is one line
    let value = value.replace(char::is_control, "\u{fffd}");
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", &value[..end]),
        None => format!("`{value}`"),
    }
}

/// What is wrong with a value.
fn wrong(name: &str, value: &Value, is_in_file: bool, kind: &Kind) -> String {
    let (found, wanted) = match kind {
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => (found, wanted.as_str()),
        Kind::UnknownVariant(found, words) => {
            return format!("{} is expected, and not {}", one_of(words), quoted(found));
        }
        // what is expected, in the words of the type
        Kind::Message(expected) if is_shown(name) => {
            let expected = expected.trim_end_matches(" is expected");
            return format!("{expected} is expected, and not {}", shown(value));
        }
        other => return other.to_string(),
    };
    let words = words(name);
    let expected = match wanted {
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => format!("a whole number from 0 to {}", i64::MAX),
        "i64" => format!("a whole number from {} to {}", i64::MIN, i64::MAX),
        "a sequence" => "a list".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        "a string" | "string or map" | "path string" => "text".to_owned(),
        other => other.to_owned(),
    };
    let expected = words.map_or(expected, one_of);
    let expected = match (range(name), wanted) {
        (Some(range), "u32") => range.replacen("at least 1 is", &format!("from 1 to {} is", u32::MAX), 1),
        (Some(range), _) => range,
        (None, _) => format!("{expected} is expected"),
    };
    if !is_shown(name) {
        return format!("{expected}. Write it in double quotes");
    }
    let found_text = match found {
        Actual::Str(text) => quoted(text),
        Actual::Signed(number) => number.to_string(),
        Actual::Unsigned(number) => number.to_string(),
        Actual::Float(number) => number.to_string(),
        Actual::Bool(bool) => bool.to_string(),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => date_of(value).unwrap_or("a table").to_owned(),
        other => other.to_string(),
    };
    let is_list = settings_that(serde_json::Value::is_array).contains(name);
    let fix = match found {
        _ if !is_in_file => None,
        // a member of it that is no text
        _ if is_list && wanted != "a sequence" => {
            Some("[\"…\"], with each member in double quotes".to_owned())
        }
        Actual::Str(text) if is_list => Some(format!("{:?}", List::of(text).0)),
        Actual::Str(text) => {
            text.trim().parse::<i64>().ok().map(|number| format!("{number}, without quotes"))
        }
        _ => match words.and_then(|words| words.first()) {
            Some(word) => Some(format!("{word:?}")),
            None if expected.starts_with("text ")
                && !found_text.starts_with("a ")
                && !OF_A_FORM.contains(&name) =>
            {
                Some(format!("\"{found_text}\", in double quotes"))
            }
            None => None,
        },
    };
    let fix = fix.map(|fix| format!(". Write {name} = {fix}")).unwrap_or_default();
    format!("{expected}, and not {found_text}{fix}")
}

/// Whether a refused value of this setting is shown.
fn is_shown(name: &str) -> bool {
    !SECRETS.contains(&name) && !WITH_SECRETS.contains(&name)
}

/// A value that cannot be read, for the list of the settings.
pub(super) fn refused(name: &str, value: &Value) -> String {
    match value {
        _ if !is_shown(name) => "(hidden)".to_owned(),
        Value::String(_, text) => format!("{text:?}"),
        other => shown(other),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(_, text) => quoted(text),
        Value::Array(..) => "a list".to_owned(),
        Value::Dict(..) => date_of(value).unwrap_or("a table").to_owned(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Texts that are no numbers, and neither true nor false, in quotes or without.
const OF_A_FORM: [&str; 6] = ["log", "currency", "time_zone", "public_url", "admin_email", "bus"];

/// A date without quotes in TOML: it is read as a table with one member of a name that no user gives.
fn date_of(value: &Value) -> Option<&str> {
    let (name, date) = value.as_dict()?.first_key_value()?;
    name.starts_with('$').then(|| date.as_str())?
}

/// Why a file is not TOML: the line and the name there, the cause, and the usual fix.
pub(super) fn not_toml(path: &Path, text: &str, error: &str) -> String {
    let lines: Vec<&str> = error.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let cause = lines.last().copied().unwrap_or_default().trim_end_matches('.');
    let at = error.split_once("at line ").map(|(_, rest)| rest);
    let digits = at.map(|rest| rest.trim_start_matches(' ').split(|c: char| !c.is_ascii_digit()).next());
    let line = digits.flatten().and_then(|digits| digits.parse::<usize>().ok());
    let written = line.and_then(|line| text.lines().nth(line.checked_sub(1)?));
    let name =
        written.and_then(|written| written.split_once('=')).map(|(name, _)| format!("`{}`: ", name.trim()));
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    let fix = match cause.starts_with("duplicate key") {
        true => "Delete one of the lines",
        false => "Write name = value, with text in double quotes and numbers without",
    };
    format!("{}{line}: {}{cause}. {fix}.", path.display(), name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_value_is_quoted_in_one_line_and_cut() {
        assert_eq!(quoted("a\nb"), "`a\u{fffd}b`");
        assert_eq!(quoted(&"ä".repeat(60)), format!("`{}`", "ä".repeat(60)));
        assert_eq!(quoted(&"ä".repeat(61)), format!("`{}…`", "ä".repeat(60)));
    }

    #[test]
    fn the_setting_that_is_meant_is_named_and_no_other() {
        for (written, meant) in [
            ("log_level", Some("log")),
            ("host", Some("listen")),
            ("db_url", Some("database_url")),
            ("nats_url", Some("bus")),
            ("bus_url", Some("bus")),
            ("tz", Some("time_zone")),
            ("databse_url", Some("database_url")),
            ("low_stok", Some("low_stock")),
            ("secret_fil", Some("secret_file")),
            ("PORT", Some("port")),
            ("ORDO_PORT", Some("port")),
            ("shop-name", Some("shop_name")),
            ("server", None),
            ("database", None),
            ("bus_name", None),
            ("bogus", None),
        ] {
            assert_eq!(closest(written).as_deref(), meant, "{written}");
        }
        let known = names();
        assert!(
            USUAL_NAMES.iter().all(|(usual, meant)| known.contains(&(*meant).to_owned())
                && !known.contains(&(*usual).to_owned()))
        );
    }
}
