//! | request | success | failures |
//! |---|---|---|
//! | `GET /products` | 200 `[{_id, name, description, price, stock, version}]` | |
//! | `GET /products/ID` | 200 one | 404 |
//! | `POST /products`, also `/products/create_product`, JWT | 201 `{message, product}`, `version` 0 | 400, 401, 403 |
//! | `PUT /products/ID`, JWT, any of `{name, description, price, stock, version}` | 200 `{message, product}`, `version` one higher | 404, 409 |
//! | `DELETE /products/ID`, JWT | 200 `{message}` | 404 |
//!
//! `stock` is what is available, so orders lower it; a PUT sets on hand to what was sent and what is reserved. One that
//! sends back what is shown counts nothing. What may be ordered beyond what is on hand shows 999,999 at least.
//! `version` counts the changes that succeeded: it is the product's own version here, from 0, which each PUT makes one
//! higher in the one transaction that changes the product. Of several editors of one version one wins, whether they come
//! by this façade or by `/v1`, and nothing that anybody writes sets it back.

use super::{HABITS, SHAPE, writer};
use crate::{
    Compat,
    facades::{Message, message},
    form::{BodyForm, number},
    operation::{LegacyService, delete, get, post, put},
    request::FacadeRequest,
    response::{FacadeError, FacadeResponse, refused},
};
use contracts::{
    facades::{CreateProductOnBehalf, DeleteProductOnBehalf, UpdateProductOnBehalf},
    products::{
        ChangeProductError, GetProduct, ListProducts, NewProduct, Product as Kept, ProductChange,
        ProductFilter, ProductSort,
    },
};
use endpoint::{
    Body, Conditional, Context, Created, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey, PageParams,
    Path, Permission, Query, WithEtag, client::CallError,
};
use kernel::{Money, id::ProductId};
use schemars::JsonSchema;
use serde::Serialize;

/// So often a PUT is tried whose product or stock changes under it.
const TRIES: u32 = 50;
/// Products of one page of the real list.
const PAGE: u16 = PageParams::MOST;
const NOT_FOUND: &str = "Product not found";
/// `stock` of what is never out of stock: pages hide what has none, and do not let more be ordered.
const NEVER_OUT: i64 = 999_999;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Product")]
struct EcommerceProduct {
    #[serde(rename = "_id")]
    id: ProductId,
    name: String,
    description: String,
    #[schemars(with = "f64")]
    price: serde_json::Number,
    stock: i64,
    version: i64,
}
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Changed")]
struct ChangedProduct {
    message: &'static str,
    product: EcommerceProduct,
}

pub(crate) fn products(compat: Compat) -> LegacyService<Compat> {
    const MEMBERS: &[&str] = &["name?", "description?", "price#?", "stock#?", "version#?"];
    LegacyService::new(compat, "Products, with optimistic locking by a version.", SHAPE)
        .with_habits(HABITS)
        .on(
            get("/products", "Lists all products.").answers::<Vec<EcommerceProduct>>(200, "The products."),
            list,
        )
        .on(
            post("/products", "Adds a product.")
                .also(&["/products/create_product"])
                .takes(&["name", "description?", "price#", "stock#?"])
                .signed_in()
                .answers::<ChangedProduct>(201, "The product.")
                .refuses(400, "Something is missing or no number.")
                .refuses(401, "Nobody is signed in.")
                .refuses(403, "Only staff may."),
            add,
        )
        .on(
            get("/products/{id}", "Reads a product.")
                .answers::<EcommerceProduct>(200, "It.")
                .refuses(404, "There is none."),
            read,
        )
        .on(
            put("/products/{id}", "Changes a product.")
                .takes(MEMBERS)
                .signed_in()
                .answers::<ChangedProduct>(200, "As it is now.")
                .refuses(400, "Something is no number, or nothing is to change.")
                .refuses(401, "Nobody is signed in.")
                .refuses(403, "Only staff may.")
                .refuses(404, "There is none.")
                .refuses(409, "The version is not the current one."),
            change,
        )
        .on(
            delete("/products/{id}", "Deletes a product.")
                .signed_in()
                .answers::<Message>(200, "It is gone.")
                .refuses(401, "Nobody is signed in.")
                .refuses(403, "Only staff may.")
                .refuses(404, "There is none."),
            remove,
        )
}

/// How often the product was changed.
fn version_of(product: &Kept) -> i64 {
    product.version.saturating_sub(1)
}

/// Pieces that can be ordered.
fn stock_of(product: &Kept) -> i64 {
    if product.backorder { product.available.max(NEVER_OUT) } else { product.available }
}

/// Pieces on hand after a PUT of this `stock`. Whoever sends back what there is, has counted nothing: of what is never out
/// of stock, or sold beyond what is on hand, that says nothing of what is on hand.
fn on_hand(stock: i64, product: &Kept) -> i64 {
    let is_as_before = stock == stock_of(product) || stock == product.available;
    if is_as_before { product.stock } else { stock.saturating_add(product.reserved) }
}

fn shown(product: Kept) -> EcommerceProduct {
    let (version, stock) = (version_of(&product), stock_of(&product));
    let Kept { id, name, description, price, .. } = product;
    EcommerceProduct { id, name, description, price: number(price), stock, version }
}

