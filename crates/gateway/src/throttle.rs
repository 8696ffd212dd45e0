//! How often one client address may ask to sign in, to register or to exchange a refresh token: each costs a
//! password's hash or a session, and whoever guesses names and passwords asks often. What a single name is tried
//! with is slowed down by auth itself.
//!
//! In the memory of this process, and bounded: for each address that has asked lately, the moment at which it will
//! have made up for all that it asked (GCRA). Beyond the bound the one that is next to that is forgotten.

use axum::extract::Request;
use contracts::auth::{Login, RefreshToken, Register};
use endpoint::{Common, Endpoint, http::Method};
use kernel::{Env, Timestamp};
use ordo_http::Peer;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are remembered: a few megabytes.
const ADDRESSES_MAX: usize = 50_000;

/// Lets an address ask so often.
pub(crate) struct Throttle {
    env: Env,
    /// What one request uses up of the minute that an address has; none: nothing is throttled.
    each: Option<Duration>,
    asked: Mutex<Asked>,
}

/// Who has asked lately.
#[derive(Default)]
struct Asked {
    made_up: BTreeMap<IpAddr, Timestamp>,
    /// The same, the next to be forgotten first.
    in_time: BTreeSet<(Timestamp, IpAddr)>,
}

impl Throttle {
    /// So many requests in a minute, all at once if need be.
    pub(crate) fn new(env: Env, per_minute: Option<u32>) -> Self {
        Throttle { env, each: per_minute.map(|count| MINUTE / count.max(1)), asked: Mutex::default() }
    }

    /// Refuses what an address asks too often. A request that came from no address is let in: nobody outside can
    /// make one.
    pub(crate) fn let_in(&self, request: &Request) -> Result<(), Common> {
        if !is_sign_in(request.method(), request.uri().path()) {
            return Ok(());
        }
        match (self.each, request.extensions().get::<Peer>()) {
            (Some(each), Some(Peer(peer))) => self.take(network(peer.ip()), each),
            _ => Ok(()),
        }
    }

    fn take(&self, who: IpAddr, each: Duration) -> Result<(), Common> {
        let now = self.env.now();
        let at_most = now.plus(MINUTE);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let made_up = asked.made_up(who);
        if made_up > at_most {
            // the clock was set back, which must not make anybody wait for longer than that
            asked.note(who, at_most);
        }
        let then = made_up.clamp(now, at_most).plus(each);
        match then.since(at_most) {
            Duration::ZERO => {
                asked.note(who, then);
                Ok(())
            }
            wait => {
                let seconds = wait.as_millis().div_ceil(1000);
                Err(Common::RateLimited { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) })
            }
        }
    }
}

/// What is throttled. Paths are compared as they were sent, as the services do.
fn is_sign_in(method: &Method, path: &str) -> bool {
    let routes = [Login::ROUTE, Register::ROUTE, RefreshToken::ROUTE];
    *method == Method::POST && routes.iter().any(|route| route.path == path)
}

impl Asked {
    fn made_up(&self, who: IpAddr) -> Timestamp {
        self.made_up.get(&who).copied().unwrap_or(Timestamp::from_micros(0))
    }

    fn note(&mut self, who: IpAddr, then: Timestamp) {
        if let Some(before) = self.made_up.insert(who, then) {
            self.in_time.remove(&(before, who));
        }
        self.in_time.insert((then, who));
        while self.made_up.len() > ADDRESSES_MAX
            && let Some((_, next)) = self.in_time.pop_first()
        {
            self.made_up.remove(&next);
        }
    }
}

/// Whom an address stands for: in IPv6 a client has a whole network (/64) of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u32) -> IpAddr {
        IpAddr::from(n.to_be_bytes())
    }

    #[test]
    fn neighbours_in_a_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn beyond_the_bound_whoever_has_nearly_made_up_is_forgotten() {
        let mut asked = Asked::default();
        let at = Timestamp::from_seconds;
        asked.note(address(0), at(1_000_000));
        for n in 1..60_000 {
            asked.note(address(n), at(i64::from(n)));
        }
        assert_eq!((asked.made_up.len(), asked.in_time.len()), (ADDRESSES_MAX, ADDRESSES_MAX));
        assert_eq!(asked.made_up(address(0)), at(1_000_000));
        assert_eq!(asked.made_up(address(1)), at(0));
        assert_eq!(asked.made_up(address(59_999)), at(59_999));
        // the same address again takes no second place
        asked.note(address(0), at(1_000_001));
        assert_eq!((asked.made_up.len(), asked.in_time.len()), (ADDRESSES_MAX, ADDRESSES_MAX));
    }
}
