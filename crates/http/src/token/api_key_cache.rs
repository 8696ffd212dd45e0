//! A cache of API keys that auth was queried for recently, with their owners.
//!
//! Auth is authoritative for every key; the cache saves queries for a while. When auth reports that a key or its owner has
//! changed, the key is removed, and queried again by the next request that uses it.

use super::cache::Digest;
use crate::Principal;
use kernel::id::ApiKeyId;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Maximum number of keys, more than a shop has programs.
const ENTRIES_MAX: usize = 2_000;
/// Maximum number of unknown keys: half a megabyte.
const UNKNOWN_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct ApiKeyCache(Mutex<CacheState>);

#[derive(Debug, Default)]
struct CacheState {
    holders: BTreeMap<Digest, CachedOwner>,
    digests: BTreeMap<ApiKeyId, Digest>,
    /// Texts in the format of a key that are unknown, with the time until which that is cached, in seconds. Separate from
    /// the keys, so that invented ones displace none of them.
    unknown: BTreeMap<Digest, i64>,
    /// Number of removals.
    forgotten: u64,
}

#[derive(Debug, Clone)]
struct CachedOwner {
    who: Principal,
    until_s: i64,
}

/// The state of the cache when a query to auth started. Its result is discarded if a removal occurred in the meantime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LookupGeneration(u64);

impl ApiKeyCache {
    fn known(&self) -> MutexGuard<'_, CacheState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the owner of a key, if it was queried recently.
    pub(super) fn get(&self, digest: &Digest, now_s: i64) -> Option<Principal> {
        let known = self.known();
        known.holders.get(digest).filter(|holder| now_s <= holder.until_s).map(|holder| holder.who.clone())
    }

    /// Returns whether auth reported recently that the key is unknown.
    pub(super) fn is_unknown(&self, digest: &Digest, now_s: i64) -> bool {
        self.known().unknown.get(digest).is_some_and(|until_s| now_s <= *until_s)
    }

    /// Returns whether the key existed when auth was last queried, however long ago.
    pub(super) fn was_known(&self, digest: &Digest) -> bool {
        self.known().holders.contains_key(digest)
    }

    /// Records that auth does not know the key. Replaces all others if the cache is full.
    pub(super) fn put_unknown(&self, asked: LookupGeneration, digest: Digest, until_s: i64) {
        let mut known = self.known();
        if asked != LookupGeneration(known.forgotten) {
            return;
        }
        if known.unknown.len() >= UNKNOWN_MAX {
            known.unknown.clear();
        }
        known.holders.remove(&digest);
        known.unknown.insert(digest, until_s);
    }

    /// Records the start of a query to auth.
    pub(super) fn ask(&self) -> LookupGeneration {
        LookupGeneration(self.known().forgotten)
    }

    /// Records the response of auth. Replaces all others if the cache is full.
    pub(super) fn put(
        &self,
        asked: LookupGeneration,
        digest: Digest,
        key: ApiKeyId,
        who: Principal,
        until_s: i64,
    ) {
        let mut known = self.known();
        if asked != LookupGeneration(known.forgotten) {
            return;
        }
        if known.holders.len() >= ENTRIES_MAX {
            known.holders.clear();
            known.digests.clear();
        }
        known.digests.insert(key, digest);
        known.holders.insert(digest, CachedOwner { who, until_s });
    }

    /// Removes a key that has changed, or whose owner has changed.
    pub(super) fn forget(&self, key: ApiKeyId) {
        let mut known = self.known();
        known.forgotten += 1;
        // the keys of a disabled account become valid when it is enabled again
        known.unknown.clear();
        if let Some(digest) = known.digests.remove(&key) {
            known.holders.remove(&digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn key(n: u128) -> ApiKeyId {
        Id::from_uuid(format!("{n:032x}").parse().unwrap_or_default())
    }

    fn put(known: &ApiKeyCache, asked: LookupGeneration, n: u128) {
        let who = Principal::ApiKey {
            id: key(n),
            user: Id::from_uuid(Default::default()),
            permissions: Vec::new(),
        };
        let mut digest = Digest::default();
        digest[..16].copy_from_slice(&n.to_be_bytes());
        known.put(asked, digest, key(n), who, 100);
    }

    fn digest(n: u128) -> Digest {
        let mut digest = Digest::default();
        digest[..16].copy_from_slice(&n.to_be_bytes());
        digest
    }

    #[test]
    fn what_was_forgotten_while_auth_was_asked_is_not_remembered() {
        let known = ApiKeyCache::default();
        let asked = known.ask();
        put(&known, asked, 1);
        assert!(known.get(&digest(1), 100).is_some());
        assert!(known.get(&digest(1), 101).is_none());
        known.forget(key(1));
        assert!(known.get(&digest(1), 100).is_none());
        put(&known, asked, 1);
        assert!(known.get(&digest(1), 100).is_none(), "the answer may be from before");
        put(&known, known.ask(), 1);
        assert!(known.get(&digest(1), 100).is_some());
    }

    #[test]
    fn what_is_no_key_is_remembered_apart_and_until_a_key_changes() {
        let known = ApiKeyCache::default();
        put(&known, known.ask(), 1);
        for n in 2..=UNKNOWN_MAX as u128 + 2 {
            known.put_unknown(known.ask(), digest(n), 100);
        }
        assert!(known.get(&digest(1), 100).is_some(), "it keeps its place");
        let last = digest(UNKNOWN_MAX as u128 + 2);
        assert!(known.known().unknown.len() <= UNKNOWN_MAX && known.is_unknown(&last, 100));
        assert!(!known.is_unknown(&last, 101));
        let asked = known.ask();
        known.forget(key(7));
        assert!(!known.is_unknown(&last, 100), "auth is to be asked again");
        known.put_unknown(asked, last, 100);
        assert!(!known.is_unknown(&last, 100), "the answer may be from before");
    }

    #[test]
    fn there_is_an_end_to_what_is_remembered() {
        let known = ApiKeyCache::default();
        for n in 0..=ENTRIES_MAX as u128 {
            put(&known, known.ask(), n);
        }
        let inner = known.known();
        assert_eq!((inner.holders.len(), inner.digests.len()), (1, 1));
    }
}
