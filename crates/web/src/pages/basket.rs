//! The basket: kept by the visitor's browser, sealed, for now; what has changed since something was put in is said before
//! anything is bought.

use super::product;
use crate::{
    format, icons,
    parts::{banner, empty, picture, post},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::products::Product;
use futures_util::future::join_all;
use kernel::{Money, id::ProductId};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// Different products in a basket at most: all of them fit into a cookie.
const LINES_MAX: usize = 20;
/// Pieces of one product at most.
const PIECES_MAX: i64 = 999;

/// What somebody has put in: products, how many of each, and what one cost then, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Basket(Vec<Line>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    #[serde(rename = "p")]
    product: ProductId,
    #[serde(rename = "q")]
    quantity: i64,
    #[serde(rename = "m")]
    minor: i64,
}

impl Basket {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// All pieces together.
    pub(crate) fn pieces(&self) -> i64 {
        self.0.iter().map(|line| line.quantity).sum()
    }
    /// With so many more of a product; false where there is no room.
    fn put(&mut self, product: &Product, quantity: i64) -> bool {
        let has_room = self.0.len() < LINES_MAX;
        match self.0.iter_mut().find(|line| line.product == product.id) {
            Some(line) => {
                line.quantity = (line.quantity + quantity).min(PIECES_MAX);
                line.minor = product.price.minor;
            }
            None if has_room => {
                self.0.push(Line { product: product.id, quantity, minor: product.price.minor })
            }
            None => return false,
        }
        true
    }
    /// Without what was bought. What was put in since stays.
    pub(crate) fn without(&self, bought: &[(ProductId, i64)]) -> Self {
        let left = |line: &Line| {
            let of_it = bought.iter().find(|(product, _)| *product == line.product);
            let quantity = line.quantity.saturating_sub(of_it.map_or(0, |(_, quantity)| *quantity));
            (quantity > 0).then(|| Line { quantity, ..line.clone() })
        };
        Basket(self.0.iter().filter_map(left).collect())
    }
}

/// A line of the basket beside its product as it is now.
pub(crate) struct Seen {
    pub(crate) product: Product,
    pub(crate) quantity: i64,
    pub(crate) total: Money,
    /// It costs something else than when it was put in: what it cost.
    was: Option<Money>,
}
impl Seen {
    /// More is asked for than there is.
    pub(crate) fn is_short(&self) -> bool {
        !self.product.backorder && self.quantity > self.product.available
    }
}

/// The basket as it is now, without what is no longer on sale.
pub(crate) struct Looked {
    pub(crate) lines: Vec<Seen>,
    pub(crate) total: Money,
    gone: usize,
}

/// Looks at every product of the basket.
pub(crate) async fn look(visit: &Visit) -> Result<Option<Looked>, Stop> {
    let lines = visit.basket.0.iter().map(|line| (line.product, line.quantity, Some(line.minor)));
    look_at(visit, lines.collect()).await
}

/// Looks at products, of which so many are asked for, and at what one cost when it was put in.
pub(crate) async fn look_at(
    visit: &Visit,
    lines: Vec<(ProductId, i64, Option<i64>)>,
) -> Result<Option<Looked>, Stop> {
    let find = async |(id, quantity, minor)| (quantity, minor, product::find(visit, id).await);
    let found = join_all(lines.into_iter().map(find)).await;
    let (mut lines, mut gone, mut total) = (Vec::new(), 0, None::<Money>);
    for (quantity, minor, product) in found {
        let product = match product {
            Ok(product) => product,
            Err(Stop::NotFound) => {
                gone += 1;
                continue;
            }
            Err(stop) => return Err(stop),
        };
        let too_much = |_| Stop::Conflict(t::TOO_MUCH.to_owned());
        let of_line = product.price.times(quantity).map_err(too_much)?;
        total = Some(total.map_or(Ok(of_line), |sum| sum.plus(of_line)).map_err(too_much)?);
        let was = minor.map(|minor| Money::new(minor, product.price.currency));
        let was = was.filter(|was| *was != product.price);
        lines.push(Seen { quantity, total: of_line, was, product });
    }
    Ok(total.map(|total| Looked { lines, total, gone }))
}

pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let looked = look(&visit).await?;
    let main = html! {
        div.stack.gap-6 {
            h1 { (t::BASKET) }
            @match &looked {
                None => (empty(t::BASKET_EMPTY, t::BASKET_EMPTY_MORE, Some(("/search", t::ALL_PRODUCTS)))),
                Some(looked) => {
                    (problems(looked, visit.query.text("full") == "1"))
                    div.split { (lines(&visit, looked)) (sum(looked)) }
                },
            }
        }
    };
    Ok(Page::new(t::BASKET, main).into())
}

fn problems(looked: &Looked, was_full: bool) -> Markup {
    let short = looked.lines.iter().filter(|line| line.is_short()).count();
    let dearer = looked.lines.iter().filter(|line| line.was.is_some()).count();
    html! {
        @if was_full { (banner("wait", t::BASKET_FULL, html! { p { (t::basket_full_more(LINES_MAX)) } })) }
        @if short + dearer + looked.gone > 0 {
            (banner("wait", t::CHANGED_SINCE, html! {
                ul {
                    @if looked.gone > 0 { li { (t::are_gone(looked.gone)) } }
                    @if short > 0 { li { (t::are_short(short)) } }
                    @if dearer > 0 { li { (t::have_other_prices(dearer)) } }
                }
            }))
        }
    }
}

