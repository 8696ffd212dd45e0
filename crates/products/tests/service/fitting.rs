//! What is looked for is listed as well as it fits: what is just that first, whatever else there is.

use crate::{lists::names, world::ProductsTestBed};
use contracts::products::{ListProducts, ProductFilter, ProductSort};
use endpoint::{Json, PageParams, Query};
use serde_json::json;
use std::collections::BTreeSet;

on_both!(
    what_fits_best_stands_first,
    what_is_named_so_stands_first_however_its_words_are_spaced,
    of_more_than_are_ranked_the_best_stand_first,
    a_list_of_all_that_fit_says_that_it_is_all,
    words_of_one_stem_are_alike,
    what_can_be_ordered_stands_before_what_cannot,
    texts_without_blanks_are_found_by_what_stands_in_them,
    typing_errors_are_corrected_where_nothing_else_is_found,
    all_products_are_indexed_again_where_the_tokenizer_was_another_one,
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

/// All pages of a list by fit, and whether it says that it is not all there is.
async fn pages(world: &ProductsTestBed, q: &str, limit: u16) -> (Vec<String>, bool) {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let slice = PageParams { limit: Some(limit), cursor };
        let list = ListProducts { filter: Query(fitting(q)), slice };
        let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
        found.extend(page.items.into_iter().map(|product| (product.id, product.name)));
        cursor = page.next_cursor;
        if cursor.is_none() {
            let each: BTreeSet<_> = found.iter().map(|(id, _)| *id).collect();
            assert_eq!(each.len(), found.len(), "nothing stands there twice");
            return (found.into_iter().map(|(_, name)| name).collect(), page.partial);
        }
    }
}

async fn of_more_than_are_ranked_the_best_stand_first(world: ProductsTestBed) {
    for name in ["Cup", "Cup and saucer", "Big cup", "Cupboard"] {
        world.create(json!({"name": name, "price": 1, "stock": 1})).await;
    }
    // more than are ranked, most of them newer than these
    crate::lists::many(&world).await;
    for limit in [120, 200, 7] {
        let (found, is_partial) = pages(&world, "cup", limit).await;
        assert!(is_partial && (1000..1110).contains(&found.len()), "{} by {limit}", found.len());
        assert_eq!(found[..2], ["Cup", "Cup and saucer"]);
        assert!(found[2].starts_with("Cup no "), "{}", found[2]);
    }
    assert_eq!(pages(&world, "cupb", 120).await, (vec!["Cupboard".to_owned()], false));
    // names are compared before descriptions, however many newer ones have the word there
    crate::lists::indexed(&world, "name like 'Cup no %'", &["·cup", "·no", "cup", "no", "big"]).await;
    assert_eq!(pages(&world, "big", 120).await.0[0], "Big cup");
}

async fn a_list_of_all_that_fit_says_that_it_is_all(world: ProductsTestBed) {
    crate::lists::so_many(&world, 1100).await;
    for name in ["Glazed bowl", "Glaze", "Old glaze"] {
        world.create(json!({"name": name, "price": 0})).await;
    }
    for (many, expected) in [(990, Some(993)), (1100, None)] {
        let those = format!("name like 'Cup no %' and price <= {many}");
        crate::lists::indexed(&world, &those, &["·cup", "·no", "cup", "no", "glaze"]).await;
        let (found, is_partial) = pages(&world, "glaze", 200).await;
        assert_eq!(found[..3], ["Glaze", "Glazed bowl", "Old glaze"]);
        assert_eq!(is_partial, expected.is_none());
        assert!(found.len() >= 993 && expected.is_none_or(|all| found.len() == all), "{}", found.len());
    }
}

async fn words_of_one_stem_are_alike(world: ProductsTestBed) {
    let goods = [("Teapots, two", ""), ("Bürste", "brushes for bottles"), ("Haus", "aus Holz"), ("Hut", "")];
    for (name, description) in goods {
        world.create(json!({"name": name, "description": description, "price": 1})).await;
    }
    let found = async |q: &str| names(&world, "customer", fitting(q)).await;
    assert_eq!(found("teapot").await, ["Teapots, two"]);
    assert_eq!(found("brush bottle").await, ["Bürste"]);
    assert_eq!(found("brushing").await, ["Bürste"], "neither is the stem");
    assert_eq!(found("Häuser").await, ["Haus"]);
    assert_eq!(found("saucers").await, [""; 0]);
}

