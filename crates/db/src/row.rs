//! Rows of a result, whose columns are read by name.

use crate::{Error, ErrorKind, Param, Result, param::type_name};
use kernel::{Currency, Id, Language, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

/// A row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

/// A value of a row.
pub(crate) type Value = std::result::Result<Param, UnsupportedValue>;

/// A value of an unsupported type, with its description.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnsupportedValue(pub(crate) &'static str);

impl Row {
    /// Returns the value of the column `name`.
    ///
    /// # Errors
    /// When there is no such column, or its value is of another type; the error names the column.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T> {
        let value =
            self.value(name).ok_or_else(|| Error::other(format!("the answer has no column {name}")))?;
        let read = value.as_ref().ok().and_then(T::from_column);
        read.ok_or_else(|| {
            let wanted = std::any::type_name::<T>();
            Error::other(format!("column {name} holds {}, which is no {wanted}", held(value)))
        })
    }

    /// Returns the value of a closed list whose name is in the column `name`.
    ///
    /// # Errors
    /// Those of [`Row::get`], and when `find` does not know the name.
    pub fn named<T>(&self, name: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let word: String = self.get(name)?;
        find(&word).ok_or_else(|| Error::other(format!("column {name} holds the unknown `{word}`")))
    }

    /// Returns the value of a column in a displayable form, whatever its type.
    pub fn shown(&self, name: &str) -> String {
        shown(self.value(name))
    }

    /// Returns the first column in a displayable form, whatever its name.
    pub(crate) fn shown_first(&self) -> String {
        shown(self.values.first())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.columns.iter().position(|c| c == name).and_then(|i| self.values.get(i))
    }
}

/// Returns the row of a result with at most one.
pub(crate) fn at_most_one(mut rows: Vec<Row>) -> Result<Option<Row>> {
    match rows.len() {
        0 | 1 => Ok(rows.pop()),
        several => Err(Error::other(format!("one row was expected, {several} were found"))),
    }
}

/// Returns the row of a result with exactly one; `NotFound` if there is none.
pub(crate) fn exactly_one(rows: Vec<Row>) -> Result<Row> {
    at_most_one(rows)?.ok_or_else(|| Error::new(ErrorKind::NotFound, "one row was expected, none was found"))
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Ok(Param::Null)) => "without a key".to_owned(),
        Some(Ok(Param::Int(v))) => v.to_string(),
        Some(Ok(Param::Text(v))) => v.clone(),
        Some(Ok(Param::Uuid(v))) => v.to_string(),
        Some(Ok(Param::Blob(v))) => Uuid::from_slice(v).map_or_else(|_| hex(v), |id| id.to_string()),
        Some(other) => held(other).to_owned(),
    }
}

fn held(value: &Value) -> &'static str {
    match value {
        Ok(value) => type_name(value),
        Err(UnsupportedValue(what)) => what,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A type that can be read from a column. SQLite stores several types in one storage class, so that each implementation
/// accepts the values of both engines.
pub trait FromColumn: Sized {
    /// Converts the value. `None` if it is of another type.
    fn from_column(value: &Param) -> Option<Self>;
}

macro_rules! from_column {
    ($($type:ty: $($pattern:pat => $value:expr),+;)*) => {$(
        impl FromColumn for $type {
            fn from_column(value: &Param) -> Option<Self> {
                match value {
                    $($pattern => $value,)+
                    _ => None,
                }
            }
        }
    )*};
}
from_column! {
    i64: Param::Int(v) => Some(*v);
    i32: Param::Int(v) => (*v).try_into().ok();
    u32: Param::Int(v) => (*v).try_into().ok();
    bool: Param::Bool(v) => Some(*v), Param::Int(0) => Some(false), Param::Int(1) => Some(true);
    String: Param::Text(v) | Param::Json(v) => Some(v.clone());
    Vec<u8>: Param::Blob(v) => Some(v.clone());
    Uuid: Param::Uuid(v) => Some(*v), Param::Blob(v) => Uuid::from_slice(v).ok();
    Timestamp: Param::Time(v) => Some(*v), Param::Int(v) => Some(Timestamp::from_micros(*v));
    Currency: Param::Text(v) => v.parse().ok();
    Language: Param::Text(v) => Language::named(v);
    serde_json::Value: Param::Json(v) | Param::Text(v) => serde_json::from_str(v).ok();
}
impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(value: &Param) -> Option<Self> {
        if let Param::Blob(v) = value { v.as_slice().try_into().ok() } else { None }
    }
}
impl<K> FromColumn for Id<K> {
    fn from_column(value: &Param) -> Option<Self> {
        Uuid::from_column(value).map(Id::from_uuid)
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: &Param) -> Option<Self> {
        match value {
            Param::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}
