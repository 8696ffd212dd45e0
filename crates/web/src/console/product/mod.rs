//! A product, for staff: its fields, its pictures, its stock and its ledger.

pub(crate) mod create;
pub(crate) mod delete;
mod fields;
pub(crate) mod images;
mod ledger;
pub(crate) mod restock;
pub(crate) mod save;
pub(crate) mod stock;

use super::{
    components::{ActionError, beside, done, faults, once},
    frame::{ConsolePage, ConsoleSection},
    user_names::called,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{Badge, ends, moment, post},
        icons,
    },
};
use contracts::products::{Editor, GetLastEditor, GetProduct, Product, ProductStatus};
use endpoint::{Conditional, IfNoneMatch, Json, Path, Permission, http::StatusCode};
use fields::ProductEdit;
use kernel::id::ProductId;
use maud::{Markup, html};

/// How many movements are on the product's page; their own page has the others.
const MOVEMENTS: u16 = 8;

fn product_id(id: &str) -> Result<ProductId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}
/// The product's page with an outcome.
fn place(id: ProductId, done: &str) -> PageResponse {
    PageResponse::redirect_with_flash(format!("/console/products/{id}?done={done}"))
}

/// A product and its ETag.
async fn find(visit: &RequestContext, id: ProductId) -> Result<(String, Product), PageError> {
    match visit
        .web
        .needs
        .products
        .call(&visit.cx, GetProduct { id: Path(id), known: IfNoneMatch(None) })
        .await?
    {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// The last editor; none where products does not respond.
async fn editor(visit: &RequestContext, id: ProductId) -> Option<Editor> {
    let asked = visit.web.needs.shelves.call(&visit.as_nobody(), GetLastEditor { id: Path(id) }).await;
    asked.ok().map(|Json(editor)| editor)
}

/// The status of a product.
pub(super) fn status_badge(status: ProductStatus) -> Badge {
    match status {
        ProductStatus::Active => Badge(icons::OK, "good", c::ON_SALE.text()),
        ProductStatus::Draft => Badge(icons::O_DRAFT, "", c::DRAFT.text()),
        ProductStatus::Deleted => Badge(icons::O_CANCELLED, "", c::DELETED.text()),
    }
}

/// The stock of an active product, where it is low, sold out or backordered.
pub(super) fn stock_badge(visit: &RequestContext, product: &Product) -> Option<Badge> {
    let is_offered = product.status == ProductStatus::Active;
    let badge = match (product.available > 0, product.backorder) {
        (true, _) => Badge(icons::LEVEL_2, "wait", c::FEW_LEFT.text()),
        (false, true) => Badge(icons::LEVEL_1, "info", c::ON_BACKORDER.text()),
        (false, false) => Badge(icons::LEVEL_0, "wait", c::CANNOT_BE_ORDERED.text()),
    };
    let is_low = product.available <= visit.web.needs.settings.low_stock.max(0);
    (is_offered && is_low).then_some(badge)
}

/// Reserved units that are not on hand.
fn beyond_stock(product: &Product) -> i64 {
    product.reserved.saturating_sub(product.stock).max(0)
}

/// The units of those that are a shortfall: orders are on hold for them. Backordered units are none.
pub(super) fn short_by(product: &Product) -> i64 {
    if product.backorder { 0 } else { beyond_stock(product) }
}

/// The mark of a shortfall.
pub(super) fn short_mark(pieces: i64) -> Markup {
    html! { span.badge.bad { (icons::LEVEL_0) (c::short_by(pieces)) } }
}

/// `GET /console/products/{id}`.
pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let (_, product) = find(&visit, product_id(&id)?).await?;
    let editing = ProductEdit::of(&product);
    page(&visit, &staff, &product, &editing, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    product: &Product,
    editing: &ProductEdit,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let editor = editor(visit, product.id).await.filter(|editor| editor.version == product.version);
    let editor = editor.and_then(|editor| editor.saved_by);
    let moved = ledger::moved(visit, staff, product.id, MOVEMENTS, None, editor.as_deref()).await?;
    let saved_by = editor.as_deref().and_then(|who| called(who, staff, &moved.people)).map(c::by);
    let main = html! {
        div.c-head { (crumbs(product, None)) (beside()) }
        div.c-head {
            h1.wrap-any { (product.name) }
            (status_badge(product.status))
            @if let Some(badge) = stock_badge(visit, product) { (badge) }
            @if short_by(product) > 0 { (short_mark(short_by(product))) }
            span.push {
                @if product.status == ProductStatus::Active {
                    a.btn href={ "/products/" (product.id) } { (icons::EXTERNAL) (c::IN_THE_SHOP) }
                }
                a.btn.btn-danger href={ "/console/products/" (product.id) "/delete" } { (c::DELETE) }
            }
            p { (c::LAST_SAVED) (moment(product.updated_at)) @if let Some(who) = &saved_by { (who) } "." }
        }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        @else { (done(c::product_done(visit.done("done")))) }
        div.split.split-on {
            (form(visit, product, editing, trouble))
            aside.stack.stay aria-label=(c::ABOUT_THIS_PRODUCT) {
                (stock::section(product, staff))
                (images::section(product))
            }
            (ledger::section(product, &moved, staff))
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Products, &product.name)
        .with_status(status)
        .show(visit, &main))
}

fn crumbs(product: &Product, what: Option<&str>) -> Markup {
    html! {
        nav aria-label=(t::WHERE) {
            ol.crumbs {
                li { a href=(ConsoleSection::Products.path()) { (c::PRODUCTS) } }
                @match what {
                    None => li.mono.wrap-any aria-current="page" { (product.sku) },
                    Some(what) => {
                        li.mono.wrap-any { a href={ "/console/products/" (product.id) } { (product.sku) } }
                        li aria-current="page" { (what) }
                    },
                }
            }
        }
    }
}

fn form(
    visit: &RequestContext,
    product: &Product,
    editing: &ProductEdit,
    trouble: Option<&ActionError>,
) -> Markup {
    let here = format!("/console/products/{}", product.id);
    let (save, discard) = match editing.has_conflicts() {
        true => (c::SAVE_AS_CHOSEN, c::TAKE_THEIRS),
        false => (c::SAVE, c::DISCARD),
    };
    let content = html! {
        (once(visit, save::DEED, trouble))
        (editing.hidden())
        @if editing.has_conflicts() { (editing.merge(product.price.currency)) }
        section.card {
            div.card-head { h2 { (c::WHAT_IT_IS) } }
            div.card-body.fields { (editing.inputs(product.price.currency, &faults(trouble))) }
            div.card-foot.stays {
                (ends(&html! { button.btn.btn-primary data-saves aria-keyshortcuts="Control+S Meta+S" { (save) } }, &here, discard.text()))
                span.wide-only data-saves-key hidden { kbd { (c::CTRL) } " " kbd { "S" } }
            }
        }
    };
    post(visit.csrf(), &here, "stack prints", content)
}
