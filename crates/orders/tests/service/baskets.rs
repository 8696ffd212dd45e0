//! Baskets: filled by many at once, merged without loss, and forgotten.

use crate::{
    fakes::transport::NetworkFault,
    world::{Caller, OrdersCallResult, OrdersTestBed, eur, refused},
};
use contracts::orders::*;
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, Path, WithEtag, etag};
use kernel::id::{BasketId, ProductId};
use orders::OrdersSettings;
use std::time::Duration;

on_both!(
    a_basket_is_filled_and_emptied,
    a_users_basket_is_the_users_alone,
    a_user_has_one_open_basket,
    whoever_knows_its_id_has_a_guests_basket,
    guests_who_name_one_at_once_have_one,
    all_that_is_put_in_at_once_counts,
    a_repeat_under_one_key_adds_once,
    the_key_of_one_basket_says_nothing_in_another,
    what_cannot_be_had_is_not_put_in,
    a_basket_that_has_changed_since_is_not_set,
    problems_are_told_beside_their_lines,
    a_guests_basket_is_merged_once_and_without_loss,
    what_finds_no_room_stays_with_the_guest,
    others_baskets_are_not_merged,
    merging_at_once_from_two_tabs_moves_each_piece_once,
    a_basket_that_nobody_changes_is_forgotten,
    without_products_nothing_is_put_in,
);

pub(crate) async fn made(w: &OrdersTestBed, by: &Caller) -> Basket {
    w.call(by, CreateBasket { basket: Body(NewBasket::default()) }).await.unwrap().body
}
pub(crate) async fn try_to_add(
    w: &OrdersTestBed,
    by: &Caller,
    id: BasketId,
    key: Option<&str>,
    (product_id, quantity): (ProductId, i64),
) -> OrdersCallResult<AddToBasket> {
    let item = Body(NewBasketItem { product_id, quantity });
    w.call(by, AddToBasket { id: Path(id), key: OptionalIdempotencyKey(key.map(str::to_owned)), item }).await
}
pub(crate) async fn add(w: &OrdersTestBed, by: &Caller, id: BasketId, item: (ProductId, i64)) -> Basket {
    try_to_add(w, by, id, None, item).await.unwrap().body
}
async fn try_to_set(
    w: &OrdersTestBed,
    by: &Caller,
    id: BasketId,
    etag: Option<String>,
    items: &[(ProductId, i64)],
) -> OrdersCallResult<UpdateBasket> {
    let lines = items
        .iter()
        .map(|(product_id, quantity)| BasketItem { product_id: *product_id, quantity: *quantity });
    let change = Body(BasketChange { lines: lines.collect() });
    w.call(by, UpdateBasket { id: Path(id), based_on: IfMatch(etag), change }).await
}
pub(crate) async fn set(w: &OrdersTestBed, by: &Caller, id: BasketId, items: &[(ProductId, i64)]) -> Basket {
    try_to_set(w, by, id, None, items).await.unwrap().body
}
pub(crate) async fn read(w: &OrdersTestBed, by: &Caller, id: BasketId) -> OrdersCallResult<GetBasket> {
    w.call(by, GetBasket { id: Path(id) }).await
}
async fn merge(w: &OrdersTestBed, by: &Caller, id: BasketId) -> OrdersCallResult<MergeBasket> {
    w.call(by, MergeBasket { id: Path(id) }).await
}
pub(crate) async fn place_with(
    w: &OrdersTestBed,
    by: &Caller,
    id: BasketId,
    etag: Option<String>,
    placing: PlaceBasketRequest,
) -> OrdersCallResult<PlaceBasket> {
    w.call(by, PlaceBasket { id: Path(id), based_on: IfMatch(etag), placing: Body(placing) }).await
}
pub(crate) async fn place(w: &OrdersTestBed, by: &Caller, id: BasketId) -> OrdersCallResult<PlaceBasket> {
    place_with(w, by, id, None, PlaceBasketRequest::default()).await
}

fn items(basket: &Basket) -> Vec<(ProductId, i64)> {
    basket.lines.iter().map(|line| (line.product_id, line.quantity)).collect()
}
fn problems(basket: &Basket) -> Vec<(BasketProblemCode, &str)> {
    basket.problems.iter().map(|problem| (problem.code, problem.pointer.as_str())).collect()
}
/// As many at once as there are futures; what came of each.
pub(crate) async fn at_once<T: Send + 'static>(
    w: &OrdersTestBed,
    all: Vec<impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut told = Vec::new();
    for one in all {
        let (tell, hear) = tokio::sync::oneshot::channel();
        w.env.clone().spawn("request", async move {
            let _ = tell.send(one.await);
        });
        told.push(hear);
    }
    let mut came = Vec::new();
    for hear in told {
        came.push(hear.await.unwrap());
    }
    came
}

