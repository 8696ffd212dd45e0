//! Exact money: integer minor units and a currency. On the wire, an object with a decimal string.

use crate::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de, ser::SerializeStruct};
use std::fmt;

/// An amount in minor units (cents, yen, fils) of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units: 2450 is 24.50 EUR, and 2450 JPY.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// The reason why an amount is invalid or cannot be calculated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyError {
    /// Not a decimal number without exponent.
    Form,
    /// More decimals than the currency has.
    Decimals(Currency),
    /// Not a supported ISO 4217 currency.
    UnknownCurrency,
    /// A currency other than the expected one.
    CurrencyMismatch(Currency),
    /// Outside the supported range.
    Overflow,
    /// Negative, where negative amounts are not permitted.
    Negative,
}
impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("an amount such as \"24.50\" is expected, digits without an exponent"),
            Self::Decimals(c) => write!(f, "{c} has at most {} decimals", c.decimals()),
            Self::UnknownCurrency => f.write_str("a currency code of ISO 4217 such as EUR is expected"),
            Self::CurrencyMismatch(c) => write!(f, "the currency of this shop is {c}"),
            Self::Overflow => f.write_str("the amount is too large"),
            Self::Negative => f.write_str("an amount of at least 0 is expected"),
        }
    }
}
impl std::error::Error for MoneyError {}

/// The largest amount in a request, in minor units.
pub const LARGEST_MINOR: i64 = 1_000_000_000_000;
/// The largest total of an order. The sum of thousands of such orders is still within range, so that statistics cannot
/// prevent an order.
pub const LARGEST_TOTAL: i64 = 1_000 * LARGEST_MINOR;

