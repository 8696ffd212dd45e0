//! `ecommerce`: auth on port 5000, products on 5001, orders on 5002.
//!
//! Protected is everything but registering, signing in and reading products: without a good token 401 `{"msg": …}`.
//! Other errors are `{"message": …}`. Paths work with and without a slash at the end; numbers may be texts; ids are
//! opaque. Only staff write products and order statuses, unless `--compat-open-writes` lets any registered user.

mod auth;
mod orders;
mod pending_restock;
mod products;

pub(crate) use auth::auth;
pub(crate) use orders::orders;
pub(crate) use products::products;

use crate::{
    Compat, accounts,
    operation::{LegacyQuirks, Shape},
    request::FacadeRequest,
    response::{FacadeError, refused},
};
use contracts::auth::User;
use endpoint::Permission;
use serde_json::{Value, json};

/// Its paths have a slash at the end or none.
const HABITS: LegacyQuirks = LegacyQuirks { slashes: true, any_case: false, indents: false };

/// `{"message": …}`, with `msg` besides where nobody is signed in.
const SHAPE: Shape = Shape {
    body: |refused: &FacadeError| -> Value {
        match refused.status {
            401 => json!({"msg": refused.text, "message": refused.text}),
            _ => json!({"message": refused.text}),
        }
    },
};

/// Who is signed in, and may write what takes this permission.
async fn writer(compat: &Compat, asked: &FacadeRequest, permission: Permission) -> Result<User, FacadeError> {
    let user = accounts::bearer(compat, asked).await?;
    if compat.open_writes || accounts::holds(&user, permission) {
        return Ok(user);
    }
    Err(refused(403, "Only staff may do this"))
}
