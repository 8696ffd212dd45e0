//! Charges that the provider has made and Ordo has forgotten, since its database was put back to an older copy: staff find each of
//! them, and give it back or take it over.

use crate::{
    restored::manual,
    world::{PayableOrder, PaymentsTestBed, euros, settings, simulator_settings},
};
use contracts::{payments::*, settlement::PayError};
use db::{Sql, params};
use endpoint::{Json, PageParams, Path, client::CallError};
use kernel::id::UnknownChargeId;

on_both!(
    what_was_charged_in_the_lost_time_is_listed_once,
    the_search_goes_on_from_page_to_page,
    nothing_is_searched_that_is_surely_known,
    nobody_is_charged_before_the_provider_has_listed_its_charges,
    a_charge_that_the_order_is_paid_with_is_listed_no_more,
    a_charge_goes_back_once,
    what_is_authorized_is_voided_and_what_is_open_is_ended,
    a_charge_goes_back_though_the_process_dies,
    a_refund_that_is_refused_is_tried_again_under_another_key,
    an_order_whose_charge_went_back_is_charged_anew,
    a_charge_is_taken_over_and_none_is_made,
    an_order_that_was_lost_and_is_placed_again_is_not_charged_again,
    nothing_is_charged_where_there_is_nothing_to_take_over,
    a_timer_for_a_charge_that_is_settled_ends,
    charges_that_a_start_finds_without_an_epoch_begin_one,
);

impl PaymentsTestBed {
    /// Puts the database back and begins an epoch, as `ordo serve --accept-loss` does; waits until the charges were looked through.
    async fn lose(&self) {
        self.put_back_at_once().await;
        self.begin_epoch().await;
    }

    pub(crate) async fn begin_epoch(&self) {
        payments::begin_epoch(&self.db, &self.env).await.unwrap();
        self.look_at_timers();
        self.until("the charges were looked through", async || self.searches_left().await == "last").await;
    }

    /// `first`, `last`, or `none` where the search is over.
    async fn searches_left(&self) -> &'static str {
        const LAST: &str = "select count(*) as n from timer where kind = 'find_charges'
            and cast(payload as text) like '%is_last%true%'";
        match PaymentsTestBed::count(&self.db, LAST).await {
            1 => "last",
            _ if PaymentsTestBed::count(
                &self.db,
                "select count(*) as n from timer where kind = 'find_charges'",
            )
            .await
                == 1 =>
            {
                "first"
            }
            _ => "none",
        }
    }

    async fn listed(&self) -> Vec<UnknownCharge> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let slice = PageParams { limit: Some(2), cursor };
            let Json(page) = self.ask("staff:payments", ListUnknownCharges { slice }).await.unwrap();
            all.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return all,
            }
        }
    }

    async fn listed_of(&self, order: PayableOrder) -> UnknownCharge {
        let found = self.listed().await.into_iter().find(|charge| charge.order_id == order.id);
        found.unwrap_or_else(|| panic!("no charge of {} is listed", order.id))
    }

    async fn try_give_back(
        &self,
        id: UnknownChargeId,
    ) -> Result<UnknownCharge, CallError<RefundUnknownChargeError>> {
        let asked = RefundUnknownCharge { id: Path(id) };
        self.ask("staff:payments", asked).await.map(|Json(charge)| charge)
    }

    async fn give_back(&self, id: UnknownChargeId) -> UnknownCharge {
        self.try_give_back(id).await.unwrap()
    }

    /// What an audit finds wrong about the charges and keys of the provider.
    pub(crate) async fn charges_are_explained(&self) {
        let mut charges = simulator::audit(&self.simulator).await.unwrap();
        payments::audit::without_settled(&self.db, &mut charges).await.unwrap();
        payments::audit::assign_to_repeats(&self.db, &mut charges).await.unwrap();
        crate::world::compare(&self.audited().await, &charges);
        assert_eq!(self.unwritten(500).await, []);
    }
}