async fn a_basket_is_filled_and_emptied(w: OrdersTestBed) {
    let (ada, tea, cup) = (w.customer(), w.product(1000, 10), w.product(450, 10));
    let id = made(&w, &ada).await.id;
    add(&w, &ada, id, (tea, 2)).await;
    add(&w, &ada, id, (cup, 1)).await;
    let basket = add(&w, &ada, id, (tea, 1)).await;
    assert_eq!(items(&basket), [(tea, 3), (cup, 1)]);
    assert_eq!((basket.pieces, basket.total, basket.version), (4, Some(eur(3450)), 4));
    assert_eq!(basket.lines[0].product.as_ref().unwrap().name, "Teapot");
    assert_eq!((basket.lines[0].unit_price, basket.lines[0].total), (eur(1000), Some(eur(3000))));
    let basket = set(&w, &ada, id, &[(tea, 1), (cup, 0)]).await;
    assert_eq!(items(&basket), [(tea, 1)]);
    let WithEtag { etag: tag, body } = read(&w, &ada, id).await.unwrap();
    assert_eq!((body, tag), (basket.clone(), etag::of_shown(&[basket.version], &basket)));
    // what is as it must be does not count as a change
    assert_eq!(set(&w, &ada, id, &[(tea, 1)]).await.version, basket.version);
    assert_eq!(set(&w, &ada, id, &[(tea, 0)]).await.total, Some(eur(0)));
}

async fn a_users_basket_is_the_users_alone(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    for other in [w.guest(), w.customer(), w.admin()] {
        assert_eq!(refused(read(&w, &other, id).await), (404, "not_found".to_owned()));
        assert_eq!(refused(try_to_add(&w, &other, id, None, (tea, 1)).await).0, 404);
        assert_eq!(refused(try_to_set(&w, &other, id, None, &[(tea, 1)]).await).0, 404);
    }
    assert_eq!(refused(place(&w, &w.customer(), id).await).0, 404);
    assert_eq!(refused(place(&w, &w.guest(), id).await).0, 404);
    assert_eq!(refused(w.call(&w.guest(), GetMyBasket {}).await).0, 401);
    assert_eq!(items(&read(&w, &ada, id).await.unwrap().body), []);
}

async fn a_user_has_one_open_basket(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    assert_eq!(refused(w.call(&ada, GetMyBasket {}).await).0, 404);
    let many = (0..6).map(|_| {
        let (w, ada) = (w.clone(), ada.clone());
        async move { w.call(&ada, CreateBasket { basket: Body(NewBasket::default()) }).await }
    });
    // who comes at the same moment may be told to ask again, and gets the same one
    let ids = at_once(&w, many.collect()).await.into_iter().filter_map(|one| Some(one.ok()?.body.id));
    let id = made(&w, &ada).await.id;
    assert!(ids.into_iter().all(|other| other == id));
    add(&w, &ada, id, (tea, 2)).await;
    assert_eq!(w.call(&ada, GetMyBasket {}).await.unwrap().body.id, id);
    assert_eq!(w.number("select count(*) as n from basket").await, 1);
    place(&w, &ada, id).await.unwrap();
    assert_ne!(made(&w, &ada).await.id, id);
}

async fn guests_who_name_one_at_once_have_one(w: OrdersTestBed) {
    let (ada, guest, tea) = (w.customer(), w.guest(), w.product(1000, 10));
    let id: BasketId = "bas_01mcc5rm008008000000000007".parse().unwrap();
    let named = |by: &Caller| {
        let (w, by) = (w.clone(), by.clone());
        async move { w.call(&by, CreateBasket { basket: Body(NewBasket { id: Some(id) }) }).await }
    };
    let all = at_once(&w, (0..6).map(|_| named(&guest)).collect()).await;
    assert!(all.into_iter().all(|one| one.unwrap().body.id == id));
    add(&w, &guest, id, (tea, 2)).await;
    assert_eq!(items(&named(&guest).await.unwrap().body), [(tea, 2)], "as it is");
    // who is signed in has their own, whatever they name
    assert_ne!(named(&ada).await.unwrap().body.id, id);
    let theirs = made(&w, &ada).await.id;
    let try_name = |id: BasketId| w.call(&guest, CreateBasket { basket: Body(NewBasket { id: Some(id) }) });
    assert_eq!(refused(try_name(theirs).await).0, 422, "somebody's account has it");
    // what others could guess is no secret
    for guessed in [
        "bas_00000000000000000000000000",
        "bas_7zzzzzzzzzzzzzzzzzzzzzzzzz",
        // as ids that tell their age
        "bas_01h455vb4pex5vsknk084sn02q",
    ] {
        assert_eq!(refused(try_name(guessed.parse().unwrap()).await).0, 400, "{guessed}");
    }
    assert_eq!(w.number("select count(*) as n from basket").await, 2);
}

