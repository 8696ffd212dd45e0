//! The product search: words, price and stock, page by page; and suggestions while the customer types.

use crate::{
    session::{page_error::PageError, product_list::list, request::RequestContext, response::PageResponse},
    texts::{self as t, Text},
    ui::{
        amount,
        components::{empty, error_line, further, picture, with_sign},
        form::{FieldErrors, Form, WORDS_MAX},
        format, icons,
        metadata::PageMetadata,
        page::Page,
        product::{can_be_had, card},
    },
};
use contracts::products::{ProductFilter, ProductPage, ProductSort};
use endpoint::client::CallError;
use kernel::{AmountInput, Currency, Money};
use maud::{Markup, html};

const SHOWN: u16 = 24;
const SUGGESTED: u16 = 5;

/// The sort orders, by their names in addresses and in the API. The first one is the default of a search with words and not offered
/// without; then the second one is the default.
const SORTS: [(&str, ProductSort, Text); 5] = [
    ("relevance", ProductSort::Relevance, t::BEST_MATCH_FIRST),
    ("-created_at", ProductSort::CreatedAtDown, t::NEWEST_FIRST),
    ("price", ProductSort::Price, t::CHEAPEST_FIRST),
    ("-price", ProductSort::PriceDown, t::DEAREST_FIRST),
    ("name", ProductSort::Name, t::BY_NAME),
];

/// The sort orders that a list offers.
fn sorts(has_words: bool) -> &'static [(&'static str, ProductSort, Text)] {
    if has_words { &SORTS } else { &SORTS[1..] }
}

/// The query parameters.
struct SearchParams {
    words: Option<String>,
    sort: (&'static str, ProductSort),
    in_stock: bool,
    price_min: Option<Money>,
    price_max: Option<Money>,
    /// Invalid input in the price fields.
    typed: Form,
    faults: FieldErrors,
}

impl SearchParams {
    fn of(visit: &RequestContext) -> Self {
        let query = &visit.query;
        let words = query.given("q").map(|words| words.chars().take(WORDS_MAX).collect());
        let sorts = sorts(words.is_some());
        let sort = sorts.iter().find(|(name, ..)| *name == query.text("sort")).unwrap_or(&sorts[0]);
        let (mut faults, currency) = (FieldErrors::default(), visit.web.needs.settings.currency);
        let mut price = |name| {
            let read = amount::from_field(&query.given(name)?, currency);
            let amount = AmountInput::read(&read, currency);
            let of_field = if name == "min" { t::FROM } else { t::TO };
            let what = || match below_nothing(&read, currency) {
                true => t::NOT_BELOW_NOTHING.text().to_owned(),
                false => amount::wrong_amount(&read, currency, t::enter_amount),
            };
            // the error is shown below both fields
            let wrong = |_| faults.add(name, t::of_field(&of_field, &what()));
            amount.map_err(wrong).ok()
        };
        let (price_min, price_max) = in_turn(price("min"), price("max"));
        let in_stock = query.text("stock") == "on";
        let sort = (sort.0, sort.1);
        SearchParams { words, sort, in_stock, price_min, price_max, typed: query.clone(), faults }
    }
    fn filter(&self) -> ProductFilter {
        ProductFilter {
            q: self.words.clone(),
            in_stock: self.in_stock.then_some(true),
            sort: Some(self.sort.1),
            price_min: self.price_min.map(decimal),
            price_max: self.price_max.map(decimal),
            ..ProductFilter::default()
        }
    }
    /// The address without some parameters and with another one.
    fn address(&self, without: &[&str], and: Option<(&str, &str)>) -> String {
        let [min, max] = [self.price_min, self.price_max].map(|price| price.map(decimal));
        let pairs = [
            ("q", self.words.as_deref()),
            ("sort", (self.sort.0 != sorts(self.words.is_some())[0].0).then_some(self.sort.0)),
            ("stock", self.in_stock.then_some("on")),
            ("min", min.as_deref()),
            ("max", max.as_deref()),
        ];
        let kept = pairs.into_iter().filter(|(name, _)| !without.contains(name));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept.filter_map(|(name, value)| Some((name, value?))).chain(and));
        let query = query.finish();
        if query.is_empty() { "/search".to_owned() } else { format!("/search?{query}") }
    }
    /// The address with the words only, without sorting and filters.
    fn plain_address(&self) -> String {
        self.address(&["sort", "stock", "min", "max"], None)
    }
    /// The filters, each with the address without it.
    fn narrowed(&self) -> Vec<(String, String)> {
        let written = |amount: Option<Money>| amount.map(format::money);
        let price = match (&written(self.price_min), &written(self.price_max)) {
            (Some(least), Some(most)) => Some(t::price_between(least, most)),
            (Some(least), None) => Some(t::price_from(least)),
            (None, Some(most)) => Some(t::price_to(most)),
            (None, None) => None,
        };
        let stock = self.in_stock.then(|| (t::AVAILABLE.text().to_owned(), self.address(&["stock"], None)));
        let price = price.map(|text| (text, self.address(&["min", "max"], None)));
        stock.into_iter().chain(price).collect()
    }
}

