//! The quick starts of the docs, one for each language: each is run as it stands there, beside a demo.

use super::{ADDRESS, demo, pages};
use std::{fs, path::Path, process::Command};
use testkit::{server::Launch, temp_dir::TempDir};
use xtask::tools::Tools;

/// The one in Rust is an example of this crate, word by word.
#[path = "../../crates/ordo/examples/quick_start.rs"]
#[allow(dead_code, unreachable_pub, reason = "its `main` asks a server at a fixed address")]
mod in_rust;
const IN_RUST: &str = include_str!("../../crates/ordo/examples/quick_start.rs");

#[test]
fn the_quick_start_in_javascript_orders_once() {
    interpreted("js", &Tools::Python.program("node").unwrap(), "quick-start.mjs");
}

#[test]
fn the_quick_start_in_python_orders_once() {
    interpreted("python", Path::new("python3"), "quick_start.py");
}

#[test]
fn the_quick_start_in_rust_orders_once() {
    assert_eq!(only_block_in("rust"), IN_RUST, "docs/quick-starts.md shows another program than the example");
    let (folder, launch) = shop();
    let server = launch.start();
    in_rust::order_something(server.url()).unwrap();
    drop(folder);
}

/// Runs the program in this language, which must print a confirmed order.
fn interpreted(language: &str, interpreter: &Path, file: &str) {
    let (folder, launch) = shop();
    let server = launch.start();
    let program = only_block_in(language);
    assert!(program.contains(ADDRESS), "the program calls another address than the README shows");
    let path = folder.path().join(file);
    fs::write(&path, program.replace(ADDRESS, &launch.listen)).unwrap();
    let ran = Command::new(interpreter).arg(&path).output();
    let output = ran.unwrap_or_else(|e| panic!("{} is needed: {e}", interpreter.display()));
    let (printed, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{told}\n{}", server.log());
    assert!(printed.starts_with("order ") && printed.ends_with(" is confirmed\n"), "{printed}");
}

fn only_block_in(language: &str) -> String {
    let blocks = pages().blocks_in(language);
    let [block] = blocks.as_slice() else { panic!("the pages have {} programs in {language}", blocks.len()) };
    block.clone()
}

fn shop() -> (TempDir, Launch) {
    let folder = TempDir::new();
    let launch = demo(&folder);
    (folder, launch)
}
