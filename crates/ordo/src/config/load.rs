//! Where the settings come from: defaults, file, `.env`, environment, command line; the later takes precedence. An empty
//! value is the same as none.

use super::{
    Config, SECRETS, SettingOrigin, Sources, WITH_SECRETS,
    check::check,
    env_file,
    explain::{explain, misspelt, not_toml, refused},
    injected::is_injected,
    locate,
    origin::SettingSource,
    secret_file,
    values::{PREFIX, SettingValues, extract, settings_that},
};
use crate::{
    admin,
    cli::{Cli, Command},
    compat::settings::misplaced,
    exit_code::Failure,
    topology::GATEWAY,
};
use figment::{
    providers::{Format, Toml},
    value::Value,
};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf, absolute},
};

const DEFAULT_FILE: &str = "ordo.toml";
/// Settings without a default that are numbers.
const OPTIONAL_NUMBERS: &[&str] = &["port"];

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
    let mut set = CollectedSettings::default();
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
    if let Command::Serve { .. } | Command::Doctor { .. } | Command::Config { .. } = cli.command {
        let (email, password) = ("admin_email", "admin_password");
        wrong.extend(match (set.origins.get(email), set.origins.get(password)) {
            (Some(origin), None) => vec![alone(email, password, origin)],
            (None, Some(origin)) => vec![alone(password, email, origin)],
            _ => admin::mistakes(&config),
        });
    }
    wrong.extend(set.exposed());
    let CollectedSettings { origins, mut mistakes, .. } = set;
    mistakes.extend(wrong.iter().map(|text| locate(&origins, text)));
    (config, origins, mistakes)
}

/// That one of two settings is set without the other.
fn alone(name: &str, missing: &str, origin: &SettingOrigin) -> String {
    let spelt = SettingOrigin { file: None, ..origin.clone() }.spell(missing);
    format!("`{name}` and `{missing}` go together, and {spelt} is not set. Set both, or neither")
}

/// What was set so far.
#[derive(Default)]
struct CollectedSettings {
    values: SettingValues,
    origins: Sources,
    mistakes: Vec<String>,
    /// The secrets that stand in files of settings, also those that a later place replaces.
    held: BTreeMap<SettingSource, Vec<(String, SettingOrigin)>>,
}

impl CollectedSettings {
    fn set(&mut self, name: String, value: Value, origin: SettingOrigin) {
        // empty is the same as not set; on the command line it was meant
        if value.as_str() == Some("") && origin.place != SettingSource::CommandLine {
            return;
        }
        let is_in_file =
            matches!(origin.place, SettingSource::File(_) | SettingSource::EnvFile) && origin.file.is_none();
        if is_in_file && value.as_str().is_some_and(|text| secret_file::is_secret(&name, text)) {
            self.held.entry(origin.place.clone()).or_default().push((name.clone(), origin.clone()));
        }
        self.origins.insert(name.clone(), origin);
        self.values.insert(name, value);
    }

    /// What is wrong with the files of settings that hold a secret: a file of a secret alone is held to the same rule.
    fn exposed(&self) -> Vec<String> {
        let each = self.held.iter().filter_map(|(place, secrets)| {
            let path = match place {
                SettingSource::File(path) => path.clone(),
                _ => absolute(env_file::NAME).unwrap_or_else(|_| env_file::NAME.into()),
            };
            let why = secret_file::check_mode(&path, &fs::metadata(&path).ok()?).err()?;
            let names: Vec<_> = secrets.iter().map(|(name, origin)| origin.spell(name)).collect();
            let (_, first) = secrets.first()?;
            Some(format!("{}: {}: {why}.", first.at(), names.join(", ")))
        });
        each.collect()
    }

    fn add_file(&mut self, given: Option<&Path>) {
        let path = given.unwrap_or(Path::new(DEFAULT_FILE));
        let path = absolute(path).unwrap_or_else(|_| path.to_owned());
        let text = match read_file(&path, given.is_some()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && given.is_none() => return,
            Err(error) => {
                let what = match error.kind() {
                    ErrorKind::NotFound => "there is no such configuration file".to_owned(),
                    _ => format!("the configuration file cannot be read: {error}"),
                };
                let mend = match given {
                    Some(_) => "Correct the path after --config, or see that this user may read the file",
                    None => "See that this user may read it, or name another one with --config",
                };
                return self.mistakes.push(format!("{}: {what}. {mend}.", path.display()));
            }
        };
        let text = match text_of(text) {
            Ok(text) => text,
            Err((line, why)) => return self.mistakes.push(format!("{}:{line}: {why}.", path.display())),
        };
        let text = text.trim_start_matches('\u{feff}');
        match Toml::from_str::<SettingValues>(text) {
            Ok(values) => {
                for (name, value) in values {
                    let line = line_of(text, &name);
                    self.set(name, value, SettingOrigin::new(SettingSource::File(path.clone()), line));
                }
            }
            Err(error) => self.mistakes.push(not_toml(&path, text, &error.to_string())),
        }
    }

