//! `ordo restore`: a new data folder out of a backup.

use super::{
    archive,
    manifest::{Entry, Manifest},
    shown_bytes, unusable,
};
use crate::{
    anchor::{self, Epoch},
    audit,
    config::Config,
    data_dir::{DataDir, RESTORING},
    databases::{Databases, Restore},
    exit_code::Failure,
    image_folder, output, topology,
};
use kernel::{Env, Timestamp};
use std::{
    fs::{self, DirBuilder, File},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::Path,
    process::ExitCode,
};

/// Restores a backup into the data folder of the settings, which is empty or not there yet, and audits it.
///
/// # Errors
/// When the backup is damaged or the folder is not empty; nothing of it is in use then.
pub(crate) async fn run(config: &Config, from: &Path) -> Result<ExitCode, Failure> {
    if topology::is_on_postgres(config) {
        return Err(Failure::Config(super::ON_POSTGRES.to_owned()));
    }
    let env = host::env();
    check_empty(&config.data)?;
    if let Err(error) = fs::metadata(from) {
        return Err(Failure::Data(format!(
            "{}: {error}. Name the folder or the .tar file that `ordo backup` has written.",
            from.display()
        )));
    }
    let (data, backup) = (config.data.clone(), from.to_owned());
    let (folder, manifest) = super::in_background(&env, move || fill(&data, &backup)).await?;
    output::line(format_args!(
        "restored {} of {} ({} orders) from the backup of {}",
        shown_bytes(manifest.bytes()),
        manifest.facts.last_change_at.map_or_else(|| "an empty shop".to_owned(), |at| at.to_string()),
        manifest.facts.orders,
        manifest.taken_at
    ));
    // the time of a backup is noted before its moment
    let until = manifest.facts.last_change_at.map_or(manifest.taken_at, |last| last.max(manifest.taken_at));
    let worked_until = manifest.facts.audited_as_of.or(manifest.facts.last_change_at);
    let (clean, begun) = begin(folder, config, worked_until, &env).await.map_err(half)?;
    output::line(format_args!(
        "Epoch {} begins: {} sessions have ended, and {} API keys were revoked; create new ones. Passwords and accounts are as of \
         the backup: change and disable again what was changed and disabled since.\n\
         What happened after {} is not in it. Charges that only the payment provider knows are listed for staff once the shop runs.",
        begun.epoch, begun.ended.sessions, begun.ended.api_keys, until
    ));
    let here = config.data.join(image_folder::FOLDER);
    if let Some(elsewhere) =
        image_folder::folder(config, true).filter(|folder| *folder != here && here.exists())
    {
        output::line(format_args!(
            "The pictures are in {}, and ORDO_PICTURES is {}: copy them there.",
            here.display(),
            elsewhere.display()
        ));
    }
    Ok(clean)
}

/// Brings the databases to this version, begins an epoch, and audits them.
async fn begin(
    folder: DataDir,
    config: &Config,
    worked_until: Option<Timestamp>,
    env: &Env,
) -> Result<(ExitCode, Epoch), Failure> {
    let (folder, secret, databases, _) = Databases::begin_in(folder, config, env, Restore::GoesOn).await?;
    let epoch = anchor::begin_epoch(&folder, &databases, (0, worked_until), (env, &secret)).await?;
    let clean = audit::as_it_stands(&databases, env, anchor::rest(&config.data)?).await?;
    databases.close().await?;
    folder.restored()?;
    Ok((clean, epoch))
}

/// The files are in their places, and the shop is not ready.
fn half(failure: Failure) -> Failure {
    const AGAIN: &str = "Then run `ordo restore` again: it begins anew.";
    match failure {
        Failure::Data(why) => Failure::Data(format!("{why}\n{AGAIN}")),
        Failure::TooNew(why) => Failure::TooNew(format!("{why}\n{AGAIN}")),
        Failure::WrongSecret(_) => Failure::WrongSecret(format!(
            "`secret`: this is not the one of the backup. Remove the setting, or use the one of the backup. {AGAIN}"
        )),
        other => other,
    }
}

