//! SettingValues of settings by name, and the configuration that they make.

use super::Config;
use figment::{Figment, Metadata, Profile, Provider, providers::Serialized};
use std::collections::BTreeSet;

/// What the names of variables begin with.
pub(super) const PREFIX: &str = "ORDO_";

/// SettingValues of settings, by name.
pub(super) type SettingValues = figment::value::Dict;

/// The settings with these values, and defaults for the others.
pub(super) fn extract(values: SettingValues) -> Result<Config, Box<figment::Error>> {
    Figment::from(Serialized::defaults(Config::default()))
        .merge(NamedProvider(values))
        .extract()
        .map_err(Box::new)
}

/// SettingValues as figment takes them.
struct NamedProvider(SettingValues);

impl Provider for NamedProvider {
    fn metadata(&self) -> Metadata {
        Metadata::named("settings")
    }
    fn data(&self) -> figment::Result<figment::value::Map<Profile, SettingValues>> {
        Ok([(Profile::Default, self.0.clone())].into())
    }
}

/// The settings whose defaults are such.
pub(super) fn settings_that(are: fn(&serde_json::Value) -> bool) -> BTreeSet<String> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let all = defaults.as_object().into_iter().flatten();
    all.filter(|(_, value)| are(value)).map(|(name, _)| name.clone()).collect()
}
