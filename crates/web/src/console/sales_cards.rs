//! Today and this month in figures: how many orders, what they come to, against the same day of last week or the same days
//! of the month before, and a chart of each. The sums come from orders, which keeps them; nothing is counted through here.
//!
//! Orders keeps a sum of each hour in UTC. Days and months are those of the shop's time zone: a day has the hours that begin in it,
//! 23 or 25 of them where clocks change. Where the zone is off by a part of an hour, an hour of a sum begins at that minute, as its
//! name says; the one across midnight counts for the day in which it begins.

use super::chart::{Bar, Chart, ChartTabs, Comparison, ValueFormatter, spark};
use crate::{
    session::{page_error::PageError, request::RequestContext},
    texts::{
        console::{self as c, Trend},
        presentation,
    },
    ui::{format, icons},
};
use contracts::orders::{
    Attention, GetOverview, GetSalesTotals, Overview, OverviewParams, SalesBucket, SalesInterval,
};
use endpoint::Query;
use futures_util::future::{try_join, try_join_all};
use kernel::{Currency, Money, Timestamp};
use languages::Zone;
use maud::{Markup, html};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
const WEEK: i32 = 7;
/// Clocks change by one or two hours.
const HOURS_OF_DAY_MAX: usize = 26;
const DAYS_OF_MONTH_MAX: usize = 31;
/// Two months in spans of eight days.
const SPANS_MAX: usize = 8;
/// With fewer orders in the other period, a change in percent is not shown.
const COMPARED: i64 = 3;

/// The sales of today and of this month.
pub(super) struct Today {
    zone: Zone,
    now: Timestamp,
    currency: Currency,
    /// The hours of the last eight days.
    hours: Vec<SalesBucket>,
    /// The previous and the current month: by day, or by hour where the shop's days are not those of UTC.
    days: Vec<SalesBucket>,
    pub(super) attention: Attention,
}

/// Orders, paid orders, and revenue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct SalesSum {
    orders: i64,
    paid: i64,
    minor: i64,
}

impl SalesSum {
    fn of<'a>(sums: impl Iterator<Item = &'a SalesBucket>) -> Self {
        sums.fold(SalesSum::default(), |all, one| SalesSum {
            orders: all.orders.saturating_add(one.orders),
            paid: all.paid.saturating_add(one.paid),
            minor: all.minor.saturating_add(one.revenue.minor),
        })
    }
    fn mean(self) -> i64 {
        // rounded to the minor unit
        if self.paid > 0 { (self.minor + self.paid / 2) / self.paid } else { 0 }
    }
}

impl Today {
    /// Two calls; some more where the shop's days are not those of UTC.
    pub(super) async fn ask(visit: &RequestContext) -> Result<Self, PageError> {
        let (now, currency) = (visit.web.needs.env.now(), visit.web.needs.settings.currency);
        let zone = presentation::zone();
        let first = zone.day_after(now, -WEEK);
        let span =
            OverviewParams { from: Some(first), before: Some(now.plus(HOUR)), by: Some(SalesInterval::Hour) };
        let overview = GetOverview { span: Query(span) };
        let hours = async { Ok::<_, PageError>(visit.web.needs.orders.call(&visit.cx, overview).await?.0) };
        let (Overview { sums: mut hours, attention }, mut days) =
            try_join(hours, sums_since_month_before(visit, &zone, now)).await?;
        for sums in [&mut hours, &mut days] {
            sums.retain(|sum| sum.revenue.currency == currency);
        }
        Ok(Today { zone, now, currency, hours, days, attention })
    }

