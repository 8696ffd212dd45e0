//! Each service: its status, its requests and latency, and the waiting work in its database.

use super::{PolledService, event_flow::unsent_for};
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

/// A higher share of failures, in percent, is shown as a problem.
const FAILED_PERCENT: u64 = 5;

/// The health of a service or of the disk: its lamp, and the label of the lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServiceHealth {
    Answers,
    Degraded,
    /// It responds, and its database is read-only.
    CannotWrite,
    Unreachable,
    /// The disk accepts writes, or is full.
    Writable,
    Full,
}
impl ServiceHealth {
    fn of(service: &PolledService) -> ServiceHealth {
        match &service.state {
            None => ServiceHealth::Unreachable,
            Some(state) if state.read_only => ServiceHealth::CannotWrite,
            Some(_) if service.answering < service.asked => ServiceHealth::Degraded,
            Some(_) => ServiceHealth::of_answers(&service.answered),
        }
    }
    /// The health of a service that responds.
    fn of_answers(RequestStats { answered, failed, .. }: &RequestStats) -> ServiceHealth {
        match failed * 100 > answered * FAILED_PERCENT {
            true => ServiceHealth::Degraded,
            false => ServiceHealth::Answers,
        }
    }
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            ServiceHealth::Answers => ("connected", c::ANSWERS.text()),
            ServiceHealth::Degraded => ("degraded", c::LIMPS.text()),
            ServiceHealth::CannotWrite => ("degraded", c::CANNOT_WRITE.text()),
            ServiceHealth::Unreachable => ("offline", c::DOES_NOT_ANSWER.text()),
            ServiceHealth::Writable => ("connected", c::HAS_ROOM.text()),
            ServiceHealth::Full => ("offline", c::IS_FULL.text()),
        }
    }
}

/// A row of the table: the name, the health, and recent requests with the number of processes, for services with an API.
struct ServiceRow<'a> {
    name: &'a str,
    lamp: ServiceHealth,
    answered: Option<(&'a RequestStats, String)>,
}
impl<'a> ServiceRow<'a> {
    fn of(service: &'a PolledService) -> Self {
        let answered = Some((&service.answered, processes(service)));
        ServiceRow { name: service.name, lamp: ServiceHealth::of(service), answered }
    }
    /// The gateway in the process that renders the page: it knows no others.
    fn of_the_gateway(answered: &'a RequestStats) -> Self {
        ServiceRow {
            name: "gateway",
            lamp: ServiceHealth::of_answers(answered),
            answered: Some((answered, "1".to_owned())),
        }
    }
    fn around(&(name, is_well): &'a (&'static str, bool)) -> Self {
        ServiceRow {
            name,
            lamp: if is_well { ServiceHealth::Writable } else { ServiceHealth::Full },
            answered: None,
        }
    }
}

