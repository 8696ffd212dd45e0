//! Answers verifiers in a process that has this service's database.

use crate::{
    AuthSettings,
    state::keyring::Keyring,
    store::revocations,
    workflows::{key_lookup, token},
};
use db::{Db, Engine};
use kernel::{BoxFuture, Env, Secret, secret::RootSecret};
use ordo_http::token::{ApiKeyOwner, Authority, AuthorityError, PublicKey, Revocation, RevocationPage};
use std::{sync::Arc, time::Duration};

#[derive(Clone)]
struct LocalAuthority(Arc<LocalAuthorityInner>);

struct LocalAuthorityInner {
    env: Env,
    db: Db,
    keyring: Keyring,
    matters: Duration,
}

/// What verifiers ask in a process that has this service's database. It makes the first signing key, so that
/// verifiers know it before it signs anything.
pub fn own_authority(env: Env, db: Db, secret: &RootSecret, settings: &AuthSettings) -> Arc<dyn Authority> {
    let keyring = Keyring::new(env.clone(), db.clone(), secret, settings);
    let inner = LocalAuthorityInner { env, db, keyring, matters: settings.token_matters() };
    Arc::new(LocalAuthority(Arc::new(inner)))
}

impl Authority for LocalAuthority {
    /// On SQLite, revocations are made by this process, which has already notified its verifiers; except those of a command
    /// next to the server, and of a request that was cut off between its commit and the notification.
    fn read_every(&self) -> Duration {
        match self.0.db.engine() {
            Engine::Sqlite => Duration::from_secs(2),
            Engine::Postgres => Duration::from_millis(500),
        }
    }

    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, AuthorityError>> {
        let own = self.0.clone();
        Box::pin(async move { own.keyring.published().await.map_err(unreachable) })
    }

    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, AuthorityError>> {
        let own = self.0.clone();
        Box::pin(async move {
            let since = own.env.now().minus(own.matters);
            let page = revocations::after(&own.db, after, since).await.map_err(unreachable)?;
            let revocation =
                |r: contracts::auth::Revoked| Revocation { session: r.session, user: r.user, at: r.at };
            let revoked = page.revoked.into_iter().map(revocation).collect();
            Ok(RevocationPage { revoked, position: page.position })
        })
    }

    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<ApiKeyOwner>, AuthorityError>> {
        let own = self.0.clone();
        Box::pin(async move {
            let held = key_lookup::holder(&own.db, &token::hash_of(&key), own.env.now()).await;
            Ok(held.map_err(unreachable)?.map(key_holder))
        })
    }
}

/// As verifiers know it.
pub(super) fn key_holder(held: contracts::auth::ApiKeyOwner) -> ApiKeyOwner {
    ApiKeyOwner { key: held.id, user: held.user, permissions: held.permissions, expires_at: held.expires_at }
}

fn unreachable(error: db::Error) -> AuthorityError {
    AuthorityError::NoResponse(error.to_string())
}
