//! Internal endpoints that the compatibility façades of the five older systems call, in addition to the public ones.
//!
//! Each acts on behalf of a user whom the façade has identified: by the token that it received, or, where the older system
//! has no authentication, as its single built-in user. The façade decides whether that user has permission, as the older
//! system did.

use crate::{
    EMAIL, LINE, USERNAME,
    auth::{RegisterError, User},
    line,
    orders::{NewOrder, Order, PlaceOrderError, SetOrderStatusError, TargetStatus},
    products::{ChangeProductError, CreateProductError, NewProduct, Product, ProductChange},
    reservations::ProductList,
    trimmed, unchecked,
};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Creates a customer account with the given ID, or returns the existing account with that ID.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/users/{id}", scope = Service(&["compat"]), repeatable, reply = Json<User>, error = RegisterError)]
pub struct EnsureAccount {
    /// The ID of the account.
    pub id: Path<UserId>,
    /// The data of the account.
    pub account: Body<EnsuredAccount>,
}
/// The data of an account. An account with neither a username nor an email address is identified by its ID alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct EnsuredAccount {
    /// The username, with which the user signs in.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, min = 3, max = 64), pattern(USERNAME))]
    pub username: Option<String>,
    /// The email address.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(EMAIL))]
    pub email: Option<String>,
    /// The full name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE))]
    pub name: Option<String>,
    /// The password, subject to the rules of the older system. Without one, nobody can sign in until a password is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub password: Option<Secret>,
}
impl ValidateRequest for EnsuredAccount {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        let length = self.password.as_ref().map(|password| password.expose().chars().count());
        if length.is_some_and(|length| !(1..=128).contains(&length)) {
            faults.push(FieldError::length("/password", "a password has 1 to 128 characters here"));
        }
    }
}

/// Returns the account that signs in with a username or an email address.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/users", scope = Service(&["compat"]), reply = Json<FoundUser>)]
pub struct FindUser {
    /// The sign-in name.
    pub named: Query<UserNameQuery>,
}
/// A sign-in name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserNameQuery {
    /// A username or an email address, compared case-insensitively.
    pub username: String,
}
/// The account that signs in with a name, if one exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundUser {
    /// The account. Null if no account has the name.
    pub user: Option<User>,
}

/// Creates a product on behalf of a user.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/products", scope = Service(&["compat"]), reply = Created<Product>, error = CreateProductError)]
pub struct CreateProductOnBehalf {
    /// The idempotency key, which makes retries safe.
    pub key: OptionalIdempotencyKey,
    /// The product to create.
    pub product: Body<NewProduct>,
}
/// Updates a product on behalf of a user.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/internal/products/{id}", scope = Service(&["compat"]), reply = WithEtag<Product>, error = ChangeProductError)]
pub struct UpdateProductOnBehalf {
    /// The ID of the product.
    pub id: Path<ProductId>,
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The members to change.
    pub change: Body<ProductChange>,
}
/// Returns the products on sale with exactly the given name. At most two are returned, which is enough to detect
/// duplicates.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/products", scope = Service(&["compat"]), reply = Json<ProductList>)]
pub struct FindProducts {
    /// The product name.
    pub named: Query<ProductNameQuery>,
}
/// The name of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductNameQuery {
    /// The name, compared exactly.
    pub name: String,
}
/// Deletes a product on behalf of a user.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/internal/products/{id}", scope = Service(&["compat"]), reply = NoContent)]
pub struct DeleteProductOnBehalf {
    /// The ID of the product.
    pub id: Path<ProductId>,
}

/// Places an order on behalf of a user. The order has no payment deadline, and the limit of unpaid orders does not apply.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/orders", scope = Service(&["compat"]), within = 15_000, reply = Created<Order>, error = PlaceOrderError)]
pub struct PlaceOrderOnBehalf {
    /// The idempotency key, which makes retries safe. It does not expire.
    pub key: IdempotencyKey,
    /// The order to place.
    pub order: Body<NewOrder>,
}
/// Returns an order, regardless of its owner.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}", scope = Service(&["compat"]), reply = Json<Order>)]
pub struct LookUpOrder {
    /// The ID of the order.
    pub id: Path<OrderId>,
}
/// Sets the status of an order on behalf of a user, with the rules that apply to staff.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/orders/{id}", scope = Service(&["compat"]), within = 15_000, reply = WithEtag<Order>, error = SetOrderStatusError)]
pub struct SetOrderStatusOnBehalf {
    /// The ID of the order.
    pub id: Path<OrderId>,
    /// The target status.
    pub target: Body<TargetStatusRequest>,
}
/// The target status of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetStatusRequest {
    /// The target status. Null for the initial status, which only an order that already has it can keep.
    pub status: Option<TargetStatus>,
}

unchecked!(UserNameQuery, ProductNameQuery, TargetStatusRequest);
