//! The errors of services, by their stable codes, in the words of the pages. A service's own words are shown for a newer code without
//! a message, and in English for errors of fields, where they are more exact; errors about the characters and the length of a text
//! have messages in every language.

use super::{Language, WebLanguage, keys, messages::text};

/// The title of a refusal.
pub(crate) fn refused(code: &str, title: &str) -> String {
    by_code("refused", code).unwrap_or_else(|| title.to_owned())
}
/// The error of a member of a request.
pub(crate) fn fault(code: &str, detail: &str) -> String {
    let meaning = || match Language::now() {
        Language::English => None,
        _ => by_code("fault", code),
    };
    expected(code, detail).or_else(meaning).unwrap_or_else(|| detail.to_owned())
}
/// The error of a length or a number, with its limit.
fn expected(code: &str, detail: &str) -> Option<String> {
    let figure = || detail.split_whitespace().find_map(|word| word.parse::<i64>().ok());
    let begins = |what: &str| detail.starts_with(what);
    match code {
        "blank" => Some(keys::FILL_IN.into()),
        "length" if begins("it is empty") => Some(keys::FILL_IN.into()),
        "length" if begins("it is too short") => Some(keys::at_least_characters(figure()?)),
        "length" if begins("it is too long") => Some(keys::at_most_characters(figure()?)),
        "range" if begins("it is too small") => Some(keys::at_least(figure()?)),
        "range" if begins("it is too large") => Some(keys::at_most(figure()?)),
        "length" if begins("a password has ") => password(detail),
        "invalid" => characters(detail),
        _ => None,
    }
}
/// The error of a password's length.
fn password(detail: &str) -> Option<String> {
    let figures: Vec<i64> = detail.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match *figures.as_slice() {
        [least, most] => Some(keys::password_from_to(least, most)),
        [most] => Some(keys::password_at_most(most)),
        _ => None,
    }
}
/// The error of the characters of a text.
fn characters(detail: &str) -> Option<String> {
    let said = match detail {
        "control characters and line breaks are not allowed here" => keys::ONE_LINE_OF_TEXT.into(),
        "control characters are not allowed here" => keys::NO_CONTROL_CHARACTERS.into(),
        "letters, digits, dots, hyphens and underscores are allowed" => keys::LETTERS_AND_DIGITS.into(),
        "an e-mail address such as ada@example.com is expected" => keys::EMAIL_EXPECTED.into(),
        "digits are expected" => keys::DIGITS_EXPECTED.into(),
        _ if detail.contains("U+0000") => keys::NO_CONTROL_CHARACTERS.into(),
        _ => return None,
    };
    Some(said)
}
/// Why a payment failed.
pub(crate) fn declined(code: &str, message: &str) -> String {
    let unknown = || match Language::now() {
        Language::English => None,
        _ => by_code("declined", "other"),
    };
    by_code("declined", code).or_else(unknown).unwrap_or_else(|| message.to_owned())
}

fn by_code(family: &str, code: &str) -> Option<String> {
    let id = format!("{family}-{code}");
    let found = text(&id, []);
    (found != id).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{
        Address, catalogue,
        text_patterns::{EMAIL, LINE, PROSE, USERNAME},
    };
    use endpoint::garde;

    /// The codes in a table of the pages about errors.
    fn codes(table: &str) -> Vec<String> {
        let code = |line: &str| {
            line.split('|')
                .find_map(|cell| cell.trim().strip_prefix('`')?.strip_suffix('`').map(str::to_owned))
        };
        table.lines().skip(2).filter_map(code).collect()
    }

    #[test]
    fn every_code_says_what_it_means_in_every_language() {
        let document = catalogue::document("");
        let tables = [("refused", document.errors_markdown()), ("fault", document.faults_markdown())];
        for language in Language::ALL {
            for (family, table) in &tables {
                let codes = codes(table);
                assert!(codes.len() > 20, "{family}: {codes:?}");
                for code in codes {
                    assert!(language.during(|| by_code(family, &code)).is_some(), "{family}-{code}");
                }
            }
        }
    }

    #[test]
    fn a_length_is_told_with_its_figure_in_every_language() {
        let address = |name: String, city: &str| Address {
            name,
            line1: " ".to_owned(),
            line2: None,
            city: city.to_owned(),
            postal_code: "10115".to_owned(),
            region: None,
            country: "DE".to_owned(),
        };
        let said = |language: Language, address: Address| {
            let mut faults = Vec::new();
            garde(&address, &mut faults);
            let said = |at: &str| {
                let found = faults.iter().find(|one| one.pointer == at);
                found.map(|one| fault(&one.code, &one.detail)).unwrap_or_default()
            };
            language.during(|| ["/name", "/line1", "/city"].map(said))
        };
        let long = || address("n".repeat(300), "");
        let english = ["at most 200 characters", "fill this in", "fill this in"];
        assert_eq!(said(Language::English, long()), english);
        let german = ["höchstens 200 Zeichen", "Füllen Sie dies aus", "Füllen Sie dies aus"];
        assert_eq!(said(Language::German, long()), german);
        assert_eq!(fault("range", "it is too small: 1 or more is expected"), "1 or more");
        assert_eq!(
            fault("length", "a password has 8 to 128 characters"),
            "a password has 8 to 128 characters"
        );
    }

    #[test]
    fn which_characters_a_text_may_have_is_said_in_every_language() {
        let german = |code, detail| Language::German.during(|| fault(code, detail));
        for (form, told) in [
            (LINE.expected, "Steuerzeichen, Zeilenumbrüche und Zeichen, die die Schreibrichtung umkehren"),
            (PROSE.expected, "Steuerzeichen sind hier nicht erlaubt"),
            (USERNAME.expected, "erlaubt sind Buchstaben"),
            (EMAIL.expected, "ada@example.com"),
        ] {
            assert!(german("invalid", form).contains(told), "{}", german("invalid", form));
        }
        assert_eq!(
            german("length", "a password has 8 to 128 characters"),
            "ein Passwort hat 8 bis 128 Zeichen"
        );
        assert_eq!(fault("invalid", PROSE.expected), PROSE.expected);
    }

    #[test]
    fn a_refusal_is_said_in_the_language_of_the_page() {
        let own = "What it says to programs.";
        assert_eq!(refused("on_hold", own), "The order is on hold.");
        assert_eq!((refused("newer_than_this", own), fault("required", own)), (own.into(), own.into()));
        assert_eq!(declined("card_declined", own), "The card was declined.");
        assert_eq!(declined("stolen", own), own);
        Language::German.during(|| {
            assert_eq!(refused("on_hold", own), "Die Bestellung ist angehalten.");
            assert_eq!(refused("newer_than_this", own), own);
            assert_eq!(fault("required", "is missing"), "Pflichtfeld.");
            assert_eq!(declined("stolen", "The payment was declined."), "Die Zahlung wurde abgelehnt.");
            assert_eq!(declined("card_declined", "The card was declined."), "Die Karte wurde abgelehnt.");
        });
    }
}
