//! Variables that an orchestrator sets for every container beside a Service or a linked container named `ordo` or
//! `ordo-…`. They are not settings, though their names begin with `ORDO_`.

use std::net::IpAddr;

/// Whether Kubernetes (`enableServiceLinks`) or Docker (`--link`) has set this variable, by its name after `ORDO_` and
/// its value: a setting that is misspelt has neither.
pub(super) fn is_injected(name: &str, value: &str) -> bool {
    let is_port = |text: &str| text.parse::<u16>().is_ok();
    let is_host = |text: &str| text.parse::<IpAddr>().is_ok();
    // of `ordo` alone, the name of the Service is the prefix that has been taken off
    let part = |end: &str| name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('_'));
    if part("SERVICE_HOST") {
        return is_host(value);
    }
    if part("SERVICE_PORT") || after(name, "SERVICE_PORT_").is_some() {
        return is_port(value);
    }
    if let Some(rest) = after(name, "PORT_")
        && let Some((port, rest)) = rest.split_once('_')
        && is_port(port)
    {
        let (protocol, rest) = rest.split_once('_').unwrap_or((rest, ""));
        return matches!(protocol, "TCP" | "UDP" | "SCTP")
            && match rest {
                "" => is_endpoint(value),
                "PROTO" => matches!(value, "tcp" | "udp" | "sctp"),
                "PORT" => is_port(value),
                "ADDR" => is_host(value),
                _ => false,
            };
    }
    if part("PORT") {
        return is_endpoint(value);
    }
    // Docker links: the names of the two containers, and the variables of the other one
    (part("NAME") && name != "SHOP_NAME" && value.starts_with('/')) || after(name, "ENV_").is_some()
}

/// What follows `part`, where that is the whole of `name` or follows an underscore.
fn after<'a>(name: &'a str, part: &str) -> Option<&'a str> {
    let at = match name.starts_with(part) {
        true => 0,
        false => name.find(&format!("_{part}"))? + 1,
    };
    name.get(at + part.len()..).filter(|rest| !rest.is_empty())
}

/// An address as Kubernetes and Docker write it, such as `tcp://10.0.0.11:6379`.
fn is_endpoint(value: &str) -> bool {
    let Some((protocol, address)) = value.split_once("://") else { return false };
    matches!(protocol, "tcp" | "udp" | "sctp") && address.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_orchestrators_set_is_told_from_settings_that_are_misspelt() {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.11"),
            ("SERVICE_PORT", "80"),
            ("SERVICE_PORT_HTTP", "80"),
            ("PORT", "tcp://10.0.0.11:80"),
            ("PORT_80_TCP", "tcp://10.0.0.11:80"),
            ("AUTH_SERVICE_HOST", "fd00::1"),
            ("AUTH_SERVICE_PORT", "8081"),
            ("AUTH_SERVICE_PORT_HTTP_METRICS", "8081"),
            ("AUTH_PORT", "tcp://[fd00::1]:8081"),
            ("AUTH_PORT_8081_TCP", "tcp://10.0.0.11:8081"),
            ("AUTH_PORT_8081_TCP_PROTO", "tcp"),
            ("AUTH_PORT_8081_TCP_PORT", "8081"),
            ("AUTH_PORT_8081_TCP_ADDR", "10.0.0.11"),
            ("COMPAT_PORT", "tcp://10.0.0.11:3000"),
            ("MY_SHOP_2_PORT_53_UDP_ADDR", "10.0.0.11"),
            ("NAME", "/web/ordo"),
            ("AUTH_NAME", "/web/auth"),
            ("AUTH_ENV_PATH", "/bin"),
            ("ENV_PATH", "/bin"),
        ] {
            assert!(is_injected(name, value), "{name}");
        }
        for (name, value) in [
            ("PORT", "9090"),
            ("COMPAT_PORT", "two-vm.users=6001"),
            ("LISTEN_PORT", "8080"),
            ("SERVICE_HOST", "shop.example"),
            ("SERVICE_PORT", "http"),
            ("SHOP_NAME", "/Halm/"),
            ("SHOPS_NAME", "Halm & Ton"),
            ("DATABSE_URL", "postgres://db/ordo"),
            ("AUTH_PORT_8081_TCP_HOST", "10.0.0.11"),
            ("PORTS", "tcp://10.0.0.11:80"),
            ("EXPORT", "tcp://10.0.0.11:80"),
            ("ENVIRONMENT", "production"),
        ] {
            assert!(!is_injected(name, value), "{name}");
        }
    }
}
