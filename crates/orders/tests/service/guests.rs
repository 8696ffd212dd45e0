//! Guests: an address is all that they need, and the key of their order all that they have.

use crate::{
    baskets::{add, at_once, made, place_with, read},
    fakes::{event, transport::NetworkFault},
    world::{Caller, OrdersTestBed, method, order_of, refused},
};
use contracts::{
    events::{EventType, UserEvent},
    fulfilments::ListFulfilments,
    orders::*,
};
use db::Sql;
use endpoint::client::CallError;
use endpoint::{Body, Created, IfMatch, IfNoneMatch, PageParams, Path, Permission, Role};
use kernel::{
    Secret,
    id::{BasketId, OrderId},
};
use std::time::Duration;

on_both!(
    a_guest_orders_with_nothing_but_an_address,
    many_who_place_a_guests_basket_place_one_order,
    a_guest_pays_again_and_cancels,
    the_key_of_one_order_opens_no_other,
    the_key_stands_nowhere_and_is_told_for_a_day,
    whoever_has_no_account_says_where_mails_go,
    what_a_guest_has_placed_comes_into_the_account_that_verifies_the_address,
    an_account_that_has_verified_its_address_has_what_is_placed_with_it,
    what_guests_place_with_an_address_keeps_its_account_from_nothing,
    without_auth_a_guests_order_waits_for_its_account,
    in_an_account_an_order_is_paid_and_shipped_as_ever,
);

const EMAIL: &str = "Bea@Example.com";

pub(crate) async fn filled(w: &OrdersTestBed) -> BasketId {
    let (nobody, tea) = (w.guest(), w.product(1000, 10));
    let id = made(w, &nobody).await.id;
    add(w, &nobody, id, (tea, 2)).await;
    id
}

pub(crate) fn placing(email: &str, token: Option<&str>) -> PlaceBasketRequest {
    let payment = token.map(|token| method(token, "automatic"));
    PlaceBasketRequest { email: Some(email.to_owned()), payment, ..PlaceBasketRequest::default() }
}

/// Places a guest's basket; the order, and who has its key.
pub(crate) async fn placed(w: &OrdersTestBed, email: &str, token: Option<&str>) -> (Order, Caller) {
    let id = filled(w).await;
    let Created { body, .. } = place_with(w, &w.guest(), id, None, placing(email, token)).await.unwrap();
    let holder = holder(w, &body);
    (body, holder)
}

fn holder(w: &OrdersTestBed, order: &Order) -> Caller {
    w.showing(order.guest_id.unwrap(), order.order_key.as_ref().unwrap().expose())
}

/// What a guest is told who fills in the form again, and otherwise.
async fn closed(w: &OrdersTestBed, id: BasketId) -> (Option<OrderId>, Option<Secret>) {
    let placing =
        PlaceBasketRequest { note: Some("Ring twice.".to_owned()), ..placing(EMAIL, Some("sim_ok")) };
    match place_with(w, &w.guest(), id, None, placing).await {
        Err(CallError::Refused(PlaceBasketError::BasketClosed { order_id, order_key, .. })) => {
            (order_id, order_key)
        }
        other => panic!("{other:?}"),
    }
}

async fn a_guest_orders_with_nothing_but_an_address(w: OrdersTestBed) {
    let id = filled(&w).await;
    let first = place_with(&w, &w.guest(), id, None, placing(EMAIL, Some("sim_ok"))).await.unwrap().body;
    assert_eq!((first.status, first.email.as_deref()), (OrderStatus::Confirmed, Some(EMAIL)));
    assert_eq!(first.guest_id, Some(first.user_id));
    let again = place_with(&w, &w.guest(), id, None, placing(EMAIL, Some("sim_ok"))).await.unwrap().body;
    assert_eq!(again, first);
    assert_eq!(closed(&w, id).await, (Some(first.id), first.order_key.clone()));
    let basket = read(&w, &w.guest(), id).await.unwrap().body;
    assert_eq!(
        (basket.status, basket.order_id, basket.user_id),
        (BasketStatus::Placed, Some(first.id), None)
    );

    let bea = holder(&w, &first);
    let seen = w.get(&bea, first.id).await;
    assert_eq!(seen, Order { order_key: None, ..first.clone() });
    let history = ListHistory { id: Path(first.id), slice: PageParams::default() };
    let told = w.call(&bea, history).await.unwrap().0.items;
    assert_eq!(told[0].actor, first.user_id.to_string());
    let parcels = ListFulfilments { id: Path(first.id), slice: PageParams::default() };
    assert_eq!(w.call(&bea, parcels).await.unwrap().0.items, []);
    let contact = w.call_as("notifications", GetContact { id: Path(first.id) }).await.unwrap().0;
    assert_eq!((contact.email.as_deref(), contact.order_key), (Some(EMAIL), first.order_key));
    w.check().await;
}

