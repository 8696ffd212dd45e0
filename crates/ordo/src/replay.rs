//! `ordo replay`: lists, replays or drops the events that a service could not handle.

use crate::{config::Config, databases::Databases, exit_code::Failure, output};
use db::Db;
use flow::dead_letters::{self, DeadLetter};
use kernel::id::EventId;

/// Lists dead letters; or drops those of `drop`, and has those of `events` replayed.
///
/// # Errors
/// When there is no shop, no such service or no such letter.
pub async fn run(
    config: &Config,
    service: Option<&str>,
    drop: &[String],
    events: &[String],
) -> Result<(), Failure> {
    let env = host::env();
    let databases = Databases::look_at(config, &env).await?;
    let all = databases.of_services();
    let asked: Vec<(&'static str, &Db)> =
        all.into_iter().filter(|(name, _)| service.is_none_or(|asked| asked == *name)).collect();
    if asked.is_empty() {
        let names = all.map(|(name, _)| name).join(", ");
        return Err(Failure::Config(format!("`--service`: one of {names} is expected")));
    }
    let (dropped, wanted) = (read(drop)?, read(events)?);
    if dropped.is_empty() && wanted.is_empty() {
        return list(&asked).await;
    }
    // all are looked for first: a mistake in the last one leaves the others as they are
    let (dropped, wanted) = (held(&asked, &dropped).await?, held(&asked, &wanted).await?);
    for (event, name, db) in dropped {
        dead_letters::drop(name, db, event).await?;
        output::line(format_args!("{event}: dropped by {name}"));
    }
    for (event, name, db) in wanted {
        dead_letters::replay(name, db, event).await?;
        output::line(format_args!("{event}: will be replayed by {name}"));
    }
    Ok(())
}

/// The services that have a dead letter of each of these events.
async fn held<'a>(
    asked: &[(&'static str, &'a Db)],
    events: &[EventId],
) -> Result<Vec<(EventId, &'static str, &'a Db)>, Failure> {
    let mut held = Vec::new();
    for event in events {
        let before = held.len();
        for (name, db) in asked {
            if dead_letters::holds(db, *event).await? {
                held.push((*event, *name, *db));
            }
        }
        if held.len() == before {
            let why = format!("{event} was not put aside; `ordo replay --list` shows what was");
            return Err(Failure::Config(why));
        }
    }
    Ok(held)
}

fn read(events: &[String]) -> Result<Vec<EventId>, Failure> {
    let id = |text: &String| {
        text.parse().map_err(|error| Failure::Config(format!("{text} is not the id of an event: {error}")))
    };
    events.iter().map(id).collect()
}

async fn list(asked: &[(&'static str, &Db)]) -> Result<(), Failure> {
    let mut any = false;
    for (name, db) in asked {
        for DeadLetter { event, kind, subject, error, at, replay, replays, .. } in
            dead_letters::list(db).await?
        {
            let again = match (replay, replays) {
                (true, _) => " (will be replayed)".to_owned(),
                (false, 0) => String::new(),
                (false, failed) => format!(" (replays that failed: {failed})"),
            };
            output::line(format_args!(
                "{event} {name}: {kind} of {subject}, put aside at {at}{again}: {error}"
            ));
            any = true;
        }
    }
    if !any {
        output::line(format_args!("nothing was put aside"));
    }
    Ok(())
}
