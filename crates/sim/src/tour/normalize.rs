//! What of a recording is replaced before anybody sees it, and by what: this is the only place.
//!
//! - **Secrets** are replaced by texts of their form that open nothing: [`PLACEHOLDERS`], by the member's name.
//! - **Ids** of resources and of requests are numbered by kind, in the order in which they appear. The same id is
//!   the same everywhere, so that one example leads to the next.
//! - **Times** are cut to the step in which they lie ([`STEP`]), which hides how long messages took.
//!
//! Everything else stands as it was asked and answered.

use super::STEP;
use endpoint::openapi::{ExampleRequest, Exchange};
use kernel::{
    Timestamp,
    id::{OrderId, PREFIXES},
};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What stands for a value of this name.
const PLACEHOLDERS: [(&str, &str); 13] = [
    ("password", "an example of a password"),
    ("hint", "0000"),
    ("current_password", "an example of a password"),
    ("new_password", "an example of a new password"),
    // its parts say {"alg":"EdDSA","typ":"JWT"}, {"example":"no token"} and "an example, and no signature"
    ("token", TOKEN),
    ("access_token", TOKEN),
    ("refresh_token", "ort_ZXhhbXBsZS1vZi1hLXJlZnJlc2gtdG9rZW4tLS0tLQ"),
    // {"example":"where the next page begins"}
    ("cursor", CURSOR),
    ("next_cursor", CURSOR),
    ("last_cursor", CURSOR),
    // the examples of RFC 8037 and of W3C's Trace Context
    ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwaaaJnYQmk"),
    ("kid", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
];
/// What stands for a value that begins like this.
const BY_BEGINNING: [(&str, &str); 5] = [
    ("oev_", "oev_ZXhhbXBsZS1vZi1hLWNvZGUtdGhhdC1vcGVucy1ub3RoaW5nLS0tLS0tLS0t"),
    ("ork_", "ork_01h455vb4pex5vsknk084sn02qYW4tZXhhbXBsZS1vZi1hLWtleS10aGF0LW9wZW5zLW5vdGhpbmc"),
    ("orr_", "orr_ZXhhbXBsZS1vZi1hLWNvZGUtdGhhdC1vcGVucy1ub3RoaW5nLS0tLS0tLS0t"),
    // a print of what is read
    ("W/\"", "W/\"ZXhhbXBsZSBvZiBhIHBy\""),
    // its checksum is wrong
    ("ordo_sk_", "ordo_sk_0example0of0an0API0key0that0opens0nothing0000000000"),
];
const TOKEN: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJleGFtcGxlIjoibm8gdG9rZW4ifQ.YW4gZXhhbXBsZSwgYW5kIG5vIHNpZ25hdHVyZQ";
const CURSOR: &str = "eyJleGFtcGxlIjoid2hlcmUgdGhlIG5leHQgcGFnZSBiZWdpbnMifQ";

/// What requests are called: `req_` and 32 hexadecimal digits.
const REQUEST: &str = "req";
const REQUEST_DIGITS: usize = 32;
/// The digits of an id behind its prefix.
const ID_DIGITS: usize = 26;

/// The replacing, with the ids that have appeared so far.
#[derive(Default)]
pub(super) struct Normalizer {
    ids: BTreeMap<String, String>,
    numbers: BTreeMap<&'static str, u64>,
}

impl Normalizer {
    /// The exchange, fit to be shown.
    pub(super) fn exchange(&mut self, exchange: &Exchange) -> Exchange {
        let mut plain = exchange.clone();
        if let Some(asked) = &mut plain.request {
            let ExampleRequest { path, query, headers, body } = asked;
            [path, query, headers].into_iter().for_each(|part| self.texts(part));
            body.iter_mut().for_each(|body| self.value("", body));
        }
        self.texts(&mut plain.headers);
        plain.body.iter_mut().for_each(|body| self.value("", body));
        plain
    }

    fn texts(&mut self, part: &mut BTreeMap<String, String>) {
        for (name, text) in part {
            *text = self.text(name, text);
        }
    }

    fn value(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(name, text),
            Value::Array(list) => list.iter_mut().for_each(|one| self.value(name, one)),
            Value::Object(members) => members.iter_mut().for_each(|(name, one)| self.value(name, one)),
            _ => {}
        }
    }

    fn text(&mut self, name: &str, text: &str) -> String {
        let by_beginning = BY_BEGINNING.iter().find(|(beginning, _)| text.starts_with(beginning));
        let by_name = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
        if let Some((_, placeholder)) = by_beginning.or(by_name) {
            return (*placeholder).to_owned();
        }
        if text.contains("\ndata: ") {
            return self.stream(text);
        }
        match text.parse::<Timestamp>() {
            Ok(time) => cut(time).to_string(),
            Err(_) => self.with_plain_ids(text),
        }
    }

    /// A stream's blocks: the place of each, and what stands in its event.
    fn stream(&mut self, text: &str) -> String {
        let line = |line: &str| match line.split_once(": ") {
            Some(("id", _)) => format!("id: {CURSOR}\n"),
            Some(("data", data)) => {
                let mut event = serde_json::from_str(data).unwrap_or(Value::Null);
                self.value("", &mut event);
                format!("data: {event}\n")
            }
            _ => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    }

    /// The text with its ids replaced, also those within an address.
    fn with_plain_ids(&mut self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(underscore) = rest.find('_') {
            let (before, after) = rest.split_at(underscore);
            let digits = after[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
            let prefix = PREFIXES.iter().chain([&REQUEST]).find(|prefix| before.ends_with(**prefix));
            let wanted = if prefix == Some(&REQUEST) { REQUEST_DIGITS } else { ID_DIGITS };
            match prefix {
                Some(prefix) if digits == wanted => {
                    out.push_str(before.strip_suffix(prefix).unwrap_or(before));
                    let id = format!("{prefix}{}", &after[..=digits]);
                    out.push_str(&self.plain_id(prefix, id));
                    rest = &after[1 + digits..];
                }
                _ => {
                    out.push_str(before);
                    out.push('_');
                    rest = &after[1..];
                }
            }
        }
        out + rest
    }

    fn plain_id(&mut self, prefix: &'static str, id: String) -> String {
        let Normalizer { ids, numbers } = self;
        let new = || {
            let number = numbers.entry(prefix).or_default();
            *number += 1;
            if prefix == REQUEST { format!("{prefix}_{number:032x}") } else { numbered(prefix, *number) }
        };
        ids.entry(id).or_insert_with(new).clone()
    }
}

/// The id of this kind and number: a UUIDv7 of a fixed moment, and else of zeros.
fn numbered(prefix: &str, number: u64) -> String {
    const MOMENT_MS: u64 = 1_800_000_000_000;
    let id = OrderId::from_uuid(Uuid::from_fields(
        (MOMENT_MS >> 16) as u32,
        MOMENT_MS as u16,
        0x7000,
        &(0x8000_0000_0000_0000 | number).to_be_bytes(),
    ));
    let id = id.to_string();
    let digits = id.split_once('_').map_or("", |(_, digits)| digits);
    format!("{prefix}_{digits}")
}

/// The moment at which the step began in which this time lies.
fn cut(time: Timestamp) -> Timestamp {
    let step = i64::try_from(STEP.as_micros()).unwrap_or(1);
    Timestamp::from_micros(time.as_micros().div_euclid(step) * step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plain(mut value: Value) -> Value {
        Normalizer::default().value("", &mut value);
        value
    }

    #[test]
    fn secrets_are_replaced_by_name() {
        let replaced =
            plain(json!({"password": "correct horse", "user": {"access_token": "ey"}, "next_cursor": null}));
        assert_eq!(replaced["password"], "an example of a password");
        assert_eq!(replaced["user"]["access_token"], TOKEN);
        assert_eq!(replaced["next_cursor"], Value::Null);
    }

    #[test]
    fn the_same_id_is_the_same_everywhere() {
        let replaced = plain(json!([
            "ord_01h455vb4pex5vsknk084sn02q",
            "/v1/orders/ord_01h455vb4pex5vsknk084sn02q/refunds",
            "ord_01h455vb4pex5vsknk084sn02r",
            "no_id",
        ]));
        let first = replaced[0].as_str().unwrap();
        assert_eq!(first.parse::<OrderId>().unwrap().uuid().get_version_num(), 7);
        assert_eq!(replaced[1], format!("/v1/orders/{first}/refunds"));
        assert_ne!(replaced[2], first);
        assert_eq!(replaced[3], "no_id");
    }

    #[test]
    fn times_are_cut_to_the_step() {
        let replaced = plain(json!(["2027-01-15T08:00:09.123456Z", "2027-01-15"]));
        assert_eq!(replaced, json!(["2027-01-15T08:00:05.000000Z", "2027-01-15"]));
    }
}
