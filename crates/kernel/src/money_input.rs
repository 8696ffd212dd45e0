//! Amounts in requests: several formats in bodies, strings in queries, and their schemas.

use crate::{
    Currency, Money, MoneyError,
    money::{LARGEST_MINOR, Wire},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Money in a request: an object, or a number or numeric string in the shop's currency, read from its literal digits.
#[derive(Debug, Clone)]
pub struct MoneyInput(Box<RawValue>);

impl MoneyInput {
    /// Returns the amount, in a shop with this currency: from 0 to [`LARGEST_MINOR`].
    ///
    /// # Errors
    /// Every variant of [`MoneyError`]; amounts below 0 are [`MoneyError::Negative`].
    pub fn read(&self, currency: Currency) -> Result<Money, MoneyError> {
        let text = self.0.get();
        let money = match text.as_bytes().first() {
            Some(b'{') => {
                let wire = serde_json::from_str::<WireIn<'_>>(text).map_err(|_| MoneyError::Form)?.0;
                // the currency is checked before the digits: yen have no decimals, and a shop in euro rejects yen
                let given: Currency = wire.currency.parse().map_err(|_| MoneyError::UnknownCurrency)?;
                if given != currency {
                    return Err(MoneyError::CurrencyMismatch(currency));
                }
                unsigned(&wire.amount, currency)?
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(text).map_err(|_| MoneyError::Form)?;
                unsigned(&text, currency)?
            }
            _ => Money::parse(text, currency)?,
        };
        in_bounds(money)
    }
    /// Returns an amount that can have a sign, such as a discount: from -[`LARGEST_MINOR`].
    ///
    /// # Errors
    /// Every variant of [`MoneyError`].
    pub fn read_signed(&self, currency: Currency) -> Result<Money, MoneyError> {
        let text = self.0.get();
        let positive = match text.as_bytes().first() {
            Some(b'"') => text.strip_prefix("\"-").map(|rest| format!("\"{rest}")),
            Some(b'{') => {
                let wire = serde_json::from_str::<WireIn<'_>>(text).map_err(|_| MoneyError::Form)?.0;
                let amount = wire.amount.strip_prefix('-');
                amount.map(|amount| {
                    serde_json::json!({"amount": amount, "currency": wire.currency}).to_string()
                })
            }
            _ => text.strip_prefix('-').map(str::to_owned),
        };
        let Some(positive) = positive else { return self.read(currency) };
        let positive = MoneyInput(RawValue::from_string(positive).map_err(|_| MoneyError::Form)?);
        let money = positive.read(currency).map_err(|error| match error {
            // a second sign after the first
            MoneyError::Negative => MoneyError::Form,
            error => error,
        })?;
        Ok(Money::new(-money.minor, currency))
    }
}
fn in_bounds(money: Money) -> Result<Money, MoneyError> {
    match money.minor {
        ..0 => Err(MoneyError::Negative),
        0..=LARGEST_MINOR => Ok(money),
        _ => Err(MoneyError::Overflow),
    }
}
/// Parses an amount without a sign: `-0` is not permitted.
fn unsigned(text: &str, currency: Currency) -> Result<Money, MoneyError> {
    let money = Money::parse(text, currency)?;
    match (text.starts_with('-'), money.minor) {
        (true, 0) => Err(MoneyError::Form),
        _ => Ok(money),
    }
}
impl From<Money> for MoneyInput {
    fn from(money: Money) -> Self {
        let text = serde_json::to_string(&money).expect("an object of two strings always serializes");
        MoneyInput(RawValue::from_string(text).expect("what serde_json wrote is JSON"))
    }
}
impl PartialEq for MoneyInput {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}
impl Serialize for MoneyInput {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}
impl<'de> Deserialize<'de> for MoneyInput {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(d).map(MoneyInput)
    }
}
impl JsonSchema for MoneyInput {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MoneyIn".into()
    }
    /// The schema for a shop in euro; [`schemas_in`] has those for other currencies.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        MoneyInput::schema_in(Currency::EUR, generator.subschema_for::<MoneyObject>())
    }
}

/// The decimal string of an amount in a query. Never constructed: a query member is a `String`, this type is its schema,
/// and [`AmountInput::read`] parses it.
#[derive(Debug)]
pub enum AmountInput {}

