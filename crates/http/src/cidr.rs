//! Networks in settings.

use std::{fmt, net::IpAddr, str::FromStr};

/// A network, such as `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    bits: u32,
}

/// A text that is not a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCidr(
    /// The configured text.
    pub String,
);
impl fmt::Display for BadCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a network: expected one such as 10.0.0.0/8, or an address", self.0)
    }
}
impl std::error::Error for BadCidr {}

impl FromStr for Cidr {
    type Err = BadCidr;

    fn from_str(text: &str) -> Result<Self, BadCidr> {
        let bad = || BadCidr(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| bad()))?;
        if bits > most { Err(bad()) } else { Ok(Cidr { address, bits }) }
    }
}

impl Cidr {
    /// Returns whether the network contains the address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(its)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                (u32::from(ours) ^ u32::from(its)) & mask == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(its)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                (u128::from(ours) ^ u128::from(its)) & mask == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_network_is_not_taken_for_one() {
        for bad in ["", "proxy", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1"] {
            assert_eq!(bad.parse::<Cidr>(), Err(BadCidr(bad.to_owned())));
        }
        let everybody: Cidr = "0.0.0.0/0".parse().unwrap();
        assert!(everybody.contains("203.0.113.5".parse().unwrap()));
        assert!(!everybody.contains("2001:db8::1".parse().unwrap()));
    }
}
