//! docs/operations.md, word by word: the commands that it shows start a split shop, and look at it.

use std::{fs, path::Path, process::Command};
use testkit::{nats::Nats, postgres::Postgres, temp_dir::TempDir};

/// The ports that the page shows.
const PORTS: [&str; 6] = ["8080", "8081", "8082", "8083", "8084", "8085"];

fn blocks() -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_page_about_operations_can_be_followed_word_by_word() {
    let (postgres, nats, folder) = (Postgres::start(), Nats::start(), TempDir::new());
    let mut script = blocks().join("\n");
    assert!(script.contains("serve gateway"), "{script}");
    for port in PORTS {
        let free = testkit::port::free();
        script = script.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{free}"));
    }
    let database = postgres.new_database();
    let script = script
        .replace("postgres://ordo@127.0.0.1:5432/ordo", &database)
        .replace("nats://127.0.0.1:4222", &nats.url())
        .replace("ordo ", &format!("'{}' ", env!("CARGO_BIN_EXE_ordo")));
    let script = format!("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n{script}");
    let output = bash(&script, folder.path()).output().unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{told}");
    for step in ["administrator you@example.com, password ", "\"status\":\"ready\"", "the audit is clean"] {
        assert!(said.contains(step), "the page does not show {step}:\n{said}\n{told}");
    }
}

fn bash(script: &str, folder: &Path) -> Command {
    let mut bash = Command::new("bash");
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("ORDO_")) {
        bash.env_remove(name);
    }
    bash.args(["-euo", "pipefail", "-c", script]).current_dir(folder);
    bash
}
