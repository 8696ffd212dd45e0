//! Where the settings come from: defaults, file, `.env`, environment, command line; the later takes precedence. An empty
//! value is the same as none.

use super::{
    Config, OPTIONAL_NUMBERS, Origin, SECRETS, Sources, check::check, env_file, injected::is_injected,
    locate, names, origin::Place, secret_file,
};
use crate::{
    admin,
    cli::{Cli, Command},
    compat::settings::misplaced,
    exit::Failure,
    shape::GATEWAY,
};
use figment::{
    Figment, Metadata, Profile, Provider,
    error::{Actual, Kind},
    providers::{Format, Serialized, Toml},
    value::Value,
};
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf, absolute},
};

const DEFAULT_FILE: &str = "ordo.toml";
const PREFIX: &str = "ORDO_";
/// Settings that are no secrets, and may contain one.
const WITH_SECRETS: &[&str] = &["bus"];

/// Loads the configuration for a command line.
///
/// # Errors
/// [`Failure::Config`] with the name, place and fix of each mistake, one a line.
pub fn load(cli: &Cli) -> Result<(Config, Sources), Failure> {
    let (config, sources, mistakes) = read_all(cli);
    if mistakes.is_empty() { Ok((config, sources)) } else { Err(Failure::Config(mistakes.join("\n"))) }
}

/// The same with the mistakes that were found; a setting that is wrong has its default.
pub fn read_all(cli: &Cli) -> (Config, Sources, Vec<String>) {
    let mut set = Settings::default();
    set.add_file(cli.settings.config.as_deref());
    set.add_env_file();
    set.add_environment();
    set.add_flags(cli);
    set.read_secret_files();
    let mut config = set.read();
    set.choose_port(cli, &mut config);
    let mut wrong = check(&config);
    wrong.extend(secret_file::check_named(&config));
    if let Command::Serve { compat, .. } = &cli.command {
        wrong.extend(misplaced(&config, &compat.compat_port));
    }
    // `admin create` takes the password alone
    if let Command::Serve { .. } | Command::Doctor { .. } = cli.command {
        let is_set = |name: &str| set.origins.contains_key(name);
        // the one that is set has a place
        wrong.extend(match (is_set("admin_email"), is_set("admin_password")) {
            (true, false) => vec!["`admin_email` and `admin_password` go together".to_owned()],
            (false, true) => vec!["`admin_password` and `admin_email` go together".to_owned()],
            _ => admin::mistakes(&config),
        });
    }
    let Settings { origins, mut mistakes, .. } = set;
    let is_unread = !mistakes.is_empty();
    mistakes.extend(wrong.iter().map(|text| locate(&origins, text)));
    if let Some(last) = mistakes.last_mut().filter(|_| is_unread) {
        last.push_str(" `ordo config` lists the settings.");
    }
    (config, origins, mistakes)
}

/// What was set so far.
#[derive(Default)]
struct Settings {
    values: Values,
    origins: Sources,
    mistakes: Vec<String>,
}

impl Settings {
    fn set(&mut self, name: String, value: Value, origin: Origin) {
        // empty is the same as not set; on the command line it was meant
        if value.as_str() == Some("") && origin.place != Place::CommandLine {
            return;
        }
        self.origins.insert(name.clone(), origin);
        self.values.insert(name, value);
    }

