//! Today and this month in figures: how many orders, what they come to, against the same day of last week or the same days
//! of the month before, and a chart of each. The sums come from orders, which keeps them; nothing is counted through here.

use super::chart::{Bar, Chart, Either, Then, Written, spark};
use crate::{
    format, icons,
    shown::Stop,
    texts::console::{self as c, Against},
    visit::Visit,
};
use contracts::orders::{Attention, OrderSum, Overview, OverviewSpan, ReadOverview, ReadSums, SumBy, Sums};
use endpoint::Query;
use futures_util::future::try_join;
use kernel::{Currency, Money, Timestamp};
use maud::{Markup, html};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
/// Without so many orders then a change in percent says nothing.
const COMPARED: i64 = 3;

/// The beginning of the day, in UTC.
fn midnight(at: Timestamp) -> Timestamp {
    SumBy::Day.begin(at)
}

/// What today's and this month's orders come to.
pub(super) struct Today {
    now: Timestamp,
    currency: Currency,
    /// Of the last eight days.
    hours: Vec<OrderSum>,
    /// Of the month before and of this one.
    days: Vec<OrderSum>,
    pub(super) attention: Attention,
}

/// Orders, those of them that are paid, and what these bring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    orders: i64,
    paid: i64,
    minor: i64,
}

impl Sum {
    fn of<'a>(sums: impl Iterator<Item = &'a OrderSum>) -> Self {
        sums.fold(Sum::default(), |all, one| Sum {
            orders: all.orders.saturating_add(one.orders),
            paid: all.paid.saturating_add(one.paid),
            minor: all.minor.saturating_add(one.revenue.minor),
        })
    }
    fn mean(self) -> i64 {
        // to the nearest minor unit
        if self.paid > 0 { (self.minor + self.paid / 2) / self.paid } else { 0 }
    }
}

impl Today {
    /// Two questions.
    pub(super) async fn ask(visit: &Visit) -> Result<Self, Stop> {
        let (now, currency) = (visit.web.needs.env.now(), visit.web.needs.settings.currency);
        let before = Some(now.plus(HOUR));
        let span = |from, by| Query(OverviewSpan { from: Some(from), before, by: Some(by) });
        let overview = ReadOverview { span: span(midnight(now).minus(WEEK), SumBy::Hour) };
        let days = ReadSums { span: span(month_before(now), SumBy::Day) };
        let hours = async { Ok::<_, Stop>(visit.web.needs.orders.call(&visit.cx, overview).await?.0) };
        let days = async {
            let orders = visit.web.needs.at_the_door("orders").ok_or(Stop::Unavailable)?;
            Ok(orders.call(&visit.as_nobody(), days).await?.0)
        };
        let (Overview { sums: mut hours, attention }, Sums { items: mut days }) =
            try_join(hours, days).await?;
        for sums in [&mut hours, &mut days] {
            sums.retain(|sum| sum.revenue.currency == currency);
        }
        Ok(Today { now, currency, hours, days, attention })
    }

    fn between(&self, from: Timestamp, before: Timestamp) -> Sum {
        Sum::of(self.hours.iter().filter(|sum| sum.from >= from && sum.from < before))
    }
    fn this_month(&self) -> impl Iterator<Item = &OrderSum> {
        let first = format::month_begins(self.now);
        self.days.iter().filter(move |sum| sum.from >= first)
    }
    /// As many days of the month before as there were of this one, as far as it had so many.
    fn same_days_before(&self) -> Sum {
        let first = format::month_begins(self.now);
        let end = month_before(self.now).plus(midnight(self.now).since(first) + DAY).min(first);
        Sum::of(self.days.iter().filter(|sum| sum.from < end))
    }
    /// What of the last eight days a figure was, each day's, with today so far.
    fn of_each_day(&self, of: impl Fn(Sum) -> i64) -> Vec<i64> {
        let first = midnight(self.now).minus(WEEK);
        (0..8).map(|n| of(self.between(days_after(first, n), days_after(first, n + 1)))).collect()
    }
    fn spark(&self, values: &[i64], written: &dyn Fn(i64) -> String) -> Markup {
        let all: Vec<String> = values.iter().map(|value| written(*value)).collect();
        spark(values, &c::by_the_day(&all.join(", ")))
    }
    fn money(&self, minor: i64) -> String {
        format::money(Money::new(minor, self.currency))
    }

