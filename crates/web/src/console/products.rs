//! The list of products: search, filters in the address, and stock.

use super::{
    components::{address, chip, select},
    frame::{ConsolePage, ConsoleSection},
    paging::PageLinks,
    product::{short_by, short_mark, status_badge, stock_badge},
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{Text, console as c},
    ui::{
        components::{empty, further, picture},
        form::WORDS_MAX,
        format, icons,
    },
};
use contracts::products::{ListProducts, Product, ProductFilter, ProductSort, ProductStatus};
use endpoint::{Json, PageParams, Permission, Query, client::CallError};
use maud::{Markup, html};

const PATH: &str = "/console/products";
const SHOWN: u16 = 25;

const STATUSES: [(&str, Text); 4] =
    [("", c::ANY), ("active", c::ON_SALE), ("draft", c::DRAFT), ("deleted", c::DELETED)];
const STOCKS: [(&str, Text); 4] =
    [("", c::ANY), ("in", c::CAN_BE_ORDERED), ("low", c::FEW_LEFT), ("out", c::CANNOT_BE_ORDERED)];
const SORTS: [(&str, Text, ProductSort); 5] = [
    ("", c::NEWEST_FIRST, ProductSort::CreatedAtDown),
    ("name", c::BY_NAME, ProductSort::Name),
    ("price", c::CHEAPEST_FIRST, ProductSort::Price),
    ("-price", c::HIGHEST_PRICE_FIRST, ProductSort::PriceDown),
    ("created_at", c::OLDEST_FIRST, ProductSort::CreatedAt),
];

/// The query parameters.
struct ProductListParams<'a> {
    words: &'a str,
    status: &'a str,
    stock: &'a str,
    sort: &'a str,
}

impl<'a> ProductListParams<'a> {
    fn of(visit: &'a RequestContext) -> Self {
        let one_of = |name: &str, known: &[&str]| {
            let value = visit.query.text(name);
            if known.contains(&value) { value } else { "" }
        };
        let words = visit.query.text("q");
        ProductListParams {
            words: if words.chars().count() <= WORDS_MAX { words } else { "" },
            status: one_of("status", &STATUSES.map(|(value, _)| value)),
            stock: one_of("stock", &STOCKS.map(|(value, _)| value)),
            sort: one_of("sort", &SORTS.map(|(value, ..)| value)),
        }
    }
    fn filter(&self) -> ProductFilter {
        let sort = SORTS.iter().find(|(name, ..)| *name == self.sort).map(|(.., sort)| *sort);
        ProductFilter {
            q: Some(self.words.to_owned()).filter(|words| !words.is_empty()),
            status: match self.status {
                "active" => Some(ProductStatus::Active),
                "draft" => Some(ProductStatus::Draft),
                "deleted" => Some(ProductStatus::Deleted),
                _ => None,
            },
            in_stock: match self.stock {
                "in" | "low" => Some(true),
                "out" => Some(false),
                _ => None,
            },
            low_stock: (self.stock == "low").then_some(true),
            sort,
            ..ProductFilter::default()
        }
    }
    fn address(&self, member: &str, value: &str) -> String {
        let all = [("q", self.words), ("status", self.status), ("stock", self.stock), ("sort", self.sort)];
        address(PATH, all.into_iter().filter(|(name, _)| *name != member).chain([(member, value)]))
    }
    fn is_plain(&self) -> bool {
        self.words.is_empty() && self.status.is_empty() && self.stock.is_empty()
    }
}

/// `GET /console/products`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let asked = ProductListParams::of(&visit);
    let (turned, list) = (PageLinks::of(&visit), asked.address("", ""));
    let request = ListProducts {
        filter: Query(asked.filter()),
        slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() },
    };
    let Json(found) = match visit.web.needs.products.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(list));
        }
        found => found?,
    };
    let next = turned.then(&list, found.next_cursor.as_deref(), found.items.len());
    let main = html! {
        div.c-head {
            h1 { (c::PRODUCTS) }
            span.push { a.btn.btn-primary href="/console/products/new" { (icons::PLUS) (c::NEW_PRODUCT) } }
        }
        (filters(&asked))
        @if let Some(next) = next.as_deref().filter(|_| found.items.is_empty()) { (further(next, true)) }
        @else if found.items.is_empty() {
            @if asked.is_plain() && turned.is_first() {
                (empty(c::NO_PRODUCTS.text(), c::NO_PRODUCTS_MORE.text(), Some(("/console/products/new", c::NEW_PRODUCT.text()))))
            } @else { (empty(c::NO_SUCH_PRODUCTS.text(), c::NO_SUCH_ORDERS_MORE.text(), Some((PATH, c::CLEAR_FILTERS.text())))) }
        } @else {
            div.card.clip {
                (table(&visit, &found.items))
                (turned.pager(&list, next.as_deref()))
            }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Products, c::PRODUCTS.text()).show(&visit, &main))
}

