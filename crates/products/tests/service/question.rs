//! A hold ends by a question, not by a clock.

use crate::{orders::FakeOrder, world::ProductsTestBed};
use contracts::{audit::Invariant, reservations::ReserveOutcome};
use db::{Sql, params};
use kernel::{
    BoxFuture, Env, Host, Timestamp,
    id::{PlacementId, ProductId},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::sleep;

on_both!(
    a_hold_that_never_became_an_order_is_released,
    a_live_order_keeps_its_hold_and_is_asked_about_again,
    a_young_hold_is_not_asked_about,
    a_confirmed_order_is_asked_about_daily,
    the_question_alone_repairs_lost_events,
    while_orders_is_away_everything_stays_held,
    an_order_that_is_faster_than_the_question_keeps_its_stock,
    what_cannot_be_answered_for_holds_up_nobody_and_is_found,
    what_cannot_be_followed_holds_up_nobody_and_is_found,
    many_holds_are_asked_about_together,
    of_two_replicas_one_asks,
    the_time_between_two_questions_doubles_up_to_a_limit,
    the_question_alone_gives_back_what_nobody_needs,
    what_is_wholly_lost_is_asked_about_until_goods_come,
    what_is_lost_is_asked_about_at_doubling_intervals_up_to_a_day,
    a_hold_ends_in_its_time_whatever_the_clock_of_the_process,
);

const SHORT: Duration = Duration::from_millis(30);

fn impatient(mut world: ProductsTestBed) -> ProductsTestBed {
    world.settings.hold = SHORT;
    world.settings.ask_hold_within = Duration::from_millis(60);
    world.settings.look_every = Duration::from_millis(10);
    world.start();
    world
}

async fn a_hold_that_never_became_an_order_is_released(world: ProductsTestBed) {
    let world = impatient(world);
    let (a, id) = (world.stocked(5).await, world.env.id());
    world.reserve(id, &[(a, 5)]).await;
    world.until("the hold to be released", async || world.figures(a).await == (5, 0, 0)).await;
    // orders has written down that it will refuse it (R10), and so have we
    assert!(world.orders.has_buried(id));
    assert_eq!(world.reserve(id, &[(a, 5)]).await, ReserveOutcome::Gone);
    let asked = world.orders.questions_about(id);
    sleep(SHORT * 5).await;
    assert_eq!(world.orders.questions_about(id), asked, "nothing is open: nothing is asked");
    world.is_sound().await;
}

async fn a_live_order_keeps_its_hold_and_is_asked_about_again(world: ProductsTestBed) {
    let world = impatient(world);
    let a = world.stocked(5).await;
    let order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    world.until("several questions", async || world.orders.questions_about(id) >= 3).await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((5, 5, 0), (5, 0, 0)));
    world.is_sound().await;
}

async fn a_young_hold_is_not_asked_about(mut world: ProductsTestBed) {
    world.settings.look_every = Duration::from_millis(10);
    world.start();
    let (a, id) = (world.stocked(5).await, world.env.id());
    world.reserve(id, &[(a, 5)]).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!((world.orders.questions_about(id), world.figures(a).await), (0, (5, 5, 0)));
}

async fn a_confirmed_order_is_asked_about_daily(world: ProductsTestBed) {
    let world = impatient(world);
    let a = world.stocked(5).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    order.confirm();
    world.orders.knows(&order);
    // the event is lost: the answer tells that it is confirmed
    world.until("a question", async || world.orders.questions_about(id) >= 1).await;
    let ask_at = async || {
        let audited = products::audit(&world.db, world.env.now()).await.unwrap();
        audited.reservations.iter().find(|fact| fact.placement_id == id).unwrap().ask_at
    };
    let tomorrow = world.env.now().plus(Duration::from_secs(23 * 3600));
    world.until("the next question to be tomorrow", async || ask_at().await > tomorrow).await;
    let asked = world.orders.questions_about(id);
    sleep(SHORT * 10).await;
    assert_eq!(world.orders.questions_about(id), asked);
    assert_eq!(world.figures(a).await, (5, 5, 0));
}

