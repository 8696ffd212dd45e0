//! The pairs of a query, read as the members of a type.
//!
//! Each name is read once, in the order of the names, and all that is wrong is told: what cannot be read is left out and
//! the rest read again, without the names that the type does not know: a type has few. Members that are lists may be given several times.

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

/// What is said of a value without characters.
const EMPTY: &str = "a value is expected: without one, leave the parameter out";

/// What is said where a time is expected,
const TIME: &str = "(RFC 3339)";
/// and what more where a sign of its offset came as what it stands for in a query.
const PLUS: &str = ": in a query + stands for a blank, so write it as %2B, as in 2026-01-02T04:04:05%2B01:00";

/// Reads a query; names that the type does not know are passed over. With `strict`, no value is empty.
///
/// # Errors
/// What is wrong with each name.
pub(super) fn read<T: DeserializeOwned>(query: &str, strict: bool) -> Result<T, Vec<FieldError>> {
    let mut given: BTreeMap<Cow<'_, str>, Values<'_>> = BTreeMap::new();
    for (name, value) in parse(query.as_bytes()) {
        given.entry(name).or_insert_with(|| Values::none(strict)).all.push(value);
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
        // what was left out for its fault is not missing
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

/// All that a name was given.
struct Values<'a> {
    all: Vec<Cow<'a, str>>,
    strict: bool,
    /// Whether the type has turned out not to know the name.
    is_ignored: Cell<bool>,
}

impl Values<'_> {
    fn none(strict: bool) -> Self {
        Values { all: Vec::new(), strict, is_ignored: Cell::new(false) }
    }
    /// The only one.
    fn one(&self) -> Result<&str, ValueError> {
        match &self.all[..] {
            [one] if one.is_empty() && self.strict => Err(ValueError::custom(EMPTY)),
            [one] => Ok(one),
            _ => Err(ValueError::custom("duplicate field")),
        }
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for &'de Values<'_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// A number that is too large for its type, of which it is not told which one.
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

impl<'de> Deserializer<'de> for &'de Values<'_> {
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
