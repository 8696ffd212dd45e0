//! Each service: whether it answers, how much and how fast, and what waits in its database.

use super::{Service, event_flow::unsent_for};
use crate::{
    texts::console as c,
    ui::{
        amount,
        components::{banner, moment},
        format,
    },
};
use kernel::{
    Timestamp,
    recent_stats::{ENDS_MS, RequestStats},
};
use maud::{Markup, html};

/// More than so many failures of a hundred are shown as trouble.
const FAILED_PERCENT: u64 = 5;

/// How a service, or what else must be well, does: its lamp, and the lamp's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lamp {
    Answers,
    Limps,
    /// It answers, and its database takes nothing that is written.
    CannotWrite,
    DoesNotAnswer,
    /// Of the disk: it takes what is written, or nothing.
    HasRoom,
    IsFull,
}
impl Lamp {
    fn of(service: &Service) -> Lamp {
        match &service.state {
            None => Lamp::DoesNotAnswer,
            Some(state) if state.read_only => Lamp::CannotWrite,
            Some(_) if service.answering < service.asked => Lamp::Limps,
            Some(_) => Lamp::of_answers(&service.answered),
        }
    }
    /// Of who answers.
    fn of_answers(RequestStats { answered, failed, .. }: &RequestStats) -> Lamp {
        match failed * 100 > answered * FAILED_PERCENT {
            true => Lamp::Limps,
            false => Lamp::Answers,
        }
    }
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            Lamp::Answers => ("connected", c::ANSWERS.say()),
            Lamp::Limps => ("degraded", c::LIMPS.say()),
            Lamp::CannotWrite => ("degraded", c::CANNOT_WRITE.say()),
            Lamp::DoesNotAnswer => ("offline", c::DOES_NOT_ANSWER.say()),
            Lamp::HasRoom => ("connected", c::HAS_ROOM.say()),
            Lamp::IsFull => ("offline", c::IS_FULL.say()),
        }
    }
}

/// A row of the table: who, how it does, and what it answered of late by how many processes, where it answers anybody.
struct Row<'a> {
    name: &'a str,
    lamp: Lamp,
    answered: Option<(&'a RequestStats, String)>,
}
impl<'a> Row<'a> {
    fn of(service: &'a Service) -> Self {
        let answered = Some((&service.answered, processes(service)));
        Row { name: service.name, lamp: Lamp::of(service), answered }
    }
    /// The gateway in the process that shows the page: it knows no others.
    fn of_the_gateway(answered: &'a RequestStats) -> Self {
        Row { name: "gateway", lamp: Lamp::of_answers(answered), answered: Some((answered, "1".to_owned())) }
    }
    fn around(&(name, is_well): &'a (&'static str, bool)) -> Self {
        Row { name, lamp: if is_well { Lamp::HasRoom } else { Lamp::IsFull }, answered: None }
    }
}

/// How each does and what it answered of late, the gateway too, and whether what is around them is well.
pub(super) fn section(all: &[Service], gateway: &RequestStats, around: &[(&'static str, bool)]) -> Markup {
    let rows = all.iter().map(Row::of).chain([Row::of_the_gateway(gateway)]);
    let rows: Vec<Row<'_>> = rows.chain(around.iter().map(Row::around)).collect();
    let named = |lamp| rows.iter().filter(|row| row.lamp == lamp).map(|row| row.name).collect::<Vec<_>>();
    let (down, stuck) = (named(Lamp::DoesNotAnswer), named(Lamp::CannotWrite));
    html! {
        @if !down.is_empty() { (banner("bad", &c::does_not_answer(&down), html! { p { (c::DOES_NOT_ANSWER_MORE) } })) }
        @if !stuck.is_empty() { (banner("bad", &c::cannot_write(&stuck), html! { p { (c::CANNOT_WRITE_MORE) } })) }
        @if !named(Lamp::IsFull).is_empty() { (banner("bad", c::DISK_TAKES_NOTHING.say(), html! { p { (c::DISK_TAKES_NOTHING_MORE) } })) }
        section.card.clip {
            div.card-head { h2 { (c::SERVICES) } span.small.quiet { (c::LAST_MINUTES) } }
            div.table-wrap tabindex="0" role="region" aria-label=(c::SERVICES) {
                table.table.table-fold role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { (c::SERVICE) }
                            th role="columnheader" scope="col" { (c::STATE) }
                            @for name in [c::PROCESSES.say(), c::REQUESTS_A_SECOND.say(), c::ERRORS.say(), c::HALF_WITHIN.say(), c::NEARLY_ALL_WITHIN.say()] {
                                th.n role="columnheader" scope="col" { (name) }
                            }
                        }
                    }
                    tbody role="rowgroup" {
                        @for one in &rows { (row(one)) }
                    }
                }
            }
        }
    }
}