    fn between(&self, from: Timestamp, before: Timestamp) -> SalesSum {
        SalesSum::of(self.hours.iter().filter(|sum| sum.from >= from && sum.from < before))
    }
    fn this_month(&self) -> impl Iterator<Item = &SalesBucket> {
        let first = self.zone.month_begins(self.now);
        self.days.iter().filter(move |sum| sum.from >= first)
    }
    /// The same number of days of the previous month, as far as it had that many.
    fn same_days_before(&self) -> SalesSum {
        let first = self.zone.month_begins(self.now);
        let days = i32::try_from(self.of_this_month().len()).unwrap_or(0);
        let end = self.zone.day_after(month_before(&self.zone, self.now), days).min(first);
        SalesSum::of(self.days.iter().filter(|sum| sum.from < end))
    }
    /// A total of each of the last eight days, with today so far.
    fn of_each_day(&self, of: impl Fn(SalesSum) -> i64) -> Vec<i64> {
        let first = self.zone.day_after(self.now, -WEEK);
        let begin = |n| self.zone.day_after(first, n);
        (0..=WEEK).map(|n| of(self.between(begin(n), begin(n + 1)))).collect()
    }
    fn spark(&self, values: &[i64], written: &dyn Fn(i64) -> String) -> Markup {
        let all: Vec<String> = values.iter().map(|value| written(*value)).collect();
        spark(values, &c::by_the_day(&all.join(", ")))
    }
    fn money(&self, minor: i64) -> String {
        format::money(Money::new(minor, self.currency))
    }

    /// The four totals.
    pub(super) fn tiles(&self) -> Markup {
        let begin = self.zone.day_begins(self.now);
        let today = self.between(begin, self.now.plus(HOUR));
        // up to the same hour, which is counted in full for the other day
        let same_time = self.zone.days_after(self.now, -WEEK);
        let before = self.between(self.zone.day_after(begin, -WEEK), same_time);
        let weekday = format::weekday_name(self.now);
        let to_weekday = |by: Trend| c::to_weekday(by, &weekday);
        let is_base = before.orders >= COMPARED;
        let against = |now: i64, then: i64| {
            if is_base && then > 0 {
                change(now, then, &to_weekday)
            } else {
                html! {}
            }
        };
        // shown once, and only where there are orders
        let to_orders = match is_base || today.orders == 0 {
            true => against(today.orders, before.orders),
            false => html! { (to_weekday(Trend::NoBase)) },
        };
        let money = |minor: i64| self.money(minor);
        let of_days = |of: fn(SalesSum) -> i64, written: &dyn Fn(i64) -> String| {
            self.spark(&self.of_each_day(of), written)
        };
        let mean = if today.paid > 0 { money(today.mean()) } else { "–".to_owned() };
        let to_mean = if today.paid > 0 {
            against(today.mean(), before.mean())
        } else {
            html! {}
        };
        html! {
            section.card aria-label=(c::TODAY) {
                dl.tiles {
                    (tile(c::REVENUE_TODAY.text(), &money(today.minor), &[html! { (c::AFTER_REFUNDS) }, against(today.minor, before.minor)],
                        of_days(|sum| sum.minor, &money)))
                    (tile(c::ORDERS_TODAY.text(), &format::count(today.orders),
                        &[html! { (c::of_which_paid(today.paid)) }, to_orders],
                        of_days(|sum| sum.orders, &format::count)))
                    (tile(c::AVERAGE_ORDER.text(), &mean, &[html! { (c::AVERAGE_MORE) }, to_mean],
                        of_days(SalesSum::mean, &money)))
                    (self.month_so_far())
                }
            }
        }
    }

    /// The totals of this month.
    fn month_so_far(&self) -> Markup {
        let (month, before) = (SalesSum::of(self.this_month()), self.same_days_before());
        let then = format::month_name(month_before(&self.zone, self.now));
        let is_base = before.orders >= COMPARED && before.minor > 0;
        let to_month = |by: Trend| c::to_month(by, &then);
        let change = match is_base {
            true => change(month.minor, before.minor, &to_month),
            false if month.orders == 0 => html! {},
            false => html! { (to_month(Trend::NoBase)) },
        };
        let values: Vec<i64> = self.of_this_month().into_iter().map(|(_, sum)| sum.minor).collect();
        tile(
            &c::revenue_in(&format::month_name(self.now)),
            &self.money(month.minor),
            &[html! { (c::orders_and_paid(month.orders, month.paid)) }, change],
            self.spark(&values, &|minor| self.money(minor)),
        )
    }

