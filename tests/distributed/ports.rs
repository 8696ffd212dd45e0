//! Tests run side by side, and each starts servers on ports that it was given a moment before.

use std::net::{TcpListener, UdpSocket};

/// Nobody listens on a port that was given away, and yet it is not to be had: its claim stops every other process.
#[test]
fn a_port_that_was_given_away_is_spoken_for() {
    for port in testkit::port::several(50) {
        TcpListener::bind(("127.0.0.1", port)).expect("nobody listens yet");
        let error = UdpSocket::bind(("127.0.0.1", port)).expect_err("the claim stands");
        assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    }
}