async fn many_who_place_a_guests_basket_place_one_order(w: OrdersTestBed) {
    let id = filled(&w).await;
    let many = (0..8).map(|n| {
        let w = w.clone();
        async move {
            let placing = placing(&format!("guest-{n}@example.com"), Some("sim_ok"));
            match place_with(&w, &w.guest(), id, None, placing).await {
                Ok(Created { body, .. }) => (body.id, body.email),
                // it was another's, whose order it is
                Err(CallError::Refused(PlaceBasketError::BasketClosed { order_id: Some(order), .. })) => {
                    (order, None)
                }
                other => panic!("{other:?}"),
            }
        }
    });
    let told = at_once(&w, many.collect()).await;
    let (order, placed) = (told[0].0, told.iter().filter_map(|(_, email)| email.as_ref()).count());
    assert!(told.iter().all(|(id, _)| *id == order) && placed == 1, "{told:?}");
    assert_eq!(w.payments.attempts(order), 1);
    assert_eq!(w.number("select count(*) as n from guest_order").await, 1);
    w.check().await;
}

async fn a_guest_pays_again_and_cancels(w: OrdersTestBed) {
    let (order, bea) = placed(&w, EMAIL, Some("sim_declined")).await;
    assert_eq!(order.status, OrderStatus::Pending);
    let key = w.key();
    let pay =
        || PayOrder { id: Path(order.id), key: key.clone(), method: Body(method("sim_ok", "automatic")) };
    let paid = w.call(&bea, pay()).await.unwrap().body;
    // the same payment, under the same key
    assert_eq!(w.call(&bea, pay()).await.unwrap().body, paid);
    assert_eq!(w.payments.attempts(order.id), 2);
    assert_eq!(w.get(&bea, order.id).await.status, OrderStatus::Confirmed);
    let note = OrderChange { note: Some("By the door.".to_owned()), ..OrderChange::default() };
    w.call(&bea, UpdateOrder { id: Path(order.id), based_on: IfMatch(None), change: Body(note) })
        .await
        .unwrap();
    let cancelled = w.cancel(&bea, order.id).await.unwrap().body;
    let why = (cancelled.status, cancelled.cancel_code);
    assert_eq!(why, (OrderStatus::Cancelled, Some(CancelCode::Customer)));
    w.check().await;
}

async fn the_key_of_one_order_opens_no_other(w: OrdersTestBed) {
    let (order, bea) = placed(&w, EMAIL, None).await;
    let (_, cem) = placed(&w, EMAIL, None).await;
    let get = || GetOrder { id: Path(order.id), known: IfNoneMatch(None) };
    for stranger in [&cem, &w.customer()] {
        assert_eq!(refused(w.call(stranger, get()).await).0, 404);
        assert_eq!(refused(w.pay(stranger, order.id, "sim_ok").await).0, 404);
        assert_eq!(refused(w.cancel(stranger, order.id).await).0, 404);
    }
    let key = order.order_key.as_ref().unwrap().expose();
    let wrong = format!("{}{}", &key[..key.len() - 2], if key.ends_with("AA") { "BA" } else { "AA" });
    for bad in [w.guest(), w.showing(order.user_id, &wrong)] {
        assert_eq!(refused(w.call(&bad, get()).await).0, 401);
    }
    // it is the key of an order, and of no account
    let list = ListOrdersOfUser {
        user_id: Path(order.user_id),
        filter: endpoint::Query(OrderFilter::default()),
        slice: PageParams::default(),
    };
    assert_eq!(refused(w.call(&bea, list).await).0, 403);
    let new = NewOrder { lines: Vec::new(), ..crate::world::order_of(&[(w.product(1000, 1), 1)]) };
    assert_eq!(refused(w.place_with(&bea, &w.key(), &new).await).0, 403);
    assert_eq!(w.get(&w.admin(), order.id).await.guest_id, order.guest_id);
    w.check().await;
}

