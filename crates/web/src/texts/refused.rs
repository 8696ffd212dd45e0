//! What services refuse, by the stable codes of it. They speak English, and there their own words are shown, which say more;
//! in another language what the code means, and their own words where a newer code has no message yet.

use super::{
    Language,
    said::{Text, say},
};

/// What happened: the title of a refusal.
pub(crate) fn refused(code: &str, title: &str) -> String {
    by_code("refused", code).unwrap_or_else(|| title.to_owned())
}
/// What is wrong with a member of a request.
pub(crate) fn fault(code: &str, detail: &str) -> String {
    by_code("fault", code).unwrap_or_else(|| detail.to_owned())
}
/// Why a payment did not come about.
pub(crate) fn declined(code: &str, message: &str) -> String {
    by_code("declined", code).or_else(|| by_code("declined", "other")).unwrap_or_else(|| message.to_owned())
}
/// What is to be done about a refusal, as it tells programs; another language says what came of it.
pub(crate) fn remedy(detail: String, instead: Text) -> String {
    if Language::now() == Language::English { detail } else { instead.into() }
}

fn by_code(family: &str, code: &str) -> Option<String> {
    let id = format!("{family}-{code}");
    let found = (Language::now() != Language::English).then(|| say(&id, []))?;
    (found != id).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::catalogue;

    /// The codes in a table of the pages about errors.
    fn codes(table: &str) -> Vec<String> {
        let code = |line: &str| {
            line.split('|')
                .find_map(|cell| cell.trim().strip_prefix('`')?.strip_suffix('`').map(str::to_owned))
        };
        table.lines().skip(2).filter_map(code).collect()
    }

    #[test]
    fn every_code_says_what_it_means_in_every_other_language() {
        let document = catalogue::document("");
        let tables = [("refused", document.errors_markdown()), ("fault", document.faults_markdown())];
        for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
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
    fn a_refusal_is_said_in_the_language_of_the_page() {
        let own = "The order is on hold.";
        assert_eq!(refused("on_hold", own), own);
        Language::German.during(|| {
            assert_eq!(refused("on_hold", own), "Die Bestellung ist angehalten.");
            assert_eq!(refused("newer_than_this", own), own);
            assert_eq!(fault("required", "is missing"), "Das fehlt.");
            assert_eq!(declined("stolen", "The payment was declined."), "Die Zahlung wurde abgelehnt.");
            assert_eq!(declined("card_declined", "The card was declined."), "Die Karte wurde abgelehnt.");
        });
    }
}
