//! Which database files are not as they were written.

use crate::{data_dir, exit_code::Failure};
use db::sqlite::{self, PageVerification};
use std::path::Path;

/// Which files in this folder are not as they were written, a line for each; nothing while a shop runs in it, which looks itself.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn changed_in(data: &Path) -> Result<Vec<String>, Failure> {
    let runs = || !matches!(data_dir::holder(data), Ok(None));
    let mut changed = Vec::new();
    for name in [data_dir::DATABASE, data_dir::SIMULATOR] {
        if runs() {
            break;
        }
        let line = changed_line(name, &sqlite::pages(&data.join(name))?);
        // it may have been started in the meantime
        changed.extend(line.filter(|_| !runs()));
    }
    Ok(changed)
}

/// That a file is not as it was written, as a line.
pub(crate) fn changed_line(file: &str, found: &PageVerification) -> Option<String> {
    let PageVerification::Changed(what) = found else { return None };
    Some(format!("{file} is damaged, or another program has changed it: {what}."))
}
