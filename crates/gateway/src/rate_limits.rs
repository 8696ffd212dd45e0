//! Rate limits: for all requests, by account (of a token, or of the session of a page), API key, guest, or client address where
//! none is shown; and by client address for
//! signing in, exchanging refresh tokens and setting passwords, and for registering and asking for emails. Guests who order are
//! counted with the latter: each order of theirs writes to an address that nobody has verified.
//!
//! Failed guesses block no valid credential: each kind of guess has a bucket of its own, what is shown is verified first, and
//! beyond the limit only failures are refused. What a single name is tried with is slowed down by auth itself.

use crate::{
    FindSession,
    guard::Client,
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

/// The limits.
pub(crate) struct RateLimits {
    verify: Option<Arc<dyn Verify>>,
    requests: Option<Limiter<RateLimitKey>>,
    sign_ins: Option<Limiter<RateLimitKey>>,
    /// Keys that were no good. Beyond the limit a bad key is answered with 429 instead of 401; a good one is not concerned.
    guesses: Option<Limiter<IpAddr>>,
}

/// So many a minute from one client.
const GUESSES_PER_MINUTE: u32 = 60;

/// For whom requests are counted. Nobody takes anything of what the others have, also where they share an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RateLimitKey {
    Account(UserId),
    Key(ApiKeyId),
    Guest(UserId),
    /// A session of pages whose access token is over.
    Session(u128),
    /// Whoever shows nothing.
    Client(IpAddr),
    /// Whoever shows a token or a key that is no good.
    Guesser(IpAddr),
    /// Whoever shows a password, a refresh token or a code. Whether that is good, only the service behind can tell.
    SignIn(IpAddr),
}

impl RateLimits {
    /// So many requests and sign-ins in a minute; none: as many as they like.
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

    /// Counts a request. One that came from no address is let in: nobody outside can make one.
    pub(crate) async fn count(&self, asking: CountedRequest<'_>) -> RateLimitHeaders {
        let Some(Client(client)) = asking.client else { return RateLimitHeaders::nothing() };
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
            // a right password or a good token is let in all the same
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

    /// Customers behind one address do not use up what others of them have; whoever shows a bad token is nobody. And the
    /// guess that it was, where it was one.
    async fn asker(
        &self,
        client: IpAddr,
        asking: &CountedRequest<'_>,
    ) -> (RateLimitKey, Option<RateDecision>) {
        let nobody = match asking.sign_in {
            Some(SignIn::WithCredential) => RateLimitKey::SignIn(client),
            _ => RateLimitKey::Client(client),
        };
        // signing in passes over what else is shown
        let is_plain = nobody == RateLimitKey::Client(client);
        let Some(verify) = &self.verify else { return (nobody, None) };
        if let Some(session) = asking.session.filter(|_| is_plain && !asking.is_of_programs)
            && let Some(session) = session(asking.headers)
        {
            let asker = match verify.verify(session.access.expose()).await {
                Ok(Principal::User { id, .. }) => RateLimitKey::Account(id),
                // whether it goes on, only auth can tell: whoever has an old cookie takes nothing of its owner's
                Err(VerifyError::Expired | VerifyError::Unavailable) => RateLimitKey::Session(session.id),
                _ => nobody,
            };
            return (asker, None);
        }
        match identify(asking.headers, &**verify).await {
            Ok(Principal::User { id, .. }) => (RateLimitKey::Account(id), None),
            Ok(Principal::ApiKey { id, .. }) => (RateLimitKey::Key(id), None),
            Ok(Principal::Guest { id }) => (RateLimitKey::Guest(id), None),
            // pages pass over tokens
            Err(CommonError::Unauthenticated { .. }) if is_plain && asking.is_of_programs => {
                let guesses = self.guesses.as_ref().filter(|_| shows_key(asking.headers));
                (RateLimitKey::Guesser(client), guesses.map(|guesses| guesses.take(client)))
            }
            _ => (nobody, None),
        }
    }
}

/// Whether something is shown that looks like an API key, of which only auth's database knows what it is, or like the key
/// of a guest's order.
fn shows_key(headers: &HeaderMap) -> bool {
    let shown = [AUTHORIZATION, API_KEY].into_iter().flat_map(|name| headers.get_all(name));
    shown
        .filter_map(|value| value.to_str().ok())
        .any(|text| text.contains(API_KEY_PREFIX) || text.contains(ORDER_KEY_PREFIX))
}

/// What is counted of a request.
pub(crate) struct CountedRequest<'a> {
    client: Option<Client>,
    sign_in: Option<SignIn>,
    /// It places a basket, which may be a guest's.
    is_placing: bool,
    is_of_programs: bool,
    headers: &'a HeaderMap,
    session: Option<&'a FindSession>,
}
impl<'a> CountedRequest<'a> {
    /// `forms`: those of pages that are sign-ins, too. `session` finds that of who checks a page.
    pub(crate) fn of(request: &'a Request, forms: SignInForms, session: Option<&'a FindSession>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let posts = *method == Method::POST;
        CountedRequest {
            client: request.extensions().get::<Client>().copied(),
            sign_in: SignIn::at(path).or_else(|| forms.at(path)).filter(|_| posts),
            is_placing: posts && (is_at(PlaceBasket::ROUTE.path, path) || forms.placing.contains(&path)),
            is_of_programs: routing::is_of_programs(path),
            headers: request.headers(),
            session,
        }
    }

