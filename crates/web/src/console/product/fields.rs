//! The fields of a product while it is edited: the stored values when the page was shown, and the new ones. Two people can edit at the
//! same time: what only one of them changed is merged, what both changed the second one chooses.

use crate::{
    console::components::Input,
    texts::{self as t, Text, console as c},
    ui::{
        amount,
        components::{AFTER_TAG, error_line},
        form::{FieldErrors, Form, with_lf},
        format,
    },
};
use contracts::products::{Product, ProductChange, ProductStatus};
use kernel::{AmountInput, Currency, Money, MoneyInput};
use maud::{Markup, html};
use ring::digest::{SHA256, digest};

/// The fields, by their names in the form, with their labels.
const FIELDS: [(&str, Text); 6] = [
    ("name", c::NAME),
    ("sku", c::ARTICLE_NUMBER),
    ("price", c::PRICE),
    ("description", c::DESCRIPTION),
    ("on_sale", c::ON_SALE),
    ("backorder", c::BACKORDER),
];
const ON: &str = "on";
/// The version of a product that is not stored yet: it gets an SKU where none is given.
const NEW: i64 = 0;

/// A price that differs by this factor is likely a misplaced decimal mark.
const TIMES_UNLIKELY: i64 = 10;
/// The field that confirms a price.
const MEANT: &str = "meant";

/// The values of the fields, in the order of [`FIELDS`]. What is switched on is `on`.
type FieldValues = [String; FIELDS.len()];

/// An edit of a product.
#[derive(Debug, Clone)]
pub(super) struct ProductEdit {
    version: i64,
    was: FieldValues,
    now: FieldValues,
    /// The original value of each field that both users have changed.
    conflicts: [Option<String>; FIELDS.len()],
    /// The confirmed price.
    meant: String,
}

fn values(product: &Product) -> FieldValues {
    let switch = |is_on: bool| if is_on { ON.to_owned() } else { String::new() };
    [
        product.name.clone(),
        product.sku.clone(),
        product.price.decimal(),
        with_lf(&product.description),
        switch(product.status == ProductStatus::Active),
        switch(product.backorder),
    ]
}

impl ProductEdit {
    /// The stored values.
    pub(super) fn of(product: &Product) -> Self {
        let now = values(product);
        ProductEdit::begun(product.version, now)
    }
    fn begun(version: i64, now: FieldValues) -> Self {
        ProductEdit { version, was: now.clone(), now, conflicts: Default::default(), meant: String::new() }
    }
    /// A new product.
    pub(super) fn empty() -> Self {
        let mut editing = ProductEdit::begun(NEW, [const { String::new() }; FIELDS.len()]);
        editing.now[4] = ON.to_owned();
        editing
    }
    /// The submitted values.
    pub(super) fn sent(form: &Form, currency: Currency) -> Self {
        let was = FIELDS.map(|(name, _)| form.raw(&format!("was-{name}")).to_owned());
        let mut now = FIELDS.map(|(name, _)| match name {
            "description" => form.raw(name).to_owned(),
            "price" => amount::from_field(form.text(name), currency),
            // surrounding blanks are no change
            _ => form.text_or_stored(name, form.raw(&format!("was-{name}"))),
        });
        for (n, (name, _)) in FIELDS.iter().enumerate() {
            if form.text(&format!("choose-{name}")) == "theirs" {
                now[n].clone_from(&was[n]);
            }
        }
        ProductEdit {
            version: form.text("version").parse().unwrap_or(NEW),
            was,
            now,
            conflicts: Default::default(),
            meant: form.text(MEANT).to_owned(),
        }
    }
    /// The idempotency key of the submitted values: other input in the same form is another request.
    pub(super) fn key(&self, number: &str) -> String {
        let typed = digest(&SHA256, self.now.join("\0").as_bytes());
        let typed: String = typed.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{number}-{typed}")
    }
    /// The version that the edit is based on.
    pub(super) fn version(&self) -> i64 {
        self.version
    }
    /// Merged with what another user has saved in the meantime.
    pub(super) fn merged(mut self, theirs: &Product) -> Self {
        let theirs_now = values(theirs);
        for (n, theirs) in theirs_now.iter().enumerate() {
            let (mine_changed, theirs_changed) = (self.now[n] != self.was[n], *theirs != self.was[n]);
            if !mine_changed {
                self.now[n].clone_from(theirs);
            } else if theirs_changed && *theirs != self.now[n] {
                self.conflicts[n] = Some(std::mem::take(&mut self.was[n]));
            }
        }
        self.was = theirs_now;
        self.version = theirs.version;
        self
    }
    pub(super) fn has_conflicts(&self) -> bool {
        self.conflicts.iter().any(Option::is_some)
    }
    pub(super) fn is_changed(&self) -> bool {
        self.was != self.now
    }
    pub(super) fn field(&self, name: &str) -> &str {
        FIELDS.iter().position(|(known, _)| *known == name).map_or("", |n| &self.now[n])
    }
    fn was(&self, name: &str) -> &str {
        FIELDS.iter().position(|(known, _)| *known == name).map_or("", |n| &self.was[n])
    }
    pub(super) fn status(&self) -> ProductStatus {
        if self.field("on_sale") == ON { ProductStatus::Active } else { ProductStatus::Draft }
    }
    pub(super) fn backorder(&self) -> bool {
        self.field("backorder") == ON
    }

