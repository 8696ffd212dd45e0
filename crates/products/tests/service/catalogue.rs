//! The catalogue: adding, reading, finding and deleting products.

use crate::world::{ProductsTestBed, status_and_code};
use contracts::{
    events::EventType::*,
    products::*,
    stock::{ListMovements, Reason},
};
use endpoint::{
    Body, Conditional, Created, IfMatch, IfNoneMatch, Json, NoContent, OptionalIdempotencyKey, PageParams,
    Path, Query, client::CallError,
};
use kernel::{Currency, id::ProductId};
use serde_json::{Value, json};

on_both!(
    a_new_product_is_there_with_its_stock_and_versions,
    a_key_adds_one_product_however_often_it_is_sent,
    an_sku_belongs_to_one_product_until_that_is_deleted,
    a_price_is_in_the_currency_of_the_shop,
    the_first_product_fixes_the_currency_even_when_it_is_deleted,
    drafts_are_seen_by_staff_only_and_deleted_products_by_nobody,
    a_reader_who_has_it_is_told_so,
    lists_come_in_pages_newest_first,
    a_search_for_what_no_text_holds_is_refused,
    only_staff_for_products_may_change_the_catalogue,
);

pub(crate) async fn create(
    world: &ProductsTestBed,
    key: Option<&str>,
    json: Value,
) -> Result<Created<Product>, (u16, String)> {
    let product = Body(serde_json::from_value(json).unwrap());
    let create = CreateProduct { key: OptionalIdempotencyKey(key.map(Into::into)), product };
    world.staff().call(&world.context(), create).await.map_err(status_and_code)
}

pub(crate) async fn delete(
    world: &ProductsTestBed,
    id: ProductId,
    if_match: Option<&str>,
) -> Result<NoContent, (u16, String)> {
    let delete = DeleteProduct { id: Path(id), based_on: IfMatch(if_match.map(Into::into)) };
    world.staff().call(&world.context(), delete).await.map_err(status_and_code)
}

/// What `who` reads: the product, or the status and code of the refusal.
async fn read(world: &ProductsTestBed, who: &'static str, id: ProductId) -> Result<Product, (u16, String)> {
    let get = GetProduct { id: Path(id), known: IfNoneMatch(None) };
    match world.client("products", who).call(&world.context(), get).await.map_err(status_and_code)? {
        Conditional::New { etag, body } => {
            assert_eq!(etag, format!("\"{}-{}\"", body.version, body.stock_version));
            Ok(body)
        }
        Conditional::NotModified { .. } => panic!("nothing was known"),
    }
}

/// The names of what `who` finds.
pub(crate) async fn names(world: &ProductsTestBed, who: &'static str, filter: ProductFilter) -> Vec<String> {
    let list = ListProducts { filter: Query(filter), slice: PageParams::default() };
    let Json(page) = world.client("products", who).call(&world.context(), list).await.unwrap();
    page.items.into_iter().map(|product| product.name).collect()
}

async fn a_new_product_is_there_with_its_stock_and_versions(world: ProductsTestBed) {
    let json = json!({
        "sku": "TEA-1", "name": "Teapot", "description": "Holds 1 l", "price": 24.50, "stock": 12,
        "metadata": {"colour": "blue"},
        "images": [{"url": "/pots/1.jpg", "alt": "A pot"}, {"url": "https://example.com/2.jpg"}],
    });
    let Created { location, etag, body } = create(&world, None, json).await.unwrap();
    assert_eq!((location, etag.as_str()), (format!("/v1/products/{}", body.id), "\"1-1\""));
    assert_eq!((body.stock, body.reserved, body.available, body.backorder), (12, 0, 12, false));
    assert_eq!((body.price.to_string().as_str(), body.status), ("24.50 EUR", ProductStatus::Active));
    assert_eq!(body.metadata["colour"], "blue");
    let shown = |n: usize| (body.images[n].url.as_str(), body.images[n].alt.as_str());
    assert_eq!((shown(0), shown(1)), (("/pots/1.jpg", "A pot"), ("https://example.com/2.jpg", "")));
    assert_eq!(read(&world, "customer", body.id).await, Ok(body.clone()));
    assert_eq!(world.ledger(body.id).await, [(Reason::Receipt, 12, 12)]);
    assert_eq!(world.kinds_told(body.id).await, [ProductCreated, StockAdjusted]);

    let bare = create(&world, None, json!({"name": "Cup", "price": "3"})).await.unwrap().body;
    assert!(bare.sku.starts_with("P-"), "{}", bare.sku);
    assert!(bare.images.is_empty());
    assert_eq!((bare.stock, world.ledger(bare.id).await), (0, vec![]));
    assert_eq!(world.kinds_told(bare.id).await, [ProductCreated]);
    world.is_sound().await;
}

