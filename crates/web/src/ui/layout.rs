//! What surrounds every page: head, navigation, footer.

use crate::{
    texts::{self as t, Language, Text},
    ui::{
        assets::{Asset, FAVICON},
        components::post,
        form::WORDS_MAX,
        icons, metadata,
        page::{Appearance, Page, PageFrame},
    },
};
use endpoint::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The highest count next to the icon of the basket.
const COUNTED: i64 = 99;

pub(crate) const MARK: PreEscaped<&str> = PreEscaped(
    r#"<svg viewBox="0 0 24 24" fill="none" stroke-width="4" aria-hidden="true"><g transform="rotate(-83 12 12)"><circle cx="12" cy="12" r="9" pathLength="100" stroke="currentColor" stroke-dasharray="15.5 4.5"/><circle cx="12" cy="12" r="9" pathLength="100" stroke="oklch(0.66 0.135 50)" stroke-dasharray="15.5 84.5"/></g></svg>"#,
);

/// The search for new products that can be ordered.
pub(crate) const ALL_NEW: &str = "/search?sort=-created_at&stock=on";

/// The prefix of the fields that a switch of language or theme carries along.
pub(crate) const TYPED: &str = "typed-";

/// The document of a page; `welcome` is above its content.
pub(crate) fn document(frame: &PageFrame<'_>, welcome: &Markup, page: &Page) -> Markup {
    let appearance = &frame.appearance;
    let is_found = page.status == StatusCode::OK;
    let about = metadata::elements(&page.about, &page.title, is_found, appearance.shop, &frame.location);
    html! {
        (DOCTYPE)
        html lang=(appearance.language.code()) data-theme=[appearance.theme] data-shortcuts=[appearance.shortcuts] {
            (head(appearance, &page.title, &appearance.assets.script, &about, page.again_s))
            body {
                a.skip href="#main" { (t::SKIP) }
                (top(frame, page))
                main.page.shop-main id="main" { (welcome) (page.main) }
                (foot(frame))
                (told())
            }
        }
    }
}

/// Where scripts announce changes to screen readers.
pub(crate) fn told() -> Markup {
    html! { p.sr role="status" data-told {} }
}

/// The head of a document.
pub(crate) fn head(
    appearance: &Appearance<'_>,
    title: &str,
    script: &Asset,
    about: &Markup,
    again_s: Option<u32>,
) -> Markup {
    let Appearance { shop, assets, .. } = appearance;
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · " (shop) }
            (about)
            link rel="icon" href=(assets.icon.path) type="image/svg+xml";
            link rel="icon" href=(FAVICON) sizes="32x32";
            link rel="stylesheet" href=(assets.style.path);
            script type="module" src=(script.path) {}
            script type="module" src=(assets.look.path) {}
            @if let Some(seconds) = again_s { noscript { meta http-equiv="refresh" content=(seconds); } }
        }
    }
}

fn top(frame: &PageFrame<'_>, page: &Page) -> Markup {
    html! {
        header.shop-top {
            div.page {
                a.brand href="/" { (MARK) (frame.appearance.shop) }
                @if let Some(way) = &page.back {
                    (way)
                } @else {
                    nav aria-label=(t::ROOMS) {
                        @for (place, name) in [("/search", t::ALL_PRODUCTS), (ALL_NEW, t::NEW_AVAILABLE)] {
                            a href=(place) aria-current=[(frame.here == place).then_some("page")] { (name) }
                        }
                    }
                    form.search role="search" action="/search" data-suggest="/search/suggest" {
                        (icons::SEARCH)
                        input.input type="search" name="q" aria-label=(t::SEARCH_THE_SHOP) placeholder=(t::SEARCH_FOR)
                            value=(page.sought) maxlength=(WORDS_MAX) autocomplete="off";
                    }
                    (tools(frame))
                }
            }
        }
    }
}

/// The navigation on a phone, which has no room for it in the header.
fn phone_menu(frame: &PageFrame<'_>) -> Markup {
    let places =
        [("/search", t::ALL_PRODUCTS), (ALL_NEW, t::NEW_AVAILABLE), ("/account/orders", t::YOUR_ORDERS)];
    html! {
        details.menu.nav-menu {
            summary.btn.btn-quiet { (icons::MENU) span.sr { (t::MENU) } }
            nav aria-label=(t::MENU) {
                @for (place, name) in places {
                    a href=(place) aria-current=[(frame.here == place).then_some("page")] { (name) }
                }
                @if frame.is_staff { a href="/console" { (t::CONSOLE) } }
            }
        }
    }
}

