//! One SKU, several spellings; and products that a program of an older version has saved last, which are indexed again.

use crate::{
    catalogue::{create, names},
    world::ProductsTestBed,
};
use contracts::products::ProductFilter;
use db::{Sql, params};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

on_both!(an_sku_is_one_however_it_is_spelled, products_that_an_older_version_has_saved_are_indexed_again,);

fn with_sku(sku: &str) -> ProductFilter {
    ProductFilter { sku: Some(sku.into()), ..ProductFilter::default() }
}
fn with_words(q: &str) -> ProductFilter {
    ProductFilter { q: Some(q.into()), ..ProductFilter::default() }
}

async fn an_sku_is_one_however_it_is_spelled(world: ProductsTestBed) {
    let pot = world.create(json!({"sku": " Ka\u{308}nn-1\u{a0}", "name": "Pot", "price": "1"})).await;
    assert_eq!(pot.sku, "Känn-1");
    let cup = world.create(json!({"sku": "CUP", "name": "Cup", "price": "1"})).await;
    for alike in [
        "KÄNN-1",
        "känn-1 ",
        "KA\u{308}NN-1",
        "känn\u{200b}-1",
        "känn-1\u{3164}",
        "känn\u{e0020}-1",
        "\tKÄNN-1\r\n",
        " \tKÄNN-1\r\n \t\u{2029}\u{85}",
    ] {
        let other = create(&world, None, json!({"sku": alike, "name": "Other", "price": "1"})).await;
        assert_eq!(other.map(|made| made.body.sku), Err((409, "sku_taken".to_owned())), "{alike:?}");
        let renamed = world.change(cup.id, None, json!({ "sku": alike })).await;
        assert_eq!(renamed.unwrap_err(), (409, "sku_taken".to_owned()), "{alike:?}");
        assert_eq!(names(&world, "customer", with_sku(alike)).await, ["Pot"], "{alike:?}");
    }
    let tea = world.create(json!({"sku": "TEA-1", "name": "Tea", "price": "1"})).await;
    for alike in ["ＴＥＡ-1", "TEA\u{2011}1", "tea\u{2010}1", "ＴＥＡ－１"] {
        let other = create(&world, None, json!({"sku": alike, "name": "Other", "price": "1"})).await;
        assert_eq!(other.map(|made| made.body.sku), Err((409, "sku_taken".to_owned())), "{alike:?}");
        assert_eq!(names(&world, "customer", with_sku(alike)).await, ["Tea"], "{alike:?}");
    }
    assert_eq!(world.change(tea.id, None, json!({"sku": "ＴＥＡ-1"})).await.unwrap().body.sku, "ＴＥＡ-1");
    // a product may be spelled otherwise itself, and what is sent as it is stored is no change
    let louder = world.change(pot.id, None, json!({"sku": "KÄNN-1"})).await.unwrap().body;
    assert_eq!((louder.sku.as_str(), louder.version), ("KÄNN-1", 2));
    assert_eq!(world.change(pot.id, None, json!({"sku": "KÄNN-1 "})).await.unwrap().body.version, 2);
    assert_eq!(names(&world, "customer", with_sku("kann-1")).await, [""; 0]);
}

async fn products_that_an_older_version_has_saved_are_indexed_again(world: ProductsTestBed) {
    let plate = world.create(json!({"sku": "P-1", "name": "Łódzka", "price": "1"})).await.id;
    let alike = world.create(json!({"sku": "P-2", "name": "Plate", "price": "1"})).await.id;
    let run = async |sql: Sql, id| {
        let mut tx = world.db.begin().await.unwrap();
        tx.run(&sql, params![id]).await.unwrap();
        tx.commit("test").await.unwrap();
    };
    // as an older version writes: neither keys nor words of this one
    run(Sql::both("delete from search_entry where id = $1"), plate).await;
    run(Sql::both("update product set sku = 'p-1', version = version + 1 where id = $1"), alike).await;
    run(Sql::both("update product set sku_key = null, indexed_version = null where id = $1"), plate).await;
    assert_eq!(names(&world, "customer", with_words("lodzka")).await, [""; 0]);
    // an edit of something else stays possible
    world.change(alike, None, json!({"name": "Dish"})).await.unwrap();
    world.start();
    while names(&world, "customer", with_words("lodzka")).await.is_empty() {
        sleep(Duration::from_millis(20)).await;
    }
    for q in ["łódzka", "LODZKA"] {
        assert_eq!(names(&world, "customer", with_words(q)).await, ["Łódzka"], "{q}");
    }
    // each of those that were taken as two is found as it is spelled, and can be edited
    assert_eq!(names(&world, "customer", with_sku("P-1")).await, ["Łódzka"]);
    assert_eq!(names(&world, "customer", with_sku("p-1")).await, ["Dish"]);
    assert_eq!(world.change(alike, None, json!({"name": "Bowl"})).await.unwrap().body.name, "Bowl");
    let third = create(&world, None, json!({"sku": "p-1 ", "name": "Third", "price": "1"})).await;
    assert_eq!(third.map(|made| made.body.sku), Err((409, "sku_taken".to_owned())));
}
