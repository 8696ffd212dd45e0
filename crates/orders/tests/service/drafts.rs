//! Drafts: staff prepare an order for a customer, and place it.

use crate::{
    fakes::transport::NetworkFault,
    world::{Caller, OrdersCallResult, OrdersTestBed, custom, eur, order_of, refused},
};
use contracts::{events::EventType, orders::*, placements::PlacementOutcome};
use endpoint::{
    Body, Conditional, Created, IdempotencyKey, IfMatch, IfNoneMatch, Json, NoContent,
    OptionalIdempotencyKey, Page, PageParams, Path, Permission, Query, WithEtag, client::CallError, etag,
};
use kernel::{
    Id,
    id::{OrderId, ProductId},
};
use std::time::Duration;

on_both!(
    a_draft_is_prepared_and_placed_under_its_id,
    a_draft_is_seen_by_staff_only,
    the_same_key_makes_one_draft,
    a_draft_is_changed_until_it_is_placed,
    a_line_of_a_draft_stays_what_it_is_where_it_is_named,
    a_draft_of_many_products_is_priced_by_one_call,
    what_cannot_be_in_a_draft_is_refused,
    a_draft_is_bound_to_a_version,
    a_deleted_draft_is_gone,
    a_draft_is_made_while_auth_is_away,
    drafts_are_for_staff,
);

pub(crate) fn draft_for(user: &Caller, lines: &[(ProductId, i64)]) -> NewDraft {
    NewDraft {
        user_id: user.id,
        lines: order_of(lines).lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    }
}

async fn try_to_draft(
    w: &OrdersTestBed,
    by: &Caller,
    key: Option<IdempotencyKey>,
    new: &NewDraft,
) -> OrdersCallResult<DraftOrder> {
    let key = OptionalIdempotencyKey(key.map(|key| key.0));
    w.call(by, DraftOrder { key, draft: Body(new.clone()) }).await
}

pub(crate) async fn drafted(w: &OrdersTestBed, by: &Caller, new: &NewDraft) -> Order {
    try_to_draft(w, by, None, new).await.unwrap().body
}

