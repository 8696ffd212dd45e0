//! The folder of an embedded shop: its lock, its secret, its database file, and that of the payment simulator, which stands for
//! another company.

mod missing;
mod one_file;
mod unused;
mod writable;

use writable::forbidden;
pub(crate) use writable::unwritable;

use crate::{config::check_secret_file, exit_code::Failure};
use kernel::{Env, Timestamp, secret::RootSecret};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf, absolute},
};

/// The file of all services, in which each has a namespace.
pub const DATABASE: &str = "ordo.db";
/// The file of the payment simulator: like any provider it is outside, and its data is not the shop's.
pub const SIMULATOR: &str = "simulator.db";
/// The namespaces of the services' file; that of the façades is only there where some were asked for.
pub const NAMESPACES: [&str; 6] =
    [auth::NAME, products::NAME, orders::NAME, payments::NAME, notifications::NAME, compat::NAME];

/// It is there while the first start makes the databases.
const UNFINISHED: &str = "unfinished";
/// It is there while the databases of an empty shop are about to be replaced by those of the demo.
const FILLING: &str = "filling";
/// Databases that are being written, to take the place of those that are there.
pub(crate) const PREPARED: &str = "prepared";
/// They are complete: the next start moves them into place.
const COMPLETE: &str = "complete";
/// The file of the secret.
pub(crate) const SECRET: &str = "secret";
/// It is there from the beginning of a restore to its end.
pub(crate) const RESTORING: &str = "restoring";
/// It is there where the shop began as a demo.
pub(crate) const DEMO: &str = "demo";
/// Names the newest backup of the shop.
pub(crate) const LAST_BACKUP: &str = "last-backup.json";

/// The folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    /// The lock is on this open file, and ends with the process however that ends.
    lock: Option<File>,
}

