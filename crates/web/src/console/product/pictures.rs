//! The pictures of a product: where they lie, and what is to be seen on them.

use super::{
    super::{
        parts::{Input, Trouble, faults},
        staff::Staff,
    },
    again, place, product_id,
};
use crate::{
    form::Faults,
    parts::{is_own, picture, post},
    shown::{Shown, Stop},
    texts::console as c,
    visit::Visit,
};
use contracts::{
    Image,
    products::{Product, ProductChange, UpdateProduct},
};
use endpoint::{Body, IfMatch, MaybeKey, Path, Permission, client::CallError, http::StatusCode};
use maud::{Markup, html};

const DEED: &str = "pictures";
/// As many as a product may have.
const MOST: usize = 8;
/// So many empty rows are offered.
const MORE: usize = 1;

pub(super) fn section(visit: &Visit, product: &Product, etag: &str, trouble: Option<&Trouble>) -> Markup {
    let is_again = trouble.is_some() && visit.form.text("deed") == DEED;
    let is_stale = trouble.is_some_and(|trouble| trouble.status == StatusCode::PRECONDITION_FAILED);
    let images = match is_again {
        false => product.images.clone(),
        true if is_stale => with_theirs(given(visit), product),
        true => given(visit),
    };
    let (rows, faults) = ((images.len() + MORE).min(MOST), faults(trouble));
    let form = html! {
        input type="hidden" name="deed" value=(DEED);
        input type="hidden" name="etag" value=(etag);
        p.small.quiet { (c::PICTURES_HINT) }
        @for n in 0..rows {
            @let image = images.get(n);
            @let (url, alt) = (format!("url-{n}"), format!("alt-{n}"));
            fieldset.stack.gap-3 {
                legend.label { (c::picture_n(n + 1)) }
                (Input { value: image.map_or("", |image| &image.url), ..Input::new(&url, c::ADDRESS.say()) }.show(&faults))
                (Input { value: image.map_or("", |image| &image.alt), optional: true, ..Input::new(&alt, c::ALT.say()) }.show(&faults))
            }
        }
        button.btn { (c::SAVE_PICTURES) }
    };
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
                @if product.images.iter().any(is_own) {
                    div.thumbs.thumbs-wrap {
                        @for image in product.images.iter().filter(|image| is_own(image)) {
                            span.plate.thumb-big { img src=(image.url) alt=(image.alt) width="240" height="240" loading="lazy"; }
                        }
                    }
                }
                details open[is_again] {
                    summary.link { (if product.images.is_empty() { c::ADD_PICTURE } else { c::CHANGE_PICTURES }) }
                    (post(visit, &format!("/console/products/{}/pictures", product.id), "stack below", form))
                }
            }
        }
    }
}

/// What was typed, and those that somebody else has saved meanwhile: none of them goes unseen.
fn with_theirs(mut typed: Vec<Image>, product: &Product) -> Vec<Image> {
    let theirs = product.images.iter().filter(|image| typed.iter().all(|mine| mine.url != image.url));
    let theirs: Vec<Image> = theirs.cloned().collect();
    typed.extend(theirs);
    typed.truncate(MOST);
    typed
}

/// The pictures of the form; rows without an address are left out.
fn given(visit: &Visit) -> Vec<Image> {
    let rows = (0..MOST).filter_map(|n| {
        let url = visit.form.given(&format!("url-{n}"))?;
        Some(Image { url, alt: visit.form.text(&format!("alt-{n}")).to_owned() })
    });
    rows.collect()
}

/// `POST /console/products/{id}/pictures`: all of them, of the product as it was seen.
pub(in super::super) async fn save(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let id = product_id(&id)?;
    let images = given(&visit);
    let mut wrong = Faults::default();
    // the pages load nothing from elsewhere: it would be kept, and never shown
    for n in images.iter().enumerate().filter(|(_, image)| !is_own(image)).map(|(n, _)| n) {
        wrong.add(&format!("url-{n}"), c::PICTURE_OF_OUR_OWN);
    }
    if !wrong.is_empty() {
        return again(&visit, &staff, id, &Trouble::in_fields(wrong)).await;
    }
    let change = ProductChange { images: Some(images), ..ProductChange::default() };
    let request = UpdateProduct {
        id: Path(id),
        key: MaybeKey(None),
        based_on: IfMatch(visit.form.given("etag")),
        change: Body(change),
    };
    match visit.web.needs.products.call(&visit.cx, request).await {
        Ok(_) => Ok(place(id, "pictures")),
        Err(CallError::Problem(problem)) if problem.status == 412 => {
            let status = StatusCode::PRECONDITION_FAILED;
            let trouble = Trouble::said(status, c::PICTURES_CHANGED.say(), c::PICTURES_CHANGED_MORE.say());
            again(&visit, &staff, id, &trouble).await
        }
        Err(error) => again(&visit, &staff, id, &Trouble::of(error)?).await,
    }
}
