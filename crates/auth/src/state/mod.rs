//! What the handlers of this service share: its handles, and the parts that work behind them.

pub(crate) mod gate;
pub(crate) mod hasher;
pub(crate) mod keyring;

use crate::{NAME, Needs, Settings, names::LoginName};
use db::Db;
use flow::{Journal, Timers};
use gate::Gate;
use hasher::Hasher;
use kernel::Env;
use keyring::Keyring;
use ordo_http::{Cursors, TokenVerifier, token::Revocation};
use ring::hmac;
use std::{net::IpAddr, ops::Deref, sync::Arc};

/// Under what the failures of a name are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailureKeys {
    /// In the client's network.
    pub(crate) here: [u8; 32],
    /// Wherever they come from.
    pub(crate) anywhere: [u8; 32],
}

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Auth(Arc<Shared>);

/// What is behind [`Auth`].
pub(crate) struct Shared {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) timers: Timers,
    pub(crate) keyring: Keyring,
    pub(crate) hasher: Hasher,
    pub(crate) gate: Gate,
    pub(crate) cursors: Cursors,
    pub(crate) verifier: TokenVerifier,
    pub(crate) settings: Settings,
    neighbours: Vec<TokenVerifier>,
    failure_key: hmac::Key,
}

impl Deref for Auth {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Auth {
    pub(crate) fn new(needs: Needs) -> Self {
        let Needs { env, db, secret, verifier, neighbours, settings, .. } = needs;
        Auth(Arc::new(Shared {
            journal: Journal::new(NAME, env.clone(), db.clone()),
            timers: Timers::default(),
            keyring: Keyring::new(env.clone(), db.clone(), &secret, &settings),
            hasher: Hasher::new(env.clone(), &settings),
            gate: Gate::new(settings.throttle.free),
            cursors: Cursors::new(&secret),
            failure_key: hmac::Key::new(hmac::HMAC_SHA256, &secret.key("login-failures")),
            env,
            db,
            verifier,
            neighbours,
            settings,
        }))
    }

    /// Under what the failures of a name are counted, in the client's network and anywhere: not the name, which may be
    /// a person's address.
    pub(crate) fn failure_keys(&self, name: &LoginName, client: Option<IpAddr>) -> FailureKeys {
        let hash = |text: &str| {
            let mut key = [0; 32];
            key.copy_from_slice(hmac::sign(&self.failure_key, text.as_bytes()).as_ref());
            key
        };
        // no name that an account can have begins like this
        let network = client.map_or_else(String::new, |network| network.to_string());
        let here = hash(&format!("\n{network}\n{}", name.text()));
        FailureKeys { here, anywhere: hash(name.text()) }
    }

    /// After a commit: this process hears at once which sessions have ended, and the events are sent.
    pub(crate) fn tell(&self, ended: &[Revocation]) {
        for verifier in std::iter::once(&self.verifier).chain(&self.neighbours) {
            ended.iter().for_each(|revocation| verifier.sessions().revoke(revocation));
        }
        self.journal.wake();
    }
}
