//! Lists of products: searches, orders, filters, and pages that go through all of them.

use crate::world::{ProductsTestBed, status_and_code};
use contracts::{
    facades::{FindProducts, ProductNameQuery},
    products::{ListProducts, ProductFilter, ProductSort, ProductStatus},
};
use db::{Engine, Sql, params};
use endpoint::{Json, PageParams, Query, WithEtag};
use kernel::Timestamp;
use serde_json::json;

on_both!(
    a_search_finds_what_words_begin_with_in_any_case_and_without_accents,
    a_facade_finds_what_has_just_a_name,
    a_search_follows_changes,
    a_search_for_what_is_common_and_what_is_rare_finds_both_together,
    each_order_goes_through_all_pages,
    a_cursor_is_good_for_its_own_order_and_filters_only,
    filters_leave_the_others_out,
    what_runs_low_is_listed_by_itself,
    what_runs_low_is_found_among_thousands_at_once,
    what_has_changed_is_listed_by_itself_and_sales_are_no_change,
    a_page_ends_early_where_what_is_looked_for_is_rare,
);

/// The names that are listed, page by page of three.
pub(crate) async fn names(world: &ProductsTestBed, who: &'static str, filter: ProductFilter) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let list =
            ListProducts { filter: Query(filter.clone()), slice: PageParams { limit: Some(3), cursor } };
        let Json(page) = world.client("products", who).call(&world.context(), list).await.unwrap();
        assert!(page.items.len() <= 3);
        names.extend(page.items.into_iter().map(|product| product.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return names;
        }
    }
}

async fn find(world: &ProductsTestBed, q: &str) -> Vec<String> {
    let filter = ProductFilter { q: Some(q.into()), sort: Some(ProductSort::Name), ..Default::default() };
    names(world, "customer", filter).await
}

/// The status of a list that is refused, or 200.
async fn status(world: &ProductsTestBed, filter: ProductFilter, cursor: Option<String>) -> u16 {
    let list = ListProducts { filter: Query(filter), slice: PageParams { limit: Some(1), cursor } };
    let answer = world.client("products", "customer").call(&world.context(), list).await;
    answer.map_or_else(|refused| status_and_code(refused).0, |_| 200)
}

async fn a_search_finds_what_words_begin_with_in_any_case_and_without_accents(world: ProductsTestBed) {
    for (name, sku, description) in [
        ("Blue Teapot", "TEA-1", "Holds 1 l"),
        ("Red Teapot", "TEA-2", "100% clay_x"),
        ("Äpfel", "F-1", "aus dem Garten der Großmutter"),
    ] {
        world.create(json!({"name": name, "sku": sku, "description": description, "price": 1})).await;
    }
    assert_eq!(find(&world, "teapot").await, ["Blue Teapot", "Red Teapot"]);
    assert_eq!(find(&world, "TEA blue").await, ["Blue Teapot"]);
    assert_eq!(find(&world, "teap tea-2").await, ["Red Teapot"]);
    assert_eq!(find(&world, "äPFEL").await, ["Äpfel"]);
    assert_eq!(find(&world, "apf GROSSM").await, ["Äpfel"]);
    // a word is found by its beginning only
    assert_eq!(find(&world, "pot").await, [""; 0]);
    // signs that mean something to a database mean themselves, or nothing
    assert_eq!(find(&world, "0%o").await, [""; 0]);
    assert_eq!(find(&world, "100% clay_").await, ["Red Teapot"]);
    assert_eq!(find(&world, "te%").await, ["Blue Teapot", "Red Teapot"]);
    assert_eq!(find(&world, "teapot green").await, [""; 0]);
    assert_eq!(find(&world, "  ").await.len(), 3);
    // in which there is no word finds nothing, whatever else is asked for
    for q in ["!!!", "%", "_ -", "\u{301}"] {
        assert_eq!(find(&world, q).await, [""; 0], "{q}");
    }
    let both = ProductFilter { q: Some("blue".into()), sku: Some("TEA-2".into()), ..Default::default() };
    assert_eq!(names(&world, "customer", both).await, [""; 0]);
}

