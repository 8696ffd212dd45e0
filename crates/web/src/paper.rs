//! Papers of orders, made to be printed: pages without the frame of the others, with one sheet or several.

use crate::{
    format, icons,
    layout::{MARK, head},
    metadata::unlisted,
    shown::Shown,
    texts::papers as p,
    visit::Visit,
};
use contracts::Address;
use endpoint::http::StatusCode;
use kernel::Timestamp;
use maud::{DOCTYPE, Markup, html};

/// A paper with what stands on it; above it the way back to the order, and the button that prints it.
pub(crate) fn paper(visit: &Visit, title: &str, back: &str, content: &Markup) -> Shown {
    let main = html! {
        main.papers id="main" {
            div.row.spread.no-print { a.small href=(back) { (p::BACK) } (print()) }
            div.paper { (sheet(visit, content)) }
        }
    };
    whole(visit, title, &main)
}

/// What stands on a sheet, between who sells and the foot.
fn sheet(visit: &Visit, content: &Markup) -> Markup {
    html! {
        header { (brand(visit)) }
        (content)
        (foot(visit))
    }
}

/// Several papers, each with what it is called, and a sheet of its own when they are printed. Nobody prints what stands above them.
pub(crate) fn papers(
    visit: &Visit,
    title: &str,
    back: &str,
    above: &Markup,
    sheets: &[(String, Markup)],
) -> Shown {
    let main = html! {
        main.papers id="main" {
            div.stack.no-print {
                // where there is no sheet, what stands above them has it
                @if !sheets.is_empty() { a.small href=(back) { (p::BACK_TO_LIST) } }
                div.row.spread { h1 { (title) } @if !sheets.is_empty() { (print()) } }
                (above)
            }
            @for (called, content) in sheets {
                article.paper aria-label=(called) { (sheet(visit, content)) }
            }
        }
    };
    whole(visit, title, &main)
}

fn whole(visit: &Visit, title: &str, main: &Markup) -> Shown {
    let whole = html! {
        (DOCTYPE)
        html lang=(visit.language.code()) data-theme=[visit.theme] {
            (head(visit, title, &visit.web.assets.paper, &unlisted(), None))
            body { (main) }
        }
    };
    Shown::Whole(StatusCode::OK, whole)
}

fn brand(visit: &Visit) -> Markup {
    html! { span.brand { (MARK) (visit.web.needs.settings.name) } }
}

/// The button that prints, which a script shows.
fn print() -> Markup {
    html! { button.btn.btn-small type="button" data-prints hidden { (icons::PRINT) (p::PRINT) } }
}

fn foot(visit: &Visit) -> Markup {
    html! { footer.small.quiet.wrap-any.keep { (imprint(visit)) } }
}

/// Who sells. Where the shop does not say, it is what every page of it tells.
fn imprint(visit: &Visit) -> String {
    let settings = &visit.web.needs.settings;
    let contact = settings.contact.as_deref().map(|at| at.strip_prefix("mailto:").unwrap_or(at));
    let usual =
        || [Some(settings.name.as_str()), contact].into_iter().flatten().collect::<Vec<_>>().join(", ");
    settings.imprint.clone().unwrap_or_else(usual)
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
