//! Amounts as the originals' clients and databases write them: numbers that binary arithmetic has been at, in which
//! three times 1.1 is 3.3000000000000003. All is done on the digits; no amount is ever a float here.

use kernel::{Currency, Money, MoneyError};

/// Characters of a number.
const LENGTH_MAX: usize = 100;
/// The largest power of ten, up or down: what goes beyond is too large, or nothing.
const EXPONENT_MAX: i64 = 400;
/// So many digits a number has at least that binary arithmetic has left something in. With fewer, somebody has written
/// each of them.
const DIGITS_MIN: usize = 12;
/// What is left lies so many places beyond the smallest unit that these are all 0, or all 9.
const PLACES: usize = 3;

/// The decimal amount that was meant by the digits of a number, with or without an exponent.
///
/// # Errors
/// [`MoneyError::Form`], [`MoneyError::Overflow`], and [`MoneyError::Decimals`] where a fraction of the smallest unit
/// was meant.
pub fn meant(number: &str, currency: Currency) -> Result<Money, MoneyError> {
    let (decimal, digits) = written_out(number)?;
    let exact = Money::parse(&decimal, currency);
    if !matches!(exact, Err(MoneyError::Decimals(_))) || digits < DIGITS_MIN {
        return exact;
    }
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    let (kept, beyond) = fraction.split_at(fraction.len().min(usize::from(currency.decimals())));
    let all = |digit: u8| beyond.len() >= PLACES && beyond.bytes().take(PLACES).all(|b| b == digit);
    let below =
        Money::parse(&if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") }, currency)?;
    if all(b'0') {
        return Ok(below);
    }
    if !all(b'9') {
        return exact;
    }
    let one = Money::new(if decimal.starts_with('-') { -1 } else { 1 }, currency);
    below.plus(one)
}

/// The number without an exponent, and how many digits of it mean something.
fn written_out(number: &str) -> Result<(String, usize), MoneyError> {
    let (sign, unsigned) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent: i64 = exponent.parse().map_err(|_| MoneyError::Form)?;
    if number.len() > LENGTH_MAX || !all_digits(whole) || fraction.is_some_and(|f| !all_digits(f)) {
        return Err(MoneyError::Form);
    }
    if exponent.abs() > EXPONENT_MAX {
        return Err(if exponent > 0 { MoneyError::Overflow } else { MoneyError::Form });
    }
    let digits = format!("{whole}{}", fraction.unwrap_or_default());
    let meaning = digits.trim_start_matches('0').len();
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or_default());
    // where the point stands among the digits
    let point = i64::try_from(whole.len()).unwrap_or(i64::MAX) + exponent;
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let padded = format!("{}{digits}{}", zeros(1 - point), zeros(point - length));
    let at = usize::try_from(point.max(1)).unwrap_or_default();
    let (whole, fraction) = padded.split_at(at);
    let decimal =
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
    Ok((decimal, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(number: &str) -> Result<i64, MoneyError> {
        meant(number, Currency::EUR).map(|money| money.minor)
    }

    #[test]
    fn what_binary_arithmetic_left_is_no_part_of_an_amount() {
        for (number, minor) in [
            ("3.3000000000000003", 330),
            ("0.30000000000000004", 30),
            ("59.970000000000006", 5997),
            ("70.00000000000001", 7000),
            ("0.9999999999999999", 100),
            ("9.999999999999998", 1000),
            ("5.551115123125783e-17", 0),
            ("-3.3000000000000003", -330),
            ("-0.9999999999999999", -100),
            ("123456789.12000000477", 12_345_678_912),
        ] {
            assert_eq!(eur(number), Ok(minor), "{number}");
        }
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(meant("499.99999999999994", yen), Ok(Money::new(500, yen)));
    }

    #[test]
    fn what_somebody_wrote_is_taken_as_it_is() {
        for (number, minor) in [
            ("0", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("12.500", 1250),
            ("5.997E+1", 5997),
            ("1e3", 100_000),
            ("120e-2", 120),
        ] {
            assert_eq!(eur(number), Ok(minor), "{number}");
        }
        for number in ["3.305", "0.000001", "3.300000001", "59.975", "12.345678901234", "3.3049999999999997"]
        {
            assert_eq!(eur(number), Err(MoneyError::Decimals(Currency::EUR)), "{number}");
        }
        for number in ["", "x", "NaN", "Infinity", "1.", ".5", "1e", "1e1.5", "+1", "--1", " 1", "1e-9999"] {
            assert_eq!(eur(number), Err(MoneyError::Form), "{number}");
        }
        for number in ["1e300", "1e9999", "99999999999999999999"] {
            assert_eq!(eur(number), Err(MoneyError::Overflow), "{number}");
        }
        assert_eq!(eur(&"1".repeat(101)), Err(MoneyError::Form));
    }
}