fn filters(asked: &ProductListParams<'_>) -> Markup {
    let called = |choices: &[(&'static str, Text)], value: &str| {
        choices.iter().find(|(known, _)| *known == value && !value.is_empty()).map(|(_, text)| *text)
    };
    html! {
        form.filters method="get" role="search" action=(PATH) aria-label=(c::FILTER_PRODUCTS) {
            label.search {
                (icons::SEARCH)
                input.input type="search" name="q" value=(asked.words) maxlength=(WORDS_MAX) aria-label=(c::SEARCH_PRODUCTS)
                    placeholder=(c::SEARCH_PRODUCTS);
            }
            details.menu {
                summary.btn { (icons::FILTER) (c::FILTER) }
                div.filter-box {
                    (select("status", c::STATE.text(), asked.status, &STATUSES))
                    (select("stock", c::STOCK.text(), asked.stock, &STOCKS))
                    (select("sort", c::SORT_BY.text(), asked.sort, &SORTS.map(|(value, text, _)| (value, text))))
                    span.btn-row { button.btn.btn-primary { (c::APPLY) } }
                }
            }
            @if !asked.words.is_empty() { (chip(&c::quoted(asked.words), &asked.address("q", ""))) }
            @if let Some(text) = called(&STATUSES, asked.status) { (chip(&text, &asked.address("status", ""))) }
            @if let Some(text) = called(&STOCKS, asked.stock) { (chip(&text, &asked.address("stock", ""))) }
            @if !asked.is_plain() { a.small href=(PATH) { (c::CLEAR) } }
        }
    }
}

pub(super) fn table(visit: &RequestContext, products: &[Product]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::PRODUCTS) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::PRODUCT) }
                        th role="columnheader" scope="col" { (c::STATE) }
                        th.n role="columnheader" scope="col" { (c::ON_HAND) }
                        th.n role="columnheader" scope="col" { (c::RESERVED) }
                        th.n role="columnheader" scope="col" { (c::AVAILABLE) }
                        th.n role="columnheader" scope="col" { (c::PRICE) }
                    }
                }
                tbody role="rowgroup" { @for product in products { (row(visit, product)) } }
            }
        }
    }
}

fn row(visit: &RequestContext, product: &Product) -> Markup {
    let count = |n: i64| format::grouped(&n.to_string());
    html! {
        tr role="row" {
            th.title-cell role="rowheader" scope="row" {
                span.row.row-tight.gap-2 {
                    span.plate.thumb { (picture(&product.images, false)) }
                    span.clip {
                        @match product.status {
                            ProductStatus::Deleted => span.lead.wrap-any { (product.name) },
                            _ => a.lead.wrap-any href={ (PATH) "/" (product.id) } { (product.name) },
                        }
                        br; span.mono.faint.small.wrap-any { (product.sku) }
                    }
                }
            }
            td.fold-2 role="cell" {
                span.row.gap-2 {
                    (status_badge(product.status))
                    @if let Some(badge) = stock_badge(visit, product) { (badge) }
                    @if short_by(product) > 0 { (short_mark(short_by(product))) }
                }
            }
            td.n.fold-2 role="cell" data-l=(c::ON_HAND) { (count(product.stock)) }
            td.n.fold-2 role="cell" data-l=(c::RESERVED) { (count(product.reserved)) }
            td.n.fold-2 role="cell" data-l=(c::AVAILABLE) { (count(product.available)) }
            td.n.fold-end role="cell" { strong { (format::money(product.price)) } }
        }
    }
}