    /// Each day of this month so far, by its beginning.
    fn of_this_month(&self) -> Vec<(Timestamp, SalesSum)> {
        let first = self.zone.month_begins(self.now);
        let begins = (0..).map(|n| self.zone.day_after(first, n)).take_while(|begin| *begin <= self.now);
        let begins: Vec<Timestamp> = begins.take(DAYS_OF_MONTH_MAX).collect();
        let day = |begin: Timestamp| {
            let end = self.zone.day_after(begin, 1);
            SalesSum::of(self.this_month().filter(|sum| sum.from >= begin && sum.from < end))
        };
        begins.into_iter().map(|begin| (begin, day(begin))).collect()
    }

    /// The hours of the day from `begin`, up to a time, by their names.
    fn hours_of(&self, begin: Timestamp, until: Timestamp) -> Vec<(String, SalesSum)> {
        let first = match SalesInterval::Hour.begin(begin) {
            whole if whole < begin => whole.plus(HOUR),
            whole => whole,
        };
        let end = self.zone.day_after(begin, 1).min(until);
        let hours: Vec<Timestamp> = std::iter::successors(Some(first), |hour| Some(hour.plus(HOUR)))
            .take_while(|hour| *hour < end)
            .take(HOURS_OF_DAY_MAX)
            .collect();
        hours.into_iter().map(|hour| (self.hour_name(hour), self.between(hour, hour.plus(HOUR)))).collect()
    }
    /// `9:00`; on a day with a repeated hour with the time zone: `2:00 CEST`.
    fn hour_name(&self, at: Timestamp) -> String {
        let Some(local) = self.zone.local(at) else { return String::new() };
        let name = format!("{}:{:02}", local.hour(), local.minute());
        match self.places_of_today() {
            24 => name,
            _ => format!("{name} {}", self.zone.abbreviation(at)),
        }
    }
    /// The number of hours of today.
    fn places_of_today(&self) -> usize {
        let begin = self.zone.day_begins(self.now);
        usize::try_from(self.zone.day_after(begin, 1).since(begin).as_secs().div_ceil(HOUR.as_secs()))
            .unwrap_or(24)
    }

    /// Formats amounts, and amounts along a scale: without cents, where the currency has any.
    fn amounts(&self) -> (ValueFormatter<'_>, ValueFormatter<'_>) {
        let has_cents = Money::new(100, self.currency).decimal().contains('.');
        let short = move |minor| format::short_money(Money::new(minor, self.currency));
        let beside: ValueFormatter =
            if has_cents { Box::new(short) } else { Box::new(|minor| self.money(minor)) };
        (Box::new(|minor| self.money(minor)), beside)
    }

    /// This month by day: revenue and orders.
    pub(super) fn month(&self) -> Markup {
        let month = format::month_name(self.now);
        let charts = [self.month_of_revenue(&month), self.month_of_orders(&month)];
        let title = c::month_by_day(&month);
        ChartTabs { name: "month", title: &title, this: c::TODAY_SO_FAR, charts, seen: 0 }.show()
    }