impl Money {
    /// Creates an amount of `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }
    /// Creates an amount of zero.
    pub const fn zero(currency: Currency) -> Self {
        Money { minor: 0, currency }
    }
    /// Returns the amount if it is within the limits of an order total, positive or negative.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`]
    pub fn in_a_total(self) -> Result<Money, MoneyError> {
        let is_held = self.minor.unsigned_abs() <= LARGEST_TOTAL.unsigned_abs();
        if is_held { Ok(self) } else { Err(MoneyError::Overflow) }
    }
    /// Adds two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] and [`MoneyError::Overflow`].
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.same(other)?;
        self.minor.checked_add(other.minor).map(|m| Money::new(m, self.currency)).ok_or(MoneyError::Overflow)
    }
    /// Subtracts an amount.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] and [`MoneyError::Overflow`].
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.same(other)?;
        self.minor.checked_sub(other.minor).map(|m| Money::new(m, self.currency)).ok_or(MoneyError::Overflow)
    }
    /// Multiplies the amount by `quantity`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, quantity: i64) -> Result<Money, MoneyError> {
        self.minor.checked_mul(quantity).map(|m| Money::new(m, self.currency)).ok_or(MoneyError::Overflow)
    }
    fn same(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency))
        }
    }
    /// Parses a decimal number digit by digit, with at most the currency's decimals; further zeros are ignored
    /// (`docs/decisions/0034-zeros-beyond-the-cents.md`).
    ///
    /// # Errors
    /// Every variant of [`MoneyError`] except those about the currency.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |d| (true, d));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || fraction.is_some_and(|f| !all_digits(f)) {
            return Err(MoneyError::Form);
        }
        let decimals = usize::from(currency.decimals());
        let fraction = fraction.unwrap_or("");
        let (kept, beyond) = fraction.split_at(fraction.len().min(decimals));
        if beyond.bytes().any(|b| b != b'0') {
            return Err(MoneyError::Decimals(currency));
        }
        let padding = std::iter::repeat_n(b'0', decimals - kept.len());
        // accumulated as a negative number, because the smallest integer is one unit further from zero than the largest
        let mut below_zero = 0i64;
        for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
            let shifted = below_zero.checked_mul(10).ok_or(MoneyError::Overflow)?;
            below_zero = shifted.checked_sub(i64::from(digit - b'0')).ok_or(MoneyError::Overflow)?;
        }
        let minor = if negative { Some(below_zero) } else { below_zero.checked_neg() };
        minor.map(|minor| Money::new(minor, currency)).ok_or(MoneyError::Overflow)
    }
    /// The decimal string on the wire, such as `24.50`.
    pub fn decimal(self) -> String {
        let decimals = usize::from(self.currency.decimals());
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut object = s.serialize_struct("Money", 2)?;
        object.serialize_field("amount", &self.decimal())?;
        object.serialize_field("currency", self.currency.code())?;
        object.end()
    }
}
/// `{"amount": "24.50", "currency": "EUR"}`, before validation.
#[derive(Deserialize)]
pub(crate) struct Wire<'a> {
    #[serde(borrow)]
    pub(crate) amount: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) currency: std::borrow::Cow<'a, str>,
}
impl Wire<'_> {
    pub(crate) fn money(&self) -> Result<Money, MoneyError> {
        let currency = self.currency.parse().map_err(|_| MoneyError::UnknownCurrency)?;
        Money::parse(&self.amount, currency)
    }
}
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Wire::deserialize(d)?.money().map_err(de::Error::custom)
    }
}
impl JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object", "description": "An amount of money.",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "A decimal string with the currency's decimals.", "examples": ["24.50"]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217.", "examples": ["EUR"]},
            },
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    const EUR: Currency = Currency::EUR;

    #[test]
    fn currencies_have_their_own_decimals() {
        let jpy: Currency = "JPY".parse().unwrap();
        let kwd: Currency = "KWD".parse().unwrap();
        assert_eq!(Money::parse("500", jpy).unwrap().decimal(), "500");
        assert_eq!(Money::parse("0.5", jpy), Err(MoneyError::Decimals(jpy)));
        assert_eq!(Money::parse("1.234", kwd).unwrap().minor, 1234);
        assert_eq!(Money::new(-5, EUR).decimal(), "-0.05");
    }

    #[test]
    fn sums_do_not_wrap() {
        let max = Money::new(i64::MAX, EUR);
        assert_eq!(max.plus(Money::new(1, EUR)), Err(MoneyError::Overflow));
        assert_eq!(max.times(2), Err(MoneyError::Overflow));
        assert_eq!(Money::new(i64::MIN, EUR).minus(Money::new(1, EUR)), Err(MoneyError::Overflow));
    }
    /// Generates any currency.
    pub(crate) fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::all().collect::<Vec<_>>())
    }
    /// Generates small amounts as often as those at the limits of the range.
    pub(crate) fn minor() -> impl Strategy<Value = i64> {
        prop_oneof![-1000..1000i64, any::<i64>(), i64::MAX - 9..=i64::MAX, i64::MIN..=i64::MIN + 9]
    }
    /// Generates texts that a client may send: near-valid amounts, and arbitrary ones.
    pub(crate) fn text() -> impl Strategy<Value = String> {
        prop_oneof![r"-?[0-9]{0,25}\.?[0-9]{0,6}", r"[-+.eE0-9 _٣]{0,12}", any::<String>()]
    }
    /// Converts the exact result, or returns that it is out of range.
    fn held(exact: i128, currency: Currency) -> Result<Money, MoneyError> {
        i64::try_from(exact).map(|minor| Money::new(minor, currency)).map_err(|_| MoneyError::Overflow)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_in_every_currency(minor in minor(), currency in currency()) {
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn sums_are_exact_or_refused(a in minor(), b in minor(), currency in currency()) {
            let (x, y) = (Money::new(a, currency), Money::new(b, currency));
            let (a, b) = (i128::from(a), i128::from(b));
            prop_assert_eq!(x.plus(y), held(a + b, currency));
            prop_assert_eq!(x.minus(y), held(a - b, currency));
            prop_assert_eq!(x.times(y.minor), held(a * b, currency));
        }

        #[test]
        fn different_currencies_are_never_added(a in minor(), b in minor(), x in currency(), y in currency()) {
            prop_assume!(x != y);
            let mismatch = Err(MoneyError::CurrencyMismatch(x));
            prop_assert_eq!(Money::new(a, x).plus(Money::new(b, y)), mismatch.clone());
            prop_assert_eq!(Money::new(a, x).minus(Money::new(b, y)), mismatch);
        }

        #[test]
        fn any_text_is_an_exact_amount_or_refused(text in text(), currency in currency()) {
            if let Ok(money) = Money::parse(&text, currency) {
                // the same digits, except for leading and trailing zeros, and the sign of zero
                let digits = |s: &str| {
                    let (whole, fraction) = s.split_once('.').unwrap_or((s, ""));
                    let whole = whole.trim_start_matches('-').trim_start_matches('0').to_owned();
                    (whole, fraction.trim_end_matches('0').to_owned())
                };
                prop_assert_eq!(digits(&text), digits(&money.decimal()));
                prop_assert_eq!(money.minor < 0, text.starts_with('-') && money.minor != 0);
            }
        }
    }
}
