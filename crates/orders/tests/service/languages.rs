//! In which language the buyer of an order is written to.

use crate::{
    baskets::place_with,
    drafts::{self, draft_for, drafted, place},
    fakes::transport::NetworkFault,
    guests::{filled, placing},
    world::{OrdersTestBed, order_of},
};
use contracts::orders::*;
use endpoint::{Json, Path};
use kernel::{
    Language::{self, English, German},
    id::OrderId,
};

on_both!(
    an_order_speaks_what_it_was_placed_in,
    one_that_says_nothing_speaks_what_its_account_does,
    a_guests_order_speaks_what_its_guest_did,
    a_draft_speaks_what_its_customer_does_until_it_is_placed_otherwise,
    while_auth_is_away_what_was_said_is_kept,
    who_was_erased_speaks_nothing,
);

/// The language of the mails about an order, as notifications learns it.
async fn told(w: &OrdersTestBed, id: OrderId) -> Option<Language> {
    let Json(contact) = w.call_as("notifications", GetContact { id: Path(id) }).await.unwrap();
    contact.language
}

async fn an_order_speaks_what_it_was_placed_in(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    w.auth.speaks(ada.id, English);
    let (key, new) = (w.key(), NewOrder { language: Some(German), ..order_of(&[(tea, 1)]) });
    let order = w.place_with(&ada, &key, &new).await.unwrap().body;
    assert_eq!((order.language, told(&w, order.id).await), (Some(German), Some(German)));
    assert_eq!(w.get(&ada, order.id).await, order);
    // a repeat is told it as well, and what its owner speaks since is no matter
    w.auth.speaks(ada.id, English);
    assert_eq!(w.place_with(&ada, &key, &new).await.unwrap().body, order);
    w.check().await;
}

async fn one_that_says_nothing_speaks_what_its_account_does(w: OrdersTestBed) {
    let (ada, bea, tea) = (w.customer(), w.customer(), w.product(1000, 10));
    w.auth.speaks(ada.id, German);
    let of_ada = w.place(&ada, &order_of(&[(tea, 1)])).await;
    assert_eq!((of_ada.language, told(&w, of_ada.id).await), (Some(German), Some(German)));
    let of_bea = w.place(&bea, &order_of(&[(tea, 1)])).await;
    assert_eq!((of_bea.language, told(&w, of_bea.id).await), (None, None));
    w.check().await;
}

async fn a_guests_order_speaks_what_its_guest_did(w: OrdersTestBed) {
    let id = filled(&w).await;
    let german = PlaceBasketRequest { language: Some(German), ..placing("bea@example.com", Some("sim_ok")) };
    let order = place_with(&w, &w.guest(), id, None, german.clone()).await.unwrap().body;
    assert_eq!((order.language, told(&w, order.id).await), (Some(German), Some(German)));
    assert_eq!(place_with(&w, &w.guest(), id, None, german).await.unwrap().body, order);
    w.check().await;
}

async fn a_draft_speaks_what_its_customer_does_until_it_is_placed_otherwise(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    w.auth.speaks(ada.id, German);
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    assert_eq!(draft.language, Some(German));
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.language, told(&w, order.id).await), (Some(German), Some(German)));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    let english = PlaceDraftRequest { language: Some(English), ..PlaceDraftRequest::default() };
    let order = drafts::place_with(&w, &staff, draft.id, english).await.unwrap().body;
    assert_eq!((order.language, told(&w, order.id).await), (Some(English), Some(English)));
    assert_eq!(w.get(&ada, order.id).await.language, Some(English));
    w.check().await;
}

async fn while_auth_is_away_what_was_said_is_kept(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    w.auth.speaks(ada.id, English);
    w.to_auth.trouble("/internal/users", NetworkFault::Down);
    let silent = w.place(&ada, &order_of(&[(tea, 1)])).await;
    let said = w.place(&ada, &NewOrder { language: Some(German), ..order_of(&[(tea, 1)]) }).await;
    assert_eq!((silent.language, said.language), (None, Some(German)));
    w.to_auth.mend();
    assert!(w.run_timers("contact").await.iter().all(Result::is_ok));
    assert_eq!((told(&w, silent.id).await, told(&w, said.id).await), (Some(English), Some(German)));
    w.check().await;
}

async fn who_was_erased_speaks_nothing(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let order = w.place(&ada, &NewOrder { language: Some(German), ..order_of(&[(tea, 1)]) }).await;
    let mut tx = w.db.begin().await.unwrap();
    tx.run(&db::Sql::both("delete from person"), &[]).await.unwrap();
    tx.commit("test.erase").await.unwrap();
    assert_eq!((w.get(&ada, order.id).await.language, told(&w, order.id).await), (None, None));
}
