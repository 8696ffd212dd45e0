//! Rate limits. All requests are counted by account (of a token, or of the session of a page), API key or guest, or by
//! client address without a credential. Sign-ins, refreshes of tokens and password changes are counted by client address,
//! and so are registrations and requests for emails. Orders of guests are counted with the latter, because each sends an
//! email to an unverified address.
//!
//! Failed attempts never block a valid credential: each kind of attempt has a separate bucket, credentials are verified
//! first, and beyond the limit only failures are rejected. Attempts on a single account are delayed by auth itself.

use crate::{
    FindSession,
    guard::ClientNetwork,
    routing,
    token_buckets::{Limiter, RateDecision},
};
use axum::{extract::Request, response::Response};
use contracts::{
    auth::{
        ChangePassword, CompleteSetup, ForgotPassword, Login, RefreshToken, Register,
        RequestEmailVerification, ResetPassword, VerifyEmail,
    },
    orders::PlaceBasket,
};
use endpoint::{
    CommonError, Endpoint, Route,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header::AUTHORIZATION},
};
use kernel::{
    Env,
    id::{ApiKeyId, UserId},
};
use ordo_http::{
    Principal, Verify, VerifyError, identify,
    token::{API_KEY_PREFIX, ORDER_KEY_PREFIX},
};
use std::{net::IpAddr, sync::Arc};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

pub(crate) struct RateLimits {
    verify: Option<Arc<dyn Verify>>,
    requests: Option<Limiter<RateLimitKey>>,
    sign_ins: Option<Limiter<RateLimitKey>>,
    /// Invalid keys. Beyond the limit, an invalid key gets 429 instead of 401; valid ones are not affected.
    guesses: Option<Limiter<IpAddr>>,
}

/// Number of invalid keys per minute and client.
const GUESSES_PER_MINUTE: u32 = 60;

/// The key by which requests are counted. Keys are independent, even if they share an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RateLimitKey {
    Account(UserId),
    Key(ApiKeyId),
    Guest(UserId),
    /// A session of a page whose access token has expired.
    Session(u128),
    /// A client without a credential.
    Client(IpAddr),
    /// A client with an invalid token or key.
    Guesser(IpAddr),
    /// A client that sends a password, a refresh token or a code, which only the service can verify.
    SignIn(IpAddr),
}

impl RateLimits {
    /// Creates the limits from the requests and sign-ins per minute. None: unlimited.
    pub(crate) fn new(
        env: &Env,
        verify: Option<Arc<dyn Verify>>,
        requests_per_minute: Option<u32>,
        sign_ins_per_minute: Option<u32>,
    ) -> Self {
        RateLimits {
            verify,
            requests: requests_per_minute.map(|count| Limiter::new(env.clone(), "requests", count)),
            sign_ins: sign_ins_per_minute.map(|count| Limiter::new(env.clone(), "sign-ins", count)),
            guesses: requests_per_minute.map(|_| Limiter::new(env.clone(), "guesses", GUESSES_PER_MINUTE)),
        }
    }

    /// Counts a request. Requests without an address are admitted, because they cannot come from outside.
    pub(crate) async fn count(&self, asking: CountedRequest<'_>) -> RateLimitHeaders {
        let Some(ClientNetwork(client)) = asking.client else { return RateLimitHeaders::nothing() };
        let (asker, guess) = match self.requests.is_some() || asking.is_placing {
            true => self.asker(client, &asking).await,
            false => (RateLimitKey::Client(client), None),
        };
        if let Some(guess) = guess.filter(|guess| guess.wait_s.is_some()) {
            return RateLimitHeaders { taken: vec![guess], if_it_fails: Vec::new() };
        }
        let (mut taken, mut if_it_fails) = (Vec::new(), Vec::new());
        let requests = self.requests.iter().map(|requests| requests.take(asker));
        match asker {
            // a request with the correct password or a valid token is still admitted
            RateLimitKey::SignIn(_) => if_it_fails.extend(requests),
            _ => taken.extend(requests),
        }
        taken.extend(guess);
        if let Some(sign_ins) = &self.sign_ins {
            let is_guest = asking.is_placing
                && matches!(
                    asker,
                    RateLimitKey::Client(_) | RateLimitKey::Guesser(_) | RateLimitKey::Guest(_)
                );
            match asking.sign_in {
                Some(SignIn::WithCredential) => if_it_fails.push(sign_ins.take(RateLimitKey::SignIn(client))),
                None if !is_guest => {}
                _ => taken.push(sign_ins.take(RateLimitKey::Client(client))),
            }
        }
        RateLimitHeaders { taken, if_it_fails }
    }

