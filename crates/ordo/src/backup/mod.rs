//! Backups of an embedded shop: all its services as they were at one moment, with the secret and the pictures. The shop goes on
//! in the meantime.
//!
//! A backup is a folder, or the same in one tar file: the database files as in a data folder, `secret`, `image_folder`, and
//! [`manifest::FILE`], which names every file with its length and its checksum.

mod archive;
pub(crate) mod automatic;
mod latest;
mod manifest;
pub(crate) mod restore;

pub(crate) use latest::{Latest, METERS, failure, look};

use crate::{
    anchor,
    changed_files::changed_in,
    config::Config,
    data_dir::{DATABASE, DEMO, DataDir, SECRET, SIMULATOR, parse_secret},
    databases::Databases,
    exit_code::{Failure, unusable},
    image_folder, newer_charges, output, topology,
};
use db::sqlite::Depth;
use kernel::{Env, Timestamp};
use manifest::Manifest;
use std::{
    cell::Cell,
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, IsTerminal, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// The end of the name of a backup in one file.
const ARCHIVE: &str = "tar";

/// Names that end so are not meant for folders.
const OTHER_ARCHIVES: [&str; 6] = [ARCHIVE, "tgz", "gz", "zst", "xz", "zip"];

/// Reports progress while the databases are copied: how many bytes of how many.
type Progress = Box<dyn FnMut(u64, u64) + Send>;

/// `ordo backup TO`.
///
/// # Errors
/// When there is no embedded shop, or the backup cannot be written; nothing of it is left then.
pub(crate) async fn run(config: &Config, to: &Path) -> Result<(), Failure> {
    let (env, source) = (host::env(), BackupSource::of(config)?);
    if to.parent().is_some_and(|folder| is_in_data_folder(folder, &config.data)) {
        return Err(Failure::Data(format!(
            "{} is in the data folder, and would be lost with it: name a place on another disk",
            to.display()
        )));
    }
    check_as_at_start(config, &env, &source).await?;
    let progress: Progress = match io::stderr().is_terminal() {
        true => terminal(),
        false => Box::new(|_, _| {}),
    };
    let taken = take(&env, &source, to, progress).await?;
    output::line(format_args!("backup of {} in {} ({})", taken.at, to.display(), shown_bytes(taken.bytes)));
    Ok(())
}

/// Whether backups in this folder, which may be empty for the current one, would be lost with the data.
pub(crate) fn is_in_data_folder(folder: &Path, data: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let device = |path: &Path| path.metadata().map(|metadata| metadata.dev());
    let is_within = matches!((folder.canonicalize(), data.canonicalize()), (Ok(folder), Ok(data)) if folder.starts_with(&data));
    // another disk may be mounted in it
    is_within && matches!((device(folder), device(data)), (Ok(one), Ok(other)) if one == other)
}

/// What a start would refuse is no backup to rely on.
async fn check_as_at_start(config: &Config, env: &Env, source: &BackupSource) -> Result<(), Failure> {
    let folder = DataDir::look_at(&config.data)?;
    // before they are opened here: a process that closes a file releases all its locks on it
    let changed = changed_in(&config.data)?;
    let databases = Databases::open_existing(&folder, env).await?;
    let mut faults = anchor::faults(&folder, &databases, false).await?;
    faults.extend(changed);
    if anchor::is_copy_of_busy_folder(&folder)? {
        faults.push(format!("{} No start has checked it yet.", anchor::COPIED));
    }
    if let Some(secret) = parse_secret(&source.secret) {
        faults.extend(newer_charges::fault(config, &databases, (env, &secret)).await?);
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::Data(format!(
            "{}\n`ordo serve` would refuse these databases, so that they are not backed up: docs/backup-and-restore.md says \
             what to do.",
            faults.join("\n")
        ))),
    }
}

/// Shows on the terminal how far the copy is.
fn terminal() -> Progress {
    let last = Cell::new(None);
    Box::new(move |copied, all| {
        let percent = copied * 100 / all.max(1);
        if last.replace(Some(percent)) != Some(percent) {
            let end = if copied >= all { "\n" } else { "" };
            let _ = write!(io::stderr(), "\rcopying the databases: {percent} % of {}{end}", shown_bytes(all));
        }
    })
}

/// `12 MB`.
pub(crate) fn shown_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_500 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{} MB", bytes.saturating_add(500_000) / 1_000_000),
    }
}

/// The shop that is backed up.
#[derive(Debug, Clone)]
pub(crate) struct BackupSource {
    data: PathBuf,
    pictures: Option<PathBuf>,
    /// Its text, from the setting or from the file.
    secret: String,
}

