//! `cargo xtask …`: what one does with this repository beyond building it.

use std::process::ExitCode;
use xtask::{
    failpoints, measure, prerequisites,
    steps::{cargo, run},
    test, tidy, tree,
};

const HELP: &str = "\
cargo xtask COMMAND

  test [--long] [-- FILTER…]   everything that must hold: formatting, lints, policy, tidy rules, all tests;
                               installs what it needs where it may. --long: the long form of the tests.
                               FILTER…: given to `cargo nextest run`, to run some tests only
  needs                        only looks for what the tests need, and installs it where it may
  tidy                         the rules of the tree
  failpoints                   every point at which a test can end the process
  who-calls-whom               which service asks which other one for what, and hears which events of it: the page
                               docs/generated/who-calls-whom.md
  measure [--starts N | --orders N [--to URL]]
                               start, idle memory, idle CPU and size of the release build; or start, backup, audit and
                               the move to an empty PostgreSQL database at URL, of a shop with N paid orders
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.split_first() {
        Some((&"test", rest)) => test::Options::read(rest).and_then(|options| test::run(&options)),
        Some((&"needs", [])) => prerequisites::supply(),
        Some((&"tidy", [])) => tree::Tree::read(&tree::root()).and_then(|tree| tidy::run(&tree)),
        Some((&"failpoints", [])) => failpoints::of_repository().map(|points| print_points(&points)),
        Some((&"who-calls-whom", [])) => {
            run(cargo().args(["run", "--quiet", "--locked", "--package", "calls"]))
        }
        Some((&"measure", rest)) => measure::Options::read(rest).and_then(|options| measure::run(&options)),
        Some((&("help" | "--help" | "-h"), [])) => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown command `{}`\n\n{HELP}", arguments.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print_points(points: &[failpoints::Point]) {
    for point in points {
        println!("{point}\t{:?}\t{}:{}", point.kind, point.path, point.line);
    }
}
