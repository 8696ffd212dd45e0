//! The basket: its lines, and what has changed since each was added.

use crate::{
    session::{
        basket::{self, name_of},
        basket_cookie::pieces_on_sale,
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
    },
    storefront::adjust_quantity,
    texts as t,
    ui::{
        components::{banner, brief, day, empty, error_line, picture, post_by, sum_of_line, summary},
        form::FieldErrors,
        format, icons,
        page::Page,
    },
};
use contracts::orders::{Basket, BasketLine, BasketProblem, BasketProblemCode, BasketProduct};
use kernel::id::ProductId;
use maud::{Markup, html};

/// The most lines of a basket, as in orders.
const LINES_MAX: usize = 100;
/// The values of the buttons that ask for one unit less or more; with scripts they change the field, and the form is submitted
/// automatically.
pub(super) const LESS: &str = "less";
pub(super) const MORE: &str = "more";
/// The form, which the button to checkout submits as well, with the quantities in the fields.
const FORM: &str = "basket";
/// What that button submits.
pub(super) const TO: (&str, &str) = ("to", "checkout");

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let (basket, is_left_out) = basket::find_all(&visit).await?;
    let basket = basket.filter(|basket| !basket.lines.is_empty());
    let more = html! {
        @if let Ok(most) = visit.done("full").parse::<i64>() { (banner("wait", t::BASKET_FULL.text(), html! { p { (t::basket_full_more(LINES_MAX, most)) } })) }
        @if is_left_out { (left_out()) }
    };
    Ok(page(&visit, basket.as_ref(), &FieldErrors::default(), &more).into())
}

pub(super) fn page(
    visit: &RequestContext,
    basket: Option<&Basket>,
    faults: &FieldErrors,
    more: &Markup,
) -> Page {
    let main = html! {
        div.stack.gap-6 data-part="basket" {
            h1 { (t::BASKET) }
            (summary(faults, None))
            @if visit.done("elsewhere") == "1" {
                div data-stops { (banner("wait", t::CHANGED_ELSEWHERE.text(), html! { p { (t::CHANGED_ELSEWHERE_MORE) } })) }
            }
            (more)
            @match basket {
                None => (empty(t::BASKET_EMPTY.text(), t::BASKET_EMPTY_MORE.text(), Some(("/search", t::ALL_PRODUCTS.text())))),
                Some(basket) => {
                    @if let Some(went) = visit.done_to("put").filter(|went| !went.is_empty()) {
                        (banner("wait", t::PRICE_CHANGED.text(), html! { p { (went) } }))
                    }
                    (problems(basket))
                    // shown by a script that cannot submit a change
                    div data-offline hidden { (banner("wait", t::YOU_ARE_OFFLINE.text(), html! { p { (t::YOU_ARE_OFFLINE_MORE) } })) }
                    div.split { (lines(visit, basket, faults)) (sum(basket)) }
                },
            }
        }
    };
    Page::new(t::BASKET, main)
}

/// The field for the quantity of a product.
pub(super) fn field_of(id: ProductId) -> String {
    format!("q-{id}")
}

/// The banner about units from before sign-in that do not fit into the basket.
pub(super) fn left_out() -> Markup {
    banner("wait", t::LEFT_OUT.text(), html! { p { (t::left_out_more(LINES_MAX)) } })
}

fn problems(basket: &Basket) -> Markup {
    let all = told(basket);
    // the quantity of an absent line has not changed
    let has_changed =
        basket.problems.iter().any(|problem| problem.code != BasketProblemCode::InsufficientStock);
    let title = if has_changed { t::CHANGED_SINCE } else { t::SHORT_OF_IT };
    html! {
        @if !all.is_empty() { (banner("wait", title.text(), html! { ul { @for one in all { li { (one) } } } })) }
    }
}

/// What prevents an order or has changed, by kind.
fn told(basket: &Basket) -> Vec<String> {
    let count = |code| basket.problems.iter().filter(|problem| problem.code == code).count();
    let gone = count(BasketProblemCode::NotOnSale);
    let short = count(BasketProblemCode::InsufficientStock);
    let dearer = count(BasketProblemCode::PriceChanged);
    let kinds = [
        (gone > 0).then(|| t::are_gone(gone)),
        (short > 0).then(|| t::are_short(short)),
        (dearer > 0).then(|| t::have_other_prices(dearer)),
    ];
    kinds.into_iter().flatten().collect()
}

