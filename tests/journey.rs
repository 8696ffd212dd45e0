//! The README, word by word: its commands are taken out and run, one after the other, as a reader would.

mod shop;

use std::{fs, process::Command};
use testkit::{folder::TempFolder, server::Launch};

/// The blocks of the README that are marked as shell commands.
fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in readme.lines() {
        match (&mut block, line) {
            (None, "```sh") => block = Some(String::new()),
            (Some(_), "```") => blocks.extend(block.take()),
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readme_can_be_followed_word_by_word() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let folder = TempFolder::new();
    let mut launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("ordo-data"));
    launch.arguments.push("--demo".to_owned());
    let server = launch.start();
    let blocks = blocks(&readme);
    let start =
        blocks.iter().position(|b| b.contains("-- serve --demo")).expect("the README starts the shop");
    let journey: Vec<&String> = blocks[start + 1..].iter().filter(|b| b.contains("127.0.0.1:8080")).collect();
    assert!(journey.len() >= 5, "the README's journey has {} blocks", journey.len());
    // the reader has the shop on port 8080; the test has its own
    let script = journey.iter().map(|block| block.as_str()).collect::<Vec<_>>().join("\n");
    let script = script.replace("127.0.0.1:8080", launch.listen.as_str());
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{printed}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        server.log()
    );
    for step in ["\"confirmed\"", "\"shipped\"", "\"delivered\"", "\"succeeded\"", "order_shipped"] {
        assert!(printed.contains(step), "the journey does not show {step}:\n{printed}");
    }
    assert!(server.stop().success());
}
