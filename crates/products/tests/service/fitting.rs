//! What is looked for is listed as well as it fits: what is just that first, whatever else there is.

use crate::{lists::names, world::World};
use contracts::products::{ListProducts, ProductFilter, ProductSort};
use endpoint::{Json, Query, Slice};
use serde_json::json;
use std::collections::BTreeSet;

on_both!(
    what_fits_best_stands_first,
    what_begins_so_stands_first_among_more_than_are_compared,
    a_list_goes_on_where_more_come_to_fit_than_are_compared,
);

fn fitting(q: &str) -> ProductFilter {
    ProductFilter { q: Some(q.into()), sort: Some(ProductSort::Relevance), ..Default::default() }
}

async fn what_fits_best_stands_first(world: World) {
    for (name, sku, description) in [
        ("Tea", "A-1", ""),
        ("Tea caddy", "A-2", ""),
        ("Teapot", "A-3", ""),
        ("Blue teapot", "A-4", ""),
        ("Cup", "TEA", ""),
        ("Strainer", "A-6", "for teapots"),
        ("Tray", "A-7", "for whoever likes tea"),
        ("Steamer", "A-8", "has no such word"),
        ("Tea tin, blue", "A-9", ""),
    ] {
        world.create(json!({"name": name, "sku": sku, "description": description, "price": 1})).await;
    }
    // of those that fit alike the newest first, page by page
    let found = async |q: &str| names(&world, "customer", fitting(q)).await;
    let expected = ["Cup", "Tea", "Tea tin, blue", "Tea caddy", "Teapot", "Blue teapot", "Tray", "Strainer"];
    assert_eq!(found("TÉA").await, expected);
    assert_eq!(found(" blue tea ").await, ["Blue teapot", "Tea tin, blue"]);
    assert_eq!(found("teapot").await, ["Teapot", "Blue teapot", "Strainer"]);
    assert_eq!(found("a-3").await, ["Teapot"]);
    assert_eq!(found("nothing").await, [""; 0]);
    // without words it is the list that it is without an order
    let all = ProductFilter { sort: Some(ProductSort::Relevance), ..Default::default() };
    assert_eq!(names(&world, "customer", all).await, names(&world, "customer", Default::default()).await);
    // other filters hold, too
    let dear = ProductFilter { price_min: Some("2".into()), ..fitting("tea") };
    assert_eq!(names(&world, "customer", dear).await, [""; 0]);
}

async fn what_begins_so_stands_first_among_more_than_are_compared(world: World) {
    crate::lists::many(&world).await;
    for name in ["Cup", "Cup and saucer", "Big cup", "Cupboard"] {
        world.create(json!({"name": name, "price": 1, "stock": 1})).await;
    }
    // "Cup no 1" and so on stand between the others whose name begins so, and whatever only has the word comes behind all of them
    // 1,203 begin so: pages of three end just between these and the others
    for limit in [120, 200, 3] {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let slice = Slice { limit: Some(limit), cursor };
            let list = ListProducts { filter: Query(fitting("cup")), slice };
            let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
            found.extend(page.items.into_iter().map(|product| product.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), 1205, "by {limit}");
        assert_eq!(found[..2], ["Cup", "Cup and saucer"]);
        assert!(found[2].starts_with("Cup no "), "{}", found[2]);
        assert_eq!(found[1202..], ["Cupboard", "Big cup", "Rare cup"], "by {limit}");
    }
    assert_eq!(names(&world, "customer", fitting("cupb")).await, ["Cupboard"]);
}

async fn a_list_goes_on_where_more_come_to_fit_than_are_compared(world: World) {
    crate::lists::many(&world).await;
    // the word is in no name: all fit alike
    let add = async |first: u32, last: u32| {
        let those = format!("name like 'Cup no %' and price between {first} and {last}");
        for text in [
            format!("update product set description = 'glaze' where {those}"),
            format!(
                "insert into product_word (product_id, word) select id, 'glaze' from product where {those}"
            ),
        ] {
            world.meddle_each(&text, &text).await;
        }
    };
    add(1, 990).await;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let list =
            ListProducts { filter: Query(fitting("glaze")), slice: Slice { limit: Some(200), cursor } };
        let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
        if found.is_empty() {
            add(991, 1_100).await;
        }
        found.extend(page.items.into_iter().map(|product| (product.price.minor, product.id)));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let each: BTreeSet<_> = found.iter().collect();
    assert_eq!(each.len(), found.len(), "nothing stands there twice");
    assert_eq!(found.iter().filter(|(price, _)| *price <= 990).count(), 990, "and all that were there once");
}
