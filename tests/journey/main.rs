//! The README and the pages for new users, word by word: the commands that they show are taken out and run, one after the
//! other, as a reader would.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod quick_starts;

use std::{
    fs,
    process::{Command, Output},
};
use testkit::{server::Launch, temp_dir::TempDir};

/// Commands that are not run here, and why not.
const NOT_RUN: [(&str, &str); 2] = [
    (
        "cargo run --release -- serve --demo",
        "it goes on: the test has started the same, at a port of its own",
    ),
    ("cargo xtask test", "it runs this test"),
];
const PROGRAM: &str = "cargo run --release -- ";
const ADDRESS: &str = "127.0.0.1:8080";

/// The pages whose commands are run, in the order in which a new user reads them.
const PAGES: [&str; 5] = [
    "README.md",
    "docs/getting-started.md",
    "docs/configuration.md",
    "docs/emails.md",
    "docs/quick-starts.md",
];
/// At most so many words: the README is read in a few minutes.
const README_WORDS_MAX: usize = 700;

/// What pages show: their fenced blocks, each with its language, and the commands of the program in their sentences.
#[derive(Debug, Default)]
struct ReadmeBlocks {
    blocks: Vec<(String, String)>,
    inline: Vec<String>,
}

impl ReadmeBlocks {
    /// The blocks in this language.
    fn blocks_in(&self, language: &str) -> Vec<String> {
        self.blocks.iter().filter(|(l, _)| l == language).map(|(_, text)| text.clone()).collect()
    }
}

fn page(name: &str) -> String {
    fs::read_to_string(format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn pages() -> ReadmeBlocks {
    shown(&PAGES.map(page).join("\n"))
}

fn shown(readme: &str) -> ReadmeBlocks {
    let mut shown = ReadmeBlocks::default();
    let mut fenced: Option<(&str, String)> = None;
    for line in readme.lines() {
        match (&mut fenced, line.strip_prefix("```")) {
            (None, Some(language)) => fenced = Some((language, String::new())),
            (None, None) => {
                let spans = line.split('`').skip(1).step_by(2).filter(|span| span.starts_with(PROGRAM));
                shown.inline.extend(spans.map(str::to_owned));
            }
            (Some((language, text)), Some("")) => {
                shown.blocks.push(((*language).to_owned(), std::mem::take(text)));
                fenced = None;
            }
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    shown
}

/// The script of these commands for the program, the data and the address of this test.
#[track_caller]
fn script(commands: &[String], launch: &Launch) -> String {
    let program = format!("'{}' --data '{}' ", launch.program.display(), launch.data.display());
    let run = commands.iter().filter(|command| NOT_RUN.iter().all(|(not, _)| command.trim() != *not));
    let text = run.map(String::as_str).collect::<Vec<_>>().join("\n");
    let text = text.replace(PROGRAM, &program).replace(ADDRESS, &launch.listen);
    let unknown = text.lines().find(|line| line.contains("cargo "));
    assert_eq!(
        unknown, None,
        "the pages show a command that is neither run nor on the list of those that are not"
    );
    text
}

/// Runs it in an empty folder, beside the shop.
fn run(script: &str, folder: &TempDir) -> Output {
    let mut bash = Command::new("bash");
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("ORDO_")) {
        bash.env_remove(name);
    }
    bash.args(["-euo", "pipefail", "-c", script]).current_dir(folder.path()).output().unwrap()
}

/// `serve --demo`, at a port of its own.
fn demo(folder: &TempDir) -> Launch {
    let mut launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("ordo-data"));
    launch.arguments.push("--demo".to_owned());
    launch
}

#[test]
fn the_pages_for_new_users_can_be_followed_word_by_word() {
    let pages = pages();
    let blocks = pages.blocks_in("sh");
    for (not_run, why) in NOT_RUN {
        assert!(blocks.iter().any(|block| block.trim() == not_run), "{not_run} ({why}) is not shown");
    }
    let folder = TempDir::new();
    let launch = demo(&folder);
    let server = launch.start();
    let output = run(&script(&[pages.inline, blocks].concat(), &launch), &folder);
    let printed = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{told}\n{}", server.log());
    for step in [
        "administrator you@example.com, password ",
        "currency = \"EUR\"  # default",
        "\"confirmed\"",
        "\"shipped\"",
        "\"delivered\"",
        "\"succeeded\"",
        "order.completed",
        // the mail to the customer of the tour, with the code that no list shows
        "/verify?token=oev_",
        "the audit is clean",
    ] {
        assert!(printed.contains(step), "the journey does not show {step}:\n{printed}\n{told}");
    }
    assert!(server.stop().success());
}

#[test]
fn the_readme_is_short() {
    let words = page("README.md").split_whitespace().count();
    assert!(words <= README_WORDS_MAX, "the README has {words} words");
}

#[test]
fn every_kind_of_command_is_found_in_a_text() {
    let text = "One `cargo run --release -- config` and `else`.\n```sh\na\nb\n```\n```\nnot this\n```\n```sh\nc\n```\n";
    let found = shown(text);
    assert_eq!(found.inline, ["cargo run --release -- config"]);
    assert_eq!(found.blocks_in("sh"), ["a\nb\n", "c\n"]);
    assert_eq!(found.blocks_in(""), ["not this\n"]);
}

#[test]
#[should_panic(expected = "neither run nor on the list")]
fn a_command_that_cannot_be_run_is_not_passed_over() {
    let folder = TempDir::new();
    let launch = Launch::new("ordo", folder.path());
    script(&["cargo install ordo\n".to_owned()], &launch);
}