async fn whoever_knows_its_id_has_a_guests_basket(w: OrdersTestBed) {
    let tea = w.product(1000, 10);
    let (first, second) = (made(&w, &w.guest()).await, made(&w, &w.guest()).await);
    assert_ne!(first.id, second.id);
    assert_eq!(first.user_id, None);
    add(&w, &w.guest(), first.id, (tea, 2)).await;
    assert_eq!(items(&read(&w, &w.customer(), first.id).await.unwrap().body), [(tea, 2)]);
    // its id tells nothing about another's
    assert_ne!(first.id.uuid().as_u128() >> 80, second.id.uuid().as_u128() >> 80);
}

async fn all_that_is_put_in_at_once_counts(w: OrdersTestBed) {
    let (ada, tea, cup) = (w.customer(), w.product(1000, 100), w.product(450, 100));
    let id = made(&w, &ada).await.id;
    let many = (0..12).map(|n| {
        let (w, ada) = (w.clone(), ada.clone());
        async move {
            let item = if n % 3 == 0 { (cup, 2) } else { (tea, 1) };
            try_to_add(&w, &ada, id, None, item).await.unwrap();
        }
    });
    at_once(&w, many.collect()).await;
    let mut all = items(&read(&w, &ada, id).await.unwrap().body);
    all.sort_by_key(|(product, _)| *product != tea);
    assert_eq!(all, [(tea, 8), (cup, 8)]);
}

async fn a_repeat_under_one_key_adds_once(w: OrdersTestBed) {
    let (guest, tea, cup) = (w.guest(), w.product(1000, 100), w.product(450, 100));
    let id = made(&w, &guest).await.id;
    let many = (0..6).map(|_| {
        let (w, guest) = (w.clone(), guest.clone());
        async move { try_to_add(&w, &guest, id, Some("form-1"), (tea, 2)).await.unwrap().body.pieces }
    });
    assert_eq!(at_once(&w, many.collect()).await, [2; 6]);
    // a repeat is shown the basket as it is by then
    add(&w, &guest, id, (cup, 1)).await;
    let again = try_to_add(&w, &guest, id, Some("form-1"), (tea, 2)).await.unwrap().body;
    assert_eq!(items(&again), [(tea, 2), (cup, 1)]);
    let other = try_to_add(&w, &guest, id, Some("form-1"), (tea, 3)).await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    w.products.take_off_sale(tea);
    assert_eq!(try_to_add(&w, &guest, id, Some("form-1"), (tea, 2)).await.unwrap().body.pieces, 3);
}

async fn the_key_of_one_basket_says_nothing_in_another(w: OrdersTestBed) {
    let tea = w.product(1000, 100);
    for _ in 0..2 {
        let id = made(&w, &w.guest()).await.id;
        assert_eq!(try_to_add(&w, &w.guest(), id, Some("1"), (tea, 2)).await.unwrap().body.pieces, 2);
    }
}

async fn what_cannot_be_had_is_not_put_in(w: OrdersTestBed) {
    let (ada, tea, gone) = (w.customer(), w.product(1000, 10), w.product(500, 10));
    let id = made(&w, &ada).await.id;
    let before = add(&w, &ada, id, (tea, 1)).await;
    w.products.take_off_sale(gone);
    let not_on_sale = (409, "not_on_sale".to_owned());
    assert_eq!(refused(try_to_add(&w, &ada, id, None, (gone, 1)).await), not_on_sale);
    assert_eq!(refused(try_to_set(&w, &ada, id, None, &[(tea, 2), (gone, 1)]).await), not_on_sale);
    let full = (409, "basket_full".to_owned());
    assert_eq!(refused(try_to_add(&w, &ada, id, None, (tea, 1_000)).await), full);
    for bad in [0, -1, 1_000_001] {
        assert_eq!(refused(try_to_add(&w, &ada, id, None, (tea, bad)).await).0, 400, "{bad}");
    }
    assert_eq!(refused(try_to_set(&w, &ada, id, None, &[(tea, 2), (tea, 3)]).await).0, 422);
    assert_eq!(refused(try_to_set(&w, &ada, id, None, &[]).await).0, 400);
    assert_eq!(read(&w, &ada, id).await.unwrap().body, before);
}