async fn the_question_alone_repairs_lost_events(world: ProductsTestBed) {
    let world = impatient(world);
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    let id = order.figures.placement_id.unwrap();
    order.ship(a, 2);
    let lost = order.cancel_some(a, 1);
    world.orders.knows(&order);
    world.until("the stock to follow", async || world.held(id, a).await == (2, 2, 1)).await;
    assert_eq!(world.figures(a).await, (8, 2, 0));
    // the event arrives at last
    world.hear(lost).await;
    assert_eq!(world.figures(a).await, (8, 2, 0));
    order.end();
    world.orders.knows(&order);
    world.until("the rest to be released", async || world.figures(a).await == (8, 0, 0)).await;
    world.is_sound().await;
}

async fn while_orders_is_away_everything_stays_held(world: ProductsTestBed) {
    let world = impatient(world);
    world.orders.is_down(true);
    let (a, id) = (world.stocked(5).await, world.env.id());
    world.reserve(id, &[(a, 5)]).await;
    world.until("a question", async || world.orders.questions_about(id) >= 1).await;
    sleep(SHORT * 5).await;
    assert_eq!(world.figures(a).await, (5, 5, 0));
    world.orders.is_down(false);
    // as if the lease had passed
    world
        .until("the hold to be released", async || {
            world.meddle(EARLIER).await;
            world.figures(a).await == (5, 0, 0)
        })
        .await;
}

async fn an_order_that_is_faster_than_the_question_keeps_its_stock(world: ProductsTestBed) {
    let world = impatient(world);
    let a = world.stocked(1_000).await;
    let (mut kept, mut never) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..20 {
        let id: PlacementId = world.env.id();
        world.reserve(id, &[(a, 3)]).await;
        sleep(SHORT).await; // the question comes just about now
        let order = FakeOrder::new(&world.env, id, &[(a, 3)]);
        if world.orders.place(&order) {
            kept.insert(id)
        } else {
            never.insert(id)
        };
    }
    let reserved = kept.len() as i64 * 3;
    world.until("the others to be released", async || world.figures(a).await == (1_000, reserved, 0)).await;
    for id in &kept {
        assert_eq!(world.held(*id, a).await, (3, 0, 0));
    }
    for id in &never {
        assert_eq!(world.held(*id, a).await, (0, 0, 3));
    }
    world.is_sound().await;
}

async fn what_cannot_be_answered_for_holds_up_nobody_and_is_found(world: ProductsTestBed) {
    let a = world.stocked(77).await;
    let bad = world.env.id();
    world.reserve(bad, &[(a, 5)]).await;
    world.orders.breaks_over(bad, true);
    let world = only_this_one_is_not_released(world, bad, a).await;
    world.orders.breaks_over(bad, false);
    all_is_well(&world, a).await;
}

async fn what_cannot_be_followed_holds_up_nobody_and_is_found(world: ProductsTestBed) {
    let a = world.stocked(77).await;
    let bad = world.env.id();
    world.reserve(bad, &[(a, 5)]).await;
    world.meddle("update product set currency = 'none'").await;
    let world = only_this_one_is_not_released(world, bad, a).await;
    world.meddle("update product set currency = 'EUR'").await;
    all_is_well(&world, a).await;
}

async fn only_this_one_is_not_released(
    world: ProductsTestBed,
    bad: PlacementId,
    a: ProductId,
) -> ProductsTestBed {
    let b = world.stocked(100).await;
    for _ in 0..9 {
        world.reserve(world.env.id(), &[(b, 1)]).await;
    }
    let due = world.env.now();
    world.meddle(EARLIER).await;
    let world = impatient(world);
    world.until("the others to be released", async || world.figures(b).await == (100, 0, 0)).await;
    let later = world.env.now().plus(Duration::from_secs(3600));
    let is_found = async || {
        let found = products::audit(&world.db, later).await.unwrap().findings;
        found.iter().any(|f| f.invariant == Invariant::I10 && f.subject == bad.to_string())
    };
    world.until("the audit to name it", is_found).await;
    assert_eq!(world.held(bad, a).await, (5, 0, 0));
    // however often it is asked about, the others see that an answer is owed
    let audited = products::audit(&world.db, later).await.unwrap();
    assert!(audited.reservations.iter().all(|fact| fact.placement_id == bad && fact.ask_at < due));
    world
}

