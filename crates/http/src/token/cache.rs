//! A cache of verified tokens, so that each signature is verified once.

use crate::Principal;
use kernel::Env;
use ring::digest;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The SHA-256 of a token. Tokens themselves are not stored.
pub(super) type Digest = [u8; 32];

pub(super) fn digest_of(token: &str) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    digest
}

#[derive(Debug, Clone)]
pub(super) struct Verified {
    pub(super) who: Principal,
    pub(super) issued_s: i64,
    /// The last second in which the entry can be used.
    pub(super) until_s: i64,
}

#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<BTreeMap<Digest, Verified>>);

/// Maximum number of entries, about 4 MB.
const ENTRIES_MAX: usize = 20_000;

impl Cache {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<Digest, Verified>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn get(&self, digest: &Digest, now_s: i64) -> Option<Verified> {
        self.entries().get(digest).filter(|entry| now_s <= entry.until_s).cloned()
    }
    /// Stores an entry. If the cache is full, it replaces a random one.
    pub(super) fn put(&self, digest: Digest, verified: Verified, env: &Env) {
        let mut entries = self.entries();
        if entries.len() >= ENTRIES_MAX {
            let from: Digest = env.random();
            let victim =
                entries.range(from..).next().or_else(|| entries.iter().next()).map(|(digest, _)| *digest);
            victim.and_then(|victim| entries.remove(&victim));
        }
        entries.insert(digest, verified);
    }
    pub(super) fn clear(&self) {
        self.entries().clear();
    }
}
