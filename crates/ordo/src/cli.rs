//! The command line.

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
    pub settings: Settings,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Settings that every command takes.
#[derive(Debug, Args, Default)]
pub struct Settings {
    /// The folder of an embedded shop [default: ordo-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// The configuration file [default: ordo.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the shop; it prints a line that begins with `ready` once it answers
    Serve {
        /// Fill an empty shop with sample products, and make an administrator
        #[arg(long)]
        demo: bool,
        /// Where to listen, such as 127.0.0.1:8080; port 0 takes any free one [default: 127.0.0.1:8080]
        #[arg(long, value_name = "[gateway=]ADDRESS")]
        listen: Vec<String>,
    },
    /// Check that nothing is lost, oversold or charged twice; exits with 1 if something is
    ///
    /// Works on the data of an embedded shop, running or not. What looks broken while the shop works is looked at
    /// again and again, and named only if it is broken each time.
    Audit {
        /// For how many seconds; 0 is right for a shop that does not run
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        patience: u64,
    },
    /// List the events that a service could not act on, have some acted on once more, or drop some
    ///
    /// Works on the data of an embedded shop, running or not: what is to be acted on once more is, within seconds or
    /// at the next start. Until an event is acted on or dropped, the audit names it.
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
        /// Act on these once more
        #[arg(value_name = "EVENT")]
        events: Vec<String>,
    },
    /// Look at all that a shop needs here, and say what is wrong and how it is mended; exits with 1 if something is
    ///
    /// Settings, data folder, disk, clock, address and secret, of a shop that runs or does not. Changes nothing.
    Doctor,
    /// Manage administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Print the effective settings and where each comes from, without secrets
    Config,
}

/// Manage administrators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Make an administrator
    Create {
        /// The e-mail address to sign in with
        #[arg(long)]
        email: String,
        /// The password; made up and printed when absent
        #[arg(long, env = "ORDO_ADMIN_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        /// Make one of the account that has this address already; it keeps its password
        #[arg(long)]
        promote: bool,
    },
}
