//! Verifies credentials, and follows the revocations.

use super::{
    API_KEY_PREFIX, AccessClaims, Authority, AuthorityError, LEEWAY_S, ORDER_KEY_PREFIX, OrderKeys,
    PublicKey, Revocation, RevokedSessions, ServiceClaims, access,
    api_key_cache::ApiKeyCache,
    cache::{Cache, Digest, Verified, digest_of},
    is_api_key,
    jwt::{TOKEN_BYTES_MAX, UnverifiedToken},
    service::{self, ServiceKey},
    times_hold,
};
use crate::{Principal, Verify, VerifyError};
use endpoint::Role;
use kernel::{BoxFuture, Env, Secret, id::ApiKeyId, secret::RootSecret};
use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};
use tokio::{
    sync::{Mutex, Semaphore},
    time::{Instant, sleep, timeout},
};

/// The requirements for a valid token.
#[derive(Debug, Clone)]
pub struct TokenRules {
    /// The issuer of access tokens.
    pub issuer: String,
    /// The audience of access tokens.
    pub audience: String,
    /// The verifying service, which must be the audience of credentials of services.
    pub service: String,
    /// The maximum lifetime of an access token.
    pub longest_life: Duration,
}

/// Delay after which the revocations and the keys are read again after a failure.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// Time without the revocation feed after which staff are rejected.
const STAFF_NEED_FEED_WITHIN: Duration = Duration::from_secs(30);
/// Interval between reads of the keys.
const KEYS_EVERY: Duration = Duration::from_secs(60);
/// Minimum interval between reads of the keys because of an unknown key ID.
const KEYS_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Time in seconds for which an API key is cached. A revocation still takes effect immediately.
const API_KEY_KNOWN_S: i64 = 30;
/// Time in seconds for which an unknown API key is cached.
const API_KEY_UNKNOWN_S: i64 = 10;
/// Maximum number of concurrent queries to auth for keys that were never valid here; others wait.
const UNKNOWN_KEYS_AT_ONCE: usize = 8;

/// Verifies access tokens, credentials of services, API keys and order keys. Cheap to clone.
#[derive(Clone)]
pub struct TokenVerifier {
    /// The required audience of credentials of services.
    service: Arc<str>,
    inner: Arc<VerifierInner>,
}

struct VerifierInner {
    rules: TokenRules,
    service_key: ServiceKey,
    order_keys: OrderKeys,
    authority: Arc<dyn Authority>,
    env: Env,
    sessions: RevokedSessions,
    cache: Cache,
    keys_known: ApiKeyCache,
    unknown_keys: Semaphore,
    keys: RwLock<BTreeMap<String, PublicKey>>,
    keys_read: Mutex<Option<KeySetState>>,
}

/// The time and result of the last read of the keys.
struct KeySetState {
    at: Instant,
    outcome: Result<(), AuthorityError>,
}

impl TokenVerifier {
    /// Creates a verifier without keys; [`TokenVerifier::watch`] keeps it current.
    pub fn new(rules: TokenRules, secret: &RootSecret, authority: Arc<dyn Authority>, env: Env) -> Self {
        let service = rules.service.as_str().into();
        let inner = VerifierInner {
            sessions: RevokedSessions::new(rules.longest_life),
            rules,
            service_key: ServiceKey::new(secret),
            order_keys: OrderKeys::new(secret),
            authority,
            env,
            cache: Cache::default(),
            keys_known: ApiKeyCache::default(),
            unknown_keys: Semaphore::new(UNKNOWN_KEYS_AT_ONCE),
            keys: RwLock::default(),
            keys_read: Mutex::default(),
        };
        TokenVerifier { service, inner: Arc::new(inner) }
    }

    /// Returns the verifier of another service in this process. It shares the keys and revocations, so that only one of
    /// them has to be kept current.
    #[must_use]
    pub fn for_service(&self, service: &str) -> Self {
        TokenVerifier { service: service.into(), inner: self.inner.clone() }
    }

    /// Records a revocation, for processes that are notified before the feed contains it.
    pub fn hear(&self, revocation: &Revocation) {
        self.inner.hear(revocation);
    }

    /// Reads keys and revocations as long as it is polled; to be passed to [`Env::spawn`].
    pub async fn watch(self) {
        let mut reachable = true;
        loop {
            let read = self.read_once().await;
            if let Err(error) = &read
                && reachable
            {
                tracing::warn!(%error, "revocations could not be read");
            }
            reachable = read.is_ok();
            sleep(if reachable { self.inner.authority.read_every() } else { TRY_AGAIN }).await;
        }
    }

    /// Reads the revocations since the last read, and the keys if that is due.
    ///
    /// # Errors
    /// When auth does not respond.
    pub async fn read_once(&self) -> Result<(), AuthorityError> {
        self.inner.read_revocations().await?;
        self.inner.read_keys(KEYS_EVERY).await
    }

    /// Returns whether both have been read once. Before that, callers with a token are rejected.
    pub fn has_begun(&self) -> bool {
        self.inner.sessions.has_heard() && !self.inner.keys().is_empty()
    }
}

