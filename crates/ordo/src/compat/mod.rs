//! The façades that `--compat` starts: their settings, their listeners, and what they are given.

pub mod flags;
mod listeners;
pub(crate) mod settings;

pub use listeners::Listeners;

use crate::{exit_code::Failure, roles, runtime_deps::RuntimeDeps};
use compat::{CompatDependencies, NAME, Ready};
use contracts::auth::GetJwks;
use db::Db;
use endpoint::{Context, client::Client, http::HeaderMap, http_transport::Http};
use gateway::FacadeGuard;
use kernel::{Env, Secret};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// How long it may take to find out whether auth is well.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Makes the tables of the façades in the file of an embedded shop: a shop without façades has none.
///
/// # Errors
/// [`Failure::Data`], and [`Failure::TooNew`] when a newer version of ordo has written them.
pub(crate) async fn open(service: &Db) -> Result<Db, Failure> {
    let db = service.namespace(NAME).ok_or_else(|| Failure::other("the shop is not in one file"))?;
    db::migrate(&db, NAME, &compat::migrations()).await?;
    Ok(db)
}

/// What the façades need, of a shop that has been started.
///
/// # Errors
/// When the gateway's settings are none.
pub(crate) fn needs(
    wiring: &RuntimeDeps,
    db: Db,
    auth_db: Option<&Db>,
) -> Result<CompatDependencies, Failure> {
    let (network, config) = (&wiring.network, &wiring.config);
    let client = |callee| network.client(NAME, callee);
    let door = FacadeGuard::new(&wiring.env, &roles::settings::gateway(config)?);
    Ok(CompatDependencies {
        env: wiring.env.clone(),
        db,
        auth: client(auth::NAME),
        products: client(products::NAME),
        orders: client(orders::NAME),
        auth_as_user: network.public_client(auth::NAME),
        orders_as_user: network.public_client(orders::NAME),
        http: Arc::new(Http::new()),
        ready: match auth_db {
            Some(db) => is_well(db.clone()),
            None => answers(network.public_client(auth::NAME), wiring.env.clone()),
        },
        currency: config.currency,
        show_stock: config.show_stock,
        origins: config.compat_origin.clone(),
        open_writes: settings::is_open(config),
        door: Arc::new(FacadeAccess(door)),
        admission: wiring.admission.clone(),
        user_url: config.compat_user_url.clone(),
        own_call: Secret::new(wiring.env.random::<16>().map(|byte| format!("{byte:02x}")).concat()),
    })
}

/// Whether auth's database is well: auth is in this process.
fn is_well(auth_db: Db) -> Ready {
    Arc::new(move || {
        let db = auth_db.clone();
        Box::pin(async move { db.probe().await.map_err(|e| e.to_string()) })
    })
}

/// Whether auth, in another process, answers what it must read for.
fn answers(auth: Client, env: Env) -> Ready {
    Arc::new(move || {
        let (auth, env) = (auth.clone(), env.clone());
        Box::pin(async move {
            let asked = auth.call(&Context::background(&env, READY_WITHIN), GetJwks {}).await;
            asked.map(drop).map_err(|e| e.to_string())
        })
    })
}

/// The façades' doors, beside the gateway's.
struct FacadeAccess(FacadeGuard);

impl compat::AccessPolicy for FacadeAccess {
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.0.client(peer, headers)
    }
    fn wait_s(&self, client: IpAddr, is_sign_in: bool) -> Option<u32> {
        self.0.wait_s(client, is_sign_in)
    }
    fn failure_wait_s(&self, client: IpAddr) -> Option<u32> {
        self.0.failure_wait_s(client)
    }
}
