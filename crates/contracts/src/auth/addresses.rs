//! The address book of the signed-in account.

use crate::{Address, checked, given};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::AddressId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An address saved in an account's address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KeptAddress")]
pub struct SavedAddress {
    /// The ID of the saved address.
    pub id: AddressId,
    /// The postal address, in the format of an order's `shipping_address`.
    pub address: Address,
    /// Whether this is the account's default address. As long as the account has addresses, exactly one of them is the
    /// default.
    pub default: bool,
    /// The version of the saved address, which increases with every change.
    pub version: i64,
    /// The time at which the address was added, in UTC.
    pub created_at: Timestamp,
    /// The time at which the address was last changed, in UTC.
    pub updated_at: Timestamp,
}

/// Returns the saved addresses of the signed-in account, newest first.
///
/// An account can save up to 50 addresses. Orders do not refer to saved addresses: send the `address` of one as the order's
/// `shipping_address`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/addresses", scope = Session, reply = Json<Page<SavedAddress>>)]
pub struct ListAddresses {
    /// The page to return.
    pub slice: PageParams,
}

/// Returns a saved address of the signed-in account.
///
/// If `If-None-Match` contains the current ETag, the response is 304 without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me/addresses/{id}", scope = Session, reply = Conditional<SavedAddress>)]
pub struct GetAddress {
    /// The ID of the saved address.
    pub id: Path<AddressId>,
    /// The ETag that the client already has.
    pub known: IfNoneMatch,
}

/// Adds an address to the signed-in account.
///
/// The first address becomes the default. An address that is sent with `default: true` replaces the current default. A
/// retry with the same `Idempotency-Key` does not add another address.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/me/addresses", scope = Session, reply = Created<SavedAddress>, error = AddAddressError)]
pub struct AddAddress {
    /// The idempotency key. Requests with the same key add at most one address.
    pub key: OptionalIdempotencyKey,
    /// The address to add.
    pub address: Body<NewAddress>,
}
/// The address to add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAddress {
    /// The postal address.
    #[garde(dive)]
    pub address: Address,
    /// Whether to make this the default address.
    #[serde(default)]
    #[garde(skip)]
    pub default: bool,
}
/// The reason why the address could not be added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AddAddressError {
    /// The address limit is reached.
    /// Remove an unused address.
    #[status(409)]
    TooManyAddresses {
        /// The maximum number of addresses.
        limit: u32,
    },
}

/// Updates a saved address of the signed-in account. Absent members stay unchanged.
///
/// Existing orders keep the address to which they were sent. To change the default, make another address the default.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/me/addresses/{id}", scope = Session, reply = WithEtag<SavedAddress>)]
pub struct UpdateAddress {
    /// The ID of the saved address.
    pub id: Path<AddressId>,
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The members to change.
    pub change: Body<AddressChange>,
}
/// The members of a saved address to change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct AddressChange {
    /// The new postal address, which replaces the current one completely.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Address")]
    #[garde(dive)]
    pub address: Option<Address>,
    /// `true` makes this the default address. `false` is accepted only if it is not the default, and changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "bool")]
    #[garde(skip)]
    pub default: Option<bool>,
}

/// Deletes a saved address of the signed-in account.
///
/// The address is deleted permanently. If it was the default, the newest of the remaining addresses becomes the default.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/v1/me/addresses/{id}", scope = Session, reply = NoContent)]
pub struct RemoveAddress {
    /// The ID of the saved address.
    pub id: Path<AddressId>,
    /// The ETag of the version on which the deletion is based.
    pub based_on: IfMatch,
}

checked!(NewAddress, AddressChange);