    /// Four figures.
    pub(super) fn tiles(&self) -> Markup {
        let begin = midnight(self.now);
        let today = self.between(begin, self.now.plus(HOUR));
        // up to the same hour, which is over there: the whole of it counts
        let before = self.between(begin.minus(WEEK), self.now.minus(WEEK));
        let weekday = format::weekday_name(self.now);
        let to_weekday = |by: Against| c::to_weekday(by, &weekday);
        let is_base = before.orders >= COMPARED;
        let against = |now: i64, then: i64| {
            if is_base && then > 0 {
                change(now, then, &to_weekday)
            } else {
                html! {}
            }
        };
        // said once, and only of something
        let to_orders = match is_base || today.orders == 0 {
            true => against(today.orders, before.orders),
            false => html! { (to_weekday(Against::NoBase)) },
        };
        let money = |minor: i64| self.money(minor);
        let of_days =
            |of: fn(Sum) -> i64, written: &dyn Fn(i64) -> String| self.spark(&self.of_each_day(of), written);
        let mean = if today.paid > 0 { money(today.mean()) } else { "–".to_owned() };
        let to_mean = if today.paid > 0 {
            against(today.mean(), before.mean())
        } else {
            html! {}
        };
        html! {
            section.card aria-label=(c::TODAY) {
                dl.tiles {
                    (tile(c::REVENUE_TODAY.say(), &money(today.minor), &[html! { (c::AFTER_REFUNDS) }, against(today.minor, before.minor)],
                        of_days(|sum| sum.minor, &money)))
                    (tile(c::ORDERS_TODAY.say(), &format::count(today.orders),
                        &[html! { (c::of_which_paid(today.paid)) }, to_orders],
                        of_days(|sum| sum.orders, &format::count)))
                    (tile(c::AVERAGE_ORDER.say(), &mean, &[html! { (c::AVERAGE_MORE) }, to_mean],
                        of_days(Sum::mean, &money)))
                    (self.month_so_far())
                }
            }
        }
    }

    /// The figure of this month.
    fn month_so_far(&self) -> Markup {
        let (month, before) = (Sum::of(self.this_month()), self.same_days_before());
        let then = format::month_name(month_before(self.now));
        let is_base = before.orders >= COMPARED && before.minor > 0;
        let to_month = |by: Against| c::to_month(by, &then);
        let change = match is_base {
            true => change(month.minor, before.minor, &to_month),
            false if month.orders == 0 => html! {},
            false => html! { (to_month(Against::NoBase)) },
        };
        let values: Vec<i64> = self.of_this_month().into_iter().map(|(_, sum)| sum.minor).collect();
        tile(
            &c::revenue_in(&format::month_name(self.now)),
            &self.money(month.minor),
            &[html! { (c::orders_and_paid(month.orders, month.paid)) }, change],
            self.spark(&values, &|minor| self.money(minor)),
        )
    }

    /// Each day of this month so far, by when it begins.
    fn of_this_month(&self) -> Vec<(Timestamp, Sum)> {
        let first = format::month_begins(self.now);
        let day = |at: Timestamp| at.since(first).as_secs() / DAY.as_secs();
        let value = |n| Sum::of(self.this_month().filter(|sum| day(sum.from) == n));
        (0..=day(self.now)).map(|n| (days_after(first, n), value(n))).collect()
    }

    /// So many hours of a day, by their names.
    fn hours_of(&self, begin: Timestamp, many: u64) -> impl Iterator<Item = (String, Sum)> {
        let hour = move |n: u64| begin.plus(Duration::from_secs(HOUR.as_secs() * n));
        (0..many).map(move |n| (format!("{n}:00"), self.between(hour(n), hour(n + 1))))
    }

    /// How amounts are written, and how they are beside a line: without cents, where the currency has some.
    fn amounts(&self) -> (Written<'_>, Written<'_>) {
        let has_cents = Money::new(100, self.currency).decimal().contains('.');
        let short = move |minor| format::short_money(Money::new(minor, self.currency));
        let beside: Written = if has_cents { Box::new(short) } else { Box::new(|minor| self.money(minor)) };
        (Box::new(|minor| self.money(minor)), beside)
    }

    /// By the day of this month: revenue, and orders.
    pub(super) fn month(&self) -> Markup {
        let month = format::month_name(self.now);
        let charts = [self.month_of_revenue(&month), self.month_of_orders(&month)];
        let title = c::month_by_day(&month);
        Either { name: "month", title: &title, this: c::TODAY_SO_FAR, charts, seen: 0 }.show()
    }

