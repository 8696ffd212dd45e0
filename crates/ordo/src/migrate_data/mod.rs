//! `ordo migrate-data`: moves an embedded shop to PostgreSQL, for the same program as one process or several.
//!
//! How tables are copied and compared is in [`db::moving`]. Here: from which shop, to which databases, and what is checked before
//! and after.

mod progress;
mod source;

use crate::{
    anchor::{self, IdlePeriod},
    audit,
    cli::MigrateData,
    config::Config,
    data_dir::SECRET,
    databases::Databases,
    distributed,
    exit_code::Failure,
    image_folder, output,
    stores::migrations,
    topology,
};
use db::{
    Db,
    moving::{self, Move, ShopOrigin, TableComparison, UnfinishedMove},
};
use kernel::{Env, Secret};
use progress::{Progress, begins, grouped};
use source::MigrationSource;
use std::{
    path::{Path, absolute},
    process::ExitCode,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::Instant,
};

/// Moves the shop.
///
/// # Errors
/// When the shop runs or would not start, when the target has other data, or when both sides differ at the end.
pub(crate) async fn run(config: &Config, asked: MigrateData) -> Result<ExitCode, Failure> {
    let mut terminate = stop_signal(SignalKind::terminate())?;
    let mut interrupt = stop_signal(SignalKind::interrupt())?;
    tokio::select! {
        biased;
        _ = terminate.recv() => Err(interrupted()),
        _ = interrupt.recv() => Err(interrupted()),
        done = move_all(config, asked) => done,
    }
}

fn stop_signal(kind: SignalKind) -> Result<tokio::signal::unix::Signal, Failure> {
    signal(kind).map_err(|error| Failure::other(format!("signals cannot be heard: {error}")))
}

fn interrupted() -> Failure {
    Failure::other("the move was interrupted. Run the same command again: it goes on where it was.")
}

async fn move_all(config: &Config, asked: MigrateData) -> Result<ExitCode, Failure> {
    let (env, begun) = (host::env(), Instant::now());
    let (from, to) = (source_config(config, &asked), target_config(config, &asked)?);
    begins("copying and checking the databases of the folder");
    let source = MigrationSource::open(&from, asked.scratch.as_deref(), &env).await?;
    let target = MigrationTarget { config: &to, env: &env };
    if target.is_finished(&source).await? {
        target.end(&source).await?;
        output::line(format_args!("The shop was moved and compared by an earlier run."));
        tell_next(&from);
        return Ok(ExitCode::SUCCESS);
    }
    let moves = target.begin(&source, asked.restart).await?;
    let rows = copy(&moves, usize::try_from(asked.batch).unwrap_or(usize::MAX)).await?;
    let tables: usize = moves.iter().map(Move::tables).sum();
    compare(&moves, rows).await?;
    output::line(format_args!(
        "Moved {} rows of {tables} tables: the count and the checksum of each table are the same on both sides.",
        grouped(rows)
    ));
    let code = audit_both((&source, anchor::rest(&from.data)?), &to, &env).await?;
    if let Some(first) = moves.first() {
        first.keep_compared().await?;
    }
    target.end(&source).await?;
    let took = begun.elapsed().as_secs();
    output::line(format_args!("The move took {} min {} s.", took / 60, took % 60));
    tell_next(&from);
    Ok(code)
}

/// The settings of the shop that is moved, wherever those of the target are.
fn source_config(config: &Config, asked: &MigrateData) -> Config {
    Config {
        data: asked.from.clone().unwrap_or_else(|| config.data.clone()),
        database_url: None,
        auth_database_url: None,
        products_database_url: None,
        orders_database_url: None,
        payments_database_url: None,
        notifications_database_url: None,
        ..config.clone()
    }
}

fn target_config(config: &Config, asked: &MigrateData) -> Result<Config, Failure> {
    let database_url = asked.to.clone().map(Secret::new).or_else(|| config.database_url.clone());
    let to = Config { database_url, ..config.clone() };
    match topology::is_on_postgres(&to) {
        true => Ok(to),
        false => Err(Failure::Config(
            "the target has no database: name it with --to or ORDO_DATABASE_URL, such as \
             postgres://ordo@127.0.0.1:5432/ordo, or one for each service with ORDO_…_DATABASE_URL."
                .to_owned(),
        )),
    }
}

/// The databases that are moved to.
struct MigrationTarget<'a> {
    config: &'a Config,
    env: &'a Env,
}

