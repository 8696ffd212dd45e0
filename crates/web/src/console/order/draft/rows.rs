//! The lines of a draft in its form: a product by its SKU or its name, or a title with a price. A row of a stored line has its ID:
//! while its title stays as it was shown, it is that line, whatever product has that name now.

use crate::{
    console::components::Input,
    session::{page_error::PageError, product_list::list, request::RequestContext},
    texts::console as c,
    ui::{
        amount,
        form::{FieldErrors, Form, WORDS_MAX},
        format,
    },
};
use contracts::{
    orders::{DraftLine, Line, Order},
    products::{ListProducts, Product, ProductFilter, ProductSort},
};
use endpoint::{Json, PageParams, Query};
use futures_util::future::try_join_all;
use kernel::{AmountInput, Currency, MoneyInput, words::fold};
use maud::{Markup, html};

/// The most lines of an order: all of a draft are read, so that saving it loses none.
const LINES_MAX: usize = 100;
/// The fewest rows of the form, and the empty ones below the others.
const LINES_MIN: usize = 3;
const LINES_EMPTY: usize = 2;
/// How many products are suggested; others are found by their SKU and by words, too.
const OFFERED: u16 = 100;
/// How many matches of ambiguous words are listed.
const NAMED: usize = 3;
/// The ID of the list of suggestions.
const ARTICLES: &str = "articles";
/// The field that requests current names and prices.
const TODAYS: &str = "todays";
/// The most characters of an SKU.
const NUMBER_MAX: usize = 64;

/// A row of the form: an SKU, a name or a title, units, and a price.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftRow {
    /// The ID and the title of the stored line that it was shown for.
    line: String,
    was: String,
    what: String,
    pieces: String,
    price: String,
}

impl DraftRow {
    fn is_empty(&self) -> bool {
        [&self.what, &self.pieces, &self.price].into_iter().all(String::is_empty)
    }
    /// The stored line, unless the title has changed. A title without its price is looked up like that of a new row.
    fn stored<'a>(&self, lines: &'a [Line]) -> Option<&'a Line> {
        let stored = lines.iter().find(|line| self.what == self.was && line.id.to_string() == self.line);
        stored.filter(|line| line.product_id.is_some() || !self.price.is_empty())
    }
}

/// The rows of a draft.
pub(super) fn of(order: Option<&Order>) -> Vec<DraftRow> {
    let row = |line: &Line| {
        let sku = line.sku.clone().filter(|_| line.product_id.is_some());
        let what = sku.unwrap_or_else(|| line.title.clone());
        DraftRow {
            line: line.id.to_string(),
            was: what.clone(),
            what,
            pieces: line.quantity.to_string(),
            price: if line.product_id.is_some() { String::new() } else { line.unit_price.decimal() },
        }
    };
    order.map_or(Vec::new(), |order| order.lines.iter().map(row).collect())
}

/// The submitted rows, without the empty ones.
pub(super) fn sent(form: &Form, currency: Currency) -> Vec<DraftRow> {
    let row = |n: usize| {
        let of = |name: &str| form.text(&format!("{name}-{n}")).to_owned();
        let price = amount::from_field(&of("price"), currency);
        DraftRow { line: of("line"), was: of("was"), what: of("what"), pieces: of("pieces"), price }
    };
    (0..LINES_MAX).map(row).filter(|row| !row.is_empty()).collect()
}

/// The suggested products.
pub(super) async fn offered(visit: &RequestContext) -> Result<Vec<Product>, PageError> {
    let filter = ProductFilter { sort: Some(ProductSort::Name), ..ProductFilter::default() };
    Ok(list(visit, filter, OFFERED, None).await?.items)
}

/// The fields of these rows and of some empty ones.
pub(super) fn fields(
    mut rows: Vec<DraftRow>,
    offered: &[Product],
    currency: Currency,
    faults: &FieldErrors,
) -> Markup {
    let shown = (rows.len() + LINES_EMPTY).clamp(LINES_MIN, LINES_MAX);
    rows.resize(shown.max(rows.len()), DraftRow::default());
    html! {
        @for (n, row) in rows.iter().enumerate() { (line(n, row, currency, faults)) }
        datalist id=(ARTICLES) {
            @for product in offered { option value=(product.sku) { (product.name) ", " (format::money(product.price)) } }
        }
    }
}

