//! Countries, by the codes of ISO 3166-1.

use super::said::say;

/// Where parcels go.
pub(crate) const COUNTRIES: [&str; 48] = [
    "AU", "AT", "BE", "BR", "BG", "CA", "CN", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU",
    "IS", "IN", "IE", "IL", "IT", "JP", "LV", "LI", "LT", "LU", "MT", "MX", "NL", "NZ", "NO", "PL", "PT",
    "RO", "SG", "SK", "SI", "ZA", "KR", "ES", "SE", "CH", "TR", "UA", "GB", "US", "VN",
];

/// They with their names, in the order of these.
pub(crate) fn countries() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = COUNTRIES.iter().map(|code| (*code, country(code))).collect();
    all.sort_by_key(|(_, name)| name.replace('Ö', "O").replace('ä', "a").replace('ö', "o").replace('ü', "u"));
    all
}

/// A country by its name, or by its code where the name is not known.
pub(crate) fn country(code: &str) -> String {
    match COUNTRIES.contains(&code) {
        true => say(&format!("country-{code}"), []),
        false => code.to_owned(),
    }
}
