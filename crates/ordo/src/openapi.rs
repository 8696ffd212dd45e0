//! The OpenAPI document of this version: what the contracts declare, with examples of a run that was recorded.

use endpoint::openapi::Examples;
use kernel::Currency;
use serde_json::Value;

/// Written by a test of the crate `sim`, which goes on a tour of all operations.
const RECORDED: &str = include_str!("../../../docs/generated/examples.json");

/// The document.
pub fn document() -> Value {
    let examples = serde_json::from_str(RECORDED);
    with(&examples.expect("a test writes the file, and reads it before it is committed"))
}

/// The document with these examples.
pub fn with(examples: &Examples) -> Value {
    let mut document = contracts::catalogue::document(env!("CARGO_PKG_VERSION")).finish();
    examples.put_into(&mut document);
    document
}

/// The document of a shop with this currency: the amounts that it takes have other decimals.
pub fn in_currency(mut document: Value, currency: Currency) -> Value {
    for (name, schema) in kernel::money_in::schemas_in(currency) {
        document["components"]["schemas"][name] = schema.to_value();
    }
    document
}

/// A document as text, for people and for files.
pub fn text(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("a document of JSON values always serializes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_tells_the_decimals_of_its_currency() {
        let euro = document();
        assert_eq!(in_currency(euro.clone(), Currency::EUR), euro);
        let yen = in_currency(euro, "JPY".parse().unwrap());
        let money = &yen["components"]["schemas"]["MoneyIn"]["anyOf"];
        assert_eq!(money[0]["properties"]["currency"]["const"], "JPY");
        assert_eq!(money[1]["multipleOf"], 1);
    }

    #[test]
    fn the_document_has_its_examples() {
        let document = document();
        let place = &document["paths"]["/v1/orders"]["post"];
        let asked = &place["requestBody"]["content"]["application/json"]["examples"];
        let answered = &place["responses"]["201"]["content"]["application/json"]["examples"];
        let names = |examples: &Value| examples.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert!(!names(asked).is_empty());
        assert_eq!(names(asked), names(answered));
    }
}
