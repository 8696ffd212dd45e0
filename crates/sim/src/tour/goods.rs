//! Products and their stock.

use super::{accounts::TourClients, tour_client::TourResult};
use contracts::{Image, Metadata, products::*, stock::*};
use endpoint::{
    Body, Conditional, Created, IfMatch, IfNoneMatch, OptionalIdempotencyKey, PageParams, Path, Query,
    WithEtag,
};
use kernel::{Currency, Money, MoneyInput, Timestamp, id::ProductId};

/// What there is to buy.
pub(super) struct TourProducts {
    /// Plenty of them.
    pub(super) teapot: ProductId,
    /// Few of them.
    pub(super) cup: ProductId,
    /// Not on sale yet.
    pub(super) draft: ProductId,
    /// Off sale for good.
    pub(super) gone: ProductId,
}

/// So much, in cents.
pub(super) fn euros(minor: i64) -> MoneyInput {
    Money::new(minor, Currency::EUR).into()
}

fn product(sku: &str, name: &str, minor: i64, stock: i64) -> NewProduct {
    NewProduct {
        sku: Some(sku.to_owned()),
        name: name.to_owned(),
        description: String::new(),
        images: Vec::new(),
        price: euros(minor),
        stock,
        backorder: false,
        status: ProductStatus::Active,
        metadata: Metadata::new(),
    }
}

fn create(key: &str, product: &NewProduct) -> CreateProduct {
    CreateProduct { key: OptionalIdempotencyKey(Some(key.to_owned())), product: Body(product.clone()) }
}

pub(super) async fn go(people: &TourClients) -> TourResult<TourProducts> {
    let TourClients { admin, ada, .. } = people;
    let teapot = NewProduct {
        description: "Holds six cups. Glazed in green.".to_owned(),
        images: vec![Image {
            url: "https://cdn.example.com/teapot-green.jpg".to_owned(),
            alt: "A round teapot with a green glaze".to_owned(),
        }],
        metadata: [("shelf".to_owned(), "B4".to_owned())].into(),
        ..product("TEAPOT-GREEN", "Teapot, green", 2_450, 500)
    };
    let Created { body: made, .. } = admin.shows("A product with stock", create("teapot", &teapot)).await?;
    let cup = product("CUP", "Cup", 690, 12);
    let Created { body: cup, .. } = admin.does(create("cup", &cup)).await?;
    let draft =
        NewProduct { status: ProductStatus::Draft, backorder: true, ..product("TRAY", "Tray", 1_900, 0) };
    let Created { body: draft, .. } =
        admin.shows("Not on sale yet, and takes back-orders", create("tray", &draft)).await?;
    admin.is_refused("sku_taken", create("teapot-2", &teapot)).await?;
    admin.is_refused("key_reused", create("teapot", &product("POT", "Pot", 100, 0))).await?;
    admin
        .is_refused(
            "invalid_request",
            create("wrong", &NewProduct { stock: -1, ..product("", "Pot", 100, 0) }),
        )
        .await?;
    ada.is_refused("forbidden", create("ada", &teapot)).await?;
    let old = product("SAUCER", "Saucer", 300, 0);
    let Created { body: old, .. } = admin.does(create("saucer", &old)).await?;
    let goods = TourProducts { teapot: made.id, cup: cup.id, draft: draft.id, gone: old.id };
    read(people, &goods).await?;
    change(people, &goods).await?;
    stock(people, &goods).await?;
    Ok(goods)
}

async fn read(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { nobody, admin, .. } = people;
    let get = |id, known: Option<String>| GetProduct { id: Path(id), known: IfNoneMatch(known) };
    let seen = nobody.shows("A product", get(goods.teapot, None)).await?;
    if let Conditional::New { etag, .. } = seen {
        nobody.shows("It is known already", get(goods.teapot, Some(etag))).await?;
    }
    nobody.is_refused("not_found", get(goods.draft, None)).await?;
    let list =
        |filter, limit| ListProducts { filter: Query(filter), slice: PageParams { limit, cursor: None } };
    nobody.shows("The newest product", list(ProductFilter::default(), Some(1))).await?;
    let words = ProductFilter { q: Some("green tea".to_owned()), ..ProductFilter::default() };
    nobody.shows("By words", list(words, None)).await?;
    let low = ProductFilter { low_stock: Some(true), ..ProductFilter::default() };
    admin.shows("What runs low", list(low, None)).await?;
    let between = ProductFilter {
        price_min: Some("5.00".to_owned()),
        price_max: Some("50.00".to_owned()),
        in_stock: Some(true),
        sort: Some(ProductSort::Price),
        ..ProductFilter::default()
    };
    nobody.shows("What can be had for 5 to 50, the cheapest first", list(between, Some(1))).await?;
    let year = (Timestamp::from_seconds(1_798_761_600), Timestamp::from_seconds(1_830_297_600));
    let changed = ProductFilter {
        updated_from: Some(year.0),
        updated_before: Some(year.1),
        sort: Some(ProductSort::UpdatedAt),
        ..ProductFilter::default()
    };
    nobody.shows("What has changed", list(changed, Some(1))).await?;
    let drafts = ProductFilter { status: Some(ProductStatus::Draft), ..ProductFilter::default() };
    admin.shows("Drafts, for staff", list(drafts, None)).await?;
    nobody
        .is_refused(
            "invalid_request",
            list(ProductFilter { q: Some("x".repeat(201)), ..ProductFilter::default() }, None),
        )
        .await
}

