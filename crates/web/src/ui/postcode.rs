//! The postal codes of some countries. Spaces, hyphens and a country's letters before the digits are ignored; the API accepts every
//! code. [`contracts::countries`] lists the countries that have any.

use crate::{
    texts as t,
    ui::form::{FieldErrors, Form},
};
use contracts::countries::{PostalCodeRule, postal_code_rule};

/// The formats of a country's codes, each as an example; the first is shown to users. `?` is a letter or a digit; lower-case letters
/// stand for themselves.
const CODES: [(&str, &[&str]); 48] = [
    ("AU", &["2000"]),
    ("AT", &["1010"]),
    ("BE", &["1000"]),
    ("BR", &["01310-100"]),
    ("BG", &["1000"]),
    ("CA", &["K1A 0B1"]),
    ("CN", &["100000"]),
    ("HR", &["10000"]),
    ("CY", &["1010", "99010"]),
    ("CZ", &["110 00"]),
    ("DK", &["1050"]),
    ("EE", &["10111"]),
    ("FI", &["00100"]),
    ("FR", &["75001"]),
    ("DE", &["10115"]),
    ("GR", &["105 57"]),
    ("HU", &["1011"]),
    ("IS", &["101"]),
    ("IN", &["110001"]),
    ("IE", &["D02 AF30", "A??????"]),
    ("IL", &["9100001", "91000"]),
    ("IT", &["00118"]),
    ("JP", &["100-0001"]),
    ("LV", &["LV-1010", "1010"]),
    ("LI", &["9490"]),
    ("LT", &["LT-01100", "01100"]),
    ("LU", &["1009"]),
    ("MT", &["VLT 1117", "VLT 05"]),
    ("MX", &["06000"]),
    ("NL", &["1012 AB"]),
    ("NZ", &["6011"]),
    ("NO", &["0150"]),
    ("PL", &["00-001"]),
    ("PT", &["1000-001", "1000"]),
    ("RO", &["010011"]),
    ("SG", &["018989"]),
    ("SK", &["811 01"]),
    ("SI", &["1000"]),
    ("ZA", &["8001"]),
    ("KR", &["03051", "135-080"]),
    ("ES", &["28001"]),
    ("SE", &["114 55"]),
    ("CH", &["8001"]),
    ("TR", &["34110"]),
    ("UA", &["01001"]),
    (
        "GB",
        &[
            "SW1A 1AA",
            "M1 1AA",
            "M60 1AA",
            "CR2 6XH",
            "DN55 1PT",
            "W1A 1HQ",
            "GIR 0AA",
            "bfpo 1",
            "bfpo 58",
            "bfpo 801",
            "bfpo 1001",
        ],
    ),
    ("US", &["10001", "10001-0001"]),
    ("VN", &["100000", "10000"]),
];

/// Requires a valid postal code of the address's country, where the country has any.
pub(crate) fn check(form: &Form, faults: &mut FieldErrors) {
    let country = form.text("country");
    if form.text("postal_code").is_empty() && postal_code_rule(country) != PostalCodeRule::Required {
        return;
    }
    if let Some(example) = example_instead(country, form.text("postal_code")) {
        faults.add("postal_code", t::postal_code_like(&t::country(country), example));
    }
    // a country whose format is not known
    faults.demand(form, "postal_code", &t::ENTER_POSTAL_CODE);
}

/// An example, where a code is invalid in its country.
fn example_instead(country: &str, code: &str) -> Option<&'static str> {
    let (_, codes) = CODES.iter().find(|(known, _)| *known == country)?;
    let typed: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
    let letters = typed.iter().take_while(|c| c.is_alphabetic()).count();
    let is_one = |typed: &[char]| codes.iter().any(|known| has_form_of(typed, known));
    let is_taken = is_one(&typed) || (letters <= 3 && is_one(&typed[letters..]));
    if is_taken { None } else { codes.first().copied() }
}

fn has_form_of(typed: &[char], known: &str) -> bool {
    let known: Vec<char> = known.chars().filter(|c| c.is_alphanumeric() || *c == '?').collect();
    let same = |(known, typed): (&char, &char)| match known {
        '?' => true,
        'a'..='z' => known.eq_ignore_ascii_case(typed),
        _ => known.is_numeric() == typed.is_numeric() && known.is_alphabetic() == typed.is_alphabetic(),
    };
    known.len() == typed.len() && known.iter().zip(typed).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_takes_its_own_codes_however_they_are_written() {
        for (country, codes) in CODES {
            for code in codes.iter().map(|code| code.replace('?', "7")) {
                assert_eq!(example_instead(country, &code), None, "{country} {code}");
            }
            assert_eq!(example_instead(country, "no code"), Some(codes[0]), "{country}");
        }
        for (country, code) in [
            ("DE", "D-10115"),
            ("SE", "SE-11455"),
            ("GB", "sw1a1aa"),
            ("NL", "NL 1012ab"),
            ("JP", "〒１００−０００１"),
            ("IE", "Y35 W9H2"),
            ("GB", "BFPO 58"),
            // of the north, and older ones that people still write
            ("CY", "99010"),
            ("MT", "VLT 05"),
            ("KR", "135-080"),
        ] {
            assert_eq!(example_instead(country, code), None, "{country} {code}");
        }
    }

    #[test]
    fn what_is_no_code_of_a_country_is_told_by_an_example() {
        for (country, code, example) in [
            ("DE", "1011", "10115"),
            ("DE", "SW1Y 4LB", "10115"),
            ("GB", "10115", "SW1A 1AA"),
            ("GB", "ABCD 58", "SW1A 1AA"),
            ("US", "1234", "10001"),
            ("NL", "1012", "1012 AB"),
        ] {
            assert_eq!(example_instead(country, code), Some(example), "{country} {code}");
        }
        assert_eq!(example_instead("XK", "anything"), None);
    }
}
