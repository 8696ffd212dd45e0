//! The flow of events: producers and consumers, and how many events and how long each consumer is behind. A drawing where there is
//! room, and a table.

use super::PolledService;
use crate::{
    texts::console as c,
    ui::{components::banner, format},
};
use contracts::{dependencies, system::ServiceStatus};
use kernel::Timestamp;
use maud::{Markup, html};
use std::{collections::BTreeSet, time::Duration};

/// The height of the drawing's rows.
const ROW: usize = 72;
const FIRST: usize = 24;
/// The most dots for waiting events.
const DOTS: usize = 5;
/// A consumer this many events behind is slow, and so is one that is behind for long.
const SLOW: i64 = 50;
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// A consumer and its producer, with the lag.
struct ConsumerLag {
    consumer: &'static str,
    producer: &'static str,
    /// Events behind; none where one of both does not respond.
    behind: Option<i64>,
    /// Time behind; none where it is not behind, or that is unknown.
    lag: Option<Lag>,
    /// Whether it has consumed events that the producer does not have, so that nothing more is consumed.
    is_ahead: bool,
}
impl ConsumerLag {
    fn is_slow(&self) -> bool {
        self.is_ahead || self.behind.is_none_or(|behind| behind > SLOW) || self.lag.is_some_and(Lag::is_slow)
    }
}

/// The age of the oldest event that is not consumed or not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Lag {
    time: Duration,
    /// Whether the time of the event itself is unknown, and that of an earlier one is used.
    is_at_most: bool,
}
impl Lag {
    /// An inexact lag is one of many events, which are counted instead.
    fn is_slow(self) -> bool {
        self.time > SLOW_AFTER && !self.is_at_most
    }
    /// The lag of a consumer at this position.
    fn behind(producer: &ServiceStatus, heard: i64, now: Timestamp) -> Option<Lag> {
        let placed = producer.placed.iter().filter(|placed| placed.position <= heard + 1);
        let nearest = placed.max_by_key(|placed| placed.position).filter(|_| heard < producer.head)?;
        Some(Lag { time: now.since(nearest.at), is_at_most: nearest.position <= heard })
    }
    fn said(self) -> String {
        c::lag(self.time, self.is_at_most)
    }
    fn unsent(producer: &ServiceStatus, now: Timestamp) -> Option<Lag> {
        Some(Lag { time: now.since(producer.unsent_since?), is_at_most: false })
    }
}

/// Whether unpublished events are many, or have waited for long.
fn is_unsent_slow(state: &ServiceStatus, now: Timestamp) -> bool {
    state.unsent > SLOW || Lag::unsent(state, now).is_some_and(Lag::is_slow)
}
/// The age of the oldest unpublished event, in words.
pub(super) fn unsent_for(state: &ServiceStatus, now: Timestamp) -> Option<String> {
    Lag::unsent(state, now).filter(|_| state.unsent > 0).map(Lag::said)
}

fn pairs(all: &[PolledService], now: Timestamp) -> Vec<ConsumerLag> {
    let state = |name: &str| all.iter().find(|service| service.name == name)?.state.as_ref();
    let heard: BTreeSet<(&str, &str)> = dependencies::event_subscriptions()
        .into_iter()
        .map(|hears| (hears.consumer, hears.producer))
        .collect();
    // the public log includes events that no service consumes
    let logged = ["auth", "orders", "payments", "products"].map(|producer| ("notifications", producer));
    let all: BTreeSet<(&'static str, &'static str)> = heard.into_iter().chain(logged).collect();
    let pair = |(consumer, producer): (&'static str, &'static str)| {
        let both = state(producer).zip(state(consumer)).map(|(producer_state, consumer_state)| {
            let heard = consumer_state.heard.iter().find(|feed| feed.producer == producer);
            let is_ahead = heard.is_some_and(|feed| feed.producer_head.is_some());
            let heard = heard.map_or(0, |feed| feed.position);
            ((producer_state.head - heard).max(0), Lag::behind(producer_state, heard, now), is_ahead)
        });
        ConsumerLag {
            consumer,
            producer,
            behind: both.map(|(behind, ..)| behind),
            lag: both.and_then(|(_, lag, _)| lag),
            is_ahead: both.is_some_and(|(.., is_ahead)| is_ahead),
        }
    };
    all.into_iter().map(pair).collect()
}