impl JsonSchema for AmountInput {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AmountIn".into()
    }
    /// The schema for a shop in euro; [`schemas_in`] has those for other currencies.
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        AmountInput::schema_in(Currency::EUR)
    }
}

/// Money in a request that can have a sign. Never constructed: a member is a [`MoneyInput`], this type is its schema, and
/// [`MoneyInput::read_signed`] parses it.
#[derive(Debug)]
pub enum SignedMoneyInput {}

impl JsonSchema for SignedMoneyInput {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SignedMoneyIn".into()
    }
    /// The schema for a shop in euro; [`schemas_in`] has those for other currencies.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        SignedMoneyInput::schema_in(Currency::EUR, generator.subschema_for::<SignedMoneyObject>())
    }
}

/// The format of [`MoneyInput`] with a currency, as a separate schema, for which client generators create a type.
enum MoneyObject {}
/// The same for [`SignedMoneyInput`].
enum SignedMoneyObject {}
/// The descriptions of the object formats.
const OBJECT: &str = "An amount of at least 0 with its currency.";
const SIGNED_OBJECT: &str = "An amount with its currency, with or without a sign.";

impl JsonSchema for MoneyObject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MoneyObject".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        object_schema(OBJECT, Currency::EUR, &amount_pattern(Currency::EUR))
    }
}
impl JsonSchema for SignedMoneyObject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SignedMoneyObject".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        object_schema(SIGNED_OBJECT, Currency::EUR, &signed_pattern(Currency::EUR))
    }
}

/// Returns the schemas of amounts in requests to a shop with this currency, by name. They refer to each other in `folder`.
pub fn schemas_in(currency: Currency, folder: &str) -> [(&'static str, schemars::Schema); 5] {
    let object = |name: &str| schemars::json_schema!({"$ref": format!("{folder}{name}")});
    [
        ("AmountIn", AmountInput::schema_in(currency)),
        ("MoneyIn", MoneyInput::schema_in(currency, object("MoneyObject"))),
        ("MoneyObject", object_schema(OBJECT, currency, &amount_pattern(currency))),
        ("SignedMoneyIn", SignedMoneyInput::schema_in(currency, object("SignedMoneyObject"))),
        ("SignedMoneyObject", object_schema(SIGNED_OBJECT, currency, &signed_pattern(currency))),
    ]
}

impl MoneyInput {
    fn schema_in(currency: Currency, object: schemars::Schema) -> schemars::Schema {
        let about = "An amount of at least 0 with its currency, or a number or numeric string in the shop's currency.";
        schema_of(currency, about, object, (&amount_pattern(currency), 0))
    }
}

impl SignedMoneyInput {
    /// Returns the schema of [`MoneyInput`] or of its signed variant.
    fn schema_in(currency: Currency, object: schemars::Schema) -> schemars::Schema {
        let about = "An amount with its currency, or a number or numeric string in the shop's currency; with or without a sign.";
        schema_of(currency, about, object, (&signed_pattern(currency), -largest(currency)))
    }
}

/// The largest amount in units of this currency.
fn largest(currency: Currency) -> i64 {
    LARGEST_MINOR / 10_i64.pow(currency.decimals().into())
}

/// Returns the schema of money in a request: this object, a number from `smallest`, or a string that matches this pattern.
fn schema_of(
    currency: Currency,
    about: &str,
    object: schemars::Schema,
    (amount, smallest): (&str, i64),
) -> schemars::Schema {
    let example = Money::new(2450, currency);
    // a short literal is parsed as the nearest number, which validators use, too
    let unit: serde_json::Number = Money::new(1, currency).decimal().parse().expect("a decimal is a number");
    schemars::json_schema!({
        "description": about,
        "oneOf": [
            object,
            {"type": "number", "minimum": smallest, "maximum": largest(currency), "multipleOf": unit},
            {"type": "string", "pattern": amount},
        ],
        "examples": [example, example.decimal()],
    })
}

/// Returns the schema of the object with a currency. The currency is a string with a fixed pattern: an enum with one value
/// would be a separate type in generated clients.
fn object_schema(about: &str, currency: Currency, amount: &str) -> schemars::Schema {
    schemars::json_schema!({
        "description": about,
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": amount, "description": "A decimal string with at most the currency's decimals; further zeros are ignored."},
            "currency": {"type": "string", "pattern": format!("^{currency}$"), "description": "The shop's currency, as an ISO 4217 code."},
        },
        "additionalProperties": false,
        "examples": [Money::new(2450, currency)],
    })
}

