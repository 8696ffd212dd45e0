//! Rate limits for other public interfaces than the gateway's, which identify clients in the same way and have the same
//! limits.

use crate::{GatewaySettings, proxies::Proxies, token_buckets::Limiter};
use endpoint::http::HeaderMap;
use kernel::Env;
use ordo_http::network;
use std::net::IpAddr;

/// Counts requests of another public interface. Requests are counted by client; tokens are not evaluated.
pub struct FacadeGuard {
    proxies: Proxies,
    /// Requests with a password are counted separately.
    requests: Option<Limiter<(IpAddr, bool)>>,
    sign_ins: Option<Limiter<IpAddr>>,
}

impl FacadeGuard {
    /// Creates the guard with the gateway's settings.
    pub fn new(env: &Env, settings: &GatewaySettings) -> Self {
        let (requests, sign_ins) = (settings.requests_per_minute, settings.sign_ins_per_minute);
        FacadeGuard {
            proxies: Proxies(settings.trusted_proxies.clone()),
            requests: requests.map(|count| Limiter::new(env.clone(), "requests", count)),
            sign_ins: sign_ins.map(|count| Limiter::new(env.clone(), "sign-ins", count)),
        }
    }

    /// Returns the network of the client behind a connection from `peer`.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        network(self.proxies.client(peer, headers))
    }

    /// Counts a request without a password. Returns the number of seconds to wait if it is rejected.
    pub fn wait_s(&self, client: IpAddr, is_sign_in: bool) -> Option<u32> {
        let sign_ins = self.sign_ins.as_ref().filter(|_| is_sign_in);
        self.longest(client, false, sign_ins)
    }

    /// Counts a request with a password. Returns the number of seconds to wait before the next failure.
    pub fn failure_wait_s(&self, client: IpAddr) -> Option<u32> {
        self.longest(client, true, self.sign_ins.as_ref())
    }

    fn longest(
        &self,
        client: IpAddr,
        shows_password: bool,
        sign_ins: Option<&Limiter<IpAddr>>,
    ) -> Option<u32> {
        let request = self.requests.as_ref().map(|requests| requests.take((client, shows_password)));
        let sign_in = sign_ins.map(|sign_ins| sign_ins.take(client));
        request.into_iter().chain(sign_in).filter_map(|taken| taken.wait_s).max()
    }
}