pub(super) fn section(all: &[PolledService], now: Timestamp) -> Markup {
    let pairs = pairs(all, now);
    let is_unsent = |state: &ServiceStatus| is_unsent_slow(state, now);
    let is_slow = pairs.iter().any(ConsumerLag::is_slow)
        || all.iter().filter_map(|one| one.state.as_ref()).any(is_unsent);
    let ahead: Vec<(&str, &str)> =
        pairs.iter().filter(|pair| pair.is_ahead).map(|pair| (pair.consumer, pair.producer)).collect();
    let put_aside: i64 = all.iter().filter_map(|one| one.state.as_ref()).map(|state| state.put_aside).sum();
    html! {
        @if !ahead.is_empty() {
            (banner("bad", c::AHEAD_OF_PRODUCER.text(), html! {
                p { @for (consumer, producer) in &ahead { (c::ahead_of(consumer, producer)) " " } (c::AHEAD_OF_PRODUCER_MORE) }
            }))
        }
        section.card {
            div.card-head {
                h2 { (c::EVENT_FLOW) }
                span.small.quiet {
                    @match (is_slow, put_aside) {
                        _ if !ahead.is_empty() => (c::AHEAD_OF_PRODUCER),
                        (true, _) => (c::SOME_ARE_BEHIND),
                        (false, 0) => @match all.iter().find(|one| one.state.as_ref().is_some_and(|state| state.read_only)) {
                            Some(one) => (c::this_cannot_write(one.name)),
                            None => (c::NOBODY_IS_BEHIND),
                        },
                        (false, _) => { (put_aside) " " (c::events_put_aside(put_aside)) },
                    }
                }
            }
            div.card-body.wide-only { (drawing(all, &pairs, now)) }
            details.card-foot.chart-table.wide-only {
                summary.link.small { (c::SHOW_AS_TABLE) }
                (table(all, &pairs))
            }
            div.card-body.phone-only { (table(all, &pairs)) }
        }
    }
}

fn state_of<'a>(all: &'a [PolledService], name: &str) -> Option<&'a ServiceStatus> {
    all.iter().find(|service| service.name == name)?.state.as_ref()
}

/// The problem of a service that consumes events, apart from its lag.
fn trouble_of(all: &[PolledService], name: &str) -> Option<String> {
    let state = state_of(all, name)?;
    match state.put_aside {
        _ if state.read_only => Some(c::CANNOT_WRITE.into()),
        0 => None,
        count => Some(format!("{count} {}", c::events_put_aside(count))),
    }
}

