//! The configuration: flags over environment over file over defaults; an unknown name is an error.

use crate::{
    cli::{Cli, Command},
    exit::Failure,
};
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Serialized, Toml},
};
use gateway::Cidr;
use kernel::{Currency, Secret};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
};

/// Every setting. The name in `ordo.toml` is the member's, in the environment `ORDO_` and the name in capitals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of an embedded shop.
    pub data: PathBuf,
    /// Where the gateway listens.
    pub listen: String,
    /// The shop's currency (ISO 4217), fixed once a product has a price.
    pub currency: Currency,
    /// What is logged, in the words of `tracing` (`info`, `orders=debug`).
    pub log: String,
    /// 64 hexadecimal digits from which keys are derived. Made and kept in the data folder when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// The e-mail address of the administrator to make at the start, with `admin_password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_email: Option<String>,
    /// That administrator's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_password: Option<Secret>,
    /// Seconds for which an access token is good.
    pub access_token_ttl: u64,
    /// Seconds for which a refresh token is good.
    pub refresh_token_ttl: u64,
    /// Seconds until an unpaid order expires.
    pub payment_due: u64,
    /// Seconds after which a reservation without an order is asked about.
    pub hold: u64,
    /// Unpaid orders that one account may have.
    pub unpaid_orders_max: u32,
    /// Pieces from which a product counts as low.
    pub low_stock: i64,
    /// Seconds that a payment provider has for an answer.
    pub provider_timeout: u64,
    /// Milliseconds after which a payment with a lost answer is looked at.
    pub reconcile_after_ms: u64,
    /// Milliseconds that the simulator's slow card takes.
    pub simulator_slow_ms: u64,
    /// Milliseconds after which the simulator's late webhook comes.
    pub simulator_webhook_delay_ms: u64,
    /// Milliseconds after which the simulator gets a request that it did not answer.
    pub simulator_late_ms: u64,
    /// Seconds for which a promise of money holds, before the provider is asked whether it is over.
    pub authorization_life: u64,
    /// Seconds that running requests have when the process is asked to stop.
    pub drain: u64,
    /// The origins whose pages may call the API from a browser, such as `https://shop.example`; `*` for all.
    pub cors_origins: Vec<String>,
    /// The proxies in front of the gateway, as networks: they are believed when they say for whom they ask.
    pub trusted_proxies: Vec<String>,
    /// Bytes of a request's body.
    pub body_bytes_max: u32,
    /// Requests at work at a time; one more is told to come back.
    pub in_flight_max: u32,
    /// Requests that one account, or one client address that shows none, may send in a minute.
    pub requests_per_minute: u32,
    /// Sign-ins, registrations and exchanges of refresh tokens that one client address may ask for in a minute.
    pub sign_ins_per_minute: u32,
    /// `off` switches the two rate limits off, for tests. Wrong passwords slow down all the same.
    pub rate_limit: Switch,
    /// Days for which a mail stays in the mailbox.
    pub mails_kept_days: u32,
    /// Days for which an event stays in the public log.
    pub events_kept_days: u32,
    /// For tests: the point at which the process ends, `NAME@N`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failpoint: Option<String>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            data: "ordo-data".into(),
            listen: "127.0.0.1:8080".to_owned(),
            currency: Currency::EUR,
            log: "info".to_owned(),
            secret: None,
            admin_email: None,
            admin_password: None,
            access_token_ttl: 24 * 60 * 60,
            refresh_token_ttl: 30 * 24 * 60 * 60,
            payment_due: 30 * 60,
            hold: 5 * 60,
            unpaid_orders_max: 20,
            low_stock: 5,
            provider_timeout: 5,
            reconcile_after_ms: 1000,
            simulator_slow_ms: 2000,
            simulator_webhook_delay_ms: 3000,
            simulator_late_ms: 120_000,
            authorization_life: 7 * 24 * 60 * 60,
            drain: 25,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_bytes_max: 1 << 20,
            in_flight_max: 1024,
            requests_per_minute: 3000,
            sign_ins_per_minute: 600,
            rate_limit: Switch::On,
            mails_kept_days: 90,
            events_kept_days: 30,
            failpoint: None,
        }
    }
}

/// Where each setting comes from, by its name.
pub type Sources = BTreeMap<String, String>;

/// Ten years: beyond any use, and far from the end of time.
const SECONDS_MAX: u64 = 10 * 366 * 24 * 60 * 60;
const DAYS_MAX: u32 = 10 * 366;
/// From less than any order has to what services hand one another (8 MiB with what is around it).
const BODY_BYTES: std::ops::RangeInclusive<u32> = 1024..=4 << 20;
const DEFAULT_FILE: &str = "ordo.toml";
const SECRETS: &[&str] = &["secret", "admin_password"];
const OPTIONAL: &[&str] = &["secret", "admin_email", "admin_password", "failpoint"];