fn row(Row { name, lamp, answered }: &Row<'_>) -> Markup {
    let (state, word) = lamp.shown();
    let cell = |label: &'static str, said: &str| html! { td.n.fold-2 role="cell" data-l=(label) { (said) } };
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { span.lead { (name) } @if !c::service(name).is_empty() { br; span.small.quiet { (c::service(name)) } } }
            // what answers nobody has a state, and no more
            td.fold-end role="cell" colspan=[answered.is_none().then_some("6")] { span.lamp data-state=(state) { (word) } }
            @if let Some((answered, processes)) = answered {
                (cell(c::PROCESSES.say(), processes))
                (cell(c::REQUESTS_A_SECOND.say(), &rate(answered)))
                (cell(c::ERRORS.say(), &failures(answered)))
                (cell(c::HALF_WITHIN.say(), &within(answered, 50)))
                (cell(c::NEARLY_ALL_WITHIN.say(), &within(answered, 99)))
            }
        }
    }
}

/// How many processes answer, of how many that were asked.
fn processes(service: &Service) -> String {
    match service.asked == service.answering {
        true => service.asked.to_string(),
        false => format!("{} / {}", service.answering, service.asked),
    }
}

/// `1.4`: requests a second.
fn rate(answered: &RequestStats) -> String {
    let tenths = answered.answered * 10 / answered.seconds.max(1);
    match answered.answered {
        0 => "0".to_owned(),
        _ if tenths == 0 => format!("< {}", amount::in_field("0.1")),
        _ => format!("{}{}{}", format::grouped(&(tenths / 10).to_string()), format::point(), tenths % 10),
    }
}

/// `0.02%` of the requests.
fn failures(answered: &RequestStats) -> String {
    let of_ten_thousand = answered.failed * 10_000 / answered.answered.max(1);
    c::percent(&format!("{}{}{:02}", of_ten_thousand / 100, format::point(), of_ten_thousand % 100))
}

/// `≤ 5 ms`: so many of a hundred take no longer. How much less they take is not known: they are counted by ranges.
fn within(answered: &RequestStats, of_a_hundred: u64) -> String {
    match (answered.answered, answered.percentile_ms(of_a_hundred)) {
        (0, _) => "–".to_owned(),
        (_, Some(ms)) if ms < 1000 => format!("≤\u{a0}{ms}\u{a0}ms"),
        (_, Some(ms)) => format!("≤\u{a0}{}\u{a0}s", ms / 1000),
        (_, None) => format!("> {}\u{a0}s", ENDS_MS.last().map_or(0, |ms| ms / 1000)),
    }
}