async fn all_is_well(world: &ProductsTestBed, a: ProductId) {
    world.until("the hold to be released", async || world.figures(a).await == (77, 0, 0)).await;
    let later = world.env.now().plus(Duration::from_secs(3600));
    let found = products::audit(&world.db, later).await.unwrap().findings;
    assert!(found.iter().all(|finding| finding.invariant != Invariant::I10), "{found:?}");
}

async fn many_holds_are_asked_about_together(world: ProductsTestBed) {
    let a = world.stocked(1_000).await;
    let placings: Vec<PlacementId> = (0..30).map(|_| world.env.id()).collect();
    for id in &placings {
        world.reserve(*id, &[(a, 1)]).await;
    }
    world.meddle(EARLIER).await;
    let world = impatient(world);
    world.until("all to be released", async || world.figures(a).await == (1_000, 0, 0)).await;
    assert_eq!(world.orders.longest_question(), 30);
    world.is_sound().await;
}

async fn of_two_replicas_one_asks(world: ProductsTestBed) {
    let a = world.stocked(1_000).await;
    let placings: Vec<PlacementId> = (0..30).map(|_| world.env.id()).collect();
    for id in &placings {
        world.reserve(*id, &[(a, 1)]).await;
    }
    world.meddle(EARLIER).await;
    let world = impatient(world);
    world.start();
    world.until("all to be released", async || world.figures(a).await == (1_000, 0, 0)).await;
    for id in &placings {
        assert_eq!(world.orders.questions_about(*id), 1);
    }
}

async fn the_time_between_two_questions_doubles_up_to_a_limit(mut world: ProductsTestBed) {
    const STEP: Sql = Sql::both("select ask_step from placement where id = $1");
    world.settings.hold = Duration::from_millis(100);
    world.settings.ask_hold_within = Duration::from_millis(300);
    world.settings.look_every = Duration::from_millis(5);
    world.start();
    let a = world.stocked(5).await;
    let id = world.ordered(&[(a, 5)]).await.figures.placement_id.unwrap();
    let mut steps: Vec<i64> = Vec::new();
    while steps.last() != Some(&300_000) {
        let row = world.db.query_one(&STEP, params![id]).await.unwrap();
        let step = row.get("ask_step").unwrap();
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        assert!(steps.len() < 4, "{steps:?}");
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(steps, [100_000, 200_000, 300_000], "in microseconds");
}

/// Every question is due.
const EARLIER: &str =
    "update placement set ask_at = (select min(created_at) from product) where ask_at is not null";

async fn the_question_alone_gives_back_what_nobody_needs(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 2)]).await;
    let id = order.figures.placement_id.unwrap();
    world.hear(order.confirm()).await;
    order.ship(a, 2);
    order.figures.status = contracts::orders::OrderStatus::Completed;
    world.orders.knows(&order);
    world.hear(order.event(contracts::events::EventType::OrderCompleted)).await;
    world.meddle("update reservation set open = open + 8, quantity = quantity + 8").await;
    world.meddle("update product set reserved = reserved + 8").await;
    world.meddle("update placement set ask_at = (select min(created_at) from product)").await;
    assert_eq!((world.figures(a).await, world.held(id, a).await), ((8, 8, 0), (8, 2, 0)));
    let world = impatient(world);
    world.until("the units to be released", async || world.figures(a).await == (8, 0, 0)).await;
    assert_eq!(world.held(id, a).await, (0, 2, 8));
    world.is_sound().await;
}

const ASK: Sql = Sql::both("select ask_at, ask_step from placement where id = $1");

/// A confirmed order whose stock is gone, and nothing of it can be had.
async fn lost(world: &ProductsTestBed) -> (FakeOrder, ProductId) {
    let a = world.stocked(3).await;
    let mut order = FakeOrder::new(&world.env, world.env.id(), &[(a, 5)]);
    world.hear(order.confirm()).await;
    world.orders.knows(&order);
    assert_eq!(world.figures(a).await, (3, 0, 0));
    (order, a)
}