pub(crate) async fn edit(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    change: DraftChange,
) -> OrdersCallResult<UpdateDraft> {
    w.call(by, UpdateDraft { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
}

pub(crate) async fn delete(w: &OrdersTestBed, by: &Caller, id: OrderId) -> OrdersCallResult<DeleteDraft> {
    w.call(by, DeleteDraft { id: Path(id), based_on: IfMatch(None) }).await
}

pub(crate) async fn place(w: &OrdersTestBed, by: &Caller, id: OrderId) -> OrdersCallResult<PlaceDraft> {
    place_with(w, by, id, PlaceDraftRequest::default()).await
}

pub(crate) async fn place_with(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    placing: PlaceDraftRequest,
) -> OrdersCallResult<PlaceDraft> {
    w.call(by, PlaceDraft { id: Path(id), based_on: IfMatch(None), placing: Body(placing) }).await
}

pub(crate) fn lines(of: &[(ProductId, i64)]) -> DraftChange {
    let lines = order_of(of).lines.into_iter().map(DraftLine::from).collect();
    DraftChange { lines: Some(lines), ..DraftChange::default() }
}

async fn list(w: &OrdersTestBed, by: &Caller, filter: OrderFilter) -> Vec<OrderId> {
    select(w, by, filter, OrderSelection::default()).await
}

async fn select(
    w: &OrdersTestBed,
    by: &Caller,
    filter: OrderFilter,
    selection: OrderSelection,
) -> Vec<OrderId> {
    let request =
        ListOrders { filter: Query(filter), selection: Query(selection), slice: PageParams::default() };
    let Json(Page { items, .. }) = w.call(by, request).await.unwrap();
    items.into_iter().map(|order| order.id).collect()
}

fn drafts() -> OrderFilter {
    OrderFilter { status: Some(OrderStatus::Draft), ..OrderFilter::default() }
}

async fn a_draft_is_prepared_and_placed_under_its_id(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let tea = w.product(1000, 10);
    let mut new = draft_for(&ada, &[(tea, 2)]);
    new.lines.push(custom("Engraving", Some(250), 2));
    new.adjustments = vec![NewAdjustment {
        kind: AdjustmentKind::Discount,
        title: "b2b".to_owned(),
        amount: eur(100).into(),
    }];
    new.note = Some("as agreed".to_owned());
    let Created { location, etag, body: draft } = try_to_draft(&w, &staff, None, &new).await.unwrap();
    assert_eq!((location, &etag), (format!("/v1/orders/drafts/{}", draft.id), &etag::of_shown(&[1], &draft)));
    assert_eq!((draft.status, draft.user_id, draft.total), (OrderStatus::Draft, ada.id, eur(2400)));
    assert_eq!((draft.email.as_deref(), draft.payment_due_at), (Some("ada@example.com"), None));
    assert_eq!(draft.allowed, [Action::Edit, Action::Place, Action::Delete]);
    assert_eq!((w.products.available(tea), w.products.held().len()), (10, 0), "it holds nothing");
    w.check().await;

    let expected_total = Some(eur(2400).into());
    let placing = PlaceDraftRequest { expected_total, ..PlaceDraftRequest::default() };
    let WithEtag { etag, body: order } = place_with(&w, &staff, draft.id, placing).await.unwrap();
    assert_eq!((order.id, order.number), (draft.id, draft.number));
    assert_eq!(etag, etag::of_shown(&[2], &order));
    assert_eq!((order.status, order.total, order.owed), (OrderStatus::Pending, eur(2400), eur(2400)));
    let ids = |order: &Order| order.lines.iter().map(|line| (line.id, line.unit_price)).collect::<Vec<_>>();
    assert_eq!(ids(&order), ids(&draft));
    assert!(order.payment_due_at.is_some());
    assert_eq!((w.products.available(tea), w.timers("due").await), (8, 1));
    assert_eq!(w.story(order.id).await, [EventType::OrderDrafted, EventType::OrderPlaced]);
    // from now on it is the customer's
    let seen = w.get(&ada, order.id).await;
    assert_eq!(
        (seen.note.as_deref(), &seen.allowed[..2]),
        (Some("as agreed"), &[Action::Pay, Action::Cancel][..])
    );
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    w.brought(&w.admin(), order.id, TargetStatus::Shipped).await;
    let fates = w.fates(&w.products.held()).await;
    assert!(matches!(&fates[..], [PlacementOutcome::Placed { figures }] if figures.order_id == order.id));
    w.check().await;
}

async fn a_draft_is_seen_by_staff_only(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders]));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(w.product(1000, 10), 2)])).await;
    let placed = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let get = || GetOrder { id: Path(draft.id), known: IfNoneMatch(None) };
    assert_eq!(refused(w.call(&ada, get()).await).0, 404);
    assert!(matches!(w.call(&staff, get()).await.unwrap(), Conditional::New { body, .. } if body == draft));
    let history = ListHistory { id: Path(draft.id), slice: PageParams::default() };
    assert_eq!(refused(w.call(&ada, history).await).0, 404);
    assert_eq!(refused(w.cancel(&ada, draft.id).await).0, 404);
    assert_eq!(refused(w.pay(&ada, draft.id, "sim_ok").await).0, 404);
    let by_number = || OrderSelection { number: Some(draft.number), ..OrderSelection::default() };
    let of_ada = OrderSelection { user_id: Some(ada.id), ..OrderSelection::default() };
    let none: [OrderId; 0] = [];
    assert_eq!(list(&w, &ada, OrderFilter::default()).await, [placed.id]);
    assert_eq!(list(&w, &ada, drafts()).await, none);
    assert_eq!(select(&w, &ada, OrderFilter::default(), by_number()).await, none);
    assert_eq!(list(&w, &staff, OrderFilter::default()).await, [placed.id]);
    assert_eq!(list(&w, &staff, drafts()).await, [draft.id]);
    assert_eq!(select(&w, &staff, drafts(), of_ada).await, [draft.id]);
    assert_eq!(select(&w, &staff, drafts(), by_number()).await, [draft.id]);
    // where its whole number is all that is looked for it stands first, and in no other search
    let looked = |q: String, sort| OrderFilter { q: Some(q), sort, ..OrderFilter::default() };
    for q in [draft.number.to_string(), format!("#{}", draft.number)] {
        for sort in [None, Some(OrderSort::TotalDown)] {
            assert_eq!(list(&w, &staff, looked(q.clone(), sort)).await, [draft.id]);
        }
        assert_eq!(list(&w, &ada, looked(q, None)).await, none);
    }
    // a page of one is that of the draft, and the next goes on behind it
    let one = |q: String| ListOrders {
        filter: Query(looked(q, None)),
        selection: Query(OrderSelection::default()),
        slice: PageParams { limit: Some(1), cursor: None },
    };
    let listed = async |q: String| {
        let Json(Page { items, .. }) = w.call(&staff, one(q)).await.unwrap();
        items.into_iter().map(|order| order.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(draft.number.to_string()).await, [draft.id]);
    assert_eq!(listed(placed.number.to_string()).await, [placed.id]);
    let begins = draft.number.to_string()[..3].to_owned();
    assert_eq!(list(&w, &staff, looked(begins, None)).await, [placed.id]);
    assert_eq!(list(&w, &staff, looked(format!("{} teap", draft.number), None)).await, none);
    // the same, at addresses of their own
    let listed = |q: Option<&str>, user_id| ListDrafts {
        filter: Query(DraftFilter { q: q.map(str::to_owned), user_id }),
        slice: PageParams::default(),
    };
    for asked in [listed(None, None), listed(Some("teap"), Some(ada.id))] {
        let Json(page) = w.call(&staff, asked).await.unwrap();
        assert_eq!(page.items, std::slice::from_ref(&draft));
    }
    let Json(page) = w.call(&staff, listed(None, Some(w.customer().id))).await.unwrap();
    assert_eq!(page.items, []);
    let read = |id| GetDraft { id: Path(id), known: IfNoneMatch(None) };
    assert!(
        matches!(w.call(&staff, read(draft.id)).await.unwrap(), Conditional::New { body, .. } if body == draft)
    );
    assert_eq!(refused(w.call(&staff, read(placed.id)).await), (404, "not_found".to_owned()));
    assert_eq!(refused(w.call(&ada, read(draft.id)).await).0, 403);
}

