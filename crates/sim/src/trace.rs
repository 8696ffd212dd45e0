//! What happened in a run, line by line, as one hash; the lines themselves are kept on demand.

use std::{
    fmt::{self, Write},
    time::Duration,
};

/// The trace of a run.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: Fnv,
    steps: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn new(keep_lines: bool) -> Self {
        Trace { hash: Fnv::default(), steps: 0, lines: keep_lines.then(Vec::new) }
    }
    /// One more step.
    pub(crate) fn add(&mut self, at: Duration, what: fmt::Arguments<'_>) {
        self.steps += 1;
        // writing into a hash cannot fail
        let _ = writeln!(self.hash, "{} {what}", at.as_micros());
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>12.3} {what}", at.as_secs_f64()));
        }
    }
    pub(crate) fn hash(&self) -> u64 {
        self.hash.0
    }
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }
    pub(crate) fn take_lines(&mut self) -> Vec<String> {
        self.lines.take().unwrap_or_default()
    }
}

/// FNV-1a, 64 bits: it tells runs apart, and nobody attacks it.
#[derive(Debug, Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}
impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

/// What stands in the trace for a body.
pub(crate) fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = Fnv::default();
    hash.bytes(bytes);
    hash.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_the_text_and_the_order_count() {
        let hash = |steps: &[(u64, &str)]| {
            let mut trace = Trace::new(false);
            for (millis, what) in steps {
                trace.add(Duration::from_millis(*millis), format_args!("{what}"));
            }
            trace.hash()
        };
        assert_eq!(hash(&[(1, "a"), (2, "b")]), hash(&[(1, "a"), (2, "b")]));
        assert_ne!(hash(&[(1, "a"), (2, "b")]), hash(&[(1, "a"), (3, "b")]));
        assert_ne!(hash(&[(1, "a"), (1, "b")]), hash(&[(1, "b"), (1, "a")]));
    }
}