fn decimal(price: Money) -> String {
    price.decimal()
}

/// A price for its narrow field: without a fraction of zeros.
fn short(price: Money) -> String {
    let decimal = price.decimal();
    let whole = decimal.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|digit| digit == b'0'));
    amount::in_field(whole.map_or(&decimal, |(whole, _)| whole))
}

/// Whether it is a negative amount.
fn below_nothing(read: &str, currency: Currency) -> bool {
    let amount = read.trim().strip_prefix(['-', '−', '–']);
    amount.is_some_and(|amount| {
        AmountInput::read(&amount::from_field(amount.trim(), currency), currency).is_ok()
    })
}

/// The lower price first: a customer who swapped the fields means the range between them.
fn in_turn(min: Option<Money>, max: Option<Money>) -> (Option<Money>, Option<Money>) {
    match (min, max) {
        (Some(from), Some(to)) if from.minor > to.minor => (max, min),
        _ => (min, max),
    }
}

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let asked = SearchParams::of(&visit);
    let cursor = visit.query.given("cursor");
    let is_first = cursor.is_none();
    let found = match list(&visit, asked.filter(), SHOWN, cursor).await {
        // the cursor is old or of other filters: start with the first page
        Err(CallError::Problem(problem)) if problem.status == 400 && !is_first => {
            return Ok(PageResponse::redirect(asked.address(&[], None)));
        }
        found => found?,
    };
    let title = asked.words.as_ref().map_or(t::ALL_PRODUCTS.text().to_owned(), |words| t::quoted(words));
    let main = html! {
        div.stack.gap-6 {
            div.row.spread.row-base { h1 { (title) } @if !found.items.is_empty() { (sorting(&asked)) } }
            div.with-facets {
                aside aria-label=(t::FILTERS) { (facets(&asked, visit.web.needs.settings.currency)) }
                section.stack.gap-6 aria-label=(t::RESULTS) { (results(&asked, &found, is_first)) }
            }
        }
    };
    let about = PageMetadata {
        description: Some(t::about_products(&title, &visit.web.needs.settings.name)),
        address: Some(asked.plain_address()),
        // search results are not indexed
        is_listed: asked.words.is_none() && is_first,
        product: None,
    };
    let mut page = Page::new(title, main).about(about);
    page.sought = asked.words.unwrap_or_default();
    Ok(page.into())
}

/// Hidden fields with the parameters of the other form.
fn kept(asked: &SearchParams, names: &[&str]) -> Markup {
    let [min, max] = [asked.price_min, asked.price_max].map(|price| price.map(decimal));
    let all = [
        ("q", asked.words.as_deref()),
        ("sort", Some(asked.sort.0)),
        ("stock", asked.in_stock.then_some("on")),
        ("min", min.as_deref()),
        ("max", max.as_deref()),
    ];
    html! {
        @for (name, value) in all.into_iter().filter(|(name, _)| names.contains(name)) {
            @if let Some(value) = value { input type="hidden" name=(name) value=(value); }
        }
    }
}

fn sorting(asked: &SearchParams) -> Markup {
    html! {
        form.row.gap-2.row-tight action="/search" data-submit-on-change {
            (kept(asked, &["q", "stock", "min", "max"]))
            label.small.quiet.nowrap for="sort" { (t::SORT_BY) }
            select.select id="sort" name="sort" {
                @for (name, _, text) in sorts(asked.words.is_some()) { option value=(name) selected[*name == asked.sort.0] { (text) } }
            }
            button.btn data-only-without-script { (t::SORT) }
        }
    }
}

