//! Papers of orders, made to be printed: pages without the frame of the others, with one sheet or several.

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

/// What every document of the shop has on it.
pub(crate) struct Letterhead<'a> {
    pub(crate) appearance: Appearance<'a>,
    /// Who sells, at the foot.
    pub(crate) imprint: String,
}

/// A paper with what stands on it; above it the way back to the order, and the button that prints it.
pub(crate) fn document(of: &Letterhead<'_>, title: &str, back: &str, content: &Markup) -> Markup {
    let main = html! {
        main.papers id="main" {
            div.row.spread.no-print { a.small href=(back) { (p::BACK) } (print()) }
            div.paper { (sheet(of, content)) }
        }
    };
    whole(of, title, &main)
}

/// What stands on a sheet, between who sells and the foot.
fn sheet(of: &Letterhead<'_>, content: &Markup) -> Markup {
    html! {
        header { (brand(of)) }
        (content)
        (foot(of))
    }
}

/// Several papers, each with what it is called, and a sheet of its own when they are printed. Nobody prints what stands above them.
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
                // where there is no sheet, what stands above them has it
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

/// The button that prints, which a script shows.
fn print() -> Markup {
    html! { button.btn.btn-small type="button" data-prints hidden { (icons::PRINT) (p::PRINT) } }
}

fn foot(of: &Letterhead<'_>) -> Markup {
    html! { footer.small.quiet.wrap-any.keep { (of.imprint) } }
}

/// To whom something goes.
pub(crate) fn addressed(to: &Address) -> Markup {
    html! { address.wrap-any { (to.name) @for line in format::address(to) { br; (line) } } }
}

/// A day on paper: the same for everybody who reads it, wherever they are, so no script changes it.
pub(crate) fn day(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (format::whole_day(at)) } }
}

/// What an article is called, and its number.
pub(crate) fn article(title: &str, sku: Option<&String>) -> Markup {
    html! {
        span.lead.wrap-any { (title) }
        @if let Some(sku) = sku { br; span.mono.faint.small.wrap-any { (sku) } }
    }
}
