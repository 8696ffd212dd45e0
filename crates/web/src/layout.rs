//! What stands around every page: the head, the way to everywhere, the foot.

use crate::{
    assets::{Asset, FAVICON},
    form::WORDS_MAX,
    icons, metadata,
    pages::{appearance::back, home::ALL_NEW, register::welcome},
    parts::post,
    shown::Page,
    texts::{self as t, Language, Text},
    visit::Visit,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// So many pieces are counted beside the sign of the basket: there is no room for more.
const COUNTED: i64 = 99;

pub(crate) const MARK: PreEscaped<&str> = PreEscaped(
    r#"<svg viewBox="0 0 24 24" fill="none" stroke-width="4" aria-hidden="true"><g transform="rotate(-83 12 12)"><circle cx="12" cy="12" r="9" pathLength="100" stroke="currentColor" stroke-dasharray="15.5 4.5"/><circle cx="12" cy="12" r="9" pathLength="100" stroke="oklch(0.66 0.135 50)" stroke-dasharray="15.5 84.5"/></g></svg>"#,
);

pub(crate) fn page(visit: &Visit, page: &Page) -> Markup {
    let shop = &visit.web.needs.settings.name;
    html! {
        (DOCTYPE)
        html lang=(visit.language.code()) data-theme=[visit.theme] data-shortcuts=[visit.shortcuts] {
            (head(visit, &page.title, &visit.web.assets.script, &metadata::elements(visit, page), page.again_s))
            body {
                a.skip href="#main" { (t::SKIP) }
                (top(visit, page, shop))
                main.page.shop-main id="main" { (welcome(visit)) (page.main) }
                (foot(visit, shop))
                (told())
            }
        }
    }
}

/// Where scripts say what has changed by itself, to whoever does not see it.
pub(crate) fn told() -> Markup {
    html! { p.sr role="status" data-told {} }
}

/// What a browser is told of a page before it shows any of it.
pub(crate) fn head(
    visit: &Visit,
    title: &str,
    script: &Asset,
    about: &Markup,
    again_s: Option<u32>,
) -> Markup {
    let (shop, assets) = (&visit.web.needs.settings.name, &visit.web.assets);
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

fn top(visit: &Visit, page: &Page, shop: &str) -> Markup {
    html! {
        header.shop-top {
            div.page {
                a.brand href="/" { (MARK) (shop) }
                @if let Some(way) = &page.back {
                    (way)
                } @else {
                    nav aria-label=(t::ROOMS) {
                        @for (place, name) in [("/search", t::ALL_PRODUCTS), (ALL_NEW, t::NEW_AVAILABLE)] {
                            a href=(place) aria-current=[(visit.here() == place).then_some("page")] { (name) }
                        }
                    }
                    form.search role="search" action="/search" data-suggest="/search/suggest" {
                        (icons::SEARCH)
                        input.input type="search" name="q" aria-label=(t::SEARCH_THE_SHOP) placeholder=(t::SEARCH_FOR)
                            value=(page.sought) maxlength=(WORDS_MAX) autocomplete="off";
                    }
                    (tools(visit))
                }
            }
        }
    }
}

/// The navigation of a phone, where there is no room for it in the line.
fn phone_menu(visit: &Visit) -> Markup {
    let places =
        [("/search", t::ALL_PRODUCTS), (ALL_NEW, t::NEW_AVAILABLE), ("/account/orders", t::YOUR_ORDERS)];
    html! {
        details.menu.nav-menu {
            summary.btn.btn-quiet { (icons::MENU) span.sr { (t::MENU) } }
            nav aria-label=(t::MENU) {
                @for (place, name) in places {
                    a href=(place) aria-current=[(visit.here() == place).then_some("page")] { (name) }
                }
                @if is_staff(visit) { a href="/console" { (t::CONSOLE) } }
            }
        }
    }
}

fn is_staff(visit: &Visit) -> bool {
    visit.session.as_ref().is_some_and(|session| session.is_staff)
}

fn tools(visit: &Visit) -> Markup {
    let pieces = visit.basket.pieces;
    let basket = if visit.basket.is_unsold { t::BASKET.into() } else { t::basket_of(pieces) };
    html! {
        div.tools {
            @if is_staff(visit) {
                a.btn.btn-quiet href="/console" {
                    (icons::ORDERS) span.sr { (t::CONSOLE) } span.word aria-hidden="true" { (t::CONSOLE) }
                }
            }
            @match &visit.session {
                Some(session) => a.btn.btn-quiet href="/account" {
                    (icons::USER) span.sr { (t::ACCOUNT) } span.word.cut-word aria-hidden="true" { (session.name) }
                },
                None => a.btn.btn-quiet href="/sign-in" {
                    (icons::USER) span.sr { (t::SIGN_IN) } span.word aria-hidden="true" { (t::SIGN_IN) }
                },
            }
            a.btn.btn-quiet href="/basket" data-part="count" {
                (icons::BASKET) span.sr { (basket) }
                @if pieces > 0 { span.count.count-hot aria-hidden="true" { @if pieces > COUNTED { (COUNTED) "+" } @else { (pieces) } } }
            }
            (phone_menu(visit))
        }
    }
}

/// The languages, each by the name that it calls itself.
pub(crate) fn languages(visit: &Visit) -> Markup {
    html! {
        (back(visit))
        span.small.quiet aria-hidden="true" { (t::LANGUAGE) }
        span.btn-group role="group" aria-label=(t::LANGUAGE) {
            @for language in Language::ALL {
                @let is_spoken = language == visit.language;
                button.btn.btn-small name="language" value=(language.code()) lang=(language.code())
                    aria-pressed=(if is_spoken { "true" } else { "false" })
                    aria-current=[is_spoken.then_some("true")] { (language.own_name()) }
            }
        }
    }
}

/// Whether single keys do something: who speaks to a computer, or hits keys by chance, has them off.
pub(crate) fn shortcuts(visit: &Visit) -> Markup {
    let now = visit.shortcuts.unwrap_or("on");
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

/// A choice at the foot: what is chosen counts at once; without scripts a button sends it.
fn choice<'a>(
    visit: &Visit,
    (name, label): (&str, Text),
    chosen: &str,
    choices: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    let id = format!("choose-{name}");
    html! {
        (back(visit))
        label.small.quiet for=(id) { (label) }
        select.select.select-small id=(id) name=(name) data-submit-on-change[name == "language"] {
            @for (value, text) in choices {
                option value=(value) lang=[(name == "language").then_some(value)] selected[value == chosen] { (text) }
            }
        }
        button.btn.btn-small data-only-without-script { (t::CHOOSE) }
    }
}

fn foot(visit: &Visit, shop: &str) -> Markup {
    let looks = [("system", t::LIKE_THE_SYSTEM), ("light", t::LIGHT), ("dark", t::DARK)];
    let looks = looks.map(|(look, name)| (look, name.say()));
    let languages = Language::ALL.into_iter().map(|language| (language.code(), language.own_name()));
    let look = choice(visit, ("theme", t::APPEARANCE), visit.theme.unwrap_or("system"), looks.into_iter());
    let language = choice(visit, ("language", t::LANGUAGE), visit.language.code(), languages);
    html! {
        footer.shop-foot.no-print {
            div.page {
                span { (shop) }
                ul.row {
                    li { a href="/search" { (t::ALL_PRODUCTS) } }
                    li { a href="/account/orders" { (t::YOUR_ORDERS) } }
                    @if let Some(contact) = &visit.web.needs.settings.contact { li { a href=(contact) { (t::CONTACT) } } }
                    li { a href="/docs" { (t::API) } }
                }
                div.row.push {
                    (post(visit, "/language", "row gap-2 row-tight", language))
                    (post(visit, "/appearance", "row gap-2 row-tight", look))
                }
            }
        }
    }
}