async fn the_key_stands_nowhere_and_is_told_for_a_day(w: OrdersTestBed) {
    let id = filled(&w).await;
    let first = place_with(&w, &w.guest(), id, None, placing(EMAIL, Some("sim_ok"))).await.unwrap().body;
    let key = first.order_key.unwrap();
    for sql in [
        "select answer as text from placement where answer is not null",
        "select answer as text from idempotency where answer is not null",
        "select cast(data as text) as text from event",
    ] {
        for row in w.db.query(&Sql::both(sql), &[]).await.unwrap() {
            let text: String = row.get("text").unwrap();
            assert!(!text.contains(key.expose()) && !text.contains("ork_"), "{text}");
        }
    }
    w.clock.advance(Duration::from_secs(25 * 3600));
    let later = place_with(&w, &w.guest(), id, None, placing(EMAIL, Some("sim_ok"))).await.unwrap().body;
    assert_eq!((later.id, later.order_key), (first.id, None));
    assert_eq!(closed(&w, id).await, (Some(first.id), None));
    w.check().await;
}

async fn whoever_has_no_account_says_where_mails_go(w: OrdersTestBed) {
    let id = filled(&w).await;
    let place = async |by: &Caller, email: Option<&str>| {
        let placing = PlaceBasketRequest { email: email.map(str::to_owned), ..PlaceBasketRequest::default() };
        refused(place_with(&w, by, id, None, placing).await)
    };
    assert_eq!(place(&w.guest(), None).await, (422, "unprocessable".to_owned()));
    assert_eq!(place(&w.guest(), Some("nowhere")).await, (400, "invalid_request".to_owned()));
    assert_eq!(place(&w.guest(), Some("a\u{202e}b@x.com")).await, (422, "unprocessable".to_owned()));
    let ada = w.customer();
    let own = made(&w, &ada).await.id;
    add(&w, &ada, own, (w.product(1000, 1), 1)).await;
    assert_eq!(refused(place_with(&w, &w.guest(), own, None, placing(EMAIL, None)).await).0, 404);
    assert_eq!(w.number("select count(*) as n from orders").await, 0);
    // an account has an address of its own
    let adas = place_with(&w, &ada, own, None, placing(EMAIL, None)).await.unwrap().body;
    assert_eq!((adas.guest_id, adas.order_key), (None, None));
    assert_eq!(adas.email.as_deref(), Some("ada@example.com"));
    w.check().await;
}

/// The event by which auth tells that this user's address is verified.
async fn verified(w: &OrdersTestBed, user: &Caller, email: &str) {
    w.auth.verifies(user.id, email);
    let data = UserEvent { user_id: user.id, role: Role::Customer, permissions: Vec::new(), active: true };
    let told = event(&w.env, "auth", EventType::EmailVerified, user.id, 2, &data);
    w.hear(&told).await.unwrap();
    w.hear(&told).await.unwrap();
}

async fn done(w: &OrdersTestBed, kind: &'static str) {
    assert!(w.run_timers(kind).await.iter().all(Result::is_ok));
}

