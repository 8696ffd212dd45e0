//! The body of a request, as the originals' clients write it: an object whose members may be missing, or numbers
//! that are texts. What a façade does not know it leaves alone.

use crate::{
    amount::meant,
    response::{FacadeError, refused},
};
use kernel::{Currency, Money, MoneyError, Secret, money::LARGEST_MINOR};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fmt};

/// Characters of a text of one line.
const LINE_MAX: usize = 200;
/// Characters of a text of several lines.
const PROSE_MAX: usize = 2000;

/// The members of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyForm(BTreeMap<String, Box<RawValue>>);

impl BodyForm {
    /// Reads these members of a body, which are named as in [`crate::operation::FacadeOperation::takes`]. Others are passed over.
    ///
    /// # Errors
    /// 400 when it is no JSON object.
    pub(crate) fn read(body: &[u8], takes: &[&str]) -> Result<BodyForm, FacadeError> {
        // some shells write a mark before what they send, and the originals' frameworks read over it (RFC 8259, 8.1)
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let mut json = serde_json::Deserializer::from_slice(body);
        let form = AllowedMembers(takes).deserialize(&mut json).and_then(|form| json.end().map(|()| form));
        form.map_err(|_| refused(400, "A JSON object is expected"))
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.get()).filter(|value| *value != "null")
    }

    /// Whether there is such a member, and it is not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// A text as it stands there, if it is there.
    ///
    /// # Errors
    /// 400 when it is something else than a text.
    pub(crate) fn given(&self, name: &str) -> Result<Option<String>, FacadeError> {
        let text = self.raw(name).map(serde_json::from_str).transpose();
        text.map_err(|_| refused(400, format!("{name}: a text is expected")))
    }

    /// A text that must be there, and may have anything in it: a password, a token, an id. It is compared or hashed,
    /// and never kept.
    ///
    /// # Errors
    /// 400 when it is missing, empty or no text.
    pub(crate) fn opaque(&self, name: &str) -> Result<String, FacadeError> {
        let text = self.given(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| refused(400, format!("{name} is required")))
    }

    /// The same, of what nobody may see.
    ///
    /// # Errors
    /// As [`BodyForm::opaque`].
    pub(crate) fn secret(&self, name: &str) -> Result<Secret, FacadeError> {
        self.opaque(name).map(Secret::new)
    }

    /// A text of several lines, if it is there. What no database keeps is refused before anything is done.
    ///
    /// # Errors
    /// 400 when it is no text, too long, or has control characters that are no line breaks.
    pub(crate) fn prose(&self, name: &str) -> Result<Option<String>, FacadeError> {
        let Some(text) = self.given(name)? else { return Ok(None) };
        if text.chars().count() > PROSE_MAX {
            return Err(refused(400, format!("{name}: at most {PROSE_MAX} characters are expected")));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(refused(400, format!("{name}: control characters are not allowed here")));
        }
        Ok(Some(text))
    }

    /// A text of several lines that must be there, without the spaces around it.
    ///
    /// # Errors
    /// 400 as [`BodyForm::prose`], and when it is missing or empty.
    pub(crate) fn text(&self, name: &str) -> Result<String, FacadeError> {
        let text = self.prose(name)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        text.ok_or_else(|| refused(400, format!("{name} is required")))
    }

    /// A text of one line that must be there, without the spaces around it.
    ///
    /// # Errors
    /// 400 when it is missing, no text, too long, or has control characters.
    pub(crate) fn line(&self, name: &str) -> Result<String, FacadeError> {
        let text = self.opaque(name)?.trim().to_owned();
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if text.chars().count() > LINE_MAX || text.chars().any(breaks) {
            return Err(refused(
                400,
                format!("{name}: one line of at most {LINE_MAX} characters is expected"),
            ));
        }
        Ok(text)
    }

    /// The characters of a number, or of a text of one.
    fn number(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
        Some(text.trim().to_owned())
    }

    /// A whole number, or a text of its digits. One beyond all that can be counted is the largest that can.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<i64>, FacadeError> {
        let Some(text) = self.number(name) else { return Ok(None) };
        let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), "0"));
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        let all = |text: &str, of: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| of(&b));
        if !all(digits, u8::is_ascii_digit) || !all(fraction, |b| *b == b'0') {
            return Err(refused(400, format!("{name}: a whole number is expected")));
        }
        let beyond = if whole == digits { i64::MAX } else { i64::MIN };
        Ok(Some(whole.parse().unwrap_or(beyond)))
    }

    /// An amount in the shop's currency: a number, or a text of one.
    ///
    /// # Errors
    /// 400 when it is something else, below 0 or too much.
    pub(crate) fn money(&self, name: &str, currency: Currency) -> Result<Option<Money>, FacadeError> {
        let Some(text) = self.number(name) else { return Ok(None) };
        let amount = match meant(&text, currency) {
            Ok(Money { minor: ..0, .. }) => {
                return Err(refused(400, format!("{name}: it must not be below 0")));
            }
            Ok(Money { minor, .. }) if minor > LARGEST_MINOR => Err(MoneyError::Overflow),
            Err(MoneyError::Form) => return Err(refused(400, format!("{name}: a number is expected"))),
            amount => amount,
        };
        amount.map(Some).map_err(|error| refused(400, format!("{name}: {error}")))
    }
}