/// As at a start whose provider did not answer: nobody has told of a loss.
async fn charges_that_a_start_finds_without_an_epoch_begin_one(world: PaymentsTestBed) {
    let [kept, lost] = [world.order(100), world.order(4900)];
    world.pay(kept, "sim_ok", "k").await;
    world.until("nothing is under way", async || world.is_quiet().await).await;
    let compare = async || {
        let settings = settings();
        let compared =
            payments::newer_charges(&world.db, world.provider(simulator_settings()), &settings, &world.env)
                .await;
        compared.unwrap().unwrap().map(|newer| (newer.count, newer.is_all))
    };
    assert_eq!(compare().await, None);
    world.keep().await;
    world.pay(lost, "sim_ok", "k").await;
    world.put_back().await;
    assert_eq!(compare().await, Some((1, true)));
    payments::list_newer_charges(&world.db).await.unwrap();
    assert_eq!(compare().await, Some((1, true)), "a search that nobody waits for keeps no start");
    world.look_at_timers();
    world.until("the charges were looked through", async || !world.listed().await.is_empty()).await;
    assert_eq!(world.listed().await.len(), 1);
    // a charge in transit is found later
    assert_eq!(world.searches_left().await, "last");
    assert_eq!(compare().await, None, "it is listed already");
    assert!(payments::loss_not_accepted(&world.db).await.unwrap().is_some());
    world.pay(lost, "sim_ok", "k2").await;
    assert_eq!(world.taken(lost).await, [(4900, 0)]);
    assert_eq!(world.listed().await, []);
    world.charges_are_explained().await;
    payments::begin_epoch(&world.db, &world.env).await.unwrap();
    assert_eq!(payments::loss_not_accepted(&world.db).await.unwrap(), None);
}

async fn what_was_charged_in_the_lost_time_is_listed_once(world: PaymentsTestBed) {
    let [known, existing, lost, authorized, waiting, declined, voided, refunded] =
        [1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700].map(|minor| world.order(minor));
    world.pay(known, "sim_ok", "k").await;
    assert!(world.pay(existing, "sim_declined", "k").await.declined.is_some());
    world.keep().await;
    world.pay(existing, "sim_ok", "k2").await;
    world.pay(lost, "sim_ok", "k").await;
    world.authorize(authorized, "sim_ok").await;
    world.pay(waiting, "sim_requires_action", "k").await;
    world.pay(declined, "sim_declined", "k").await;
    world.authorize(voided, "sim_ok").await;
    world.owe(voided, 0).await;
    let gone = world.pay(refunded, "sim_ok", "k").await.payment.id;
    world.refund(gone, None, "r").await.unwrap();
    world.lose().await;
    let seen = |listed: &[UnknownCharge]| -> Vec<_> {
        let of = |charge: &UnknownCharge| (charge.order_id, charge.status, charge.amount, charge.captured);
        listed.iter().map(of).collect()
    };
    let nothing = euros(0);
    let expected = [
        (existing.id, UnknownChargeStatus::Captured, existing.total, existing.total),
        (lost.id, UnknownChargeStatus::Captured, lost.total, lost.total),
        (authorized.id, UnknownChargeStatus::Authorized, authorized.total, nothing),
        (waiting.id, UnknownChargeStatus::Pending, waiting.total, nothing),
    ];
    assert_eq!(seen(&world.listed().await), expected);
    // what is known is not written down, and what holds no money is, so that nobody looks for it any more
    assert_eq!(PaymentsTestBed::count(&world.db, "select count(*) as n from unknown_charge").await, 7);
    // the search may be begun again, and is repeated
    world.begin_epoch().await;
    assert_eq!(seen(&world.listed().await), expected);
    world.search_at(world.env.now()).await;
    world.until("the search is over", async || world.searches_left().await == "none").await;
    assert_eq!(seen(&world.listed().await), expected);
}

