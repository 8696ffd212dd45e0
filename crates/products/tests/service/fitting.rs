//! What is looked for is listed as well as it fits: what is just that first, whatever else there is.

use crate::{lists::names, world::ProductsTestBed};
use contracts::products::{ListProducts, ProductFilter, ProductSort};
use endpoint::{Json, PageParams, Query};
use serde_json::json;
use std::collections::BTreeSet;

on_both!(
    what_fits_best_stands_first,
    what_is_named_so_stands_first_however_its_words_are_spaced,
    what_begins_so_stands_first_among_more_than_are_compared,
    a_list_goes_on_where_more_come_to_fit_than_are_compared,
    a_list_goes_on_where_more_come_to_fit_than_are_looked_at_to_go_on,
);

fn fitting(q: &str) -> ProductFilter {
    ProductFilter { q: Some(q.into()), sort: Some(ProductSort::Relevance), ..Default::default() }
}

async fn what_fits_best_stands_first(world: ProductsTestBed) {
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

async fn what_is_named_so_stands_first_however_its_words_are_spaced(world: ProductsTestBed) {
    for name in ["Blue teapot", "Lid of a blue teapot", "Teapot, blue"] {
        world.create(json!({"name": name, "price": 1})).await;
    }
    for q in ["Blue teapot", "Blue  teapot", "\tblue \u{a0}TEAPOT "] {
        let found = names(&world, "customer", fitting(q)).await;
        assert_eq!(found, ["Blue teapot", "Lid of a blue teapot", "Teapot, blue"], "{q:?}");
    }
}

async fn what_begins_so_stands_first_among_more_than_are_compared(world: ProductsTestBed) {
    crate::lists::many(&world).await;
    for name in ["Cup", "Cup and saucer", "Big cup", "Cupboard"] {
        world.create(json!({"name": name, "price": 1, "stock": 1})).await;
    }
    // "Cup no 1" and so on stand between the others whose name begins so, and whatever only has the word comes behind all of them
    // 1,203 begin so: pages of three end just between these and the others
    for limit in [120, 200, 3] {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let slice = PageParams { limit: Some(limit), cursor };
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

async fn a_list_goes_on_where_more_come_to_fit_than_are_compared(world: ProductsTestBed) {
    goes_on_while_more_come_to_fit(&world, 1_100).await;
}
async fn a_list_goes_on_where_more_come_to_fit_than_are_looked_at_to_go_on(world: ProductsTestBed) {
    goes_on_while_more_come_to_fit(&world, 3_300).await;
}

/// How many of "glaze" there are when their list is begun: each is compared with the others.
const AT_FIRST: i64 = 990;

/// So many there are once the first page of the list has been read.
async fn goes_on_while_more_come_to_fit(world: &ProductsTestBed, last: i64) {
    crate::lists::so_many(world, 3_300).await;
    for name in ["Glazed bowl", "Glaze", "Old glaze"] {
        world.create(json!({"name": name, "price": 0})).await;
    }
    // the word is in no other name: these fit alike
    let add = async |first: i64, last: i64| {
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
    add(1, AT_FIRST).await;
    let page = async |cursor| {
        let slice = PageParams { limit: Some(200), cursor };
        let list = ListProducts { filter: Query(fitting("glaze")), slice };
        let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
        let listed = page.items.into_iter().map(|product| (product.name, product.price.minor, product.id));
        (listed.collect::<Vec<_>>(), page.next_cursor)
    };
    for (is_all, known) in [(false, AT_FIRST), (true, last)] {
        let (mut found, mut cursor) = page(None).await;
        if !is_all {
            add(AT_FIRST + 1, last).await;
        }
        while cursor.is_some() {
            let (listed, next) = page(cursor).await;
            found.extend(listed);
            cursor = next;
        }
        let each: BTreeSet<_> = found.iter().collect();
        assert_eq!(each.len(), found.len(), "nothing stands there twice");
        let of_before = found.iter().filter(|(_, price, _)| (1..=known).contains(price)).count();
        assert_eq!(of_before, known as usize, "and all that were there once");
        assert_eq!([&found[0].0, &found[1].0], ["Glaze", "Glazed bowl"]);
        assert_eq!(found.iter().filter(|(name, ..)| name == "Old glaze").count(), 1);
    }
}
