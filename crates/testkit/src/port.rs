//! Ports of 127.0.0.1 for servers that listen on them a moment later.
//!
//! They lie below those that the system gives to connections, one of which might take such a port in the meantime. None is
//! given twice, by any of the test processes that run in parallel: its server may not listen yet, or may be about to
//! listen again.

use std::{
    net::{TcpListener, UdpSocket},
    sync::{Mutex, PoisonError},
};

const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;
/// So many are checked.
const TRIES: u32 = 500;

/// One that is free.
///
/// # Panics
/// When hundreds are taken.
pub fn free() -> u16 {
    bound().1
}

/// So many that are free, each another one.
///
/// # Panics
/// When hundreds are taken.
pub fn several(count: usize) -> Vec<u16> {
    // all are held until the last one is found
    let held: Vec<_> = (0..count).map(|_| bound()).collect();
    held.into_iter().map(|(_, port)| port).collect()
}

fn bound() -> (TcpListener, u16) {
    /// The claims of this process: each port of UDP says to all others that its like of TCP is spoken for, and is let go
    /// with the process.
    static CLAIMED: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());
    let env = crate::real_env::env();
    let drawn = |_| FIRST + u16::try_from(env.random_u64() % u64::from(COUNT)).unwrap_or_default();
    let held = |port| {
        let claim = UdpSocket::bind(("127.0.0.1", port)).ok()?;
        let listener = TcpListener::bind(("127.0.0.1", port)).ok()?;
        CLAIMED.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
        Some((listener, port))
    };
    (0..TRIES).map(drawn).find_map(held).expect("of hundreds one is free")
}
