//! The recent activity of the shop, for the first page of the console.

use super::order::sign_and_words;
use crate::{
    session::request::RequestContext,
    texts::console as c,
    ui::{components::moment, format},
};
use contracts::{
    events::EventType,
    orders::{ActivityItem, ListActivity},
};
use endpoint::Json;
use maud::{Markup, html};

const SHOWN: usize = 5;

/// The latest entries; none where orders does not respond.
pub(super) async fn ask(visit: &RequestContext) -> Vec<ActivityItem> {
    let Some(orders) = visit.web.needs.as_gateway("orders") else { return Vec::new() };
    let told = orders.call(&visit.as_nobody(), ListActivity {}).await;
    told.map_or_else(|_| Vec::new(), |Json(told)| told.items)
}

pub(super) fn card(lately: &[ActivityItem]) -> Markup {
    html! {
        @if !lately.is_empty() {
            section.card {
                div.card-head { h2 { (c::LATELY) } }
                div.card-body data-live="lately" {
                    ol.timeline { @for one in lately.iter().take(SHOWN) { (row(one)) } }
                }
            }
        }
    }
}

fn row(one: &ActivityItem) -> Markup {
    let (glyph, tone, said) = sign_and_words(&one.kind);
    html! {
        li.(tone) {
            (glyph)
            div {
                p { (said) }
                p.cause {
                    a.num href={ "/console/orders/" (one.order_id) } { "#" (one.number) }
                    @if is_about_all(one) { " · " (format::money(one.total)) }
                }
                (moment(one.at))
            }
        }
    }
}

/// Whether the entry is about the whole order: a refund or cancelled units have another amount.
fn is_about_all(one: &ActivityItem) -> bool {
    use EventType::*;
    matches!(
        one.event(),
        Some(
            OrderDrafted
                | OrderPlaced
                | OrderConfirmed
                | OrderPaymentFailed
                | OrderPaymentLapsed
                | OrderExpired
        )
    )
}