impl BackupSource {
    /// The shop of the settings.
    ///
    /// # Errors
    /// [`Failure::Config`] where it is on PostgreSQL, [`Failure::Data`] where there is none.
    pub(crate) fn of(config: &Config) -> Result<BackupSource, Failure> {
        if topology::is_on_postgres(config) {
            return Err(Failure::Config(ON_POSTGRES.to_owned()));
        }
        DataDir::look_at(&config.data)?;
        let file = config.data.join(SECRET);
        let secret = match &config.secret {
            Some(secret) => secret.expose().trim().to_owned(),
            None => fs::read_to_string(&file)
                .map_err(|error| unusable(&file, &format!("{error}. Set ORDO_SECRET as for `ordo serve`")))?
                .trim()
                .to_owned(),
        };
        Ok(BackupSource { data: config.data.clone(), pictures: image_folder::folder(config, true), secret })
    }
}

/// Why a shop on PostgreSQL has no backups of ours.
const ON_POSTGRES: &str = "this shop is on PostgreSQL, which has backups of its own (pg_dump, or base backups with an archive of the \
     WAL): docs/backup-and-restore.md describes them";

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenBackup {
    /// All that was acknowledged before this is in it.
    pub(crate) at: Timestamp,
    pub(crate) bytes: u64,
}

/// Writes a backup to `to`, which is not there yet: all of it, or nothing.
///
/// # Errors
/// Why it was not written, with the path.
pub(crate) async fn take(
    env: &Env,
    source: &BackupSource,
    to: &Path,
    progress: Progress,
) -> Result<TakenBackup, Failure> {
    let place = to.to_owned();
    let partial = in_background(env, move || begin(&place)).await?;
    let written = write(env, source, to, &partial, progress).await;
    in_background(env, move || {
        match fs::remove_dir_all(&partial) {
            // what was renamed is not there any more
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(partial = %partial.display(), %error, "delete this folder: it is no backup");
            }
            _ => {}
        }
        Ok(())
    })
    .await?;
    written
}

/// The folder beside it in which it is written.
fn begin(to: &Path) -> Result<PathBuf, Failure> {
    if to.symlink_metadata().is_ok() {
        return Err(Failure::Data(format!(
            "{} exists already: name a new folder, or a new file that ends in .{ARCHIVE}",
            to.display()
        )));
    }
    if let Some(other) =
        to.extension().filter(|end| OTHER_ARCHIVES.iter().any(|other| end.eq_ignore_ascii_case(other)))
        && other != ARCHIVE
    {
        return Err(Failure::Data(format!(
            "{}: a backup in one file ends in .{ARCHIVE}; compress it afterwards where you want to",
            to.display()
        )));
    }
    // without a `/` at its end
    let to = to.components().as_path();
    let mut partial = OsString::from(to);
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    DirBuilder::new().mode(0o700).create(&partial).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Data(format!(
            "{} exists: another backup is being written there, or one was interrupted. Delete it in the second case",
            partial.display()
        )),
        io::ErrorKind::NotFound => {
            Failure::Data(format!("{}: the folder that it is to be in does not exist: create it", to.display()))
        }
        _ => unusable(&partial, &error),
    })?;
    Ok(partial)
}

async fn write(
    env: &Env,
    source: &BackupSource,
    to: &Path,
    partial: &Path,
    progress: Progress,
) -> Result<TakenBackup, Failure> {
    let at = env.now();
    let (from, into) = (source.clone(), partial.to_owned());
    in_background(env, move || copy(&from, &into, progress)).await?;
    let facts = facts(partial, source, env).await?;
    let (to, partial, source) = (to.to_owned(), partial.to_owned(), source.clone());
    in_background(env, move || {
        Manifest::of(&partial, at, facts)?.write(&partial)?;
        let bytes = finish(&partial, &to)?;
        // the backup exists, even if this record of it cannot be written
        if let Err(error) = (Latest { at, bytes, to }).keep(&source.data) {
            tracing::warn!(%error, "the system page does not know of this backup");
        }
        Ok(TakenBackup { at, bytes })
    })
    .await
}

async fn in_background<T: Send + 'static>(
    env: &Env,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let ended = || Failure::other("the process ends");
    env.blocking(work).await.ok_or_else(ended)?
}

