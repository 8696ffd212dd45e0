//! The compact form of a signed JWT: `header.claims.signature`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};
use std::fmt;

/// No token of ours is nearly as long.
pub(super) const TOKEN_BYTES_MAX: usize = 8 << 10;

/// What a header may say; one with anything else is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) typ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<String>,
}

/// A token whose form is right, and of which nothing is believed yet.
#[derive(Debug)]
pub(super) struct UnverifiedToken<'a> {
    pub(super) header: Header,
    /// What is signed.
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

    /// What it says; to be called once the signature has been verified.
    pub(super) fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        members(self.claims)
    }
}

/// The part of a token that is signed.
pub(super) fn to_sign(header: &Header, claims: &impl Serialize) -> String {
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header = serde_json::to_vec(header).expect("a header is three texts");
    let claims = serde_json::to_vec(claims).expect("claims are plain values");
    format!("{}.{}", part(header), part(claims))
}

/// The whole token.
pub(super) fn signed(mut to_sign: String, signature: &[u8]) -> String {
    to_sign.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut to_sign);
    to_sign
}

/// Without padding, and with no bits left over: every text has one spelling.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn members<T: DeserializeOwned>(part: &str) -> Option<T> {
    let UniqueMembers(members) = serde_json::from_slice(&decode(part)?).ok()?;
    serde_json::from_value(Value::Object(members)).ok()
}

/// An object in which no member is there twice.
struct UniqueMembers(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = UniqueMembers;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueMembers, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                }
                Ok(UniqueMembers(members))
            }
        }
        d.deserialize_map(Members)
    }
}
