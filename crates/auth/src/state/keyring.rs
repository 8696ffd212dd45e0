//! The keys that sign access tokens: made when they are due, sealed in the database, opened in memory.

use crate::{
    AuthSettings,
    key_rotation::{self, KeyLifetime, RotationPolicy},
    seal::Seal,
    store::signing_keys::{self, KeyRow},
};
use db::{Db, Error, ErrorKind, Result, Tx};
use kernel::{Env, Timestamp, secret::RootSecret};
use ordo_http::token::{PublicKey, SigningKey};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use zeroize::Zeroizing;

/// The keys, as this process knows them.
pub(crate) struct Keyring {
    env: Env,
    db: Db,
    seal: Seal,
    plan: RotationPolicy,
    known: RwLock<Option<Arc<LoadedKeys>>>,
}

/// The keys that were read, and when.
struct LoadedKeys {
    read_at: Timestamp,
    keys: Vec<(KeyLifetime, SigningKey)>,
}

/// What the secret halves are sealed for.
const SEAL: &str = "signing-keys";
/// Keys are read again after this long: another replica may have made one.
const FRESH: Duration = Duration::from_secs(60);

impl Keyring {
    pub(crate) fn new(env: Env, db: Db, secret: &RootSecret, settings: &AuthSettings) -> Self {
        let seal = Seal::new(secret, SEAL);
        Keyring { env, db, seal, plan: settings.key_plan(), known: RwLock::default() }
    }

    /// The key that signs now.
    pub(crate) async fn signing(&self) -> Result<SigningKey> {
        let known = self.known().await?;
        let times: Vec<KeyLifetime> = known.keys.iter().map(|(times, _)| *times).collect();
        let signs = key_rotation::signs(&times, self.env.now()).map(|times| times.generation);
        let key = known.keys.iter().find(|(times, _)| Some(times.generation) == signs);
        key.map(|(_, key)| key.clone()).ok_or_else(|| error("there is no key to sign with"))
    }

    /// The keys that verify now: the one in use, those that still do, and the next.
    pub(crate) async fn published(&self) -> Result<Vec<PublicKey>> {
        let now = self.env.now();
        let rows = self.rows_with_one_at_least().await?;
        let verify = rows.iter().filter(|row| key_rotation::verifies(&row.times, now));
        let key = |row: &KeyRow| {
            let key = PublicKey::from_jwk(&row.kid, &row.x);
            key.ok_or_else(|| error(&format!("the public half of signing key {} is damaged", row.kid)))
        };
        verify.map(key).collect()
    }

    /// Makes the key that is due, if one is, and says when to look again.
    pub(crate) async fn rotate(&self) -> Result<Timestamp> {
        let now = self.env.now();
        let rows = signing_keys::list(&self.db).await?;
        let times: Vec<KeyLifetime> = rows.iter().map(|row| row.times).collect();
        let Some(due) = self.plan.due(&times, now) else { return Ok(self.plan.look_again(&times, now)) };
        let key = self.make(due);
        let mut tx = self.db.begin().await?;
        if signing_keys::insert(&mut tx, &key, now).await? {
            let retires = self.plan.predecessor_retires(due.active_from);
            signing_keys::set_retirement(&mut tx, due.generation - 1, retires).await?;
            tracing::info!(kid = key.kid, generation = due.generation, active_from = %due.active_from,
                "signing key created");
        }
        tx.commit("auth.make_signing_key").await?;
        self.forget();
        Ok(self.plan.look_again(&[due], now))
    }

    /// From now on no key verifies but a new one, which signs. The old ones stay for a while, for what was sealed with the secret.
    pub(crate) async fn replace_all(&self, tx: &mut Tx) -> Result<()> {
        let now = self.env.now();
        let rows = signing_keys::list(&self.db).await?;
        // where there is none, the first use creates it
        let Some(newest) = rows.iter().map(|row| row.times.generation).max() else { return Ok(()) };
        signing_keys::retire_all(tx, now).await?;
        let times = KeyLifetime { generation: newest + 1, active_from: now, retire_at: None };
        match signing_keys::insert(tx, &self.make(times), now).await? {
            true => Ok(()),
            false => Err(error("another process makes signing keys: stop it first")),
        }
    }

    fn make(&self, times: KeyLifetime) -> KeyRow {
        let seed = Zeroizing::new(self.env.random::<32>());
        let public = SigningKey::from_seed(&seed).public().clone();
        let sealed = self.seal.close(self.env.random(), &purpose(times.generation), &*seed);
        KeyRow { times, kid: public.kid().to_owned(), x: public.x(), sealed }
    }

    fn open(&self, row: &KeyRow) -> Result<(KeyLifetime, SigningKey)> {
        let seed = opened(&self.seal, row);
        let seed = seed.ok_or_else(|| {
            error(&format!("signing key {} does not open: it was sealed with another ORDO_SECRET", row.kid))
        })?;
        Ok((row.times, SigningKey::from_seed(&seed)))
    }

    async fn known(&self) -> Result<Arc<LoadedKeys>> {
        let now = self.env.now();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        // also when the clock went back
        if let Some(known) = known.filter(|known| known.read_at <= now && now.since(known.read_at) < FRESH) {
            return Ok(known);
        }
        let rows = self.rows_with_one_at_least().await?;
        let keys = rows.iter().map(|row| self.open(row)).collect::<Result<_>>()?;
        let known = Arc::new(LoadedKeys { read_at: now, keys });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    /// The first key is created at its first use.
    async fn rows_with_one_at_least(&self) -> Result<Vec<KeyRow>> {
        let rows = signing_keys::list(&self.db).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
        self.rotate().await?;
        signing_keys::list(&self.db).await
    }

    fn forget(&self) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Whether a secret is the one that this database was written with: it opens the newest signing key. So does any
/// secret where there is no key yet. Asked before the start, since otherwise the first sign-in finds out.
///
/// # Errors
/// What the database says.
pub async fn is_secret_of(db: &Db, secret: &RootSecret) -> Result<bool> {
    let (rows, seal) = (signing_keys::list(db).await?, Seal::new(secret, SEAL));
    Ok(rows.last().is_none_or(|newest| opened(&seal, newest).is_some()))
}

/// The secret half of a key.
fn opened(seal: &Seal, row: &KeyRow) -> Option<Zeroizing<[u8; 32]>> {
    let seed = seal.open(&purpose(row.times.generation), &row.sealed)?;
    <[u8; 32]>::try_from(seed.as_slice()).ok().map(Zeroizing::new)
}

fn purpose(generation: i64) -> String {
    format!("signing key {generation}")
}

fn error(message: &str) -> Error {
    Error::new(ErrorKind::Other, message)
}