/// What waits in the database of each: events to be sent, timers that are due.
pub(super) fn waiting(all: &[Service], now: Timestamp) -> Markup {
    let heads = [c::EVENTS_UNSENT.say(), c::TIMERS_DUE.say(), c::OVERDUE.say(), c::NEXT_TIMER.say()];
    html! {
        section.card.clip {
            div.card-head { h2 { (c::WHAT_WAITS) } }
            div.table-wrap tabindex="0" role="region" aria-label=(c::WHAT_WAITS) {
                table.table.fold-late role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { (c::SERVICE) }
                            @for name in heads { th.n role="columnheader" scope="col" { (name) } }
                        }
                    }
                    tbody role="rowgroup" {
                        @for service in all {
                            tr role="row" {
                                th role="rowheader" scope="row" { span.lead { (service.name) } }
                                @match &service.state {
                                    Some(state) => {
                                        td.n.fold-2 role="cell" data-l=(c::EVENTS_UNSENT) {
                                            (format::count(state.unsent))
                                            @if let Some(lag) = unsent_for(state, now) { br; span.small.quiet { (lag) } }
                                        }
                                        td.n.fold-2 role="cell" data-l=(c::TIMERS_DUE) { (format::count(state.due)) }
                                        td.n.fold-2 role="cell" data-l=(c::OVERDUE) {
                                            @if state.overdue > 0 { strong.bad-ink { (format::count(state.overdue)) } } @else { "0" }
                                        }
                                        td.n.fold-2 role="cell" data-l=(c::NEXT_TIMER) { @match state.next_due { Some(at) => (moment(at)), None => "–" } }
                                    },
                                    None => { td.n.fold-end role="cell" colspan="4" { (c::DOES_NOT_ANSWER) } },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::system::status_poll::tests::{service, state};
    use contracts::system::ServiceStatus;
    use std::time::Duration;

    #[test]
    fn figures_are_written_as_people_read_them() {
        let of = |answered, failed, seconds, slow: usize| {
            let mut within = vec![0; ENDS_MS.len()];
            within[2] = answered - slow as u64;
            within[9] = slow as u64;
            RequestStats { seconds, answered, failed, within }
        };
        let busy = of(10_000, 2, 300, 200);
        assert_eq!((rate(&busy).as_str(), failures(&busy).as_str()), ("33.3", "0.02%"));
        assert_eq!(
            (within(&busy, 50).as_str(), within(&busy, 99).as_str()),
            ("≤\u{a0}5\u{a0}ms", "≤\u{a0}1\u{a0}s")
        );
        let idle = of(0, 0, 300, 0);
        assert_eq!((rate(&idle).as_str(), failures(&idle).as_str()), ("0", "0.00%"));
        assert_eq!((within(&idle, 99).as_str(), rate(&of(1, 0, 300, 0)).as_str()), ("–", "< 0.1"));
    }

    #[test]
    fn the_gateway_stands_among_the_services_and_the_disk_after_them() {
        let all = [service("auth", Some(state()))];
        let answered = RequestStats { seconds: 300, answered: 100, failed: 6, within: vec![100; 1] };
        let shown = section(&all, &answered, &[("disk", true)]).into_string();
        let gateway = cells(&shown, "gateway");
        assert_eq!(gateway, [c::LIMPS.say(), "1", "0.3", "6.00%", "≤\u{a0}1\u{a0}ms", "≤\u{a0}1\u{a0}ms"]);
        assert_eq!(cells(&shown, "disk"), [c::HAS_ROOM.say()]);
        assert_eq!(shown.matches("banner").count(), 0, "{shown}");
        let full = section(&all, &RequestStats::default(), &[("disk", false)]).into_string();
        assert_eq!(cells(&full, "disk")[0], c::IS_FULL.say());
        assert_eq!(cells(&full, "gateway")[0], c::ANSWERS.say());
        assert!(full.contains(c::DISK_TAKES_NOTHING.say()), "{full}");
    }

    /// What a table says of a service, cell by cell.
    fn cells(shown: &str, service: &str) -> Vec<String> {
        let begins = format!("<span class=\"lead\">{service}</span>");
        let rest = shown.split_once(&begins).unwrap_or_else(|| panic!("{service}: {shown}")).1;
        let row = rest.split("</tr>").next().unwrap_or_default();
        row.split("<td").skip(1).map(|cell| words(&format!("<td{cell}"))).collect()
    }
    /// What somebody reads.
    fn words(markup: &str) -> String {
        markup.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect()
    }

    #[test]
    fn what_waits_is_told_of_each_service_and_what_is_overdue_stands_out() {
        let next: kernel::Timestamp = "2026-03-04T05:06:07Z".parse().expect("a time");
        let unsent_since = Some(next.minus(Duration::from_secs(12)));
        let busy = ServiceStatus {
            unsent: 7,
            unsent_since,
            due: 1_200,
            overdue: 1,
            next_due: Some(next),
            ..state()
        };
        let all = [service("auth", Some(state())), service("orders", Some(busy)), service("payments", None)];
        let shown = waiting(&all, next).into_string();
        assert_eq!(cells(&shown, "auth"), ["0", "0", "0", "–"]);
        let [unsent, due, overdue, at] = cells(&shown, "orders").try_into().expect("four cells");
        assert_eq!((unsent.as_str(), due.as_str(), overdue.as_str()), ("712\u{a0}s", "1,200", "1"));
        assert_eq!(at, format!("{} UTC", format::minute(next)));
        assert_eq!(cells(&shown, "payments"), [c::DOES_NOT_ANSWER.say()]);
        // what should have been done is the one thing that is loud
        assert_eq!(shown.matches("<strong class=\"bad-ink\">1</strong>").count(), 1, "{shown}");
        assert_eq!(shown.matches("<strong").count(), 1, "{shown}");
    }
}
