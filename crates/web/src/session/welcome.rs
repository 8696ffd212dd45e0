//! What is said on the page to which making an account led.

use super::request::Visit;
use crate::{texts as t, ui::components::banner};
use maud::{Markup, html};

/// The member of an address that says that an account was made just before.
const WELCOME: &str = "welcome";

/// Where it goes on for who has made an account: the page welcomes them.
pub(crate) fn place_of(visit: &Visit) -> String {
    welcoming(&visit.next().unwrap_or_else(|| "/".to_owned()))
}

/// The address of a page that is to welcome somebody.
fn welcoming(place: &str) -> String {
    let (page, part) =
        place.split_once('#').map_or((place, String::new()), |(page, part)| (page, format!("#{part}")));
    let and = if page.contains('?') { '&' } else { '?' };
    format!("{page}{and}{WELCOME}=1{part}")
}

/// What somebody is told first, on the page to which making an account led.
pub(crate) fn welcome(visit: &Visit) -> Markup {
    html! {
        @if let Some(email) = visit.done_to(WELCOME) {
            div.first { (banner("good", t::ACCOUNT_MADE.say(), html! { p { (t::account_made_more(&email)) } })) }
        }
    }
}
