//! A new product.

use super::{
    fields::{self, Editing},
    place,
};
use crate::{
    console::{
        frame::{Page, Room},
        parts::{Input, Trouble, faults, once, sent},
    },
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{ends, post},
        form::Faults,
    },
};
use contracts::products::{CreateProduct, CreateProductError, NewProduct};
use endpoint::{Body, OptionalIdempotencyKey, Permission, client::CallError, http::StatusCode};
use maud::html;

const DEED: &str = "add";

/// `GET /console/products/new`.
pub(crate) async fn ask(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    Ok(page(&visit, &staff, &Editing::empty(), None))
}

fn page(visit: &Visit, staff: &Staff, editing: &Editing, trouble: Option<&Trouble>) -> Shown {
    let faults = faults(trouble);
    let form = html! {
        @if let Some(trouble) = trouble { (trouble.banner()) }
        (once(visit, DEED, trouble))
        section.card {
            div.card-body.fields {
                (editing.inputs(visit.web.needs.settings.currency, &faults))
                (Input { width: "w3", value: sent(&visit.form, DEED, "stock", "0"), mode: Some("numeric"), ..Input::new("stock", c::ON_HAND.say()) }.show(&faults))
            }
            div.card-foot {
                (ends(&html! { button.btn.btn-primary { (c::ADD_PRODUCT) } }, Room::Products.path(), c::BACK.say()))
            }
        }
    };
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs { li { a href=(Room::Products.path()) { (c::PRODUCTS) } } li aria-current="page" { (c::NEW_PRODUCT) } }
            }
        }
        div.c-head { h1 { (c::NEW_PRODUCT) } }
        (post(visit.csrf(), "/console/products/new", "stack form-wide", form))
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Page::new(staff, Room::Products, c::NEW_PRODUCT.say()).with_status(status).show(visit, &main)
}

/// `POST /console/products/new`.
pub(crate) async fn add(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let currency = visit.web.needs.settings.currency;
    let editing = Editing::sent(&visit.form, currency);
    let mut faults = Faults::default();
    let price = editing.price(currency, &mut faults);
    let stock = visit.form.text("stock").parse::<i64>().ok().filter(|stock| *stock >= 0);
    if stock.is_none() {
        faults.add("stock", c::ENTER_PIECES.say());
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
    // what the service would say as well is said with the rest
    faults.of_request(&product);
    if !is_whole || !faults.is_empty() {
        return Ok(page(&visit, &staff, &editing, Some(&Trouble::in_fields(faults))));
    }
    let request =
        CreateProduct { key: OptionalIdempotencyKey(Some(visit.form_key())), product: Body(product) };
    let trouble = match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(made) => return Ok(place(made.body.id, "added")),
        Err(CallError::Refused(CreateProductError::SkuTaken { .. })) => {
            faults.add("sku", c::SKU_TAKEN.say());
            Trouble::in_fields(faults)
        }
        Err(error) => Trouble::of(error)?,
    };
    Ok(page(&visit, &staff, &editing, Some(&trouble)))
}
