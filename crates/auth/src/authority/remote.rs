//! Asks auth for the verifiers of a process that does not have its database.

use super::local::key_holder;
use crate::workflows::token;
use contracts::auth::{
    ApiKeyCredential, GetJwks, Jwk, LookUpApiKey, ReadRevocations, RevocationsAfter, Revoked,
};
use endpoint::{
    ApiError, Body, Context, Json, Query,
    client::{CallError, Client},
};
use kernel::{BoxFuture, Env, Secret};
use ordo_http::token::{ApiKeyOwner, Authority, AuthorityError, PublicKey, Revocation, RevocationPage};
use std::{sync::Arc, time::Duration};

/// Longer than a usual answer takes, shorter than what staff's tokens can do without one.
const WITHIN: Duration = Duration::from_secs(2);

struct RemoteAuthority {
    env: Env,
    client: Client,
}

/// What verifiers ask where auth is elsewhere; `client` calls it with this service's credential.
pub fn remote_authority(env: Env, client: Client) -> Arc<dyn Authority> {
    Arc::new(RemoteAuthority { env, client })
}

impl Authority for RemoteAuthority {
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, AuthorityError>> {
        let (context, client) = (Context::background(&self.env, WITHIN), self.client.clone());
        Box::pin(async move {
            let Json(jwks) = client.call(&context, GetJwks {}).await.map_err(unreachable)?;
            // keys of a kind that a newer auth may publish are none of ours
            let ours = jwks.keys.iter().filter(|jwk| jwk.kty == "OKP" && jwk.crv == "Ed25519");
            Ok(ours.filter_map(|jwk: &Jwk| PublicKey::from_jwk(&jwk.kid, &jwk.x)).collect())
        })
    }

    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, AuthorityError>> {
        let (context, client) = (Context::background(&self.env, WITHIN), self.client.clone());
        Box::pin(async move {
            let request = ReadRevocations { query: Query(RevocationsAfter { after }) };
            let Json(page) = client.call(&context, request).await.map_err(unreachable)?;
            let revocation = |r: Revoked| Revocation { session: r.session, user: r.user, at: r.at };
            let revoked = page.revoked.into_iter().map(revocation).collect();
            Ok(RevocationPage { revoked, position: page.position })
        })
    }

    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<ApiKeyOwner>, AuthorityError>> {
        let (context, client) = (Context::background(&self.env, WITHIN), self.client.clone());
        Box::pin(async move {
            let sha256 = hex::encode(token::hash_of(&key));
            let request = LookUpApiKey { key: Body(ApiKeyCredential { sha256 }) };
            let Json(held) = client.call(&context, request).await.map_err(unreachable)?;
            Ok(held.holder.or(held.expired).map(key_holder))
        })
    }
}

fn unreachable<X: ApiError>(error: CallError<X>) -> AuthorityError {
    match error {
        CallError::Broken(broken) if broken.is_not_let_in() => AuthorityError::Rejected(broken.why),
        error => AuthorityError::NoResponse(error.to_string()),
    }
}
