//! A product: description, price, stock, and the form that adds it to the basket.

use super::home::shelf;
use crate::{
    session::{
        page_error::PageError,
        product_list::{list, newest},
        request::RequestContext,
        response::PageResponse,
    },
    texts::{self as t, presentation},
    ui::{
        components::{is_own, moment, picture, post, quantity, summary},
        form::FieldErrors,
        format, icons,
        layout::ALL_NEW,
        metadata::{PageMetadata, ProductMetadata},
        page::Page,
        product::{can_be_had, stock_level},
    },
};
use contracts::products::{GetProduct, Product, ProductStatus};
use endpoint::{Conditional, IfNoneMatch, Path, http::StatusCode};
use futures_util::future::try_join;
use kernel::id::ProductId;
use maud::{Markup, html};
use serde_json::{Value, json};

/// How many other products are shown.
const OTHERS: u16 = 4;
/// The most units that the field offers.
const MOST_AT_ONCE: i64 = 99;

/// A product that is on sale.
pub(crate) async fn find(visit: &RequestContext, id: ProductId) -> Result<Product, PageError> {
    let cx = visit.as_nobody();
    let request = GetProduct { id: Path(id), known: IfNoneMatch(None) };
    match visit.web.needs.products.call(&cx, request).await? {
        Conditional::New { body, .. } if body.status == ProductStatus::Active => Ok(body),
        Conditional::New { .. } | Conditional::NotModified { .. } => Err(PageError::NotFound),
    }
}

pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let (product, others) = try_join(find(&visit, id), others(&visit, id)).await?;
    Ok(page(&visit, (&product, &others), &FieldErrors::default()).into())
}

