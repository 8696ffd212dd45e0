//! Where the program is ended: learnt from what it passes, and drawn where there is a choice.

use crate::{journeys::Journey, script::End, shop::load::SplitMix};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};
use testkit::part::Shard;

/// Points that no journey passes, and why. Whatever else exists must be passed.
pub const NOT_REACHED: &[(&str, &str)] = &[
    ("read_revocations", "services that share a process with auth are told of ended sessions without a call"),
    ("get_jwks", "services that share a process with auth are given its keys without a call"),
    (
        "gateway.pass",
        "a shop in one process passes nothing on over the network; tests/distributed kills gateways under load",
    ),
    ("look_up_api_key", "services that share a process with auth ask its database who holds an API key"),
    (
        "payments.end_give_back",
        "a timer that outlives its charge: crates/payments/tests/service/unknown_charges.rs",
    ),
    (
        "auth.begin_epoch",
        "no server runs while an epoch begins: tests/backups/older.rs ends the program there",
    ),
    (
        "payments.begin_epoch",
        "no server runs while an epoch begins: tests/backups/older.rs ends the program there",
    ),
    (
        "payments.note_charges",
        "the provider has no charges that are unknown: tests/backups/older.rs puts a shop back beside it and ends it there",
    ),
    ("payments.refund_unknown_charge", "as payments.note_charges"),
    ("payments.apply_given_back", "as payments.note_charges"),
    (
        "payments.list_newer_charges",
        "as payments.note_charges, of a distributed shop (tests/distributed/older); the next start does it again",
    ),
    (
        "db.move_rows",
        "no server runs during a move to PostgreSQL: tests/distributed/moved.rs ends the program there",
    ),
    ("db.begin_move", "as db.move_rows"),
    ("db.settle_move", "as db.move_rows"),
    ("db.keep_compared", "as db.move_rows"),
    ("db.end_move", "as db.move_rows"),
    ("auth.import_user", "no server runs during an import: tests/compat/imports.rs ends the program there"),
    (
        "products.import_product",
        "no server runs during an import: tests/compat/imports.rs ends the program there",
    ),
    (
        "orders.import_order",
        "no server runs during an import: tests/compat/imports.rs ends the program there",
    ),
    (
        "products.refresh_search_index",
        "only after an upgrade, and a batch that is cut off is done again: crates/products/tests/service/spelling.rs",
    ),
    (
        "orders.refresh_words",
        "only after an upgrade, and a batch that is cut off is done again: crates/orders/tests/service/searching.rs",
    ),
    ("orders.correct_sums", "as orders.refresh_words: crates/orders/tests/service/sales_totals.rs"),
    ("auth.make_setup_token", "a shop with an administrator has no token; see tests/command_line/setup.rs"),
    ("auth.set_up", "a shop with an administrator has nothing to set up; see tests/command_line/setup.rs"),
    ("compat.number", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("compat.first_numbers", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("compat.put_address", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("compat.ask_user_service", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("auth.keep_account", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("ensure_account", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("find_user", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("create_product_on_behalf", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("find_products", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("update_product_on_behalf", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("delete_product_on_behalf", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("place_order_on_behalf", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("look_up_order", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("set_order_status_on_behalf", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("login", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("register", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("validate_token", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("list_users", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("list_products", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("list_orders", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("get_order", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("get_product", "a façade's: tests/compat/crashes.rs ends the program there"),
    ("get_service_status", "only looks how a service does, and changes nothing: tests/web/figures.rs"),
    ("run_audit_query", "only looks, and changes nothing: tests/distributed/audited.rs"),
    (
        "get_last_editor",
        "only reads who a product's page says has saved it, and changes nothing: tests/web/products.rs",
    ),
    (
        "get_sales_totals",
        "only reads what orders come to, for the first page of the console: tests/web/figures.rs",
    ),
    (
        "list_activity",
        "only reads what happened last, for the first page of the console: tests/web/figures.rs",
    ),
    (
        "look_up_users",
        "only reads who a page of the console names, and changes nothing: tests/web/expired_session.rs",
    ),
    (
        "look_up_placements",
        "only reads which orders the stock ledger names, and changes nothing: tests/web/products.rs",
    ),
    ("look_up_orders", "only reads what packing slips say, and changes nothing: tests/web/picking.rs"),
    (
        "get_setup_status",
        "only looks whether there is an administrator, and changes nothing: tests/web/set_up.rs",
    ),
    (
        "save_audit_report",
        "an audit is run by a button; one that is not kept is run again: tests/web/figures.rs",
    ),
    ("notifications.save_audit_report", "as save_audit_report"),
    (
        "resolve_dead_letter",
        "as flow.want_letter, by a button: it may be asked for again, tests/web/figures.rs",
    ),
    ("flow.want_letter", "a command beside it: tests/command_line/replay.rs ends the program there"),
    ("flow.drop_letter", "a command beside it: tests/command_line/replay.rs ends the program there"),
    (
        "flow.take_turn",
        "SQLite has no replicas; crates/flow/tests/replicas loses, freezes and cuts off who has the turn",
    ),
    ("flow.renew_turn", "as flow.take_turn"),
    ("flow.give_back_turn", "as flow.take_turn"),
    (
        "flow.note_ahead",
        "no feed lacks what was consumed of it: tests/distributed/older.rs puts a database back",
    ),
    ("products.consume_again", "as flow.rewind"),
    ("products.tell_not_lost", "as flow.rewind"),
    ("orders.consume_stock_again", "as flow.rewind"),
    ("orders.consume_reservations_again", "as flow.rewind"),
    ("orders.ask_to_restore_payments", "as flow.rewind"),
    (
        "orders.restore_payment",
        "payments has lost nothing: tests/distributed/older.rs puts its database back",
    ),
    ("payments.restore_payment", "as orders.restore_payment"),
    ("payments.take_over_attempt", "as orders.restore_payment"),
    (
        "payments.take_over_payment",
        "orders has lost nothing: tests/distributed/older puts its database back, crates/payments/tests/service/repeated_orders.rs",
    ),
    ("restore_payment", "as orders.restore_payment"),
    ("flow.rewind", "no server runs while an epoch begins, and it is done again: tests/distributed/older.rs"),
    (
        "flow.keep_secret_print",
        "a shop in one process has one secret; tests/distributed/starting.rs starts with another",
    ),
    (
        "bus.acknowledge",
        "a shop in one process has no NATS: tests/distributed/streams.rs ends the program there",
    ),
    (
        "bus.make_stream",
        "a shop in one process has no NATS: tests/distributed/streams.rs ends the program there",
    ),
    (
        "bus.make_consumer",
        "a shop in one process has no NATS: tests/distributed/streams.rs ends the program there",
    ),
    (
        "bus.remove_stream",
        "a shop in one process has no NATS, and it is done again: tests/distributed/older.rs",
    ),
    (
        "bus.change_stream",
        "a shop in one process has no NATS: tests/distributed/streams.rs ends the program there",
    ),
];

/// Journeys that a point must end besides the one where it is passed first: the customer does not come back, and
/// what was begun must be finished without being asked for.
const GONE_AWAY: &str = "a customer who goes away";
const WITHOUT_THE_CUSTOMER: &[&str] = &[
    "orders.place_order/committed",
    "pay/calling",
    "payments.pay/committing",
    "payments.pay/committed",
    "provider.submit/called",
    "orders.carry_out_wish/committing",
];

/// So many passes are tried of what several services do alike, and of what is done in turns.
const PASSES: u64 = 2;
/// Journeys that take longer are not drawn.
const DRAWN_WITHIN: Duration = Duration::from_secs(6);
/// The long form tries so many passes of each point on each journey.
const PASSES_LONG: u64 = 8;

/// What is known of a journey.
pub struct JourneyPoints {
    pub journey: &'static Journey,
    took: Duration,
    /// How often it passes each point.
    passes: BTreeMap<String, u64>,
}

impl JourneyPoints {
    /// From what the program has said in the meantime.
    pub fn of(journey: &'static Journey, took: Duration, log: &str) -> JourneyPoints {
        let passed = |line: &str| Some(line.strip_prefix("failpoint ")?.strip_suffix(": passed")?.to_owned());
        let mut passes = BTreeMap::new();
        for point in log.lines().filter_map(passed) {
            *passes.entry(point).or_default() += 1;
        }
        JourneyPoints { journey, took, passes }
    }
}

/// A journey, and where it is ended.
#[derive(Clone)]
pub struct JourneyPlan {
    pub journey: &'static Journey,
    pub end: End,
    took: Duration,
}

impl fmt::Display for JourneyPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on “{}”", self.end, self.journey.name)
    }
}

/// Every point is passed by a journey or is named as one that cannot be, and never both.
pub fn assert_all_are_reached(points: &[String], learned: &[JourneyPoints]) {
    let passed: BTreeSet<&str> = learned.iter().flat_map(|one| one.passes.keys()).map(|p| name(p)).collect();
    let is_of = |point: &str, name: &str| {
        let rest = point.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_named = |point: &str| NOT_REACHED.iter().any(|(name, _)| is_of(point, name));
    let lacking: Vec<_> = points.iter().filter(|p| !passed.contains(p.as_str()) && !is_named(p)).collect();
    assert!(lacking.is_empty(), "no journey passes these points: {lacking:#?}");
    let unknown: Vec<_> = passed.iter().filter(|p| !points.iter().any(|point| point == *p)).collect();
    assert!(unknown.is_empty(), "the source does not name these points: {unknown:#?}");
    for (name, _) in NOT_REACHED {
        assert!(points.iter().any(|point| is_of(point, name)), "no point is named {name}");
        let reached: Vec<_> = passed.iter().filter(|point| is_of(point, name)).collect();
        assert!(reached.is_empty(), "named as never reached, and it is: {reached:?}");
    }
}

/// The point without the service that passes it.
fn name(point: &str) -> &str {
    point.split_once(':').map_or(point, |(name, _)| name)
}

/// Each point on the shortest journey that passes it, and again where the seed says; the longest go first.
pub fn plans(learned: &[JourneyPoints], seed: u64, long: bool) -> Vec<JourneyPlan> {
    let mut dice = SplitMix::new(seed);
    let mut plans: BTreeMap<String, JourneyPlan> = BTreeMap::new();
    let points: BTreeSet<&String> = learned.iter().flat_map(|one| one.passes.keys()).collect();
    for point in points {
        let mut passing: Vec<&JourneyPoints> =
            learned.iter().filter(|one| one.passes.contains_key(point)).collect();
        passing.sort_by_key(|one| one.took);
        let mut ends: Vec<(&JourneyPoints, u64)> = Vec::new();
        let first = passing[0];
        let is_shared = point.contains(':') || DONE_BY_EACH.iter().any(|name| point.starts_with(name));
        ends.extend((1..=if is_shared { PASSES } else { 1 }).map(|pass| (first, pass)));
        let drawable = passing.iter().filter(|one| one.took < DRAWN_WITHIN).count();
        if drawable > 0 {
            let drawn = passing[dice.roll(drawable as u64) as usize];
            ends.push((drawn, 1 + dice.roll(drawn.passes[point])));
        }
        if WITHOUT_THE_CUSTOMER.contains(&point.as_str()) {
            ends.extend(passing.iter().find(|one| one.journey.name == GONE_AWAY).map(|one| (*one, 1)));
        }
        if long {
            ends.extend(passing.iter().flat_map(|one| (1..=PASSES_LONG).map(move |pass| (*one, pass))));
        }
        for (one, pass) in ends.into_iter().filter(|(one, pass)| *pass <= one.passes[point]) {
            let end = End { point: point.clone(), pass };
            let plan = JourneyPlan { journey: one.journey, end, took: one.took };
            plans.insert(plan.to_string(), plan);
        }
    }
    let mut plans: Vec<JourneyPlan> = plans.into_values().collect();
    plans.sort_by_key(|plan| std::cmp::Reverse(plan.took));
    plans
}

/// Those of one part of the points, by their names: a point's ends stay together.
pub fn of_part(plans: Vec<JourneyPlan>, part: Shard) -> Vec<JourneyPlan> {
    let points: BTreeSet<String> = plans.iter().map(|plan| plan.end.point.clone()).collect();
    let chosen: BTreeSet<String> =
        points.into_iter().enumerate().filter(|(n, _)| part.has(*n)).map(|(_, point)| point).collect();
    plans.into_iter().filter(|plan| chosen.contains(&plan.end.point)).collect()
}

/// At each commit on each of the journeys, at a pass that the seed says; so many of them are drawn, or all there are.
pub fn at_commits(learned: &[JourneyPoints], seed: u64, count: usize) -> Vec<JourneyPlan> {
    let mut dice = SplitMix::new(seed);
    let is_commit = |point: &str| name(point).ends_with("/committing") || name(point).ends_with("/committed");
    let mut plans = Vec::new();
    for one in learned {
        for (point, passes) in one.passes.iter().filter(|(point, _)| is_commit(point)) {
            let end = End { point: point.clone(), pass: 1 + dice.roll(*passes) };
            plans.push(JourneyPlan { journey: one.journey, end, took: one.took });
        }
    }
    while plans.len() > count {
        plans.swap_remove(dice.roll(plans.len() as u64) as usize);
    }
    plans
}

/// The first pass of a point on another journey: at first on those that pass it most often.
pub fn another(learned: &[JourneyPoints], point: &str, turn: usize) -> JourneyPlan {
    let mut passing: Vec<&JourneyPoints> =
        learned.iter().filter(|one| one.passes.contains_key(point)).collect();
    passing.sort_by_key(|one| std::cmp::Reverse(one.passes[point]));
    let one = passing[turn % passing.len()];
    JourneyPlan { journey: one.journey, end: End { point: point.to_owned(), pass: 1 }, took: one.took }
}

/// What each service does without a point of its own: its passes differ in whose they are.
const DONE_BY_EACH: &[&str] = &["read_feed/", "db.migrate/"];

/// Where an excuse says so, the file that it names has each of its points in a list of those at which it ends the program.
#[test]
fn points_that_another_test_ends_the_program_at_are_in_its_list() {
    let mut count = 0;
    for (prefix, why) in NOT_REACHED {
        let Some(named) = why.strip_suffix(" ends the program there") else { continue };
        let path = named.rsplit(' ').next().unwrap();
        let source = std::fs::read_to_string(xtask::tree::root().join(path)).unwrap();
        let name = prefix.trim_end_matches('/');
        assert!(source.contains(&format!("(\"{name}\", ")), "{path} does not list {name}");
        count += 1;
    }
    assert!(count > 20, "only {count} excuses name a file");
}
