//! A backup in one file: its manifest first, then what that names.

use super::manifest::{FILE, Manifest};
use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::Path,
};

/// Writes all files of a backup into one. How many bytes it has.
pub(super) fn pack(folder: &Path, into: &Path) -> io::Result<u64> {
    let read = Manifest::read(folder).map_err(|failure| io::Error::other(failure.to_string()))?;
    let file = SyncedInPieces(super::create(into)?);
    let mut archive = tar::Builder::new(BufWriter::with_capacity(db::sqlite::COPIED_AT_ONCE, file));
    for name in [FILE].into_iter().chain(read.files.iter().map(|entry| entry.name.as_str())) {
        let mut file = File::open(folder.join(name))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata()?.len());
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(read.taken_at.as_seconds()).unwrap_or(0));
        archive.append_data(&mut header, name, &mut file)?;
    }
    let mut file = archive.into_inner()?;
    file.flush()?;
    let SyncedInPieces(file) = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// A file of which each piece is on the disk before the next one, so that others who sync wait for one piece only.
struct SyncedInPieces(File);

impl Write for SyncedInPieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        db::sqlite::let_others_go_first(|| {
            let written = self.0.write(piece)?;
            self.0.sync_data()?;
            Ok(written)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The most bytes of a manifest that are read.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// Reads a backup in one file: `each` is given every file that the manifest names, in the order in which they come. What it does
/// not name is passed over.
///
/// # Errors
/// Why it cannot be read, or what `each` says; also where a file is missing.
pub(super) fn unpack(
    archive: &Path,
    mut each: impl FnMut(&super::manifest::Entry, &mut dyn Read) -> Result<(), String>,
) -> Result<Manifest, String> {
    let file = File::open(archive).map_err(|error| error.to_string())?;
    let mut archive = tar::Archive::new(file);
    // what tar says of a header shows its bytes
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::Other | io::ErrorKind::InvalidData => {
            "it is no tar file, or a damaged one; one that is compressed has to be unpacked first".to_owned()
        }
        _ => format!("it is no tar file, or a damaged one: {error}"),
    };
    let mut entries = archive.entries().map_err(broken)?;
    let none =
        || format!("it is no backup: its first file is not {FILE}. Name what `ordo backup` has written");
    let first = entries.next().ok_or_else(none)?.map_err(broken)?;
    if first.path().map_err(broken)?.as_ref() != Path::new(FILE) {
        return Err(none());
    }
    let mut text = Vec::new();
    first.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(broken)?;
    let manifest = Manifest::parse(&text).map_err(|why| format!("{FILE}: {why}"))?;
    let mut missing: Vec<_> = manifest.files.iter().collect();
    for entry in entries {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let Some(index) = missing.iter().position(|known| Path::new(&known.name) == path) else { continue };
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(format!("{} is no regular file", path.display()));
        }
        each(missing.swap_remove(index), &mut entry)?;
    }
    match missing.first() {
        Some(entry) => Err(format!("{} is missing", entry.name)),
        None => Ok(manifest),
    }
}
