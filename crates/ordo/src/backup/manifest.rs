//! What a backup says of itself.

use super::unusable;
use crate::{anchor::IdlePeriod, databases::Databases, exit_code::Failure, stores::migrations};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Component, Path, PathBuf},
};

/// What it is called in the backup.
pub(super) const FILE: &str = "manifest.json";
/// The only format so far.
const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// By it a later version knows how to read what follows.
    pub(super) format: u32,
    /// The version of ordo that wrote it.
    pub(super) version: String,
    /// All that was acknowledged before this (UTC) is in it.
    pub(super) taken_at: Timestamp,
    #[serde(flatten)]
    pub(super) facts: Facts,
    /// Every file but this one.
    pub(super) files: Vec<Entry>,
    /// Of all of the above, in hexadecimal digits.
    sha256: String,
}

/// What is in the databases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// How many orders there are.
    pub(super) orders: i64,
    /// When anything last happened in it (UTC).
    pub(super) last_change_at: Option<Timestamp>,
    /// As of when a restored copy is audited (UTC): earlier where the shop had started to work again just before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) audited_as_of: Option<Timestamp>,
    /// Each service.
    pub(super) services: BTreeMap<String, ServiceFacts>,
}

/// What is in the database of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ServiceFacts {
    /// The version of its tables.
    schema: usize,
    /// The newest position of its journal.
    position: i64,
}

/// A file of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its path within the backup.
    pub(super) name: String,
    pub(super) bytes: u64,
    /// In hexadecimal digits.
    sha256: String,
}

impl Facts {
    pub(super) async fn of(databases: &Databases, rest: Option<IdlePeriod>) -> Result<Facts, Failure> {
        let mut services = BTreeMap::new();
        for (service, db) in databases.of_services() {
            let position = flow::feed::head(db).await?;
            services.insert(service.to_owned(), ServiceFacts { schema: migrations(service).len(), position });
        }
        let last_change_at = databases.last_at_work().await?;
        let audited_as_of = last_change_at.map(|newest| IdlePeriod::last_worked(rest, newest));
        let orders = orders::audit::count(&databases.orders).await?;
        Ok(Facts { orders, last_change_at, audited_as_of, services })
    }
}

impl Manifest {
    /// Of all files in this folder.
    pub(super) fn of(folder: &Path, taken_at: Timestamp, facts: Facts) -> Result<Manifest, Failure> {
        let mut files = Vec::new();
        for path in files_in(folder).map_err(|error| unusable(folder, &error))? {
            let mut file = File::open(&path).map_err(|error| unusable(&path, &error))?;
            let (bytes, sha256) = digest(&mut file, io::sink()).map_err(|error| unusable(&path, &error))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_str().map(str::to_owned);
            let name = name.ok_or_else(|| unusable(&path, &"its name is not UTF-8: rename it"))?;
            files.push(Entry { name, bytes, sha256 });
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let bare = Manifest { format: FORMAT, version, taken_at, facts, files, sha256: String::new() };
        Ok(Manifest { sha256: bare.checksum()?, ..bare })
    }

    /// What its checksum has to be.
    fn checksum(&self) -> Result<String, Failure> {
        let bare = Manifest { sha256: String::new(), ..self.clone() };
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(&bare).map_err(Failure::other)?)))
    }

    /// Writes it beside the files.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(FILE);
        let text = serde_json::to_string_pretty(self).map_err(Failure::other)?;
        super::create(&path)
            .and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()))
            .map_err(|error| unusable(&path, &error))
    }

    /// That of a backup which is a folder.
    pub(super) fn read(folder: &Path) -> Result<Manifest, Failure> {
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::Data(format!(
                "{} is no backup: there is no {FILE} in it. Name what `ordo backup` has written",
                folder.display()
            )),
            _ => unusable(&path, &error),
        })?;
        Self::parse(&text).map_err(|why| unusable(&path, &why))
    }

    /// # Errors
    /// Why it cannot be read.
    pub(super) fn parse(text: &[u8]) -> Result<Manifest, String> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if format != FORMAT {
            return Err(format!(
                "the backup has the format {format}, and this version of ordo reads {FORMAT}: use the version that wrote it"
            ));
        }
        let manifest: Manifest = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match manifest.files.iter().find(|entry| !is_within(&entry.name)) {
            Some(entry) => Err(format!("{:?} is no file of a backup", entry.name)),
            None if manifest.checksum().is_ok_and(|right| right == manifest.sha256) => Ok(manifest),
            None => Err("it is damaged: it does not have its own checksum".to_owned()),
        }
    }

    /// How long all files are together.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes))
    }
}

impl Entry {
    /// Copies what is read, which must be this file.
    ///
    /// # Errors
    /// That it is another one, or cannot be read or written.
    pub(super) fn copy(&self, from: &mut impl Read, to: impl Write) -> Result<(), String> {
        // no more is written than there can be
        let (bytes, sha256) =
            digest(&mut from.take(self.bytes.saturating_add(1)), to).map_err(|error| error.to_string())?;
        if bytes != self.bytes {
            let than = if bytes > self.bytes { "longer" } else { "shorter" };
            return Err(format!("it is {than} than the {} bytes that the manifest has", self.bytes));
        }
        match sha256 == self.sha256 {
            true => Ok(()),
            false => Err("it is damaged: its checksum is not the one that the manifest has".to_owned()),
        }
    }
}

/// A plain path, which leads nowhere else.
fn is_within(name: &str) -> bool {
    let path = Path::new(name);
    !name.is_empty()
        && name != FILE
        && path.components().all(|part| matches!(part, Component::Normal(_)))
        && path.components().count() <= 2
}

/// Copies all that is read; how many bytes, and their checksum.
fn digest(from: &mut impl Read, mut to: impl Write) -> io::Result<(u64, String)> {
    let (mut sum, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 256 << 10]);
    loop {
        let length = from.read(&mut piece)?;
        if length == 0 {
            return Ok((bytes, hex::encode(sum.finalize())));
        }
        sum.update(&piece[..length]);
        to.write_all(&piece[..length])?;
        bytes += length as u64;
    }
}

/// The files in a folder and in the folders within.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(files_in(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_the_backup() {
        for (name, is_good) in [
            ("ordo.db", true),
            ("pictures/teapot.jpg", true),
            ("", false),
            (FILE, false),
            ("/etc/passwd", false),
            ("../ordo.db", false),
            ("pictures/../../ordo.db", false),
            ("pictures/more/teapot.jpg", false),
        ] {
            assert_eq!(is_within(name), is_good, "{name}");
        }
    }

    #[test]
    fn what_is_copied_is_what_was_written() {
        let (bytes, sha256) = digest(&mut &b"content"[..], io::sink()).unwrap();
        let entry = Entry { name: "secret".to_owned(), bytes, sha256 };
        let mut copied = Vec::new();
        entry.copy(&mut &b"content"[..], &mut copied).unwrap();
        assert_eq!(copied, b"content");
        for (other, why) in [(&b"conten"[..], "shorter"), (b"contents", "longer"), (b"Content", "checksum")] {
            let told = entry.copy(&mut &*other, io::sink()).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn another_format_is_not_guessed_at() {
        let told = Manifest::parse(br#"{"format": 2, "something": "else"}"#).unwrap_err();
        assert!(told.contains("format 2"), "{told}");
    }
}
