//! Notes of staff: theirs alone, in no event, and gone with the person.

use crate::world::{Caller, OrdersTestBed, order_of, refused};
use contracts::orders::*;
use db::{Sql, params};
use endpoint::{Body, CreatedWithoutEtag, Json, OptionalIdempotencyKey, PageParams, Path, Permission};
use kernel::id::OrderId;

on_both!(
    staff_note_what_colleagues_should_know,
    a_repeat_notes_nothing_more,
    notes_are_in_no_event_and_go_with_the_person,
    an_order_has_a_bounded_number_of_notes,
);

fn note(id: OrderId, key: Option<&str>, text: &str) -> AddNote {
    let key = OptionalIdempotencyKey(key.map(str::to_owned));
    AddNote { id: Path(id), key, note: Body(NewNote { text: text.to_owned() }) }
}

async fn notes(w: &OrdersTestBed, by: &Caller, id: OrderId) -> Vec<Note> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let slice = PageParams { limit: Some(2), cursor };
        let Json(page) = w.call(by, ListNotes { id: Path(id), slice }).await.unwrap();
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn an_order(w: &OrdersTestBed, by: &Caller) -> Order {
    let tea = w.product(100, 1000);
    w.place(by, &order_of(&[(tea, 1)])).await
}

async fn staff_note_what_colleagues_should_know(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = an_order(&w, &ada).await;
    let texts = ["called", "wants it on Friday", "or on Monday\nat noon"];
    for text in texts {
        let CreatedWithoutEtag { location, body } = w.call(&staff, note(order.id, None, text)).await.unwrap();
        assert_eq!((location, body.author), (format!("/v1/orders/{}/notes", order.id), staff.id));
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let seen: Vec<String> = notes(&w, &staff, order.id).await.into_iter().map(|note| note.text).collect();
    assert_eq!(seen, texts);
    assert_eq!(w.get(&staff, order.id).await.version, order.version, "the order stays as it is");
    for other in [&ada, &w.staff(&[Permission::Payments])] {
        assert_eq!(refused(w.call(other, note(order.id, None, "mine")).await).0, 403);
        let list = ListNotes { id: Path(order.id), slice: PageParams::default() };
        assert_eq!(refused(w.call(other, list).await).0, 403);
    }
    let nowhere: OrderId = w.env.id();
    assert_eq!(refused(w.call(&staff, note(nowhere, None, "lost")).await).0, 404);
}

async fn a_repeat_notes_nothing_more(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = an_order(&w, &ada).await;
    let first = w.call(&staff, note(order.id, Some("once"), "called")).await.unwrap();
    assert_eq!(w.call(&staff, note(order.id, Some("once"), "called")).await.unwrap(), first);
    let other = w.call(&staff, note(order.id, Some("once"), "wrote")).await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    assert_eq!(notes(&w, &staff, order.id).await, [first.body]);
}

async fn notes_are_in_no_event_and_go_with_the_person(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = an_order(&w, &ada).await;
    let before = w.number("select count(*) as n from event").await;
    w.call(&staff, note(order.id, Some("once"), "her sister is called Zuleika")).await.unwrap();
    assert_eq!(w.number("select count(*) as n from event").await, before);
    let erase = async || {
        let mut tx = w.db.begin().await.unwrap();
        tx.run(&Sql::both("delete from person where order_id = $1"), params![order.id]).await.unwrap();
        tx.commit("test.erase").await.unwrap();
    };
    erase().await;
    assert_eq!(notes(&w, &staff, order.id).await, []);
    // what is noted afterwards can be erased again
    w.call(&staff, note(order.id, None, "asked to be forgotten")).await.unwrap();
    erase().await;
    assert_eq!(w.number("select count(*) as n from order_note").await, 0);
}

async fn an_order_has_a_bounded_number_of_notes(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let order = an_order(&w, &ada).await;
    let first = w.call(&staff, note(order.id, Some("first"), "called")).await.unwrap();
    let text = "insert into order_note (id, order_id, author, text, created_at) values ($1, $2, $3, 'x', $4)";
    let mut tx = w.db.begin().await.unwrap();
    for _ in 1..1000 {
        let values = params![w.env.uuid(), order.id, staff.id, first.body.created_at];
        tx.run(&Sql::both(text), values).await.unwrap();
    }
    tx.commit("test.notes").await.unwrap();
    let more = w.call(&staff, note(order.id, None, "one more")).await;
    assert_eq!(refused(more), (409, "too_many_notes".to_owned()));
    assert_eq!(w.call(&staff, note(order.id, Some("first"), "called")).await.unwrap(), first);
}
