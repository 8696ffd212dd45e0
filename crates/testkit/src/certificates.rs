//! Certificates for tests, of an authority that nobody else knows.

use std::{path::Path, process::Command};

/// Makes `ca.pem`, and `server.pem` and `client.pem` of that authority, for `127.0.0.1`; each with its key (`.key`).
///
/// # Panics
/// When `openssl` does not make them.
pub fn make(folder: &Path) {
    const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    openssl(folder, &format!("req -x509 {KEY} -keyout ca.key -out ca.pem -subj /CN=authority"));
    for name in ["server", "client"] {
        let usage = format!("extendedKeyUsage={name}Auth");
        openssl(
            folder,
            &format!(
                "req -x509 -CA ca.pem -CAkey ca.key {KEY} -keyout {name}.key -out {name}.pem -subj /CN={name} \
                 -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:false -addext {usage}"
            ),
        );
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let made = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let made = made.expect("openssl can be run");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