fn tools(frame: &PageFrame<'_>) -> Markup {
    let units = frame.basket_units;
    let basket = if frame.is_basket_unsold { t::BASKET.into() } else { t::basket_of(units) };
    html! {
        div.tools {
            @if frame.is_staff {
                a.btn.btn-quiet href="/console" {
                    (icons::ORDERS) span.sr { (t::CONSOLE) } span.word aria-hidden="true" { (t::CONSOLE) }
                }
            }
            @match frame.user_name {
                Some(name) => a.btn.btn-quiet href="/account" {
                    (icons::USER) span.sr { (t::ACCOUNT) } span.word.cut-word aria-hidden="true" { (name) }
                },
                None => a.btn.btn-quiet href="/sign-in" {
                    (icons::USER) span.sr { (t::SIGN_IN) } span.word aria-hidden="true" { (t::SIGN_IN) }
                },
            }
            a.btn.btn-quiet href="/basket" data-part="count" {
                (icons::BASKET) span.sr { (basket) }
                @if units > 0 { span.count.count-hot aria-hidden="true" { @if units > COUNTED { (COUNTED) "+" } @else { (units) } } }
            }
            (phone_menu(frame))
        }
    }
}

/// Hidden fields of a switch: where it leads back to, and what was typed there.
pub(crate) fn back(frame: &PageFrame<'_>) -> Markup {
    html! {
        input type="hidden" name="next" value=(frame.here);
        @for (name, value) in &frame.typed { input type="hidden" name={ (TYPED) (name) } value=(value); }
    }
}

/// The languages, each by its own name.
pub(crate) fn languages(frame: &PageFrame<'_>) -> Markup {
    html! {
        (back(frame))
        span.small.quiet aria-hidden="true" { (t::LANGUAGE) }
        span.btn-group role="group" aria-label=(t::LANGUAGE) {
            @for language in Language::ALL {
                @let is_spoken = language == frame.appearance.language;
                button.btn.btn-small name="language" value=(language.code()) lang=(language.code())
                    aria-pressed=(if is_spoken { "true" } else { "false" })
                    aria-current=[is_spoken.then_some("true")] { (language.own_name()) }
            }
        }
    }
}

/// The switch of single-key shortcuts: users of speech input, or who press keys by accident, can turn them off.
pub(crate) fn shortcuts(frame: &PageFrame<'_>) -> Markup {
    let now = frame.appearance.shortcuts.unwrap_or("on");
    html! {
        span.small.quiet aria-hidden="true" { (t::SHORTCUTS) }
        span.btn-group role="group" aria-label=(t::SHORTCUTS) {
            @for (keys, name) in [("on", t::SWITCHED_ON), ("off", t::IS_SWITCHED_OFF)] {
                button.btn.btn-small name="keys" value=(keys) aria-pressed=(if keys == now { "true" } else { "false" })
                    aria-current=[(keys == now).then_some("true")] { (name) }
            }
        }
    }
}

/// A choice in the footer: it takes effect immediately; without scripts a button submits it.
fn choice<'a>(
    frame: &PageFrame<'_>,
    (name, label): (&str, Text),
    chosen: &str,
    choices: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    let id = format!("choose-{name}");
    html! {
        (back(frame))
        label.small.quiet for=(id) { (label) }
        select.select.select-small id=(id) name=(name) data-submit-on-change[name == "language"] {
            @for (value, text) in choices {
                option value=(value) lang=[(name == "language").then_some(value)] selected[value == chosen] { (text) }
            }
        }
        button.btn.btn-small data-only-without-script { (t::CHOOSE) }
    }
}

fn foot(frame: &PageFrame<'_>) -> Markup {
    let Appearance { shop, theme, language, .. } = &frame.appearance;
    let looks = [("system", t::LIKE_THE_SYSTEM), ("light", t::LIGHT), ("dark", t::DARK)];
    let looks = looks.map(|(look, name)| (look, name.text()));
    let languages = Language::ALL.into_iter().map(|language| (language.code(), language.own_name()));
    let look = choice(frame, ("theme", t::APPEARANCE), theme.unwrap_or("system"), looks.into_iter());
    let language = choice(frame, ("language", t::LANGUAGE), language.code(), languages);
    html! {
        footer.shop-foot.no-print {
            div.page {
                span { (shop) }
                ul.row {
                    li { a href="/search" { (t::ALL_PRODUCTS) } }
                    li { a href="/account/orders" { (t::YOUR_ORDERS) } }
                    @if let Some(contact) = frame.contact { li { a href=(contact) { (t::CONTACT) } } }
                    li { a href="/docs" { (t::API) } }
                }
                div.row.push {
                    (post(frame.csrf, "/language", "row gap-2 row-tight", language))
                    (post(frame.csrf, "/appearance", "row gap-2 row-tight", look))
                }
            }
        }
    }
}
