//! Countries, by the codes of ISO 3166-1.

use super::messages::text;
use contracts::countries::CODES;
use kernel::words::fold;

/// The default country.
pub(crate) const HOME_COUNTRY: &str = "DE";
/// All countries with their names, sorted by name.
pub(crate) fn countries() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = CODES.split(' ').map(|code| (code, country(code))).collect();
    all.sort_by_cached_key(|(_, name)| fold(name));
    all
}

/// The name of a country; its code where the name is not known.
pub(crate) fn country(code: &str) -> String {
    match is_country(code) {
        true => text(&format!("country-{code}"), []),
        false => code.to_owned(),
    }
}

/// Whether this is the code of a country.
pub(crate) fn is_country(code: &str) -> bool {
    CODES.split(' ').any(|known| known == code)
}
