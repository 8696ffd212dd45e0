//! Names of hosts of the test's own, whose addresses change while programs run that look them up.
//!
//! What those programs take for `/etc/hosts` is a file of the test's own, in a mount namespace of their own (Linux; no
//! root needed where unprivileged user namespaces are allowed, as for [`crate::disk`]). They ask no name server but one
//! of this machine, where none is.

use crate::temp_dir::TempDir;
use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

const ENTER: &str = r#"exec unshare --user --map-root-user --mount sh -c '
mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv.conf" /etc/resolv.conf && exec "$@"'"#;

/// The names. They last as long as this does.
#[derive(Debug)]
pub struct Hosts {
    folder: TempDir,
}

impl Hosts {
    /// None yet.
    ///
    /// # Panics
    /// When there is no room for them.
    #[must_use]
    pub fn new() -> Hosts {
        let hosts = Hosts { folder: TempDir::new() };
        fs::write(hosts.folder.path().join("resolv.conf"), "nameserver 127.0.0.1\n").unwrap();
        hosts.set(&[]);
        hosts
    }

    /// From now on these names stand for these addresses, and no other name for any but `localhost`.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn set(&self, names: &[(&str, &str)]) {
        let mut lines = "127.0.0.1 localhost\n".to_owned();
        for (name, address) in names {
            writeln!(lines, "{address} {name}").unwrap();
        }
        // in its place: the programs hold this very file
        fs::write(self.folder.path().join("hosts"), lines).unwrap();
    }

    /// A program that runs the given one where these names hold; as the same process, so that it can be killed.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn program(&self, program: &Path) -> PathBuf {
        let wrapper = self.folder.path().join("among-these-hosts");
        let (folder, program) = (self.folder.path().display(), program.display());
        fs::write(&wrapper, format!("#!/bin/sh\n{ENTER} '{folder}' '{program}' \"$@\"\n")).unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        wrapper
    }
}

impl Default for Hosts {
    fn default() -> Self {
        Hosts::new()
    }
}
