//! What `mongoexport` writes: JSON whose texts, numbers and times may be wrapped in objects (MongoDB Extended JSON v2,
//! relaxed and canonical; the names of version 1 too). Other systems' plain JSON and CSV are read the same way.

use super::RowMembers;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Currency, Money, Timestamp, canonical_name::trim};
use serde_json::Value;

/// Milliseconds that are a time and no count of seconds: from 1973 on.
const MILLIS_FROM: i64 = 100_000_000_000;

/// The wrapped value, where `value` is `{"$name": …}`.
fn wrapped<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.get(name)
}

/// The member, if it is there and not null.
pub(super) fn member<'a>(row: &'a RowMembers, name: &str) -> Option<&'a Value> {
    row.get(name).filter(|value| !value.is_null())
}

/// A text: also of an ObjectId, and of bytes that are one (Python's bcrypt gives its hashes as bytes).
pub(super) fn text(value: &Value) -> Option<String> {
    if let Value::String(text) = value {
        return Some(text.clone());
    }
    if let Some(Value::String(text)) = wrapped(value, "$oid").or_else(|| wrapped(value, "$symbol")) {
        return Some(text.clone());
    }
    let bytes = wrapped(value, "$binary")?;
    let base64 = bytes.as_str().or_else(|| wrapped(bytes, "base64")?.as_str())?;
    String::from_utf8(STANDARD.decode(base64).ok()?).ok()
}

/// The digits of a number, or of a text of one.
pub(super) fn digits(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => return Some(number.to_string()),
        Value::String(text) => return Some(trim(text).to_owned()),
        _ => {}
    }
    let names = ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"];
    let inner = names.iter().find_map(|name| wrapped(value, name))?;
    inner.as_str().map(|text| trim(text).to_owned()).or_else(|| Some(inner.as_number()?.to_string()))
}

/// A whole number.
pub(super) fn whole(value: &Value) -> Option<i64> {
    let digits = digits(value)?;
    if let Ok(number) = digits.parse() {
        return Some(number);
    }
    // 12.0, 1.2E+1
    let number: f64 = digits.parse().ok()?;
    let is_exact = number.fract() == 0.0 && number.abs() < 9e15;
    #[allow(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    is_exact.then_some(number as i64)
}

/// An amount in this currency. What is written as a binary fraction (59.970000000000006) is the decimal one that was
/// meant.
pub(super) fn amount(value: &Value, currency: Currency) -> Result<Money, String> {
    let digits = digits(value).ok_or("a number is expected")?;
    let money = compat::meant(&digits, currency).map_err(|refused| format!("{digits}: {refused}"))?;
    if money.minor < 0 {
        return Err(format!("{digits}: it must not be below 0"));
    }
    Ok(money)
}

/// A moment: a date of MongoDB, RFC 3339, a time without a zone (which is taken for UTC), seconds or milliseconds.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    let value = wrapped(value, "$date").unwrap_or(value);
    if let Some(text) = value.as_str().map(trim) {
        let moment = with_whole_offset(text.replacen(' ', "T", 1));
        let zoned = || format!("{moment}Z").parse().ok();
        let day = || format!("{moment}T00:00:00Z").parse().ok();
        return moment.parse().ok().or_else(zoned).or_else(day);
    }
    let number = whole(value)?;
    let micros = if number.abs() >= MILLIS_FROM {
        number.checked_mul(1000)?
    } else {
        number.checked_mul(1_000_000)?
    };
    Some(Timestamp::from_micros(micros))
}

/// The offset `+01` (PostgreSQL) or `+0100` as RFC 3339 writes it: `+01:00`.
fn with_whole_offset(mut moment: String) -> String {
    let offset = moment.find('T').and_then(|t| moment[t..].find(['+', '-']).map(|at| t + at + 1));
    let digits = offset.map(|at| &moment.as_bytes()[at..]).unwrap_or_default();
    match (digits.len(), digits.iter().all(u8::is_ascii_digit)) {
        (2, true) => moment.push_str(":00"),
        (4, true) => moment.insert(moment.len() - 2, ':'),
        _ => {}
    }
    moment
}

