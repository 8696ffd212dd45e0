//! What the figures say of sums: of hours, days and months, in several time zones.

use super::*;

fn sum(from: &str, orders: i64, minor: i64) -> SalesBucket {
    let from = from.parse().unwrap();
    SalesBucket { from, orders, paid: orders, revenue: Money::new(minor, Currency::EUR) }
}
fn afternoon() -> Today {
    Today {
        zone: Zone::default(),
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
    assert!(chart.sentence.ends_with("; last Wednesday 6 in total"), "{}", chart.sentence);
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

fn in_zone(name: &str, now: &str, hours: &[&str]) -> Today {
    let sums: Vec<SalesBucket> = hours.iter().map(|from| sum(from, 1, 100)).collect();
    let now = now.parse().unwrap();
    let (zone, currency) = (Zone::named(name).unwrap(), Currency::EUR);
    Today { zone, now, currency, hours: sums.clone(), days: sums, attention: Attention::default() }
}
/// The names of the hours of today in which there was an order, and how many hours it has.
fn hours_with_orders(today: &Today) -> (Vec<String>, usize) {
    let chart = today.hours_of_orders();
    (chart.bars.iter().filter(|bar| bar.value > 0).map(|bar| bar.name.clone()).collect(), chart.places)
}

#[test]
fn days_are_those_of_the_time_zone() {
    let orders = ["2026-11-24T22:00:00Z", "2026-11-24T23:00:00Z", "2026-11-25T13:00:00Z"];
    let berlin = in_zone("Europe/Berlin", "2026-11-25T14:30:00Z", &orders);
    assert_eq!(hours_with_orders(&berlin), (vec!["0:00".to_owned(), "14:00".to_owned()], 24));
    let days: Vec<i64> = berlin.of_this_month().iter().map(|(_, sum)| sum.orders).collect();
    assert_eq!((days.len(), days[23], days[24]), (25, 1, 2));
    assert_eq!(berlin.of_each_day(|sum| sum.orders), [0, 0, 0, 0, 0, 0, 1, 2]);
}

#[test]
fn a_day_on_which_the_clocks_change_has_its_hours() {
    let back =
        ["2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T22:00:00Z"];
    let today = in_zone("Europe/Berlin", "2026-10-25T22:59:00Z", &back);
    let (hours, places) = hours_with_orders(&today);
    assert_eq!((hours.join(", ").as_str(), places), ("0:00 CEST, 2:00 CEST, 2:00 CET, 23:00 CET", 25));
    assert_eq!(
        today.hours_below().iter().map(|(share, _)| *share).collect::<Vec<_>>(),
        [0, 280, 520, 760, 1000]
    );
    let on = ["2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T21:00:00Z"];
    let today = in_zone("Europe/Berlin", "2026-03-29T21:30:00Z", &on);
    let (hours, places) = hours_with_orders(&today);
    assert_eq!((hours.join(", ").as_str(), places), ("1:00 CET, 3:00 CEST, 23:00 CEST", 23));
}

#[test]
fn a_day_that_begins_at_1_00_ends_at_midnight() {
    // 23:00 of the 24th, which began at 1:00, and 0:00 of the 25th
    let orders = ["2026-04-24T20:00:00Z", "2026-04-24T21:00:00Z"];
    let cairo = |now: &str| in_zone("Africa/Cairo", now, &orders);
    let (night, morning) = (cairo("2026-04-24T20:30:00Z"), cairo("2026-04-25T05:00:00Z"));
    assert_eq!(hours_with_orders(&night), (vec!["23:00 EEST".to_owned()], 23));
    assert_eq!(hours_with_orders(&morning), (vec!["0:00".to_owned()], 24));
    let below = night.hours_below();
    assert_eq!((&below[0], &below[1]), (&(0, "1:00".to_owned()), &(5_000 / 23, "6:00".to_owned())));
    let days: Vec<i64> = morning.of_this_month().iter().map(|(_, sum)| sum.orders).collect();
    assert_eq!((days.len(), days[23], days[24]), (25, 1, 1));
    assert_eq!(morning.of_each_day(|sum| sum.orders), [0, 0, 0, 0, 0, 0, 1, 1]);
    // a week later as a week before
    let later = cairo("2026-05-01T05:00:00Z").of_each_day(|sum| sum.orders);
    assert_eq!(later, [1, 1, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn hours_begin_at_the_minute_at_which_the_zone_has_them() {
    // 0:15 of the 25th, and the hour across midnight, which counts for the day in which it begins
    let orders = ["2026-11-24T17:00:00Z", "2026-11-24T18:00:00Z", "2026-11-24T19:00:00Z"];
    let kathmandu = in_zone("Asia/Kathmandu", "2026-11-24T20:00:00Z", &orders);
    assert_eq!(hours_with_orders(&kathmandu), (vec!["0:45".to_owned()], 24));
    let days: Vec<i64> = kathmandu.of_this_month().iter().map(|(_, sum)| sum.orders).collect();
    assert_eq!((days[23], days[24]), (2, 1));
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
        assert_eq!(SalesSum { orders: 9, paid, minor }.mean(), mean, "of {minor} by {paid}");
    }
    // three orders of 10.00, 10.01 and 10.01, as they stand on the page
    let mut today = afternoon();
    today.hours = vec![sum("2026-11-25T09:00:00Z", 1, 1_000), sum("2026-11-25T14:00:00Z", 2, 2_002)];
    let tiles = today.tiles().into_string();
    let shown = tiles.split("<dt>Average order").nth(1).unwrap();
    assert!(shown.split("</span>").next().unwrap().ends_with("<span>€10.01"), "{shown}");
}
