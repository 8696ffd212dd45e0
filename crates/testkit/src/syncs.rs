//! Libraries for `LD_PRELOAD` that stand between a program and the syncs of its disk. Made by the C compiler of the machine.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const HEADERS: &str = "#define _GNU_SOURCE\n#include <errno.h>\n#include <fcntl.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n";

/// `fdatasync` says that it is done and does nothing.
pub fn without_sync(folder: &Path) -> PathBuf {
    library(folder, "int fdatasync(int file) { return file < 0; }")
}

/// `fdatasync` fails for as long as this file exists.
pub fn failing_while(folder: &Path, exists: &Path) -> PathBuf {
    let source = format!(
        "int fdatasync(int file) {{ if (access(\"{}\", F_OK) == 0) {{ errno = EIO; return -1; }} return syscall(SYS_fdatasync, file); }}",
        exists.display()
    );
    library(folder, &source)
}

/// Each `fsync` and `fdatasync` adds a byte to this file.
pub fn counted_in(folder: &Path, counter: &Path) -> PathBuf {
    let source = format!(
        "static void count(void) {{ int f = open(\"{}\", O_WRONLY | O_CREAT | O_APPEND, 0600); if (f < 0 || write(f, \".\", 1) != 1) _exit(99); close(f); }}\n\
         int fsync(int file) {{ count(); return syscall(SYS_fsync, file); }}\n\
         int fdatasync(int file) {{ count(); return syscall(SYS_fdatasync, file); }}",
        counter.display()
    );
    library(folder, &source)
}

/// Its n-th `fsync`, `fdatasync`, `rename` or `ftruncate` kills a process that has n in this variable of its environment.
pub fn killing(folder: &Path, variable: &str) -> PathBuf {
    let source = format!(
        "#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n\
         static int done;\n\
         static void count(void) {{ const char *at = getenv(\"{variable}\"); if (at && __sync_add_and_fetch(&done, 1) == atoi(at)) kill(getpid(), SIGKILL); }}\n\
         int fsync(int file) {{ count(); return syscall(SYS_fsync, file); }}\n\
         int fdatasync(int file) {{ count(); return syscall(SYS_fdatasync, file); }}\n\
         int rename(const char *from, const char *to) {{ count(); return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }}\n\
         int ftruncate(int file, off_t length) {{ count(); return syscall(SYS_ftruncate, file, length); }}\n\
         int ftruncate64(int file, off_t length) {{ count(); return syscall(SYS_ftruncate, file, length); }}"
    );
    library(folder, &source)
}

fn library(folder: &Path, code: &str) -> PathBuf {
    let (source, library) = (folder.join("syncs.c"), folder.join("syncs.so"));
    std::fs::write(&source, format!("{HEADERS}{code}\n")).unwrap();
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(built.is_ok_and(|status| status.success()), "a C compiler is needed");
    library
}