/// The page again with the errors of its form: nothing was added to the basket.
pub(crate) async fn not_put(
    visit: &RequestContext,
    id: ProductId,
    faults: &FieldErrors,
) -> Result<PageResponse, PageError> {
    let (product, others) = try_join(find(visit, id), others(visit, id)).await?;
    Ok(page(visit, (&product, &others), faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// The newest other products; none where products does not respond, which does not affect this page.
async fn others(visit: &RequestContext, id: ProductId) -> Result<Vec<Product>, PageError> {
    let found = list(visit, newest(), OTHERS + 1, None).await;
    let others = found.map(|page| page.items).unwrap_or_default().into_iter();
    Ok(others.filter(|other| other.id != id).take(OTHERS.into()).collect())
}

fn page(visit: &RequestContext, (product, others): (&Product, &[Product]), faults: &FieldErrors) -> Page {
    let title = product.name.clone();
    let put = faults.is_empty().then(|| visit.done_to("put")).flatten();
    let main = html! {
        div.stack {
            nav aria-label=(t::WHERE) {
                ol.crumbs {
                    li { a href="/search" { (t::ALL_PRODUCTS) } }
                    li aria-current="page" { (product.name) }
                }
            }
            @if let Some(more) = put { (was_put(product, &more)) }
            (summary(faults, None))
            div.buy { (pictures(visit, product)) (buying(visit, product, faults)) }
            @if !others.is_empty() { div.others { (shelf(t::MORE_OF_THE_SHOP.text(), ALL_NEW, others)) } }
        }
    };
    let description = match product.description.trim() {
        "" => t::about_product(&product.name, &visit.web.needs.settings.name, &format::money(product.price)),
        described => described.to_owned(),
    };
    let site = visit.site().unwrap_or_default();
    let image = own_image(product).map(str::to_owned);
    let product = Some(ProductMetadata { image, data: product_data(product, &site) });
    let description = Some(description);
    Page::new(title, main).about(PageMetadata {
        description,
        product,
        is_listed: true,
        ..PageMetadata::default()
    })
}

fn own_image(product: &Product) -> Option<&str> {
    product.images.iter().find(|image| is_own(image)).map(|image| image.url.as_str())
}

/// The product in the vocabulary of schema.org. The number of units is not included.
fn product_data(product: &Product, site: &str) -> Value {
    let availability = match product.available {
        1.. => "https://schema.org/InStock",
        _ if product.backorder => "https://schema.org/BackOrder",
        _ => "https://schema.org/OutOfStock",
    };
    let address = format!("{site}/products/{}", product.id);
    let images = product.images.iter().filter(|image| is_own(image));
    let images: Vec<String> = images.map(|image| format!("{site}{}", image.url)).collect();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.sku,
        "url": address,
        "offers": {
            "@type": "Offer",
            "price": product.price.decimal(),
            "priceCurrency": product.price.currency,
            "availability": availability,
            "url": address,
        },
    });
    if !product.description.trim().is_empty() {
        data["description"] = product.description.trim().into();
    }
    if !images.is_empty() {
        data["image"] = images.into();
    }
    data
}

/// The confirmation that it was added, with further news.
fn was_put(product: &Product, more: &str) -> Markup {
    html! {
        div.banner.good role="status" {
            (icons::CHECK) h2 { (t::is_in_basket(&product.name)) }
            @if !more.is_empty() { p { (more) } }
            p { a href="/basket" { (t::SEE_BASKET) } (t::OR_GO_ON) }
        }
    }
}

/// The picture that the address selects, with links to the others; none of another site.
fn pictures(visit: &RequestContext, product: &Product) -> Markup {
    let own: Vec<_> = product.images.iter().filter(|image| is_own(image)).collect();
    let asked = visit.query.text("picture").parse().unwrap_or(1_usize);
    let chosen = if (1..=own.len()).contains(&asked) { asked } else { 1 };
    let shown = own.get(chosen - 1).map_or(&[][..], |image| std::slice::from_ref(*image));
    html! {
        div.stack.gap-3 id="pictures" data-part="pictures" {
            div.plate.plate-big { (picture(shown, true)) }
            @if own.len() > 1 {
                nav.thumbs aria-label=(t::PICTURES) {
                    @for (n, image) in (1..).zip(&own) {
                        a.plate href={ "/products/" (product.id) "?picture=" (n) "#pictures" } aria-label=(t::picture_of(n, own.len()))
                            aria-current=[(n == chosen).then_some("true")] {
                            img src=(image.url) alt="" width="240" height="240" loading="lazy";
                        }
                    }
                }
            }
        }
    }
}

fn buying(visit: &RequestContext, product: &Product, faults: &FieldErrors) -> Markup {
    let is_unlimited = product.backorder || !presentation::shows_counts();
    let most = if is_unlimited { MOST_AT_ONCE } else { product.available.clamp(1, MOST_AT_ONCE) };
    let typed = if faults.is_empty() { "1" } else { visit.form.text("quantity") };
    let form = html! {
        input type="hidden" name="product" value=(product.id);
        input type="hidden" name="once" value=(visit.web.needs.env.uuid());
        input type="hidden" name="price" value=(product.price.decimal());
        div.row.row-tight {
            (quantity("quantity", t::QUANTITY.text(), typed, most, faults.of("quantity")))
            button.btn.btn-primary.btn-wide { (icons::BASKET) (t::PUT_IN_BASKET) }
        }
    };
    html! {
        div.stack.gap-6.stay {
            h1 { (product.name) }
            div.stack.gap-2 {
                span.price-big { (format::money(product.price)) }
                p.small.quiet { (t::ALL_YOU_PAY) }
            }
            div.stack.gap-3 {
                @if can_be_had(product) { (post(visit.csrf(), "/basket", "", form)) }
                @else { p.quiet { (t::SOLD_OUT_MORE) } }
                div data-fresh={ "/products/" (product.id) "/stock" } { (counted(visit, product)) }
                // a change is announced; the time of the count, which changes constantly, is not
                span.sr role="status" {}
            }
            // below the button, so that the button is visible on a phone without scrolling
            div.stack.gap-2 { @for part in product.description.split("\n").filter(|p| !p.trim().is_empty()) {
                p.quiet { (part) }
            } }
            dl.facts.facts-row {
                div { dt { (t::ARTICLE) } dd.mono.wrap-any { (product.sku) } }
            }
        }
    }
}

/// The stock and the time of the count.
fn counted(visit: &RequestContext, product: &Product) -> Markup {
    let (glyph, tone, text) = match product.available {
        ..=0 if product.backorder => (icons::LEVEL_1, "wait", t::TO_ORDER.text().to_owned()),
        ..=0 => (icons::LEVEL_0, "", t::SOLD_OUT.text().to_owned()),
        available if !presentation::shows_counts() => stock_level(available),
        1 => (icons::LEVEL_1, "wait", t::LAST_ONE.text().to_owned()),
        2..10 => (icons::LEVEL_2, "wait", t::left(product.available)),
        many => (icons::LEVEL_3, "good", t::in_stock_counted(many)),
    };
    html! {
        span.{ "stock " (tone) } {
            (glyph)
            span {
                strong { (text) }
                @if product.available > 0 && presentation::shows_counts() { (t::COUNTED) (moment(visit.web.needs.env.now())) }
            }
        }
    }
}

/// The stock alone, for the script that updates it.
pub(crate) async fn stock(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let product = find(&visit, id.parse().map_err(|_| PageError::NotFound)?).await?;
    Ok(PageResponse::Fragment(counted(&visit, &product)))
}
