//! A folder of a test's own, gone with the test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Where tests keep what is gone with them: where `TMPDIR` says, else in memory where there is room, else on the disk. No
/// test cuts the power, and none needs to wait for a disk.
pub(crate) fn place() -> &'static Path {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let is_free_to_choose = std::env::var_os("TMPDIR").is_none();
        if is_free_to_choose && has_room() { MEMORY.into() } else { std::env::temp_dir() }
    });
    &PLACE
}

const MEMORY: &str = "/dev/shm";

fn has_room() -> bool {
    const ROOM_KILOBYTES: u64 = 2 << 20;
    let free = Command::new("df").args(["-k", "--output=avail", MEMORY]).output();
    let free = free.ok().and_then(|df| String::from_utf8(df.stdout).ok());
    let free = free.and_then(|text| text.lines().nth(1)?.trim().parse::<u64>().ok());
    free.is_some_and(|free| free > ROOM_KILOBYTES)
}

/// A folder of a test's own; removed when it is dropped, but kept when the test fails.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ordo-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = place().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        TempDir(path)
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}
impl Default for TempDir {
    fn default() -> Self {
        Self::new()
    }
}
impl Drop for TempDir {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("kept for a look: {}", self.0.display());
        } else {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
