//! Variables that an orchestrator sets for every container beside a Service or a linked container named `ordo` or
//! `ordo-…`. They are not settings, though their names begin with `ORDO_`.

use std::net::IpAddr;

/// Whether Kubernetes (`enableServiceLinks`) or Docker (`--link`) has set this variable, by its name after `ORDO_` and
/// its value: a setting that is misspelt has neither. A Service may itself be called `ordo-port` or `ordo-auth-service`,
/// so that every underscore can be the end of its name; of `ordo` alone, nothing is left of it.
pub(super) fn is_injected(name: &str, value: &str) -> bool {
    let ends = name.match_indices('_').map(|(at, _)| &name[at + 1..]);
    name != "SHOP_NAME" && std::iter::once(name).chain(ends).any(|part| is_of_service(part, value))
}

/// The same by what follows the name of the Service or container.
fn is_of_service(part: &str, value: &str) -> bool {
    let is_port = |text: &str| text.parse::<u16>().is_ok();
    let is_host = |text: &str| text.parse::<IpAddr>().is_ok();
    match part {
        "SERVICE_HOST" => return is_host(value),
        "SERVICE_PORT" => return is_port(value),
        "PORT" => return is_endpoint(value),
        // Docker links: the names of the two containers, and below the variables of the other one
        "NAME" => return value.strip_prefix('/').is_some_and(|names| names.contains('/')),
        _ => {}
    }
    let after = |begin: &str| part.strip_prefix(begin).filter(|rest| !rest.is_empty());
    if after("SERVICE_PORT_").is_some() {
        return is_port(value);
    }
    let Some(rest) = after("PORT_") else { return after("ENV_").is_some() };
    let mut parts = rest.splitn(3, '_');
    let (port, protocol) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    is_port(port)
        && matches!(protocol, "TCP" | "UDP" | "SCTP")
        && match parts.next() {
            None | Some("START" | "END") => is_endpoint(value),
            Some("PROTO") => matches!(value, "tcp" | "udp" | "sctp"),
            Some("PORT" | "PORT_START" | "PORT_END") => is_port(value),
            Some("ADDR") => is_host(value),
            Some(_) => false,
        }
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
            ("HOST_NAME", "/shop"),
            ("DATABSE_URL", "postgres://db/ordo"),
            ("AUTH_PORT_8081_TCP_HOST", "10.0.0.11"),
            ("PORTS", "tcp://10.0.0.11:80"),
            ("EXPORT", "tcp://10.0.0.11:80"),
            ("ENVIRONMENT", "production"),
        ] {
            assert!(!is_injected(name, value), "{name}");
        }
    }

    /// The variables that Kubernetes and Docker set for a Service or container of that name, with the port it is asked at.
    fn variables(service: &str, host: &str, port: u16, protocol: &str) -> Vec<(String, String)> {
        let (of, bare) = (protocol.to_uppercase(), host.trim_matches(['[', ']']));
        let endpoint = format!("{protocol}://{host}:{port}");
        let each = [
            ("SERVICE_HOST".to_owned(), bare),
            ("SERVICE_PORT".to_owned(), &port.to_string()),
            ("SERVICE_PORT_HTTP_PORT".to_owned(), &port.to_string()),
            ("PORT".to_owned(), &endpoint),
            (format!("PORT_{port}_{of}"), &endpoint),
            (format!("PORT_{port}_{of}_PROTO"), protocol),
            (format!("PORT_{port}_{of}_PORT"), &port.to_string()),
            (format!("PORT_{port}_{of}_ADDR"), bare),
            (format!("PORT_{port}_{of}_START"), &endpoint),
            (format!("PORT_{port}_{of}_PORT_END"), &port.to_string()),
            ("NAME".to_owned(), "/web/other"),
            ("ENV_NODE_VERSION".to_owned(), "22"),
        ];
        let prefix = format!("{service}-").replace('-', "_").to_uppercase();
        each.map(|(end, value)| (format!("{prefix}{end}"), value.to_owned())).into()
    }

    #[test]
    fn whatever_a_service_is_called_its_variables_are_no_settings() {
        let words: &[&str] =
            &["", "-auth", "-service", "-port", "-name", "-env", "-host", "-80", "-tcp", "-2x", "-shop"];
        for (first, second, third) in words
            .iter()
            .flat_map(move |a| words.iter().flat_map(move |b| words.iter().map(move |c| (a, b, c))))
        {
            let service = format!("ordo{first}{second}{third}");
            for (host, port, protocol) in [("10.0.0.11", 80, "tcp"), ("[fd00::1]", 65_535, "sctp")] {
                for (variable, value) in variables(&service, host, port, protocol) {
                    let name = variable.strip_prefix("ORDO_").unwrap();
                    assert!(name == "SHOP_NAME" || is_injected(name, &value), "{variable}={value}");
                }
            }
        }
        // and no setting is one of them, with a value that it can have
        for name in crate::config::names() {
            for value in
                ["8080", "10.0.0.11", "127.0.0.1:8080", "nats://10.0.0.11:4222", "tcp", "text", "/a/b"]
            {
                assert!(!is_injected(&name.to_uppercase(), value), "{name}={value}");
            }
        }
    }
}
