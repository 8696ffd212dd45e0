//! A new product.

use super::{
    fields::{self, ProductEdit},
    place,
};
use crate::{
    console::{
        components::{ActionError, Input, faults, once, sent},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{ends, post},
        form::FieldErrors,
    },
};
use contracts::products::{CreateProduct, CreateProductError, NewProduct};
use endpoint::{Body, OptionalIdempotencyKey, Permission, client::CallError, http::StatusCode};
use maud::html;

const DEED: &str = "add";

/// `GET /console/products/new`.
pub(crate) async fn show_form(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    Ok(page(&visit, &staff, &ProductEdit::empty(), None))
}

fn page(
    visit: &RequestContext,
    staff: &Staff,
    editing: &ProductEdit,
    trouble: Option<&ActionError>,
) -> PageResponse {
    let faults = faults(trouble);
    let form = html! {
        @if let Some(trouble) = trouble { (trouble.banner()) }
        (once(visit, DEED, trouble))
        section.card {
            div.card-body.fields {
                (editing.inputs(visit.web.needs.settings.currency, &faults))
                (Input { width: "w3", value: sent(&visit.form, DEED, "stock", "0"), mode: Some("numeric"), ..Input::new("stock", c::ON_HAND.text()) }.show(&faults))
            }
            div.card-foot {
                (ends(&html! { button.btn.btn-primary { (c::ADD_PRODUCT) } }, ConsoleSection::Products.path(), c::BACK.text()))
            }
        }
    };
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs { li { a href=(ConsoleSection::Products.path()) { (c::PRODUCTS) } } li aria-current="page" { (c::NEW_PRODUCT) } }
            }
        }
        div.c-head { h1 { (c::NEW_PRODUCT) } }
        (post(visit.csrf(), "/console/products/new", "stack form-wide", form))
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    ConsolePage::new(staff, ConsoleSection::Products, c::NEW_PRODUCT.text())
        .with_status(status)
        .show(visit, &main)
}

/// `POST /console/products/new`.
pub(crate) async fn add(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let currency = visit.web.needs.settings.currency;
    let editing = ProductEdit::sent(&visit.form, currency);
    let mut faults = FieldErrors::default();
    let price = editing.price(currency, &mut faults);
    let stock = visit.form.text("stock").parse::<i64>().ok().filter(|stock| *stock >= 0);
    if stock.is_none() {
        faults.add("stock", c::ENTER_PIECES.text());
    }
    let is_whole = price.is_some();
    let product = NewProduct {
        sku: Some(editing.field("sku").to_owned()).filter(|sku| !sku.is_empty()),
        name: editing.field("name").to_owned(),
        description: editing.field("description").to_owned(),
        images: Vec::new(),
        price: price.unwrap_or_else(|| fields::any_price(currency)),
        stock: stock.unwrap_or_default(),
        backorder: editing.backorder(),
        status: editing.status(),
        metadata: Default::default(),
    };
    // errors that the service would report are shown together with these
    faults.of_request(&product);
    if !is_whole || !faults.is_empty() {
        return Ok(page(&visit, &staff, &editing, Some(&ActionError::in_fields(faults))));
    }
    let request =
        CreateProduct { key: OptionalIdempotencyKey(Some(visit.form_key())), product: Body(product) };
    let trouble = match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(made) => return Ok(place(made.body.id, "added")),
        Err(CallError::Refused(CreateProductError::SkuTaken { .. })) => {
            faults.add("sku", c::SKU_TAKEN.text());
            ActionError::in_fields(faults)
        }
        Err(error) => ActionError::of(error)?,
    };
    Ok(page(&visit, &staff, &editing, Some(&trouble)))
}
