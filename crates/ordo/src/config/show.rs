//! `ordo config`: the effective settings.

use super::{Config, OPTIONAL, SECRETS, Sources};

/// Settings with which no shop is run.
const FOR_TESTS: &[&str] = &["failpoint"];

/// The effective settings, one a line, without secrets. Those that a line of `mistakes` is about are marked, and are shown as they
/// were set.
pub fn show(config: &Config, sources: &Sources, mistakes: &str) -> String {
    let values = serde_json::to_value(config).unwrap_or_default();
    let line = |name: &String| {
        let refused = sources.get(name).and_then(|origin| origin.refused.clone());
        let value = refused.unwrap_or_else(|| match &values[name] {
            serde_json::Value::Null => "(not set)".to_owned(),
            _ if SECRETS.contains(&name.as_str()) => "(hidden)".to_owned(),
            serde_json::Value::String(bus) if name == "bus" => format!("{:?}", without_credentials(bus)),
            value => value.to_string(),
        });
        let source = match sources.get(name) {
            Some(origin) => origin.to_string(),
            None if values[name].is_null() => "not set".to_owned(),
            None => "default".to_owned(),
        };
        let remark = match name.as_str() {
            _ if mistakes.lines().any(|mistake| is_about(mistake, name)) => "; refused, see below",
            name if FOR_TESTS.contains(&name) => "; for tests only",
            _ => "",
        };
        format!("{name} = {value}  # {source}{remark}\n")
    };
    names().iter().map(line).collect()
}

/// Whether a mistake is one of this setting, or of the file with its value: the first one that it names, before those that may be
/// meant.
fn is_about(mistake: &str, name: &str) -> bool {
    mistake.split('`').nth(1).is_some_and(|named| named.strip_suffix("_file").unwrap_or(named) == name)
}

/// The addresses of a bus without what they say about us.
pub(crate) fn without_credentials(bus: &str) -> String {
    let Some((_, last)) = bus.rsplit_once('@') else { return bus.to_owned() };
    let bare = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.rsplit_once('@').map(|(_, host)| format!("{scheme}://(hidden)@{host}"));
        Some(host.unwrap_or_else(|| url.to_owned()))
    };
    // where a part begins with no scheme, the comma before it may stand in a password
    let all: Option<Vec<_>> = bus.split(',').map(bare).collect();
    all.map_or_else(|| format!("(hidden)@{last}"), |all| all.join(","))
}

/// The names of all settings.
pub fn names() -> Vec<String> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut names: Vec<String> =
        defaults.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    names.extend(OPTIONAL.iter().chain(SECRETS).map(|name| (*name).to_owned()));
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Secret;
    use std::collections::BTreeMap;

    #[test]
    fn secrets_are_hidden() {
        let config = Config { secret: Some(Secret::new("cafe".repeat(16))), ..Config::default() };
        let shown = show(&config, &Sources::new(), "") + &format!("{config:?}");
        assert!(!shown.contains("cafe"), "{shown}");
        assert!(shown.contains("currency = \"EUR\""), "{shown}");
        let shown = show(&config, &Sources::new(), "environment: `currency` (ORDO_CURRENCY): …");
        assert!(shown.contains("currency = \"EUR\"  # default; refused, see below\n"), "{shown}");
        let misspelt = "environment: there is no setting `currencies`; is `currency` meant?";
        let shown = show(&config, &Sources::new(), misspelt);
        assert!(shown.contains("currency = \"EUR\"  # default\n"), "{shown}");
        let bus = "nats://ordo:p%40ss@one:4222,tls://t0k3n@two,nats://three".to_owned();
        let shown = show(&Config { bus, ..Config::default() }, &Sources::new(), "");
        assert!(
            shown.contains("bus = \"nats://(hidden)@one:4222,tls://(hidden)@two,nats://three\""),
            "{shown}"
        );
        for bus in ["ordo:s3cr3t@host:4222", "nats://ordo:s3,cr3t@host:4222"] {
            let shown = show(&Config { bus: bus.to_owned(), ..Config::default() }, &Sources::new(), "");
            assert!(shown.contains("bus = \"(hidden)@host:4222\""), "{shown}");
        }
    }

    #[test]
    fn every_setting_has_a_name_once() {
        let mut names = names();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_example_lists_every_setting_with_its_default() {
        let example = include_str!("../../../../.env.example");
        let defaults = serde_json::to_value(Config::default()).unwrap();
        let listed: BTreeMap<String, &str> = example
            .lines()
            .filter_map(|line| line.strip_prefix("#ORDO_")?.split_once('='))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        assert_eq!(listed.keys().cloned().collect::<Vec<_>>(), names());
        for (name, value) in listed {
            let default = match &defaults[&name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Array(none) if none.is_empty() => String::new(),
                other => other.to_string(),
            };
            assert_eq!(value, default, "{name}");
        }
    }
}