    fn add_file(&mut self, given: Option<&Path>) {
        let path = given.unwrap_or(Path::new(DEFAULT_FILE));
        let path = absolute(path).unwrap_or_else(|_| path.to_owned());
        let text = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && given.is_none() => return,
            Err(error) => {
                let what = match error.kind() {
                    ErrorKind::NotFound => "there is no such configuration file".to_owned(),
                    _ => format!("the configuration file cannot be read: {error}"),
                };
                return self.mistakes.push(format!("{}: {what}. Name it with --config.", path.display()));
            }
        };
        let text = match text_of(text) {
            Ok(text) => text,
            Err((line, why)) => return self.mistakes.push(format!("{}:{line}: {why}.", path.display())),
        };
        let text = text.trim_start_matches('\u{feff}');
        match Toml::from_str::<Values>(text) {
            Ok(values) => {
                for (name, value) in values {
                    let line = line_of(text, &name);
                    self.set(name, value, Origin::new(Place::File(path.clone()), line));
                }
            }
            Err(error) => self.mistakes.push(not_toml(&path, text, &error.to_string())),
        }
    }

    fn add_env_file(&mut self) {
        let read = fs::read(env_file::NAME).map(text_of);
        let text = match read {
            Ok(Ok(text)) => text,
            Ok(Err((line, why))) => {
                return self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => {
                let why = format!("{}: the file cannot be read: {error}.", env_file::NAME);
                return self.mistakes.push(why);
            }
        };
        let (found, wrong) = env_file::parse(&text, |name| std::env::var(name).ok());
        for (line, why) in wrong {
            let written = text.lines().nth(line - 1).unwrap_or_default();
            // variables of other programs may be in the file, too
            if written.to_uppercase().contains(PREFIX) || !written.contains('=') {
                self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
            }
        }
        for env_file::Assignment { name, value, line } in found {
            match name.strip_prefix(PREFIX) {
                Some(name) => self.set_variable(name, &value, Origin::new(Place::EnvFile, Some(line))),
                None if name.to_uppercase().starts_with(PREFIX) => {
                    let meant = name.to_uppercase();
                    let why = format!("`{name}` is in small letters. Write {meant}");
                    self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
                }
                None => {}
            }
        }
    }

    fn add_environment(&mut self) {
        for (name, text) in std::env::vars_os() {
            let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
            let origin = Origin::new(Place::Environment, None);
            match text.into_string() {
                Ok(text) if is_injected(name, &text) => {}
                Ok(text) => self.set_variable(name, &text, origin),
                Err(_) => self.mistakes.push(format!("environment: {PREFIX}{name} is not UTF-8 text.")),
            }
        }
    }

    fn set_variable(&mut self, name: &str, text: &str, origin: Origin) {
        let name = name.to_lowercase();
        if !text.is_empty() {
            let value = of_variable(&name, text);
            self.set(name, value, origin);
        }
    }

    fn add_flags(&mut self, cli: &Cli) {
        let mut values = Values::new();
        if let Some(data) = &cli.settings.data {
            match data.to_str() {
                Some(text) => drop(values.insert("data".to_owned(), text.into())),
                None => self.mistakes.push("command line: --data is not UTF-8 text.".to_owned()),
            }
        }
        if let Command::Serve { compat, .. } = &cli.command {
            values.extend(compat.values());
        }
        if let Some(flags) = cli.command.listening() {
            if !flags.listen.is_empty() {
                values.insert("listen".to_owned(), flags.listen.join(",").into());
            }
            values.extend(flags.port.map(|port| ("port".to_owned(), port.into())));
        }
        for (name, value) in values {
            self.set(name, value, Origin::new(Place::CommandLine, None));
        }
    }

    /// Where a secret has a file of its own, its value is in that.
    fn read_secret_files(&mut self) {
        for name in SECRETS.iter().chain(WITH_SECRETS) {
            let of_file = format!("{name}_file");
            let (Some(path), Some(origin)) = (self.values.remove(&of_file), self.origins.remove(&of_file))
            else {
                continue;
            };
            let origin = match path.as_str() {
                Some(path) => Origin { file: Some(PathBuf::from(path)), ..origin },
                None => {
                    let (at, name) = (origin.at(), origin.spell(&of_file));
                    self.mistakes.push(format!("{at}: {name}: the path of a file is expected, in quotes."));
                    continue;
                }
            };
            if let Some(other) = self.origins.get(*name) {
                let (at, name, other_at, other) =
                    (origin.at(), origin.spell(name), other.at(), other.spell(name));
                self.mistakes
                    .push(format!("{at}: {name}: {other_at} sets {other}, too. Keep one of the two."));
                continue;
            }
            match secret_file::read(origin.file().unwrap_or(Path::new(""))) {
                Ok(value) => self.set((*name).to_owned(), value.into(), origin),
                Err(why) => {
                    self.mistakes.push(format!("{}: {}: {why}.", origin.at(), origin.spell(name)));
                    self.origins.insert((*name).to_owned(), origin);
                }
            }
        }
    }

    /// The settings; those that cannot be read have their defaults, and are reported.
    fn read(&mut self) -> Config {
        let defaults = || Figment::from(Serialized::defaults(Config::default()));
        if let Ok(config) = defaults().merge(Named(self.values.clone())).extract() {
            return config;
        }
        // reading ends at the first that is wrong: to find all of them, each is read by itself
        let mut valid = Values::new();
        for (name, value) in &self.values {
            let alone = Values::from([(name.clone(), value.clone())]);
            match defaults().merge(Named(alone)).extract::<Config>() {
                Ok(_) => drop(valid.insert(name.clone(), value.clone())),
                Err(error) => {
                    let Some(origin) = self.origins.get(name) else { continue };
                    let why = explain(name, origin, &error);
                    self.mistakes.push(format!("{}: {why}", origin.at()));
                }
            }
        }
        defaults().merge(Named(valid)).extract().unwrap_or_default()
    }

    /// `port` is the port of the first listener. Where `listen` has another port for it, the one that takes precedence by
    /// its place counts; in the same place, one of the two is a mistake.
    fn choose_port(&mut self, cli: &Cli, config: &mut Config) {
        let (Some(port), Some(listen)) = (self.origins.get("port"), self.origins.get("listen")) else {
            return;
        };
        let services: &[String] = match &cli.command {
            Command::Serve { services, .. } | Command::Doctor { services, .. } => services,
            _ => &[],
        };
        let is_first = |name: &str| match services {
            [only] => name == only,
            _ => name == GATEWAY,
        };
        let names_it = |one: &String| one.split_once('=').is_none_or(|(name, _)| is_first(name));
        if config.port.is_none() || !config.listen.0.iter().any(names_it) {
            return;
        }
        if port.place == listen.place {
            let (at, port, listen) = (port.at(), port.spell("port"), listen.spell("listen"));
            self.mistakes
                .push(format!("{at}: {port} and {listen} both say where it listens. Keep one of the two."));
        }
        if port.place <= listen.place {
            config.port = None;
        }
    }
}