/// Loads the configuration for a command line.
///
/// # Errors
/// [`Failure::Config`] with the setting's name and source.
pub fn load(cli: &Cli) -> Result<(Config, Sources), Failure> {
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    let file = cli.settings.config.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    if cli.settings.config.is_some() && !file.is_file() {
        return Err(Failure::Config(format!("there is no configuration file {}", file.display())));
    }
    let figment = defaults
        .merge(Toml::file(&file))
        .merge(Named(".env", dot_env()?))
        .merge(Named("environment", environment()?))
        .merge(Named("command line", flags(cli)?));
    let config: Config = figment.extract().map_err(|e| Failure::Config(explain(&e)))?;
    check(&config)?;
    // `admin create` takes the password alone from the environment
    if let Command::Serve { .. } | Command::Doctor = cli.command
        && config.admin_email.is_some() != config.admin_password.is_some()
    {
        return Err(Failure::Config("`admin_email` and `admin_password` go together".to_owned()));
    }
    let mut sources = Sources::new();
    for name in names() {
        let source = figment.find_metadata(&name).map_or("not set".to_owned(), describe);
        sources.insert(name, source);
    }
    Ok((config, sources))
}

/// The effective settings, one a line, without secrets.
pub fn show(config: &Config, sources: &Sources) -> String {
    let values = serde_json::to_value(config).unwrap_or_default();
    let line = |name: &String| {
        let value = match &values[name] {
            serde_json::Value::Null => "(not set)".to_owned(),
            _ if SECRETS.contains(&name.as_str()) => "(hidden)".to_owned(),
            value => value.to_string(),
        };
        let source = sources.get(name).map_or("", String::as_str);
        format!("{name} = {value}  # {source}\n")
    };
    names().iter().map(line).collect()
}

/// The names of all settings.
pub fn names() -> Vec<String> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut names: Vec<String> =
        defaults.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    names.extend(OPTIONAL.iter().map(|name| (*name).to_owned()));
    names.sort();
    names
}

fn describe(metadata: &Metadata) -> String {
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        Some(figment::Source::Code(_)) | None if metadata.name.contains("Config") => "default".to_owned(),
        _ => metadata.name.to_string(),
    }
}

fn explain(error: &figment::Error) -> String {
    let each = error.clone().into_iter().map(|one| {
        let source = one.metadata.as_ref().map_or("the configuration".to_owned(), describe);
        let name = one.path.join(".");
        let name = if name.is_empty() { String::new() } else { format!("`{name}`: ") };
        format!("{source}: {name}{}", one.kind)
    });
    let all: Vec<String> = each.collect();
    format!("{}. `ordo config` lists the settings.", all.join("; "))
}

type Values = figment::value::Dict;

/// Values and what to call their source.
struct Named(&'static str, Values);

impl Provider for Named {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }
    fn data(&self) -> figment::Result<figment::value::Map<Profile, Values>> {
        Ok([(Profile::Default, self.1.clone())].into())
    }
}

/// `ORDO_NAME=value`, without those that Kubernetes makes for a Service called ordo.
fn from_env(pairs: impl Iterator<Item = (String, String)>) -> Values {
    let ours = pairs.filter_map(|(name, value)| Some((name.strip_prefix("ORDO_")?.to_owned(), value)));
    let ours = ours
        .filter(|(name, _)| {
            !name.contains("_SERVICE_") && !name.starts_with("PORT") && !name.starts_with("SERVICE_")
        })
        .map(|(name, text)| (name.to_lowercase(), text));
    let (numbers, lists) =
        (settings_that(serde_json::Value::is_number), settings_that(serde_json::Value::is_array));
    let value = |name: &str, text: &str| match lists.contains(name) {
        true => list(text),
        false => value(numbers.contains(name), text),
    };
    ours.map(|(name, text)| (name.clone(), value(&name, &text))).collect()
}

/// A number where the setting is one, else the text: `deserialize` then says what was expected. A password or a
/// folder's name of digits stays text.
fn value(is_number: bool, text: &str) -> figment::value::Value {
    match text.parse::<i64>() {
        Ok(number) if is_number => number.into(),
        _ => text.into(),
    }
}

/// The members of a list, between commas.
fn list(text: &str) -> figment::value::Value {
    let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
    members.map(figment::value::Value::from).collect::<Vec<_>>().into()
}

/// The settings whose defaults are such.
fn settings_that(are: fn(&serde_json::Value) -> bool) -> BTreeSet<String> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let all = defaults.as_object().into_iter().flatten();
    all.filter(|(_, value)| are(value)).map(|(name, _)| name.clone()).collect()
}

fn environment() -> Result<Values, Failure> {
    let mut pairs = Vec::new();
    for (name, text) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("ORDO_")) else { continue };
        let text = text.into_string().map_err(|_| Failure::Config(format!("{name} is not UTF-8")))?;
        pairs.push((name.to_owned(), text));
    }
    Ok(from_env(pairs.into_iter()))
}

fn dot_env() -> Result<Values, Failure> {
    let Ok(entries) = dotenvy::from_path_iter(".env") else { return Ok(Values::new()) };
    let pairs = entries.collect::<Result<Vec<_>, _>>().map_err(|e| Failure::Config(format!(".env: {e}")))?;
    Ok(from_env(pairs.into_iter()))
}