async fn the_same_key_makes_one_draft(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.admin(), w.key());
    let tea = w.product(1000, 10);
    let mut new = draft_for(&ada, &[(tea, 2)]);
    new.note = Some("as agreed".to_owned());
    let first = try_to_draft(&w, &staff, Some(key.clone()), &new).await.unwrap();
    assert_eq!(try_to_draft(&w, &staff, Some(key.clone()), &new).await.unwrap(), first);
    let other = try_to_draft(&w, &staff, Some(key.clone()), &draft_for(&ada, &[(tea, 3)])).await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    assert_eq!(list(&w, &staff, drafts()).await, [first.body.id]);
    w.clock.advance(Duration::from_secs(24 * 3600));
    place(&w, &staff, first.body.id).await.unwrap();
    let later = try_to_draft(&w, &staff, Some(key), &new).await.unwrap().body;
    assert_eq!((later.id, later.status), (first.body.id, OrderStatus::Pending));
}

async fn a_draft_is_changed_until_it_is_placed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let (tea, cup) = (w.product(1000, 10), w.product(300, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    let more = edit(&w, &staff, draft.id, lines(&[(tea, 1), (cup, 3)])).await.unwrap().body;
    assert_eq!((more.version, more.total, more.lines.len()), (2, eur(1900), 2));
    // what is not sent stays; what is priced again has the prices of today
    w.products.set_price(cup, 400);
    let shipping =
        NewAdjustment { kind: AdjustmentKind::Shipping, title: "post".to_owned(), amount: eur(490).into() };
    let change = DraftChange {
        adjustments: Some(vec![shipping]),
        note: Some("as agreed".to_owned()),
        metadata: Some([("till".to_owned(), "3".to_owned())].into()),
        ..DraftChange::default()
    };
    let WithEtag { etag, body: all } = edit(&w, &staff, draft.id, change.clone()).await.unwrap();
    assert_eq!((all.total, all.note.as_deref()), (eur(2690), Some("as agreed")));
    assert_eq!(etag, etag::of_shown(&[3], &all));
    let same = DraftChange { note: change.note, metadata: change.metadata, ..DraftChange::default() };
    assert_eq!(edit(&w, &staff, draft.id, same).await.unwrap().body, all);
    assert_eq!(w.products.held().len(), 0);
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.total, w.products.available(cup)), (eur(2690), 7));
    let Err(CallError::Refused(UpdateDraftError::IllegalTransition { status: OrderStatus::Pending, .. })) =
        edit(&w, &staff, draft.id, lines(&[(tea, 1)])).await
    else {
        panic!("it is no draft any more")
    };
    let expected = [EventType::OrderDrafted, EventType::OrderDraftUpdated, EventType::OrderDraftUpdated];
    assert_eq!(w.story(order.id).await[..3], expected);
    // what is told of it last tells what it came to then, to the gateway alone
    let Json(ActivityList { items }) = w.call_as("gateway", ListActivity {}).await.unwrap();
    let told: Vec<_> = items.iter().map(|one| (one.event(), one.number, one.total)).collect();
    let of = |kind, total| (Some(kind), order.number, total);
    assert_eq!(told, [of(EventType::OrderPlaced, order.total), of(EventType::OrderDrafted, draft.total)]);
    assert_ne!(order.total, draft.total);
    assert_eq!(refused(w.call_as("payments", ListActivity {}).await).0, 403);
    w.check().await;
}

