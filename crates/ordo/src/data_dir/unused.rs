//! The folder of a shop that is not running, in which nothing is changed.

use super::{COMPLETE, DataDir, Holder, UNFINISHED};
use crate::exit_code::{Failure, unusable};
use std::{
    fs::{File, TryLockError},
    io::{self, Read},
    path::Path,
};

impl DataDir {
    /// The folder of a shop that nobody runs, and that nobody starts until this is dropped. Nothing in it changes, the text of its
    /// lock neither.
    ///
    /// # Errors
    /// [`Failure::Locked`] while another process holds it; [`Failure::Data`] where there is no shop, or one whose first start or
    /// restore has not come to its end.
    pub(crate) fn hold(path: &Path) -> Result<DataDir, Failure> {
        let mut folder = Self::look_at(path)?;
        if [UNFINISHED, COMPLETE].iter().any(|mark| path.join(mark).exists()) {
            return Err(Failure::Data(format!(
                "the first start of the shop in {} has not come to its end: start it once with `ordo serve`, and stop it.",
                path.display()
            )));
        }
        let lock = path.join("lock");
        match File::open(&lock) {
            // it has not run since it was copied to here
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => folder.lock = Some(opened.map_err(|error| unusable(&lock, &error))?),
        }
        match folder.lock.as_ref().map_or(Ok(()), File::try_lock) {
            Ok(()) => Ok(folder),
            Err(TryLockError::WouldBlock) => Err(folder.in_use()),
            Err(TryLockError::Error(error)) => Err(unusable(&lock, &error)),
        }
    }

    /// That another process holds the lock.
    pub(super) fn in_use(&self) -> Failure {
        let mut holder = String::new();
        let _ = self.lock.as_ref().map(|mut lock| lock.read_to_string(&mut holder));
        Failure::Locked(format!(
            "the data folder {} is in use by process {}. Stop it first, or choose another with --data.",
            self.path.display(),
            Holder::read(&holder).process
        ))
    }
}
