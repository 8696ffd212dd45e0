//! The home page: new products, inexpensive ones, and the shop's promises.

use crate::{
    session::{
        page_error::PageError,
        product_list::{list, newest},
        request::RequestContext,
        response::PageResponse,
        staff::may,
    },
    texts as t,
    ui::{icons, layout::ALL_NEW, metadata::PageMetadata, page::Page, product::card},
};
use contracts::products::{Product, ProductFilter, ProductSort};
use endpoint::Permission;
use futures_util::future::try_join;
use maud::{Markup, html};

const NEW_SHOWN: u16 = 8;
const CHEAP_SHOWN: usize = 4;
/// As many, and those that are among the new ones.
const CHEAP_READ: u16 = CHEAP_SHOWN as u16 + NEW_SHOWN;

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let cheap =
        ProductFilter { in_stock: Some(true), sort: Some(ProductSort::Price), ..ProductFilter::default() };
    let (new, mut cheap) =
        try_join(list(&visit, newest(), NEW_SHOWN, None), list(&visit, cheap, CHEAP_READ, None)).await?;
    // no product is shown twice
    cheap.items.retain(|product| new.items.iter().all(|above| above.id != product.id));
    cheap.items.truncate(CHEAP_SHOWN);
    let shows_teapot = visit.web.needs.settings.shows_teapot;
    let (welcome, more) = match shows_teapot {
        true => (t::TEAPOT_WELCOME, t::TEAPOT_WELCOME_MORE),
        false => (t::WELCOME, t::WELCOME_MORE),
    };
    let is_empty = new.items.is_empty() && cheap.items.is_empty();
    let main = html! {
        div.stack.gap-12 {
            @if is_empty { (nothing_now(&visit).await?) }
            @else {
                section.hero {
                    div.hero-text {
                        h1 { (welcome) }
                        p { (more) }
                        div.row {
                            a.btn.btn-primary href="/search?sort=-created_at" { (t::SEE_NEW) }
                            a.btn href="/search" { (t::ALL_PRODUCTS) }
                        }
                    }
                    @if shows_teapot {
                        img src=(visit.web.assets.teapot.path) alt=(t::TEAPOT_ALT) width="540" height="350";
                    }
                }
            }
            (shelf(t::JUST_IN.text(), ALL_NEW, &new.items))
            (shelf(t::FOR_LITTLE.text(), "/search?sort=price&stock=on", &cheap.items))
            (promises())
        }
    };
    Ok(Page::new(t::HOME, main).about(PageMetadata { is_listed: true, ..PageMetadata::default() }).into())
}

/// The home page without products to order: everything is sold out, with a link to all products; or nothing is on sale yet, with a
/// link for staff who can add a product.
async fn nothing_now(visit: &RequestContext) -> Result<Markup, PageError> {
    let all = list(visit, ProductFilter::default(), 1, None).await?;
    let may_add = all.items.is_empty() && may(visit, Permission::Products).await;
    let (title, more) = match all.items.is_empty() {
        true => (t::NOTHING_ON_SALE, t::NOTHING_ON_SALE_MORE),
        false => (t::ALL_SOLD_OUT, t::ALL_SOLD_OUT_MORE),
    };
    Ok(html! {
        section.hero {
            div.hero-text {
                h1 { (title) }
                p { (more) }
                @if may_add { div.row { a.btn.btn-primary href="/console/products/new" { (t::ADD_A_PRODUCT) } } }
                @else if !all.items.is_empty() { div.row { a.btn.btn-primary href="/search" { (t::ALL_PRODUCTS) } } }
            }
        }
    })
}

pub(super) fn shelf(title: &str, all: &str, goods: &[Product]) -> Markup {
    html! {
        @if !goods.is_empty() {
            section.stack.gap-6 {
                div.ruled { h2 { (title) } a href=(all) { (t::SEE_ALL) span.sr { ": " (title) } } }
                ul.goods { @for product in goods { (card(product)) } }
            }
        }
    }
}

fn promises() -> Markup {
    let all = [
        (icons::BOX, t::PROMISE_STOCK, t::PROMISE_STOCK_MORE),
        (icons::LOCK, t::PROMISE_ONCE, t::PROMISE_ONCE_MORE),
        (icons::TRUCK, t::PROMISE_FOLLOW, t::PROMISE_FOLLOW_MORE),
    ];
    html! {
        section.stack.gap-6 {
            div.ruled { h2 { (t::COUNT_ON) } }
            ul.grid.promises {
                @for (icon, title, more) in all {
                    li.row.row-tight.row-top { (icon) div { h3 { (title) } p.small.quiet { (more) } } }
                }
            }
        }
    }
}