async fn the_search_goes_on_from_page_to_page(world: PaymentsTestBed) {
    world.keep().await;
    let orders: Vec<PayableOrder> = (0..103).map(|_| world.order(100)).collect();
    for chunk in orders.chunks(4) {
        futures_util::future::join_all(chunk.iter().map(|order| world.pay(*order, "sim_ok", "k"))).await;
    }
    world.lose().await;
    let mut listed: Vec<_> = world.listed().await.iter().map(|charge| charge.order_id).collect();
    listed.sort();
    let mut all: Vec<_> = orders.iter().map(|order| order.id).collect();
    all.sort();
    assert_eq!(listed, all);
}

/// An attempt that was never sent may have been followed by one that was charged: its key tells nothing of that.
async fn nobody_is_charged_before_the_provider_has_listed_its_charges(world: PaymentsTestBed) {
    let order = world.order(4900);
    // a process reads once whether there was a loss
    world.begin_epoch().await;
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    world.put_back().await;
    world.search_again_at(world.env.now().plus(std::time::Duration::from_secs(3600))).await;
    let refused = world.pay_as(world.wish(order, "sim_ok", "k2")).await.unwrap_err();
    let CallError::Problem(problem) = refused else { panic!("{refused:?}") };
    assert_eq!((problem.status, problem.code.as_str()), (503, "unavailable"));
    // an order that was placed since may be the repeat of one that was lost
    let refused = world.pay_as(world.wish(world.order(100), "sim_ok", "k")).await.unwrap_err();
    assert!(matches!(refused, CallError::Problem(problem) if problem.status == 503));
    world.search_at(world.env.now()).await;
    world.until("the charges were looked through", async || world.searches_left().await == "last").await;
    world.pay(order, "sim_ok", "k2").await;
    assert_eq!(world.taken(order).await, [(4900, 0)]);
}

impl PaymentsTestBed {
    /// As a new epoch does, but at this time.
    async fn search_again_at(&self, at: kernel::Timestamp) {
        const ANEW: Sql = Sql::both("update timer set due_at = $1, payload = $2 where kind = 'find_charges'");
        let search = serde_json::json!({"since": 0, "after": null, "is_last": false});
        let mut tx = self.db.begin().await.unwrap();
        assert_eq!(tx.run(&ANEW, params![at, search]).await.unwrap(), 1);
        tx.commit("payments.due").await.unwrap();
    }

    async fn search_at(&self, at: kernel::Timestamp) {
        const DUE: Sql = Sql::both("update timer set due_at = $1 where kind = 'find_charges'");
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&DUE, params![at]).await.unwrap();
        tx.commit("payments.due").await.unwrap();
        self.look_at_timers();
    }
}

/// What is older than anything that was lost is not asked for; else the search would read years.
async fn nothing_is_searched_that_is_surely_known(world: PaymentsTestBed) {
    world.pay(world.order(100), "sim_ok", "k").await;
    world.lose_nothing().await;
    let newest: kernel::Timestamp = {
        const NEWEST: Sql = Sql::both("select max(time) as t from event");
        world.db.query_one(&NEWEST, params![]).await.unwrap().get("t").unwrap()
    };
    let since = world.since().await;
    assert_eq!(newest.since(since), std::time::Duration::from_secs(24 * 60 * 60));
    // a search that is not over begins no later, whatever is known already
    world.pay(world.order(100), "sim_ok", "k").await;
    payments::begin_epoch(&world.db, &world.env).await.unwrap();
    assert_eq!(world.since().await, since);
}

impl PaymentsTestBed {
    async fn lose_nothing(&self) {
        self.begin_epoch().await;
    }

    async fn since(&self) -> kernel::Timestamp {
        const SEARCH: Sql = Sql::both("select payload from timer where kind = 'find_charges'");
        let row = self.db.query_one(&SEARCH, params![]).await.unwrap();
        let payload: serde_json::Value = row.get("payload").unwrap();
        kernel::Timestamp::from_micros(payload["since"].as_i64().unwrap())
    }
}