fn lines(visit: &RequestContext, basket: &Basket, faults: &FieldErrors) -> Markup {
    let form = html! {
        input type="hidden" name="once" value=(visit.web.needs.env.uuid());
        // the Enter key presses the first button of a form
        button.sr tabindex="-1" { (t::UPDATE_BASKET) }
        ul.lines {
            @for line in &basket.lines {
                @match &line.product {
                    Some(product) => (line_of(visit, basket, (line, product), faults)),
                    None => (line_gone(line)),
                }
            }
        }
        div.row.spread.basket-foot {
            span.row.gap-3.small {
                a href="/search" { (t::GO_ON_SHOPPING) }
                span.quiet { (t::KEPT_UNTIL) (day(basket.expires_at)) }
            }
            button.btn.btn-small data-only-without-script { (icons::REPLAY) (t::UPDATE_BASKET) }
        }
    };
    post_by(visit.csrf(), Some(FORM), "/basket/change", "", form)
}

/// The note on a product that is no longer sold.
fn gone() -> Markup {
    html! { p.small { span.badge.wait { (icons::GONE) (t::UNSOLD) } } }
}

fn problem_of(line: &BasketLine, product: &BasketProduct, problem: &BasketProblem) -> Markup {
    match problem.code {
        BasketProblemCode::NotOnSale => gone(),
        BasketProblemCode::InsufficientStock => {
            let left = left_of(line);
            html! {
                div.small.row.gap-2 {
                    span.badge.wait { (icons::WARN) (t::TOO_MANY) }
                    span { (t::only_left(line.quantity, left)) }
                    (adjust_quantity::button(line, left))
                }
            }
        }
        // nothing to be resolved
        BasketProblemCode::PriceChanged => {
            let went = t::price_went(&format::money(line.unit_price), &format::money(product.price));
            html! { p.small.row.gap-2 { span.badge.wait { (icons::NEWS) (t::CHANGED) } span { (went) } } }
        }
    }
}

/// The old and the new price of a line, where it has changed since it was added.
pub(super) fn price_went(basket: &Basket, line: &BasketLine) -> Option<Markup> {
    let is_its = |one: &&BasketProblem| {
        one.code == BasketProblemCode::PriceChanged && one.product_id == line.product_id
    };
    Some(problem_of(line, line.product.as_ref()?, basket.problems.iter().find(is_its)?))
}

/// The available units of a line's product.
fn left_of(line: &BasketLine) -> i64 {
    line.product.as_ref().map_or(0, |product| product.available.max(0))
}

/// What prevents a line from being ordered.
pub(super) struct LineProblem<'a> {
    pub(super) line: &'a BasketLine,
    pub(super) why: String,
    /// Whether the product is no longer sold.
    pub(super) is_unsold: bool,
    /// How many units could be ordered.
    pub(super) left: i64,
}

/// What prevents the basket from being ordered, line by line.
pub(super) fn line_problems(basket: &Basket) -> Vec<LineProblem<'_>> {
    let found = basket.problems.iter().filter_map(|problem| {
        let line = basket.lines.iter().find(|line| line.product_id == problem.product_id)?;
        match (problem.code, &line.product) {
            (BasketProblemCode::PriceChanged, _) => None,
            (BasketProblemCode::InsufficientStock, Some(_)) => {
                let left = left_of(line);
                Some(LineProblem { line, why: t::only_left(line.quantity, left), is_unsold: false, left })
            }
            (BasketProblemCode::InsufficientStock | BasketProblemCode::NotOnSale, _) => {
                Some(LineProblem { line, why: t::NO_LONGER_SOLD.into(), is_unsold: true, left: 0 })
            }
        }
    });
    found.collect()
}

