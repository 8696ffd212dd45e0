//! What the façades of the five originals ask of the services, besides what everybody can ask.
//!
//! Each acts for a user whom the façade knows: by the token that it was shown, or because its original knows nobody
//! and has one made-up user. Whether that user may do it is for the façade to say, as its original did.

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

/// Makes a customer's account with this id, or answers the one that has it.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/users/{id}", scope = Service(&["compat"]), repeatable, reply = Json<User>, error = RegisterError)]
pub struct EnsureAccount {
    /// The account's id.
    pub id: Path<UserId>,
    /// Whose it is.
    pub account: Body<EnsuredAccount>,
}
/// Whose account it is. One with neither name is known by its id alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct EnsuredAccount {
    /// The name to sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, min = 3, max = 64), pattern(USERNAME))]
    pub username: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(EMAIL))]
    pub email: Option<String>,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE))]
    pub name: Option<String>,
    /// The password, by the rules of the original; without one nobody can sign in until one is chosen.
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

/// Who signs in with this name?
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/users", scope = Service(&["compat"]), reply = Json<FoundUser>)]
pub struct FindUser {
    /// Which name.
    pub named: Query<UserNameQuery>,
}
/// A name to sign in with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserNameQuery {
    /// A username or an e-mail address, compared without regard to case.
    pub username: String,
}
/// Who signs in with a name, if anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundUser {
    /// The account.
    pub user: Option<User>,
}

/// Adds a product, for a user.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/products", scope = Service(&["compat"]), reply = Created<Product>, error = CreateProductError)]
pub struct CreateProductOnBehalf {
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// The product.
    pub product: Body<NewProduct>,
}
/// Changes some of a product's data, for a user.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/internal/products/{id}", scope = Service(&["compat"]), reply = WithEtag<Product>, error = ChangeProductError)]
pub struct UpdateProductOnBehalf {
    /// Which product.
    pub id: Path<ProductId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<ProductChange>,
}
/// Which products on sale have just this name? Two of them are enough to know that there is more than one.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/products", scope = Service(&["compat"]), reply = Json<ProductList>)]
pub struct FindProducts {
    /// Which name.
    pub named: Query<ProductNameQuery>,
}
/// The name of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductNameQuery {
    /// The name, letter for letter.
    pub name: String,
}
/// Takes a product off sale, for a user.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/internal/products/{id}", scope = Service(&["compat"]), reply = NoContent)]
pub struct DeleteProductOnBehalf {
    /// Which product.
    pub id: Path<ProductId>,
}

/// Places an order for a user that has no time by which it must be paid, however many of them are unpaid.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/orders", scope = Service(&["compat"]), within = 15_000, reply = Created<Order>, error = PlaceOrderError)]
pub struct PlaceOrderOnBehalf {
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// What is ordered.
    pub order: Body<NewOrder>,
}
/// Reads an order, whoever's it is.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}", scope = Service(&["compat"]), reply = Json<Order>)]
pub struct LookUpOrder {
    /// Which order.
    pub id: Path<OrderId>,
}
/// Brings an order into a state, for a user, as staff do.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/orders/{id}", scope = Service(&["compat"]), within = 15_000, reply = WithEtag<Order>, error = SetOrderStatusError)]
pub struct SetOrderStatusOnBehalf {
    /// Which order.
    pub id: Path<OrderId>,
    /// Which state.
    pub target: Body<TargetStatusRequest>,
}
/// The state that an order shall have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetStatusRequest {
    /// The state; none for the one that an order begins with, in which it can only stay.
    pub status: Option<TargetStatus>,
}

unchecked!(UserNameQuery, ProductNameQuery, TargetStatusRequest);