async fn a_charge_that_the_order_is_paid_with_is_listed_no_more(world: PaymentsTestBed) {
    let (order, other) = (world.order(4900), world.order(100));
    world.begin_epoch().await;
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    world.pay(other, "sim_ok", "k").await;
    world.lose().await;
    let charge = world.listed_of(order).await;
    assert_eq!(world.listed().await.len(), 2);
    world.pay(order, "sim_ok", "k2").await;
    let left: Vec<_> = world.listed().await.iter().map(|charge| charge.order_id).collect();
    assert_eq!(left, [other.id]);
    let refused = world.try_give_back(charge.id).await;
    let taken_over = RefundUnknownChargeError::ChargeTakenOver;
    assert!(matches!(refused, Err(CallError::Refused(why)) if why == taken_over));
    assert_eq!(world.taken(order).await, [(4900, 0)]);
}

async fn a_charge_goes_back_once(world: PaymentsTestBed) {
    let (order, partly) = (world.order(4900), world.order(5000));
    world.begin_epoch().await;
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    let paid = world.pay(partly, "sim_ok", "k").await.payment.id;
    world.refund(paid, Some(900), "r").await.unwrap();
    world.lose().await;
    for (order, captured) in [(order, 4900), (partly, 5000)] {
        let id = world.listed_of(order).await.id;
        for _ in 0..2 {
            let charge = world.give_back(id).await;
            assert_eq!((charge.status, charge.refunded), (UnknownChargeStatus::Refunded, euros(captured)));
        }
        assert_eq!(world.taken(order).await, [(captured, captured)]);
    }
    assert_eq!(world.listed().await, []);
    // what was refunded in the lost time is no refund of another charge, though it has its key
    let paid = world.pay_again(world.wish(partly, "sim_ok", "k2")).await;
    world.refund(paid.id, None, "r2").await.unwrap();
    world
        .until("it has gone back", async || world.payment(partly, paid.id).await.refunded == euros(5000))
        .await;
    assert_eq!(world.taken(partly).await, [(5000, 5000), (5000, 5000)]);
    // nothing is left to do, and the books explain all
    assert_eq!(
        PaymentsTestBed::count(&world.db, "select count(*) as n from timer where kind = 'give_back'").await,
        0
    );
    world.charges_are_explained().await;
}

async fn what_is_authorized_is_voided_and_what_is_open_is_ended(world: PaymentsTestBed) {
    let (authorized, waiting, late) = (world.order(4900), world.order(4900), world.order(4900));
    world.keep().await;
    world.authorize(authorized, "sim_ok").await;
    world.pay(waiting, "sim_requires_action", "k").await;
    world.lose().await;
    for order in [authorized, waiting] {
        let charge = world.give_back(world.listed_of(order).await.id).await;
        assert_eq!((charge.status, charge.refunded), (UnknownChargeStatus::Refunded, euros(0)));
    }
    let charges = simulator::audit(&world.simulator).await.unwrap();
    assert!(charges.iter().all(|charge| charge.authorized == 0 && charge.captured == 0), "{charges:?}");
    assert_eq!(world.listed().await, []);
    // what ends by itself is listed until it is checked again
    world.authorize(late, "sim_ok").await;
    world.lose().await;
    assert_eq!(world.listed_of(late).await.status, UnknownChargeStatus::Authorized);
    const END: Sql = Sql::both("update charge set state = 'expired' where state = 'authorized'");
    let mut tx = world.simulator.begin().await.unwrap();
    tx.run(&END, params![]).await.unwrap();
    tx.commit("simulator.end").await.unwrap();
    world.begin_epoch().await;
    assert_eq!(world.listed().await, []);
    world.charges_are_explained().await;
}