impl AmountInput {
    /// Returns the amount, in a shop with this currency: from 0 to [`LARGEST_MINOR`], parsed like a string in
    /// [`MoneyInput`].
    ///
    /// # Errors
    /// Those of [`MoneyInput::read`].
    pub fn read(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        in_bounds(unsigned(text, currency)?)
    }

    fn schema_in(currency: Currency) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": amount_pattern(currency),
            "description": "A decimal string in the shop's currency, with at most its decimals; further zeros are ignored.",
            "examples": [Money::new(2450, currency).decimal()],
        })
    }
}

/// The pattern of the strings that [`MoneyInput::read_signed`] accepts.
fn signed_pattern(currency: Currency) -> String {
    amount_pattern(currency).replacen('^', "^-?", 1)
}

/// The pattern of the strings that [`MoneyInput::read`] accepts: up to [`LARGEST_MINOR`], and zeros beyond the currency's
/// decimals.
fn amount_pattern(currency: Currency) -> String {
    let decimals = usize::from(currency.decimals());
    let largest = Money::new(LARGEST_MINOR, currency).decimal();
    let whole = largest.split_once('.').map_or(largest.as_str(), |(whole, _)| whole);
    let fraction = match decimals {
        0 => r"\.0+".to_owned(),
        _ => format!(r"\.[0-9]{{1,{decimals}}}0*"),
    };
    format!(r"^0*([0-9]{{1,{}}}({fraction})?|{whole}(\.0+)?)$", whole.len() - 1)
}