/// What is wrong with a setting, as it is written in its place.
fn explain(name: &str, origin: &Origin, error: &figment::Error) -> String {
    let spelt = origin.spell(name);
    if let Kind::UnknownField(unknown, _) = &error.kind
        && unknown == name
    {
        let meant = closest(name).map(|meant| format!("; is {} meant?", origin.spell(&meant)));
        let end = if meant.is_some() { "" } else { "." };
        return format!("there is no setting {spelt}{}{end}", meant.unwrap_or_default());
    }
    format!("{spelt}: {}.", wrong(name, &error.kind).trim_end_matches('.'))
}

/// Names that other programs have for a setting.
const USUAL_NAMES: &[(&str, &str)] = &[
    ("log_level", "log"),
    ("host", "listen"),
    ("db_url", "database_url"),
    ("nats_url", "bus"),
    ("bus_url", "bus"),
    ("tz", "time_zone"),
    ("timezone", "time_zone"),
];

/// How close a name has to come to a setting's to be taken for a slip (Jaro–Winkler, 0 to 1), and how many letters may
/// differ.
const LIKE: f64 = 0.85;
const LETTERS_MAX: usize = 2;

/// The setting that is meant.
fn closest(name: &str) -> Option<String> {
    if let Some((_, meant)) = USUAL_NAMES.iter().find(|(usual, _)| *usual == name) {
        return Some((*meant).to_owned());
    }
    let of_file = SECRETS.iter().chain(WITH_SECRETS).map(|name| format!("{name}_file"));
    let known = names().into_iter().chain(of_file);
    let known = known.filter(|known| strsim::damerau_levenshtein(name, known) <= LETTERS_MAX);
    let likeness = known.map(|known| (strsim::jaro_winkler(name, &known), known));
    let closest = likeness.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (closest.0 >= LIKE).then_some(closest.1)
}

