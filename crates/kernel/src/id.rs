//! Typed identifiers: a UUIDv7 (or 128 bits of a digest) with a prefix, in TypeID format on the wire
//! (`ord_01h455vb4pex5vsknk084sn02q`).
//!
//! The suffix is lower-case Crockford base32, 26 characters for 128 bits, as in the TypeID specification 0.3. There is only
//! one spelling: upper case and look-alike characters are rejected.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{cmp::Ordering, fmt, hash::Hash, marker::PhantomData, str::FromStr};
use uuid::Uuid;

/// The kind of resource that an identifier denotes.
pub trait IdKind: Send + Sync + 'static {
    /// The prefix on the wire, without the underscore.
    const PREFIX: &'static str;
    /// The name of the schema in the OpenAPI document.
    const NAME: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $id:ident, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $kind {}
        impl IdKind for $kind {
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = stringify!($id);
        }
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*
    /// All prefixes.
    pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    /// A user's account.
    UserKind, UserId, "usr";
    /// A session: a family of refresh tokens.
    SessionKind, SessionId, "ses";
    /// A password reset.
    ResetKind, ResetId, "rst";
    /// A verification of an email address.
    VerificationKind, VerificationId, "ver";
    /// An API key.
    ApiKeyKind, ApiKeyId, "key";
    /// A saved address of a user.
    AddressKind, AddressId, "adr";
    /// A product.
    ProductKind, ProductId, "prd";
    /// A stock movement.
    MovementKind, MovementId, "mov";
    /// A placement: the idempotency record, the outcome and the tombstone of an order.
    PlacementKind, PlacementId, "plc";
    /// A basket. Its bits are random, because the ID of a guest's basket is a secret.
    BasketKind, BasketId, "bas";
    /// An order.
    OrderKind, OrderId, "ord";
    /// A line of an order.
    LineKind, LineId, "lin";
    /// A staff note about an order.
    NoteKind, NoteId, "not";
    /// A fulfilment: units that are shipped together.
    FulfilmentKind, FulfilmentId, "ful";
    /// The payment of an order.
    PaymentKind, PaymentId, "pay";
    /// A payment attempt.
    AttemptKind, AttemptId, "att";
    /// A refund.
    RefundKind, RefundId, "ref";
    /// An unknown charge: one that exists at the payment provider, but no longer in Ordo.
    UnknownChargeKind, UnknownChargeId, "chg";
    /// An event.
    EventKind, EventId, "evt";
    /// An email.
    MailKind, MailId, "mai";
}

/// An identifier of kind `K`. Sorted by age, unless it is derived from other data (placements, attempts, refunds, unknown
/// charges).
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Creates an identifier from 128 bits.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }
    /// The 128 bits, as stored in the database.
    pub const fn uuid(&self) -> Uuid {
        self.0
    }
    /// Creates an unguessable identifier from random bytes: a UUID of version 4 (RFC 9562, section 5.4).
    pub fn random(bytes: [u8; 16]) -> Self {
        Id::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
    /// Returns the last 62 bits: random, or derived from other data ([`Env::derived_id`](crate::Env::derived_id)).
    pub const fn tail(&self) -> i64 {
        (self.0.as_u128() & (u64::MAX as u128 >> 2)) as i64
    }
    /// Returns whether the identifier is a random UUID (RFC 9562, section 5.4), and not a guessable one.
    pub fn is_random(&self) -> bool {
        self.0.get_version_num() == 4 && self.0.get_variant() == uuid::Variant::RFC4122
    }
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LEN: usize = 26;

/// The value of each byte as a digit. A table, because every request and event contains IDs, which are read more often than
/// written.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};
const NO_DIGIT: u8 = u8::MAX;

fn encode(uuid: Uuid) -> [u8; SUFFIX_LEN] {
    let mut bits = uuid.as_u128();
    let mut out = [0; SUFFIX_LEN];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[(bits & 31) as usize];
        bits >>= 5;
    }
    out
}

fn decode(text: &str) -> Option<Uuid> {
    let digits = text.as_bytes();
    // 26 digits have 130 bits, so that the first can use only its lower three
    if digits.len() != SUFFIX_LEN || digits[0] > b'7' {
        return None;
    }
    let mut bits = 0u128;
    for digit in digits {
        let value = VALUES[usize::from(*digit)];
        if value == NO_DIGIT {
            return None;
        }
        bits = bits << 5 | u128::from(value);
    }
    Some(Uuid::from_u128(bits))
}

/// The text is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The expected prefix.
    pub prefix: &'static str,
}
impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an ID such as {}_01h455vb4pex5vsknk084sn02q is expected", self.prefix)
    }
}
impl std::error::Error for InvalidId {}

impl<K: IdKind> FromStr for Id<K> {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let suffix = text.strip_prefix(K::PREFIX).and_then(|t| t.strip_prefix('_'));
        suffix.and_then(decode).map(Id::from_uuid).ok_or(InvalidId { prefix: K::PREFIX })
    }
}
impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = encode(self.0);
        write!(f, "{}_{}", K::PREFIX, std::str::from_utf8(&suffix).unwrap_or_default())
    }
}
impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}
impl<K: IdKind> JsonSchema for Id<K> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        K::NAME.into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", K::PREFIX),
            "examples": [format!("{}_01h455vb4pex5vsknk084sn02q", K::PREFIX)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_reads_and_writes() {
        let uuid: Uuid = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let id = OrderId::from_uuid(uuid);
        assert_eq!(id.to_string(), "ord_01h455vb4pex5vsknk084sn02q");
        assert_eq!("ord_01h455vb4pex5vsknk084sn02q".parse(), Ok(id));
    }

    #[test]
    fn what_is_not_an_id_of_this_kind_is_refused() {
        for text in [
            "",
            "ord_",
            "prd_01h455vb4pex5vsknk084sn02q",
            "ord_01H455VB4PEX5VSKNK084SN02Q",
            "ord_81h455vb4pex5vsknk084sn02q",
            "ord_01h455vb4pex5vsknk084sn02",
            "ord_01h455vb4pex5vsknk084sn02qq",
            "ord_01h455vb4pex5vsknk084sn0lq",
            "ord_01h455vb4pex5vsknk084sn0é",
        ] {
            assert!(text.parse::<OrderId>().is_err(), "{text}");
        }
    }

    #[test]
    fn prefixes_are_unique() {
        let mut prefixes = PREFIXES.to_vec();
        prefixes.sort();
        prefixes.dedup();
        assert_eq!(prefixes.len(), PREFIXES.len());
    }
}
