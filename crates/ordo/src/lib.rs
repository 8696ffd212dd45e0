//! The binary: command line, configuration, one file per role, wiring. No business rules.

pub mod admin;
pub mod audit;
pub mod cli;
pub mod clients;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod exit;
pub mod folder;
pub mod logs;
pub mod openapi;
pub mod replay;
pub mod roles;
pub mod serve;
pub mod shop;

use cli::{AdminCommand, Cli, Command};
use exit::Failure;
use std::{process::ExitCode, time::Duration};

/// Runs a command to its end, and tells how it ended.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("ordo: {failure}");
            failure.code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode, Failure> {
    if let Command::Openapi = cli.command {
        println!("{}", openapi::text(&openapi::document()));
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Doctor = cli.command {
        return Ok(runtime()?.block_on(doctor::run(&cli)));
    }
    let (config, sources) = config::load(&cli)?;
    if let Command::Config = cli.command {
        print!("{}", config::show(&config, &sources));
        return Ok(ExitCode::SUCCESS);
    }
    logs::start(&config.log)?;
    runtime()?.block_on(async {
        match cli.command {
            Command::Serve { demo, .. } => serve::run(config, demo).await.map(|()| ExitCode::SUCCESS),
            Command::Audit { patience } => audit::run(&config, Duration::from_secs(patience)).await,
            Command::Replay { service, list: _, drop, events } => {
                replay::run(&config, service.as_deref(), &drop, &events).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Admin(AdminCommand::Create { email, password, promote }) => {
                let existing = if promote { auth::Existing::Promote } else { auth::Existing::Refuse };
                admin::create(&config, &email, password, existing).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Openapi | Command::Config | Command::Doctor => Ok(ExitCode::SUCCESS),
        }
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("the runtime does not start: {e}")))
}