fn line(n: usize, row: &DraftRow, currency: Currency, faults: &FieldErrors) -> Markup {
    let of = |name: &str| format!("{name}-{n}");
    let (what, pieces, price) = (of("what"), of("pieces"), of("price"));
    html! {
        fieldset.fields.bare aria-label=(c::line_number(n + 1)) {
            @if !row.line.is_empty() {
                input type="hidden" name=(of("line")) value=(row.line);
                input type="hidden" name=(of("was")) value=(row.was);
            }
            (Input { value: &row.what, width: "w3", list: Some(ARTICLES), ..Input::new(&what, c::ARTICLE_OR_WORDS.text()) }.show(faults))
            (Input { value: &row.pieces, width: "w1", mode: Some("numeric"), ..Input::new(&pieces, c::PIECES_ORDERED.text()) }.show(faults))
            (Input { value: &amount::in_field(&row.price), width: "w2", mode: Some("decimal"), money: Some(currency), optional: true, ..Input::new(&price, c::OWN_PRICE.text()) }.show(faults))
        }
    }
}

/// The choice of current names and prices for stored lines of products, which otherwise keep theirs.
pub(super) fn todays(order: &Order, form: &Form) -> Markup {
    let is_asked = form.text(TODAYS) == "on";
    html! {
        @if order.lines.iter().any(|line| line.product_id.is_some()) {
            label.check { input type="checkbox" name=(TODAYS) value="on" checked[is_asked]; span { (c::USE_TODAYS_PRICES) } }
        }
    }
}

/// The row of a field, counted from 0, and its position in it.
pub(super) fn place_of(field: &str) -> Option<(usize, usize)> {
    let (name, n) = field.rsplit_once('-')?;
    let place = ["what", "pieces", "price"].iter().position(|known| *known == name)?;
    Some((n.parse().ok()?, place))
}

/// What a row stands for.
enum RowMeaning<'a> {
    /// The stored line that it was shown for.
    Stored(&'a Line),
    Product(Box<Product>),
    /// Several matches; the names and SKUs of some.
    Several(String),
    Nothing,
}

/// The product with this SKU, otherwise the one that the words match.
async fn find(visit: &RequestContext, what: &str) -> Result<RowMeaning<'static>, PageError> {
    let length = what.chars().count();
    // no product contains a control character
    if !(1..=WORDS_MAX).contains(&length) || what.contains(char::is_control) {
        return Ok(RowMeaning::Nothing);
    }
    if length <= NUMBER_MAX {
        let filter = Query(ProductFilter { sku: Some(what.to_owned()), ..ProductFilter::default() });
        let slice = PageParams { limit: Some(1), cursor: None };
        let Json(page) = visit.web.needs.products.call(&visit.cx, ListProducts { filter, slice }).await?;
        if let Some(product) = page.items.into_iter().next() {
            return Ok(RowMeaning::Product(Box::new(product)));
        }
    }
    let filter = ProductFilter { q: Some(what.to_owned()), ..ProductFilter::default() };
    Ok(choose(what, list(visit, filter, OFFERED, None).await?.items))
}

/// Whether this is the SKU or the name of the product.
fn is_called(product: &Product, what: &str) -> bool {
    [&product.sku, &product.name].into_iter().any(|one| fold(one) == fold(what))
}

/// A product in a message.
fn tell(name: &str, sku: &str) -> String {
    format!("{name} ({sku})")
}

/// The only match, or the only one with exactly this name.
fn choose(what: &str, mut found: Vec<Product>) -> RowMeaning<'static> {
    let named = |product: &Product| fold(&product.name) == fold(what);
    if found.iter().filter(|product| named(product)).count() == 1 {
        found.retain(named);
    }
    match found.len() {
        0 => RowMeaning::Nothing,
        1 => RowMeaning::Product(Box::new(found.remove(0))),
        _ => RowMeaning::Several(
            found.iter().take(NAMED).map(|of| tell(&of.name, &of.sku)).collect::<Vec<_>>().join(", "),
        ),
    }
}

