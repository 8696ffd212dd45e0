//! The command line.

use crate::compat::flags::CompatFlags;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// An order backend to own: accounts, products with stock, orders, payments, notifications.
///
/// Without any configuration, `ordo serve` runs everything in one process on embedded databases under ./ordo-data.
/// Settings come from flags, then ORDO_… environment variables (also from .env), then ordo.toml, then defaults;
/// `ordo config` shows the effective ones.
#[derive(Debug, Parser)]
#[command(name = "ordo", version)]
pub struct Cli {
    /// Settings that every command takes.
    #[command(flatten)]
    pub settings: GlobalOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Settings that every command takes.
#[derive(Debug, Args, Default)]
pub struct GlobalOptions {
    /// The folder of an embedded shop [default: ordo-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// The configuration file [default: ordo.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Where a shop listens.
#[derive(Debug, Args, Default)]
pub struct ListenFlags {
    /// Where to listen, such as 127.0.0.1:8080 or orders=127.0.0.1:8083; port 0 takes any free one; may be given
    /// for each service [default: the gateway at 127.0.0.1:8080; in a distributed shop auth at 8081, products at 8082,
    /// orders at 8083, payments at 8084, notifications at 8085]
    #[arg(long, value_name = "[NAME=]ADDRESS")]
    pub listen: Vec<String>,
    /// The port of the gateway, or of the only service, at its usual address; port 0 takes any free one
    #[arg(long, value_parser = port)]
    pub port: Option<u16>,
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "a whole number from 0 to 65535 is expected, such as 8080")
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "a whole number of seconds is expected, such as 10")
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the shop; it prints a line that begins with `ready` once it answers
    ///
    /// Where its data folder has no shop yet, it creates one, and says so.
    /// Without the name of a service it runs all of them, and the gateway before them, on embedded databases, or on
    /// PostgreSQL where ORDO_DATABASE_URL is set. docs/operations.md describes how a shop is split into several processes.
    Serve {
        /// Run these only: auth, products, orders, payments, notifications, gateway
        #[arg(value_name = "SERVICE")]
        services: Vec<String>,
        /// Fill an empty shop with a month of trade: products with pictures, customers, orders in every state
        #[arg(long)]
        demo: bool,
        /// Go on with data that are older than they were, or whose anchor is missing: what is lost stays lost
        ///
        /// For an embedded shop; `ordo accept-loss` does so for a distributed one.
        #[arg(long)]
        accept_loss: bool,
        /// Where it listens.
        #[command(flatten)]
        listening: ListenFlags,
        /// Interfaces of other systems.
        #[command(flatten)]
        compat: CompatFlags,
    },
    /// Check that nothing is lost, oversold or charged twice; exits with 1 if something is
    ///
    /// Works on the data of an embedded shop, running or not, and on that of a shop on PostgreSQL. What looks broken
    /// while the shop works is looked at again and again, and named only if it is broken each time. An embedded shop that
    /// nobody runs is looked at as it was when its data says that it was last at work, and so is a copy of it.
    Audit {
        /// For how many seconds; 0 is right for a shop that does not run
        #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = seconds)]
        patience: u64,
        /// Ask each running service for its part at ORDO_…_URL, with ORDO_SECRET, instead of looking into the databases
        ///
        /// So is done anyway where all these addresses are set, and no databases are.
        #[arg(long)]
        ask: bool,
    },
    /// List the events that a service could not handle, replay some, or drop some
    ///
    /// Works on the data of an embedded shop, running or not: an event is replayed within seconds, or at the next start.
    /// Until an event is handled or dropped, the audit names it.
    Replay {
        /// Only those of this service
        #[arg(long)]
        service: Option<String>,
        /// List them; so does the command without an event
        #[arg(long, conflicts_with_all = ["drop", "events"])]
        list: bool,
        /// Drop this one: it was looked at, and nothing is to be done
        #[arg(long, value_name = "EVENT", conflicts_with = "events")]
        drop: Vec<String>,
        /// Replay these
        #[arg(value_name = "EVENT")]
        events: Vec<String>,
    },
    /// Look at all that a shop needs here, and say what is wrong and how to fix it; exits with 1 if something is
    ///
    /// Settings, data folder, disk, clock, address and secret, of a shop that runs or does not. Changes nothing. Of a shop
    /// of several processes: at what a process with these services needs; without a name, at what all of them need.
    Doctor {
        /// Read all of an embedded shop, compare each index with its table, and audit it; this takes a while
        #[arg(long)]
        deep: bool,
        /// The services of the process, as `serve` is given them
        #[arg(value_name = "SERVICE")]
        services: Vec<String>,
        /// Where it listens.
        #[command(flatten)]
        listening: ListenFlags,
    },
    /// Manage administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Write a backup of an embedded shop, running or not: all services at one moment, the secret, the pictures
    ///
    /// The shop goes on meanwhile. Keep it where nobody else reads it: it holds the secret and the data of the customers.
    /// ORDO_BACKUP_TO has backups written automatically. docs/backup-and-restore.md has more.
    Backup {
        /// A new folder; a new file where it ends in .tar
        #[arg(value_name = "TO")]
        to: PathBuf,
    },
    /// Restore a backup into a new data folder, the one of --data, and audit it; exits with 1 if the audit finds something
    Restore {
        /// What `ordo backup` has written
        #[arg(value_name = "FROM")]
        from: PathBuf,
    },
    /// Go on with databases of a distributed shop that are older than they were, and end: what is lost stays lost
    ///
    /// A new epoch begins: sessions end, API keys are revoked, the events that NATS keeps are removed, and each service that has
    /// consumed what another one has lost consumes its events from the beginning. Stop all processes of the shop before.
    AcceptLoss,
    /// Bring the databases to the version of this program, and end
    ///
    /// `ordo serve` does so, too, at its start. As a job of its own, with a database user that may change tables, it lets the
    /// processes have one that may not.
    Migrate,
    /// Move an embedded shop that does not run to PostgreSQL; interrupted, it goes on when it is run again
    ///
    /// The target is an empty database, or one for each service at ORDO_…_DATABASE_URL. All rows are counted and compared, and
    /// both sides are audited; exits with 1 if the audit finds something. The folder stays as it is. docs/operations.md
    /// has more.
    MigrateData(MigrateData),
    /// Take over the data of another system
    ///
    /// Works on the data of an embedded shop that does not run, a dry run also while it does; and on PostgreSQL, beside the
    /// running shop, with the settings of its processes. Nobody is written to.
    /// Rows that cannot be taken over are named by file and line on standard error, and the others go in; exits with 1
    /// if there were such rows. Doing it again adds nothing that is there.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Print the effective settings and where each comes from, without secrets
    Config {
        /// Where it listens.
        #[command(flatten)]
        listening: ListenFlags,
    },
}