    fn month_of_revenue(&self, month: &str) -> Chart<'_> {
        let bars = self.bars_of_month(|sum| sum.minor);
        let most = most(&bars).map(|bar| (self.money(bar.value), bar.name.clone()));
        let sentence = c::revenue_by_day(month, &self.money(SalesSum::of(self.this_month()).minor), most);
        let (written, beside) = self.amounts();
        self.chart_of_month(Chart { of: c::REVENUE, bars, sentence, written, beside, ..self.no_chart() })
    }

    fn month_of_orders(&self, month: &str) -> Chart<'_> {
        let bars = self.bars_of_month(|sum| sum.orders);
        let most = most(&bars).map(|bar| (bar.value, bar.name.clone()));
        let sentence = c::orders_by_day(month, SalesSum::of(self.this_month()).orders, most);
        self.chart_of_month(Chart { of: c::ORDERS, bars, sentence, ..self.no_chart() })
    }

    fn bars_of_month(&self, of: fn(SalesSum) -> i64) -> Vec<Bar> {
        let bar = |(begin, sum)| Bar { name: format::day_of_month(begin), value: of(sum) };
        self.of_this_month().into_iter().map(bar).collect()
    }

    fn chart_of_month<'a>(&self, chart: Chart<'a>) -> Chart<'a> {
        let places = format::days_of_month(self.now);
        // the middle of the day's place; the first label starts at the edge
        let middle = |day: usize| if day == 1 { 0 } else { (2 * day - 1) * 500 / places };
        let days = [1, 8, 15, 22, 29].into_iter().filter(|day| *day <= places);
        let below = days.map(|day| (middle(day), day.to_string())).collect();
        Chart { each: c::DAY, places, below, ..chart }
    }

    /// Today by hour: orders, which show when there is work, and revenue.
    pub(super) fn by_hour(&self) -> Markup {
        let charts = [self.hours_of_revenue(), self.hours_of_orders()];
        ChartTabs { name: "today", title: c::TODAY_BY_HOUR.text(), this: c::THIS_HOUR, charts, seen: 1 }
            .show()
    }

    fn hours_of_revenue(&self) -> Chart<'_> {
        let (bars, then) = self.bars_by_hour(|sum| sum.minor);
        let sentence =
            c::revenue_by_hour(&self.money(sum_of(&bars)), most(&bars).map(|bar| bar.name.as_str()));
        let sentence = self.and_then(sentence, &then, |all| self.money(all));
        let (written, beside) = self.amounts();
        Chart { of: c::REVENUE, bars, then, sentence, written, beside, ..self.no_chart() }
    }

    fn hours_of_orders(&self) -> Chart<'_> {
        let (bars, then) = self.bars_by_hour(|sum| sum.orders);
        let sentence = c::orders_by_hour(sum_of(&bars), most(&bars).map(|bar| bar.name.as_str()));
        let sentence = self.and_then(sentence, &then, format::count);
        Chart { of: c::ORDERS, bars, then, sentence, ..self.no_chart() }
    }

    fn and_then(
        &self,
        sentence: String,
        then: &Option<Comparison>,
        written: impl Fn(i64) -> String,
    ) -> String {
        match then {
            Some(then) => {
                let all = written(sum_of(&then.bars));
                c::and_last_weekday(&sentence, &format::weekday_name(self.now), &all)
            }
            None => sentence,
        }
    }

    /// The hours of today so far, and all hours of the same day of last week, where it had any orders.
    fn bars_by_hour(&self, of: fn(SalesSum) -> i64) -> (Vec<Bar>, Option<Comparison>) {
        let begin = self.zone.day_begins(self.now);
        let bars = |begin, until| -> Vec<Bar> {
            let bar = |(name, sum)| Bar { name, value: of(sum) };
            self.hours_of(begin, until).into_iter().map(bar).collect()
        };
        let then = bars(self.zone.day_after(begin, -WEEK), begin);
        let name = c::last_weekday(&format::weekday_name(self.now));
        let has_some = sum_of(&then) > 0;
        (
            bars(begin, self.now.plus(Duration::from_micros(1))),
            has_some.then_some(Comparison { name, bars: then }),
        )
    }

    /// The labels of some hours, with their positions below a chart.
    fn hours_below(&self) -> Vec<(usize, String)> {
        let begin = self.zone.day_begins(self.now);
        let Some(day) = self.zone.local(begin) else { return Vec::new() };
        // a day starts at 1:00 where clocks go forward at midnight
        let (places, first) = (self.places_of_today(), usize::try_from(day.hour()).unwrap_or(0));
        let share = |hour: usize| {
            // the hours before a clock change are as many as on any other day
            let at = begin.plus(Duration::from_secs(3600 * u64::try_from(hour).unwrap_or(0)));
            let is_moved = hour == 24
                || self.zone.local(at).map(|at| usize::try_from(at.hour()).ok()) != Some(Some(hour));
            let passed = if is_moved { (hour + places).saturating_sub(24) } else { hour };
            passed * 1000 / places.max(1)
        };
        [0, 6, 12, 18, 24].map(|hour| (share(hour), format!("{}:00", hour.max(first)))).into()
    }

    /// An hourly chart of counts, still empty.
    fn no_chart(&self) -> Chart<'_> {
        Chart {
            of: c::ORDERS,
            each: c::HOUR,
            bars: Vec::new(),
            then: None,
            places: self.places_of_today(),
            below: self.hours_below(),
            sentence: String::new(),
            written: Box::new(format::count),
            beside: Box::new(format::count),
        }
    }
}

