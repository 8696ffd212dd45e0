//! The binary: command line, configuration, one file per role, wiring. No business rules.

mod accept_loss;
pub mod admin;
mod anchor;
pub mod audit;
mod backup;
mod changed_files;
pub mod cli;
pub mod clients;
pub mod compat;
pub mod config;
pub mod data_dir;
pub mod databases;
pub mod demo;
mod distributed;
pub mod doctor;
pub mod exit_code;
mod image_folder;
pub mod import;
pub mod logs;
mod metrics;
mod migrate;
mod migrate_data;
mod newer_charges;
pub mod openapi;
mod output;
pub mod replay;
pub mod roles;
pub mod runtime;
pub mod runtime_deps;
mod secret_check;
pub mod serve;
pub mod service_names;
mod store;
pub mod stores;
pub mod topology;

use cli::{AdminCommand, Cli, Command};
use exit_code::Failure;
use std::{process::ExitCode, time::Duration};

/// Runs a command to its end, and returns how it ended.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(failure) => {
            output::trouble(format_args!("ordo: {failure}"));
            failure.code()
        }
    }
}

/// Each mistake in a setting is reported with the place where that was set.
fn located(sources: &config::Sources, failure: Failure) -> Failure {
    match failure {
        Failure::Config(mistakes) => Failure::Config(config::locate(sources, &mistakes)),
        Failure::WrongSecret(why) => Failure::WrongSecret(config::locate(sources, &why)),
        other => other,
    }
}

/// All mistakes at once: of each setting by itself, and of those together.
fn refuse(
    mistakes: Vec<String>,
    sources: &config::Sources,
    together: Result<(), Failure>,
) -> Result<(), Failure> {
    let more = together.err().map(|failure| located(sources, failure).to_string()).unwrap_or_default();
    let all = config::in_order(mistakes, &more);
    if all.is_empty() { Ok(()) } else { Err(Failure::Config(all.join("\n"))) }
}

fn dispatch(cli: Cli) -> Result<ExitCode, Failure> {
    if let Command::Openapi = cli.command {
        output::line(format_args!("{}", openapi::text(&openapi::document())));
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Doctor { services, deep, .. } = &cli.command {
        return Ok(runtime()?.block_on(doctor::run(&cli, services, *deep)));
    }
    if let Command::Config { .. } = cli.command {
        let (config, sources, mistakes) = config::read_all(&cli);
        let checked = refuse(mistakes, &sources, topology::Topology::check_any(&config));
        let mistakes = checked.as_ref().err().map(Failure::to_string).unwrap_or_default();
        // also where there are mistakes: the list shows the names of all settings
        output::text(format_args!("{}", config::show(&config, &sources, &mistakes)));
        return checked.map(|()| ExitCode::SUCCESS);
    }
    let (config, sources, mistakes) = config::read_all(&cli);
    let together = match &cli.command {
        Command::Serve { services, .. } => topology::Topology::of(&config, services).map(drop),
        _ => Ok(()),
    };
    refuse(mistakes, &sources, together)?;
    // an import reports its rows: the services that take them over log warnings only
    let filter = if let Command::Import(_) = cli.command { "warn" } else { &config.log };
    logs::start(filter, config.log_format)?;
    if let Some(point) = &config.failpoint {
        let wrong = |why| located(&sources, Failure::Config(format!("`failpoint`: {why}")));
        kernel::failpoint::arm(point).map_err(wrong)?;
    }
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve { services, demo, accept_loss, .. } => {
                serve::run(config, &services, runtime::ServeOptions { demo, accept_loss })
                    .await
                    .map(|()| ExitCode::SUCCESS)
            }
            Command::Audit { patience, ask } => audit::run(&config, Duration::from_secs(patience), ask).await,
            Command::Replay { service, list: _, drop, events } => {
                replay::run(&config, service.as_deref(), &drop, &events).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Admin(AdminCommand::Create { email, password, promote }) => {
                let existing = if promote { auth::Existing::Promote } else { auth::Existing::Refuse };
                let password = password.map(kernel::Secret::new);
                admin::create(&config, &email, password, existing).await.map(|()| ExitCode::SUCCESS)
            }
            Command::AcceptLoss => accept_loss::run(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Migrate => migrate::run(&config).await.map(|()| ExitCode::SUCCESS),
            Command::MigrateData(asked) => migrate_data::run(&config, asked).await,
            Command::Backup { to } => backup::run(&config, &to).await.map(|()| ExitCode::SUCCESS),
            Command::Restore { from } => backup::restore::run(&config, &from).await,
            Command::Import(what) => import::run(&config, what).await,
            Command::Openapi | Command::Config { .. } | Command::Doctor { .. } => Ok(ExitCode::SUCCESS),
        }
    });
    // blocking work that is still running (a copy, a check of a file) must not delay the exit
    runtime.shutdown_timeout(Duration::ZERO);
    done.map_err(|failure| located(&sources, failure))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("the runtime does not start: {e}")))
}
