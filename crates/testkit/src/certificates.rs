//! Certificates for tests, of an authority that nobody else knows.

use std::{path::Path, process::Command};

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
/// How long they are good: longer than `ordo doctor` looks ahead.
const DAYS: u32 = 90;

/// Makes `ca.pem`, and `server.pem` and `client.pem` of that authority, for `127.0.0.1`; each with its key (`.key`).
///
/// # Panics
/// When `openssl` does not make them.
pub fn make(folder: &Path) {
    make_authority(folder);
    for name in ["server", "client"] {
        issue(folder, name, "IP:127.0.0.1");
    }
}

/// Makes `ca.pem` alone, and `ca.key`.
///
/// # Panics
/// When `openssl` does not make them.
pub fn make_authority(folder: &Path) {
    openssl(folder, &format!("req -x509 {KEY} -days {DAYS} -keyout ca.key -out ca.pem -subj /CN=authority"));
}

/// Makes `NAME.pem` of the authority in that folder, and `NAME.key`, for whom `alternative` says (`DNS:ordo`).
///
/// # Panics
/// When `openssl` does not make them.
pub fn issue(folder: &Path, name: &str, alternative: &str) {
    issue_for(DAYS, folder, name, alternative);
}

/// The same, for so many days.
///
/// # Panics
/// When `openssl` does not make them.
pub fn issue_for(days: u32, folder: &Path, name: &str, alternative: &str) {
    openssl(
        folder,
        &format!(
            "req -x509 -CA ca.pem -CAkey ca.key {KEY} -days {days} -keyout {name}.key -out {name}.pem -subj /CN={name} -addext \
             subjectAltName={alternative} -addext basicConstraints=CA:false -addext \
             extendedKeyUsage=serverAuth,clientAuth"
        ),
    );
}

fn openssl(folder: &Path, arguments: &str) {
    let made = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let made = made.expect("openssl can be run");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
