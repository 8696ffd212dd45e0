//! The program `ordo`.

#![allow(missing_docs, reason = "the program's words are in its help")]

use clap::Parser;
use ordo::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    ordo::run(Cli::parse())
}
