//! Conversion of values to and from PostgreSQL's binary format.

use crate::{Param, param::type_name};
use kernel::Timestamp;
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

type ParamError = Box<dyn Error + Sync + Send>;

/// 2000-01-01, PostgreSQL's epoch, in microseconds since 1970.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// The version of the binary format of `jsonb`.
const JSONB_VERSION: u8 = 1;

impl ToSql for Param {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, ParamError> {
        match (self, ty) {
            (Param::Null, _) => return Ok(IsNull::Yes),
            (Param::Bool(v), &Type::BOOL) => return v.to_sql(ty, out),
            (Param::Int(v), &Type::INT8) => return v.to_sql(ty, out),
            (Param::Int(v), &Type::INT4) => return i32::try_from(*v)?.to_sql(ty, out),
            (Param::Int(v), &Type::INT2) => return i16::try_from(*v)?.to_sql(ty, out),
            (Param::Ints(v), &Type::INT8_ARRAY) => return v.to_sql(ty, out),
            (Param::Texts(v), &Type::TEXT_ARRAY) => return v.to_sql(ty, out),
            (Param::Uuids(v), &Type::UUID_ARRAY) => {
                return v.iter().map(|v| UuidElement(*v)).collect::<Vec<_>>().to_sql(ty, out);
            }
            (Param::Text(v), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN)
            | (Param::Json(v), &Type::TEXT | &Type::JSON) => out.extend_from_slice(v.as_bytes()),
            (Param::Json(v) | Param::Text(v), &Type::JSONB) => {
                out.extend_from_slice(&[JSONB_VERSION]);
                out.extend_from_slice(v.as_bytes());
            }
            (Param::Blob(v), &Type::BYTEA) => out.extend_from_slice(v),
            (Param::Uuid(v), &Type::UUID) => out.extend_from_slice(v.as_bytes()),
            (Param::Time(v), &Type::TIMESTAMPTZ) => {
                let micros = v.as_micros().checked_sub(EPOCH_MICROS).ok_or("a time before PostgreSQL's")?;
                out.extend_from_slice(&micros.to_be_bytes());
            }
            _ => return Err(format!("{} was given where {ty} is expected", type_name(self)).into()),
        }
        Ok(IsNull::No)
    }
    /// Decided by the value, above.
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Param {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, ParamError> {
        Ok(match *ty {
            Type::BOOL => Param::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Param::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Param::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Param::Int(i16::from_sql(ty, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Param::Text(String::from_sql(ty, raw)?)
            }
            Type::JSON => Param::Json(std::str::from_utf8(raw)?.to_owned()),
            Type::JSONB => match raw {
                [JSONB_VERSION, text @ ..] => Param::Json(std::str::from_utf8(text)?.to_owned()),
                _ => return Err("an unknown version of jsonb".into()),
            },
            Type::BYTEA => Param::Blob(raw.to_vec()),
            Type::UUID => Param::Uuid(Uuid::from_slice(raw)?),
            Type::TIMESTAMPTZ => {
                let micros = i64::from_be_bytes(raw.try_into()?);
                Param::Time(Timestamp::from_micros(micros.saturating_add(EPOCH_MICROS)))
            }
            // the result of `call` and functions such as pg_sleep()
            Type::VOID => Param::Null,
            _ => return Err(format!("a column of type {ty}: cast it in the statement").into()),
        })
    }
    fn from_sql_null(_: &Type) -> Result<Self, ParamError> {
        Ok(Param::Null)
    }
    /// An unknown type results in an error that names it, not in a panic.
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// One element of `uuid[]`.
#[derive(Debug)]
struct UuidElement(Uuid);

impl ToSql for UuidElement {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, ParamError> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
    to_sql_checked!();
}