/// Interval for checking a credential while there are no notifications.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Delay of the check after a notification, because other processes may receive it slightly later.
const LOOK_AGAIN_SOON: Duration = Duration::from_millis(250);

impl TokenVerifier {
    /// Waits until the credential is invalid or its caller has changed.
    async fn until_over(&self, credential: &str, who: &Principal) {
        let (inner, digest) = (&self.inner, digest_of(credential));
        let mut has_heard = false;
        loop {
            let mut more = pin!(inner.sessions.more_ended());
            // enabled now, so that no notification is missed during verification
            more.as_mut().enable();
            if self.verify(credential).await.as_ref() != Ok(who) {
                return;
            }
            let now = inner.env.now();
            let known = inner.cache.get(&digest, now.as_seconds());
            let left = known.map_or(LOOK_AGAIN, |known| {
                let micros = (known.until_s + 1).saturating_mul(1_000_000) - now.as_micros();
                Duration::from_micros(u64::try_from(micros).unwrap_or_default())
            });
            let longest = if has_heard { LOOK_AGAIN_SOON } else { LOOK_AGAIN };
            has_heard = timeout(left.min(longest), more).await.is_ok();
        }
    }
}

impl std::fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("service", &self.service)
            .field("rules", &self.inner.rules)
            .finish_non_exhaustive()
    }
}

impl Verify for TokenVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        if credential.len() > TOKEN_BYTES_MAX {
            return Box::pin(std::future::ready(Err(VerifyError::Invalid)));
        }
        let inner = self.inner.clone();
        let digest = digest_of(credential);
        if credential.starts_with(API_KEY_PREFIX) {
            let key = is_api_key(credential).then(|| Secret::new(credential));
            return Box::pin(async move { inner.api_key(key.ok_or(VerifyError::Invalid)?, digest).await });
        }
        if credential.starts_with(ORDER_KEY_PREFIX) {
            let guest = inner.order_keys.guest(credential).map(|id| Principal::Guest { id });
            return Box::pin(std::future::ready(guest.ok_or(VerifyError::Invalid)));
        }
        // a cache hit does not copy the credential
        match inner.cache.get(&digest, inner.env.now().as_seconds()) {
            Some(known) => Box::pin(std::future::ready(inner.still_good(known))),
            None => {
                let credential = Secret::new(credential);
                let service = self.service.clone();
                Box::pin(async move { inner.verify(credential, digest, &service).await })
            }
        }
    }

    fn waits_for(&self) -> Option<&'static str> {
        (!self.has_begun()).then_some("the signing keys of auth")
    }

    fn over(self: Arc<Self>, credential: Secret, who: Principal) -> BoxFuture<()> {
        Box::pin(async move { self.until_over(credential.expose(), &who).await })
    }
}

impl VerifierInner {
    async fn verify(
        &self,
        credential: Secret,
        digest: Digest,
        service: &str,
    ) -> Result<Principal, VerifyError> {
        let token = UnverifiedToken::parse(credential.expose()).ok_or(VerifyError::Invalid)?;
        match token.header.typ.as_str() {
            access::TYP => self.access(&token, digest).await,
            service::TYP => self.service(&token, service),
            _ => Err(VerifyError::Invalid),
        }
    }

    async fn access(&self, token: &UnverifiedToken<'_>, digest: Digest) -> Result<Principal, VerifyError> {
        let kid = token.header.kid.as_deref().ok_or(VerifyError::Invalid)?;
        let key = match self.key(kid) {
            Some(key) => key,
            None => {
                self.read_keys(KEYS_AGAIN_AFTER).await.map_err(|_| VerifyError::Unavailable)?;
                self.key(kid).ok_or(VerifyError::Invalid)?
            }
        };
        if !key.verifies(token) {
            return Err(VerifyError::Invalid);
        }
        let claims: AccessClaims = token.claims().ok_or(VerifyError::Invalid)?;
        let (now, rules) = (self.env.now().as_seconds(), &self.rules);
        let longest = i64::try_from(rules.longest_life.as_secs()).unwrap_or(i64::MAX);
        let for_us = claims.iss == rules.issuer && claims.aud == rules.audience;
        if !for_us {
            return Err(VerifyError::Invalid);
        }
        if !times_hold(now, claims.iat, claims.nbf, claims.exp, longest) {
            // the token was valid if it would have been at its start
            let was_good = times_hold(claims.iat, claims.iat, claims.nbf, claims.exp, longest);
            let is_over = was_good && claims.exp + LEEWAY_S <= now;
            return Err(if is_over { VerifyError::Expired } else { VerifyError::Invalid });
        }
        let verified = Verified {
            issued_s: claims.iat,
            until_s: claims.exp + LEEWAY_S - 1,
            who: Principal::User {
                id: claims.sub,
                session: claims.sid,
                role: claims.role,
                permissions: claims.perms,
            },
        };
        self.cache.put(digest, verified.clone(), &self.env);
        self.still_good(verified)
    }