fn table(all: &[PolledService], pairs: &[ConsumerLag]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::EVENT_FLOW) {
            table.table.table-plain {
                thead { tr { th scope="col" { (c::WHO_HEARS) } th scope="col" { (c::WHOM) } th.n scope="col" { (c::EVENTS_BEHIND) } } }
                tbody {
                    @for pair in pairs {
                        tr {
                            th scope="row" {
                                (pair.consumer)
                                @if let Some(trouble) = trouble_of(all, pair.consumer) { div.small.wait-ink { (trouble) } }
                            }
                            td { (pair.producer) }
                            td.n {
                                @match pair.behind {
                                    _ if pair.is_ahead => (c::IS_AHEAD),
                                    Some(behind) => (format::count(behind)),
                                    None => (c::NOT_KNOWN_SHORT),
                                }
                                @if let Some(lag) = pair.lag { br; span.small.quiet { (lag.said()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drawing(all: &[PolledService], pairs: &[ConsumerLag], now: Timestamp) -> Markup {
    let unique = |of: fn(&ConsumerLag) -> &'static str| pairs.iter().map(of).collect::<BTreeSet<_>>();
    let (producers, consumers) = (unique(|pair| pair.producer), unique(|pair| pair.consumer));
    let state = |name: &str| state_of(all, name);
    let is_well = |name: &str| state(name).is_some_and(|state| !state.read_only);
    let height = producers.len().max(consumers.len()) * ROW + FIRST;
    html! {
        svg.flow viewBox={ "0 0 680 " (height) } role="img" aria-label=(c::flow_in_words(&behind_most(pairs))) {
            rect.bus x="262" y="10" width="40" height=(height - 28) rx="8" {}
            text.t2 x="282" y=(height - 4) text-anchor="middle" { (c::BUS) }
            @for (row, name) in producers.iter().enumerate() {
                @let y = FIRST + row * ROW;
                @let unsent = state(name).map_or(0, |state| state.unsent);
                @let is_slow = state(name).is_some_and(|state| is_unsent_slow(state, now));
                path d={ "M162 " (y + 24) "H262" } class=(if is_slow { "pipe pipe-slow" } else { "pipe" }) {}
                (dots(176, y + 24, 18, unsent, is_slow))
                @let told = match state(name).and_then(|state| unsent_for(state, now)) {
                    Some(lag) => c::unsent(unsent, &lag),
                    None => c::told_so_far(state(name).map(|state| state.head)),
                };
                (node(2, y, 160, name, is_well(name), &told))
            }
            @for (row, name) in consumers.iter().enumerate() {
                @let y = FIRST + row * ROW;
                @let of = pairs.iter().filter(|pair| pair.consumer == *name);
                @let behind: Option<i64> = of.clone().map(|pair| pair.behind).sum();
                @let lag = of.clone().filter_map(|pair| pair.lag).max();
                @let is_slow = behind.is_none_or(|behind| behind > SLOW) || of.clone().any(ConsumerLag::is_slow);
                path d={ "M302 " (y + 24) "H488" } class=(if is_slow { "pipe pipe-slow" } else { "pipe" }) {}
                (dots(330, y + 24, 32, behind.unwrap_or(0), is_slow))
                text.t2 x="312" y=(y + 14) { (c::hears(&of.clone().map(|pair| pair.producer).collect::<Vec<_>>())) }
                @let trouble = trouble_of(all, name);
                @let is_sound = !is_slow && is_well(name) && trouble.is_none();
                @let is_ahead = of.clone().any(|pair| pair.is_ahead);
                @let said = if is_ahead { c::IS_AHEAD.into() } else { c::behind(behind, lag.map(Lag::said)) };
                // the box shows the problem: the lag is below the line that leads there
                @if trouble.is_some() && (is_ahead || behind != Some(0)) { text.t2 x="312" y=(y + 42) { (said) } }
                (node(488, y, 190, name, is_sound, &trouble.unwrap_or(said)))
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

/// The consumers that are behind, the furthest first.
fn behind_most(pairs: &[ConsumerLag]) -> Vec<(&'static str, &'static str, String)> {
    let mut behind: Vec<&ConsumerLag> =
        pairs.iter().filter(|pair| pair.is_ahead || pair.behind != Some(0)).collect();
    behind.sort_by_key(|pair| std::cmp::Reverse(pair.behind.unwrap_or(i64::MAX)));
    behind
        .into_iter()
        .map(|pair| {
            let said = c::behind(pair.behind, pair.lag.map(Lag::said));
            (pair.consumer, pair.producer, if pair.is_ahead { c::IS_AHEAD.into() } else { said })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::system::status_poll::tests::{service, state};
    use contracts::system::{ConsumerPosition, EventTime, ServiceStatus};

    /// When all is looked at.
    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    /// Each has told a hundred events, and heard those of the others but for the last so many.
    fn behind_by(missed: impl Fn(&str, &str) -> i64) -> Vec<PolledService> {
        ["auth", "products", "orders", "payments", "notifications"]
            .into_iter()
            .map(|name| {
                let heard =
                    dependencies::event_subscriptions().into_iter().filter(|hears| hears.consumer == name);
                let producers: BTreeSet<&str> = match name {
                    "notifications" => ["auth", "orders", "payments", "products"].into(),
                    _ => heard.map(|hears| hears.producer).collect(),
                };
                let feed = |producer: &str| ConsumerPosition {
                    producer: producer.to_owned(),
                    position: 100 - missed(name, producer),
                    producer_head: None,
                };
                let heard = producers.into_iter().map(feed).collect();
                service(name, Some(ServiceStatus { head: 100, heard, ..state() }))
            })
            .collect()
    }
    /// What the table says of a pair.
    fn row(shown: &str, consumer: &str, producer: &str) -> String {
        let begins = format!("<th scope=\"row\">{consumer}</th><td>{producer}</td><td class=\"n\">");
        let (_, rest) =
            shown.split_once(&begins).unwrap_or_else(|| panic!("{consumer}, {producer}: {shown}"));
        rest.split('<').next().unwrap_or_default().to_owned()
    }
    fn shown(all: &[PolledService]) -> String {
        section(all, NOW).into_string()
    }

    #[test]
    fn who_is_behind_is_named_with_how_many_events() {
        let well = shown(&behind_by(|_, _| 0));
        assert!(
            well.contains(c::NOBODY_IS_BEHIND.text()) && well.contains(c::FLOW_IS_UP_TO_DATE.text()),
            "{well}"
        );
        assert!(
            !well.contains("slow") && !well.contains("class=\"drop") && !well.contains("lampdot-wait"),
            "{well}"
        );

        let one = |missed| {
            behind_by(
                move |consumer, producer| {
                    if (consumer, producer) == ("products", "orders") { missed } else { 0 }
                },
            )
        };
        // a few are on their way: they are counted and drawn, and nobody is slow
        let few = shown(&one(3));
        assert_eq!(
            (row(&few, "products", "orders"), row(&few, "orders", "payments")),
            ("3".into(), "0".into())
        );
        assert!(few.contains(c::NOBODY_IS_BEHIND.text()) && few.contains("Lag: 3 events"), "{few}");
        assert!(few.contains("aria-label=\"Event flow: products from orders: Lag: 3 events.\""), "{few}");
        assert_eq!(few.matches("class=\"drop\"").count(), 3, "{few}");
        assert!(!few.contains("slow"), "{few}");

        let many = shown(&one(SLOW + 1));
        assert_eq!(row(&many, "products", "orders"), "51");
        assert!(many.contains(c::SOME_ARE_BEHIND.text()) && many.contains("Lag: 51 events"), "{many}");
        assert_eq!(many.matches("drop drop-slow").count(), DOTS, "{many}");
        assert_eq!((many.matches("pipe pipe-slow").count(), many.matches("node node-off").count()), (1, 1));
    }

    #[test]
    fn who_has_consumed_what_its_producer_does_not_have_is_named_and_is_not_up_to_date() {
        let mut all = behind_by(|_, _| 0);
        for state in all.iter_mut().filter(|one| one.name == "products").filter_map(|one| one.state.as_mut())
        {
            state.heard.iter_mut().for_each(|feed| feed.producer_head = Some(90));
        }
        let ahead = shown(&all);
        assert_eq!(row(&ahead, "products", "orders"), c::IS_AHEAD.text());
        assert!(ahead.contains("products has consumed events that orders no longer has."), "{ahead}");
        assert!(ahead.contains("ordo accept-loss") && !ahead.contains(c::NOBODY_IS_BEHIND.text()), "{ahead}");
        assert!(
            ahead.contains("aria-label=\"Event flow: products from orders: Ahead of its producer.\""),
            "{ahead}"
        );
    }

    /// Of a hundred events each happened so many seconds ago.
    fn with_moments(seconds_ago: &[(i64, u64)], missed: i64) -> String {
        let mut all = behind_by(
            |consumer, producer| {
                if (consumer, producer) == ("products", "orders") { missed } else { 0 }
            },
        );
        let placed = |&(position, ago)| EventTime { position, at: NOW.minus(Duration::from_secs(ago)) };
        for one in all.iter_mut().filter(|one| one.name == "orders") {
            one.state.as_mut().unwrap().placed = seconds_ago.iter().map(placed).collect();
        }
        shown(&all)
    }

    #[test]
    fn who_is_behind_is_shown_with_for_how_long() {
        let moments = [(85, 7200), (93, 240), (98, 38), (99, 4), (100, 0)];
        let cell = |missed| {
            let shown = with_moments(&moments, missed);
            let (_, rest) = shown
                .split_once("<th scope=\"row\">products</th><td>orders</td><td class=\"n\">")
                .unwrap_or_else(|| panic!("{shown}"));
            rest.split("</td>")
                .next()
                .unwrap_or_default()
                .replace("<br><span class=\"small quiet\">", ", ")
                .replace("</span>", "")
        };
        let known = ["0", "1, &lt; 1\u{a0}s", "2, 4\u{a0}s", "3, 38\u{a0}s"];
        assert_eq!([0, 1, 2, 3].map(cell), known);
        // of the oldest that waits nothing is told: it is younger than the one before it
        assert_eq!([4, 12, 50].map(cell), ["4, up to 4\u{a0}min", "12, up to 2\u{a0}h", "50"]);
        // a few events that wait for long are slow
        assert!(with_moments(&moments, 2).contains(c::NOBODY_IS_BEHIND.text()));
        let slow = with_moments(&moments, 3);
        assert!(slow.contains(c::SOME_ARE_BEHIND.text()) && slow.contains("pipe-slow"), "{slow}");
        assert!(slow.contains("Lag: 3 events, 38\u{a0}s"), "{slow}");
        // what happened just now is no longer ago than that
        assert_eq!(c::lag(Duration::from_millis(900), true), "< 1\u{a0}s");
    }

    #[test]
    fn a_few_events_that_are_not_sent_for_long_are_said_to_wait() {
        let unsent = |seconds| {
            let mut all = behind_by(|_, _| 0);
            for state in
                all.iter_mut().filter(|one| one.name == "payments").filter_map(|one| one.state.as_mut())
            {
                (state.unsent, state.unsent_since) = (2, Some(NOW.minus(Duration::from_secs(seconds))));
            }
            shown(&all)
        };
        assert!(unsent(4).contains(c::NOBODY_IS_BEHIND.text()) && !unsent(4).contains("pipe-slow"));
        let slow = unsent(38);
        assert!(slow.contains("2 unsent, 38\u{a0}s") && slow.contains(c::SOME_ARE_BEHIND.text()), "{slow}");
        assert_eq!(slow.matches("pipe pipe-slow").count(), 1, "{slow}");
    }

    #[test]
    fn who_cannot_write_is_not_well_on_either_side() {
        let mut all = behind_by(|_, _| 0);
        for one in all.iter_mut().filter(|one| one.name == "products") {
            one.state.as_mut().unwrap().read_only = true;
        }
        let well = shown(&all);
        assert_eq!((well.matches("node node-off").count(), well.matches("lampdot-wait").count()), (2, 2));
        assert!(!well.contains("pipe-slow"), "{well}");
        assert_eq!(well.matches("Up to date").count(), 2, "{well}");
        // how far it is behind stands there all the same, beside what is the matter
        for one in all.iter_mut().filter(|one| one.name == "products") {
            one.state.as_mut().unwrap().heard.iter_mut().for_each(|feed| feed.position -= 3);
        }
        let behind = shown(&all);
        assert!(behind.contains(">Lag: 3 events<") && behind.contains(c::CANNOT_WRITE.text()), "{behind}");
    }

    #[test]
    fn what_was_not_heard_at_all_and_what_nobody_tells_is_no_zero() {
        // nothing of it was heard yet
        let mut all = behind_by(|_, _| 0);
        for one in all.iter_mut().filter(|one| one.name == "products") {
            one.state.iter_mut().for_each(|state| state.heard.clear());
        }
        assert_eq!(row(&shown(&all), "products", "orders"), "100");
        // who does not answer is not known to be up to date, nor is who hears it
        for one in all.iter_mut().filter(|one| one.name == "orders") {
            one.state = None;
        }
        let silent = shown(&all);
        for (consumer, producer) in [("products", "orders"), ("orders", "payments")] {
            assert_eq!(row(&silent, consumer, producer), c::NOT_KNOWN_SHORT.text());
        }
        assert!(
            silent.contains(c::SOME_ARE_BEHIND.text()) && silent.contains(c::DOES_NOT_ANSWER.text()),
            "{silent}"
        );
    }

    #[test]
    fn what_is_not_sent_yet_waits_at_who_tells_it() {
        let unsent = |unsent| {
            let mut all = behind_by(|_, _| 0);
            for one in all.iter_mut().filter(|one| one.name == "payments") {
                one.state.iter_mut().for_each(|state| state.unsent = unsent);
            }
            shown(&all)
        };
        assert_eq!(unsent(2).matches("class=\"drop\"").count(), 2);
        let many = unsent(SLOW + 1);
        assert_eq!(
            (many.matches("drop drop-slow").count(), many.matches("pipe pipe-slow").count()),
            (DOTS, 1)
        );
    }
}