fn sum_of(bars: &[Bar]) -> i64 {
    bars.iter().map(|bar| bar.value).fold(0, i64::saturating_add)
}

/// The first of the highest bars; none where all are zero.
fn most(bars: &[Bar]) -> Option<&Bar> {
    bars.iter().rev().max_by_key(|bar| bar.value).filter(|bar| bar.value > 0)
}

/// The beginning of the previous month.
fn month_before(zone: &Zone, at: Timestamp) -> Timestamp {
    zone.month_begins(zone.day_after(zone.month_begins(at), -1))
}

/// The sales totals since the beginning of the previous month: by day where the shop's days are those of UTC, otherwise by hour.
async fn sums_since_month_before(
    visit: &RequestContext,
    zone: &Zone,
    now: Timestamp,
) -> Result<Vec<SalesBucket>, PageError> {
    let orders = visit.web.needs.as_gateway("orders").ok_or(PageError::Unavailable)?;
    let cx = visit.as_nobody();
    let (from, end) = (month_before(zone, now), now.plus(HOUR));
    let read = |from, before, by| {
        let span = OverviewParams { from: Some(from), before: Some(before), by: Some(by) };
        let asked = orders.call(&cx, GetSalesTotals { span: Query(span) });
        async move { Ok::<_, PageError>(asked.await?.0.items) }
    };
    if *zone == Zone::default() {
        return read(from, end, SalesInterval::Day).await;
    }
    let longest = SalesInterval::Hour.longest();
    let begins = std::iter::successors(Some(from), |begin| Some(begin.plus(longest)));
    let spans = begins.take_while(|begin| *begin < end).take(SPANS_MAX);
    let all = try_join_all(spans.map(|begin| read(begin, begin.plus(longest).min(end), SalesInterval::Hour)))
        .await?;
    Ok(all.concat())
}

/// The change of a total against another one above zero, in words.
fn change(now: i64, then: i64, words: &dyn Fn(Trend) -> String) -> Markup {
    let percent = (i128::from(now) - i128::from(then)) * 100 / i128::from(then.max(1));
    let share = c::percent(&percent.unsigned_abs().to_string());
    let (class, sign, by) = match percent {
        0 => return html! { (words(Trend::Same)) },
        ..0 => ("down", icons::FALL, Trend::Less(share)),
        _ => ("up", icons::RISE, Trend::More(share)),
    };
    html! { span.{ "delta " (class) } { (sign) } " " (words(by)) }
}

fn tile(name: &str, figure: &str, more: &[Markup], spark: Markup) -> Markup {
    html! {
        div.tile {
            dt { (name) }
            dd.big { span { (figure) } (spark) }
            dd.foot { @for one in more.iter().filter(|one| !one.0.is_empty()) { span { (one) } } }
        }
    }
}

#[cfg(test)]
mod tests;