/// Written down is who wants it back, and that the provider must be asked; or the money has gone, and that is not written down.
async fn a_charge_goes_back_though_the_process_dies(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    world.lose().await;
    let id = world.listed_of(order).await.id;
    for _ in 0..2 {
        let mut tx = world.db.begin().await.unwrap();
        const WANTED: Sql =
            Sql::both("update unknown_charge set refund_by = 'usr_staff', refunded = 0, settled_at = null");
        tx.run(&WANTED, params![]).await.unwrap();
        let now = tx.now().await.unwrap();
        flow::timer::set(&mut tx, "give_back", id, now, &()).await.unwrap();
        tx.commit("payments.dies").await.unwrap();
        world.look_at_timers();
        world.until("it has gone back", async || world.listed().await.is_empty()).await;
        assert_eq!(world.taken(order).await, [(4900, 4900)]);
    }
    world.charges_are_explained().await;
}

async fn a_refund_that_is_refused_is_tried_again_under_another_key(world: PaymentsTestBed) {
    let (order, authorized) = (world.order(4900), world.order(4900));
    world.keep().await;
    world.pay(order, "sim_refund_refused", "k").await;
    world.pay_as(manual(world.wish(authorized, "sim_void_refused", "k"))).await.unwrap();
    world.lose().await;
    for order in [order, authorized] {
        let charge = world.give_back(world.listed_of(order).await.id).await;
        assert_eq!(charge.status, UnknownChargeStatus::Refunding);
    }
    world.until("they have gone back", async || world.listed().await.is_empty()).await;
    assert_eq!(world.taken(order).await, [(4900, 4900)]);
    assert_eq!(world.taken(authorized).await, []);
    world.charges_are_explained().await;
}

async fn an_order_whose_charge_went_back_is_charged_anew(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.begin_epoch().await;
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    world.lose().await;
    world.give_back(world.listed_of(order).await.id).await;
    let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    let mut taken = world.taken(order).await;
    taken.sort_unstable();
    assert_eq!(taken, [(4900, 0), (4900, 4900)]);
    // and so is one that goes back while it is refunded
    let refund = world.refund(paid.id, None, "r").await.unwrap();
    assert_eq!((refund.status, refund.amount), (RefundStatus::Succeeded, euros(4900)));
    world.charges_are_explained().await;
}

/// The first card was declined in the lost time, and the second one charged.
async fn a_charge_is_taken_over_and_none_is_made(world: PaymentsTestBed) {
    let (order, authorized, less) = (world.order(4900), world.order(4900), world.order(4900));
    world.begin_epoch().await;
    world.keep().await;
    assert!(world.pay(order, "sim_declined", "k").await.declined.is_some());
    world.pay(order, "sim_ok", "k2").await;
    world.authorize(authorized, "sim_ok").await;
    world
        .pay_as(contracts::settlement::PayRequest { owed: euros(100), ..world.wish(less, "sim_ok", "k") })
        .await
        .unwrap();
    world.lose().await;
    let paid = world.pay_again(world.wish(order, EXISTING_CHARGE, "k3")).await;
    assert_eq!((paid.status, paid.captured, paid.attempts.len()), (PaymentStatus::Captured, euros(4900), 1));
    assert_eq!(world.taken(order).await, [(4900, 0)]);
    let taken_over = world.pay_again(world.wish(authorized, EXISTING_CHARGE, "k3")).await;
    assert_eq!(taken_over.status, PaymentStatus::Authorized);
    // less than is owed pays for nothing
    let too_little = world.pay_again(world.wish(less, EXISTING_CHARGE, "k3")).await;
    assert_eq!((too_little.status, too_little.captured), (PaymentStatus::Open, euros(100)));
    assert_eq!(world.listed().await, []);
    // the next attempt has a number of its own
    let gone_back = async || world.payment(less, too_little.id).await.refunded == euros(100);
    world.until("it has gone back", gone_back).await;
    assert_eq!(world.pay_again(world.wish(less, "sim_ok", "k4")).await.status, PaymentStatus::Captured);
    world.refund(paid.id, None, "r").await.unwrap();
    world.agrees().await;
    assert_eq!(world.unwritten(500).await, []);
}

