//! Which part of a shop a process is, from the names that `ordo serve` and `ordo doctor` are given: known before anything
//! is checked.

use super::{GATEWAY, PORTS, database_of, is_embedded, wrong};
use crate::{config::Config, exit_code::Failure, image_folder, service_names::SERVICES};
use std::{collections::BTreeSet, path::PathBuf};

/// A part of a shop.
#[derive(Debug)]
pub(crate) struct Component {
    /// The services, in the order of their starts.
    pub(crate) services: Vec<&'static str>,
    /// Whether the public door is in it.
    pub(crate) has_gateway: bool,
    /// Whether it is all of the shop, on embedded databases.
    pub(crate) is_embedded: bool,
    /// The folder whose pictures it shows, where it shows any.
    pub(crate) pictures: Option<PathBuf>,
}

impl Component {
    /// That of these names; the whole shop without a name.
    ///
    /// # Errors
    /// [`Failure::Config`] where a name is none of a service.
    pub(crate) fn of(config: &Config, names: &[String]) -> Result<Component, Failure> {
        let chosen = chosen(names)?;
        let services: Vec<_> = SERVICES.into_iter().filter(|service| chosen.contains(service)).collect();
        let has_gateway = chosen.contains(GATEWAY);
        let mut part = Component { services, has_gateway, is_embedded: false, pictures: None };
        part.is_embedded = part.is_whole() && is_embedded(config);
        if has_gateway {
            part.pictures = image_folder::folder(config, part.is_embedded);
        }
        Ok(part)
    }

    /// Whether it has everything.
    pub(crate) fn is_whole(&self) -> bool {
        self.has_gateway && self.services.len() == SERVICES.len()
    }

    /// Whether each of its services has a database that several processes could share.
    ///
    /// # Errors
    /// [`Failure::Config`] with what to set where one has none.
    pub(crate) fn check_databases(&self, config: &Config) -> Result<(), Failure> {
        let Some(without) = self.services.iter().find(|service| database_of(config, service).is_none())
        else {
            return Ok(());
        };
        let setting = format!("ORDO_{}_DATABASE_URL", without.to_uppercase());
        wrong(format!(
            "{without} has no database that several processes could share: set ORDO_DATABASE_URL (or {setting}) to a \
             PostgreSQL database, such as postgres://ordo@127.0.0.1/ordo. On embedded databases one process runs \
             everything: `ordo serve`."
        ))
    }
}

fn chosen(names: &[String]) -> Result<BTreeSet<&'static str>, Failure> {
    let all = PORTS.map(|(name, _)| name);
    if names.is_empty() {
        return Ok(all.into());
    }
    let known = |name: &String| {
        let found = all.into_iter().find(|one| one == name);
        found.ok_or_else(|| {
            let near = |one: &&str| strsim::damerau_levenshtein(one, name) <= 2;
            let hint =
                all.into_iter().find(near).map(|one| format!(" Is `{one}` meant?")).unwrap_or_default();
            Failure::Config(format!("there is no service `{name}`: choose among {}.{hint}", all.join(", ")))
        })
    };
    names.iter().map(known).collect()
}