    fn month_of_revenue(&self, month: &str) -> Chart<'_> {
        let bars = self.bars_of_month(|sum| sum.minor);
        let most = most(&bars).map(|bar| (self.money(bar.value), bar.name.clone()));
        let sentence = c::revenue_by_day(month, &self.money(Sum::of(self.this_month()).minor), most);
        let (written, beside) = self.amounts();
        self.chart_of_month(Chart { of: c::REVENUE, bars, sentence, written, beside, ..self.no_chart() })
    }

    fn month_of_orders(&self, month: &str) -> Chart<'_> {
        let bars = self.bars_of_month(|sum| sum.orders);
        let most = most(&bars).map(|bar| (bar.value, bar.name.clone()));
        let sentence = c::orders_by_day(month, Sum::of(self.this_month()).orders, most);
        self.chart_of_month(Chart { of: c::ORDERS, bars, sentence, ..self.no_chart() })
    }

    fn bars_of_month(&self, of: fn(Sum) -> i64) -> Vec<Bar> {
        let bar = |(begin, sum)| Bar { name: format::day_of_month(begin), value: of(sum) };
        self.of_this_month().into_iter().map(bar).collect()
    }

    fn chart_of_month<'a>(&self, chart: Chart<'a>) -> Chart<'a> {
        let places = format::days_of_month(self.now);
        // the middle of the day's place; the first begins where the chart does
        let middle = |day: usize| if day == 1 { 0 } else { (2 * day - 1) * 500 / places };
        let days = [1, 8, 15, 22, 29].into_iter().filter(|day| *day <= places);
        let below = days.map(|day| (middle(day), day.to_string())).collect();
        Chart { each: c::DAY, places, below, ..chart }
    }

    /// By the hour of today: orders, which tell when there is work, and revenue.
    pub(super) fn by_hour(&self) -> Markup {
        let charts = [self.hours_of_revenue(), self.hours_of_orders()];
        Either { name: "today", title: c::TODAY_BY_HOUR.say(), this: c::THIS_HOUR, charts, seen: 1 }.show()
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

    fn and_then(&self, sentence: String, then: &Option<Then>, written: impl Fn(i64) -> String) -> String {
        match then {
            Some(then) => {
                let all = written(sum_of(&then.bars));
                c::and_last_weekday(&sentence, &format::weekday_name(self.now), &all)
            }
            None => sentence,
        }
    }

    /// The hours of today so far, and all of the same day of last week, where there was something.
    fn bars_by_hour(&self, of: fn(Sum) -> i64) -> (Vec<Bar>, Option<Then>) {
        let begin = midnight(self.now);
        let bars = |begin, many| -> Vec<Bar> {
            let bar = |(name, sum)| Bar { name, value: of(sum) };
            self.hours_of(begin, many).map(bar).collect()
        };
        let so_far = self.now.since(begin).as_secs() / HOUR.as_secs() + 1;
        let then = bars(begin.minus(WEEK), DAY.as_secs() / HOUR.as_secs());
        let name = c::last_weekday(&format::weekday_name(self.now));
        let has_some = sum_of(&then) > 0;
        (bars(begin, so_far), has_some.then_some(Then { name, bars: then }))
    }

    /// One of numbers by the hour, without any.
    fn no_chart(&self) -> Chart<'_> {
        Chart {
            of: c::ORDERS,
            each: c::HOUR,
            bars: Vec::new(),
            then: None,
            places: 24,
            below: [0, 6, 12, 18, 24].map(|hour| (hour * 1000 / 24, format!("{hour}:00"))).into(),
            sentence: String::new(),
            written: Box::new(format::count),
            beside: Box::new(format::count),
        }
    }
}

fn sum_of(bars: &[Bar]) -> i64 {
    bars.iter().map(|bar| bar.value).fold(0, i64::saturating_add)
}

/// The first of the highest bars; none where all are of nothing.
fn most(bars: &[Bar]) -> Option<&Bar> {
    bars.iter().rev().max_by_key(|bar| bar.value).filter(|bar| bar.value > 0)
}

fn days_after(first: Timestamp, days: u64) -> Timestamp {
    first.plus(Duration::from_secs(DAY.as_secs() * days))
}

/// When the month before that of a moment begins.
fn month_before(at: Timestamp) -> Timestamp {
    format::month_begins(format::month_begins(at).minus(DAY))
}

