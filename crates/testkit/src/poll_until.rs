//! Waiting for what a process of the test's own comes to.

use std::time::Duration;

/// Until a server says that it is ready, a cluster has agreed on a leader, or a process stands still.
const TRIES: u32 = 4_000;
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Looks again and again until something is found; none where that never comes.
#[allow(clippy::disallowed_methods, reason = "no runtime is needed to wait for a process")]
pub(crate) fn wait_for(mut look: impl FnMut() -> Option<bool>) -> Option<bool> {
    for _ in 0..TRIES {
        let found = look();
        if found.is_some() {
            return found;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    None
}
