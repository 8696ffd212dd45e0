//! What stands around every page: the head, the way to everywhere, the foot.

use crate::{
    assets::Asset,
    form::WORDS_MAX,
    icons,
    pages::{appearance::back, home::ALL_NEW, register::welcome},
    parts::post,
    shown::Page,
    texts::{self as t, Language},
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
            (head(visit, &page.title, &visit.web.assets.script, page.again_s))
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
pub(crate) fn head(visit: &Visit, title: &str, script: &Asset, again_s: Option<u32>) -> Markup {
    let (shop, assets) = (&visit.web.needs.settings.name, &visit.web.assets);
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · " (shop) }
            link rel="icon" href=(assets.icon.path) type="image/svg+xml";
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

fn tools(visit: &Visit) -> Markup {
    let pieces = visit.basket.pieces;
    let basket = if visit.basket.is_unsold { t::BASKET.into() } else { t::basket_of(pieces) };
    html! {
        div.tools {
            @if visit.session.as_ref().is_some_and(|session| session.is_staff) {
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

fn foot(visit: &Visit, shop: &str) -> Markup {
    let looks = [("light", t::LIGHT), ("dark", t::DARK), ("system", t::LIKE_THE_SYSTEM)];
    let now = visit.theme.unwrap_or("system");
    let choice = html! {
        (back(visit))
        span.small.quiet id="looks" { (t::APPEARANCE) }
        div.btn-group role="group" aria-labelledby="looks" {
            @for (look, name) in looks {
                button.btn.btn-small name="theme" value=(look) aria-pressed=(if look == now { "true" } else { "false" })
                    aria-current=[(look == now).then_some("true")] { (name) }
            }
        }
    };
    let keys = html! { (back(visit)) (shortcuts(visit)) };
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
                    (post(visit, "/language", "row gap-2", languages(visit)))
                    (post(visit, "/appearance", "row gap-2", choice))
                    (post(visit, "/appearance", "row gap-2", keys))
                }
            }
        }
    }
}
