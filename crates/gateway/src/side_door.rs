//! Doors beside the gateway's, in front of which the same client is the same one, and may ask as often.

use crate::{Settings, limiter::Limiter, proxies::Proxies};
use endpoint::http::HeaderMap;
use kernel::Env;
use ordo_http::network;
use std::net::IpAddr;

/// What another door must know of its visitors. Requests are counted by client: whose a token is, is not looked at.
pub struct SideDoor {
    proxies: Proxies,
    requests: Option<Limiter<IpAddr>>,
    sign_ins: Option<Limiter<IpAddr>>,
}

impl SideDoor {
    /// With the gateway's settings.
    pub fn new(env: &Env, settings: &Settings) -> Self {
        let limiter = |name, count: Option<u32>| count.map(|count| Limiter::new(env.clone(), name, count));
        SideDoor {
            proxies: Proxies(settings.trusted_proxies.clone()),
            requests: limiter("requests", settings.requests_per_minute),
            sign_ins: limiter("sign-ins", settings.sign_ins_per_minute),
        }
    }

    /// The network of the client behind a connection from `peer`.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        network(self.proxies.client(peer, headers))
    }

    /// Counts a request, and says how many seconds to wait before it may come.
    pub fn wait_s(&self, client: IpAddr, is_sign_in: bool) -> Option<u32> {
        let requests = self.requests.iter();
        let sign_ins = self.sign_ins.iter().filter(|_| is_sign_in);
        requests.chain(sign_ins).filter_map(|limiter| limiter.take(client).wait_s).max()
    }

    /// Counts a request that shows a password, and says how many seconds to wait before the next failure.
    pub fn failure_wait_s(&self, client: IpAddr) -> Option<u32> {
        self.sign_ins.as_ref()?.take(client).wait_s
    }
}
