//! Resolution of host names in addresses.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tokio::{net::lookup_host, sync::Mutex, time::Instant, time::timeout};

/// Interval between lookups of a name, and their timeout.
const EVERY: Duration = Duration::from_secs(5);
const WITHIN: Duration = Duration::from_secs(1);
const SCHEMES: [(&str, u16); 2] = [("http://", 80), ("https://", 443)];

/// The configured addresses of a service, if one of them is a host name.
pub(super) struct ResolvedNames {
    /// Empty if no address is a host name, so that no lookups are made.
    addresses: Vec<Address>,
    looked_up: Mutex<Option<Instant>>,
}

enum Address {
    Fixed(String),
    Named { scheme: &'static str, host: String, port: u16, known: std::sync::Mutex<Vec<String>> },
}

impl ResolvedNames {
    /// Selects the host names among these addresses.
    pub(super) fn among(addresses: &[&str]) -> ResolvedNames {
        let mut read: Vec<Address> = addresses.iter().map(|address| Address::read(address)).collect();
        if read.iter().all(|address| matches!(address, Address::Fixed(_))) {
            read.clear();
        }
        ResolvedNames { addresses: read, looked_up: Mutex::new(None) }
    }

    /// Returns all addresses, if a lookup was due. One caller performs the lookup; the others continue with the known
    /// addresses.
    pub(super) async fn look_up(&self, now: Instant) -> Option<Vec<String>> {
        if self.addresses.is_empty() {
            return None;
        }
        let mut looked_up = self.looked_up.try_lock().ok()?;
        if looked_up.is_some_and(|at| now < at + EVERY) {
            return None;
        }
        let mut all = Vec::new();
        for address in &self.addresses {
            all.extend(address.now().await);
        }
        all.sort();
        all.dedup();
        *looked_up = Some(Instant::now());
        Some(all)
    }
}

impl Address {
    fn read(address: &str) -> Address {
        let fixed = || Address::Fixed(address.to_owned());
        let of = |(scheme, port)| Some((scheme, port, address.strip_prefix(scheme)?));
        let Some((scheme, usual, rest)) = SCHEMES.into_iter().find_map(of) else { return fixed() };
        let authority = rest.trim_end_matches('/');
        if authority.parse::<SocketAddr>().is_ok()
            || authority.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
        {
            return fixed();
        }
        let (host, port) = match authority.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, port),
            _ => (authority, usual),
        };
        Address::Named { scheme, host: host.to_owned(), port, known: std::sync::Mutex::default() }
    }

    /// Returns the current addresses of the name. While the lookup fails, returns the previous addresses, or the name
    /// itself, so that a call reports the cause.
    async fn now(&self) -> Vec<String> {
        let (scheme, host, port, known) = match self {
            Address::Fixed(address) => return vec![address.clone()],
            Address::Named { scheme, host, port, known } => (scheme, host, port, known),
        };
        let found = match timeout(WITHIN, lookup_host((host.as_str(), *port))).await {
            Ok(Ok(found)) => found.map(|address| format!("{scheme}{address}")).collect(),
            _ => Vec::new(),
        };
        let mut known = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !found.is_empty() {
            *known = found;
        }
        if known.is_empty() { vec![format!("{scheme}{host}:{port}")] } else { known.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_stands_for_its_addresses_and_is_looked_up_again_in_time() {
        let names = ResolvedNames::among(&["http://localhost:8083/", "http://10.0.0.7:8083"]);
        let now = Instant::now();
        let found = names.look_up(now).await.unwrap();
        assert!(found.contains(&"http://127.0.0.1:8083".to_owned()), "{found:?}");
        assert!(found.contains(&"http://10.0.0.7:8083".to_owned()), "{found:?}");
        assert_eq!(names.look_up(now).await, None);
        assert!(names.look_up(now + EVERY * 2).await.is_some());
        let sealed = ResolvedNames::among(&["https://localhost"]).look_up(now).await.unwrap();
        assert!(sealed.contains(&"https://127.0.0.1:443".to_owned()), "{sealed:?}");
    }

    #[tokio::test]
    async fn fixed_addresses_are_never_looked_up() {
        let fixed = ["http://10.0.0.7:8083", "http://[fd00::7]:8083", "http://10.0.0.7", "local:orders"];
        assert_eq!(ResolvedNames::among(&fixed).look_up(Instant::now()).await, None);
    }
}