fn lines(visit: &Visit, looked: &Looked) -> Markup {
    let form = html! {
        // what Enter presses: the first button of a form
        button.sr tabindex="-1" { (t::UPDATE_BASKET) }
        ul.lines { @for line in &looked.lines { (line_of(line)) } }
        div.row.spread.basket-foot {
            a.small href="/search" { (t::GO_ON_SHOPPING) }
            button.btn.btn-small { (icons::REPLAY) (t::UPDATE_BASKET) }
        }
    };
    post(visit, "/basket/change", "", form)
}

fn line_of(line: &Seen) -> Markup {
    let product = &line.product;
    let field = format!("q-{}", product.id);
    html! {
        li.line {
            a.plate href={ "/products/" (product.id) } aria-label=(product.name) { (picture(&product.images, false)) }
            div.stack.gap-2 {
                div {
                    a.lead href={ "/products/" (product.id) } { (product.name) }
                    p.small.quiet { (product.sku) ", " (t::each(&format::money(product.price))) }
                }
                @if line.is_short() {
                    p.small.row.gap-1 {
                        span.badge.wait { (icons::WARN) (t::CHANGED) }
                        span { (t::only_left(line.quantity, product.available)) }
                    }
                }
                @if let Some(was) = line.was {
                    p.small.row.gap-1 {
                        span.badge.wait { (icons::WARN) (t::CHANGED) }
                        span { (t::price_went(&format::money(was), &format::money(product.price))) }
                    }
                }
                div.row.gap-3 {
                    div.qty.qty-small {
                        button type="button" data-step="-1" aria-label=(t::less_of(&product.name)) hidden { (icons::MINUS) }
                        input type="number" min="0" max=(PIECES_MAX) name=(field) value=(line.quantity)
                            aria-label=(t::quantity_of(&product.name));
                        button type="button" data-step="1" aria-label=(t::more_of(&product.name)) hidden { (icons::PLUS) }
                    }
                    button.link.small name="remove" value=(product.id) { (t::REMOVE) span.sr { " " (product.name) } }
                }
            }
            span.n { (format::money(line.total)) }
        }
    }
}

fn sum(looked: &Looked) -> Markup {
    let pieces = looked.lines.iter().map(|line| line.quantity).sum();
    let is_short = looked.lines.iter().any(Seen::is_short);
    html! {
        aside.sum-box.stack.stay aria-label=(t::SUM) {
            dl.money {
                div { dt { (t::goods_of(pieces)) } dd { (format::money(looked.total)) } }
                div.sum { dt { (t::TOTAL) } dd { (format::money(looked.total)) } }
            }
            @if is_short {
                a.btn.btn-primary.btn-wide role="link" aria-disabled="true" aria-describedby="why" { (t::TO_CHECKOUT) }
                p.small.quiet id="why" { (t::OPENS_ONCE_SETTLED) }
            } @else {
                a.btn.btn-primary.btn-wide href="/checkout" { (t::TO_CHECKOUT) }
            }
        }
    }
}

/// Puts a product in.
pub(crate) async fn put(visit: Visit) -> Result<Shown, Stop> {
    let id: ProductId = visit.form.text("product").parse().map_err(|_| Stop::NotFound)?;
    let product = product::find(&visit, id).await?;
    let quantity = visit.form.text("quantity").parse::<i64>().unwrap_or(1).clamp(1, PIECES_MAX);
    let mut basket = visit.basket.clone();
    if !basket.put(&product, quantity) {
        return Ok(Shown::there("/basket?full=1"));
    }
    visit.keep(&basket);
    Ok(Shown::there(format!("/products/{id}?put=1")))
}

/// Takes over the quantities of the form, and takes out what shall be taken out.
pub(crate) async fn change(visit: Visit) -> Result<Shown, Stop> {
    let removed = visit.form.text("remove");
    let mut basket = visit.basket.clone();
    for (name, value) in visit.form.pairs() {
        let Some(id) = name.strip_prefix("q-") else { continue };
        let Ok(quantity) = value.trim().parse::<i64>() else { continue };
        let line = basket.0.iter_mut().find(|line| line.product.to_string() == id);
        if let Some(line) = line {
            line.quantity = quantity.clamp(0, PIECES_MAX);
        }
    }
    basket.0.retain(|line| line.quantity > 0 && line.product.to_string() != removed);
    // whoever has looked at the prices as they are has seen them, and what is gone
    let looked = look(&visit).await?.map_or(Vec::new(), |looked| looked.lines);
    let price = |line: &Line| {
        looked.iter().find(|seen| seen.product.id == line.product).map(|seen| seen.product.price)
    };
    basket.0.retain(|line| price(line).is_some());
    for line in &mut basket.0 {
        line.minor = price(line).map_or(line.minor, |price| price.minor);
    }
    visit.keep(&basket);
    Ok(Shown::there("/basket"))
}