async fn a_line_of_a_draft_stays_what_it_is_where_it_is_named(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let (tea, cup) = (w.product(1000, 10), w.product(300, 10));
    let mut new = draft_for(&ada, &[(tea, 2), (cup, 1)]);
    new.lines.push(custom(" Custom  work ", Some(250), 1));
    let draft = drafted(&w, &staff, &new).await;
    let with = |lines: Vec<DraftLine>| DraftChange { lines: Some(lines), ..DraftChange::default() };
    let of = |n: usize, quantity| DraftLine { id: Some(draft.lines[n].id), quantity, ..DraftLine::default() };
    // whatever has become of its product; and where all stay, nothing changes
    w.products.set_price(tea, 2000);
    w.products.take_off_sale(cup);
    let same = edit(&w, &staff, draft.id, with(vec![of(0, 2), of(1, 1), of(2, 1)])).await.unwrap().body;
    assert_eq!((&same, w.story(draft.id).await), (&draft, vec![EventType::OrderDrafted]));
    let more = edit(&w, &staff, draft.id, with(vec![of(1, 1), of(0, 3)])).await.unwrap().body;
    let kept = |line: &Line, quantity: i64| Line {
        quantity,
        open: quantity,
        total: eur(line.unit_price.minor * quantity),
        remaining_total: Some(eur(line.unit_price.minor * quantity)),
        ..line.clone()
    };
    assert_eq!(more.lines, [kept(&draft.lines[1], 1), kept(&draft.lines[0], 3)]);
    assert_eq!((more.version, more.total), (2, eur(3300)));
    // under its id it has the price of today, or another title
    let today = DraftLine { product_id: Some(tea), ..of(0, 3) };
    let retitled = DraftLine { title: Some("Work".to_owned()), unit_price: None, ..of(1, 1) };
    let anew = edit(&w, &staff, draft.id, with(vec![today, retitled])).await.unwrap().body;
    let seen = anew.lines.iter().map(|line| (line.id, line.title.as_str(), line.unit_price));
    let expected = [(0, draft.lines[0].title.as_str(), 2000), (1, "Work", 0)];
    assert!(seen.eq(expected.map(|(n, title, price)| (draft.lines[n].id, title, eur(price)))), "{anew:?}");
    // a line that is not there any more is none, nor is one that is named twice or has a price beside its own
    let Err(CallError::Problem(problem)) = edit(&w, &staff, draft.id, with(vec![of(0, 1), of(2, 1)])).await
    else {
        panic!("it is gone")
    };
    assert_eq!((problem.status, &problem.data["errors"][0]["pointer"]), (422, &"/lines/1/id".into()));
    let stale = DraftChange { version: Some(1), ..with(vec![of(2, 1)]) };
    assert_eq!(refused(edit(&w, &staff, draft.id, stale).await).0, 409);
    let priced = DraftLine { unit_price: Some(eur(1).into()), ..of(0, 1) };
    let both = DraftLine { title: Some("Work".to_owned()), product_id: Some(tea), ..of(0, 1) };
    let nothing = DraftLine { quantity: 1, ..DraftLine::default() };
    for lines in [vec![of(0, 1), of(0, 2)], vec![priced], vec![both], vec![nothing]] {
        assert_eq!(refused(edit(&w, &staff, draft.id, with(lines.clone())).await).0, 400, "{lines:?}");
    }
    assert_eq!(w.get(&staff, draft.id).await, anew);
    w.check().await;
}

async fn a_draft_of_many_products_is_priced_by_one_call(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let lines: Vec<(ProductId, i64)> = (1..=5).map(|price| (w.product(price * 100, 10), 1)).collect();
    let before = w.to_products.calls("");
    let draft = drafted(&w, &staff, &draft_for(&ada, &lines)).await;
    assert_eq!((draft.total, w.to_products.calls("") - before), (eur(1500), 1));
}

