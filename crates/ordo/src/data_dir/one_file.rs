//! Before 0.2.0 each service had a separate file: they become one.

use super::{DATABASE, DataDir, NAMESPACES, PREPARED, missing};
use crate::exit_code::Failure;
use std::{
    fs::{self, File},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The files that a shop had for each service before 0.2.0, once they have become one.
const BEFORE: &str = "before-one-file";

impl DataDir {
    /// The file that a service had before 0.2.0.
    pub(super) fn of_one(&self, service: &str) -> PathBuf {
        self.path.join(format!("{service}.db"))
    }

    /// Makes one file of those that each service had before 0.2.0, which are kept in the folder [`BEFORE`]. The next start
    /// finishes or repeats what was interrupted.
    pub(super) fn join_files(&self, is_beginning: bool) -> Result<(), Failure> {
        let files = NAMESPACES.map(|service| (service, self.of_one(service)));
        let (there, missing): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, path)| path.exists());
        if there.is_empty() {
            return Ok(());
        }
        let unusable = |e: io::Error| Failure::Data(format!("{}: {e}", self.path.display()));
        if !self.database().exists() {
            let missing = missing.iter().find(|(service, _)| *service != compat::NAME);
            if let Some((_, path)) = missing.filter(|_| !is_beginning) {
                return Err(missing::one(path));
            }
            let prepared = self.path.join(PREPARED);
            fs::DirBuilder::new().mode(0o700).create(&prepared).map_err(unusable)?;
            let one = prepared.join(DATABASE);
            tracing::info!("the databases of the services become one file; they are kept in {BEFORE}");
            let begun: Vec<_> = there.iter().filter(|(_, path)| is_begun(path)).cloned().collect();
            db::sqlite::join(&one, &begun)
                .map_err(|e| Failure::Data(format!("the databases cannot become one file: {e}")))?;
            fs::set_permissions(&one, fs::Permissions::from_mode(0o600)).map_err(unusable)?;
            self.complete(&prepared).map_err(unusable)?;
        } else {
            tracing::warn!(
                "files of an older version lie beside {DATABASE}: they are not used, and are moved to {BEFORE}"
            );
        }
        self.put_aside(&there).map_err(unusable)
    }

    /// Keeps these files, and what belongs to them, in the folder [`BEFORE`].
    fn put_aside(&self, files: &[(&str, PathBuf)]) -> io::Result<()> {
        let before = self.path.join(BEFORE);
        match fs::DirBuilder::new().mode(0o700).create(&before) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            _ => {}
        }
        // the log first: a file without it would lack what is only there
        for (service, end) in
            files.iter().flat_map(|(service, _)| ["-wal", "-shm", ""].map(|end| (service, end)))
        {
            let name = format!("{service}.db{end}");
            match fs::rename(self.path.join(&name), before.join(&name)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        File::open(&before)?.sync_all()?;
        File::open(&self.path)?.sync_all()
    }
}

/// Whether a database file has anything in it: the first start makes them empty.
fn is_begun(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    [path, &log].iter().any(|path| fs::metadata(path).is_ok_and(|file| file.len() > 0))
}