impl DataDir {
    /// Makes the folder where there is none, and locks it.
    ///
    /// # Errors
    /// [`Failure::Locked`] while another process holds it, [`Failure::Data`] when it cannot be made or written.
    pub fn open(path: &Path) -> Result<DataDir, Failure> {
        let unusable = |e: io::Error| {
            let folder = path.display();
            let (why, mend) = match e.kind() {
                _ if path.is_file() => ("it is a file".to_owned(), "Choose another with --data.".to_owned()),
                io::ErrorKind::PermissionDenied if path.exists() => (
                    e.to_string(),
                    format!(
                        "Run as the user that owns the shop, or give its owner the right: `chmod -R u+rwX {folder}`."
                    ),
                ),
                _ => (e.to_string(), "Choose another with --data.".to_owned()),
            };
            Failure::Data(format!("the data folder {folder} cannot be used: {why}. {mend}"))
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataDir { path: path.to_owned(), lock: Some(lock) }.in_use());
            }
            Err(TryLockError::Error(e)) => return Err(unusable(e)),
        }
        if let Some(why) = unwritable(path) {
            return Err(Failure::Data(why));
        }
        lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(unusable)?;
        let mode = fs::metadata(path).map_err(unusable)?.permissions().mode();
        if mode & 0o002 != 0 {
            // volumes of orchestrators often have this mode, with no other user in their container
            let (folder, mode) = (path.display(), mode & 0o777);
            tracing::warn!(
                "every user of this machine can change the data folder {folder} (mode {mode:03o}). Run `chmod go-w {folder}`."
            );
        }
        Ok(DataDir { path: path.to_owned(), lock: Some(lock) })
    }

    /// Writes into the lock file where this process listens, and where its email links lead, for `ordo doctor`.
    ///
    /// # Errors
    /// [`Failure::Data`] when the lock file cannot be written.
    pub(crate) fn publish(&self, listeners: &[(String, String)], site: Option<&str>) -> Result<(), Failure> {
        let Some(mut lock) = self.lock.as_ref() else { return Ok(()) };
        let listeners = listeners.iter().map(|(name, url)| format!("{name}={url}\n"));
        let site = site.map(|site| format!("{SITE}={site}\n"));
        let text: String = listeners.chain(site).collect();
        lock.write_all(text.as_bytes())
            .map_err(|e| Failure::Data(format!("{}: {e}", self.path.join("lock").display())))
    }

    /// The folder of a shop that may be running, to check it.
    ///
    /// # Errors
    /// [`Failure::Data`] when there is no shop, or only a part of one.
    pub fn look_at(path: &Path) -> Result<DataDir, Failure> {
        if Self::is_empty(path)? {
            let why = format!(
                "there is no shop in {}. Name the folder of the shop with --data; a new shop is created by `ordo serve`.",
                absolute(path).unwrap_or_else(|_| path.to_owned()).display()
            );
            return Err(Failure::Data(why));
        }
        let folder = DataDir { path: path.to_owned(), lock: None };
        if !folder.database().exists() && folder.of_one(orders::NAME).exists() {
            return Err(Failure::Data(format!(
                "{} is a shop of an older version, with a file for each service. Start it once with this version, which makes \
                 one file of them.",
                path.display()
            )));
        }
        folder.check_restored()?;
        folder.check_whole()?;
        if let Some(why) = forbidden(path) {
            return Err(Failure::Data(why));
        }
        if folder.is_beginning() || folder.file(FILLING).exists() {
            return Err(Failure::Data(format!(
                "the first start of the shop in {} has not come to its end. Wait until `ordo serve` prints `ready`, or start it \
                 again.",
                path.display()
            )));
        }
        Ok(folder)
    }

    /// From now on, and until [`DataDir::begun`], no command checks it: what it wrote would be replaced.
    ///
    /// # Errors
    /// When it cannot be noted.
    pub(crate) fn filling(&self) -> Result<(), Failure> {
        self.make(&self.path.join(FILLING))
    }

    /// From now on, and until [`DataDir::restored`], it is refused but by another restore.
    ///
    /// # Errors
    /// When it cannot be noted.
    pub(crate) fn restoring(&self) -> Result<(), Failure> {
        self.make(&self.path.join(RESTORING))
    }

    /// # Errors
    /// When it cannot be noted.
    pub(crate) fn restored(&self) -> Result<(), Failure> {
        let path = self.path.join(RESTORING);
        fs::remove_file(&path).map_err(|e| Failure::Data(format!("{}: {e}", path.display())))
    }

    /// # Errors
    /// [`Failure::Data`] where a restore has not come to its end.
    pub(crate) fn check_restored(&self) -> Result<(), Failure> {
        match self.path.join(RESTORING).exists() {
            true => Err(Failure::Data(format!(
                "a restore into {} has not come to its end: wait for it, or run `ordo restore` again, which begins anew.",
                self.path.display()
            ))),
            false => Ok(()),
        }
    }

    /// Whether there is nothing of a shop in this folder, or no such folder.
    ///
    /// # Errors
    /// [`Failure::Data`] when this user may not look into it.
    pub fn is_empty(path: &Path) -> Result<bool, Failure> {
        let folder = DataDir { path: path.to_owned(), lock: None };
        let files = NAMESPACES.iter().map(|service| folder.of_one(service));
        for file in [folder.database(), folder.simulator()].into_iter().chain(files) {
            if is_file(&file).map_err(Failure::Data)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The database file of the services.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// A file of this name in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The database file of the payment simulator.
    pub fn simulator(&self) -> PathBuf {
        self.path.join(SIMULATOR)
    }

    /// Before the databases are opened, which makes those that are missing: all of them for a new shop, none of an
    /// old one. A shop without its payments would have every order paid again. The files are their owner's alone. Returns
    /// whether the shop is a new one.
    ///
    /// # Errors
    /// [`Failure::Data`] when only some are there, and no first start has been interrupted.
    pub fn begin(&self) -> Result<bool, Failure> {
        self.put_in_place().map_err(|e| Failure::Data(format!("{}: {e}", self.path.display())))?;
        let is_beginning = self.is_beginning();
        self.join_files(is_beginning)?;
        let is_new = !self.database().exists() && !self.simulator().exists();
        match is_new {
            true if !is_beginning && self.file(LAST_BACKUP).exists() => return Err(missing::all(&self.path)),
            true => self.make(&self.path.join(UNFINISHED))?,
            false if is_beginning => {}
            false => return self.check_whole().map(|()| false),
        }
        self.make(&self.database())?;
        self.make(&self.simulator())?;
        Ok(is_new)
    }

    fn make(&self, path: &Path) -> Result<(), Failure> {
        if !path.exists() {
            // those of a file that is gone
            db::sqlite::forget_pages(path)?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        file.map(drop).map_err(|e| Failure::Data(format!("{}: {e}", path.display())))
    }

    /// After the databases have their tables, and again once they are filled.
    ///
    /// # Errors
    /// [`Failure::Data`] when the folder cannot be written.
    pub fn begun(&self) -> Result<(), Failure> {
        for path in [UNFINISHED, FILLING].map(|name| self.path.join(name)) {
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(Failure::Data(format!("{}: {e}", path.display())));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts these databases, of the demo, in the places of those that are there, which are closed: all of them or, if
    /// the process ends on the way, none. The next [`DataDir::begin`] finishes or forgets what was begun.
    ///
    /// # Errors
    /// [`Failure::Data`] when the folder cannot be written.
    pub fn replace(&self, images: &[(&str, Vec<u8>)]) -> Result<(), Failure> {
        let write = |path: &Path, content: &[u8]| {
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
            file.write_all(content)?;
            file.sync_all()
        };
        self.fill(|prepared| {
            let mut files =
                images.iter().map(|(name, image)| (*name, image.as_slice())).chain([(DEMO, &b""[..])]);
            let written = files.try_for_each(|(name, content)| write(&prepared.join(name), content));
            written.map_err(|e| {
                Failure::Data(format!("the demo cannot be written to {}: {e}", self.path.display()))
            })
        })
    }

    /// Puts what `write` writes into a folder in the places of what is there, or nothing where that fails.
    ///
    /// # Errors
    /// What `write` says; [`Failure::Data`] when the folder cannot be written.
    pub(crate) fn fill<T>(&self, write: impl FnOnce(&Path) -> Result<T, Failure>) -> Result<T, Failure> {
        let unusable = |e: io::Error| Failure::Data(format!("{}: {e}", self.path.display()));
        self.put_in_place().map_err(unusable)?;
        let prepared = self.path.join(PREPARED);
        fs::DirBuilder::new().mode(0o700).create(&prepared).map_err(unusable)?;
        let written = write(&prepared).inspect_err(|_| {
            // the next start forgets what cannot be removed now
            let _ = fs::remove_dir_all(&prepared);
        })?;
        self.complete(&prepared).map_err(unusable)?;
        Ok(written)
    }

    /// From here on what was prepared is done, whatever happens.
    fn complete(&self, prepared: &Path) -> io::Result<()> {
        for entry in fs::read_dir(prepared)? {
            let path = entry?.path();
            if path.is_dir() {
                File::open(path)?.sync_all()?;
            }
        }
        File::open(prepared)?.sync_all()?;
        fs::rename(prepared, self.path.join(COMPLETE))?;
        File::open(&self.path)?.sync_all()?;
        self.put_in_place()
    }

    /// Finishes a replacement that is complete, and forgets one that is not.
    fn put_in_place(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.path.join(PREPARED)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let complete = self.path.join(COMPLETE);
        let names = match fs::read_dir(&complete) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            listed => listed?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?,
        };
        for name in names {
            // what is of the file that was there before
            let mut index = name.clone();
            index.push("-shm");
            let companions = db::sqlite::companions(&self.path.join(&name));
            for of_another in companions.into_iter().chain([self.path.join(index)]) {
                match fs::remove_file(of_another) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                    _ => {}
                }
            }
            fs::rename(complete.join(&name), self.path.join(&name))?;
        }
        File::open(&self.path)?.sync_all()?;
        fs::remove_dir(&complete)
    }

    /// Whether its first start has not come to its end: until then a database may be empty.
    pub fn is_beginning(&self) -> bool {
        self.path.join(UNFINISHED).exists()
    }

    /// That the tables of a service are missing, beside others that are there.
    pub fn has_lost(&self, service: &str) -> Failure {
        let file = if service == simulator::NAME { self.simulator() } else { self.database() };
        Failure::Data(format!(
            "{} has nothing of {service}, and other services of the shop have their data. Put it back from a backup; without \
             what was in it, orders would be paid or sold again.",
            file.display()
        ))
    }

    /// Whether the shop began as a demo.
    pub fn is_demo(&self) -> bool {
        self.path.join(DEMO).exists()
    }

    fn check_whole(&self) -> Result<(), Failure> {
        let missing = [self.database(), self.simulator()].into_iter().find(|path| !path.is_file());
        missing.map_or(Ok(()), |path| Err(missing::one(&path)))
    }

    /// The folder's secret; created by the first start, readable by its owner only.
    ///
    /// # Errors
    /// [`Failure::Data`] when it cannot be read, or others can read it, [`Failure::WrongSecret`] when it is damaged, or missing beside the
    /// databases of a shop: a new one would open nothing that is sealed in them.
    pub fn secret(&self, env: &Env) -> Result<RootSecret, Failure> {
        let path = self.path.join(SECRET);
        let unusable = |why: &dyn std::fmt::Display| Failure::Data(format!("{}: {why}", path.display()));
        if !path.exists() {
            if self.database().exists() || self.of_one(auth::NAME).exists() {
                return Err(Failure::WrongSecret(format!(
                    "{} is missing, and the shop in that folder was written with a secret. Put the file back, or \
                     set ORDO_SECRET to the one that the shop was first started with.",
                    path.display()
                )));
            }
            let part = self.path.join("secret.part");
            let mut options = OpenOptions::new();
            let mut file = options
                .create(true)
                .truncate(true)
                .write(true)
                .mode(0o600)
                .open(&part)
                .map_err(|e| unusable(&e))?;
            writeln!(file, "{}", hex::encode(env.random::<32>())).map_err(|e| unusable(&e))?;
            file.sync_all().map_err(|e| unusable(&e))?;
            fs::rename(&part, &path).map_err(|e| unusable(&e))?;
            // the name must survive a power cut too: what is encrypted with it is worthless without
            File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(|e| unusable(&e))?;
        }
        let metadata = fs::metadata(&path).map_err(|e| unusable(&e))?;
        check_secret_file(&path, &metadata).map_err(|why| Failure::Data(format!("{why}.")))?;
        let text = fs::read_to_string(&path).map_err(|e| unusable(&e))?;
        parse_secret(&text).ok_or_else(|| {
            Failure::WrongSecret(format!(
                "{}: 64 hexadecimal digits are expected. Put the file back as it was, or set ORDO_SECRET to the one that \
                 the shop was first started with.",
                path.display()
            ))
        })
    }
}

/// Whether there is such a file. What this user may not check may well be there.
///
/// # Errors
/// How that is repaired.
fn is_file(path: &Path) -> Result<bool, String> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => Ok(false),
        Err(e) => Err(format!("{}: {e}. Run ordo as the owner of the folder.", path.display())),
    }
}

