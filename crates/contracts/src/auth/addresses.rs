//! The addresses of the account that is signed in: where its orders may go.

use crate::{Address, checked, given};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::AddressId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An address that an account keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KeptAddress")]
pub struct SavedAddress {
    /// The address's id.
    pub id: AddressId,
    /// The address itself, as an order takes it for its `shipping_address`.
    pub address: Address,
    /// Whether it is the one to begin with. One of them is, as long as there are any.
    pub default: bool,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Lists the addresses of the account that is signed in, newest first.
///
/// An account keeps 50 at most. An order does not refer to them: send the `address` of one as its `shipping_address`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/addresses", scope = Session, reply = Json<Page<SavedAddress>>)]
pub struct ListAddresses {
    /// Which page.
    pub slice: PageParams,
}

/// Reads an address of the account that is signed in.
///
/// With `If-None-Match` one that has not changed is answered 304, without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/addresses/{id}", scope = Session, reply = Conditional<SavedAddress>)]
pub struct GetAddress {
    /// Which one.
    pub id: Path<AddressId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}

/// Adds an address to the account that is signed in.
///
/// The first one is its default, and so is one that is sent with `default: true`, instead of the one that was. A repeat
/// under the same `Idempotency-IdempotencyKey` adds no other one.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/me/addresses", scope = Session, reply = Created<SavedAddress>, error = AddAddressError)]
pub struct AddAddress {
    /// The same key never adds two.
    pub key: OptionalIdempotencyKey,
    /// Which one.
    pub address: Body<NewAddress>,
}
/// An address to be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAddress {
    /// The address.
    #[garde(dive)]
    pub address: Address,
    /// Make it the default.
    #[serde(default)]
    #[garde(skip)]
    pub default: bool,
}
/// Why no address was added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AddAddressError {
    /// The address limit is reached.
    /// Remove an unused address.
    #[status(409)]
    TooManyAddresses {
        /// So many.
        limit: u32,
    },
}

/// Changes an address of the account that is signed in: what is absent stays.
///
/// Orders that were sent to it stay as they are. The default is changed by making another one the default.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/me/addresses/{id}", scope = Session, reply = WithEtag<SavedAddress>)]
pub struct UpdateAddress {
    /// Which one.
    pub id: Path<AddressId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<AddressChange>,
}
/// What changes of an address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct AddressChange {
    /// The address, all of it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Address")]
    #[garde(dive)]
    pub address: Option<Address>,
    /// True makes it the default; false is what it stays where it is none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    #[garde(skip)]
    pub default: Option<bool>,
}

/// Removes an address of the account that is signed in.
///
/// Nothing is left of it. Where it was the default, the newest of the others is.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/addresses/{id}", scope = Session, reply = NoContent)]
pub struct RemoveAddress {
    /// Which one.
    pub id: Path<AddressId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
}

checked!(NewAddress, AddressChange);