async fn what_is_wholly_lost_is_asked_about_until_goods_come(world: ProductsTestBed) {
    let world = impatient(world);
    let (order, a) = lost(&world).await;
    let id = order.figures.placement_id.unwrap();
    let is_asked = async |times: usize| {
        world.meddle(EARLIER).await;
        world.orders.questions_about(id) >= times
    };
    world.until("several questions", async || is_asked(2).await).await;
    assert_eq!(world.held(id, a).await, (0, 0, 5));
    world.adjust(a, 2, false).await.unwrap();
    // nobody touches the order
    let has_its_stock = async || is_asked(3).await && world.held(id, a).await == (5, 0, 0);
    world.until("the order to have its stock again", has_its_stock).await;
    assert_eq!(world.figures(a).await, (5, 5, 0));
    world.is_sound().await;
    // an order that ends lacks nothing
    let (mut order, _) = lost(&world).await;
    let id = order.figures.placement_id.unwrap();
    order.end();
    world.orders.knows(&order);
    let is_left_alone = async || {
        world.meddle(EARLIER).await;
        let row = world.db.query_one(&ASK, params![id]).await.unwrap();
        row.get::<Option<Timestamp>>("ask_at").unwrap().is_none()
    };
    world.until("the questions to end", is_left_alone).await;
}

async fn what_is_lost_is_asked_about_at_doubling_intervals_up_to_a_day(mut world: ProductsTestBed) {
    world.settings.look_every = Duration::from_millis(5);
    world.start();
    let (order, _) = lost(&world).await;
    let id = order.figures.placement_id.unwrap();
    let mut waits = Vec::new();
    while waits.len() < 11 {
        let asked = world.orders.questions_about(id);
        let row = world.db.query_one(&ASK, params![id]).await.unwrap();
        let wait = row.get::<Timestamp>("ask_at").unwrap().since(world.env.now());
        waits.push((wait.as_secs_f64() / 60.0).round());
        world.meddle(EARLIER).await;
        world.until("the question", async || world.orders.questions_about(id) > asked).await;
        let next = async || {
            let row = world.db.query_one(&ASK, params![id]).await.unwrap();
            row.get::<Timestamp>("ask_at").unwrap().since(world.env.now()) > Duration::from_secs(60)
        };
        world.until("the answer to be followed", next).await;
    }
    let expected = [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0, 1440.0, 1440.0];
    assert_eq!(waits, expected, "in minutes");
}

/// A process whose clock is ahead of the database's, or behind it.
struct SkewedClock {
    ahead: Duration,
    behind: Duration,
}
impl Host for SkewedClock {
    fn now(&self) -> Timestamp {
        testkit::real_env::env().now().plus(self.ahead).minus(self.behind)
    }
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| testkit::real_env::env().random::<1>()[0]);
    }
    #[allow(clippy::disallowed_methods, reason = "a world runs tasks")]
    fn spawn(&self, _: &'static str, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        Box::pin(async move { work() })
    }
}

async fn a_hold_ends_in_its_time_whatever_the_clock_of_the_process(mut world: ProductsTestBed) {
    const MINUTE: Duration = Duration::from_secs(60);
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let right = world.env.clone();
    let a = world.stocked(100).await;
    world.settings.hold = MINUTE;
    world.settings.look_every = Duration::from_millis(5);
    for (ahead, behind) in [(DAY, Duration::ZERO), (Duration::ZERO, DAY)] {
        world.env = Env::new(SkewedClock { ahead, behind });
        world.start();
        let mut order = world.ordered(&[(a, 1)]).await;
        let kept = world.figures(a).await.1;
        let id = world.env.id();
        world.reserve(id, &[(a, 5)]).await;
        world.hear(order.confirm()).await;
        world.orders.knows(&order);
        let waits = async |id: PlacementId| {
            let row = world.db.query_one(&ASK, params![id]).await.unwrap();
            let ask_at: Timestamp = row.get("ask_at").unwrap();
            (ask_at.since(right.now()).as_secs_f64() / 60.0).round()
        };
        assert_eq!(waits(id).await, 1.0, "of a hold, in minutes");
        assert_eq!(waits(order.figures.placement_id.unwrap()).await, 1440.0, "of a confirmed order");
        world.meddle(EARLIER).await;
        world.until("the hold to be released", async || world.figures(a).await.1 == kept).await;
    }
}
