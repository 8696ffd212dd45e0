//! Publishes the keys that verify access tokens.

use crate::state::Auth;
use contracts::auth::{GetJwks, Jwk, Jwks};
use endpoint::Json;
use ordo_http::{Call, HandlerResult, token::PublicKey};

pub(crate) async fn get_jwks(auth: Auth, _: Call, _: GetJwks) -> HandlerResult<GetJwks> {
    let keys = auth.keyring.published().await?;
    Ok(Json(Jwks { keys: keys.iter().map(jwk).collect() }))
}

fn jwk(key: &PublicKey) -> Jwk {
    Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
        kid: key.kid().to_owned(),
        x: key.x(),
    }
}
