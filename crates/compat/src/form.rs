//! The body of a request, as the originals' clients write it: an object whose members may be missing, or numbers
//! that are texts. What a façade does not know it leaves alone.

use crate::said::{Refused, refused};
use kernel::{Currency, Money, MoneyIn};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Characters of a text of one line.
const LINE_MAX: usize = 200;

/// The members of a body.
#[derive(Debug, Default)]
pub(crate) struct Form(BTreeMap<String, Box<RawValue>>);

impl Form {
    /// Reads a body.
    ///
    /// # Errors
    /// 400 when it is no JSON object.
    pub(crate) fn read(body: &[u8]) -> Result<Form, Refused> {
        let members = serde_json::from_slice(body);
        members.map(Form).map_err(|_| refused(400, "A JSON object is expected"))
    }

    /// Whether there is such a member, and it is not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get() != "null")
    }

    /// A text as it stands there, if it is there and is one.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// 400 when it is missing, empty or no text.
    pub(crate) fn text(&self, name: &str) -> Result<String, Refused> {
        let text = self.given(name).filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| refused(400, format!("{name} is required")))
    }

    /// A text of one line that must be there, without the spaces around it.
    ///
    /// # Errors
    /// 400 when it is missing, too long, or has control characters.
    pub(crate) fn line(&self, name: &str) -> Result<String, Refused> {
        let text = self.text(name)?.trim().to_owned();
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if text.chars().count() > LINE_MAX || text.chars().any(breaks) {
            return Err(refused(
                400,
                format!("{name}: one line of at most {LINE_MAX} characters is expected"),
            ));
        }
        Ok(text)
    }

    /// A whole number, or a text of its digits.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<i64>, Refused> {
        if !self.has(name) {
            return Ok(None);
        }
        let raw = self.0.get(name).map(|value| value.get()).unwrap_or_default();
        let text = self.given(name).unwrap_or_else(|| raw.to_owned());
        let number = text.trim().trim_end_matches(".0").parse();
        number.map(Some).map_err(|_| refused(400, format!("{name}: a whole number is expected")))
    }

    /// An amount in the shop's currency: a number, or a text of one.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn money(&self, name: &str, currency: Currency) -> Result<Option<Money>, Refused> {
        if !self.has(name) {
            return Ok(None);
        }
        let raw = self.0.get(name).and_then(|value| serde_json::from_str::<MoneyIn>(value.get()).ok());
        let money = raw.ok_or_else(|| refused(400, format!("{name}: a number is expected")))?.read(currency);
        money.map(Some).map_err(|error| refused(400, format!("{name}: {error}")))
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

    fn form(json: &str) -> Form {
        Form::read(json.as_bytes()).unwrap()
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
    fn what_is_missing_empty_or_no_text_is_named() {
        let form = form(r#"{"empty": " ", "number": 5, "two": "a\nb", "good": " tea "}"#);
        for name in ["missing", "empty", "number"] {
            assert_eq!(form.line(name), Err(refused(400, format!("{name} is required"))));
        }
        assert_eq!(form.line("two").unwrap_err().status, 400);
        assert_eq!(form.line("good"), Ok("tea".to_owned()));
        assert_eq!(Form::read(b"[1]").unwrap_err().status, 400);
    }
}
