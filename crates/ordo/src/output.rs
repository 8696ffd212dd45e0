//! What commands print: results on standard output, troubles on standard error.
//!
//! `println!` panics when nobody reads any more, which is no trouble of the program's: `ordo openapi | head` is at its end
//! then, and whatever else a command does it goes on with.

use std::{
    fmt::Arguments,
    io::{ErrorKind, Write, stderr, stdout},
    process::exit,
};

/// Prints a result.
pub(crate) fn text(text: Arguments<'_>) {
    let mut out = stdout().lock();
    let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        trouble(format_args!("ordo: what is to be told cannot be written: {error}"));
        exit(1);
    }
}

/// The same, as a line.
pub(crate) fn line(line: Arguments<'_>) {
    text(format_args!("{line}\n"));
}

/// Reports a problem. If standard error is closed, too, the exit code remains.
pub(crate) fn trouble(line: Arguments<'_>) {
    let _ = writeln!(stderr().lock(), "{line}");
}
