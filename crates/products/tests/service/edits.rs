//! Editors beside one another, and beside those who buy.

use crate::world::{ProductsTestBed, status_and_code};
use contracts::{
    events::EventType::*,
    products::{ChangeProductError, Editor, GetLastEditor, ProductData, ReplaceProduct, UpdateProduct},
    stock::Reason,
};
use db::{Sql, params};
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, Path, client::CallError};
use futures_util::future::join;
use serde_json::json;

on_both!(
    of_two_editors_one_wins,
    of_two_counts_one_wins,
    a_put_replaces_everything_but_stock_and_sku,
    a_patch_of_the_pictures_replaces_them_as_a_whole,
    a_count_is_a_movement_of_the_difference,
    a_conflict_tells_the_current_versions,
    what_changes_nothing_is_not_told,
    who_saved_a_product_last_is_told_to_the_gateway_alone,
);

async fn of_two_editors_one_wins(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    for round in 0..10 {
        let etag = format!("\"{}-{}\"", round + 1, 1);
        let (one, other) = join(
            world.change(id, Some(&etag), json!({"name": format!("One {round}")})),
            world.change(id, Some(&etag), json!({"name": format!("Other {round}")})),
        )
        .await;
        let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
        let (won, lost) = (won.unwrap().body, lost.unwrap_err());
        assert_eq!(lost, (412, "precondition_failed".to_owned()));
        assert_eq!(world.product(id).await, won);
        assert_eq!(won.version, round + 2);
    }
}

async fn of_two_counts_one_wins(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let (one, other) = join(
        world.change(id, None, json!({"stock": 7, "stock_version": 1})),
        world.change(id, None, json!({"stock": 9, "stock_version": 1})),
    )
    .await;
    assert_eq!([&one, &other].iter().filter(|r| r.is_ok()).count(), 1);
    let lost = one.err().or(other.err()).unwrap();
    assert_eq!(lost, (409, "version_conflict".to_owned()));
    assert_eq!(world.ledger(id).await.len(), 2);
    // a sale since the count was begun makes it stale, too
    world.reserve(world.env.id(), &[(id, 1)]).await;
    let stale = world.change(id, Some("\"1-2\""), json!({"stock": 20})).await;
    assert_eq!(stale.unwrap_err(), (412, "precondition_failed".to_owned()));
    let blind = world.change(id, None, json!({"stock": 20})).await;
    assert_eq!(blind.unwrap_err(), (428, "precondition_required".to_owned()));
    assert_eq!(world.change(id, Some("\"1-3\""), json!({"stock": 20})).await.unwrap().etag, "\"1-4\"");
    world.is_sound().await;
}

async fn a_patch_of_the_pictures_replaces_them_as_a_whole(world: ProductsTestBed) {
    let id = world
        .create(json!({"name": "Pot", "price": "1", "images": [{"url": "/1.jpg"}, {"url": "/2.jpg"}]}))
        .await
        .id;
    let named = world.change(id, None, json!({"name": "Teapot"})).await.unwrap().body;
    assert_eq!((named.images.len(), named.version), (2, 2));
    let change = json!({"images": [{"url": "/3.jpg", "alt": "From above"}]});
    let shown = world.change(id, None, change.clone()).await.unwrap().body;
    assert_eq!((shown.images[0].url.as_str(), shown.images.len(), shown.version), ("/3.jpg", 1, 3));
    assert_eq!(world.change(id, None, change).await.unwrap().body.version, 3, "nothing has changed");
    assert!(world.change(id, None, json!({"images": []})).await.unwrap().body.images.is_empty());
}

async fn a_put_replaces_everything_but_stock_and_sku(world: ProductsTestBed) {
    let full = json!({
        "sku": "TEA-1", "name": "Teapot", "description": "old", "price": "1", "stock": 5,
        "backorder": true, "metadata": {"a": "b"}, "images": [{"url": "/old.jpg"}],
    });
    let id = world.create(full).await.id;
    let data: ProductData = serde_json::from_value(json!({"name": "Pot", "price": "2"})).unwrap();
    let replace = ReplaceProduct { id: Path(id), based_on: IfMatch(None), product: Body(data) };
    let pot = world.staff().call(&world.context(), replace).await.unwrap().body;
    assert_eq!((pot.sku.as_str(), pot.name.as_str(), pot.description.as_str()), ("TEA-1", "Pot", ""));
    assert_eq!((pot.stock, pot.backorder, pot.version), (5, false, 2));
    assert!(pot.metadata.is_empty() && pot.images.is_empty());
    let data = json!({"name": "Pot", "price": "2", "stock": 6, "stock_version": 1});
    let data = Body(serde_json::from_value(data).unwrap());
    let replace = ReplaceProduct { id: Path(id), based_on: IfMatch(None), product: data };
    let pot = world.staff().call(&world.context(), replace).await.unwrap().body;
    assert_eq!((pot.stock, pot.version, pot.stock_version), (6, 2, 2));
}

async fn a_count_is_a_movement_of_the_difference(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let counted = world.change(id, Some("\"1-1\""), json!({"stock": 3})).await.unwrap();
    assert_eq!((counted.etag.as_str(), counted.body.stock, counted.body.version), ("\"1-2\"", 3, 1));
    assert_eq!(world.ledger(id).await, [(Reason::Count, -2, 3), (Reason::Receipt, 5, 5)]);
    assert_eq!(world.kinds_told(id).await, [ProductCreated, StockAdjusted, StockAdjusted]);
    world.is_sound().await;
}

async fn a_conflict_tells_the_current_versions(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    world.reserve(world.env.id(), &[(id, 1)]).await;
    let change = Body(serde_json::from_value(json!({"name": "Pot", "version": 7})).unwrap());
    let update =
        UpdateProduct { id: Path(id), key: OptionalIdempotencyKey(None), based_on: IfMatch(None), change };
    match world.staff().call(&world.context(), update).await.unwrap_err() {
        CallError::Refused(conflict) => assert_eq!(
            conflict,
            ChangeProductError::VersionConflict { current_version: 1, current_stock_version: 2 }
        ),
        other => panic!("{:?}", status_and_code(other)),
    }
}

async fn what_changes_nothing_is_not_told(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let same = world.change(id, Some("\"1-1\""), json!({"name": "Teapot", "stock": 5})).await.unwrap();
    assert_eq!(same.etag, "\"1-1\"");
    assert_eq!(world.kinds_told(id).await, [ProductCreated, StockAdjusted]);
}

async fn who_saved_a_product_last_is_told_to_the_gateway_alone(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let editor = async |who| {
        let read = GetLastEditor { id: Path(id) };
        world.client("products", who).call(&world.context(), read).await.map(|Json(editor)| editor)
    };
    let told = async || editor("gateway").await.unwrap();
    let made = told().await;
    assert!(made.saved_by.as_ref().is_some_and(|who| who.starts_with("usr_")), "{made:?}");
    for who in ["customer", "staff", "compat"] {
        assert!(editor(who).await.is_err(), "{who}");
    }
    // what is booked is no edit
    world.adjust(id, 3, false).await.unwrap();
    assert_eq!(told().await, made);
    // a program that does not say who has saved it: nobody else is taken for them
    let older =
        Sql::both("update product set description = 'Holds 1 l', version = version + 1 where id = $1");
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&older, params![id]).await.unwrap();
    tx.commit("test.older").await.unwrap();
    assert_eq!(told().await, Editor { version: 2, saved_by: None });
    world.change(id, None, json!({"name": "Pot"})).await.unwrap();
    assert_eq!(told().await, Editor { version: 3, ..made });
}
