//! Adds an address to the account that is signed in.

use crate::{
    state::Auth,
    workflows::addresses::{add, etag},
};
use contracts::auth::AddAddress;
use endpoint::{Body, Created};
use flow::{KeyId, idempotency::body_hash};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn add_address(auth: Auth, call: Call, asked: AddAddress) -> HandlerResult<AddAddress> {
    let user = call.user()?;
    let AddAddress { key, address: Body(new) } = asked;
    let once = key.0.map(|key| (KeyId::of(user, "POST /v1/me/addresses", &key), body_hash(&new)));
    let body = add(&auth, user, new, once).await?;
    Ok(Created { location: format!("/v1/me/addresses/{}", body.id), etag: etag(&body), body })
}