    /// Returns the key of a request, and that of a failed attempt if its credential is invalid. Customers behind one
    /// address are counted separately; an invalid token counts as none.
    async fn asker(
        &self,
        client: IpAddr,
        asking: &CountedRequest<'_>,
    ) -> (RateLimitKey, Option<RateDecision>) {
        let nobody = match asking.sign_in {
            Some(SignIn::WithCredential) => RateLimitKey::SignIn(client),
            _ => RateLimitKey::Client(client),
        };
        // sign-ins ignore other credentials
        let is_plain = nobody == RateLimitKey::Client(client);
        let Some(verify) = &self.verify else { return (nobody, None) };
        if let Some(session) = asking.session.filter(|_| is_plain && !asking.is_of_programs)
            && let Some(session) = session(asking.headers)
        {
            let asker = match verify.verify(session.access.expose()).await {
                Ok(Principal::User { id, .. }) => RateLimitKey::Account(id),
                // only auth knows whether the session still exists; an old cookie must not use the limit of its owner
                Err(VerifyError::Expired | VerifyError::Unavailable) => RateLimitKey::Session(session.id),
                _ => nobody,
            };
            return (asker, None);
        }
        match identify(asking.headers, &**verify).await {
            Ok(Principal::User { id, .. }) => (RateLimitKey::Account(id), None),
            Ok(Principal::ApiKey { id, .. }) => (RateLimitKey::Key(id), None),
            Ok(Principal::Guest { id }) => (RateLimitKey::Guest(id), None),
            // pages ignore tokens
            Err(CommonError::Unauthenticated { .. }) if is_plain && asking.is_of_programs => {
                let guesses = self.guesses.as_ref().filter(|_| shows_key(asking.headers));
                (RateLimitKey::Guesser(client), guesses.map(|guesses| guesses.take(client)))
            }
            _ => (nobody, None),
        }
    }
}

/// Returns whether the request has a credential in the format of an API key, which only auth's database can verify, or of
/// an order key.
fn shows_key(headers: &HeaderMap) -> bool {
    let shown = [AUTHORIZATION, API_KEY].into_iter().flat_map(|name| headers.get_all(name));
    shown
        .filter_map(|value| value.to_str().ok())
        .any(|text| text.contains(API_KEY_PREFIX) || text.contains(ORDER_KEY_PREFIX))
}

/// The properties of a request that are counted.
pub(crate) struct CountedRequest<'a> {
    client: Option<ClientNetwork>,
    sign_in: Option<SignIn>,
    /// The request places a basket, possibly of a guest.
    is_placing: bool,
    is_of_programs: bool,
    headers: &'a HeaderMap,
    session: Option<&'a FindSession>,
}
impl<'a> CountedRequest<'a> {
    /// `forms` lists the forms of pages that are also sign-ins. `session` returns the session of a page's request.
    pub(crate) fn of(request: &'a Request, forms: SignInForms, session: Option<&'a FindSession>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let posts = *method == Method::POST;
        CountedRequest {
            client: request.extensions().get::<ClientNetwork>().copied(),
            sign_in: SignIn::at(path).or_else(|| forms.at(path)).filter(|_| posts),
            is_placing: posts && (is_at(PlaceBasket::ROUTE.path, path) || forms.placing.contains(&path)),
            is_of_programs: routing::is_of_programs(path),
            headers: request.headers(),
            session,
        }
    }