async fn list(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let mut all: Vec<EcommerceProduct> = Vec::new();
    let mut slice = PageParams { limit: Some(PAGE), ..PageParams::default() };
    loop {
        let filter = ProductFilter { sort: Some(ProductSort::CreatedAt), ..ProductFilter::default() };
        let request = ListProducts { filter: Query(filter), slice: slice.clone() };
        let Json(page) = compat.products.call(&asked.cx, request).await?;
        all.extend(page.items.into_iter().map(shown));
        match page.next_cursor {
            Some(next) => slice.cursor = Some(next),
            None => return Ok(FacadeResponse::ok(&all)),
        }
    }
}

async fn read(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let product = find(&compat, &asked.cx, asked.named("id", NOT_FOUND)?).await?;
    Ok(FacadeResponse::ok(&shown(product)))
}

pub(super) async fn find(compat: &Compat, cx: &Context, id: ProductId) -> Result<Kept, FacadeError> {
    let request = GetProduct { id: Path(id), known: IfNoneMatch(None) };
    match compat.products.call(cx, request).await.map_err(not_found)? {
        Conditional::New { body, .. } => Ok(body),
        Conditional::NotModified { .. } => Err(refused(500, "The service is not available")),
    }
}

fn not_found<X: endpoint::ApiError>(error: CallError<X>) -> FacadeError {
    match FacadeError::from(error) {
        FacadeError { status: 404, .. } => refused(404, NOT_FOUND),
        other => other,
    }
}

async fn add(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = writer(&compat, &asked, Permission::Products).await?;
    let form = asked.form()?;
    let name = form.line("name")?;
    let price = form.money("price", compat.currency)?.ok_or_else(|| refused(400, "price is required"))?;
    let product = NewProduct {
        sku: None,
        name,
        description: form.given("description")?.unwrap_or_default(),
        images: Vec::new(),
        price: price.into(),
        stock: stock(form)?.unwrap_or(0),
        backorder: false,
        status: Default::default(),
        metadata: Default::default(),
    };
    let cx = asked.cx.acting_for(user.id);
    let request = CreateProductOnBehalf { key: OptionalIdempotencyKey(None), product: Body(product) };
    let Created { body, .. } = compat.products.call(&cx, request).await?;
    Ok(FacadeResponse::created(&ChangedProduct {
        message: "Product added successfully",
        product: shown(body),
    }))
}

fn stock(form: &BodyForm) -> Result<Option<i64>, FacadeError> {
    match form.whole("stock")? {
        Some(..0) => Err(refused(400, "stock: a number from 0 is expected")),
        stock => Ok(stock),
    }
}

/// What a PUT wants.
struct ProductInput {
    name: Option<String>,
    description: Option<String>,
    price: Option<Money>,
    stock: Option<i64>,
    version: Option<i64>,
}

fn wanted(compat: &Compat, form: &BodyForm) -> Result<ProductInput, FacadeError> {
    let members = ["name", "description", "price", "stock", "version"];
    if !members.into_iter().any(|name| form.has(name)) {
        return Err(refused(400, "Nothing is to change"));
    }
    Ok(ProductInput {
        name: if form.has("name") { Some(form.line("name")?) } else { None },
        description: form.given("description")?,
        price: form.money("price", compat.currency)?,
        stock: stock(form)?,
        version: form.whole("version")?,
    })
}

async fn change(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = writer(&compat, &asked, Permission::Products).await?;
    let id = asked.named("id", NOT_FOUND)?;
    let wanted = wanted(&compat, asked.form()?)?;
    let cx = asked.cx.clone().acting_for(user.id);
    for _ in 0..TRIES {
        let product = find(&compat, &cx, id).await?;
        let version = version_of(&product);
        if wanted.version.is_some_and(|wanted| wanted != version) {
            return Err(refused(409, format!("Version conflict: the current version is {version}")));
        }
        let change = changed(&wanted, &product);
        let request = UpdateProductOnBehalf { id: Path(id), based_on: IfMatch(None), change: Body(change) };
        match compat.products.call(&cx, request).await {
            Ok(WithEtag { body, .. }) => {
                return Ok(FacadeResponse::ok(&ChangedProduct {
                    message: "Product updated successfully",
                    product: shown(body),
                }));
            }
            // somebody was faster: whether that was a PUT, the next look tells
            Err(CallError::Refused(ChangeProductError::VersionConflict { .. })) => {}
            Err(error) => return Err(not_found(error)),
        }
    }
    Err(refused(503, "The product is changing all the time"))
}

/// What becomes of the product as it was read, and of no other.
fn changed(wanted: &ProductInput, product: &Kept) -> ProductChange {
    ProductChange {
        name: wanted.name.clone(),
        description: wanted.description.clone(),
        price: wanted.price.map(Into::into),
        stock: wanted.stock.map(|stock| on_hand(stock, product)),
        version: Some(product.version),
        stock_version: wanted.stock.map(|_| product.stock_version),
        ..ProductChange::default()
    }
}

async fn remove(compat: Compat, asked: FacadeRequest) -> Result<FacadeResponse, FacadeError> {
    let user = writer(&compat, &asked, Permission::Products).await?;
    let id = asked.named("id", NOT_FOUND)?;
    let cx = asked.cx.clone().acting_for(user.id);
    compat.products.call(&cx, DeleteProductOnBehalf { id: Path(id) }).await.map_err(not_found)?;
    Ok(FacadeResponse::ok(&message("Product deleted successfully")))
}