async fn change(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let update = |id, etag: Option<&str>, change: &ProductChange| UpdateProduct {
        id: Path(id),
        key: OptionalIdempotencyKey(None),
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
        change: Body(change.clone()),
    };
    let price = ProductChange { price: Some(euros(2_650)), ..ProductChange::default() };
    let WithEtag { etag, body: now } =
        admin.shows("Another price", update(goods.teapot, None, &price)).await?;
    let counted = ProductChange { stock: Some(480), ..ProductChange::default() };
    admin.shows("Pieces that were counted", update(goods.teapot, Some(&etag), &counted)).await?;
    admin.is_refused("precondition_failed", update(goods.teapot, Some("\"0-0\""), &price)).await?;
    admin.is_refused("precondition_required", update(goods.teapot, None, &counted)).await?;
    let stale = ProductChange { version: Some(now.version - 1), ..price.clone() };
    admin.is_refused("version_conflict", update(goods.teapot, None, &stale)).await?;
    let taken = ProductChange { sku: Some("CUP".to_owned()), ..ProductChange::default() };
    admin.is_refused("sku_taken", update(goods.teapot, None, &taken)).await?;
    ada.is_refused("forbidden", update(goods.teapot, None, &price)).await?;
    let replace = |etag: Option<String>| ReplaceProduct {
        id: Path(goods.cup),
        based_on: IfMatch(etag),
        product: Body(ProductData {
            sku: None,
            name: "Cup, large".to_owned(),
            description: "Holds half a pint.".to_owned(),
            images: Vec::new(),
            price: euros(750),
            stock: None,
            backorder: false,
            status: ProductStatus::Active,
            metadata: Metadata::new(),
            version: None,
            stock_version: None,
            accept_shortfall: false,
        }),
    };
    admin.shows("All of its catalogue data", replace(None)).await?;
    admin.is_refused("precondition_failed", replace(Some("\"0-0\"".to_owned()))).await?;
    let mut stale = replace(None);
    stale.product.0.version = Some(0);
    admin.is_refused("version_conflict", stale).await?;
    let mut taken = replace(None);
    taken.product.0.sku = Some("TEAPOT-GREEN".to_owned());
    admin.is_refused("sku_taken", taken).await
}

async fn stock(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, .. } = people;
    let adjust = |key: &str, delta, reason| AdjustStock {
        id: Path(goods.cup),
        key: OptionalIdempotencyKey(Some(key.to_owned())),
        adjustment: Body(Adjustment {
            delta,
            reason,
            note: Some("Delivery 4711".to_owned()),
            reference: (reason == Reason::Receipt).then(|| "delivery-4711".to_owned()),
            on_hand: None,
            accept_shortfall: false,
        }),
    };
    admin.shows("Goods that came in", adjust("delivery-4711", 8, Reason::Receipt)).await?;
    admin.is_refused("already_booked", adjust("delivery-4711-2", 8, Reason::Receipt)).await?;
    let mut reckoned = adjust("count-3", -1, Reason::Count);
    reckoned.adjustment.0.on_hand = Some(0);
    admin.is_refused("stock_changed", reckoned).await?;
    admin.is_refused("stock_below_zero", adjust("count-1", -99, Reason::Count)).await?;
    admin.is_refused("invalid_request", adjust("count-2", 0, Reason::Count)).await?;
    admin.is_refused("key_reused", adjust("delivery-4711", 9, Reason::Receipt)).await?;
    let movements = |limit| ListMovements { id: Path(goods.cup), slice: PageParams { limit, cursor: None } };
    admin.shows("All movements", movements(None)).await?;
    let delete = |etag: Option<&str>| DeleteProduct {
        id: Path(goods.gone),
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
    };
    admin.is_refused("precondition_failed", delete(Some("\"0-0\""))).await?;
    admin.shows("It is off sale for good", delete(None)).await?;
    Ok(())
}
