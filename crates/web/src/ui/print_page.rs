//! Printed documents: pages without the usual frame, with one sheet or several.

use crate::{
    texts::papers as p,
    ui::{
        format, icons,
        layout::{MARK, head},
        metadata::unlisted,
        page::Appearance,
    },
};
use contracts::Address;
use kernel::Timestamp;
use maud::{DOCTYPE, Markup, html};

/// What every document has on it.
pub(crate) struct Letterhead<'a> {
    pub(crate) appearance: Appearance<'a>,
    /// The seller, at the foot.
    pub(crate) imprint: String,
}

/// A document; above it the link back to the order and the print button.
pub(crate) fn document(of: &Letterhead<'_>, title: &str, back: &str, content: &Markup) -> Markup {
    let main = html! {
        main.papers id="main" {
            div.row.spread.no-print { a.small href=(back) { (p::BACK) } (print()) }
            div.paper { (sheet(of, content)) }
        }
    };
    whole(of, title, &main)
}

/// A sheet between letterhead and foot.
fn sheet(of: &Letterhead<'_>, content: &Markup) -> Markup {
    html! {
        header { (brand(of)) }
        (content)
        (foot(of))
    }
}

/// Several documents, each with its label and on a sheet of its own. What is above them is not printed.
pub(crate) fn documents(
    of: &Letterhead<'_>,
    title: &str,
    back: &str,
    above: &Markup,
    sheets: &[(String, Markup)],
) -> Markup {
    let main = html! {
        main.papers id="main" {
            div.stack.no-print {
                // without a sheet, the text above has the link
                @if !sheets.is_empty() { a.small href=(back) { (p::BACK_TO_LIST) } }
                div.row.spread { h1 { (title) } @if !sheets.is_empty() { (print()) } }
                (above)
            }
            @for (called, content) in sheets {
                article.paper aria-label=(called) { (sheet(of, content)) }
            }
        }
    };
    whole(of, title, &main)
}

fn whole(of: &Letterhead<'_>, title: &str, main: &Markup) -> Markup {
    let appearance = &of.appearance;
    html! {
        (DOCTYPE)
        html lang=(appearance.language.code()) data-theme=[appearance.theme] {
            (head(appearance, title, &appearance.assets.paper, &unlisted(), None))
            body { (main) }
        }
    }
}

fn brand(of: &Letterhead<'_>) -> Markup {
    html! { span.brand { (MARK) (of.appearance.shop) } }
}

/// The print button, which a script shows.
fn print() -> Markup {
    html! { button.btn.btn-small type="button" data-prints hidden { (icons::PRINT) (p::PRINT) } }
}

fn foot(of: &Letterhead<'_>) -> Markup {
    html! { footer.small.quiet.wrap-any.keep { (of.imprint) } }
}

/// A postal address.
pub(crate) fn addressed(to: &Address) -> Markup {
    html! { address.wrap-any { (to.name) @for line in format::address(to) { br; (line) } } }
}

/// A day in a document: in the shop's time zone for every reader, so no script changes it.
pub(crate) fn day(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (format::whole_day(at)) } }
}

/// The title and the SKU of a product.
pub(crate) fn article(title: &str, sku: Option<&String>) -> Markup {
    html! {
        span.lead.wrap-any { (title) }
        @if let Some(sku) = sku { br; span.mono.faint.small.wrap-any { (sku) } }
    }
}