    /// Validates the price.
    pub(super) fn price(&self, currency: Currency, faults: &mut FieldErrors) -> Option<MoneyInput> {
        if self.field("name").is_empty() {
            faults.add("name", c::ENTER_NAME.text());
        }
        match AmountInput::read(self.field("price"), currency) {
            Ok(price) => {
                if self.meant != price.decimal()
                    && let Some(question) = self.question(price)
                {
                    faults.add(MEANT, question);
                }
                Some(MoneyInput::from(price))
            }
            Err(_) => {
                faults.add("price", amount::wrong_amount(self.field("price"), currency, c::enter_price));
                None
            }
        }
    }
    /// The question about an unlikely new price, asked once.
    fn question(&self, price: Money) -> Option<String> {
        let was = AmountInput::read(self.was("price"), price.currency).ok();
        if was == Some(price) {
            return None;
        }
        let is_far = |less: Money, more: Money| {
            less.minor > 0 && less.minor.saturating_mul(TIMES_UNLIKELY) <= more.minor
        };
        match was {
            _ if price.minor == 0 => Some(c::price_is_nothing(&format::money(price))),
            Some(was) if is_far(was, price) || is_far(price, was) => {
                Some(c::price_goes_far(&format::money(was), &format::money(price)))
            }
            _ => None,
        }
    }
    /// The changed fields, based on the version that was shown.
    pub(super) fn change(&self, price: MoneyInput) -> ProductChange {
        let is_changed = |name: &str| {
            FIELDS.iter().position(|(known, _)| *known == name).is_some_and(|n| self.was[n] != self.now[n])
        };
        let text = |name: &str| is_changed(name).then(|| self.field(name).to_owned());
        ProductChange {
            name: text("name"),
            sku: text("sku"),
            price: is_changed("price").then_some(price),
            description: text("description"),
            status: is_changed("on_sale").then(|| self.status()),
            backorder: is_changed("backorder").then(|| self.backorder()),
            version: Some(self.version),
            ..ProductChange::default()
        }
    }

