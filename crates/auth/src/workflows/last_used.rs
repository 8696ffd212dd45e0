//! By what the owner of an account knows a session again: the client's own name, and roughly where it is.

use crate::store::sessions::SessionOrigin;
use ordo_http::Call;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// From where this call comes.
pub(crate) fn from(call: &Call) -> SessionOrigin {
    SessionOrigin { user_agent: call.user_agent.clone(), network: call.client.map(shortened) }
}

/// The address without the part that identifies a household.
fn shortened(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from(u32::from(address) & (u32::MAX << 8))),
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from(u128::from(address) & (u128::MAX << 80))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_without_its_last_part() {
        let of = |text: &str| shortened(text.parse().unwrap());
        assert_eq!(of("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(of("2001:db8:1:2::3"), "2001:db8:1::/48");
    }
}