async fn an_order_that_was_lost_and_is_placed_again_is_not_charged_again(world: PaymentsTestBed) {
    let [lost, authorized, refunded, other] = [4900, 5000, 5100, 5200].map(|minor| world.order(minor));
    world.begin_epoch().await;
    world.keep().await;
    assert!(world.pay(lost, "sim_declined", "k").await.declined.is_some());
    world.pay(lost, "sim_ok", "k2").await;
    world.authorize(authorized, "sim_ok").await;
    world.pay(refunded, "sim_ok", "k").await;
    world.pay(other, "sim_ok", "k").await;
    world.lose().await;
    world.give_back(world.listed_of(refunded).await.id).await;
    let again = [lost, authorized, refunded].map(|order| world.placed_again(order));
    assert!(again.iter().all(|order| ![lost.id, authorized.id, refunded.id].contains(&order.id)));
    let paid = world.pay_again(world.wish(again[0], "sim_ok", "k")).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    let held = world.pay_again(world.wish(again[1], "sim_ok", "k")).await;
    assert_eq!(held.status, PaymentStatus::Authorized);
    assert_eq!([world.taken(again[0]).await, world.taken(again[1]).await], [[], []]);
    assert_eq!(world.taken(lost).await, [(4900, 0)]);
    // the customer has this money back
    world.pay_again(world.wish(again[2], "sim_ok", "k")).await;
    assert_eq!(world.taken(again[2]).await, [(5100, 0)]);
    let left: Vec<_> = world.listed().await.iter().map(|charge| charge.order_id).collect();
    assert_eq!(left, [other.id]);
    let orders = again.map(|order| order.id);
    let keys = payments::audit::keys_of_charges(&world.db, &orders).await.unwrap();
    let mut charges = simulator::charges_of(&world.simulator, &orders, &keys).await.unwrap();
    payments::audit::assign_to_repeats(&world.db, &mut charges).await.unwrap();
    let captured = |order: PayableOrder| -> i64 {
        charges.iter().filter(|charge| charge.order_id == order.id).map(|charge| charge.captured).sum()
    };
    assert_eq!(again.map(captured), [4900, 0, 5100]);
    world.refund(paid.id, None, "r").await.unwrap();
    let gone_back = async || world.taken(lost).await == [(4900, 4900)];
    world.until("it has gone back", gone_back).await;
    world.give_back(world.listed_of(other).await.id).await;
    world.charges_are_explained().await;
}

async fn nothing_is_charged_where_there_is_nothing_to_take_over(world: PaymentsTestBed) {
    let (order, refunded) = (world.order(4900), world.order(4900));
    world.begin_epoch().await;
    world.keep().await;
    world.pay(refunded, "sim_ok", "k").await;
    world.lose().await;
    world.give_back(world.listed_of(refunded).await.id).await;
    for order in [order, refunded] {
        let refused = world.pay_as(world.wish(order, EXISTING_CHARGE, "k2")).await;
        assert!(matches!(refused, Err(CallError::Refused(PayError::UnknownPaymentMethod))), "{refused:?}");
    }
    assert_eq!(world.taken(order).await, []);
}

async fn a_timer_for_a_charge_that_is_settled_ends(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.begin_epoch().await;
    world.keep().await;
    world.pay(order, "sim_ok", "k").await;
    world.lose().await;
    let id = world.listed_of(order).await.id;
    assert_eq!(world.give_back(id).await.status, UnknownChargeStatus::Refunded);
    let mut tx = world.db.begin().await.unwrap();
    flow::timer::set(&mut tx, "give_back", id, world.env.now(), &()).await.unwrap();
    tx.commit("payments.late_timer").await.unwrap();
    world.look_at_timers();
    let left = async || {
        PaymentsTestBed::count(&world.db, "select count(*) as n from timer where kind = 'give_back'").await
    };
    world.until("the timer has ended", async || left().await == 0).await;
    assert_eq!(world.taken(order).await, [(4900, 4900)]);
}