/// The submitted lines: stored ones; of the others, a row with a price is a line with a title, and every other row a product.
pub(super) async fn lines(
    visit: &RequestContext,
    stored: &[Line],
    faults: &mut FieldErrors,
) -> Result<Vec<DraftLine>, PageError> {
    let currency = visit.web.needs.settings.currency;
    let rows = sent(&visit.form, currency);
    if rows.is_empty() {
        faults.add("what-0", c::ENTER_LINES.text());
    }
    let find = async |row: &DraftRow| {
        if let Some(line) = row.stored(stored) {
            return Ok(RowMeaning::Stored(line));
        }
        match (row.price.is_empty(), find(visit, &row.what).await?) {
            // a title can resemble a product, but must not be its SKU or its name
            (false, RowMeaning::Product(product)) if !is_called(&product, &row.what) => {
                Ok(RowMeaning::Nothing)
            }
            (false, RowMeaning::Several(_)) => Ok(RowMeaning::Nothing),
            (_, found) => Ok::<_, PageError>(found),
        }
    };
    let found = try_join_all(rows.iter().map(find)).await?;
    let is_todays = visit.form.text(TODAYS) == "on";
    let read = |(n, (row, found)): (usize, (&DraftRow, RowMeaning<'_>))| {
        let quantity = row.pieces.parse::<i64>().ok().filter(|pieces| *pieces > 0);
        if quantity.is_none() {
            faults.add(&format!("pieces-{n}"), c::ENTER_PIECES_ORDERED.text());
        }
        let line = match found {
            RowMeaning::Stored(line) => stored_line(n, row, line, is_todays, currency, faults),
            found => new_line(n, row, found, currency, faults),
        };
        DraftLine { quantity: quantity.unwrap_or(1), ..line }
    };
    Ok(rows.iter().zip(found).enumerate().map(read).collect())
}

/// Whether these are the lines of the draft.
pub(super) fn are_stored(lines: &[DraftLine], stored: &[Line]) -> bool {
    let kept = |line: &Line| DraftLine { id: Some(line.id), quantity: line.quantity, ..DraftLine::default() };
    stored.iter().map(kept).eq(lines.iter().cloned())
}

/// Whether the draft already has these lines, new ones included: it was saved by the same form. With current prices that is not known,
/// because they may have changed.
pub(super) fn are_made(lines: &[DraftLine], stored: &[Line]) -> bool {
    let is_made = |(wanted, line): (&DraftLine, &Line)| {
        let price = wanted.unit_price.as_ref().map(|price| price.read(line.unit_price.currency).ok());
        let is_named = match wanted.id {
            Some(id) => id == line.id && wanted.product_id.is_none(),
            None => wanted.product_id == line.product_id,
        };
        is_named
            && wanted.quantity == line.quantity
            && wanted.title.as_ref().is_none_or(|title| *title == line.title)
            && price.is_none_or(|price| price == Some(line.unit_price))
    };
    lines.len() == stored.len() && lines.iter().zip(stored).all(is_made)
}

/// A stored line: a product at its price or at the current one, or a title with a price.
fn stored_line(
    n: usize,
    row: &DraftRow,
    line: &Line,
    is_todays: bool,
    currency: Currency,
    faults: &mut FieldErrors,
) -> DraftLine {
    let kept = DraftLine { id: Some(line.id), ..DraftLine::default() };
    if line.product_id.is_some() {
        own_price_of(n, row, &line.title, line.sku.as_deref().unwrap_or_default(), faults);
        return DraftLine { product_id: line.product_id.filter(|_| is_todays), ..kept };
    }
    if row.price == line.unit_price.decimal() {
        return kept;
    }
    DraftLine { title: Some(line.title.clone()), unit_price: price(n, row, currency, faults), ..kept }
}

fn new_line(
    n: usize,
    row: &DraftRow,
    found: RowMeaning<'_>,
    currency: Currency,
    faults: &mut FieldErrors,
) -> DraftLine {
    let is_nothing = matches!(found, RowMeaning::Nothing) && (row.price.is_empty() || row.what.is_empty());
    match &found {
        RowMeaning::Several(which) => faults.add(&format!("what-{n}"), c::several_articles(which)),
        _ if is_nothing => faults.add(&format!("what-{n}"), c::NO_SUCH_ARTICLE.text()),
        _ => {}
    }
    if let RowMeaning::Product(product) = found {
        own_price_of(n, row, &product.name, &product.sku, faults);
        return DraftLine { product_id: Some(product.id), ..DraftLine::default() };
    }
    let unit_price = price(n, row, currency, faults);
    DraftLine { title: Some(row.what.clone()), unit_price, ..DraftLine::default() }
}

/// An error: the price of a product cannot be set.
fn own_price_of(n: usize, row: &DraftRow, name: &str, sku: &str, faults: &mut FieldErrors) {
    if !row.price.is_empty() {
        faults.add(&format!("price-{n}"), c::has_its_own_price(&tell(name, sku)));
    }
}

fn price(n: usize, row: &DraftRow, currency: Currency, faults: &mut FieldErrors) -> Option<MoneyInput> {
    let price = AmountInput::read(&row.price, currency).ok();
    if !row.price.is_empty() && price.is_none() {
        faults.add(&format!("price-{n}"), amount::wrong_amount(&row.price, currency, c::enter_price));
    }
    price.map(MoneyInput::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_empty_are_no_lines() {
        let form = Form::parse(
            b"what-0=TEA-1&pieces-0=2&price-0=&what-1=&pieces-1=&what-4=Engraving&pieces-4=1&price-4=5.00",
        );
        let rows = sent(&form, Currency::EUR);
        assert_eq!(rows.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["TEA-1", "Engraving"]);
        assert_eq!((rows[0].pieces.as_str(), rows[1].price.as_str()), ("2", "5.00"));
    }
}