/// What may be in a folder that counts as empty: the lock, what an interrupted restore has left, and what file systems make.
const NOTHING: [&str; 5] =
    ["lock", crate::data_dir::PREPARED, "lost+found", ".ordo.db-told", ".simulator.db-told"];

fn check_empty(data: &Path) -> Result<(), Failure> {
    if data.join(RESTORING).exists() {
        return Ok(());
    }
    let listed = match fs::read_dir(data) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        listed => listed.map_err(|error| {
            Failure::Data(format!("{}: {error}. Name a new folder with --data.", data.display()))
        })?,
    };
    for entry in listed {
        let name = entry.map_err(|error| unusable(data, &error))?.file_name();
        if !NOTHING.iter().any(|known| name == *known) {
            return Err(Failure::Data(format!(
                "{} is not empty ({} is in it): name a new folder with --data",
                data.display(),
                name.display()
            )));
        }
    }
    Ok(())
}

fn fill(data: &Path, backup: &Path) -> Result<(DataDir, Manifest), Failure> {
    let folder = DataDir::open(data)?;
    // again under the lock, which keeps other processes out
    check_empty(data)?;
    let is_again = data.join(RESTORING).exists();
    folder.restoring()?;
    if is_again {
        forget(data).map_err(|error| unusable(data, &error))?;
    }
    let filled = folder.fill(|prepared| {
        let manifest = match backup.is_dir() {
            true => copy_all(backup, prepared)?,
            false => archive::unpack(backup, |entry, from| put(entry, from, prepared))
                .map_err(|why| unusable(backup, &why))?,
        };
        check_whole(&manifest).map_err(|why| unusable(backup, &why))?;
        Ok(manifest)
    });
    match filled {
        Ok(manifest) => Ok((folder, manifest)),
        Err(failure) => {
            // nothing of it is there
            folder.restored()?;
            Err(match failure {
                Failure::Data(why) => Failure::Data(format!(
                    "{why}\nNothing was restored. Restore another backup, or remove the cause and repeat the command."
                )),
                other => other,
            })
        }
    }
}

/// Removes what an interrupted restore has left.
fn forget(data: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if ["lock", RESTORING, "lost+found"].iter().any(|kept| name == *kept) {
            continue;
        }
        match path.is_dir() {
            true => fs::remove_dir_all(path)?,
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}

fn copy_all(backup: &Path, prepared: &Path) -> Result<Manifest, Failure> {
    let manifest = Manifest::read(backup)?;
    for entry in &manifest.files {
        let path = backup.join(&entry.name);
        let mut file = File::open(&path)
            .map_err(|error| unusable(&path, &format!("{error}: the backup is not complete")))?;
        put(entry, &mut file, prepared).map_err(|why| unusable(backup, &why))?;
    }
    Ok(manifest)
}

/// Without these it is no shop.
fn check_whole(manifest: &Manifest) -> Result<(), String> {
    use crate::data_dir::{DATABASE, SECRET, SIMULATOR};
    let is_there = |name: &str| manifest.files.iter().any(|entry| entry.name == name);
    match [DATABASE, SIMULATOR, SECRET].into_iter().find(|name| !is_there(name)) {
        Some(name) => Err(format!("the manifest has no {name}")),
        None => Ok(()),
    }
}

/// Writes one file, and checks that it is the one of the manifest.
fn put(entry: &Entry, mut from: &mut dyn Read, prepared: &Path) -> Result<(), String> {
    let path = prepared.join(&entry.name);
    let named = |why: &dyn std::fmt::Display| format!("{}: {why}", entry.name);
    if let Some(parent) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(|error| named(&error))?;
    }
    let mut file = super::create(&path).map_err(|error| named(&error))?;
    entry.copy(&mut from, &mut file).map_err(|why| named(&why))?;
    file.sync_all().map_err(|error| named(&error))
}
