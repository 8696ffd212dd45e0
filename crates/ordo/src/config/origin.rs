//! Where a setting comes from, and how a mistake in it is reported: with file, line and the name it has there.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

/// What settings are read from; the later in this list takes precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SettingSource {
    /// `ordo.toml`, or the file of `--config`.
    File(PathBuf),
    /// `.env` in the working directory.
    EnvFile,
    /// The environment of the process.
    Environment,
    /// The command line.
    CommandLine,
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingSource::File(path) => path.display().fmt(f),
            SettingSource::EnvFile => f.write_str(super::env_file::NAME),
            SettingSource::Environment => f.write_str("environment"),
            SettingSource::CommandLine => f.write_str("command line"),
        }
    }
}

/// Where a setting was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingOrigin {
    pub(super) place: SettingSource,
    /// From 1.
    pub(super) line: Option<usize>,
    /// The file that holds the value, where `…_file` names one.
    pub(super) file: Option<PathBuf>,
    /// The value in the form in which it is shown, where it cannot be read.
    pub(super) refused: Option<String>,
}

/// Where each setting comes from, by its name; settings with their default are not listed.
pub type Sources = BTreeMap<String, SettingOrigin>;

impl SettingOrigin {
    pub(super) fn new(place: SettingSource, line: Option<usize>) -> SettingOrigin {
        SettingOrigin { place, line, file: None, refused: None }
    }

    /// The place, with the line where it has lines.
    pub(super) fn at(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.place),
            None => self.place.to_string(),
        }
    }

    /// The setting as it is written there.
    pub(super) fn spell(&self, name: &str) -> String {
        let name = if self.file.is_some() { format!("{name}_file") } else { name.to_owned() };
        match self.place {
            SettingSource::File(_) => format!("`{name}`"),
            SettingSource::EnvFile | SettingSource::Environment => {
                format!("`{name}` (ORDO_{})", name.to_uppercase())
            }
            SettingSource::CommandLine => format!("`{name}` (--{})", name.replace('_', "-")),
        }
    }

    /// The file that holds the value, where `…_file` names one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}, in the file {}", self.place, file.display()),
            None => self.place.fmt(f),
        }
    }
}

/// The same texts, where each that begins with the name of a setting says where that was set, and in which file its value is.
pub(crate) fn locate(sources: &Sources, mistakes: &str) -> String {
    let each = mistakes.lines().map(|text| {
        let named = text.strip_prefix('`').and_then(|rest| rest.split_once('`'));
        match named.and_then(|(name, rest)| Some((sources.get(name)?, name, rest))) {
            Some((origin, name, rest)) => {
                let file = origin.file().map(|file| format!(", file {}", file.display())).unwrap_or_default();
                format!("{}: {}{file}{rest}", origin.at(), origin.spell(name))
            }
            None => text.to_owned(),
        }
    });
    each.collect::<Vec<_>>().join("\n")
}

/// The mistakes of both, each once and as a sentence, in the order of the lines of each file; where one is about a name that is
/// none, with where the names are listed.
pub(crate) fn in_order(mistakes: Vec<String>, more: &str) -> Vec<String> {
    let sentence = |text: &str| match text.ends_with(['.', '?']) {
        true => text.to_owned(),
        false => format!("{text}."),
    };
    let mut all: Vec<String> = Vec::new();
    for line in mistakes.iter().flat_map(|mistake| mistake.lines()).chain(more.lines()).map(sentence) {
        if !all.contains(&line) {
            all.push(line);
        }
    }
    let place = |mistake: &String| {
        let (file, line) = mistake.split_once(": ")?.0.rsplit_once(':')?;
        Some((file.to_owned(), line.parse::<usize>().ok()?))
    };
    // a stable order: those without a line stay behind those that have one
    all.sort_by_key(|mistake| place(mistake).map_or((true, None), |place| (false, Some(place))));
    if all.iter().any(|mistake| mistake.contains("there is no setting"))
        && let Some(last) = all.last_mut()
    {
        last.push_str(" `ordo config` lists the settings.");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_in_the_order_of_their_lines_and_each_is_there_once() {
        let first =
            ["environment: `hold`: no.", ".env:12: `drain`: no.", ".env:3: there is no setting `hlod`"];
        let first = first.map(str::to_owned).to_vec();
        let all = in_order(first, ".env:12: `drain`: no\n.env:9: is `bus` meant?\ncompat: no");
        let expected = [
            ".env:3: there is no setting `hlod`.",
            ".env:9: is `bus` meant?",
            ".env:12: `drain`: no.",
            "environment: `hold`: no.",
            "compat: no. `ordo config` lists the settings.",
        ];
        assert_eq!(all, expected);
        assert!(in_order(Vec::new(), "").is_empty());
    }

    #[test]
    fn a_mistake_is_reported_with_the_place_and_the_name_there() {
        let of = |place, line| SettingOrigin::new(place, line);
        let secret =
            SettingOrigin { file: Some("/run/secret".into()), ..of(SettingSource::Environment, None) };
        let sources = Sources::from([
            ("hold".to_owned(), of(SettingSource::File("/shop/ordo.toml".into()), Some(3))),
            ("drain".to_owned(), of(SettingSource::EnvFile, Some(7))),
            ("compat_port".to_owned(), of(SettingSource::CommandLine, None)),
            ("secret".to_owned(), secret),
        ]);
        for (text, expected) in [
            ("`hold`: too long", "/shop/ordo.toml:3: `hold`: too long"),
            ("`drain` is wrong", ".env:7: `drain` (ORDO_DRAIN) is wrong"),
            ("`compat_port` x: no", "command line: `compat_port` (--compat-port) x: no"),
            ("`secret`: no", "environment: `secret_file` (ORDO_SECRET_FILE), file /run/secret: no"),
            ("`leave`: nobody has set it\nother", "`leave`: nobody has set it\nother"),
        ] {
            assert_eq!(locate(&sources, text), expected);
        }
    }
}
