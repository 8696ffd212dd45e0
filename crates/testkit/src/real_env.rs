//! The operating system's clock and randomness, and tokio's tasks, for tests that run in real time.

/// A [`kernel::Env`] on the operating system. Tasks go to the runtime of whoever spawns them.
pub fn env() -> kernel::Env {
    host::env()
}