async fn a_key_adds_one_product_however_often_it_is_sent(world: ProductsTestBed) {
    let cup = json!({"name": "Cup", "price": "3", "stock": 4});
    let first = create(&world, Some("k1"), cup.clone()).await.unwrap();
    assert_eq!(create(&world, Some("k1"), cup.clone()).await.unwrap(), first);
    let other = create(&world, Some("k1"), json!({"name": "Mug", "price": "3"})).await;
    assert_eq!(other.unwrap_err(), (422, "key_reused".to_owned()));
    assert_ne!(create(&world, Some("k2"), cup.clone()).await.unwrap().body.id, first.body.id);
    assert_eq!(world.ledger(first.body.id).await.len(), 1);

    // after a day it is the product as it is
    world.change(first.body.id, None, json!({"name": "Big cup"})).await.unwrap();
    world.meddle("update idempotency set answer = null").await;
    assert_eq!(create(&world, Some("k1"), cup).await.unwrap().body.name, "Big cup");
}

async fn an_sku_belongs_to_one_product_until_that_is_deleted(world: ProductsTestBed) {
    let tea = json!({"sku": "TEA-1", "name": "Teapot", "price": "1"});
    let first = create(&world, None, tea.clone()).await.unwrap().body;
    let again = CreateProduct {
        key: OptionalIdempotencyKey(None),
        product: Body(serde_json::from_value(tea.clone()).unwrap()),
    };
    match world.staff().call(&world.context(), again).await.unwrap_err() {
        CallError::Refused(taken) => {
            assert_eq!(taken, CreateProductError::SkuTaken { product_id: first.id });
        }
        other => panic!("{other}"),
    }
    let cup = create(&world, None, json!({"name": "Cup", "price": "1"})).await.unwrap().body;
    let renamed = world.change(cup.id, None, json!({"sku": "TEA-1"})).await;
    assert_eq!(renamed.unwrap_err(), (409, "sku_taken".to_owned()));
    delete(&world, first.id, None).await.unwrap();
    world.change(cup.id, None, json!({"sku": "TEA-1"})).await.unwrap();
    assert_eq!(create(&world, None, tea).await.unwrap_err(), (409, "sku_taken".to_owned()));
}

async fn a_price_is_in_the_currency_of_the_shop(world: ProductsTestBed) {
    for price in [json!({"amount": "1", "currency": "USD"}), json!("1.005"), json!(-1), json!("1e3")] {
        let product = Body(serde_json::from_value(json!({"name": "Cup", "price": price})).unwrap());
        let create = CreateProduct { key: OptionalIdempotencyKey(None), product };
        match world.staff().call(&world.context(), create).await.unwrap_err() {
            CallError::Problem(problem) => {
                assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
                assert_eq!(problem.data["errors"][0]["pointer"], "/price");
            }
            other => panic!("{other}"),
        }
    }
}

async fn the_first_product_fixes_the_currency_even_when_it_is_deleted(world: ProductsTestBed) {
    assert_eq!(products::currency_in_use(&world.db).await.unwrap(), None);
    let product = world.create(json!({"sku": "TEA-1", "name": "Teapot", "price": "24.50"})).await;
    assert_eq!(
        products::currency_in_use(&world.db).await.unwrap().map(|(_, used)| used),
        Some(Currency::EUR)
    );
    delete(&world, product.id, None).await.unwrap();
    assert_eq!(
        products::currency_in_use(&world.db).await.unwrap().map(|(_, used)| used),
        Some(Currency::EUR)
    );
}