async fn what_can_be_ordered_stands_before_what_cannot(world: ProductsTestBed) {
    for (name, stock) in [("Cup, red", 1), ("Cup, blue", 0), ("Cup, green", 2), ("Cup, grey", 0)] {
        world.create(json!({"name": name, "price": 1, "stock": stock})).await;
    }
    let found = names(&world, "customer", fitting("cup")).await;
    assert_eq!(found, ["Cup, green", "Cup, red", "Cup, grey", "Cup, blue"]);
    // where it fits better, that counts more
    world.create(json!({"name": "Cup", "price": 1})).await;
    assert_eq!(names(&world, "customer", fitting("cup")).await[0], "Cup");
}

async fn texts_without_blanks_are_found_by_what_stands_in_them(world: ProductsTestBed) {
    let names_of_goods = ["青い急須セット", "景德镇青花瓷茶壶", "กาน้ำชา"];
    for name in names_of_goods {
        world.create(json!({"name": name, "price": 1})).await;
    }
    for (q, nth) in [("急須", 0), ("ｾｯﾄ", 0), ("茶壶", 1), ("青花瓷茶壶", 1), ("ชา", 2)] {
        assert_eq!(names(&world, "customer", fitting(q)).await, [names_of_goods[nth]], "{q}");
    }
    assert_eq!(names(&world, "customer", fitting("壶茶")).await, [""; 0]);
}

async fn typing_errors_are_corrected_where_nothing_else_is_found(world: ProductsTestBed) {
    for (name, sku, description) in [
        ("Teapot", "T-1", "glazed"),
        ("Blue teapot", "T-2", ""),
        ("Cup and saucer", "WXYZ77", "porcelain"),
        ("Cap", "C-3", ""),
    ] {
        world.create(json!({"name": name, "sku": sku, "description": description, "price": 1})).await;
    }
    let found = async |q: &str, sort: ProductSort| {
        let filter = ProductFilter { q: Some(q.into()), sort: Some(sort), ..Default::default() };
        let list = ListProducts { filter: Query(filter), slice: PageParams::default() };
        let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
        (page.items.into_iter().map(|product| product.name).collect::<Vec<_>>(), page.corrected)
    };
    let corrected = |names: &[&str], text: &str| {
        (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), Some(text.to_owned()))
    };
    let teapots = || corrected(&["Teapot", "Blue teapot"], "teapot");
    for q in ["taepot", "teapod", "tepot", "teaspot", "TÉAPOD"] {
        assert_eq!(found(q, ProductSort::Relevance).await, teapots(), "{q}");
    }
    let blue = corrected(&["Blue teapot"], "blue teapot");
    assert_eq!(found("blue taepot", ProductSort::Relevance).await, blue);
    // other lists have what was asked for
    assert_eq!(found("teapod", ProductSort::CreatedAt).await, (Vec::new(), None));
    // each of several words; two errors in a long one
    assert_eq!(found("tepot glazd", ProductSort::Relevance).await, corrected(&["Teapot"], "teapot glazed"));
    assert_eq!(found("porcalian", ProductSort::Relevance).await, corrected(&["Cup and saucer"], "porcelain"));
    // what is found as it is typed stays; short words, first letters, more errors and digits are not corrected
    let left =
        [("teapot", 2), ("cap", 1), ("cop", 0), ("deapot", 0), ("taepod", 0), ("wxyz78", 0), ("!!!", 0)];
    for (q, expected) in left {
        let (found, corrected) = found(q, ProductSort::Relevance).await;
        assert_eq!((found.len(), corrected), (expected, None), "{q}");
    }
    // a product may have neither all of the words
    assert_eq!(found("porcelian glazd", ProductSort::Relevance).await, (Vec::new(), None));
}

async fn all_products_are_indexed_again_where_the_tokenizer_was_another_one(world: ProductsTestBed) {
    world.create(json!({"name": "Teapots", "price": 1})).await;
    // as an older version has left it: words without stems, and no vocabulary
    crate::lists::indexed(&world, "true", &["teapots"]).await;
    world.meddle("delete from search_word").await;
    assert_eq!(names(&world, "customer", fitting("teapots")).await, ["Teapots"]);
    assert_eq!(names(&world, "customer", fitting("teapotz")).await, [""; 0]);
    world.start();
    while names(&world, "customer", fitting("teapotz")).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let pass = db::Sql::both("select pass from search_build");
    while world.db.query_one(&pass, &[]).await.unwrap().get::<i64>("pass").unwrap() == 1 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
