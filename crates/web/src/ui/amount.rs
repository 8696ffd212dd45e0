//! Amounts of money as users type them: any notation that can mean only one number is accepted, in every language. Only text is
//! handled here; [`kernel::AmountInput`] converts it into minor units.

use crate::{texts as t, ui::format::point};
use kernel::{Currency, Money};

/// A decimal number as a field shows it: `12.50`, in German `12,50`; an ambiguous or invalid one as it was typed.
pub(crate) fn in_field(decimal: &str) -> String {
    match unclear_mark(decimal) {
        Some(mark) => decimal.replacen(&twice(mark), &mark.to_string(), 1),
        // only an invalid number still has a comma
        None if decimal.contains(',') => decimal.to_owned(),
        None => decimal.replace('.', &point().to_string()),
    }
}

/// Converts what was typed into the services' notation. A point or comma is the decimal mark where no more digits follow than the
/// currency has decimals; every other separator between digits groups thousands. One mark with three digits after it is ambiguous
/// ([`is_unclear`]). An invalid number is returned as it was typed.
pub(crate) fn from_field(typed: &str, currency: Currency) -> String {
    read(typed, usize::from(currency.decimals())).unwrap_or_else(|| typed.to_owned())
}

fn read(typed: &str, decimals: usize) -> Option<String> {
    let Some(at) = typed.rfind(is_mark) else { return whole(typed) };
    let (before, mark) = (&typed[..at], if typed[at..].starts_with(',') { ',' } else { '.' });
    // both marks are of one byte
    let behind = &typed[at + 1..];
    let is_alone = !before.contains(is_mark);
    // zeros beyond the currency's decimals are ignored
    let is_fine = behind.trim_end_matches('0').len() <= decimals && decimals > 0;
    let may_be_fraction = is_digits(behind) && is_fine && !before.contains(mark);
    let is_as_shown = decimals == 3 && mark == point();
    let thousands = whole(typed);
    match (may_be_fraction, &thousands) {
        // with three decimals, the language's own mark is the decimal mark
        (true, Some(_)) if is_alone && !is_as_shown => Some(typed.replacen(mark, &twice(mark), 1)),
        (true, _) => whole(before).map(|before| format!("{before}.{behind}")),
        // no shop has prices in tenths of its smallest coin, and the user may have meant one or the other
        (false, Some(_)) if is_alone && decimals > 0 => Some(typed.replacen(mark, &twice(mark), 1)),
        (false, _) => thousands,
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',')
}
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits, or groups of three with one kind of separator: `1234`, `1.234`, `1'234`, `1 234`. The first group has no leading zero.
fn whole(text: &str) -> Option<String> {
    let is_between = |c: char| is_mark(c) || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let Some(mark) = text.chars().find(|c| is_between(*c)) else {
        return is_digits(text).then(|| text.to_owned());
    };
    let groups: Vec<&str> = text.split(mark).collect();
    let (first, others) = groups.split_first()?;
    let is_sound = is_digits(first) && first.len() <= 3 && !first.starts_with('0');
    let are_threes = others.iter().all(|group| is_digits(group) && group.len() == 3);
    (is_sound && are_threes).then(|| groups.concat())
}

/// The notation of an ambiguous mark, which never parses as a number.
fn twice(mark: char) -> String {
    format!("{mark}{mark}")
}
fn unclear_mark(read: &str) -> Option<char> {
    ['.', ','].into_iter().find(|mark| read.contains(&twice(*mark)))
}
/// Whether a converted amount is ambiguous: one number, or a thousand times as much.
pub(crate) fn is_unclear(read: &str) -> bool {
    unclear_mark(read).is_some()
}
/// Both unambiguous notations: `1234` and `1,23`, with the currency's decimals.
pub(crate) fn both_ways(unclear: &str, currency: Currency) -> (String, String) {
    let mark = twice(unclear_mark(unclear).unwrap_or('.'));
    let (whole, behind) = unclear.split_once(&mark).unwrap_or((unclear, ""));
    let fraction: String = behind.chars().take(usize::from(currency.decimals())).collect();
    (format!("{whole}{behind}"), format!("{whole}{}{fraction}", point()))
}