async fn a_facade_finds_what_has_just_a_name(world: ProductsTestBed) {
    let found = async |name: &str| {
        let find = FindProducts { named: Query(ProductNameQuery { name: name.to_owned() }) };
        let Json(found) = world.client("products", "compat").call(&world.context(), find).await.unwrap();
        found.items.into_iter().map(|product| product.id).collect::<Vec<_>>()
    };
    let mut ids = Vec::new();
    for name in ["☕", "%", "Cup", "Straße", "Cup", "Cup", "!!!"] {
        ids.push(world.create(json!({"name": name, "price": 1})).await.id);
    }
    assert_eq!((found("☕").await, found("%").await), (vec![ids[0]], vec![ids[1]]));
    assert_eq!(found("Cup").await, [ids[2], ids[4]], "two are enough");
    for other in ["cup", "Cu", "Cup ", "Strasse", "STRASSE", "", "!!"] {
        assert_eq!(found(other).await, [], "{other}");
    }
    assert_eq!(found("Straße").await, [ids[3]]);
    // what is not on sale is not there
    for (id, status) in [(ids[0], "draft"), (ids[6], "draft")] {
        world.change(id, None, json!({"status": status})).await.unwrap();
    }
    assert_eq!((found("☕").await, found("!!!").await), (vec![], vec![]));
}

async fn a_search_follows_changes(world: ProductsTestBed) {
    let id = world.create(json!({"name": "Green cup", "price": 1, "description": "of clay"})).await.id;
    world.change(id, None, json!({"name": "Blue cup", "description": "of tin"})).await.unwrap();
    assert_eq!(find(&world, "blue cup tin").await, ["Blue cup"]);
    assert_eq!((find(&world, "green").await.len(), find(&world, "clay").await.len()), (0, 0));
    world.change(id, None, json!({"sku": "CUP-7"})).await.unwrap();
    assert_eq!(find(&world, "cup-7").await, ["Blue cup"]);
    world.change(id, None, json!({"status": "draft"})).await.unwrap();
    assert_eq!(find(&world, "blue").await, [""; 0]);
    let staff = ProductFilter { q: Some("blue".into()), ..Default::default() };
    assert_eq!(names(&world, "staff", staff).await, ["Blue cup"]);
}

async fn a_search_for_what_is_common_and_what_is_rare_finds_both_together(world: ProductsTestBed) {
    many(&world).await;
    assert_eq!(find(&world, "cup rare").await, ["Rare cup"]);
    assert_eq!(find(&world, "rare cup").await, ["Rare cup"]);
    assert_eq!(find(&world, "cup no").await.len(), 1200);
}

/// More products than a request checks, and one among the last of them.
pub(crate) async fn many(world: &ProductsTestBed) {
    so_many(world, 1200).await;
}
/// The same with so many of them.
pub(crate) async fn so_many(world: &ProductsTestBed, count: u32) {
    world.create(json!({"name": "Rare cup", "price": 5, "stock": 1})).await;
    // what a thousand requests would do
    let text = "insert into product (id, sku, name, description, images, price, currency, status, metadata, name_key, backorder,
                              on_hand, reserved, short, version, stock_version, told, created_at, updated_at)
         select ID, 'S' || n, 'Cup no ' || n, '', images, n, 'EUR', 'active', metadata, 'cup no ' || n, backorder, 0, 0, 0,
                1, 1, 0, created_at, updated_at
         from product, NUMBERS where sku <> '' and name = 'Rare cup'";
    let (sqlite, postgres) = (
        format!(
            "(with recursive n(n) as (select 1 union all select n + 1 from n where n < {count}) select n from n) m"
        ),
        format!("(select generate_series(1, {count}) as n) m"),
    );
    world
        .meddle_each(
            &text.replace("ID", "randomblob(16)").replace("NUMBERS", &sqlite),
            &text.replace("ID", "gen_random_uuid()").replace("NUMBERS", &postgres),
        )
        .await;
    indexed(world, "name like 'Cup no %'", &["·cup", "·no", "cup", "no"]).await;
}

