//! The folder of an embedded shop: its lock, its secret, a database file for each service.

use crate::exit::Failure;
use kernel::{Env, secret::RootSecret};
use payments::providers::simulator;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// The databases of a shop.
pub const DATABASES: [&str; 6] =
    [auth::NAME, products::NAME, orders::NAME, payments::NAME, simulator::NAME, notifications::NAME];

/// It is there while the first start makes the databases.
const UNFINISHED: &str = "unfinished";

/// The folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The lock is on this open file, and ends with the process however that ends.
    _lock: Option<File>,
}

impl Folder {
    /// Makes the folder where there is none, and locks it.
    ///
    /// # Errors
    /// [`Failure::Locked`] while another process holds it, [`Failure::Data`] when it cannot be made or written.
    pub fn open(path: &Path) -> Result<Folder, Failure> {
        let unusable = |e: std::io::Error| {
            Failure::Data(format!(
                "the data folder {} cannot be used: {e}. Choose another with --data.",
                path.display()
            ))
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
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                return Err(Failure::Locked(format!(
                    "the data folder {} is in use by process {}. Stop it first, or choose another with --data.",
                    path.display(),
                    holder.trim()
                )));
            }
            Err(TryLockError::Error(e)) => return Err(unusable(e)),
        }
        lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(unusable)?;
        Ok(Folder { path: path.to_owned(), _lock: Some(lock) })
    }

    /// The folder of a shop that may be running, to look at it.
    ///
    /// # Errors
    /// [`Failure::Data`] when there is no shop, or only a part of one.
    pub fn look_at(path: &Path) -> Result<Folder, Failure> {
        let folder = Folder { path: path.to_owned(), _lock: None };
        if DATABASES.iter().all(|service| !folder.database(service).is_file()) {
            let why = format!("there is no shop in {}. Name its folder with --data.", path.display());
            return Err(Failure::Data(why));
        }
        folder.check_whole()?;
        Ok(folder)
    }

    /// The database file of a service.
    pub fn database(&self, service: &str) -> PathBuf {
        self.path.join(format!("{service}.db"))
    }

    /// Before the databases are opened, which makes those that are missing: all of them for a new shop, none of an
    /// old one. A shop without its payments would have every order paid again. The files are their owner's alone.
    ///
    /// # Errors
    /// [`Failure::Data`] when only some are there, and no first start has been interrupted.
    pub fn begin(&self) -> Result<(), Failure> {
        let is_new = DATABASES.iter().all(|service| !self.database(service).exists());
        let unusable = |path: &Path, e: std::io::Error| Failure::Data(format!("{}: {e}", path.display()));
        let make = |path: &Path| {
            let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
            file.map(drop).map_err(|e| unusable(path, e))
        };
        match is_new {
            true => make(&self.path.join(UNFINISHED))?,
            false if self.path.join(UNFINISHED).exists() => {}
            false => return self.check_whole(),
        }
        DATABASES.iter().try_for_each(|service| make(&self.database(service)))
    }

    /// After the databases have their tables.
    ///
    /// # Errors
    /// [`Failure::Data`] when the folder cannot be written.
    pub fn begun(&self) -> Result<(), Failure> {
        let unfinished = self.path.join(UNFINISHED);
        match fs::remove_file(&unfinished) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::Data(format!("{}: {e}", unfinished.display())))
            }
            _ => Ok(()),
        }
    }

    fn check_whole(&self) -> Result<(), Failure> {
        let missing = DATABASES.iter().map(|service| self.database(service)).find(|path| !path.is_file());
        missing.map_or(Ok(()), |path| {
            Err(Failure::Data(format!(
                "{} is missing, and other databases of the shop are there. Put it back from where the others \
                 came; without it, orders would be paid or sold again.",
                path.display()
            )))
        })
    }

    /// The folder's secret; made on the first start, readable by its owner only.
    ///
    /// # Errors
    /// [`Failure::Data`] when it cannot be read or is damaged, [`Failure::WrongSecret`] when it is missing beside
    /// the databases of a shop: a new one would open nothing that is sealed in them.
    pub fn secret(&self, env: &Env) -> Result<RootSecret, Failure> {
        let path = self.path.join("secret");
        let unusable = |why: &dyn std::fmt::Display| Failure::Data(format!("{}: {why}", path.display()));
        if !path.exists() {
            if self.database(auth::NAME).exists() {
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
        let text = fs::read_to_string(&path).map_err(|e| unusable(&e))?;
        parse_secret(&text).ok_or_else(|| unusable(&"64 hexadecimal digits are expected"))
    }
}

/// The secret of 64 hexadecimal digits.
pub fn parse_secret(text: &str) -> Option<RootSecret> {
    let bytes = hex::decode(text.trim()).ok()?;
    Some(RootSecret::new(bytes.try_into().ok()?))
}
