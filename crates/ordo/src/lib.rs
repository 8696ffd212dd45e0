//! The binary: command line, configuration, one file per role, wiring. No business rules.

pub mod admin;
pub mod audit;
pub mod cli;
pub mod clients;
pub mod compat;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod exit;
pub mod folder;
pub mod import;
pub mod logs;
mod metrics;
pub mod openapi;
mod pictures;
pub mod replay;
pub mod roles;
mod say;
mod secret;
pub mod serve;
pub mod shape;
pub mod shop;
mod split;

use cli::{AdminCommand, Cli, Command};
use exit::Failure;
use std::{process::ExitCode, time::Duration};

/// Runs a command to its end, and tells how it ended.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(failure) => {
            say::trouble(format_args!("ordo: {failure}"));
            failure.code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode, Failure> {
    if let Command::Openapi = cli.command {
        say::line(format_args!("{}", openapi::text(&openapi::document())));
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Doctor { services, .. } = &cli.command {
        return Ok(runtime()?.block_on(doctor::run(&cli, services)));
    }
    if let Command::Config { .. } = cli.command {
        let (config, sources, wrong) = config::read_all(&cli)?;
        // a list for whoever looks for the name of a setting
        say::text(format_args!("{}", config::show(&config, &sources)));
        return if wrong.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(Failure::Config(wrong.join("\n"))) };
    }
    let (config, _) = config::load(&cli)?;
    // what is told of an import are its rows: the services that take them over are silent unless something is wrong
    logs::start(if let Command::Import(_) = cli.command { "warn" } else { &config.log })?;
    if let Some(point) = &config.failpoint {
        kernel::failpoint::arm(point).map_err(|why| Failure::Config(format!("`failpoint`: {why}")))?;
    }
    runtime()?.block_on(async {
        match cli.command {
            Command::Serve { services, demo, .. } => {
                serve::run(config, &services, demo).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Audit { patience, ask } => audit::run(&config, Duration::from_secs(patience), ask).await,
            Command::Replay { service, list: _, drop, events } => {
                replay::run(&config, service.as_deref(), &drop, &events).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Admin(AdminCommand::Create { email, password, promote }) => {
                let existing = if promote { auth::Existing::Promote } else { auth::Existing::Refuse };
                admin::create(&config, &email, password, existing).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Import(what) => import::run(&config, what).await,
            Command::Openapi | Command::Config { .. } | Command::Doctor { .. } => Ok(ExitCode::SUCCESS),
        }
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("the runtime does not start: {e}")))
}