/// The process that runs the shop of a folder, as its lock file describes it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// Its process ID.
    pub process: String,
    /// Where it listens, by the names of the listeners; nothing before it does.
    pub listeners: BTreeMap<String, String>,
    /// Where its email links lead; none where they are paths alone.
    pub site: Option<String>,
}

/// The name under which the lock file has where email links lead; no listener has it.
const SITE: &str = "site";

impl Holder {
    fn read(text: &str) -> Holder {
        let mut lines = text.lines();
        let process = lines.next().unwrap_or_default().trim().to_owned();
        let pairs = lines.filter_map(|line| line.split_once('='));
        let mut listeners: BTreeMap<String, String> =
            pairs.map(|(name, url)| (name.to_owned(), url.to_owned())).collect();
        let site = listeners.remove(SITE);
        Holder { process, listeners, site }
    }
}

/// The process that runs the shop of this folder; none where no process does.
///
/// # Errors
/// Why the lock file cannot be read, with the fix.
pub fn holder(data: &Path) -> Result<Option<Holder>, String> {
    let path = data.join("lock");
    if !is_file(&path)? {
        return Ok(None);
    }
    let unusable = |e: io::Error| format!("{}: {e}. Run ordo as the owner of the folder.", path.display());
    let lock = OpenOptions::new().read(true).write(true).open(&path).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            Ok(Some(Holder::read(&fs::read_to_string(&path).map_err(unusable)?)))
        }
        Err(TryLockError::Error(e)) => Err(unusable(e)),
    }
}