    fn add_env_file(&mut self) {
        let read = read_file(Path::new(env_file::NAME), false).map(text_of);
        let text = match read {
            Ok(Ok(text)) => text,
            Ok(Err((line, why))) => {
                return self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
            }
            // a symbolic link to nothing is a mistake
            Err(error) if error.kind() == ErrorKind::NotFound && !Path::new(env_file::NAME).is_symlink() => {
                return;
            }
            Err(error) => {
                let why = format!(
                    "{}: the file cannot be read: {error}. Make it a file that this user may read, or move it elsewhere.",
                    env_file::NAME
                );
                return self.mistakes.push(why);
            }
        };
        let (found, wrong) = env_file::parse(&text, |name| std::env::var(name).ok());
        for (line, why) in wrong {
            let written = text.lines().nth(line - 1).unwrap_or_default().trim_start();
            let name = written.split_once('=').map(|(name, _)| name.strip_prefix("export ").unwrap_or(name));
            let why = match name.and_then(|name| misspelt(name.trim())) {
                Some(misspelt) => misspelt,
                // variables of other programs may be in the file, too
                None if written.to_uppercase().contains(PREFIX)
                    || name.is_none_or(|name| name.trim().is_empty()) =>
                {
                    why
                }
                None => continue,
            };
            self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
        }
        for env_file::Assignment { name, value, line } in found {
            if let Some(name) = name.strip_prefix(PREFIX) {
                self.set_variable(name, &value, SettingOrigin::new(SettingSource::EnvFile, Some(line)));
            } else if let Some(why) = misspelt(&name) {
                self.mistakes.push(format!("{}:{line}: {why}.", env_file::NAME));
            }
        }
    }

    fn add_environment(&mut self) {
        for (name, text) in std::env::vars_os() {
            let Some(whole) = name.to_str() else { continue };
            let Some(name) = whole.strip_prefix(PREFIX) else {
                self.mistakes.extend(misspelt(whole).map(|why| format!("environment: {why}.")));
                continue;
            };
            let origin = SettingOrigin::new(SettingSource::Environment, None);
            match text.into_string() {
                Ok(text) if is_injected(name, &text) => {}
                Ok(text) => self.set_variable(name, &text, origin),
                Err(_) => self
                    .mistakes
                    .push(format!("environment: {PREFIX}{name} is not UTF-8 text. Set it again, as UTF-8.")),
            }
        }
    }

    fn set_variable(&mut self, name: &str, text: &str, origin: SettingOrigin) {
        let name = name.to_lowercase();
        if !text.is_empty() {
            let value = of_variable(&name, text);
            self.set(name, value, origin);
        }
    }

    fn add_flags(&mut self, cli: &Cli) {
        let mut values = SettingValues::new();
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
            self.set(name, value, SettingOrigin::new(SettingSource::CommandLine, None));
        }
    }

    /// If a secret has a separate file, its value is in that.
    fn read_secret_files(&mut self) {
        for name in SECRETS.iter().chain(WITH_SECRETS) {
            let of_file = format!("{name}_file");
            let (Some(path), Some(origin)) = (self.values.remove(&of_file), self.origins.remove(&of_file))
            else {
                continue;
            };
            let origin = match path.as_str() {
                Some(path) => SettingOrigin { file: Some(PathBuf::from(path)), ..origin },
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
                    let origin = SettingOrigin { refused: Some("(unreadable)".to_owned()), ..origin };
                    self.origins.insert((*name).to_owned(), origin);
                }
            }
        }
    }

    /// The settings; those that cannot be read have their defaults, and are reported.
    fn read(&mut self) -> Config {
        if let Ok(config) = extract(self.values.clone()) {
            return config;
        }
        // reading ends at the first that is wrong: to find all of them, each is read by itself
        let mut valid = SettingValues::new();
        for (name, value) in &self.values {
            match extract(SettingValues::from([(name.clone(), value.clone())])) {
                Ok(_) => drop(valid.insert(name.clone(), value.clone())),
                Err(error) => {
                    // its default takes its place
                    let Some(origin) = self.origins.get_mut(name) else { continue };
                    let why = explain(name, value, origin, &error);
                    self.mistakes.push(format!("{}: {why}", origin.at()));
                    origin.refused = Some(refused(name, value));
                }
            }
        }
        extract(valid).unwrap_or_default()
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

/// The bytes of a file as text.
///
/// # Errors
/// The line that is none, and why.
/// What a file holds. One that was not asked for by name is a plain file: nobody writes into a pipe that is there by chance.
fn read_file(path: &Path, is_given: bool) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    if !is_given && !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("it is no plain file"));
    }
    fs::read(path)
}

fn text_of(bytes: Vec<u8>) -> Result<String, (usize, &'static str)> {
    let has_mark = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match bytes.iter().position(|byte| *byte == 0) {
        // without a mark at its beginning, its first letter shows it
        nul if has_mark || nul.is_some_and(|at| at < 2) => {
            return Err((1, "the file is in UTF-16, not in UTF-8. Save it as UTF-8"));
        }
        Some(at) => return Err((line_at(&bytes, at), "a character in this line is U+0000. Take it out")),
        None => {}
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = line_at(error.as_bytes(), error.utf8_error().valid_up_to());
        (line, "this line is not UTF-8 text (Latin-1, perhaps). Save the file as UTF-8")
    })
}

/// The line of what begins with the byte `at`.
fn line_at(text: &[u8], at: usize) -> usize {
    text[..at].iter().filter(|byte| **byte == b'\n').count() + 1
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read(pairs: &[(&str, &str)]) -> BTreeMap<String, Value> {
        let mut set = CollectedSettings::default();
        for (name, text) in pairs {
            set.set_variable(name, text, SettingOrigin::new(SettingSource::Environment, None));
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
}
