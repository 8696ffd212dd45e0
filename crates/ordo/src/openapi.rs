//! The OpenAPI document of this version: what the contracts declare, with examples of a run that was recorded.

use endpoint::openapi::Examples;
use kernel::{Currency, Money};
use serde_json::{Map, Value, json};

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

/// The document of a shop with this currency: the amounts that it takes have other decimals, and so have the examples.
pub fn in_currency(mut document: Value, currency: Currency) -> Value {
    for (name, schema) in kernel::money_input::schemas_in(currency, "#/components/schemas/") {
        document["components"]["schemas"][name] = schema.to_value();
    }
    if currency != Currency::EUR {
        change_money(&mut document, currency);
        // where they stand alone
        let money = &mut document["components"]["schemas"]["Money"]["properties"];
        money["amount"]["examples"] = json!([Money::new(2450, currency).decimal()]);
        money["currency"]["examples"] = json!([currency]);
        if let Some(Value::String(guide)) = document.get_mut("x-guide") {
            let of_guide = Money::new(1990, currency);
            *guide = guide.replace("\"19.90\"", &format!("\"{}\"", of_guide.decimal()));
            *guide = guide.replace("\"EUR\"", &format!("\"{currency}\""));
        }
    }
    document
}

/// The run that was recorded was one of a shop in euro: each amount becomes as many of the smallest unit of this
/// currency, so that all sums are still right.
fn change_money(part: &mut Value, currency: Currency) {
    match part {
        Value::Object(members) => {
            if let Some(changed) = of_money(members, currency) {
                *part = changed;
                return;
            }
            members.values_mut().for_each(|member| change_money(member, currency));
        }
        Value::Array(list) => list.iter_mut().for_each(|one| change_money(one, currency)),
        Value::String(stream) if stream.contains(EVENT_DATA) => *stream = of_stream(stream, currency),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the data of a server-sent event begins with.
const EVENT_DATA: &str = "data: {";

/// The object in this currency, if it is money.
fn of_money(members: &Map<String, Value>, currency: Currency) -> Option<Value> {
    let word = |name: &str| members.get(name).and_then(Value::as_str);
    let recorded: Currency = word("currency")?.parse().ok()?;
    let minor = Money::parse(word("amount")?, recorded).ok()?.minor;
    serde_json::to_value(Money::new(minor, currency)).ok()
}

/// Server-sent events in this currency.
fn of_stream(stream: &str, currency: Currency) -> String {
    let line = |line: &str| {
        let data = line.strip_prefix("data: ").and_then(|data| serde_json::from_str::<Value>(data).ok());
        let Some(mut data) = data else { return line.to_owned() };
        change_money(&mut data, currency);
        format!("data: {data}")
    };
    stream.split('\n').map(line).collect::<Vec<_>>().join("\n")
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
        let schemas = &yen["components"]["schemas"];
        assert_eq!(schemas["MoneyIn"]["oneOf"][0]["$ref"], "#/components/schemas/MoneyObject");
        assert_eq!(schemas["MoneyIn"]["oneOf"][1]["multipleOf"], 1);
        assert_eq!(schemas["MoneyObject"]["properties"]["currency"]["pattern"], "^JPY$");
        assert_eq!(schemas["SignedMoneyObject"]["properties"]["currency"]["pattern"], "^JPY$");
        let text = yen.to_string();
        let said: Vec<_> =
            text.match_indices("EUR").map(|(at, _)| &text[at.saturating_sub(80)..at]).collect();
        assert_eq!(said, [""; 0]);
        assert!(text.contains("\"amount\":\"2450\"") && !text.contains("\"amount\":\"24.50\""));
        // those in a stream of events, too
        let path = "/paths/~1v1~1events~1stream/get/responses/200/content/text~1event-stream/examples";
        let streams = yen.pointer(path).unwrap().to_string();
        assert!(streams.contains(r#"\"amount\":\"10600\",\"currency\":\"JPY\""#), "{streams}");
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