/// The health and the recent requests of each service and of the gateway, and the health of the disk.
pub(super) fn section(
    all: &[PolledService],
    gateway: &RequestStats,
    around: &[(&'static str, bool)],
) -> Markup {
    let rows = all.iter().map(ServiceRow::of).chain([ServiceRow::of_the_gateway(gateway)]);
    let rows: Vec<ServiceRow<'_>> = rows.chain(around.iter().map(ServiceRow::around)).collect();
    let named = |lamp| rows.iter().filter(|row| row.lamp == lamp).map(|row| row.name).collect::<Vec<_>>();
    let (down, stuck) = (named(ServiceHealth::Unreachable), named(ServiceHealth::CannotWrite));
    html! {
        @if !down.is_empty() { (banner("bad", &c::does_not_answer(&down), html! { p { (c::DOES_NOT_ANSWER_MORE) } })) }
        @if !stuck.is_empty() { (banner("bad", &c::cannot_write(&stuck), html! { p { (c::CANNOT_WRITE_MORE) } })) }
        @if !named(ServiceHealth::Full).is_empty() { (banner("bad", c::DISK_TAKES_NOTHING.text(), html! { p { (c::DISK_TAKES_NOTHING_MORE) } })) }
        section.card.clip {
            div.card-head { h2 { (c::SERVICES) } span.small.quiet { (c::LAST_MINUTES) } }
            div.table-wrap tabindex="0" role="region" aria-label=(c::SERVICES) {
                table.table.table-fold role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            th role="columnheader" scope="col" { (c::SERVICE) }
                            th role="columnheader" scope="col" { (c::STATE) }
                            @for name in [c::PROCESSES.text(), c::REQUESTS_A_SECOND.text(), c::ERRORS.text(), c::HALF_WITHIN.text(), c::NEARLY_ALL_WITHIN.text()] {
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

fn row(ServiceRow { name, lamp, answered }: &ServiceRow<'_>) -> Markup {
    let (state, word) = lamp.shown();
    let cell = |label: &'static str, said: &str| html! { td.n.fold-2 role="cell" data-l=(label) { (said) } };
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { span.lead { (name) } @if !c::service(name).is_empty() { br; span.small.quiet { (c::service(name)) } } }
            // what has no API has a health only
            td.fold-end role="cell" colspan=[answered.is_none().then_some("6")] { span.lamp data-state=(state) { (word) } }
            @if let Some((answered, processes)) = answered {
                (cell(c::PROCESSES.text(), processes))
                (cell(c::REQUESTS_A_SECOND.text(), &rate(answered)))
                (cell(c::ERRORS.text(), &failures(answered)))
                (cell(c::HALF_WITHIN.text(), &within(answered, 50)))
                (cell(c::NEARLY_ALL_WITHIN.text(), &within(answered, 99)))
            }
        }
    }
}

/// How many processes respond, of how many.
fn processes(service: &PolledService) -> String {
    match service.asked == service.answering {
        true => service.asked.to_string(),
        false => format!("{} / {}", service.answering, service.asked),
    }
}

/// `1.4`: requests per second.
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

/// `≤ 5 ms`: the latency of a percentile. It is an upper bound, because requests are counted by ranges.
fn within(answered: &RequestStats, of_a_hundred: u64) -> String {
    match (answered.answered, answered.percentile_ms(of_a_hundred)) {
        (0, _) => "–".to_owned(),
        (_, Some(ms)) if ms < 1000 => format!("≤\u{a0}{ms}\u{a0}ms"),
        (_, Some(ms)) => format!("≤\u{a0}{}\u{a0}s", ms / 1000),
        (_, None) => format!("> {}\u{a0}s", ENDS_MS.last().map_or(0, |ms| ms / 1000)),
    }
}

/// The waiting work in each database: unpublished events and due timers.
pub(super) fn waiting(all: &[PolledService], now: Timestamp) -> Markup {
    let heads = [c::EVENTS_UNSENT.text(), c::TIMERS_DUE.text(), c::OVERDUE.text(), c::NEXT_TIMER.text()];
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
        assert_eq!(gateway, [c::LIMPS.text(), "1", "0.3", "6.00%", "≤\u{a0}1\u{a0}ms", "≤\u{a0}1\u{a0}ms"]);
        assert_eq!(cells(&shown, "disk"), [c::HAS_ROOM.text()]);
        assert_eq!(shown.matches("banner").count(), 0, "{shown}");
        let full = section(&all, &RequestStats::default(), &[("disk", false)]).into_string();
        assert_eq!(cells(&full, "disk")[0], c::IS_FULL.text());
        assert_eq!(cells(&full, "gateway")[0], c::ANSWERS.text());
        assert!(full.contains(c::DISK_TAKES_NOTHING.text()), "{full}");
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
        assert_eq!(cells(&shown, "payments"), [c::DOES_NOT_ANSWER.text()]);
        // what should have been done is the one thing that is loud
        assert_eq!(shown.matches("<strong class=\"bad-ink\">1</strong>").count(), 1, "{shown}");
        assert_eq!(shown.matches("<strong").count(), 1, "{shown}");
    }
}
