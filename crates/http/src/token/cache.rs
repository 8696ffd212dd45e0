//! What was verified before: a signature is checked once for each token.

use crate::Principal;
use kernel::Env;
use ring::digest;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The SHA-256 of a token: tokens themselves are not kept.
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
    /// The last second in which it may be taken from here.
    pub(super) until_s: i64,
}

#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<BTreeMap<Digest, Verified>>);

/// About 4 MB.
const ENTRIES_MAX: usize = 20_000;

impl Cache {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<Digest, Verified>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn get(&self, digest: &Digest, now_s: i64) -> Option<Verified> {
        self.entries().get(digest).filter(|entry| now_s <= entry.until_s).cloned()
    }
    /// Keeps it; where it is full, in the place of another, drawn at random.
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