fn copy(source: &BackupSource, into: &Path, progress: Progress) -> Result<(), Failure> {
    let databases = [DATABASE, SIMULATOR].map(|name| (source.data.join(name), into.join(name)));
    // their owner's alone from the beginning
    databases.iter().try_for_each(|(_, to)| create(to).map(drop).map_err(|error| unusable(to, &error)))?;
    db::sqlite::copy(&databases, progress).map_err(|error| match error.is_full() {
        true => Failure::Data(format!(
            "there is no room for the backup: {error}. Make room, or name another place"
        )),
        false if error.kind == db::ErrorKind::Damaged => damaged(&error.message),
        false => error.into(),
    })?;
    for name in [DATABASE, SIMULATOR] {
        if db::sqlite::are_known_changed(&source.data.join(name))? {
            return Err(damaged(&format!("{name} is damaged")));
        }
    }
    let secret = into.join(SECRET);
    create(&secret)
        .and_then(|mut file| writeln!(file, "{}", source.secret).and_then(|()| file.sync_all()))
        .map_err(|error| unusable(&secret, &error))?;
    if source.data.join(DEMO).exists() {
        create(&into.join(DEMO)).map_err(|error| unusable(&into.join(DEMO), &error))?;
    }
    match &source.pictures {
        Some(folder) => copy_pictures(folder, &into.join(image_folder::FOLDER)),
        None => Ok(()),
    }
}

fn damaged(what: &str) -> Failure {
    Failure::Data(format!(
        "{what}: keep the backups that you have, and restore the newest one; docs/backup-and-restore.md says how"
    ))
}

/// A new file that only its owner can read.
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().create_new(true).read(true).write(true).mode(0o600).open(path)
}

/// Copies what the gateway would show of it: the files of the folder itself. One that is deleted in the meantime is
/// left out.
fn copy_pictures(folder: &Path, into: &Path) -> Result<(), Failure> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        listed => listed.map_err(|error| unusable(folder, &error))?,
    };
    let root = folder.canonicalize().map_err(|error| unusable(folder, &error))?;
    DirBuilder::new().mode(0o700).create(into).map_err(|error| unusable(into, &error))?;
    for entry in listed {
        let entry = entry.map_err(|error| unusable(folder, &error))?;
        let path = entry.path();
        if path.to_str().is_none() {
            tracing::warn!(picture = %path.display(), "its name is not UTF-8: it is not shown, and not in the backup");
            continue;
        }
        let copied = path.canonicalize().and_then(|real| {
            let is_shown = real.starts_with(&root) && real.is_file();
            if is_shown {
                let mut to = create(&into.join(entry.file_name()))?;
                io::copy(&mut File::open(&real)?, &mut to)?;
                to.sync_all()?;
            }
            Ok(())
        });
        match copied {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => copied.map_err(|error| unusable(&path, &error))?,
        }
    }
    Ok(())
}

/// What is in the copy, of which each page is read: a backup of a damaged file would be found out when it is needed.
async fn facts(partial: &Path, source: &BackupSource, env: &Env) -> Result<manifest::Facts, Failure> {
    let folder = DataDir::look_at(partial)?;
    let databases = Databases::open_copy(&folder, env).await?;
    if let Some((file, damage)) = databases.damage(Depth::Quick).await?.first() {
        return Err(Failure::Data(format!(
            "{file} is damaged ({damage}): `ordo audit` has more. Keep the backups that you have, and restore the newest one"
        )));
    }
    let is_its = match parse_secret(&source.secret) {
        Some(secret) => auth::is_secret_of(&databases.auth, &secret).await?,
        None => false,
    };
    if !is_its {
        return Err(Failure::WrongSecret(
            "the secret is not the one that the shop was written with, and a backup with it could not be used. Set ORDO_SECRET as \
             for `ordo serve`, or remove it where the secret is in the data folder"
                .to_owned(),
        ));
    }
    let facts = manifest::Facts::of(&databases, anchor::rest(&source.data)?).await?;
    databases.close().await?;
    drop(databases);
    for (name, end) in [DATABASE, SIMULATOR].iter().flat_map(|name| ["-wal", "-shm"].map(|end| (name, end))) {
        // it is empty: nothing was written
        let log = partial.join(format!("{name}{end}"));
        match fs::remove_file(&log) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(&log, &error)),
            _ => {}
        }
    }
    Ok(facts)
}

/// Puts it in its place, as a folder or as one file. How many bytes it has.
fn finish(partial: &Path, to: &Path) -> Result<u64, Failure> {
    let sync = |path: &Path| {
        File::open(path).and_then(|file| file.sync_all()).map_err(|error| unusable(path, &error))
    };
    let bytes = if to.extension().is_some_and(|end| end == ARCHIVE) {
        let file = partial.join(ARCHIVE);
        let bytes = archive::pack(partial, &file).map_err(|error| unusable(&file, &error))?;
        rename(&file, to)?;
        bytes
    } else {
        sync(partial)?;
        let bytes = Manifest::read(partial)?.bytes();
        rename(partial, to)?;
        bytes
    };
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Err(error) = sync(parent.unwrap_or(Path::new("."))) {
        tracing::warn!(%error, "after a power cut, the backup may not be there");
    }
    Ok(bytes)
}

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(|error| unusable(to, &error))
}
