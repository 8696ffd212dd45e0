//! Deleting a product: the confirmation page and its form.

use super::{crumbs, find, product_id};
use crate::{
    console::{
        components::ActionError,
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::components::{ends, post},
};
use contracts::products::DeleteProduct;
use endpoint::{IfMatch, Path, Permission, http::StatusCode};
use maud::html;

/// `GET /console/products/{id}/delete`.
pub(crate) async fn show_form(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, product) = find(visit, product_id(id)?).await?;
    let deed = html! { button.btn.btn-danger.btn-primary { (c::DELETE_IT) } };
    let form = html! {
        input type="hidden" name="etag" value=(etag);
        p { (c::DELETE_CONSEQUENCE) }
        @if product.reserved > 0 { p { (c::still_reserved(product.reserved)) } }
        (ends(&deed, &format!("/console/products/{}", product.id), c::KEEP_IT.text()))
    };
    let title = c::delete_question(&product.name);
    let main = html! {
        div.c-head { (crumbs(&product, Some(c::DELETING.text()))) }
        div.c-head { h1.wrap-any { (title) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (post(visit.csrf(), &format!("/console/products/{}/delete", product.id), "card-body stack", form)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Products, &title).with_status(status).show(visit, &main))
}

/// `POST /console/products/{id}/delete`: based on the version that was shown.
pub(crate) async fn delete(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let request = DeleteProduct { id: Path(product_id(&id)?), based_on: IfMatch(visit.form.given("etag")) };
    match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(_) => Ok(PageResponse::redirect("/console/products?status=deleted")),
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}