    /// Returns whether the request requires hashing a password, or is similarly rare.
    pub(crate) fn signs_in(&self) -> bool {
        self.sign_in.is_some()
    }
}

/// The paths of forms of pages that are counted as sign-ins.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignInForms {
    /// Forms with a password or a code that is verified.
    pub with_credential: &'static [&'static str],
    /// Other forms, such as registration.
    pub without: &'static [&'static str],
    /// Forms that place an order, which are counted if a guest sends them.
    pub placing: &'static [&'static str],
}

impl SignInForms {
    fn at(&self, path: &str) -> Option<SignIn> {
        match (self.with_credential.contains(&path), self.without.contains(&path)) {
            (true, _) => Some(SignIn::WithCredential),
            (false, true) => Some(SignIn::Other),
            (false, false) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignIn {
    /// With a secret of the account's owner.
    WithCredential,
    /// Requests for an account or an email.
    Other,
}

impl SignIn {
    /// Paths are compared as sent, as in the services.
    fn at(path: &str) -> Option<SignIn> {
        let is_one_of = |routes: &[Route]| routes.iter().any(|route| route.path == path);
        let with_credential = [
            Login::ROUTE,
            RefreshToken::ROUTE,
            CompleteSetup::ROUTE,
            ChangePassword::ROUTE,
            ResetPassword::ROUTE,
            VerifyEmail::ROUTE,
        ];
        let others = [Register::ROUTE, ForgotPassword::ROUTE, RequestEmailVerification::ROUTE];
        match is_one_of(&with_credential) {
            true => Some(SignIn::WithCredential),
            false => is_one_of(&others).then_some(SignIn::Other),
        }
    }
}

/// Returns whether `path` matches `route`, which has one `{name}`.
fn is_at(route: &str, path: &str) -> bool {
    let around = route.split_once('{').zip(route.split_once('}'));
    around.is_some_and(|((before, _), (_, after))| path.starts_with(before) && path.ends_with(after))
}

/// The results of the rate limits for a request.
pub(crate) struct RateLimitHeaders {
    taken: Vec<RateDecision>,
    /// The limits that apply only if the credential of the request is invalid.
    if_it_fails: Vec<RateDecision>,
}

impl RateLimitHeaders {
    /// Returns the results of a request that is not counted.
    pub(crate) fn nothing() -> Self {
        RateLimitHeaders { taken: Vec::new(), if_it_fails: Vec::new() }
    }
    /// Admits the request, or returns an error with the time to wait.
    pub(crate) fn let_in(&self) -> Result<(), CommonError> {
        refusal(&self.taken).map_or(Ok(()), Err)
    }

    /// Returns the error for a failure, if the client has reached the limit of failures.
    pub(crate) fn refusal_of_failure(&self) -> Option<CommonError> {
        refusal(&self.if_it_fails)
    }

    /// Adds the rate limit headers to the response.
    pub(crate) fn mark(&self, response: &mut Response) {
        let all = || self.taken.iter().chain(&self.if_it_fails);
        let join = |texts: Vec<String>| HeaderValue::from_str(&texts.join(", ")).ok();
        let policies = join(all().map(RateDecision::policy).collect());
        let left = join(all().map(RateDecision::to_string).collect());
        let (Some(policies), Some(left), true) = (policies, left, all().next().is_some()) else { return };
        response.headers_mut().insert(POLICY, policies);
        response.headers_mut().insert(LEFT, left);
    }
}

/// Returns an error with the longest waiting time.
fn refusal(taken: &[RateDecision]) -> Option<CommonError> {
    let longest = taken.iter().filter_map(|taken| taken.wait_s).max();
    longest.map(|retry_after| CommonError::RateLimited { retry_after })
}

/// Returns whether the response shows that the credential was invalid. An accepted form redirects to another page.
pub(crate) fn has_failed(response: &Response, is_form: bool) -> bool {
    let status = response.status();
    match is_form {
        true => !status.is_redirection() && !status.is_server_error(),
        false => status.is_client_error(),
    }
}
