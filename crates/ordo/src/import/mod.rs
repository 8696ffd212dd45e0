//! `ordo import`: takes over the data of another system, on the data of an embedded shop that does not run or of one on
//! PostgreSQL ([`target`]).
//!
//! A file becomes rows ([`rows`]), rows become what the services take over ([`mongo`], [`customers`]), and that goes
//! in by the services' own rules ([`run`], [`order_steps`]), one row after the other, so that what is wrong with one
//! keeps no other out. Ids follow from what a thing is called in its old system ([`ids`]): a second import finds what is there.

mod columns;
mod customers;
mod extended_json;
mod ids;
mod mongo;
mod order_steps;
mod quotes;
mod rows;
mod run;
mod target;
mod text;

use crate::{
    cli::{ImportCommand, ImportOptions},
    config::Config,
    exit_code::Failure,
    output,
};
use auth::ImportedUser;
use kernel::{canonical_name::key, id::UserId};
use orders::ImportedOrder;
use products::ImportedProduct;
use run::ImportSummary;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt, path::Path, process::ExitCode};

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing is written: what would be written is reported.
    DryRun,
    /// Every row that can be taken over is.
    Good,
    /// All rows are taken over, or none.
    AllOrNothing,
}

impl Mode {
    fn of(how: ImportOptions) -> Mode {
        match (how.dry_run, how.all_or_nothing) {
            (true, _) => Mode::DryRun,
            (false, true) => Mode::AllOrNothing,
            (false, false) => Mode::Good,
        }
    }
}

/// The members of a row, by name.
type RowMembers = Map<String, Value>;

/// Where a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceLine {
    file: String,
    line: usize,
    /// Which element of an array.
    element: Option<usize>,
}

impl SourceLine {
    fn new(path: &Path, line: usize) -> SourceLine {
        SourceLine { file: path.display().to_string(), line, element: None }
    }
}
impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        self.element.map_or(Ok(()), |element| write!(f, " (element {element})"))
    }
}

/// What was found in the files.
#[derive(Debug, Default)]
struct ParsedFiles {
    users: Vec<(SourceLine, ImportedUser)>,
    products: Vec<(SourceLine, ImportedProduct)>,
    orders: Vec<(SourceLine, ParsedOrder)>,
    /// Rows that cannot be taken over, and why not.
    bad: Vec<(SourceLine, String)>,
    /// Users that cannot be taken over, for the orders that name them.
    left_out: SkippedRows,
    /// Whether the old system numbered its users: then they are numbered here, too, in the order of their age.
    numbers_users: bool,
    /// The numbers that they had there, if the rows have them.
    had_numbers: BTreeMap<UserId, i64>,
    /// Further messages for the operator.
    remarks: Vec<String>,
}

/// Rows of users that are left out: where each is and why, by what an order may call the user.
#[derive(Debug, Default)]
struct SkippedRows(BTreeMap<String, (SourceLine, String)>);

impl SkippedRows {
    fn add(&mut self, names: impl IntoIterator<Item = String>, at: &SourceLine, why: &str) {
        for name in names {
            self.0.entry(key(&name)).or_insert_with(|| (at.clone(), why.to_owned()));
        }
    }
    fn of(&self, name: &str) -> Option<&(SourceLine, String)> {
        self.0.get(&key(name))
    }
}

/// An order, before it is known who has placed it.
#[derive(Debug, Clone)]
struct ParsedOrder {
    /// Without the account, which is looked up by `buyer`.
    order: ImportedOrder,
    /// How its old system names the buyer.
    buyer: String,
    /// What became of it.
    status: Status,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Pending,
    Confirmed,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
}

impl Status {
    const ALL: [(Status, &str); 6] = [
        (Status::Pending, "pending"),
        (Status::Confirmed, "confirmed"),
        (Status::Shipped, "shipped"),
        (Status::Delivered, "delivered"),
        (Status::Completed, "completed"),
        (Status::Cancelled, "cancelled"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(status, _)| *status == self).map_or("", |(_, word)| word)
    }
}

/// Imports it. Reports the result on standard output, and the rows that were left out on standard error.
///
/// # Errors
/// When there is no shop, it runs on a folder, or the files cannot be read.
pub async fn run(config: &Config, what: ImportCommand) -> Result<ExitCode, Failure> {
    let now = host::env().now();
    let find = || match &what {
        ImportCommand::Mongo { folder, .. } => mongo::find(folder, config.currency, now),
        ImportCommand::Customers { file, .. } => customers::find(file, now),
    };
    let (ImportCommand::Mongo { how, .. } | ImportCommand::Customers { how, .. }) = &what;
    let mode = Mode::of(*how);
    let found = find().map_err(Failure::Other)?;
    let tally = match mode {
        Mode::DryRun => run::look(config, found).await?,
        Mode::Good => run::take(config, found).await?,
        Mode::AllOrNothing => {
            let tally = run::look(config, found).await?;
            if tally.bad.is_empty() {
                run::take(config, find().map_err(Failure::Other)?).await?
            } else {
                tell(&tally, "would be added");
                output::line(format_args!(
                    "nothing was imported: all rows must be good with --all-or-nothing"
                ));
                return Ok(ExitCode::FAILURE);
            }
        }
    };
    match mode {
        Mode::DryRun => {
            tell(&tally, "would be added");
            output::line(format_args!("dry run: nothing was written"));
        }
        Mode::Good | Mode::AllOrNothing => tell(&tally, "added"),
    }
    Ok(if tally.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(tally: &ImportSummary, added: &str) {
    for (at, why) in &tally.bad {
        output::trouble(format_args!("{at}: {why}"));
    }
    for (what, count) in [("users", tally.users), ("products", tally.products), ("orders", tally.orders)] {
        if count.seen() > 0 {
            output::line(format_args!(
                "{what}: {} {added}, {} there already, {} left out",
                count.added, count.there, count.bad
            ));
        }
    }
    if tally.unread > 0 {
        output::line(format_args!("{} rows could not be read", tally.unread));
    }
    for remark in &tally.remarks {
        output::line(format_args!("{remark}"));
    }
}
