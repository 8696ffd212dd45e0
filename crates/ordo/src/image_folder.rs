//! The folder with the pictures of the shop's products, which the gateway shows: which one it is.

use crate::{config::Config, exit_code::Failure};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What it is called within the data folder.
pub(crate) const FOLDER: &str = "pictures";

/// The folder in the settings, else one in the data folder of an embedded shop, if the operator has made it; else none.
pub(crate) fn folder(config: &Config, is_embedded: bool) -> Option<PathBuf> {
    set(config).cloned().or_else(|| is_embedded.then(|| config.data.join(FOLDER)))
}

/// Whether pictures can be in the folder of this process, where it has one.
///
/// # Errors
/// [`Failure::Config`] when what is set is not there, or what is there is no folder.
pub(crate) fn check(config: &Config, folder: Option<&Path>) -> Result<(), Failure> {
    const MEND: &str = "Set ORDO_PICTURES to the folder with the pictures of the shop's products.";
    let Some(folder) = folder else { return Ok(()) };
    let wrong = |why: &str| Failure::Config(format!("`pictures`: {} {why}. {MEND}", folder.display()));
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(wrong("is no folder")),
        Err(error) if set(config).is_some() => Err(wrong(&format!("cannot be looked at: {error}"))),
        Err(_) => Ok(()),
    }
}

/// Set to nothing, as templates of environments have it, is not set.
fn set(config: &Config) -> Option<&PathBuf> {
    config.pictures.as_ref().filter(|folder| !folder.as_os_str().is_empty())
}