impl MigrationTarget<'_> {
    fn look_at(&self, service: &'static str) -> Result<Db, Failure> {
        distributed::look_at(self.config, service, self.env)
    }

    /// The move into the database of this service.
    async fn begun(&self, service: &'static str) -> Result<Option<UnfinishedMove>, Failure> {
        let begun = moving::begun(&self.look_at(service)?).await;
        begun.map_err(|error| distributed::explain(self.config, service, &error))
    }

    /// Whether an earlier run has compared all, and was interrupted while it removed its marks: that of the first part goes last.
    async fn is_finished(&self, source: &MigrationSource) -> Result<bool, Failure> {
        let Some((first, _)) = source.parts().into_iter().next() else { return Ok(false) };
        let begun = self.begun(first).await?;
        Ok(begun.is_some_and(|begun| begun.is_compared && begun.origin == source.origin))
    }

    /// Checks all databases, brings them to this version, and begins or goes on in each.
    async fn begin(&self, source: &MigrationSource, restart: bool) -> Result<Vec<Move>, Failure> {
        let mut is_begun = Vec::new();
        for (service, _) in source.parts() {
            is_begun.push(self.check(service, source, restart).await?);
        }
        let mut moves = Vec::new();
        for ((service, from), is_begun) in source.parts().into_iter().zip(is_begun) {
            let migrations = match service {
                compat::NAME => compat::migrations(),
                service => migrations(service),
            };
            let (to, _) = distributed::migrated(self.config, service, migrations, self.env).await?;
            let one = Move::plan(service, &from, &to).await?;
            if !is_begun {
                one.begin(&source.origin).await?;
            }
            moves.push(one);
        }
        Ok(moves)
    }

    /// Whether the move of this shop, as it is now, goes on in this database; else it has to begin.
    async fn check(
        &self,
        service: &'static str,
        source: &MigrationSource,
        restart: bool,
    ) -> Result<bool, Failure> {
        let Some(UnfinishedMove { origin, begun_at, .. }) = self.begun(service).await? else {
            return self.check_empty(service, source).await.map(|()| false);
        };
        let ShopOrigin { shop, source: state } = &source.origin;
        if restart {
            return Ok(false);
        }
        if origin.shop != *shop {
            return Err(Failure::Data(format!(
                "the database of {service} has a part of another shop, whose move began at {begun_at}. Name another database; to \
                 delete what is there and move this shop, add --restart."
            )));
        }
        if origin.source != *state {
            tracing::warn!(
                service,
                "the shop or the program has changed since the move began at {begun_at}: it begins anew"
            );
        }
        Ok(origin.source == *state)
    }

    async fn check_empty(&self, service: &'static str, source: &MigrationSource) -> Result<(), Failure> {
        let to = self.look_at(service)?;
        let blank = source.blank(self.env).await?;
        let blank_of_service = match service {
            compat::NAME => crate::compat::open(&blank.auth).await?,
            service => match blank.stores().remove(service) {
                Some(db) => db,
                None => return Ok(()),
            },
        };
        let found = moving::found(&to, &blank_of_service).await?;
        if found.is_empty() {
            return Ok(());
        }
        let named = found.iter().map(|(table, rows)| format!("{table} ({rows} rows)")).collect::<Vec<_>>();
        Err(Failure::Data(format!(
            "the database of {service} has data already, in the schema {service}: {}. Nothing was changed. Name an empty database. If \
             this shop was moved there before, there is nothing to do.",
            named.join(", ")
        )))
    }

    /// Services may start from now on.
    async fn end(&self, source: &MigrationSource) -> Result<(), Failure> {
        // the first one, which says that all was compared, is the last
        for (service, _) in source.parts().into_iter().rev() {
            moving::end(service, &self.look_at(service)?).await?;
        }
        Ok(())
    }
}

/// How many rows there are.
async fn copy(moves: &[Move], batch: usize) -> Result<u64, Failure> {
    let mut rows = 0;
    for one in moves {
        rows += one.rows().await?;
    }
    let progress = Progress::of("moved", rows);
    for one in moves {
        one.copy(batch, |table, rows| progress.add(one.service, table, rows)).await?;
        one.settle().await?;
    }
    progress.end();
    Ok(rows)
}

async fn compare(moves: &[Move], rows: u64) -> Result<(), Failure> {
    let progress = Progress::of("compared", rows);
    let mut differences = Vec::new();
    for one in moves {
        let compared = one.compare(|table, rows| progress.add(one.service, table, rows)).await?;
        let differ = compared.into_iter().filter(|compared| compared.from != compared.to);
        differences.extend(differ.map(|TableComparison { table, from, to }| {
            format!("{}, table {table}: {from} in the folder, {to} on PostgreSQL", one.service)
        }));
    }
    progress.end();
    match differences.is_empty() {
        true => Ok(()),
        false => Err(Failure::Data(format!(
            "both sides differ:\n{}\nSomebody else has written to the target. Run the command again with --restart, which deletes what \
             was moved and begins anew.",
            differences.join("\n")
        ))),
    }
}

/// What the audit finds was found in the folder, too, or the move has not succeeded.
async fn audit_both(
    (source, rest): (&MigrationSource, Option<IdlePeriod>),
    to: &Config,
    env: &Env,
) -> Result<ExitCode, Failure> {
    begins("auditing both sides");
    let before = audit::findings(&source.databases, env, false, rest).await?;
    let target = Databases::look_at(to, env).await?;
    let after = audit::findings(&target, env, false, rest).await?;
    let code = audit::tell(&after, &[]);
    if before == after {
        output::line(format_args!("The audit says the same of the folder and of PostgreSQL."));
        return Ok(code);
    }
    let of_folder: Vec<_> = before
        .iter()
        .map(|found| format!("{:?} {}: {}", found.invariant, found.subject, found.detail))
        .collect();
    Err(Failure::Data(format!(
        "the audit says otherwise of the folder: {}. Run the command again with --restart.",
        if of_folder.is_empty() { "it is clean".to_owned() } else { of_folder.join("\n") }
    )))
}

/// What is left to do.
fn tell_next(from: &Config) {
    let data = absolute(&from.data).unwrap_or_else(|_| from.data.clone());
    let secret = match from.secret {
        Some(_) => "the same ORDO_SECRET as before".to_owned(),
        None => format!("ORDO_SECRET_FILE, a copy of {}", data.join(SECRET).display()),
    };
    output::line(format_args!("Next:\n- give every process the same databases and {secret};"));
    if let Some(folder) = image_folder::folder(from, true).filter(|folder| folder.exists()) {
        output::line(format_args!("- give every gateway ORDO_PICTURES, a copy of {};", shown(&folder)));
    }
    output::line(format_args!(
        "- start them as docs/operations.md says, with a NATS server, or an ORDO_BUS_PREFIX, that no shop has used;\n\
         - keep {}, and do not serve it again: both shops would charge the same customers.",
        data.display()
    ));
}

fn shown(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
