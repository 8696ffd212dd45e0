//! Who may ask how often: each account, each API key, or each client that shows none, for all requests; and each client for signing
//! in, registering, exchanging refresh tokens and setting passwords, which cost a password's hash or a session, and which whoever guesses
//! names and passwords asks often. Guests who order are counted likewise: each order of theirs writes to an address that nobody has
//! verified. What a single name is tried with is slowed down by auth itself.

use crate::{
    guard::Client,
    limiter::{Limiter, Taken},
};
use axum::{extract::Request, response::Response};
use contracts::{
    auth::{
        AskForVerification, ChangePassword, ForgotPassword, Login, RefreshToken, Register, ResetPassword,
        SetUp, VerifyEmail,
    },
    orders::PlaceBasket,
};
use endpoint::{
    Common, Endpoint,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header::AUTHORIZATION},
};
use kernel::{
    Env,
    id::{ApiKeyId, UserId},
};
use ordo_http::{
    Verify, Who, authenticate,
    token::{API_KEY_PREFIX, ORDER_KEY_PREFIX},
};
use std::{net::IpAddr, sync::Arc};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Both limits.
pub(crate) struct Throttle {
    verify: Option<Arc<dyn Verify>>,
    requests: Option<Limiter<Asker>>,
    sign_ins: Option<Limiter<IpAddr>>,
    /// Credentials that were no good: whoever makes them up has each looked up so often, and no more.
    guesses: Option<Limiter<IpAddr>>,
}

/// So many a minute from one client.
const GUESSES_PER_MINUTE: u32 = 60;

/// For whom requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asker {
    Account(UserId),
    Key(ApiKeyId),
    Client(IpAddr),
}

impl Throttle {
    /// So many requests and sign-ins in a minute; none: as many as they like.
    pub(crate) fn new(
        env: &Env,
        verify: Option<Arc<dyn Verify>>,
        requests_per_minute: Option<u32>,
        sign_ins_per_minute: Option<u32>,
    ) -> Self {
        Throttle {
            verify,
            requests: requests_per_minute.map(|count| Limiter::new(env.clone(), "requests", count)),
            sign_ins: sign_ins_per_minute.map(|count| Limiter::new(env.clone(), "sign-ins", count)),
            guesses: requests_per_minute.map(|_| Limiter::new(env.clone(), "guesses", GUESSES_PER_MINUTE)),
        }
    }

    /// Counts a request. One that came from no address is let in: nobody outside can make one.
    pub(crate) async fn count(
        &self,
        Asking { client, is_sign_in, is_placing, headers }: Asking<'_>,
    ) -> Counted {
        let Some(Client(client)) = client else { return Counted::nothing() };
        let mut taken = Vec::new();
        // before anybody is asked whose key that is
        if let Some(guesses) = &self.guesses
            && shows_key(headers)
            && guesses.is_used_up(client)
        {
            return Counted(vec![guesses.take(client)]);
        }
        let (asker, guess) = match self.requests.is_some() || is_placing {
            true => self.asker(client, headers).await,
            false => (Asker::Client(client), None),
        };
        if let Some(requests) = &self.requests {
            taken.push(requests.take(asker));
        }
        taken.extend(guess);
        if let Some(sign_ins) = &self.sign_ins
            && (is_sign_in || (is_placing && matches!(asker, Asker::Client(_))))
        {
            taken.push(sign_ins.take(client));
        }
        Counted(taken)
    }

    /// Customers behind one address do not use up what others of them have; whoever shows a bad token is nobody. And the
    /// guess that it was, where it was one.
    async fn asker(&self, client: IpAddr, headers: &HeaderMap) -> (Asker, Option<Taken>) {
        let Some(verify) = &self.verify else { return (Asker::Client(client), None) };
        match authenticate(headers, &**verify).await {
            Ok(Who::User { id, .. }) => (Asker::Account(id), None),
            Ok(Who::Key { id, .. }) => (Asker::Key(id), None),
            Err(Common::Unauthenticated { .. }) if shows_key(headers) => {
                (Asker::Client(client), self.guesses.as_ref().map(|guesses| guesses.take(client)))
            }
            _ => (Asker::Client(client), None),
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
pub(crate) struct Asking<'a> {
    client: Option<Client>,
    is_sign_in: bool,
    /// It places a basket, which may be a guest's.
    is_placing: bool,
    headers: &'a HeaderMap,
}
impl<'a> Asking<'a> {
    /// `forms`: the paths of pages whose forms are sign-ins, too.
    pub(crate) fn of(request: &'a Request, forms: &[&str]) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let is_form = *method == Method::POST && forms.contains(&path);
        Asking {
            client: request.extensions().get::<Client>().copied(),
            is_sign_in: is_form || is_sign_in(method, path),
            is_placing: *method == Method::POST && is_at(PlaceBasket::ROUTE.path, path),
            headers: request.headers(),
        }
    }
}

/// What is throttled as a sign-in. Paths are compared as they were sent, as the services do.
fn is_sign_in(method: &Method, path: &str) -> bool {
    let routes = [
        Login::ROUTE,
        Register::ROUTE,
        RefreshToken::ROUTE,
        SetUp::ROUTE,
        ChangePassword::ROUTE,
        ForgotPassword::ROUTE,
        ResetPassword::ROUTE,
        VerifyEmail::ROUTE,
        AskForVerification::ROUTE,
    ];
    *method == Method::POST && routes.iter().any(|route| route.path == path)
}

/// Whether `path` is an address of `route`, which has one `{name}`.
fn is_at(route: &str, path: &str) -> bool {
    let around = route.split_once('{').zip(route.split_once('}'));
    around.is_some_and(|((before, _), (_, after))| path.starts_with(before) && path.ends_with(after))
}

/// What the limits say of a request.
pub(crate) struct Counted(Vec<Taken>);

impl Counted {
    /// Of what nobody counts.
    pub(crate) fn nothing() -> Self {
        Counted(Vec::new())
    }
    /// Lets it in, or says when to come back.
    pub(crate) fn let_in(&self) -> Result<(), Common> {
        let longest = self.0.iter().filter_map(|taken| taken.wait_s).max();
        longest.map_or(Ok(()), |retry_after| Err(Common::RateLimited { retry_after }))
    }

    /// Tells the client what it has left.
    pub(crate) fn mark(&self, response: &mut Response) {
        let join = |texts: Vec<String>| HeaderValue::from_str(&texts.join(", ")).ok();
        let policies = join(self.0.iter().map(Taken::policy).collect());
        let left = join(self.0.iter().map(Taken::to_string).collect());
        let (Some(policies), Some(left), false) = (policies, left, self.0.is_empty()) else { return };
        response.headers_mut().insert(POLICY, policies);
        response.headers_mut().insert(LEFT, left);
    }
}
