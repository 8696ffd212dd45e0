//! Rows of both engines in common types, and their text, by which two sides are compared.

use crate::{Error, FromColumn, Param, Result, row::Value};
use kernel::Timestamp;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};
use tokio_postgres::types::Type;
use uuid::Uuid;

/// The column types that can be moved: those of `crate::migrate`.
pub(super) const MOVABLE: [Type; 9] = [
    Type::BOOL,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::TEXT,
    Type::BYTEA,
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::JSONB,
];

/// Converts a value of SQLite to a column type.
///
/// # Errors
/// When it is of another type.
pub(super) fn converted(value: &Value, ty: &Type) -> Result<Param> {
    let value = value.as_ref().map_err(|foreign| Error::other(foreign.0))?;
    let of_type = || {
        Some(match *ty {
            _ if *value == Param::Null => Param::Null,
            Type::BOOL => Param::Bool(bool::from_column(value)?),
            Type::INT2 | Type::INT4 | Type::INT8 => Param::Int(i64::from_column(value)?),
            Type::TEXT => Param::Text(String::from_column(value)?),
            Type::BYTEA => Param::Blob(Vec::from_column(value)?),
            Type::UUID => Param::Uuid(Uuid::from_column(value)?),
            Type::TIMESTAMPTZ => Param::Time(Timestamp::from_column(value)?),
            Type::JSONB => Param::Json(String::from_column(value)?),
            _ => return None,
        })
    };
    of_type().ok_or_else(|| Error::other(format!("a value is no {ty}")))
}

/// The rows of a table in any order: their number, and the sum of the hashes of their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableChecksum {
    /// The number of rows.
    pub rows: u64,
    checksum: u128,
}

impl TableChecksum {
    /// Adds a row. Its text contains each value in the order of the columns, preceded by its length, so that different rows
    /// have different texts.
    pub(super) fn add<'v>(&mut self, values: impl Iterator<Item = &'v Param>) -> Result<()> {
        let mut hash = Sha256::new();
        for value in values {
            let text = text(value)?;
            hash.update(text.len().to_string());
            hash.update(":");
            hash.update(text);
        }
        let half = hash.finalize().iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte));
        self.checksum = self.checksum.wrapping_add(half);
        self.rows += 1;
        Ok(())
    }
}

impl fmt::Display for TableChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows with the checksum {:032x}", self.rows, self.checksum)
    }
}

/// Returns the text of a value, preceded by its type, so that a string differs from a number or null.
fn text(value: &Param) -> Result<String> {
    Ok(match value {
        Param::Null => "-".to_owned(),
        Param::Bool(v) => format!("b{v}"),
        Param::Int(v) => format!("i{v}"),
        Param::Text(v) => format!("t{v}"),
        Param::Blob(v) => v.iter().fold("x".to_owned(), |text, byte| text + &format!("{byte:02x}")),
        Param::Uuid(v) => format!("u{v}"),
        Param::Time(v) => format!("m{}", v.as_micros()),
        Param::Json(v) => {
            let parsed = serde_json::from_str(v).map_err(|error| Error::other(error.to_string()))?;
            let mut text = "j".to_owned();
            write_json(&parsed, &mut text);
            text
        }
        Param::Ints(_) | Param::Texts(_) | Param::Uuids(_) => {
            return Err(Error::other("an array in a column"));
        }
    })
}

/// `jsonb` stores the meaning of JSON, not its notation: the order of members and the format of numbers can differ.
fn write_json(json: &Json, out: &mut String) {
    match json {
        Json::Array(items) => {
            out.push('[');
            for item in items {
                write_json(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (name, member) in members.iter().collect::<BTreeMap<_, _>>() {
                out.push_str(&Json::String(name.clone()).to_string());
                out.push(':');
                write_json(member, out);
                out.push(',');
            }
            out.push('}');
        }
        Json::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => out.push_str(&float.to_string()),
            None => out.push_str(&number.to_string()),
        },
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &[&[Param]]) -> TableChecksum {
        let mut sum = TableChecksum::default();
        rows.iter().for_each(|row| sum.add(row.iter()).unwrap());
        sum
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_everything_else_does() {
        let (one, two) = ([Param::Int(1), "a".into()], [Param::Int(2), "b".into()]);
        assert_eq!(sum(&[&one, &two]), sum(&[&two, &one]));
        let others: [&[&[Param]]; 6] = [
            &[&one],
            &[&one, &one],
            &[&one, &[Param::Int(2), "c".into()]],
            &[&[Param::Int(1), "b".into()], &[Param::Int(2), "a".into()]],
            &[&one, &["b".into(), Param::Int(2)]],
            &[&one, &[Param::Int(2), Param::Null]],
        ];
        for other in others {
            assert_ne!(sum(&[&one, &two]), sum(other), "{other:?}");
        }
        assert_ne!(sum(&[&["ab".into(), "c".into()]]), sum(&[&["a".into(), "bc".into()]]));
        assert_ne!(sum(&[&["".into()]]), sum(&[&[Param::Null]]));
    }

    #[test]
    fn json_is_compared_by_what_it_says() {
        let json = |text: &str| sum(&[&[Param::Json(text.to_owned())]]);
        let same = json(r#"{"b": [1.0, 100, "é"], "a": {"y": 0.50, "x": null}}"#);
        assert_eq!(same, json("{\"a\":{\"x\":null,\"y\":0.5},\"b\":[1,1e2,\"\\u00e9\"]}"));
        for other in
            [r#"{"a":{"x":null,"y":0.5},"b":[1,100,"e"]}"#, r#"{"a":{"x":null,"y":0.5},"b":[100,1,"é"]}"#]
        {
            assert_ne!(same, json(other));
        }
        assert!(TableChecksum::default().add([Param::Json("{".to_owned())].iter()).is_err());
    }
}