async fn a_basket_that_has_changed_since_is_not_set(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    let seen = try_to_add(&w, &ada, id, None, (tea, 1)).await.unwrap().etag;
    add(&w, &ada, id, (tea, 1)).await;
    let stale = try_to_set(&w, &ada, id, Some(seen), &[(tea, 5)]).await;
    assert_eq!(refused(stale), (412, "precondition_failed".to_owned()));
    let current = read(&w, &ada, id).await.unwrap();
    assert_eq!(current.body.pieces, 2);
    let set = try_to_set(&w, &ada, id, Some(current.etag), &[(tea, 5)]).await.unwrap();
    assert_eq!(set.body.pieces, 5);
}

async fn problems_are_told_beside_their_lines(w: OrdersTestBed) {
    use BasketProblemCode::{InsufficientStock, NotOnSale, PriceChanged};
    let (ada, tea, cup, gone) = (w.customer(), w.product(1000, 3), w.product(450, 10), w.product(100, 10));
    let id = made(&w, &ada).await.id;
    for item in [(gone, 1), (tea, 5), (cup, 1)] {
        add(&w, &ada, id, item).await;
    }
    let seen = read(&w, &ada, id).await.unwrap().etag;
    w.products.take_off_sale(gone);
    w.products.set_price(cup, 500);
    let WithEtag { etag: now, body: basket } = read(&w, &ada, id).await.unwrap();
    // what is shown has changed, and the basket has not: what was read before is good for a change, and not for a 304
    assert!(!etag::names(&seen, &now) && etag::names_strongly(&seen, &now), "{seen} {now}");
    let all = [
        (NotOnSale, "/lines/0/product_id"),
        (InsufficientStock, "/lines/1/quantity"),
        (PriceChanged, "/lines/2/unit_price"),
    ];
    assert_eq!(problems(&basket), all);
    // what is not on sale counts for nothing; the rest by the prices of now, beside those that were shown
    assert_eq!((basket.total, &basket.lines[0].product), (Some(eur(5500)), &None));
    let cups = &basket.lines[2];
    assert_eq!(basket.lines[0].title, "Teapot");
    assert_eq!((cups.unit_price, cups.product.as_ref().unwrap().price), (eur(450), eur(500)));
    // whoever sets a quantity, or puts in more, may not have seen the price
    let basket = set(&w, &ada, id, &[(tea, 3), (cup, 2), (gone, 0)]).await;
    assert_eq!(problems(&basket), [(PriceChanged, "/lines/1/unit_price")]);
    let basket = add(&w, &ada, id, (cup, 1)).await;
    assert_eq!(problems(&basket), [(PriceChanged, "/lines/1/unit_price")]);
    assert_eq!((basket.lines[1].quantity, basket.lines[1].unit_price), (3, eur(450)));
    // nor does a guest's basket, filled since, bring it into forgetfulness
    let guests = made(&w, &w.guest()).await.id;
    add(&w, &w.guest(), guests, (cup, 1)).await;
    let Json(merged) = merge(&w, &ada, guests).await.unwrap();
    assert_eq!(problems(&merged.basket), [(PriceChanged, "/lines/1/unit_price")]);
    // of what has become cheaper since, whoever puts in more has seen the price
    w.products.set_price(cup, 400);
    assert_eq!(problems(&add(&w, &ada, id, (cup, 1)).await), []);
}

async fn a_guests_basket_is_merged_once_and_without_loss(w: OrdersTestBed) {
    let (ada, tea, cup) = (w.customer(), w.product(1000, 10), w.product(450, 10));
    let (mine, guests) = (made(&w, &ada).await.id, made(&w, &w.guest()).await.id);
    add(&w, &ada, mine, (tea, 1)).await;
    add(&w, &w.guest(), guests, (cup, 2)).await;
    add(&w, &w.guest(), guests, (tea, 3)).await;
    for _ in 0..2 {
        let Json(merged) = merge(&w, &ada, guests).await.unwrap();
        assert_eq!(items(&merged.basket), [(tea, 4), (cup, 2)]);
        assert_eq!((merged.basket.id, merged.left_out), (mine, Vec::new()));
    }
    let left = read(&w, &w.guest(), guests).await.unwrap().body;
    assert_eq!((left.status, items(&left)), (BasketStatus::Merged, Vec::new()));
    let closed = try_to_add(&w, &w.guest(), guests, None, (tea, 1)).await;
    assert_eq!(refused(closed), (409, "basket_closed".to_owned()));
    assert_eq!(refused(place(&w, &ada, guests).await), (409, "basket_closed".to_owned()));
    // and who has no basket yet gets one
    let (grace, guests) = (w.customer(), made(&w, &w.guest()).await.id);
    add(&w, &w.guest(), guests, (cup, 2)).await;
    let Json(merged) = merge(&w, &grace, guests).await.unwrap();
    assert_eq!((merged.basket.user_id, items(&merged.basket)), (Some(grace.id), vec![(cup, 2)]));
}

