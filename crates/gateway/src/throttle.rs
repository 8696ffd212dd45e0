//! Who may ask how often: each account, or each client that shows none, for all requests; and each client for signing
//! in, registering and exchanging refresh tokens, which cost a password's hash or a session, and which whoever guesses
//! names and passwords asks often. What a single name is tried with is slowed down by auth itself.

use crate::{
    guard::Client,
    limiter::{Limiter, Taken},
};
use axum::{extract::Request, response::Response};
use contracts::auth::{Login, RefreshToken, Register, SetUp};
use endpoint::{
    Common, Endpoint,
    http::{HeaderMap, HeaderName, HeaderValue, Method},
};
use kernel::{Env, id::UserId};
use ordo_http::{Verify, Who, authenticate};
use std::{net::IpAddr, sync::Arc};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Both limits.
pub(crate) struct Throttle {
    verify: Option<Arc<dyn Verify>>,
    requests: Option<Limiter<Asker>>,
    sign_ins: Option<Limiter<IpAddr>>,
}

/// For whom requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asker {
    Account(UserId),
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
        }
    }

    /// Counts a request. One that came from no address is let in: nobody outside can make one.
    pub(crate) async fn count(&self, Asking { client, is_sign_in, headers }: Asking<'_>) -> Counted {
        let Some(Client(client)) = client else { return Counted(Vec::new()) };
        let mut taken = Vec::new();
        if let Some(requests) = &self.requests {
            taken.push(requests.take(self.asker(client, headers).await));
        }
        if let Some(sign_ins) = &self.sign_ins
            && is_sign_in
        {
            taken.push(sign_ins.take(client));
        }
        Counted(taken)
    }

    /// Customers behind one address do not use up what others of them have; whoever shows a bad token is nobody.
    async fn asker(&self, client: IpAddr, headers: &HeaderMap) -> Asker {
        let Some(verify) = &self.verify else { return Asker::Client(client) };
        match authenticate(headers, &**verify).await {
            Ok(Who::User { id, .. }) => Asker::Account(id),
            _ => Asker::Client(client),
        }
    }
}

/// What is counted of a request.
pub(crate) struct Asking<'a> {
    client: Option<Client>,
    is_sign_in: bool,
    headers: &'a HeaderMap,
}
impl<'a> Asking<'a> {
    pub(crate) fn of(request: &'a Request) -> Self {
        Asking {
            client: request.extensions().get::<Client>().copied(),
            is_sign_in: is_sign_in(request.method(), request.uri().path()),
            headers: request.headers(),
        }
    }
}

/// What is throttled as a sign-in. Paths are compared as they were sent, as the services do.
fn is_sign_in(method: &Method, path: &str) -> bool {
    let routes = [Login::ROUTE, Register::ROUTE, RefreshToken::ROUTE, SetUp::ROUTE];
    *method == Method::POST && routes.iter().any(|route| route.path == path)
}

/// What the limits say of a request.
pub(crate) struct Counted(Vec<Taken>);

impl Counted {
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