/// The time that an ObjectId was made at: its first four bytes count seconds.
pub(super) fn time_of_object_id(id: &str) -> Option<Timestamp> {
    let is_one = id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let seconds = is_one.then(|| i64::from_str_radix(&id[..8], 16).ok()).flatten()?;
    Some(Timestamp::from_seconds(seconds))
}

/// Whether something is so: `true`, `"true"`, `1`, `"t"`.
pub(super) fn truth(value: &Value) -> Option<bool> {
    if let Value::Bool(truth) = value {
        return Some(*truth);
    }
    match digits(value)?.to_lowercase().as_str() {
        "true" | "t" | "1" | "yes" => Some(true),
        "false" | "f" | "0" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn relaxed_and_canonical_forms_say_the_same() {
        for value in [json!(12), json!("12"), json!({"$numberInt": "12"}), json!({"$numberLong": "12"})] {
            assert_eq!(whole(&value), Some(12), "{value}");
        }
        for value in [json!(12.0), json!({"$numberDouble": "12.0"}), json!({"$numberDecimal": "1.2E+1"})] {
            assert_eq!(whole(&value), Some(12), "{value}");
        }
        for value in
            [json!(12.5), json!({"$numberDouble": "Infinity"}), json!("x"), json!({}), json!(null), json!([])]
        {
            assert_eq!(whole(&value), None, "{value}");
        }
        let id = "65a1b2c3d4e5f60718293a4b";
        assert_eq!(text(&json!({"$oid": id})).as_deref(), Some(id));
        assert_eq!(text(&json!(id)).as_deref(), Some(id));
        for bytes in [
            json!({"$binary": {"base64": "JDJiJA==", "subType": "00"}}),
            json!({"$binary": "JDJiJA==", "$type": "00"}),
        ] {
            assert_eq!(text(&bytes).as_deref(), Some("$2b$"));
        }
        assert_eq!(text(&json!({"$binary": {"base64": "/w==", "subType": "00"}})), None);
    }

    #[test]
    fn amounts_are_the_decimals_that_were_meant() {
        let eur = |value: Value| amount(&value, Currency::EUR).map(|money| money.minor);
        for value in [
            json!(59.97),
            json!("59.97"),
            json!({"$numberDouble": "59.97"}),
            json!({"$numberDecimal": "59.970"}),
        ] {
            assert_eq!(eur(value), Ok(5997));
        }
        assert_eq!(eur(json!(59.970000000000006)), Ok(5997));
        assert_eq!(eur(json!({"$numberDecimal": "5.997E+1"})), Ok(5997));
        assert_eq!(eur(json!(100)), Ok(10000));
        for value in [
            json!(59.975),
            json!(-1),
            json!("x"),
            json!(null),
            json!({"$numberDouble": "NaN"}),
            json!("1e300"),
        ] {
            assert!(eur(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn times_are_read_however_they_are_written() {
        let moment: Timestamp = "2025-12-18T12:00:00Z".parse().unwrap();
        for value in [
            json!({"$date": "2025-12-18T12:00:00Z"}),
            json!({"$date": {"$numberLong": "1766059200000"}}),
            json!({"$date": 1766059200000i64}),
            json!("2025-12-18T12:00:00"),
            json!("2025-12-18 12:00:00.000000"),
            json!("2025-12-18T13:00:00+01:00"),
            json!("2025-12-18 12:00:00+00"),
            json!("2025-12-18T06:30:00.0-0530"),
            json!(1766059200),
        ] {
            assert_eq!(time(&value), Some(moment), "{value}");
        }
        assert!(time(&json!("2025-12-18")).is_some() && time(&json!("soon")).is_none());
        assert_eq!(
            time_of_object_id("6943eb400000000000000000").map(Timestamp::as_seconds),
            Some(0x6943_eb40)
        );
        assert_eq!(time_of_object_id("6943eb40"), None);
    }

    #[test]
    fn truths_are_read_however_they_are_written() {
        assert_eq!(
            (truth(&json!(true)), truth(&json!("f")), truth(&json!(1))),
            (Some(true), Some(false), Some(true))
        );
        assert_eq!(truth(&json!("maybe")), None);
    }
}
