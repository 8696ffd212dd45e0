//! Deserializes the pairs of a query as the members of a type.
//!
//! Each name is read once, in the order of the names, and all errors are reported: an invalid value is omitted and the rest
//! is read again, without the names that the type does not know. This is cheap, because types have few members. List
//! members can be given several times.

use super::{in_words, is_whole, named_field};
use crate::FieldError;
use form_urlencoded::parse;
use serde::{
    Deserializer,
    de::{
        DeserializeOwned, Error, IntoDeserializer, Unexpected, Visitor,
        value::{Error as ValueError, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use std::{borrow::Cow, cell::Cell, collections::BTreeMap};

/// The message for an empty value.
const EMPTY: &str = "a value is expected; omit the parameter if there is none";

/// The part of a message that shows that a time is expected.
const TIME: &str = "(RFC 3339)";
/// The addition to that message if the sign of the offset was decoded as a space.
const PLUS: &str =
    ": in a query, + stands for a space, so encode it as %2B, as in 2026-01-02T04:04:05%2B01:00";

/// Reads a query and ignores unknown names. With `strict`, empty values are rejected.
///
/// # Errors
/// The error of each name.
pub(super) fn read<T: DeserializeOwned>(query: &str, strict: bool) -> Result<T, Vec<FieldError>> {
    let mut given: BTreeMap<Cow<'_, str>, ParameterValues<'_>> = BTreeMap::new();
    for (name, value) in parse(query.as_bytes()) {
        given.entry(name).or_insert_with(|| ParameterValues::none(strict)).all.push(value);
    }
    let mut faults = Vec::new();
    loop {
        let pairs = given.iter().map(|(name, values)| (name.as_ref(), values));
        let error = match serde_path_to_error::deserialize(MapDeserializer::new(pairs)) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => return Err(faults),
            Err(error) => error,
        };
        let words = error.inner().to_string();
        let path = error.path().to_string();
        given.retain(|_, values| !values.is_ignored.get());
        let name =
            named_field(&words).unwrap_or(path.split(['.', '[']).next().unwrap_or_default()).to_owned();
        let known = given.remove(name.as_str());
        // a value that was omitted because of its error is not missing
        if faults.iter().all(|fault: &FieldError| fault.pointer != format!("?{name}")) {
            let (code, mut detail) = in_words(&words);
            if detail.contains(TIME)
                && known.as_ref().is_some_and(|known| known.all.iter().any(|v| v.contains(' ')))
            {
                detail.push_str(PLUS);
            }
            faults.push(FieldError::new(format!("?{name}"), code, detail));
        }
        if known.is_none() {
            return Err(faults);
        }
    }
}

/// All values of a name.
struct ParameterValues<'a> {
    all: Vec<Cow<'a, str>>,
    strict: bool,
    /// Whether the type does not know the name.
    is_ignored: Cell<bool>,
}

impl ParameterValues<'_> {
    fn none(strict: bool) -> Self {
        ParameterValues { all: Vec::new(), strict, is_ignored: Cell::new(false) }
    }
    /// Returns the single value.
    fn one(&self) -> Result<&str, ValueError> {
        match &self.all[..] {
            [one] if one.is_empty() && self.strict => Err(ValueError::custom(EMPTY)),
            [one] => Ok(one),
            _ => Err(ValueError::custom("duplicate field")),
        }
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for &'de ParameterValues<'_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// A number that is out of range for its type.
const WHOLE: Unexpected<'_> = Unexpected::Other("integer beyond all");

macro_rules! parsed {
    ($($method:ident $visit:ident $number:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            let text = self.one()?;
            match text.parse::<$number>() {
                Ok(value) => visitor.$visit(value),
                Err(_) if is_whole(text) => Err(ValueError::invalid_value(WHOLE, &visitor)),
                Err(_) => Err(ValueError::invalid_type(Unexpected::Str(text), &visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for &'de ParameterValues<'_> {
    type Error = ValueError;

    parsed! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_borrowed_str(self.one()?)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(self.one()?.into_deserializer())
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.strict && self.all.iter().any(|value| value.is_empty()) {
            return Err(ValueError::custom(EMPTY));
        }
        let each = self.all.iter().map(|value| Value(value));
        visitor.visit_seq(SeqDeserializer::new(each))
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.is_ignored.set(true);
        visitor.visit_unit()
    }
    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
    }
}

/// One of the values of a list.
struct Value<'a>(&'a str);

impl<'de> IntoDeserializer<'de, ValueError> for Value<'de> {
    type Deserializer = serde::de::value::BorrowedStrDeserializer<'de, ValueError>;
    fn into_deserializer(self) -> Self::Deserializer {
        serde::de::value::BorrowedStrDeserializer::new(self.0)
    }
}
