//! The operating system's clock and randomness, and tokio's tasks, for tests that run in real time.

use kernel::{BoxFuture, Env, Host, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use std::time::SystemTime;
use tokio::runtime::Handle;

/// A [`Host`] on the operating system. Tasks go to the runtime of whoever asks for them.
#[derive(Debug)]
pub struct TestHost {
    random: SystemRandom,
}

/// An [`Env`] on the operating system.
pub fn env() -> Env {
    Env::new(TestHost { random: SystemRandom::new() })
}

#[allow(clippy::disallowed_methods, reason = "this implements what everybody else must use")]
impl Host for TestHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_system(SystemTime::now())
    }

    fn random(&self, bytes: &mut [u8]) {
        self.random.fill(bytes).expect("the operating system has randomness");
    }

    fn spawn(&self, _name: &'static str, task: BoxFuture<()>) {
        // without a runtime the test is over: the task ends with it
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(task);
        }
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        Box::pin(async move {
            tokio::task::spawn_blocking(work).await.expect("blocking work does not panic in a passing test");
        })
    }
}