/// What a number has to be, where that is checked: such as `from 1 to 1000 connections are expected`, with its default.
fn range(name: &str) -> Option<String> {
    let default = serde_json::to_value(Config::default()).unwrap_or_default()[name].as_i64()?;
    let beyond = [i64::MAX, u32::MAX.into(), 0];
    let told = beyond.into_iter().find_map(|number| {
        let alone = Values::from([(name.to_owned(), number.into())]);
        let read = Figment::from(Serialized::defaults(Config::default())).merge(Named(alone)).extract();
        let said = check(&read.ok()?);
        said.iter().find_map(|text| Some(text.strip_prefix(&format!("`{name}`: "))?.to_owned()))
    });
    let (range, _) = told.as_deref()?.split_once(" expected")?;
    Some(format!("{range} expected, such as {default}"))
}

/// The bytes of a file as text.
///
/// # Errors
/// The line that is none, and why.
fn text_of(bytes: Vec<u8>) -> Result<String, (usize, &'static str)> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0) {
        return Err((1, "the file is in UTF-16, not in UTF-8. Save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        (line, "this line is not UTF-8 text (Latin-1, perhaps). Save the file as UTF-8")
    })
}

/// What is wrong with a value.
fn wrong(name: &str, kind: &Kind) -> String {
    let expected = |wanted: &str| match wanted {
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => "a whole number from 0".to_owned(),
        "i64" => "a whole number".to_owned(),
        _ if settings_that(is_switch).contains(name) => "`on` or `off`".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        "a string" | "string or map" | "path string" => "text".to_owned(),
        other => other.to_owned(),
    };
    match kind {
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            let found = match found {
                Actual::Str(text) => format!("`{text}`"),
                Actual::Signed(number) => number.to_string(),
                Actual::Unsigned(number) => number.to_string(),
                Actual::Bool(bool) => bool.to_string(),
                other => other.to_string(),
            };
            let expected = range(name).unwrap_or_else(|| format!("{} is expected", expected(wanted)));
            format!("{expected}, and not {found}")
        }
        Kind::UnknownVariant(found, allowed) => {
            let allowed = allowed.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" or ");
            format!("{allowed} is expected, and not `{found}`")
        }
        other => other.to_string(),
    }
}

/// Why a file is not TOML: the line and the name there, the cause, and the usual fix.
fn not_toml(path: &Path, text: &str, error: &str) -> String {
    let lines: Vec<&str> = error.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let cause = lines.last().copied().unwrap_or_default().trim_end_matches('.');
    let at = error.split_once("at line ").map(|(_, rest)| rest);
    let digits = at.map(|rest| rest.trim_start_matches(' ').split(|c: char| !c.is_ascii_digit()).next());
    let line = digits.flatten().and_then(|digits| digits.parse::<usize>().ok());
    let written = line.and_then(|line| text.lines().nth(line.checked_sub(1)?));
    let name =
        written.and_then(|written| written.split_once('=')).map(|(name, _)| format!("`{}`: ", name.trim()));
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    format!(
        "{}{line}: {}{cause}. Write name = value, with text in double quotes and numbers without.",
        path.display(),
        name.unwrap_or_default()
    )
}

/// The line of a setting in a file.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let is_it = |line: &str| {
        let line = line.trim_start().trim_start_matches('[').trim_start().trim_start_matches(['"', '\'']);
        let rest = line.strip_prefix(name)?.trim_start_matches(['"', '\'']).trim_start();
        rest.starts_with(['=', '.', ']']).then_some(())
    };
    text.lines().position(|line| is_it(line).is_some()).map(|at| at + 1)
}

