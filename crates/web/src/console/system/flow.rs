//! The flow of events: who tells, who hears, and how many events each is behind. A drawing where there is room, and a table.

use super::Service;
use crate::texts::console as c;
use contracts::calls;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The drawing's rows, from above.
const ROW: usize = 72;
const FIRST: usize = 24;
/// So many dots stand for what waits, however much that is.
const DOTS: usize = 5;
/// Who is further behind is slow.
const SLOW: i64 = 50;

/// Who hears whom, and how far behind.
struct Pair {
    consumer: &'static str,
    producer: &'static str,
    /// Nothing where one of both does not answer.
    behind: Option<i64>,
}

fn pairs(all: &[Service]) -> Vec<Pair> {
    let state = |name: &str| all.iter().find(|service| service.name == name)?.state.as_ref();
    let heard: BTreeSet<(&str, &str)> =
        calls::hears().into_iter().map(|hears| (hears.consumer, hears.producer)).collect();
    // the public log keeps what nobody acts on, too
    let logged = ["auth", "orders", "payments", "products"].map(|producer| ("notifications", producer));
    let all: BTreeSet<(&'static str, &'static str)> = heard.into_iter().chain(logged).collect();
    let behind = |(consumer, producer): (&'static str, &'static str)| {
        let head = state(producer)?.head;
        let heard = state(consumer)?.heard.iter().find(|feed| feed.producer == producer);
        Some((head - heard.map_or(0, |feed| feed.position)).max(0))
    };
    all.into_iter().map(|pair| Pair { consumer: pair.0, producer: pair.1, behind: behind(pair) }).collect()
}

pub(super) fn section(all: &[Service]) -> Markup {
    let pairs = pairs(all);
    let slow: Vec<&Pair> =
        pairs.iter().filter(|pair| pair.behind.is_none_or(|behind| behind > SLOW)).collect();
    html! {
        section.card {
            div.card-head {
                h2 { (c::EVENT_FLOW) }
                span.small.quiet { @if slow.is_empty() { (c::NOBODY_IS_BEHIND) } @else { (c::SOME_ARE_BEHIND) } }
            }
            div.card-body.wide-only { (drawing(all, &pairs)) }
            details.card-foot.chart-table.wide-only {
                summary.link.small { (c::SHOW_AS_TABLE) }
                (table(&pairs))
            }
            div.card-body.phone-only { (table(&pairs)) }
        }
    }
}

fn table(pairs: &[Pair]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::EVENT_FLOW) {
            table.table.table-plain {
                thead { tr { th scope="col" { (c::WHO_HEARS) } th scope="col" { (c::WHOM) } th.n scope="col" { (c::EVENTS_BEHIND) } } }
                tbody {
                    @for pair in pairs {
                        tr {
                            th scope="row" { (pair.consumer) }
                            td { (pair.producer) }
                            td.n { @match pair.behind { Some(behind) => (behind), None => (c::NOT_KNOWN_SHORT) } }
                        }
                    }
                }
            }
        }
    }
}

fn drawing(all: &[Service], pairs: &[Pair]) -> Markup {
    let unique = |of: fn(&Pair) -> &'static str| pairs.iter().map(of).collect::<BTreeSet<_>>();
    let (producers, consumers) = (unique(|pair| pair.producer), unique(|pair| pair.consumer));
    let state = |name: &str| {
        all.iter().find(|service| service.name == name).and_then(|service| service.state.as_ref())
    };
    let height = producers.len().max(consumers.len()) * ROW + FIRST;
    html! {
        svg.flow viewBox={ "0 0 680 " (height) } role="img" aria-label=(c::flow_in_words(&behind_most(pairs))) {
            rect.bus x="262" y="10" width="40" height=(height - 28) rx="8" {}
            text.t2 x="282" y=(height - 4) text-anchor="middle" { (c::BUS) }
            @for (row, name) in producers.iter().enumerate() {
                @let y = FIRST + row * ROW;
                @let unsent = state(name).map_or(0, |state| state.unsent);
                path d={ "M162 " (y + 24) "H262" } class=(if unsent > SLOW { "pipe pipe-slow" } else { "pipe" }) {}
                (dots(176, y + 24, 18, unsent, unsent > SLOW))
                (node(2, y, 160, name, state(name).is_some(), &c::told_so_far(state(name).map(|state| state.head))))
            }
            @for (row, name) in consumers.iter().enumerate() {
                @let y = FIRST + row * ROW;
                @let of = pairs.iter().filter(|pair| pair.consumer == *name);
                @let behind: Option<i64> = of.clone().map(|pair| pair.behind).sum();
                @let is_slow = behind.is_none_or(|behind| behind > SLOW);
                path d={ "M302 " (y + 24) "H488" } class=(if is_slow { "pipe pipe-slow" } else { "pipe" }) {}
                (dots(330, y + 24, 32, behind.unwrap_or(0), is_slow))
                text.t2 x="312" y=(y + 14) { (c::hears(&of.map(|pair| pair.producer).collect::<Vec<_>>())) }
                (node(488, y, 190, name, !is_slow, &c::behind(behind)))
            }
        }
    }
}

fn node(x: usize, y: usize, width: usize, name: &str, is_well: bool, more: &str) -> Markup {
    html! {
        rect class=(if is_well { "node" } else { "node node-off" }) x=(x) y=(y) width=(width) height="48" rx="7" {}
        circle class=(if is_well { "lampdot" } else { "lampdot lampdot-wait" }) cx=(x + 18) cy=(y + 24) r="4.5" {}
        text.name x=(x + 32) y=(y + 20) { (name) }
        text.t2 x=(x + 32) y=(y + 37) { (more) }
    }
}

fn dots(x: usize, y: usize, apart: usize, waiting: i64, is_slow: bool) -> Markup {
    let count = usize::try_from(waiting).unwrap_or(0).min(DOTS);
    html! {
        @for n in 0..count { circle class=(if is_slow { "drop drop-slow" } else { "drop" }) cx=(x + n * apart) cy=(y) r="3" {} }
    }
}

/// Who is behind, the furthest first.
fn behind_most(pairs: &[Pair]) -> Vec<(&'static str, &'static str, Option<i64>)> {
    let mut behind: Vec<_> = pairs
        .iter()
        .filter(|pair| pair.behind != Some(0))
        .map(|pair| (pair.consumer, pair.producer, pair.behind))
        .collect();
    behind.sort_by_key(|(.., behind)| std::cmp::Reverse(behind.unwrap_or(i64::MAX)));
    behind
}