impl Command {
    /// Where it is to listen, of a command that takes that.
    pub(crate) fn listening(&self) -> Option<&ListenFlags> {
        match self {
            Command::Serve { listening, .. }
            | Command::Doctor { listening, .. }
            | Command::Config { listening } => Some(listening),
            _ => None,
        }
    }
}

/// Where an embedded shop is moved from and to.
#[derive(Debug, Clone, Args)]
pub struct MigrateData {
    /// The folder of the embedded shop [default: that of --data]
    #[arg(long, value_name = "FOLDER")]
    pub from: Option<PathBuf>,
    /// The PostgreSQL database, such as postgres://ordo@db:5432/ordo [default: ORDO_DATABASE_URL, or the content of the file
    /// ORDO_DATABASE_URL_FILE, which other users of this machine do not see]
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// The folder for a copy of the databases, which is removed at the end [default: the one that FOLDER is in]
    #[arg(long, value_name = "FOLDER")]
    pub scratch: Option<PathBuf>,
    /// Delete what an unfinished move has written to the target, and begin anew
    #[arg(long)]
    pub restart: bool,
    /// Rows that are written in one transaction
    #[arg(long, value_name = "ROWS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub batch: u32,
}

/// Take over the data of another system.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Users, products and orders, as `mongoexport` writes them: users.json, products.json and orders.json in a folder
    Mongo {
        /// The folder
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// How it is done.
        #[command(flatten)]
        how: ImportOptions,
    },
    /// Accounts, as JSON objects or CSV: email, username, name, password_hash (bcrypt or werkzeug), is_active, created_at
    Customers {
        /// The file; CSV where its name ends in .csv
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How it is done.
        #[command(flatten)]
        how: ImportOptions,
    },
}

/// How an import is done.
#[derive(Debug, Clone, Copy, Args)]
pub struct ImportOptions {
    /// Write nothing: say what would be added and which rows cannot be taken over
    #[arg(long)]
    pub dry_run: bool,
    /// Take over all rows or none
    #[arg(long, conflicts_with = "dry_run")]
    pub all_or_nothing: bool,
}

/// Manage administrators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create an administrator of a shop that has been started once
    Create {
        /// The email address to sign in with
        #[arg(long)]
        email: String,
        /// The password [default: ORDO_ADMIN_PASSWORD, or a random one, which is printed]
        #[arg(long)]
        password: Option<String>,
        /// Make an administrator of the account that has this address already; it keeps its password
        #[arg(long)]
        promote: bool,
    },
}