/// The error for an invalid amount: both notations where it is ambiguous, otherwise what is expected, with an example.
pub(crate) fn wrong_amount(read: &str, currency: Currency, or_else: fn(&str) -> String) -> String {
    if is_unclear(read) {
        let (thousands, fraction) = both_ways(read, currency);
        return t::console::unclear_amount(&thousands, &fraction, &in_field(read));
    }
    or_else(&in_field(&Money { minor: 1250, currency }.decimal()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        texts::{Language, WebLanguage},
        ui::format::money,
    };
    use kernel::AmountInput;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }
    /// In minor units; nothing for what is refused.
    fn worth(typed: &str, code: &str) -> Option<i64> {
        AmountInput::read(&from_field(typed, currency(code)), currency(code)).ok().map(|money| money.minor)
    }
    fn in_both(test: impl Fn()) {
        Language::English.during(&test);
        Language::German.during(&test);
    }

    #[test]
    fn what_can_mean_just_one_amount_is_read_in_every_language() {
        in_both(|| {
            for (typed, minor) in [
                ("12", 1200),
                ("12.5", 1250),
                ("12,5", 1250),
                ("12.50", 1250),
                ("12,50", 1250),
                ("1,234.50", 123_450),
                ("1.234,50", 123_450),
                ("1 234,50", 123_450),
                ("1\u{202f}234,50", 123_450),
                ("1'234.50", 123_450),
                ("1 234", 123_400),
                ("1.234.567", 123_456_700),
                ("1,234,567.8", 123_456_780),
                ("1234567,89", 123_456_789),
                ("0,05", 5),
                ("0.500", 50),
                ("0,500", 50),
                ("12,5000", 1250),
            ] {
                assert_eq!(worth(typed, "EUR"), Some(minor), "{typed}");
            }
            for (typed, minor) in
                [("1,234", 1234), ("1.234", 1234), ("1234", 1234), ("12.345.678", 12_345_678)]
            {
                assert_eq!(worth(typed, "JPY"), Some(minor), "{typed}");
            }
            for (typed, minor) in [("1.234,500", 1_234_500), ("1,234.5", 1_234_500), ("12,5", 12_500)] {
                assert_eq!(worth(typed, "KWD"), Some(minor), "{typed}");
            }
        });
    }

    #[test]
    fn what_may_be_two_amounts_or_none_is_refused_as_it_was_typed() {
        in_both(|| {
            for typed in ["1.234", "1,234", "12.500", "999,000"] {
                let read = from_field(typed, currency("EUR"));
                assert!(is_unclear(&read) && worth(typed, "EUR").is_none(), "{typed}: {read}");
                assert_eq!(in_field(&read), typed);
            }
            for typed in [
                "",
                ",",
                ".",
                "x",
                "-5",
                "1,2,3",
                "1.23.456",
                "1,23.45",
                "12,34,567.00",
                "1,234.567,00",
                "1 234 5",
                "1..2 3",
                "12,",
                "1'234 567",
                "01,234,567",
                "€ 5",
                "1e3",
                "1,234.5678",
                "٣",
            ] {
                let read = from_field(typed, currency("EUR"));
                assert_eq!(worth(typed, "EUR"), None, "{typed}: {read}");
            }
            for typed in ["12.50", "19,90"] {
                assert_eq!(worth(typed, "JPY"), None, "{typed}");
                assert_eq!(from_field(typed, currency("JPY")), typed);
            }
        });
        let ways = |language: Language, typed: &str, code: &str| {
            let of = || both_ways(&from_field(typed, currency(code)), currency(code));
            language.during(of)
        };
        let told = |whole: &str, fraction: &str| (whole.to_owned(), fraction.to_owned());
        assert_eq!(ways(Language::English, "1,234", "EUR"), told("1234", "1.23"));
        assert_eq!(ways(Language::German, "1.234", "EUR"), told("1234", "1,23"));
        assert_eq!(ways(Language::German, "1.234", "KWD"), told("1234", "1,234"));
        // where fractions have three digits, each language has its own mark before them
        assert_eq!(worth("1.234", "KWD"), Some(1234));
        assert_eq!(Language::German.during(|| worth("1,234", "KWD")), Some(1234));
        assert!(is_unclear(&from_field("1,234", currency("KWD"))));
    }

    /// Figures of every length, spread over all there are.
    fn figures() -> impl Iterator<Item = i64> {
        let spread =
            |n: i64| (0..9).map(move |length| n.wrapping_mul(7_919).rem_euclid(10_i64.pow(length) * 9));
        (0..2_000).flat_map(spread).chain([0, 1, 9, 10, 99, 100, 999, 1000, 99_999, 100_000, 123_456_789])
    }

    #[test]
    fn what_the_pages_write_is_read_as_it_was() {
        in_both(|| {
            for code in ["EUR", "JPY", "KWD"] {
                let currency = currency(code);
                for minor in figures() {
                    let decimal = Money::new(minor, currency).decimal();
                    assert_eq!(from_field(&in_field(&decimal), currency), decimal, "{code}");
                    // with thousands set apart, as amounts are shown
                    let shown = money(Money::new(minor, currency));
                    let bare = shown.trim_matches(|c: char| !c.is_ascii_digit());
                    assert_eq!(worth(bare, code), Some(minor), "{shown}");
                }
            }
        });
    }

    #[test]
    fn nothing_that_is_typed_is_read_as_another_figure() {
        // of all texts of these letters: the digits that are read are those that were typed, in their order
        in_both(|| {
            let letters = ['0', '1', '5', '.', ',', ' '];
            let mut texts = vec![String::new()];
            for _ in 0..6 {
                let longer = |text: &String| letters.map(|letter| format!("{text}{letter}"));
                texts = texts.iter().flat_map(longer).collect();
                for typed in &texts {
                    let read = from_field(typed, Currency::EUR);
                    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                    assert_eq!(digits(&read), digits(typed), "{typed}");
                    assert!(
                        is_unclear(&read) || read.matches('.').count() < 2 || read == *typed,
                        "{typed}: {read}"
                    );
                }
            }
        });
    }
}