    fn service(&self, token: &UnverifiedToken<'_>, service: &str) -> Result<Principal, VerifyError> {
        if !self.service_key.verifies(token) {
            return Err(VerifyError::Invalid);
        }
        let claims: ServiceClaims = token.claims().ok_or(VerifyError::Invalid)?;
        let now = self.env.now().as_seconds();
        let good =
            claims.aud == service && times_hold(now, claims.iat, claims.nbf, claims.exp, service::LIFE_S);
        match good {
            true => Ok(Principal::Service { name: claims.iss, act_for: claims.act_for }),
            false => Err(VerifyError::Invalid),
        }
    }

    async fn api_key(&self, key: Secret, digest: Digest) -> Result<Principal, VerifyError> {
        let now = self.env.now().as_seconds();
        let known = self.keys_known.get(&digest, now);
        let who = match known {
            Some(who) => who,
            None => self.ask_for_key(key, digest, now).await?,
        };
        // every API key belongs to staff
        match self.sessions.heard_within(STAFF_NEED_FEED_WITHIN) {
            true => Ok(who),
            false => Err(VerifyError::Unavailable),
        }
    }

    async fn ask_for_key(&self, key: Secret, digest: Digest, now: i64) -> Result<Principal, VerifyError> {
        if self.keys_known.is_unknown(&digest, now) {
            return Err(VerifyError::Invalid);
        }
        // invented keys wait for one another, and keys in use do not wait for them
        let _turn = match self.keys_known.was_known(&digest) {
            true => None,
            false => Some(self.unknown_keys.acquire().await.map_err(|_| VerifyError::Unavailable)?),
        };
        let asked = self.keys_known.ask();
        let holder = self.authority.api_key(key).await.map_err(|_| VerifyError::Unavailable)?;
        let Some(holder) = holder else {
            self.keys_known.put_unknown(asked, digest, now + API_KEY_UNKNOWN_S);
            return Err(VerifyError::Invalid);
        };
        if holder.expires_at.is_some_and(|at| at <= self.env.now()) {
            return Err(VerifyError::Expired);
        }
        let who = Principal::ApiKey { id: holder.key, user: holder.user, permissions: holder.permissions };
        // at most until the second before the key expires
        let last = holder.expires_at.map_or(i64::MAX, |at| at.as_seconds() - 1);
        self.keys_known.put(asked, digest, holder.key, who.clone(), (now + API_KEY_KNOWN_S).min(last));
        Ok(who)
    }

    async fn read_revocations(&self) -> Result<(), AuthorityError> {
        let page = self.authority.revocations(self.sessions.position()).await?;
        for revocation in &page.revoked {
            self.hear(revocation);
        }
        self.sessions.read_up_to(page.position, self.env.now());
        Ok(())
    }

    fn hear(&self, revocation: &Revocation) {
        if let Some(session) = revocation.session {
            self.keys_known.forget(ApiKeyId::from_uuid(session.uuid()));
        }
        // last, because waiters check again
        self.sessions.revoke(revocation);
    }

    /// Returns the caller if the verified credential has not been revoked since.
    fn still_good(&self, verified: Verified) -> Result<Principal, VerifyError> {
        let Principal::User { id, session, role, .. } = &verified.who else { return Ok(verified.who) };
        if self.sessions.has_ended(*session, *id, verified.issued_s) {
            return Err(VerifyError::Revoked);
        }
        if *role != Role::Customer && !self.sessions.heard_within(STAFF_NEED_FEED_WITHIN) {
            return Err(VerifyError::Unavailable);
        }
        Ok(verified.who)
    }

    fn key(&self, kid: &str) -> Option<PublicKey> {
        self.keys().get(kid).cloned()
    }

    fn keys(&self) -> RwLockReadGuard<'_, BTreeMap<String, PublicKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keys are not used before the revocations are known, so that a revoked token is never accepted.
    async fn ask_for_keys(&self) -> Result<Vec<PublicKey>, AuthorityError> {
        if !self.sessions.has_heard() {
            self.read_revocations().await?;
        }
        self.authority.keys().await
    }

    /// Reads the keys, unless that was done within `fresh`. Concurrent callers share one read, so that tokens with invented
    /// key IDs cannot flood auth.
    async fn read_keys(&self, fresh: Duration) -> Result<(), AuthorityError> {
        let mut last = self.keys_read.lock().await;
        if let Some(KeySetState { at, outcome }) = &*last {
            let fresh = if outcome.is_ok() { fresh } else { TRY_AGAIN };
            if at.elapsed() < fresh {
                return outcome.clone();
            }
        }
        let keys = self.ask_for_keys().await;
        let outcome = keys.as_ref().map(|_| ()).map_err(Clone::clone);
        *last = Some(KeySetState { at: Instant::now(), outcome });
        let keys = keys?;
        let keys: BTreeMap<_, _> = keys.into_iter().map(|key| (key.kid().to_owned(), key)).collect();
        let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if *known != keys {
            // tokens of a withdrawn key must not stay valid in the cache
            *known = keys;
            self.cache.clear();
        }
        Ok(())
    }
}