fn flags(cli: &Cli) -> Result<Values, Failure> {
    let mut values = Values::new();
    if let Some(data) = &cli.settings.data {
        let text = data.to_str().ok_or_else(|| Failure::Config("--data is not UTF-8".to_owned()))?;
        values.insert("data".to_owned(), text.into());
    }
    if let Command::Serve { listen, .. } = &cli.command {
        match listen.as_slice() {
            [] => {}
            [one] => drop(values.insert("listen".to_owned(), one.trim_start_matches("gateway=").into())),
            _ => return Err(Failure::Config("--listen is given more than once for the gateway".to_owned())),
        }
    }
    Ok(values)
}

fn check(config: &Config) -> Result<(), Failure> {
    let wrong = |what: &str| Err(Failure::Config(what.to_owned()));
    if config.listen.parse::<SocketAddr>().is_err() {
        return wrong("`listen`: an address such as 127.0.0.1:8080 is expected");
    }
    if let Some(secret) = &config.secret
        && hex::decode(secret.expose()).map(|bytes| bytes.len()) != Ok(32)
    {
        return wrong("`secret`: 64 hexadecimal digits are expected, as `openssl rand -hex 32` prints them");
    }
    for (name, seconds) in [
        ("access_token_ttl", config.access_token_ttl),
        ("refresh_token_ttl", config.refresh_token_ttl),
        ("payment_due", config.payment_due),
        ("hold", config.hold),
        ("provider_timeout", config.provider_timeout),
        ("authorization_life", config.authorization_life),
    ] {
        if !(1..=SECONDS_MAX).contains(&seconds) {
            return wrong(&format!("`{name}`: from 1 to {SECONDS_MAX} seconds are expected, not {seconds}"));
        }
    }
    for (name, days) in
        [("mails_kept_days", config.mails_kept_days), ("events_kept_days", config.events_kept_days)]
    {
        if !(1..=DAYS_MAX).contains(&days) {
            return wrong(&format!("`{name}`: from 1 to {DAYS_MAX} days are expected, not {days}"));
        }
    }
    for (name, count) in [
        ("requests_per_minute", config.requests_per_minute),
        ("sign_ins_per_minute", config.sign_ins_per_minute),
    ] {
        if count == 0 {
            return wrong(&format!("`{name}`: at least 1 is expected; ORDO_RATE_LIMIT=off lifts this limit"));
        }
    }
    if config.in_flight_max == 0 {
        return wrong("`in_flight_max`: at least 1 is expected");
    }
    if !BODY_BYTES.contains(&config.body_bytes_max) {
        let (least, most) = (BODY_BYTES.start(), BODY_BYTES.end());
        return wrong(&format!("`body_bytes_max`: from {least} to {most} bytes are expected"));
    }
    gateway::check_origins(&config.cors_origins)
        .map_err(|e| Failure::Config(format!("`cors_origins`: {e}")))?;
    proxies(config).map(drop)
}

/// The networks of the trusted proxies.
pub(crate) fn proxies(config: &Config) -> Result<Vec<Cidr>, Failure> {
    let each = config.trusted_proxies.iter().map(|text| text.parse());
    each.collect::<Result<_, _>>().map_err(|e| Failure::Config(format!("`trusted_proxies`: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_makes_for_a_service_is_no_setting() {
        let pairs = [
            ("ORDO_PORT", "tcp://10.0.0.1:80"),
            ("ORDO_PORT_80_TCP", "x"),
            ("ORDO_SERVICE_HOST", "10.0.0.1"),
            ("ORDO_GATEWAY_SERVICE_PORT", "80"),
            ("ORDO_HOLD", "7"),
            ("HOME", "/"),
        ];
        let values = from_env(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        assert_eq!(values.keys().collect::<Vec<_>>(), ["hold"]);
    }

    #[test]
    fn digits_are_a_number_only_where_a_number_is_expected() {
        let pairs = [("ORDO_ADMIN_PASSWORD", "0123456789"), ("ORDO_DATA", "7"), ("ORDO_HOLD", "007")];
        let values = from_env(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        assert_eq!(values["admin_password"].as_str(), Some("0123456789"));
        assert_eq!(values["data"].as_str(), Some("7"));
        assert_eq!(values["hold"].to_i128(), Some(7));
    }

    #[test]
    fn a_list_stands_between_commas() {
        let pairs =
            [("ORDO_CORS_ORIGINS", "https://a.example, https://b.example,"), ("ORDO_TRUSTED_PROXIES", "")];
        let values = from_env(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let of = |name: &str| {
            values[name].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(of("cors_origins"), ["https://a.example", "https://b.example"]);
        assert!(of("trusted_proxies").is_empty());
    }

    #[test]
    fn secrets_are_hidden() {
        let config = Config { secret: Some(Secret::new("cafe".repeat(16))), ..Config::default() };
        let shown = show(&config, &Sources::new()) + &format!("{config:?}");
        assert!(!shown.contains("cafe"), "{shown}");
        assert!(shown.contains("currency = \"EUR\""), "{shown}");
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
        let example = include_str!("../../../.env.example");
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