async fn what_a_guest_has_placed_comes_into_the_account_that_verifies_the_address(w: OrdersTestBed) {
    let (order, bea) = placed(&w, EMAIL, Some("sim_ok")).await;
    let (other, _) = placed(&w, "cem@example.com", None).await;
    done(&w, "claim").await;
    let account = w.customer();
    let get = |id| GetOrder { id: Path(id), known: IfNoneMatch(None) };
    // an account with the address that has not verified it has nothing
    assert_eq!(w.get(&w.admin(), order.id).await.user_id, order.user_id);
    assert_eq!(refused(w.call(&account, get(order.id)).await).0, 404);

    verified(&w, &account, "bea@EXAMPLE.com").await;
    assert_eq!(w.timers("claim_all").await, 1);
    done(&w, "claim_all").await;
    let seen = w.get(&account, order.id).await;
    assert_eq!((seen.user_id, seen.guest_id), (account.id, Some(order.user_id)));
    assert_eq!(seen.version, order.version + 1);
    assert_eq!(w.story(order.id).await.last(), Some(&EventType::OrderClaimed));
    // whoever has the key has it still, and nobody has what others have placed
    assert_eq!(w.get(&bea, order.id).await.id, order.id);
    assert_eq!(refused(w.call(&account, get(other.id)).await).0, 404);
    // and payments is told, once it can be
    w.to_payments.trouble("/internal/payments/account", NetworkFault::Down);
    assert!(w.run_timers("tell_account").await.iter().all(Result::is_err));
    w.to_payments.mend();
    done(&w, "tell_account").await;
    assert_eq!((w.payments.account_of(order.id), w.timers("tell_account").await), (Some(account.id), 0));
    // once
    verified(&w, &account, EMAIL).await;
    done(&w, "claim_all").await;
    assert_eq!(w.get(&account, order.id).await.version, order.version + 1);
    assert_eq!(w.number("select count(*) as n from guest_order").await, 1);
    w.check().await;
}

async fn an_account_that_has_verified_its_address_has_what_is_placed_with_it(w: OrdersTestBed) {
    let account = w.customer();
    verified(&w, &account, EMAIL).await;
    done(&w, "claim_all").await;
    let (order, _) = placed(&w, EMAIL, None).await;
    done(&w, "claim").await;
    assert_eq!((w.get(&account, order.id).await.user_id, w.timers("claim").await), (account.id, 0));
    w.check().await;
}

async fn what_guests_place_with_an_address_keeps_its_account_from_nothing(w: OrdersTestBed) {
    let settings = orders::OrdersSettings { unpaid_orders_max: 1, ..w.settings.clone() };
    let w = w.with(settings);
    let account = w.customer();
    verified(&w, &account, EMAIL).await;
    done(&w, "claim_all").await;
    for _ in 0..2 {
        let (order, _) = placed(&w, EMAIL, None).await;
        done(&w, "claim").await;
        assert_eq!(w.get(&account, order.id).await.user_id, account.id);
    }
    let new = order_of(&[(w.product(1000, 10), 1)]);
    w.place(&account, &new).await;
    assert_eq!(
        refused(w.place_with(&account, &w.key(), &new).await),
        (409, "too_many_unpaid_orders".to_owned())
    );
    w.check().await;
}

async fn without_auth_a_guests_order_waits_for_its_account(w: OrdersTestBed) {
    let account = w.customer();
    let (order, _) = placed(&w, EMAIL, None).await;
    w.auth.verifies(account.id, EMAIL);
    w.to_auth.trouble("/internal/users/verified", NetworkFault::Down);
    assert!(w.run_timers("claim").await.iter().all(Result::is_err));
    assert_eq!(w.timers("claim").await, 1);
    w.to_auth.mend();
    done(&w, "claim").await;
    assert_eq!(w.get(&account, order.id).await.user_id, account.id);
    w.check().await;
}

async fn in_an_account_an_order_is_paid_and_shipped_as_ever(w: OrdersTestBed) {
    let (account, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let (order, bea) = placed(&w, EMAIL, Some("sim_declined")).await;
    verified(&w, &account, EMAIL).await;
    done(&w, "claim_all").await;
    let key = w.key();
    let pay =
        || PayOrder { id: Path(order.id), key: key.clone(), method: Body(method("sim_ok", "automatic")) };
    w.call(&account, pay()).await.unwrap();
    assert_eq!(refused(w.call(&bea, pay()).await), (409, "already_paid".to_owned()));
    assert_eq!(w.payments.attempts(order.id), 2);
    let parcel = w.fulfil(&staff, order.id, None).await;
    w.ship(&staff, parcel.id).await.unwrap();
    assert_eq!(w.get(&bea, order.id).await.fulfilment_status, FulfilmentSummary::Shipped);
    w.check().await;
}