    /// The hidden fields with the original values.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="version" value=(self.version);
            @for ((name, _), was) in FIELDS.iter().zip(&self.was) { input type="hidden" name={ "was-" (name) } value=(was); }
        }
    }
    /// The input fields.
    pub(super) fn inputs(&self, currency: Currency, faults: &FieldErrors) -> Markup {
        let mut faults = faults.clone();
        for ((name, _), conflict) in FIELDS.iter().zip(&self.conflicts) {
            if conflict.is_some() {
                faults.add(name, c::CHOOSE_ABOVE.text());
            }
        }
        html! {
            (Input { value: self.field("name"), ..Input::new("name", c::NAME.text()) }.show(&faults))
            div.field.bad[faults.of("description").is_some()] {
                label for="description" { (c::DESCRIPTION) " " span.quiet { (t::OPTIONAL) } }
                textarea.textarea id="description" name="description" rows="4"
                    aria-describedby=[faults.of("description").map(|_| "description-error")]
                    aria-invalid=[faults.of("description").map(|_| "true")] { (AFTER_TAG) (self.field("description")) }
                @if let Some(text) = faults.of("description") { (error_line(Some("description-error"), text)) }
            }
            (Input { width: "w3", value: self.field("sku"), optional: self.version == NEW, ..Input::new("sku", c::ARTICLE_NUMBER.text()) }.show(&faults))
            (Input { width: "w3", value: &amount::in_field(self.field("price")), mode: Some("decimal"), money: Some(currency), ..Input::new("price", c::PRICE.text()) }.show(&faults))
            (self.meaning(currency, &faults))
            (switch("on_sale", c::SHOWN_IN_SHOP.text(), self.field("on_sale")))
            (switch("backorder", c::BACKORDER.text(), self.field("backorder")))
        }
    }
    /// The checkbox that confirms the price; the answer is kept while the form is shown again.
    fn meaning(&self, currency: Currency, faults: &FieldErrors) -> Markup {
        let price = AmountInput::read(self.field("price"), currency).map_or(String::new(), Money::decimal);
        html! {
            @if let Some(question) = faults.of(MEANT) {
                div.field.bad {
                    (error_line(Some("meant-error"), question))
                    label.check { input type="checkbox" id=(MEANT) name=(MEANT) value=(price) aria-describedby="meant-error"; span { (c::PRICE_IS_MEANT) } }
                }
            } @else if !self.meant.is_empty() { input type="hidden" name=(MEANT) value=(self.meant); }
        }
    }
    /// The choices for the fields that both users have changed.
    pub(super) fn merge(&self, currency: Currency) -> Markup {
        html! {
            div.card.merge-box {
                div.card-head { h2 { (c::BOTH_CHANGED) } }
                div.card-body.stack {
                    p.small.quiet { (c::CHOOSE) }
                    @for (n, (name, label)) in FIELDS.iter().enumerate() {
                        @if let Some(before) = &self.conflicts[n] {
                            @let [before, mine, theirs] = where_they_differ([before, &self.now[n], &self.was[n]]);
                            @let said = |value: &str| said(name, value, currency);
                            fieldset.stack.gap-2 {
                                legend.label { (label) }
                                p.small.quiet.wrap-any { (c::WAS) (said(&before)) }
                                label.check {
                                    input type="radio" name={ "choose-" (name) } value="mine" checked;
                                    span.wrap-any { span.quiet { (c::YOURS) } (said(&mine)) }
                                }
                                label.check {
                                    input type="radio" name={ "choose-" (name) } value="theirs";
                                    span.wrap-any { span.quiet { (c::THEIRS) } (said(&theirs)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A valid price in place of an invalid one, to validate the other fields.
pub(super) fn any_price(currency: Currency) -> MoneyInput {
    MoneyInput::from(Money { minor: 1, currency })
}

/// How many characters of a long text are shown for comparison, and how many before the first difference.
const EXCERPT: usize = 1_000;
const EXCERPT_BEFORE: usize = 80;

/// The values of one field for comparison: of long texts that start alike, the part with the first difference. The form has the full
/// value.
fn where_they_differ<T: AsRef<str>>(texts: [T; 3]) -> [String; 3] {
    let [first, others @ ..] = &texts;
    let alike =
        |other: &T| first.as_ref().chars().zip(other.as_ref().chars()).take_while(|(a, b)| a == b).count();
    let alike = others.iter().map(alike).min().unwrap_or(0);
    let from = if texts.iter().all(|text| text.as_ref().chars().count() <= EXCERPT) {
        0
    } else {
        alike.saturating_sub(EXCERPT_BEFORE)
    };
    texts.map(|text| {
        let mut rest = text.as_ref().chars().skip(from);
        let shown: String = rest.by_ref().take(EXCERPT).collect();
        let (before, after) = (if from > 0 { "…" } else { "" }, if rest.next().is_some() { "…" } else { "" });
        format!("{before}{shown}{after}")
    })
}

/// A value, formatted.
fn said(field: &str, value: &str, currency: Currency) -> String {
    match (field, value) {
        ("on_sale" | "backorder", ON) => c::YES.into(),
        ("on_sale" | "backorder", _) => c::NO.into(),
        (_, "") => c::EMPTY.into(),
        // an invalid price as it was typed
        ("price", value) => {
            AmountInput::read(value, currency).map_or_else(|_| amount::in_field(value), format::money)
        }
        (_, value) => value.to_owned(),
    }
}

fn switch(name: &str, label: &str, value: &str) -> Markup {
    html! {
        label.check { input type="checkbox" name=(name) value=(ON) checked[value == ON]; span { (label) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_where_they_begin_to_differ() {
        let short = ["It pours.", "It pours well.", ""];
        assert_eq!(where_they_differ(short), short);
        // in a script of several bytes a letter, too
        let (same, more) = ("茶".repeat(5_000), "壶".repeat(2_000));
        let texts = [same.clone(), format!("{same}{more}"), format!("{same}杯")];
        let shown = where_they_differ(texts);
        let tail = "茶".repeat(EXCERPT_BEFORE);
        assert_eq!(shown[0], format!("…{tail}"));
        assert_eq!(shown[1], format!("…{tail}{}…", "壶".repeat(EXCERPT - EXCERPT_BEFORE)));
        assert_eq!(shown[2], format!("…{tail}杯"));
        // what differs from the start begins there, and nothing at all is nothing
        let shown = where_they_differ([more.as_str(), same.as_str(), ""]);
        assert_eq!(
            shown,
            [format!("{}…", "壶".repeat(EXCERPT)), format!("{}…", "茶".repeat(EXCERPT)), String::new()]
        );
    }
}
