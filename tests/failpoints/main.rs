//! The program is ended at every fail point: before and after each commit, before and after each call to the outside.
//!
//! Journeys of customers and staff ([`journeys`]) go through all that the shop does. At first each is walked while
//! the program reports the points that it passes: so it is known where a journey can be ended, and how often
//! ([`plan`]). Then each point ends a program of its own, which is started again without it; the clients repeat what
//! they have no answer to, with their keys, and walk on ([`script`]). In the end everything agrees with the responses, and
//! is as if nothing had happened ([`checks`]).
//!
//! `ORDO_ONLY_POINT` tries the points whose names contain it; `TEST_SEED` repeats what was drawn; `TEST_LONG` tries
//! every point on every journey that passes it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "modules of one test")]

mod accidents;
mod checks;
mod journeys;
mod plan;
mod script;
#[path = "../shop/mod.rs"]
mod shop;

use journeys::{JOURNEYS, Journey};
use plan::{JourneyPlan, JourneyPoints, NOT_REACHED};
use script::{End, JourneyRun, Template};
use shop::load::SplitMix;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::part::Shard;
use tokio::{sync::Semaphore, task::JoinSet};

/// Programs at a time: most of the time each waits for its disk or its timers.
const AT_ONCE: usize = 8;
/// On a PostgreSQL that has places for so many.
const AT_ONCE_ON_POSTGRES: usize = 2;
/// Journeys that took longer are reported.
const SLOW: Duration = Duration::from_secs(45);
/// So often a point is tried again at which the program has not ended.
const TURNS: usize = 6;

/// On PostgreSQL each run draws so many journeys.
const JOURNEYS_DRAWN: usize = 3;
/// On them, so many ends at commits.
const COMMITS_DRAWN: usize = 9;