/// The members that an operation takes.
struct AllowedMembers<'t>(&'t [&'t str]);

impl<'de> DeserializeSeed<'de> for AllowedMembers<'_> {
    type Value = BodyForm;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<BodyForm, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AllowedMembers<'_> {
    type Value = BodyForm;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<BodyForm, A::Error> {
        let mut form = BodyForm::default();
        while let Some(name) = members.next_key::<String>()? {
            let is_taken = self.0.iter().any(|taken| taken.trim_end_matches(['?', '#']) == name);
            match is_taken {
                true => _ = form.0.insert(name, members.next_value()?),
                false => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(form)
    }
}

/// An amount as the originals write it: a number.
pub(crate) fn number(money: Money) -> serde_json::Number {
    let decimal = money.decimal();
    let short =
        if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { &decimal };
    short.parse().unwrap_or_else(|_| 0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKES: &[&str] = &[
        "a", "b", "c", "d#", "e", "f#?", "g", "h", "noise", "spaces", "many", "few", "dots", "below",
        "large", "third", "list", "truth", "lines", "nul", "bell", "long", "number", "null", "missing",
        "empty", "two", "good?",
    ];

    fn form(json: &str) -> BodyForm {
        BodyForm::read(json.as_bytes(), TAKES).unwrap()
    }

    #[test]
    fn only_the_members_that_an_operation_takes_are_kept() {
        let form = form(r#"{"a": 1, "z": {"a": [1e400]}, "good": "tea", "good": "cup", "good?": 1}"#);
        assert!(form.has("a") && !form.has("z") && !form.has("good?"));
        assert_eq!(
            form.given("good"),
            Ok(Some("cup".to_owned())),
            "the last one counts, as in the originals"
        );
    }

    #[test]
    fn numbers_may_be_texts_and_come_back_as_numbers() {
        let form = form(r#"{"a": 12, "b": "12", "c": 12.50, "d": "12.5", "e": "x", "f": 2.0, "g": null}"#);
        let eur = Currency::EUR;
        for name in ["a", "b"] {
            assert_eq!(form.whole(name), Ok(Some(12)));
            assert_eq!(form.money(name, eur).unwrap().map(number), Some(12.into()));
        }
        for name in ["c", "d"] {
            assert_eq!(form.money(name, eur).unwrap().unwrap().minor, 1250);
            assert_eq!(number(form.money(name, eur).unwrap().unwrap()).to_string(), "12.5");
            assert_eq!(form.whole(name).unwrap_err().status, 400);
        }
        assert_eq!(
            (form.whole("e").unwrap_err().status, form.money("e", eur).unwrap_err().status),
            (400, 400)
        );
        assert_eq!(
            (form.whole("f"), form.whole("g"), form.money("h", eur)),
            (Ok(Some(2)), Ok(None), Ok(None))
        );
        assert_eq!(number(Money::new(500, "JPY".parse().unwrap())).to_string(), "500");
    }

    #[test]
    fn numbers_are_taken_as_they_were_meant_and_bounded() {
        let form = form(
            r#"{"noise": 3.3000000000000003, "spaces": " 12.50 ", "many": 99999999999999999999, "few": "-99999999999999999999",
                "dots": "2.0.0", "below": -1, "large": 1e11, "third": 0.333, "list": [1], "truth": true}"#,
        );
        let money = |name| form.money(name, Currency::EUR);
        assert_eq!(money("noise").unwrap().unwrap().minor, 330);
        assert_eq!(money("spaces").unwrap().unwrap().minor, 1250);
        assert_eq!((form.whole("many"), form.whole("few")), (Ok(Some(i64::MAX)), Ok(Some(i64::MIN))));
        for name in ["dots", "below", "large", "third", "list", "truth"] {
            assert_eq!(money(name).unwrap_err().status, 400, "{name}");
        }
        for name in ["dots", "third", "list", "truth"] {
            assert_eq!(form.whole(name).unwrap_err().status, 400, "{name}");
        }
    }

    #[test]
    fn texts_have_what_can_be_kept() {
        let long = "x".repeat(PROSE_MAX + 1);
        let form = form(&format!(
            r#"{{"lines": " a\nb ", "nul": "a\u0000b", "bell": "\u0007", "long": "{long}", "number": 5, "null": null}}"#
        ));
        assert_eq!(form.text("lines"), Ok("a\nb".to_owned()));
        assert_eq!(form.prose("lines"), Ok(Some(" a\nb ".to_owned())));
        for name in ["nul", "bell", "long", "number"] {
            assert_eq!(form.prose(name).unwrap_err().status, 400, "{name}");
            assert_eq!(form.line(name).unwrap_err().status, 400, "{name}");
        }
        assert_eq!((form.prose("null"), form.prose("missing")), (Ok(None), Ok(None)));
        assert_eq!(form.opaque("nul"), Ok("a\0b".to_owned()));
    }

    #[test]
    fn what_is_missing_empty_or_no_text_is_named() {
        let form = form(r#"{"empty": " ", "number": 5, "two": "a\nb", "good": " tea "}"#);
        for name in ["missing", "empty"] {
            assert_eq!(form.line(name), Err(refused(400, format!("{name} is required"))));
        }
        assert_eq!(form.line("number"), Err(refused(400, "number: a text is expected")));
        assert_eq!(form.line("two").unwrap_err().status, 400);
        assert_eq!(form.line("good"), Ok("tea".to_owned()));
        assert_eq!(BodyForm::read(b"[1]", TAKES).unwrap_err().status, 400);
        assert!(BodyForm::read(b"\xef\xbb\xbf{\"a\": 1}", TAKES).unwrap().has("a"));
    }
}
