//! Values of parameters and columns.

use kernel::{Currency, Id, Language, Timestamp};
use uuid::Uuid;

/// A value of a parameter or of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// Null.
    Null,
    /// `boolean`; 0 or 1 on SQLite.
    Bool(bool),
    /// `bigint`, `integer`, `smallint`.
    Int(i64),
    /// `text`.
    Text(String),
    /// `bytea`; a blob on SQLite.
    Blob(Vec<u8>),
    /// `uuid`; a blob of 16 bytes on SQLite, with the same sort order.
    Uuid(Uuid),
    /// `timestamptz`; microseconds since 1970 on SQLite.
    Time(Timestamp),
    /// `jsonb`, as its text; text on SQLite.
    Json(String),
    /// `bigint[]`, for `= any($1)` and, on PostgreSQL, `unnest`.
    Ints(Vec<i64>),
    /// `text[]`, for the same.
    Texts(Vec<String>),
    /// `uuid[]`, for the same.
    Uuids(Vec<Uuid>),
}

/// The parameters of a statement: `params![id, 5, "text", None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Param::from($value)),*] as &[$crate::Param] };
}

macro_rules! from {
    ($($from:ty, $value:pat => $param:expr;)*) => {$(
        impl From<$from> for Param {
            fn from($value: $from) -> Self { $param }
        }
    )*};
}
from! {
    bool, v => Param::Bool(v);
    i64, v => Param::Int(v);
    i32, v => Param::Int(v.into());
    u32, v => Param::Int(v.into());
    &str, v => Param::Text(v.to_owned());
    String, v => Param::Text(v);
    &String, v => Param::Text(v.clone());
    Vec<u8>, v => Param::Blob(v);
    &[u8], v => Param::Blob(v.to_vec());
    Uuid, v => Param::Uuid(v);
    Timestamp, v => Param::Time(v);
    Currency, v => Param::Text(v.code().to_owned());
    Language, v => Param::Text(v.code().to_owned());
    serde_json::Value, v => Param::Json(v.to_string());
    &serde_json::Value, v => Param::Json(v.to_string());
    Vec<i64>, v => Param::Ints(v);
    Vec<String>, v => Param::Texts(v);
    Vec<Uuid>, v => Param::Uuids(v);
}
impl<const N: usize> From<[u8; N]> for Param {
    fn from(bytes: [u8; N]) -> Self {
        Param::Blob(bytes.to_vec())
    }
}
impl<const N: usize> From<&[u8; N]> for Param {
    fn from(bytes: &[u8; N]) -> Self {
        Param::Blob(bytes.to_vec())
    }
}
impl<K> From<Id<K>> for Param {
    fn from(id: Id<K>) -> Self {
        Param::Uuid(id.uuid())
    }
}
impl<K> From<Vec<Id<K>>> for Param {
    fn from(ids: Vec<Id<K>>) -> Self {
        Param::Uuids(ids.iter().map(Id::uuid).collect())
    }
}
impl<K> From<&[Id<K>]> for Param {
    fn from(ids: &[Id<K>]) -> Self {
        Param::Uuids(ids.iter().map(Id::uuid).collect())
    }
}
impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// Returns the name of a type for errors.
pub(crate) fn type_name(value: &Param) -> &'static str {
    match value {
        Param::Null => "null",
        Param::Bool(_) => "boolean",
        Param::Int(_) => "bigint",
        Param::Text(_) => "text",
        Param::Blob(_) => "bytea",
        Param::Uuid(_) => "uuid",
        Param::Time(_) => "timestamptz",
        Param::Json(_) => "jsonb",
        Param::Ints(_) => "bigint[]",
        Param::Texts(_) => "text[]",
        Param::Uuids(_) => "uuid[]",
    }
}
