//! The pictures of a product: their addresses and their descriptions.

use super::{crumbs, find, place, product_id};
use crate::{
    console::{
        components::{ActionError, Input, faults, field_at},
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::{
        components::{ends, is_own, picture, post},
        form::FieldErrors,
    },
};
use contracts::{
    Image,
    products::{Product, ProductChange, UpdateProduct},
};
use endpoint::{
    Body, IfMatch, OptionalIdempotencyKey, Path, Permission, client::CallError, http::StatusCode,
};
use futures_util::future::join_all;
use kernel::id::ProductId;
use maud::{Markup, html};

/// The most pictures of a product.
const MOST: usize = 8;
/// Empty rows of the form.
const MORE: usize = 1;
/// The prefix of the field that marks a row of a stored picture.
const WAS: &str = "was";

/// The pictures, with a link to their page: it has a form of its own, so that saving the product loses no input there.
pub(super) fn section(product: &Product) -> Markup {
    html! {
        section.card {
            div.card-head { h2 { (c::PICTURES) } }
            div.card-body.stack {
                @if product.images.is_empty() {
                    div.row.row-tight {
                        span.plate.thumb-big { (picture(&[], false)) }
                        div { p { (c::NO_PICTURE) } p.small.quiet { (c::NO_PICTURE_MORE) } }
                    }
                }
                (thumbs(product))
                div {
                    a.btn href={ "/console/products/" (product.id) "/pictures" } {
                        (if product.images.is_empty() { c::ADD_PICTURE } else { c::CHANGE_PICTURES })
                    }
                }
            }
        }
    }
}

fn thumbs(product: &Product) -> Markup {
    html! {
        @if product.images.iter().any(is_own) {
            div.thumbs {
                @for image in product.images.iter().filter(|image| is_own(image)) {
                    span.plate.thumb-big { img src=(image.url) alt=(image.alt) width="240" height="240" loading="lazy"; }
                }
            }
        }
    }
}

/// `GET /console/products/{id}/pictures`.
pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    page(&visit, &staff, product_id(&id)?, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: ProductId,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, product) = find(visit, id).await?;
    let main = html! {
        div.c-head { (crumbs(&product, Some(c::PICTURES.text()))) }
        div.c-head { h1.wrap-any { (c::pictures_of(&product.name)) } }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        section.card.question { (form(visit, &product, &etag, trouble)) }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::Products, c::PICTURES.text())
        .with_status(status)
        .show(visit, &main))
}

fn form(visit: &RequestContext, product: &Product, etag: &str, trouble: Option<&ActionError>) -> Markup {
    let is_stale = trouble.is_some_and(|trouble| trouble.status == StatusCode::PRECONDITION_FAILED);
    let images = match trouble {
        None => product.images.clone(),
        Some(_) if is_stale => with_theirs(given(visit), product),
        Some(_) => given(visit),
    };
    let (rows, faults) = ((images.len() + MORE).min(MOST), faults(trouble));
    let here = format!("/console/products/{}", product.id);
    let content = html! {
        input type="hidden" name="etag" value=(etag);
        (thumbs(product))
        p.small.quiet { (c::PICTURES_HINT) }
        @for n in 0..rows {
            @let image = images.get(n);
            @let (url, alt) = (format!("url-{n}"), format!("alt-{n}"));
            @let is_there = image.is_some_and(|image| product.images.iter().any(|known| known.url == image.url));
            fieldset.stack.gap-3 {
                legend { h2 { (c::picture_n(n + 1)) } }
                @if is_there { input type="hidden" name={ (WAS) "-" (n) } value="1"; }
                (Input { value: image.map_or("", |image| &image.url), hint: is_there.then(|| c::EMPTY_TO_REMOVE.text()), ..Input::new(&url, c::ADDRESS.text()) }.show(&faults))
                (Input { value: image.map_or("", |image| &image.alt), optional: true, hint: Some(c::ALT_HINT.text()), ..Input::new(&alt, c::ALT.text()) }.show(&faults))
            }
        }
        (ends(&html! { button.btn.btn-primary { (c::SAVE_PICTURES) } }, &here, c::DISCARD.text()))
    };
    post(visit.csrf(), &format!("{here}/pictures"), "card-body stack", content)
}

/// The submitted pictures, and those that another user has saved in the meantime, so that none is overlooked.
fn with_theirs(mut typed: Vec<Image>, product: &Product) -> Vec<Image> {
    let theirs = product.images.iter().filter(|image| typed.iter().all(|mine| mine.url != image.url));
    let theirs: Vec<Image> = theirs.cloned().collect();
    typed.extend(theirs);
    typed.truncate(MOST);
    typed
}

/// The submitted pictures, without empty rows. A picture whose address was cleared is left out with its description; a description
/// that never had an address stays.
fn given(visit: &RequestContext) -> Vec<Image> {
    let rows = (0..MOST).filter_map(|n| {
        let of = |name: &str| visit.form.text(&format!("{name}-{n}")).to_owned();
        let (url, alt) = (of("url"), of("alt"));
        let is_out = url.is_empty() && (alt.is_empty() || !of(WAS).is_empty());
        (!is_out).then_some(Image { url, alt })
    });
    rows.collect()
}

/// Addresses that no page would show: pages load nothing from other sites, and a picture of the shop must exist.
async fn wrong_addresses(visit: &RequestContext, images: &[Image]) -> FieldErrors {
    let there = join_all(images.iter().map(|image| (visit.web.needs.has_picture)(image.url.clone()))).await;
    let mut wrong = FieldErrors::default();
    for (n, (image, is_there)) in images.iter().zip(there).enumerate() {
        match (is_own(image), is_there) {
            _ if image.url.is_empty() => wrong.add(&format!("url-{n}"), c::WORDS_OF_NO_PICTURE),
            (false, _) => wrong.add(&format!("url-{n}"), c::PICTURE_OF_OUR_OWN),
            (true, false) => wrong.add(&format!("url-{n}"), c::NO_SUCH_PICTURE),
            (true, true) => {}
        }
    }
    wrong
}

/// `POST /console/products/{id}/pictures`: all pictures, based on the version that was shown.
pub(crate) async fn save(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let id = product_id(&id)?;
    let mut images = given(&visit);
    let (_, product) = find(&visit, id).await?;
    for image in &mut images {
        // surrounding blanks are no change
        let stored =
            product.images.iter().find(|known| known.url == image.url && known.alt.trim() == image.alt);
        if let Some(stored) = stored {
            image.alt.clone_from(&stored.alt);
        }
    }
    let mut wrong = wrong_addresses(&visit, &images).await;
    let change = ProductChange { images: Some(images), ..ProductChange::default() };
    // errors that the service would report are shown together with these
    wrong.of_request_as(&change, field_at);
    if !wrong.is_empty() {
        return page(&visit, &staff, id, Some(&ActionError::in_fields(wrong))).await;
    }
    let request = UpdateProduct {
        id: Path(id),
        key: OptionalIdempotencyKey(None),
        based_on: IfMatch(visit.form.given("etag")),
        change: Body(change),
    };
    match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(_) => Ok(place(id, "pictures")),
        Err(CallError::Problem(problem)) if problem.status == 412 => {
            let status = StatusCode::PRECONDITION_FAILED;
            let trouble =
                ActionError::said(status, c::PICTURES_CHANGED.text(), c::PICTURES_CHANGED_MORE.text());
            page(&visit, &staff, id, Some(&trouble)).await
        }
        Err(error) => page(&visit, &staff, id, Some(&ActionError::of(error)?)).await,
    }
}