    /// Whether it waits for the hash of a password, or for what is as seldom.
    pub(crate) fn signs_in(&self) -> bool {
        self.sign_in.is_some()
    }
}

/// The paths of the pages' forms that are counted as sign-ins.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignInForms {
    /// Forms that carry a password or a code that is verified.
    pub with_credential: &'static [&'static str],
    /// The other ones, such as registering.
    pub without: &'static [&'static str],
    /// Forms that place an order, which are counted as such where a guest sends them.
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

/// What is throttled as a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignIn {
    /// It shows what only its owner knows.
    WithCredential,
    /// It asks for an account or an email.
    Other,
}

impl SignIn {
    /// Paths are compared as they were sent, as the services do.
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

/// Whether `path` is an address of `route`, which has one `{name}`.
fn is_at(route: &str, path: &str) -> bool {
    let around = route.split_once('{').zip(route.split_once('}'));
    around.is_some_and(|((before, _), (_, after))| path.starts_with(before) && path.ends_with(after))
}

/// What the limits say of a request.
pub(crate) struct RateLimitHeaders {
    taken: Vec<RateDecision>,
    /// Of a request that is refused only if its credential is no good.
    if_it_fails: Vec<RateDecision>,
}

impl RateLimitHeaders {
    /// Of what nobody counts.
    pub(crate) fn nothing() -> Self {
        RateLimitHeaders { taken: Vec::new(), if_it_fails: Vec::new() }
    }
    /// Lets it in, or says when to come back.
    pub(crate) fn let_in(&self) -> Result<(), CommonError> {
        refusal(&self.taken).map_or(Ok(()), Err)
    }

    /// How a failure is refused, where the client may not fail again yet.
    pub(crate) fn refusal_of_failure(&self) -> Option<CommonError> {
        refusal(&self.if_it_fails)
    }

    /// Tells the client what it has left.
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

/// Until the longest wait is over.
fn refusal(taken: &[RateDecision]) -> Option<CommonError> {
    let longest = taken.iter().filter_map(|taken| taken.wait_s).max();
    longest.map(|retry_after| CommonError::RateLimited { retry_after })
}

/// Whether the credential of a request was no good, as its answer says: a form that was accepted leads to another page.
pub(crate) fn has_failed(response: &Response, is_form: bool) -> bool {
    let status = response.status();
    match is_form {
        true => !status.is_redirection() && !status.is_server_error(),
        false => status.is_client_error(),
    }
}
