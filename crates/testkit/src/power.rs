//! A disk whose power can be cut: what was written and not synced is gone then, as on a machine.
//!
//! The disk is an ext4 file system in a file, and that file lies on an XFS file system in another file, which can clone it in an
//! instant: the clone is what the disk held. Both are mounted where only the test sees them: in a mount namespace of its own, in
//! which the test runs itself again (Linux, root). What it does not show: writes that are torn within a sector, and disks that
//! lie about what they have written.

use crate::temp_dir::TempDir;
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Set where a test runs in a mount namespace of its own.
const INSIDE: &str = "POWER_CUT_NAMESPACE";

/// Whether this is the run of the test within a namespace. Elsewhere it runs itself there, to its end.
///
/// # Panics
/// When that run fails.
pub fn is_inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]).arg(program);
    command.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").stderr(Stdio::inherit());
    let inside = command.output().unwrap_or_else(|error| panic!("{test}: {error}"));
    let said = String::from_utf8_lossy(&inside.stdout);
    println!("{said}");
    match inside.status.code() {
        // a name of which there is no test would succeed, too
        Some(0) => assert!(said.contains("1 passed"), "{test} was not run"),
        // 1: unshare itself; a test that fails ends with 101
        Some(1) => println!("not tried: this machine gives a test no mounts of its own"),
        other => panic!("{test}: {other:?}"),
    }
    false
}

/// The disk. Its mounts end with the namespace.
#[derive(Debug)]
pub struct PowerDisk {
    folder: TempDir,
}

impl PowerDisk {
    /// An empty one.
    ///
    /// # Errors
    /// Why this machine has none for a test: loop devices or file systems that it does not know.
    pub fn new() -> Result<Self, String> {
        let disk = PowerDisk { folder: TempDir::new() };
        for folder in ["below", "disk"] {
            std::fs::create_dir(disk.at(folder)).unwrap();
        }
        disk.run(
            "truncate -s 700M xfs.img && mkfs.xfs -q -m reflink=1 xfs.img && mount -o loop xfs.img below",
        )?;
        disk.run("truncate -s 400M below/disk.img && mkfs.ext4 -q -F below/disk.img && mount -o loop below/disk.img disk")?;
        Ok(disk)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.at("disk")
    }

    /// The power fails and returns: the disk has what it stored durably. `end` ends the processes that use it, which are stopped
    /// already.
    ///
    /// # Panics
    /// When the disk cannot be had back.
    #[allow(
        clippy::disallowed_methods,
        reason = "a process that was killed lets go of its files in a moment"
    )]
    pub fn cut(&self, end: impl FnOnce()) {
        self.run("cp --reflink=always below/disk.img below/held.img").unwrap();
        end();
        let mut unmounted = self.run("umount disk");
        for _ in 0..100 {
            if unmounted.is_ok() {
                break;
            }
            sleep(Duration::from_millis(50));
            unmounted = self.run("umount disk");
        }
        unmounted.unwrap();
        self.run("mv below/held.img below/disk.img && mount -o loop below/disk.img disk").unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, script: &str) -> Result<(), String> {
        let done = Command::new("sh").args(["-c", script]).current_dir(self.folder.path()).output();
        let done = done.map_err(|e| e.to_string())?;
        match done.status.success() {
            true => Ok(()),
            false => Err(format!("{script}: {}", String::from_utf8_lossy(&done.stderr).trim())),
        }
    }
}

impl Drop for PowerDisk {
    fn drop(&mut self) {
        // the folder can be removed then
        let _ = self.run("umount -l disk; umount -l below");
    }
}