type Values = figment::value::Dict;

/// Values as figment takes them.
struct Named(Values);

impl Provider for Named {
    fn metadata(&self) -> Metadata {
        Metadata::named("settings")
    }
    fn data(&self) -> figment::Result<figment::value::Map<Profile, Values>> {
        Ok([(Profile::Default, self.0.clone())].into())
    }
}

/// A list where the setting is one, a number where it is one, else the text: `deserialize` then says what was expected. A
/// password or a folder's name of digits stays text.
fn of_variable(name: &str, text: &str) -> Value {
    if settings_that(serde_json::Value::is_array).contains(name) {
        let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
        return members.map(Value::from).collect::<Vec<_>>().into();
    }
    let is_number =
        OPTIONAL_NUMBERS.contains(&name) || settings_that(serde_json::Value::is_number).contains(name);
    match text.trim().parse::<i64>() {
        Ok(number) if is_number => number.into(),
        _ => text.into(),
    }
}

fn is_switch(value: &serde_json::Value) -> bool {
    value == "on" || value == "off"
}

/// The settings whose defaults are such.
fn settings_that(are: fn(&serde_json::Value) -> bool) -> BTreeSet<String> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let all = defaults.as_object().into_iter().flatten();
    all.filter(|(_, value)| are(value)).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read(pairs: &[(&str, &str)]) -> BTreeMap<String, Value> {
        let mut set = Settings::default();
        for (name, text) in pairs {
            set.set_variable(name, text, Origin::new(Place::Environment, None));
        }
        set.values
    }

    #[test]
    fn digits_are_a_number_only_where_a_number_is_expected() {
        let values =
            read(&[("ADMIN_PASSWORD", "0123456789"), ("DATA", "7"), ("HOLD", " 007"), ("PORT", "80")]);
        assert_eq!(values["admin_password"].as_str(), Some("0123456789"));
        assert_eq!(values["data"].as_str(), Some("7"));
        assert_eq!(values["hold"].to_i128(), Some(7));
        assert_eq!(values["port"].to_i128(), Some(80));
    }

    #[test]
    fn a_list_stands_between_commas_and_empty_is_not_set() {
        let values =
            read(&[("CORS_ORIGINS", "https://a.example, https://b.example,"), ("TRUSTED_PROXIES", "")]);
        let origins = values["cors_origins"].as_array().unwrap();
        let origins: Vec<_> = origins.iter().map(|value| value.as_str().unwrap()).collect();
        assert_eq!(origins, ["https://a.example", "https://b.example"]);
        assert!(!values.contains_key("trusted_proxies"));
    }

    #[test]
    fn a_setting_is_found_in_its_file() {
        let text = "# hold = 1\nholdings = 2\n  hold=3\n[table]\n\"low_stock\" = 4\n";
        for (name, line) in [
            ("hold", Some(3)),
            ("holdings", Some(2)),
            ("table", Some(4)),
            ("low_stock", Some(5)),
            ("x", None),
        ] {
            assert_eq!(line_of(text, name), line, "{name}");
        }
    }

    #[test]
    fn the_setting_that_is_meant_is_named_and_no_other() {
        for (written, meant) in [
            ("log_level", Some("log")),
            ("host", Some("listen")),
            ("db_url", Some("database_url")),
            ("nats_url", Some("bus")),
            ("bus_url", Some("bus")),
            ("tz", Some("time_zone")),
            ("databse_url", Some("database_url")),
            ("low_stok", Some("low_stock")),
            ("secret_fil", Some("secret_file")),
            ("server", None),
            ("database", None),
            ("bus_name", None),
            ("bogus", None),
        ] {
            assert_eq!(closest(written).as_deref(), meant, "{written}");
        }
        let known = names();
        assert!(
            USUAL_NAMES.iter().all(|(usual, meant)| known.contains(&(*meant).to_owned())
                && !known.contains(&(*usual).to_owned()))
        );
    }
}