/// The object in a request, where an unknown member is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, remote = "Wire")]
struct StrictWire<'a> {
    #[serde(borrow)]
    amount: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    currency: std::borrow::Cow<'a, str>,
}
#[derive(Deserialize)]
struct WireIn<'a>(#[serde(borrow, with = "StrictWire")] Wire<'a>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::tests::{currency, minor, text};
    use proptest::prelude::*;
    const EUR: Currency = Currency::EUR;

    fn read(json: &str) -> Result<Money, MoneyError> {
        serde_json::from_str::<MoneyInput>(json).unwrap().read(EUR)
    }

    #[test]
    fn every_form_of_a_request_means_the_same() {
        let money = Money::new(2450, EUR);
        for json in [r#"{"amount":"24.50","currency":"EUR"}"#, "24.50", "24.5", r#""24.50""#, "24.500"] {
            assert_eq!(read(json), Ok(money), "{json}");
        }
    }

    #[test]
    fn what_is_not_an_exact_amount_is_refused() {
        use MoneyError::*;
        for (json, error) in [
            ("1e3", Form),
            ("-1", Negative),
            (r#""-1""#, Negative),
            (r#"{"amount":"-1","currency":"EUR"}"#, Negative),
            (r#"{"amount":"-1","currency":"USD"}"#, CurrencyMismatch(EUR)),
            ("null", Form),
            ("[]", Form),
            (r#""""#, Form),
            (r#"" 1""#, Form),
            (r#""1.""#, Form),
            (r#"".5""#, Form),
            (r#""NaN""#, Form),
            (r#"{"amount":1,"currency":"EUR"}"#, Form),
            ("0.001", Decimals(EUR)),
            ("10000000000.01", Overflow),
            ("99999999999999999999", Overflow),
            (r#"{"amount":"1","currency":"EUR","x":1}"#, Form),
            (r#"{"amount":"-0","currency":"EUR"}"#, Form),
            (r#""-0""#, Form),
            (r#"{"amount":"1","currency":"USD"}"#, CurrencyMismatch(EUR)),
            (r#"{"amount":"1.5","currency":"JPY"}"#, CurrencyMismatch(EUR)),
            (r#"{"amount":"1","currency":"???"}"#, UnknownCurrency),
        ] {
            assert_eq!(read(json), Err(error), "{json}");
        }
    }

    #[test]
    fn a_sign_is_read_where_it_may_be_in_every_form() {
        let read = |json: &str| serde_json::from_str::<MoneyInput>(json).unwrap().read_signed(EUR);
        for json in [r#"{"amount":"-3.00","currency":"EUR"}"#, "-3", r#""-3.00""#] {
            assert_eq!(read(json), Ok(Money::new(-300, EUR)), "{json}");
        }
        assert_eq!(read(r#""3""#), Ok(Money::new(300, EUR)));
        let object = |amount: &str| format!(r#"{{"amount":{amount},"currency":"EUR"}}"#);
        for json in [r#""--3""#, &object(r#""--3""#), r#""-""#, &object("-3")] {
            assert_eq!(read(json), Err(MoneyError::Form), "{json}");
        }
        let dollars = r#"{"amount":"-1","currency":"USD"}"#;
        assert_eq!(read(dollars), Err(MoneyError::CurrencyMismatch(EUR)));
    }

    proptest! {
        #[test]
        fn all_forms_of_a_request_mean_the_same_in_every_currency(
            minor in prop_oneof![0..=LARGEST_MINOR + 1, minor()],
            currency in currency(),
        ) {
            let money = Money::new(minor, currency);
            let amount = money.decimal();
            let meant = match minor {
                ..0 => Err(MoneyError::Negative),
                0..=LARGEST_MINOR => Ok(money),
                _ => Err(MoneyError::Overflow),
            };
            let forms = [
                format!(r#"{{"amount": "{amount}", "currency": "{currency}"}}"#),
                format!(r#"{{"currency": "{currency}", "amount": "{amount}"}}"#),
                amount.clone(),
                format!("\"{amount}\""),
            ];
            for form in forms {
                let read = serde_json::from_str::<MoneyInput>(&form).unwrap().read(currency);
                prop_assert_eq!(read, meant.clone(), "{}", form);
            }
            prop_assert_eq!(MoneyInput::from(money).read(currency), meant);
        }

        #[test]
        fn the_schema_says_what_is_taken(
            amount in prop_oneof![
                text(),
                r"0{0,3}1?0{8,13}(\.0{0,4}[0-9]{0,2})?",
                (prop_oneof![0..=LARGEST_MINOR + 9, LARGEST_MINOR - 9..=LARGEST_MINOR + 9], currency())
                    .prop_map(|(minor, currency)| Money::new(minor, currency).decimal()),
            ],
            currency in currency(),
        ) {
            let schemas: serde_json::Map<String, serde_json::Value> = schemas_in(currency, "#/$defs/")
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), schema.to_value()))
                .collect();
            let valid = |name: &str, value: &serde_json::Value| {
                let whole = serde_json::json!({"$defs": schemas, "$ref": format!("#/$defs/{name}")});
                jsonschema::draft202012::is_valid(&whole, value)
            };
            let (in_query, in_body, signed) = ("AmountIn", "MoneyIn", "SignedMoneyIn");
            let read = |value: &serde_json::Value| {
                serde_json::from_str::<MoneyInput>(&value.to_string()).unwrap().read(currency).is_ok()
            };
            let text = serde_json::json!(amount);
            let object = serde_json::json!({"amount": amount, "currency": currency});
            prop_assert_eq!(valid(in_body, &text), read(&text), "{}", text);
            prop_assert_eq!(valid(in_body, &object), read(&object), "{}", object);
            prop_assert_eq!(valid(in_query, &text), read(&text), "{}", text);
            let minus = serde_json::json!(format!("-{amount}"));
            let read_signed = |value: &serde_json::Value| {
                serde_json::from_str::<MoneyInput>(&value.to_string()).unwrap().read_signed(currency).is_ok()
            };
            for value in [&text, &minus, &object] {
                prop_assert_eq!(valid(signed, value), read_signed(value), "{}", value);
            }
            prop_assert_eq!(AmountInput::read(&amount, currency).is_ok(), read(&text), "{}", text);
            // numbers with an exponent are valid for a schema validator, but have no literal digits
            if let Ok(number) = amount.parse::<serde_json::Number>()
                && !number.to_string().contains('e') && amount.len() < 15
            {
                let number = serde_json::Value::Number(number);
                prop_assert_eq!(valid(in_body, &number), read(&number), "{}", number);
            }
        }

        #[test]
        fn what_is_read_of_any_text_is_in_bounds(text in text(), currency in currency()) {
            let sent = serde_json::to_string(&text).unwrap();
            let read = serde_json::from_str::<MoneyInput>(&sent).unwrap().read(currency);
            let bare = serde_json::from_str::<MoneyInput>(&text).map(|money| money.read(currency));
            for money in read.into_iter().chain(bare.ok().and_then(Result::ok)) {
                prop_assert!((0..=LARGEST_MINOR).contains(&money.minor));
            }
        }
    }
}
