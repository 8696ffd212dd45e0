//! Where the settings come from: defaults, file, environment, command line; the later wins.

use super::{Config, Sources, check::check, describe, names};
use crate::{
    cli::{Cli, Command},
    compat::settings::misplaced,
    exit::Failure,
};
use figment::{
    Figment, Metadata, Profile, Provider,
    error::{Actual, Kind},
    providers::{Format, Serialized, Toml},
};
use std::collections::BTreeSet;

const ENVIRONMENT: &str = "environment";
const DEFAULT_FILE: &str = "ordo.toml";

/// Loads the configuration for a command line.
///
/// # Errors
/// [`Failure::Config`] with the name and source of each setting that cannot be used, one a line.
pub fn load(cli: &Cli) -> Result<(Config, Sources), Failure> {
    let (config, sources, wrong) = read_all(cli)?;
    if wrong.is_empty() { Ok((config, sources)) } else { Err(Failure::Config(wrong.join("\n"))) }
}

/// The same, with what is wrong with some of the settings; those have their defaults then.
///
/// # Errors
/// When a file or the environment cannot be read.
pub fn read_all(cli: &Cli) -> Result<(Config, Sources, Vec<String>), Failure> {
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    let file = cli.settings.config.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    if cli.settings.config.is_some() && !file.is_file() {
        return Err(Failure::Config(format!("there is no configuration file {}", file.display())));
    }
    let figment = defaults
        .merge(Toml::file(&file))
        .merge(Named(".env", dot_env()?))
        .merge(Named(ENVIRONMENT, environment()?))
        .merge(Named("command line", flags(cli)?));
    let (config, mut wrong) = read(&figment);
    wrong.extend(check(&config));
    if let Command::Serve { compat, .. } = &cli.command {
        wrong.extend(misplaced(&config, &compat.compat_port));
    }
    // `admin create` takes the password alone from the environment
    if let Command::Serve { .. } | Command::Doctor { .. } = cli.command
        && config.admin_email.is_some() != config.admin_password.is_some()
    {
        wrong.push("`admin_email` and `admin_password` go together".to_owned());
    }
    let mut sources = Sources::new();
    for name in names() {
        let source = figment.find_metadata(&name).map_or("not set".to_owned(), describe);
        sources.insert(name, source);
    }
    Ok((config, sources, wrong))
}

/// The settings, and what is wrong with some; those have their defaults then.
fn read(figment: &Figment) -> (Config, Vec<String>) {
    let first = match figment.extract() {
        Ok(config) => return (config, Vec::new()),
        Err(error) => error,
    };
    // reading ends at the first that is wrong: to find all of them, each is read by itself
    let defaults = || Figment::from(Serialized::defaults(Config::default()));
    let (mut good, mut wrong) = (Values::new(), Vec::new());
    for (name, value) in figment.extract::<Values>().unwrap_or_default() {
        let alone = Values::from([(name.clone(), value.clone())]);
        match defaults().merge(Named("", alone)).extract::<Config>() {
            Ok(_) => drop(good.insert(name, value)),
            Err(error) => wrong.extend(explain(error, figment.find_metadata(&name))),
        }
    }
    if wrong.is_empty() {
        // of a file that is none of settings, there is nothing to read one by one
        let metadata = first.metadata.clone();
        wrong.extend(explain(first, metadata.as_ref()));
    }
    if let Some(last) = wrong.last_mut() {
        last.push_str(" `ordo config` lists the settings.");
    }
    (defaults().merge(Named("", good)).extract().unwrap_or_default(), wrong)
}

fn explain(error: figment::Error, metadata: Option<&Metadata>) -> Vec<String> {
    let source = metadata.map_or("the configuration".to_owned(), describe);
    let is_in_environment = source == ENVIRONMENT;
    let each = error.into_iter().map(|one| {
        if let Kind::UnknownField(name, known) = &one.kind {
            return format!("{source}: {}", unknown(name, known, is_in_environment));
        }
        let name = one.path.join(".");
        let name = match name.is_empty() {
            true => String::new(),
            false => format!("{}: ", spelt(&name, is_in_environment)),
        };
        format!("{source}: {name}{}", wrong(&one.kind))
    });
    each.map(|text| if text.ends_with('?') { text } else { text + "." }).collect()
}

/// What is wrong with a value, in words of people.
fn wrong(kind: &Kind) -> String {
    let expected = |wanted: &str| match wanted {
        "u16" | "u32" | "u64" | "usize" => "a whole number from 0".to_owned(),
        "i64" => "a whole number".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        other => other.to_owned(),
    };
    match kind {
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            let found = match found {
                Actual::Str(text) => format!("`{text}`"),
                Actual::Signed(number) => number.to_string(),
                Actual::Unsigned(number) => number.to_string(),
                other => other.to_string(),
            };
            format!("{} is expected, and not {found}", expected(wanted))
        }
        // a reader of files draws where it stopped: where that is, and why, are its first line and its last
        other => {
            let text = other.to_string();
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            match lines.as_slice() {
                [first, .., last] => format!("{first}: {last}"),
                _ => text,
            }
        }
    }
}

/// How close a name has to come to a setting's to be taken for a slip (Jaro–Winkler, 0 to 1).
const LIKE: f64 = 0.85;

/// There is no such setting; and which one may be meant.
fn unknown(name: &str, known: &[&str], is_in_environment: bool) -> String {
    let likeness = known.iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let closest = likeness.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(likeness, _)| *likeness >= LIKE);
    let meant = closest
        .map(|(_, known)| format!("; is {} meant?", spelt(known, is_in_environment)))
        .unwrap_or_default();
    format!("there is no setting {}{meant}", spelt(name, is_in_environment))
}

/// A setting as it is called where it stands.
fn spelt(name: &str, is_in_environment: bool) -> String {
    match is_in_environment {
        true => format!("`{name}` (ORDO_{})", name.to_uppercase()),
        false => format!("`{name}`"),
    }
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
    if let Command::Serve { compat, .. } = &cli.command {
        values.extend(compat.values());
    }
    if let Command::Serve { listen, .. } | Command::Doctor { listen, .. } | Command::Config { listen } =
        &cli.command
        && !listen.is_empty()
    {
        values.insert("listen".to_owned(), listen.join(",").into());
    }
    Ok(values)
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
}