/// Writes tokens of some products into the search index, as the service would.
pub(crate) async fn indexed(world: &ProductsTestBed, those: &str, tokens: &[&str]) {
    let (sqlite, postgres) = (tokens.join(" "), tokens.join("'' ''"));
    if world.db.engine() == Engine::Sqlite {
        let enter =
            "insert into search_entry (seq, id) select (select coalesce(max(seq), 0) from search_entry)
                         + row_number() over (order by id), id from product where";
        world.meddle_each(&format!("{enter} {those} on conflict (id) do nothing"), "").await;
    }
    world
        .meddle_each(
            &format!(
                "insert or replace into search_text (rowid, tokens)
                 select e.seq, '{sqlite}' from search_entry e join product p on p.id = e.id where {those}"
            ),
            &format!(
                "insert into search_entry (id, tokens) select id, cast('''{postgres}''' as tsvector) from product
                 where {those} on conflict (id) do update set tokens = excluded.tokens"
            ),
        )
        .await;
}

async fn each_order_goes_through_all_pages(world: ProductsTestBed) {
    let goods =
        [("pear", 3), ("Apple", 2), ("Äpfel", 2), ("cherry", 1), ("Birne", 2), ("apple", 9), ("Ωmega", 4)];
    for (n, (name, price)) in goods.iter().enumerate() {
        let status = if n % 3 == 0 { "draft" } else { "active" };
        world.create(json!({"name": name, "price": price, "status": status})).await;
        // ids sort by age to the millisecond
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let sorted = async |sort| {
        let filter = ProductFilter { sort: Some(sort), ..Default::default() };
        names(&world, "staff", filter).await
    };
    let by_age: Vec<&str> = goods.iter().map(|(name, _)| *name).collect();
    let up = sorted(ProductSort::Name).await;
    assert_eq!(up, ["Äpfel", "Apple", "apple", "Birne", "cherry", "pear", "Ωmega"]);
    let prices = sorted(ProductSort::Price).await;
    assert_eq!(prices, ["cherry", "Apple", "Äpfel", "Birne", "pear", "Ωmega", "apple"]);
    assert_eq!(sorted(ProductSort::CreatedAt).await, by_age);
    assert_eq!(sorted(ProductSort::UpdatedAt).await, by_age);
    for (sort, mut there) in [
        (ProductSort::UpdatedAtDown, sorted(ProductSort::UpdatedAt).await),
        (ProductSort::NameDown, up),
        (ProductSort::PriceDown, prices),
        (ProductSort::CreatedAtDown, sorted(ProductSort::CreatedAt).await),
    ] {
        there.reverse();
        assert_eq!(sorted(sort).await, there, "{sort:?}");
        // the same when they are looked up by a word
        let filter = ProductFilter { sort: Some(sort), q: Some("p-".into()), ..Default::default() };
        assert_eq!(names(&world, "staff", filter).await, there, "{sort:?}");
    }
}

async fn a_cursor_is_good_for_its_own_order_and_filters_only(world: ProductsTestBed) {
    for n in 0..3 {
        world.create(json!({"name": format!("Pot {n}"), "price": n})).await;
    }
    let filter = |sort, q: Option<&str>| ProductFilter { sort, q: q.map(Into::into), ..Default::default() };
    let own = filter(Some(ProductSort::Price), None);
    let list =
        ListProducts { filter: Query(own.clone()), slice: PageParams { limit: Some(1), cursor: None } };
    let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
    let cursor = page.next_cursor;
    assert_eq!(status(&world, own, cursor.clone()).await, 200);
    for other in [
        filter(None, None),
        filter(Some(ProductSort::PriceDown), None),
        filter(Some(ProductSort::Name), None),
        filter(Some(ProductSort::Price), Some("pot")),
    ] {
        assert_eq!(status(&world, other, cursor.clone()).await, 400);
    }
}

async fn what_has_changed_is_listed_by_itself_and_sales_are_no_change(world: ProductsTestBed) {
    let mut made = Vec::new();
    for name in ["a", "b", "c", "d"] {
        made.push(world.create(json!({"name": name, "price": 1, "stock": 9})).await);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let WithEtag { body: changed, .. } = world.change(made[1].id, None, json!({"price": 2})).await.unwrap();
    world.reserve(world.env.id(), &[(made[0].id, 1)]).await;
    let listed = async |from: Option<Timestamp>, before: Option<Timestamp>, sort, status| {
        let filter =
            ProductFilter { updated_from: from, updated_before: before, sort, status, ..Default::default() };
        names(&world, "staff", filter).await.concat()
    };
    let of = |n: usize| Some(made[n].updated_at);
    let up = Some(ProductSort::UpdatedAt);
    let down = Some(ProductSort::UpdatedAtDown);
    assert_eq!(listed(None, None, up, None).await, "acdb");
    assert_eq!(listed(of(2), None, up, None).await, "cdb", "those of that moment, too");
    assert_eq!(listed(of(2), None, down, None).await, "bdc");
    assert_eq!(listed(of(2), Some(changed.updated_at), up, None).await, "cd", "those of its end not");
    assert_eq!(listed(of(2), Some(changed.updated_at), down, None).await, "dc");
    assert_eq!(listed(of(2), None, Some(ProductSort::Name), None).await, "bcd", "in any order");
    assert_eq!(listed(of(2), of(2), up, None).await, "");
    let backwards = ProductFilter { updated_from: of(2), updated_before: of(1), ..Default::default() };
    assert_eq!(status(&world, backwards, None).await, 422);
}

async fn filters_leave_the_others_out(world: ProductsTestBed) {
    for (name, price, stock, backorder) in
        [("a", "1", 1, false), ("b", "2.50", 0, false), ("c", "2.51", 0, true), ("d", "10", 5, false)]
    {
        world.create(json!({"name": name, "price": price, "stock": stock, "backorder": backorder})).await;
    }
    let d = world.create(json!({"name": "e", "price": 11, "stock": 1})).await.id;
    world.reserve(world.env.id(), &[(d, 1)]).await;
    for sort in [ProductSort::Name, ProductSort::NameDown, ProductSort::Price, ProductSort::PriceDown] {
        let listed = async |price_min: Option<&str>, price_max: Option<&str>, in_stock| {
            let (price_min, price_max) = (price_min.map(Into::into), price_max.map(Into::into));
            let filter =
                ProductFilter { price_min, price_max, in_stock, sort: Some(sort), ..Default::default() };
            let mut names = names(&world, "customer", filter).await;
            names.sort();
            names.concat()
        };
        assert_eq!(listed(None, None, Some(true)).await, "acd");
        assert_eq!(listed(None, None, Some(false)).await, "be");
        assert_eq!(listed(Some("2.50"), None, None).await, "bcde");
        assert_eq!(listed(None, Some("2.50"), None).await, "ab");
        assert_eq!(listed(Some("2.51"), Some("10"), None).await, "cd");
        assert_eq!(listed(Some("2"), Some("11"), Some(true)).await, "cd");
        let backwards =
            ProductFilter { price_min: Some("3".into()), price_max: Some("2".into()), ..Default::default() };
        assert_eq!(status(&world, backwards, None).await, 422);
    }
    for wrong in ["x", "1.001"] {
        let filter = ProductFilter { price_min: Some(wrong.into()), ..Default::default() };
        assert_eq!(status(&world, filter, None).await, 400, "{wrong}");
    }
}

async fn what_runs_low_is_listed_by_itself(world: ProductsTestBed) {
    for (name, stock, backorder) in
        [("none", 0, false), ("to order", 0, true), ("few", 5, false), ("many", 6, false)]
    {
        world.create(json!({"name": name, "price": 1, "stock": stock, "backorder": backorder})).await;
    }
    let listed = async |low_stock| {
        let filter = ProductFilter { low_stock, sort: Some(ProductSort::Name), ..Default::default() };
        names(&world, "staff", filter).await
    };
    assert_eq!(listed(Some(true)).await, ["few", "none", "to order"]);
    assert_eq!(listed(Some(false)).await, ["many"]);
    assert_eq!(listed(None).await.len(), 4);
    // what is reserved is not left
    let many = ProductFilter { low_stock: Some(false), ..Default::default() };
    let list = ListProducts { filter: Query(many), slice: PageParams::default() };
    let Json(page) = world.client("products", "staff").call(&world.context(), list).await.unwrap();
    world.reserve(world.env.id(), &[(page.items[0].id, 1)]).await;
    assert_eq!(listed(Some(false)).await, [""; 0]);
}

async fn what_runs_low_is_found_among_thousands_at_once(world: ProductsTestBed) {
    many(&world).await;
    world
        .meddle_each(
            "update product set on_hand = 500 where name like 'Cup no %'",
            "update product set on_hand = 500 where name like 'Cup no %'",
        )
        .await;
    for (name, stock, backorder) in
        [("gone", 0, false), ("to order", 0, true), ("few", 5, false), ("many", 6, false)]
    {
        world.create(json!({"name": name, "price": 1, "stock": stock, "backorder": backorder})).await;
    }
    let first = async |low_stock, in_stock, q: Option<&str>| {
        let filter = ProductFilter {
            low_stock,
            in_stock,
            q: q.map(str::to_owned),
            sort: Some(ProductSort::NameDown),
            ..Default::default()
        };
        let list = ListProducts { filter: Query(filter), slice: PageParams { limit: Some(5), cursor: None } };
        let Json(page) = world.client("products", "staff").call(&world.context(), list).await.unwrap();
        assert_eq!(page.next_cursor, None, "nobody has to look further");
        page.items.into_iter().map(|product| product.name).collect::<Vec<_>>()
    };
    assert_eq!(first(Some(true), None, None).await, ["to order", "Rare cup", "gone", "few"]);
    assert_eq!(first(None, Some(false), None).await, ["gone"]);
    assert_eq!(first(Some(true), Some(false), None).await, ["gone"]);
    assert_eq!(first(Some(true), Some(true), None).await, ["to order", "Rare cup", "few"]);
    assert_eq!(first(Some(true), None, Some("cup")).await, ["Rare cup"]);
    // the index has them as the service calculates them
    for pieces in [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 1_000_000] {
        let one = world.create(json!({"name": format!("with {pieces}"), "price": 1, "stock": pieces})).await;
        let text = Sql::both("select stock_level from product where id = $1");
        let row = world.db.query_one(&text, params![one.id]).await.unwrap();
        assert_eq!(row.get::<i64>("stock_level").unwrap(), products::stock::Stock::level(pieces), "{pieces}");
    }
}

async fn a_page_ends_early_where_what_is_looked_for_is_rare(world: ProductsTestBed) {
    many(&world).await;
    let filter =
        ProductFilter { in_stock: Some(true), sort: Some(ProductSort::NameDown), ..Default::default() };
    assert_eq!(names(&world, "customer", filter.clone()).await, ["Rare cup"]);
    // they come after all the others, and by the price, which is a range of an index, at once
    let filter = ProductFilter { sort: Some(ProductSort::Name), ..filter };
    let list = ListProducts { filter: Query(filter.clone()), slice: PageParams::default() };
    let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor.is_some()), (0, true));
    assert_eq!(names(&world, "customer", filter).await, ["Rare cup"]);
    let dear = ProductFilter {
        price_min: Some("11.99".into()),
        sort: Some(ProductSort::Price),
        status: Some(ProductStatus::Active),
        ..Default::default()
    };
    let list = ListProducts { filter: Query(dear), slice: PageParams::default() };
    let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (2, None));
}