fn facets(asked: &SearchParams, currency: Currency) -> Markup {
    html! {
        details.fold open[!asked.faults.is_empty()] {
            summary { span { (t::FILTER) } (icons::DOWN) }
            form.facets action="/search" {
                (kept(asked, &["q", "sort"]))
                fieldset {
                    legend { (t::PRICE) }
                    div.fields {
                        (price(asked, currency, "min", t::FROM, asked.price_min))
                        (price(asked, currency, "max", t::TO, asked.price_max))
                    }
                    // below both: a single field would break it into many short lines
                    @for name in ["min", "max"] {
                        @if let Some(text) = asked.faults.of(name) { div.field { (error_line(Some(&format!("{name}-error")), text)) } }
                    }
                }
                label.check {
                    input type="checkbox" name="stock" value="on" checked[asked.in_stock];
                    span { (t::AVAILABLE_ONLY) }
                }
                button.btn { (t::SHOW_RESULTS) }
            }
        }
    }
}

fn price(asked: &SearchParams, currency: Currency, name: &str, label: Text, amount: Option<Money>) -> Markup {
    let (wrong, error) = (asked.faults.of(name), format!("{name}-error"));
    let value = match wrong {
        Some(_) => Some(asked.typed.text(name).to_owned()),
        None => amount.map(short),
    };
    html! {
        div.field.w3.bad[wrong.is_some()] {
            label for=(name) { (label) }
            (with_sign(currency, html! {
                input.input id=(name) name=(name) inputmode="decimal" value=[value]
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| &error)];
            }))
        }
    }
}

fn results(asked: &SearchParams, found: &ProductPage, is_first: bool) -> Markup {
    let narrowed = asked.narrowed();
    html! {
        @if !narrowed.is_empty() {
            div.row.gap-2 {
                @for (text, without) in &narrowed {
                    a.chip href=(without) { (text) span.sr { (t::REMOVE_FILTER) } (icons::X) }
                }
                a.small href=(asked.address(&["stock", "min", "max"], None)) { (t::CLEAR_ALL) }
            }
        }
        @if !asked.faults.is_empty() && asked.price_min.is_none() && asked.price_max.is_none() {
            p.small { (t::NO_PRICE_COUNTS) }
        }
        h2.sr { (t::PRODUCTS) }
        @if found.items.is_empty() && found.next_cursor.is_none() {
            (empty(t::NOTHING_FOUND.text(), &nothing_found(asked), Some(("/search", t::ALL_PRODUCTS.text()))))
        } @else if let Some(next) = found.next_cursor.as_deref().filter(|_| found.items.is_empty()) {
            (further(&asked.address(&[], Some(("cursor", next))), true))
        } @else {
            @if let Some(words) = &found.corrected { p role="status" { (t::results_for(words)) } }
            @if is_first { p.small.quiet { (counted(found)) } }
            ul.goods { @for product in &found.items { (card(product)) } }
            @if !is_first || found.next_cursor.is_some() {
                nav.pager aria-label=(t::PAGES) {
                    @if !is_first { a.btn href=(asked.address(&[], None)) { (t::FROM_THE_START) } }
                    @if let Some(next) = &found.next_cursor {
                        a.btn.push href=(asked.address(&[], Some(("cursor", next)))) { (t::NEXT) (icons::RIGHT) }
                    }
                }
            }
        }
    }
}

/// The number of results, as far as one page shows.
fn counted(found: &ProductPage) -> String {
    let shown = found.items.len();
    if found.next_cursor.is_some() { t::more_products_than(shown) } else { t::so_many_products(shown) }
}

/// What was not found; the filters may be the cause.
fn nothing_found(asked: &SearchParams) -> String {
    match &asked.words {
        Some(words) if asked.narrowed().is_empty() => t::no_product_matches(words),
        _ => t::NOTHING_FOUND_MORE.into(),
    }
}

/// The suggestions below the search field.
pub(crate) async fn suggest(visit: RequestContext) -> Result<PageResponse, PageError> {
    let asked = SearchParams::of(&visit);
    let Some(words) = asked.words.clone() else { return Ok(PageResponse::Fragment(html! {})) };
    let ProductPage { items: found, next_cursor, .. } = list(&visit, asked.filter(), SUGGESTED, None).await?;
    let is_nothing = found.is_empty() && next_cursor.is_none();
    Ok(PageResponse::Fragment(html! {
        @for product in &found {
            a href={ "/products/" (product.id) } {
                span.plate.thumb { (picture(&product.images, false)) }
                span.small { (product.name) }
                span.n.small { (format::money(product.price)) @if !can_be_had(product) { br; span.quiet { (t::SOLD_OUT) } } }
            }
        }
        a href=(asked.address(&[], None)) {
            (icons::SEARCH)
            span.small { @if is_nothing { (t::NOTHING_FOUND) } @else { (t::all_results(&words)) } }
            span {}
        }
    }))
}
