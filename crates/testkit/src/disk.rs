//! A small disk of the test's own, which can be filled to the last byte and emptied again.
//!
//! It is a `tmpfs` in a mount namespace that the test made (Linux; no root needed where unprivileged user namespaces are
//! allowed), so that nothing outside the test sees it, and all of it is gone with the test.

use crate::temp_dir::TempDir;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// The disk goes by itself after this, should nobody end it.
const LIVES_S: u32 = 3600;

/// The disk. It lives as long as this does.
#[derive(Debug)]
pub struct SmallDisk {
    holder: Child,
    folder: TempDir,
}

impl SmallDisk {
    /// An empty disk of so many MiB.
    ///
    /// # Panics
    /// When this system lets no test have one.
    #[must_use]
    pub fn new(mebibytes: u32) -> Self {
        let folder = TempDir::new();
        fs::create_dir(folder.path().join("disk")).unwrap();
        let hold = format!(
            "mount -t tmpfs -o size={mebibytes}m tmpfs \"$0\" && echo mounted && exec sleep {LIVES_S}"
        );
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &hold]);
        let spawned = command.arg(folder.path().join("disk")).stdout(Stdio::piped()).spawn();
        let mut holder = spawned.unwrap_or_else(|e| panic!("unshare (of util-linux) is needed: {e}"));
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(
            line, "mounted\n",
            "a tmpfs in a namespace of one's own is needed, and this system has none"
        );
        SmallDisk { holder, folder }
    }
    /// Where it is for programs that run on it.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }
    /// A program that runs the given one where the disk is; as the same process, so that it can be killed.
    pub fn program(&self, program: &Path) -> PathBuf {
        let wrapper = self.folder.path().join("on-the-disk");
        let enter =
            format!("exec nsenter --preserve-credentials --user --mount --target {}", self.holder.id());
        fs::write(&wrapper, format!("#!/bin/sh\n{enter} -- '{}' \"$@\"\n", program.display())).unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        wrapper
    }
    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut filler = File::options().append(true).create(true).open(self.filler()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            let zeroes = vec![0; size];
            while filler.write_all(&zeroes).is_ok() {}
        }
    }
    /// Makes room again.
    pub fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
    /// A file on the disk, as this process reaches it.
    fn filler(&self) -> PathBuf {
        let disk = self.path();
        let within = disk.strip_prefix("/").unwrap_or(&disk);
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(within).join("filler")
    }
}
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