fn line_of(
    visit: &RequestContext,
    basket: &Basket,
    (line, product): (&BasketLine, &BasketProduct),
    faults: &FieldErrors,
) -> Markup {
    let (id, field, form) = (line.product_id, field_of(line.product_id), &visit.form);
    let most = visit.web.needs.settings.line_units_max;
    let (error, wrong) = (faults.of(&field), format!("{field}-error"));
    let value = if error.is_some() { form.text(&field).to_owned() } else { line.quantity.to_string() };
    let problems = || basket.problems.iter().filter(|problem| problem.product_id == id);
    // where no units are left, the button next to the problem removes the line
    let is_out = problems().any(|one| one.code == BasketProblemCode::InsufficientStock) && left_of(line) == 0;
    html! {
        li.line {
            a.plate href={ "/products/" (id) } aria-label=(brief(&product.name)) { (picture(&product.images, false)) }
            div {
                a.lead href={ "/products/" (id) } { (product.name) }
                p.small.quiet { (product.sku) ", " (t::each(&format::money(product.price))) }
            }
            (sum_of_line(None, line.total.map(format::money)))
            div.stack.gap-2.beneath {
                @for problem in problems() { (problem_of(line, product, problem)) }
                input type="hidden" name={ "was-" (id) } value=(line.quantity);
                input type="hidden" name={ "price-" (id) } value=(product.price.minor);
                div.row.gap-3 {
                    div.qty.qty-small {
                        button name=(LESS) value=(id) data-step="-1" aria-label=(t::less_of(&brief(&product.name))) { (icons::MINUS) }
                        input type="number" min="0" max=(most) id=(field) name=(field) value=(value)
                            aria-label=(t::quantity_of(&brief(&product.name)))
                            aria-describedby=[error.map(|_| &wrong)] aria-invalid=[error.map(|_| "true")];
                        button name=(MORE) value=(id) data-step="1" aria-label=(t::more_of(&brief(&product.name))) { (icons::PLUS) }
                    }
                    @if !is_out { (remove(id, &brief(&product.name))) }
                }
                @if let Some(error) = error { (error_line(Some(&wrong), error)) }
            }
        }
    }
}

/// A line of a product that is no longer sold: it can only be removed.
fn line_gone(line: &BasketLine) -> Markup {
    html! {
        li.line {
            span.plate { (picture(&[], false)) }
            div.stack.gap-2 {
                strong { (line.title) }
                (gone())
                div.row.gap-3 { (remove(line.product_id, &brief(&line.title))) }
            }
        }
    }
}

fn remove(id: ProductId, name: &str) -> Markup {
    html! { button.link.small name="remove" value=(id) { (t::REMOVE) span.sr { " " (name) } } }
}

fn sum(basket: &Basket) -> Markup {
    let total = basket.total.map_or_else(|| t::TOO_MUCH.text().to_owned(), format::money);
    // with scripts, screen readers announce the changes along with the total
    let says = [vec![format!("{} {total}", t::TOTAL.text())], told(basket)].concat().join(". ");
    html! {
        aside.sum-box.stack.stay aria-label=(t::SUM) {
            dl.money {
                div { dt { (t::goods_of(pieces_on_sale(basket))) } dd { (total) } }
                div.sum data-says=(says) { dt { (t::TOTAL) } dd { (total) } }
            }
            p.small.quiet { (t::ALL_YOU_PAY) }
            @if !can_be_ordered(basket) {
                a.btn.btn-primary.btn-wide role="link" aria-disabled="true" aria-describedby="why" { (t::TO_CHECKOUT) }
                p.small.quiet id="why" { (once_settled(basket)) }
            } @else {
                button.btn.btn-primary.btn-wide form=(FORM) name=(TO.0) value=(TO.1) { (t::TO_CHECKOUT) }
            }
        }
    }
}

/// What has to be resolved first.
fn once_settled(basket: &Basket) -> String {
    let all = line_problems(basket);
    let are_gone = !all.is_empty() && all.iter().all(|one| one.left == 0);
    match (all.as_slice(), are_gone) {
        ([one], true) => t::opens_once_out(name_of(one.line)),
        ([one], false) => t::opens_once(name_of(one.line)),
        (_, true) => t::OPENS_ONCE_TAKEN_OUT.into(),
        (_, false) => t::OPENS_ONCE_SETTLED.into(),
    }
}

pub(super) fn can_be_ordered(basket: &Basket) -> bool {
    !basket::is_blocked(basket) && basket.total.is_some()
}
