//! The compact serialization of a signed JWT: `header.claims.signature`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};
use std::fmt;

/// Maximum length of a token, far above that of Ordo's own.
pub(super) const TOKEN_BYTES_MAX: usize = 8 << 10;

/// The permitted members of a header; a header with others is rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) typ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<String>,
}

/// A well-formed token that is not verified.
#[derive(Debug)]
pub(super) struct UnverifiedToken<'a> {
    pub(super) header: Header,
    /// The signed part.
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
    claims: &'a str,
}

impl<'a> UnverifiedToken<'a> {
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if claims.contains('.') {
            return None;
        }
        Some(UnverifiedToken {
            header: members(header)?,
            signed: signed.as_bytes(),
            signature: decode(signature).filter(|s| !s.is_empty())?,
            claims,
        })
    }

    /// Returns the claims. Call it only after the signature has been verified.
    pub(super) fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        members(self.claims)
    }
}

/// Returns the part of a token to be signed.
pub(super) fn to_sign(header: &Header, claims: &impl Serialize) -> String {
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header = serde_json::to_vec(header).expect("a header is three texts");
    let claims = serde_json::to_vec(claims).expect("claims are plain values");
    format!("{}.{}", part(header), part(claims))
}

/// Returns the complete token.
pub(super) fn signed(mut to_sign: String, signature: &[u8]) -> String {
    to_sign.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut to_sign);
    to_sign
}

/// Decodes base64url without padding and without unused bits, so that every text has one encoding.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn members<T: DeserializeOwned>(part: &str) -> Option<T> {
    let UniqueMembers(members) = serde_json::from_slice(&decode(part)?).ok()?;
    serde_json::from_value(Value::Object(members)).ok()
}

/// An object without duplicate members.
struct UniqueMembers(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct UniqueMembersVisitor;
        impl<'de> Visitor<'de> for UniqueMembersVisitor {
            type Value = UniqueMembers;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueMembers, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("duplicate member"));
                    }
                }
                Ok(UniqueMembers(members))
            }
        }
        d.deserialize_map(UniqueMembersVisitor)
    }
}