async fn what_cannot_be_in_a_draft_is_refused(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let nobody = NewDraft { user_id: Id::from_uuid(uuid::Uuid::nil()), ..draft_for(&ada, &[(tea, 1)]) };
    assert_eq!(refused(try_to_draft(&w, &staff, None, &nobody).await).0, 422);
    let unknown = try_to_draft(&w, &staff, None, &draft_for(&ada, &[(w.env.id(), 1)])).await;
    assert_eq!(refused(unknown), (409, "not_on_sale".to_owned()));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    let cup = w.product(300, 10);
    w.products.take_off_sale(cup);
    let Err(CallError::Refused(UpdateDraftError::NotOnSale { errors })) =
        edit(&w, &staff, draft.id, lines(&[(tea, 1), (cup, 1)])).await
    else {
        panic!("it is not on sale")
    };
    assert_eq!(errors[0].pointer, "/lines/1/product_id");
    let priced = DraftChange {
        lines: Some(vec![DraftLine {
            unit_price: Some(eur(1).into()),
            ..order_of(&[(tea, 1)]).lines.remove(0).into()
        }]),
        ..DraftChange::default()
    };
    assert_eq!(refused(edit(&w, &staff, draft.id, priced).await).0, 400, "the catalogue's price counts");
    let all =
        NewAdjustment { kind: AdjustmentKind::Discount, title: "all".to_owned(), amount: eur(1001).into() };
    let below = DraftChange { adjustments: Some(vec![all]), ..DraftChange::default() };
    assert_eq!(refused(edit(&w, &staff, draft.id, below).await).0, 422);
    // one that has gone in the meantime is found when it is placed
    w.products.take_off_sale(tea);
    assert_eq!(refused(place(&w, &staff, draft.id).await), (409, "not_on_sale".to_owned()));
    assert_eq!(w.get(&staff, draft.id).await, draft);
    w.check().await;
}

async fn a_draft_is_bound_to_a_version(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    let old = DraftChange { version: Some(7), ..lines(&[(tea, 2)]) };
    assert_eq!(refused(edit(&w, &staff, draft.id, old).await), (409, "version_conflict".to_owned()));
    let placing = PlaceDraftRequest { version: Some(7), ..PlaceDraftRequest::default() };
    assert_eq!(
        refused(place_with(&w, &staff, draft.id, placing).await),
        (409, "version_conflict".to_owned())
    );
    let based_on = || IfMatch(Some("\"7\"".to_owned()));
    assert_eq!(
        refused(w.call(&staff, DeleteDraft { id: Path(draft.id), based_on: based_on() }).await).0,
        412
    );
    let placing = Body(PlaceDraftRequest { version: Some(1), ..PlaceDraftRequest::default() });
    let request = || PlaceDraft { id: Path(draft.id), based_on: IfMatch(None), placing: placing.clone() };
    let first = w.call(&staff, request()).await.unwrap();
    assert_eq!(w.call(&staff, request()).await.unwrap(), first, "a repeat is no conflict");
}

async fn a_deleted_draft_is_gone(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 1)])).await;
    assert_eq!(delete(&w, &staff, draft.id).await.unwrap(), NoContent);
    assert_eq!(refused(delete(&w, &staff, draft.id).await).0, 404);
    assert_eq!(refused(place(&w, &staff, draft.id).await).0, 404);
    assert_eq!(refused(edit(&w, &staff, draft.id, lines(&[(tea, 2)])).await).0, 404);
    assert_eq!(w.story(draft.id).await, [EventType::OrderDrafted, EventType::OrderDraftDeleted]);
    assert_eq!(w.number("select count(*) as n from person").await, 0);
    assert_eq!(w.number("select count(*) as n from order_line").await, 0);
    let order = w.place(&ada, &order_of(&[(tea, 1)])).await;
    assert_eq!(refused(delete(&w, &staff, order.id).await), (409, "illegal_transition".to_owned()));
    w.check().await;
}

async fn a_draft_is_made_while_auth_is_away(w: OrdersTestBed) {
    let (ada, staff, tea) = (w.customer(), w.admin(), w.product(1000, 10));
    w.to_auth.trouble("/internal/users", NetworkFault::Down);
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(tea, 2)])).await;
    assert_eq!((draft.email, w.timers("contact").await), (None, 1));
    w.to_auth.mend();
    assert_eq!(w.run_timers("contact").await, [Ok(())]);
    let order = place(&w, &staff, draft.id).await.unwrap().body;
    assert_eq!((order.email.as_deref(), w.timers("contact").await), (Some("ada@example.com"), 0));
}

async fn drafts_are_for_staff(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let draft = drafted(&w, &w.admin(), &draft_for(&ada, &[(tea, 2)])).await;
    for by in [ada.clone(), w.staff(&[Permission::Payments, Permission::Products])] {
        assert_eq!(refused(try_to_draft(&w, &by, None, &draft_for(&ada, &[(tea, 1)])).await).0, 403);
        assert_eq!(refused(edit(&w, &by, draft.id, lines(&[(tea, 1)])).await).0, 403);
        assert_eq!(refused(place(&w, &by, draft.id).await).0, 403);
        assert_eq!(refused(delete(&w, &by, draft.id).await).0, 403);
    }
}
