//! The welcome on the page to which registration led.

use super::request::RequestContext;
use crate::{texts as t, ui::components::banner};
use maud::{Markup, html};

/// The query parameter that reports a new account.
const WELCOME: &str = "welcome";

/// The path to which registration leads.
pub(crate) fn place_of(visit: &RequestContext) -> String {
    welcoming(&visit.next().unwrap_or_else(|| "/".to_owned()))
}

/// The path of a page with the parameter that welcomes.
fn welcoming(place: &str) -> String {
    let (page, part) =
        place.split_once('#').map_or((place, String::new()), |(page, part)| (page, format!("#{part}")));
    let and = if page.contains('?') { '&' } else { '?' };
    format!("{page}{and}{WELCOME}=1{part}")
}

/// The banner above the page to which registration led.
pub(crate) fn welcome(visit: &RequestContext) -> Markup {
    html! {
        @if let Some(email) = visit.done_to(WELCOME) {
            div.first { (banner("good", t::ACCOUNT_MADE.text(), html! { p { (t::account_made_more(&email)) } })) }
        }
    }
}
