//! Numbers and money as people write them. Money is written from minor units, digit by digit.

use kernel::{Currency, Language, Money};

/// A space at which no line ends.
const FIXED_SPACE: char = '\u{a0}';

/// Between thousands, and before the fraction.
const fn separators(language: Language) -> (char, char) {
    match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    }
}

/// What stands before a fraction.
pub const fn point(language: Language) -> char {
    let (_, point) = separators(language);
    point
}

/// `1,234,567`, in German `1.234.567`.
pub fn grouped(language: Language, digits: &str) -> String {
    let (thousands, _) = separators(language);
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    out
}

/// `€1,234.50`, in German `1.234,50 €`; `CHF 12.00` and `12,00 CHF` where the currency has no sign of its own.
pub fn money(language: Language, money: Money) -> String {
    let text = money.decimal();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let fraction = fraction.map_or(String::new(), |fraction| format!("{}{fraction}", point(language)));
    let amount = format!("{}{fraction}", grouped(language, whole));
    match (language, own_sign(money.currency)) {
        (Language::English, Some(own)) => format!("{sign}{own}{amount}"),
        (Language::English, None) => format!("{sign}{}{FIXED_SPACE}{amount}", money.currency.code()),
        (Language::German, own) => {
            format!("{sign}{amount}{FIXED_SPACE}{}", own.unwrap_or(money.currency.code()))
        }
    }
}

/// What stands beside an amount: `€`, or `CHF`.
pub fn sign(currency: Currency) -> String {
    own_sign(currency).map_or_else(|| currency.code().to_owned(), str::to_owned)
}

fn own_sign(currency: Currency) -> Option<&'static str> {
    Some(match currency.code() {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        "JPY" => "¥",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_to_the_last_unit() {
        for (minor, code, english, german) in [
            (6400, "EUR", "€64.00", "64,00\u{a0}€"),
            (5, "EUR", "€0.05", "0,05\u{a0}€"),
            (-123_456_789, "USD", "−$1,234,567.89", "−1.234.567,89\u{a0}$"),
            (1500, "JPY", "¥1,500", "1.500\u{a0}¥"),
            (1200, "CHF", "CHF\u{a0}12.00", "12,00\u{a0}CHF"),
            (1_234_567, "KWD", "KWD\u{a0}1,234.567", "1.234,567\u{a0}KWD"),
            (i64::MAX, "EUR", "€92,233,720,368,547,758.07", "92.233.720.368.547.758,07\u{a0}€"),
        ] {
            let of = Money::new(minor, code.parse().unwrap());
            assert_eq!(
                (money(Language::English, of).as_str(), money(Language::German, of).as_str()),
                (english, german)
            );
        }
    }
}
