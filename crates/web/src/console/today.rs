//! Today in figures: how many orders, what they come to, and a chart by the hour that the server draws.

use crate::{format, texts::console as c};
use contracts::orders::{Order, OrderStatus};
use kernel::{Currency, Money, Timestamp};
use maud::{Markup, html};

const HOURS: usize = 24;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;
/// The chart's height and the width of an hour, in its own units.
const HEIGHT: usize = 100;
const STEP: usize = 10;
/// A line for so many parts of its height.
const LINES: usize = 4;

/// The beginning of the day, in UTC.
pub(super) fn midnight(now: Timestamp) -> Timestamp {
    Timestamp::from_seconds(now.as_seconds() - now.as_seconds().rem_euclid(DAY_S))
}

/// What today's orders come to.
pub(super) struct Today {
    orders: usize,
    /// Of orders whose payment is secured, without what was cancelled.
    revenue: Money,
    paid: usize,
    by_hour: [usize; HOURS],
    hour: usize,
    /// There are more orders than were looked at: the newest ones count.
    more: bool,
}

impl Today {
    /// From orders of today; `more` where these are not all.
    pub(super) fn of(orders: &[Order], more: bool, now: Timestamp, currency: Currency) -> Self {
        let hour = |at: Timestamp| usize::try_from(at.as_seconds().rem_euclid(DAY_S) / HOUR_S).unwrap_or(0);
        let mut by_hour = [0; HOURS];
        for order in orders {
            by_hour[hour(order.created_at)] += 1;
        }
        let secured =
            |order: &&Order| matches!(order.status, OrderStatus::Confirmed | OrderStatus::Completed);
        let paid: Vec<&Order> = orders.iter().filter(secured).collect();
        let minor = paid.iter().map(|order| order.owed.minor).fold(0, i64::saturating_add);
        let revenue = Money::new(minor, currency);
        Today { orders: orders.len(), revenue, paid: paid.len(), by_hour, hour: hour(now), more }
    }

    /// Three figures.
    pub(super) fn tiles(&self) -> Markup {
        let plus = if self.more { "+" } else { "" };
        let mean = i64::try_from(self.paid).ok().filter(|paid| *paid > 0);
        let mean = mean.map(|paid| Money { minor: self.revenue.minor / paid, ..self.revenue });
        html! {
            section.card aria-label=(c::TODAY) {
                dl.tiles {
                    (tile(c::REVENUE_TODAY, &format!("{}{plus}", format::money(self.revenue)), c::REVENUE_MORE))
                    (tile(c::ORDERS_TODAY, &format!("{}{plus}", self.orders), &c::of_which_paid(self.paid)))
                    (tile(c::AVERAGE_ORDER, &mean.map_or("–".to_owned(), format::money), c::AVERAGE_MORE))
                }
            }
        }
    }

    /// Orders by the hour, and the same as a table.
    pub(super) fn chart(&self) -> Markup {
        let top = scale(self.by_hour.iter().copied().max().unwrap_or(0));
        html! {
            section.card {
                div.card-head {
                    h2 { (c::ORDERS_BY_HOUR) }
                    span.legend { span { (c::HOUR) } span.k2 { (c::THIS_HOUR) } }
                }
                div.card-body { (self.bars(top)) }
                details.card-foot.chart-table {
                    summary.link.small { (c::SHOW_AS_TABLE) }
                    (self.table())
                }
            }
        }
    }

    fn bars(&self, top: usize) -> Markup {
        let height = |count: usize| count * HEIGHT / top;
        let class = |hour: usize| if hour == self.hour { "bar-now" } else { "bar" };
        html! {
            div.chart {
                div.chart-y aria-hidden="true" {
                    @for line in (0..=LINES).rev() { span { (top * line / LINES) } }
                }
                svg viewBox={ "0 0 " (HOURS * STEP) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                    aria-label=(c::chart_by_hour(self.orders, self.busiest())) {
                    @for line in 0..=LINES {
                        @let y = line * HEIGHT / LINES;
                        line.gridline x1="0" x2=(HOURS * STEP) y1=(y) y2=(y) {}
                    }
                    @for (hour, count) in self.by_hour.iter().enumerate().filter(|(_, count)| **count > 0) {
                        rect.(class(hour)) x=(hour * STEP + 2) width=(STEP - 4) y=(HEIGHT - height(*count)) height=(height(*count)) {}
                    }
                }
                div.chart-x aria-hidden="true" { @for hour in [0, 6, 12, 18, 24] { span { (hour) ":00" } } }
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            div.table-wrap tabindex="0" role="region" aria-label=(c::ORDERS_BY_HOUR) {
                table.table.table-plain {
                    thead { tr { th scope="col" { (c::HOUR) } th.n scope="col" { (c::ORDERS) } } }
                    tbody {
                        @for (hour, count) in self.by_hour.iter().enumerate().filter(|(hour, _)| *hour <= self.hour) {
                            tr { th.num scope="row" { (hour) ":00" } td.n { (count) } }
                        }
                    }
                }
            }
        }
    }

    /// The hour with the most orders, where there are any.
    fn busiest(&self) -> Option<usize> {
        let most = self.by_hour.iter().copied().max().filter(|most| *most > 0)?;
        self.by_hour.iter().position(|count| *count == most)
    }
}

fn tile(name: &str, figure: &str, more: &str) -> Markup {
    html! { div.tile { dt { (name) } dd.big { (figure) } dd.foot { (more) } } }
}

/// The figure at the top of a chart: the next one that all its lines divide.
fn scale(most: usize) -> usize {
    most.div_ceil(LINES).max(1) * LINES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(midnight(at("2026-11-20T23:59:59Z")), at("2026-11-20T00:00:00Z"));
        assert_eq!(midnight(at("2026-11-20T00:00:00Z")), at("2026-11-20T00:00:00Z"));
    }

    #[test]
    fn the_lines_of_a_chart_stand_at_whole_numbers() {
        for (most, top) in [(0, 4), (1, 4), (4, 4), (5, 8), (200, 200)] {
            assert_eq!(scale(most), top);
        }
    }
}
