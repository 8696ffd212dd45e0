//! The progress of a move, on a terminal: how many of all rows are done.

use std::{
    cell::Cell,
    io::{self, IsTerminal, Write},
};

/// Rows that are done, of all.
pub(super) struct Progress {
    what: &'static str,
    all: u64,
    done: Cell<u64>,
    shown: Cell<Option<u64>>,
    is_terminal: bool,
}

impl Progress {
    pub(super) fn of(what: &'static str, all: u64) -> Progress {
        let is_terminal = io::stderr().is_terminal();
        Progress { what, all, done: Cell::default(), shown: Cell::default(), is_terminal }
    }

    /// So many more are done, of this table.
    pub(super) fn add(&self, service: &str, table: &str, rows: u64) {
        let done = self.done.get() + rows;
        self.done.set(done);
        let percent = done * 100 / self.all.max(1);
        if self.is_terminal && self.shown.replace(Some(percent)) != Some(percent) {
            let (what, all) = (self.what, grouped(self.all));
            let _ = write!(io::stderr(), "\r\x1b[K{what}: {percent} % of {all} rows ({service}, {table})");
        }
    }

    /// The line is over.
    pub(super) fn end(&self) {
        if self.shown.get().is_some() {
            let _ = writeln!(io::stderr(), "\r\x1b[K{}: {} rows", self.what, grouped(self.done.get()));
        }
    }
}

/// A step whose duration is not known.
pub(super) fn begins(what: &str) {
    if io::stderr().is_terminal() {
        let _ = writeln!(io::stderr(), "{what}");
    }
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_in_groups_of_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