async fn drafts_are_seen_by_staff_only_and_deleted_products_by_nobody(world: ProductsTestBed) {
    let draft = json!({"sku": "D", "name": "Draft", "price": "1", "status": "draft"});
    let draft = create(&world, None, draft).await.unwrap().body.id;
    let gone = create(&world, None, json!({"name": "Gone", "price": "1"})).await.unwrap().body.id;
    create(&world, None, json!({"name": "Shown", "price": "1"})).await.unwrap();
    assert_eq!(delete(&world, gone, Some("\"2-1\"")).await.unwrap_err().0, 412);
    delete(&world, gone, Some("\"1-1\"")).await.unwrap();
    assert_eq!(world.kinds_told(gone).await, [ProductCreated, ProductDeleted]);

    let not_found = Err((404, "not_found".to_owned()));
    for who in ["customer", "clerk", "service"] {
        assert_eq!(read(&world, who, draft).await, not_found, "{who}");
    }
    assert_eq!(read(&world, "staff", draft).await.unwrap().name, "Draft");
    assert_eq!(read(&world, "staff", gone).await, not_found);
    assert_eq!(delete(&world, gone, None).await, Err((404, "not_found".to_owned())));
    assert_eq!(world.change(gone, None, json!({"name": "Back"})).await.unwrap_err().0, 404);
    assert_eq!(read(&world, "staff", world.env.id()).await, not_found);
    let movements = ListMovements { id: Path(world.env.id()), slice: PageParams::default() };
    assert_eq!(
        world.staff().call(&world.context(), movements).await.map_err(status_and_code).unwrap_err().0,
        404
    );

    let all = ProductFilter::default();
    let with = |status| ProductFilter { status: Some(status), ..ProductFilter::default() };
    assert_eq!(names(&world, "customer", all.clone()).await, ["Shown"]);
    assert_eq!(names(&world, "customer", with(ProductStatus::Active)).await, ["Shown"]);
    assert_eq!(names(&world, "customer", with(ProductStatus::Draft)).await, [""; 0]);
    assert_eq!(names(&world, "customer", with(ProductStatus::Deleted)).await, [""; 0]);
    let sku = ProductFilter { sku: Some("D".into()), ..ProductFilter::default() };
    assert_eq!(names(&world, "customer", sku.clone()).await, [""; 0]);
    assert_eq!(names(&world, "staff", sku).await, ["Draft"]);
    assert_eq!(names(&world, "staff", all).await, ["Shown", "Draft"]);
    assert_eq!(names(&world, "staff", with(ProductStatus::Deleted)).await, ["Gone"]);
}

async fn a_reader_who_has_it_is_told_so(world: ProductsTestBed) {
    let id = world.stocked(5).await;
    let get = |known: &str| GetProduct { id: Path(id), known: IfNoneMatch(Some(known.into())) };
    let etag = "\"1-1\"".to_owned();
    let client = world.client("products", "customer");
    let answer = client.call(&world.context(), get(&etag)).await.unwrap();
    assert_eq!(answer, Conditional::NotModified { etag: etag.clone() });
    // what is available is part of it
    world.reserve(world.env.id(), &[(id, 1)]).await;
    match client.call(&world.context(), get(&etag)).await.unwrap() {
        Conditional::New { etag, body } => assert_eq!((etag.as_str(), body.available), ("\"1-2\"", 4)),
        Conditional::NotModified { .. } => panic!("it has changed"),
    }
}

async fn lists_come_in_pages_newest_first(world: ProductsTestBed) {
    for n in 0..7 {
        create(&world, None, json!({"name": format!("Pot {n}"), "price": "1"})).await.unwrap();
        // ids sort by age to the millisecond
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    let filter = ProductFilter { q: Some("pot".into()), ..ProductFilter::default() };
    for size in [3, 3, 1] {
        let slice = PageParams { limit: Some(3), cursor };
        let list = ListProducts { filter: Query(filter.clone()), slice };
        let Json(page) = world.client("products", "customer").call(&world.context(), list).await.unwrap();
        assert_eq!(page.items.len(), size);
        found.extend(page.items.into_iter().map(|product| product.name));
        cursor = page.next_cursor;
    }
    assert_eq!(cursor, None);
    assert_eq!(found, ["Pot 6", "Pot 5", "Pot 4", "Pot 3", "Pot 2", "Pot 1", "Pot 0"]);
    let slice = PageParams { limit: None, cursor: Some("made up".into()) };
    let list = ListProducts { filter: Query(filter), slice };
    assert_eq!(world.staff().call(&world.context(), list).await.map_err(status_and_code).unwrap_err().0, 400);
}

async fn a_search_for_what_no_text_holds_is_refused(world: ProductsTestBed) {
    let filters = [
        ProductFilter { q: Some("tea\0pot".to_owned()), ..ProductFilter::default() },
        ProductFilter { sku: Some("\0".to_owned()), ..ProductFilter::default() },
    ];
    for filter in filters {
        let list = ListProducts { filter: Query(filter), slice: PageParams::default() };
        let refused = world.client("products", "customer").call(&world.context(), list).await;
        assert_eq!(refused.map_err(status_and_code).unwrap_err(), (400, "invalid_request".to_owned()));
    }
}

async fn only_staff_for_products_may_change_the_catalogue(world: ProductsTestBed) {
    let id = world.stocked(1).await;
    for (who, status) in [("customer", 403), ("clerk", 403), ("service", 403), ("nobody knows", 401)] {
        let client = world.client("products", who);
        let product = Body(serde_json::from_value(json!({"name": "Cup", "price": 1})).unwrap());
        let create = CreateProduct { key: OptionalIdempotencyKey(None), product };
        let refused = client.call(&world.context(), create).await.map_err(status_and_code).unwrap_err();
        assert_eq!(refused.0, status, "{who}");
        let delete = DeleteProduct { id: Path(id), based_on: IfMatch(None) };
        let refused = client.call(&world.context(), delete).await.map_err(status_and_code).unwrap_err();
        assert_eq!(refused.0, status, "{who}");
    }
}