/// How a figure changed against another one that is above nothing, in words.
fn change(now: i64, then: i64, words: &dyn Fn(Against) -> String) -> Markup {
    let percent = (i128::from(now) - i128::from(then)) * 100 / i128::from(then.max(1));
    let share = c::percent(&percent.unsigned_abs().to_string());
    let (class, sign, by) = match percent {
        0 => return html! { (words(Against::Same)) },
        ..0 => ("down", icons::FALL, Against::Less(share)),
        _ => ("up", icons::RISE, Against::More(share)),
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
mod tests {
    use super::*;

    fn sum(from: &str, orders: i64, minor: i64) -> OrderSum {
        let from = from.parse().unwrap();
        OrderSum { from, orders, paid: orders, revenue: Money::new(minor, Currency::EUR) }
    }
    fn afternoon() -> Today {
        Today {
            now: "2026-11-25T14:30:00Z".parse().unwrap(),
            currency: Currency::EUR,
            hours: vec![
                sum("2026-11-24T14:00:00Z", 9, 0),
                sum("2026-11-25T09:00:00Z", 3, 3_000),
                sum("2026-11-25T14:00:00Z", 2, 5_000),
            ],
            days: vec![
                sum("2026-10-31T00:00:00Z", 9, 90_000),
                sum("2026-11-03T00:00:00Z", 1, 10_000),
                sum("2026-11-25T00:00:00Z", 5, 4_000),
            ],
            attention: Attention::default(),
        }
    }
    /// The sentence of a chart, its bars that are drawn, and the rows of its table that are not of nothing.
    #[track_caller]
    fn shows(
        chart: &Chart<'_>,
        sentence: &str,
        bars: [(&str, i64, i64); 2],
        rows: usize,
        told: [(&str, &str); 2],
    ) {
        let chart = html! { (chart.drawing()) (chart.table()) }.into_string();
        assert!(chart.contains(&format!("aria-label=\"{sentence}\"")), "{chart}");
        assert_eq!(chart.matches("<rect ").count(), bars.len(), "{chart}");
        for (class, x, tall) in bars {
            let y = 100 - tall;
            let bar = format!("<rect class=\"{class}\" x=\"{x}\" width=\"6\" y=\"{y}\" height=\"{tall}\">");
            assert!(chart.contains(&bar), "{bar} {chart}");
        }
        assert_eq!(chart.matches("scope=\"row\"").count(), rows, "{chart}");
        for (name, value) in told {
            assert!(chart.contains(&format!(">{name}</th><td class=\"n\">{value}</td>")), "{name} {chart}");
        }
    }

    #[test]
    fn the_chart_of_the_day_has_its_hours_so_far() {
        let sentence = "Orders per hour today, in UTC: 5 so far, most of them from 9:00";
        let bars = [("bar", 92, 75), ("bar-now", 142, 50)];
        let told = [("9:00", "3"), ("14:00", "2")];
        shows(&afternoon().hours_of_orders(), sentence, bars, 15, told);
        let sentence = "Revenue per hour today, in UTC: €80.00 so far, most of it from 14:00";
        let bars = [("bar", 92, 37), ("bar-now", 142, 62)];
        let told = [("9:00", "€30.00"), ("14:00", "€50.00")];
        shows(&afternoon().hours_of_revenue(), sentence, bars, 15, told);
    }

    #[test]
    fn the_chart_of_the_day_has_the_same_day_of_last_week_as_a_line() {
        let mut today = afternoon();
        today.hours.insert(0, sum("2026-11-18T16:00:00Z", 6, 0));
        let chart = today.hours_of_orders();
        assert!(chart.sentence.ends_with("; last Wednesday 6 in all"), "{}", chart.sentence);
        let drawn = chart.drawing().into_string();
        // at its hour, though that is not there today, to a scale with lines at 2, 4, 6 and 8
        assert!(drawn.contains("L155 100L165 25L175 100"), "{drawn}");
        // nothing of it was paid
        assert!(today.hours_of_revenue().then.is_none());
    }

    #[test]
    fn the_chart_of_the_month_has_its_days_so_far() {
        let sentence =
            "Revenue per day in November, in UTC: €140.00 so far, most of it on 3 November with €100.00";
        let bars = [("bar", 22, 100), ("bar-now", 242, 40)];
        let told = [("3 November", "€100.00"), ("25 November", "€40.00")];
        shows(&afternoon().month_of_revenue("November"), sentence, bars, 25, told);
        let sentence = "Orders per day in November, in UTC: 6 so far, most of them on 25 November, 5";
        let bars = [("bar", 22, 12), ("bar-now", 242, 62)];
        let told = [("3 November", "1"), ("25 November", "5")];
        shows(&afternoon().month_of_orders("November"), sentence, bars, 25, told);
    }

    #[test]
    fn the_average_order_is_rounded_to_the_nearest_cent() {
        for (minor, paid, mean) in [
            (3_001, 3, 1_000),
            (3_002, 3, 1_001),
            // what is just between two cents counts as the higher one
            (2_001, 2, 1_001),
            (2_003, 2, 1_002),
            (2_000, 2, 1_000),
            (0, 2, 0),
            (500, 0, 0),
        ] {
            assert_eq!(Sum { orders: 9, paid, minor }.mean(), mean, "of {minor} by {paid}");
        }
        // three orders of 10.00, 10.01 and 10.01, as they stand on the page
        let mut today = afternoon();
        today.hours = vec![sum("2026-11-25T09:00:00Z", 1, 1_000), sum("2026-11-25T14:00:00Z", 2, 2_002)];
        let tiles = today.tiles().into_string();
        let shown = tiles.split("<dt>Average order").nth(1).unwrap();
        assert!(shown.split("</span>").next().unwrap().ends_with("<span>€10.01"), "{shown}");
    }
}
