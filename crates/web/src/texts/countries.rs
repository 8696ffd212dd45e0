//! Countries, by the codes of ISO 3166-1.

use super::messages::say;
use contracts::countries::CODES;
use kernel::words::fold;

/// The country that is chosen before somebody chooses.
pub(crate) const HOME_COUNTRY: &str = "DE";
/// All countries with their names, sorted by these.
pub(crate) fn countries() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = CODES.split(' ').map(|code| (code, country(code))).collect();
    all.sort_by_cached_key(|(_, name)| fold(name));
    all
}

/// A country by its name, or by its code where the name is not known.
pub(crate) fn country(code: &str) -> String {
    match is_country(code) {
        true => say(&format!("country-{code}"), []),
        false => code.to_owned(),
    }
}

/// Whether this is the code of a country.
pub(crate) fn is_country(code: &str) -> bool {
    CODES.split(' ').any(|known| known == code)
}