async fn what_finds_no_room_stays_with_the_guest(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let (mine, guests) = (made(&w, &ada).await.id, made(&w, &w.guest()).await.id);
    add(&w, &ada, mine, (tea, 999)).await;
    add(&w, &w.guest(), guests, (tea, 3)).await;
    for _ in 0..2 {
        let Json(merged) = merge(&w, &ada, guests).await.unwrap();
        assert_eq!(items(&merged.basket), [(tea, 1_000)]);
        assert_eq!(merged.left_out, [BasketItem { product_id: tea, quantity: 2 }]);
    }
    let left = read(&w, &w.guest(), guests).await.unwrap().body;
    assert_eq!((left.status, items(&left)), (BasketStatus::Open, vec![(tea, 2)]));
}

async fn others_baskets_are_not_merged(w: OrdersTestBed) {
    let (ada, grace, tea) = (w.customer(), w.customer(), w.product(1000, 10));
    let mine = made(&w, &ada).await.id;
    add(&w, &ada, mine, (tea, 1)).await;
    assert_eq!(refused(merge(&w, &grace, mine).await).0, 404);
    assert_eq!(refused(merge(&w, &grace, kernel::Id::from_uuid(Default::default())).await).0, 404);
    assert_eq!(refused(merge(&w, &w.guest(), mine).await).0, 401);
    // one's own stays as it is
    assert_eq!(items(&merge(&w, &ada, mine).await.unwrap().0.basket), [(tea, 1)]);
    assert_eq!(w.number("select count(*) as n from basket").await, 1);
}

async fn merging_at_once_from_two_tabs_moves_each_piece_once(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 100));
    let (mine, guests) = (made(&w, &ada).await.id, made(&w, &w.guest()).await.id);
    add(&w, &w.guest(), guests, (tea, 3)).await;
    let many = (0..8).map(|n| {
        let (w, ada) = (w.clone(), ada.clone());
        async move {
            match n % 2 {
                0 => drop(merge(&w, &ada, guests).await.unwrap()),
                _ => drop(try_to_add(&w, &ada, mine, None, (tea, 1)).await.unwrap()),
            }
        }
    });
    at_once(&w, many.collect()).await;
    assert_eq!(items(&read(&w, &ada, mine).await.unwrap().body), [(tea, 7)]);
}

async fn a_basket_that_nobody_changes_is_forgotten(w: OrdersTestBed) {
    let kept = Duration::from_secs(3600);
    let w = w.with(OrdersSettings { basket_kept: kept, ..OrdersSettings::default() });
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let basket = made(&w, &ada).await;
    assert_eq!(basket.expires_at, basket.created_at.plus(kept));
    add(&w, &ada, basket.id, (tea, 1)).await;
    // its time has not come, and is postponed by each change
    for done in w.run_timers("forget_basket").await {
        done.unwrap();
    }
    let changed = read(&w, &ada, basket.id).await.unwrap().body;
    assert_eq!(w.due_at("forget_basket").await, changed.expires_at);
    let w = w.with(OrdersSettings { basket_kept: Duration::ZERO, ..OrdersSettings::default() });
    add(&w, &ada, basket.id, (tea, 1)).await;
    for done in w.run_timers("forget_basket").await {
        done.unwrap();
    }
    assert_eq!(refused(read(&w, &ada, basket.id).await).0, 404);
    assert_eq!(w.timers("forget_basket").await, 0);
    assert_eq!(w.number("select count(*) as n from basket_line").await, 0);
}

async fn without_products_nothing_is_put_in(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let id = made(&w, &ada).await.id;
    w.to_products.trouble("/internal/products/look-up", NetworkFault::Down);
    assert!(try_to_add(&w, &ada, id, Some("form-1"), (tea, 1)).await.is_err());
    w.to_products.mend();
    let basket = try_to_add(&w, &ada, id, Some("form-1"), (tea, 1)).await.unwrap().body;
    assert_eq!(items(&basket), [(tea, 1)]);
}