/// When a database in the folder was last written. A command that only reads creates an index of the log, and an empty log if there
/// is none: these are ignored, like files that are not Ordo's.
pub fn last_written(data: &Path) -> Option<Timestamp> {
    let written = |entry: fs::DirEntry| {
        let metadata = entry.metadata().ok()?;
        let name = entry.file_name();
        let is_ours = [&b".db"[..], b".db-wal"].iter().any(|end| name.as_encoded_bytes().ends_with(end));
        let is_data = metadata.len() > 0 && is_ours;
        is_data.then(|| metadata.modified().ok()).flatten()
    };
    let newest = fs::read_dir(data).ok()?.filter_map(Result::ok).filter_map(written).max()?;
    Some(Timestamp::from_system(newest))
}

/// The secret of 64 hexadecimal digits.
pub fn parse_secret(text: &str) -> Option<RootSecret> {
    let bytes = hex::decode(text.trim()).ok()?;
    Some(RootSecret::new(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use testkit::temp_dir::TempDir;

    fn shop_of(content: &str) -> (TempDir, DataDir) {
        let temp = TempDir::new();
        let folder = DataDir::open(temp.path()).unwrap();
        for name in [DATABASE, SIMULATOR] {
            fs::write(temp.path().join(name), content).unwrap();
            fs::write(temp.path().join(format!("{name}-wal")), "a log").unwrap();
        }
        (temp, folder)
    }

    fn contents(folder: &DataDir) -> BTreeSet<String> {
        [folder.database(), folder.simulator()].iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    #[test]
    fn databases_are_replaced_with_their_logs() {
        let (temp, folder) = shop_of("old");
        folder.replace(&[(DATABASE, b"new".to_vec()), (SIMULATOR, b"new".to_vec())]).unwrap();
        assert_eq!(contents(&folder), ["new".to_owned()].into());
        assert!(folder.is_demo());
        for left in [PREPARED, COMPLETE, "ordo.db-wal"] {
            assert!(!temp.path().join(left).exists(), "{left}");
        }
    }

    #[test]
    fn a_replacement_that_was_cut_off_is_forgotten_before_it_is_complete_and_finished_after() {
        let (temp, folder) = shop_of("old");
        let half = temp.path().join(PREPARED);
        fs::create_dir(&half).unwrap();
        fs::write(half.join(DATABASE), "ne").unwrap();
        folder.begin().unwrap();
        assert_eq!(
            (contents(&folder), half.exists(), folder.is_demo()),
            (["old".to_owned()].into(), false, false)
        );

        let complete = temp.path().join(COMPLETE);
        fs::create_dir(&complete).unwrap();
        fs::write(complete.join(SIMULATOR), "new").unwrap();
        fs::write(complete.join(DEMO), "").unwrap();
        fs::write(folder.database(), "new").unwrap(); // this is in place already
        folder.begin().unwrap();
        assert_eq!((contents(&folder), folder.is_demo()), (["new".to_owned()].into(), true));
        assert!(!complete.exists());
    }
}
