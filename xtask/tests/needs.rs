//! `cargo xtask needs` where something is missing that may not be installed: it says what to type, and installs nothing.

use std::process::Command;

/// Without this path no program of the system is found, nor that whoever runs this is root.
const NOWHERE: &str = "/nowhere";

#[test]
fn what_may_not_be_installed_is_to_be_typed_and_nothing_is_installed() {
    let mut needs = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let said = needs.arg("needs").env("PATH", NOWHERE).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (found, refused) = (text(&said.stdout), text(&said.stderr));
    assert_eq!(said.status.code(), Some(1), "{found}{refused}");
    assert!(refused.starts_with("error: to install what may not be installed from here:\n"), "{refused}");
    for (name, package) in [("git", "git"), ("HAProxy", "haproxy"), ("openssl", "openssl")] {
        assert!(found.contains(&format!("{name:<14} is missing\n")), "{found}");
        let typed =
            format!("as root, on Debian: apt-get install {package} (elsewhere: what gives {package})");
        assert!(refused.contains(&typed), "{refused}");
    }
    assert!(!found.contains("is being installed"), "{found}");
}
