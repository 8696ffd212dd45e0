//! The simulated provider with a database of its own, and nobody who hears its webhooks.

use db::{Db, postgres, sqlite};
use endpoint::{client::Client, transport::Local};
use kernel::{Env, secret::RootSecret};
use payment_provider::{Provider, ProviderEvent};
use simulator::{Simulator, WebhookKey};
use std::{path::Path, sync::Arc, time::Duration};
use testkit::provider::Candidate;

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::ProviderTestBed as TestBed;

pub(crate) struct ProviderTestBed {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) provider: Arc<dyn Provider>,
}

impl ProviderTestBed {
    pub(crate) async fn on_sqlite(folder: &Path) -> ProviderTestBed {
        let env = testkit::real_env::env();
        let db = sqlite::open(folder.join("simulator.db"), env.clone(), sqlite::Options::default()).unwrap();
        ProviderTestBed::on(env, db).await
    }

    pub(crate) async fn on_postgres() -> ProviderTestBed {
        let env = testkit::real_env::env();
        let config = postgres::Config::new(&testkit::postgres::database().await);
        let db = postgres::open(config, env.clone()).await.unwrap();
        ProviderTestBed::on(env, db).await
    }

    async fn on(env: Env, db: Db) -> ProviderTestBed {
        db::migrate(&db, simulator::NAME, &simulator::migrations()).await.unwrap();
        let client = Client::new(Arc::new(Local::new()), &["payments"], env.clone());
        let slow = Duration::from_millis(50);
        let settings = simulator::SimulatorSettings { slow, ..simulator::SimulatorSettings::default() };
        let provider = Arc::new(Simulator::new(env.clone(), db.clone(), (client, key()), settings));
        ProviderTestBed { env, db, provider }
    }

    pub(crate) fn candidate(&self) -> Candidate {
        Candidate {
            provider: self.provider.clone(),
            db: self.db.clone(),
            env: self.env.clone(),
            good: "sim_ok",
            good_too: "sim_slow",
            declined: "sim_declined",
            needs_action: "sim_requires_action",
            sign: Box::new(|about, now| {
                let event = ProviderEvent {
                    id: format!("evt-{about}"),
                    key: about.to_owned(),
                    outcome: "captured".into(),
                };
                key().sign(&event, now)
            }),
        }
    }
}

fn key() -> WebhookKey {
    WebhookKey::new(&RootSecret::new([7; 32]))
}
