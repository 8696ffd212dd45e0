//! Answers verifiers in a process that has this service's database.

use crate::{Settings, state::keyring::Keyring, store::revocations};
use db::Db;
use kernel::{BoxFuture, Env, secret::RootSecret};
use ordo_http::token::{Authority, PublicKey, Revocation, RevocationPage, Unreachable};
use std::{sync::Arc, time::Duration};

#[derive(Clone)]
struct Own(Arc<Inner>);

struct Inner {
    env: Env,
    db: Db,
    keyring: Keyring,
    matters: Duration,
}

/// What verifiers ask in a process that has this service's database. It makes the first signing key, so that
/// verifiers know it before it signs anything.
pub fn own_authority(env: Env, db: Db, secret: &RootSecret, settings: &Settings) -> Arc<dyn Authority> {
    let keyring = Keyring::new(env.clone(), db.clone(), secret, settings);
    let inner = Inner { env, db, keyring, matters: settings.token_matters() };
    Arc::new(Own(Arc::new(inner)))
}

impl Authority for Own {
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, Unreachable>> {
        let own = self.0.clone();
        Box::pin(async move { own.keyring.published().await.map_err(unreachable) })
    }

    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, Unreachable>> {
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
}

fn unreachable(error: db::Error) -> Unreachable {
    Unreachable(error.to_string())
}