fn seed() -> u64 {
    let seed = testkit::seed();
    println!("TEST_SEED={seed}");
    seed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_can_end_at_commits_on_postgresql() {
    let (seed, is_long) = (seed(), testkit::is_long());
    let template = Arc::new(Template::on_postgres().await);
    let mut journeys: Vec<&Journey> = JOURNEYS.iter().filter(|one| one.is_of_both_engines()).collect();
    let mut dice = SplitMix::new(seed);
    while !is_long && journeys.len() > JOURNEYS_DRAWN {
        journeys.swap_remove(dice.roll(journeys.len() as u64) as usize);
    }
    let learned = learn(&template, &journeys).await;
    let plans = plan::at_commits(&learned, seed, if is_long { usize::MAX } else { COMMITS_DRAWN });
    let mut ends = BTreeMap::new();
    walk_to_ends(&template, &plans, &mut ends).await;
    let ended = ends.values().sum::<usize>();
    println!("ended {ended} times of {}, at {} points", plans.len(), ends.len());
    // of a later pass it may be a matter of luck whether there is one
    assert!(ended * 2 > plans.len(), "of {} ends only {ended}", plans.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_can_end_at_every_fail_point() {
    let seed = seed();
    let template = Arc::new(Template::make().await);
    let learned = learn(&template, &JOURNEYS.iter().collect::<Vec<_>>()).await;
    let points = xtask::failpoints::of_repository().unwrap();
    let names: Vec<String> = points.iter().map(ToString::to_string).collect();
    plan::assert_all_are_reached(&names, &learned);
    let only = std::env::var("ORDO_ONLY_POINT").unwrap_or_default();
    let plans = plan::plans(&learned, seed, testkit::is_long());
    let part = if only.is_empty() { Shard::of_run() } else { Shard::All };
    let plans = plan::of_part(plans, part);
    let plans: Vec<JourneyPlan> =
        plans.into_iter().filter(|plan| plan.end.to_string().contains(&only)).collect();
    println!("{} points, {} of them not reached; {} ends", names.len(), NOT_REACHED.len(), plans.len());

    let mut ends: BTreeMap<String, usize> = plans.iter().map(|plan| (plan.end.point.clone(), 0)).collect();
    walk_to_ends(&template, &plans, &mut ends).await;
    // some passes are a matter of luck, such as two things at one moment
    for turn in 0..TURNS {
        let never = ends.iter().filter(|(_, ended)| **ended == 0).map(|(point, _)| point);
        let plans: Vec<JourneyPlan> = never.map(|point| plan::another(&learned, point, turn)).collect();
        walk_to_ends(&template, &plans, &mut ends).await;
    }
    println!("ended {} times, at {} points", ends.values().sum::<usize>(), ends.len());
    let never: Vec<_> = ends.iter().filter(|(_, ended)| **ended == 0).map(|(point, _)| point).collect();
    assert!(
        never.is_empty(),
        "the program passed these points before, and now did not end there: {never:#?}"
    );
}

/// Walks as planned, and counts how often the program ended at each point.
async fn walk_to_ends(template: &Arc<Template>, plans: &[JourneyPlan], ends: &mut BTreeMap<String, usize>) {
    let runs = plans.iter().map(|plan| (plan.to_string(), (plan.journey, Some(plan.end.clone()))));
    let walked = walk_all(template, runs.collect()).await;
    for plan in plans {
        *ends.entry(plan.end.point.clone()).or_default() += usize::from(walked[&plan.to_string()].ended);
    }
}

/// Walks these journeys, and notes the points that the program passes.
async fn learn(template: &Arc<Template>, journeys: &[&'static Journey]) -> Vec<JourneyPoints> {
    let runs = journeys.iter().map(|journey| (format!("“{}”", journey.name), (*journey, None)));
    let walked = walk_all(template, runs.collect()).await;
    let learned = |journey: &&'static Journey| {
        let JourneyResult { took, log, .. } = &walked[&format!("“{}”", journey.name)];
        JourneyPoints::of(journey, *took, log)
    };
    journeys.iter().map(learned).collect()
}

/// How a journey went.
struct JourneyResult {
    /// Whether the program ended at its point.
    ended: bool,
    took: Duration,
    /// What the program said that had been armed.
    log: String,
}

/// Walks journeys, several at a time; each with its name and where the program is to end. All must come to a good end.
#[allow(clippy::disallowed_methods, reason = "tests are no part of the program")]
async fn walk_all(
    template: &Arc<Template>,
    runs: Vec<(String, (&'static Journey, Option<End>))>,
) -> BTreeMap<String, JourneyResult> {
    let slots =
        Arc::new(Semaphore::new(if template.is_on_postgres() { AT_ONCE_ON_POSTGRES } else { AT_ONCE }));
    let mut tasks = JoinSet::new();
    let mut names = BTreeMap::new();
    for (name, (journey, end)) in runs {
        let (slots, template) = (slots.clone(), template.clone());
        let task = tasks.spawn(async move {
            let _slot = slots.acquire().await.unwrap();
            let begun = tokio::time::Instant::now();
            let (ended, log) = JourneyRun::walk(&template, journey, end).await;
            JourneyResult { ended, took: begun.elapsed(), log }
        });
        names.insert(task.id(), name);
    }
    let (mut walked, mut failed) = (BTreeMap::new(), Vec::new());
    while let Some(done) = tasks.join_next_with_id().await {
        match done {
            Ok((id, one)) => {
                let name = names.remove(&id).unwrap();
                // all of them would bury what went wrong
                if one.took > SLOW {
                    let how = if one.ended { "ended" } else { "walked" };
                    println!("{name}: {how}, {:.1} s", one.took.as_secs_f64());
                }
                walked.insert(name, one);
            }
            Err(error) => failed.push(names.remove(&error.id()).unwrap()),
        }
    }
    assert!(failed.is_empty(), "{} journeys did not come to a good end: {failed:#?}", failed.len());
    walked
}
