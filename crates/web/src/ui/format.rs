//! Money, counts and dates in the language of the request.

use crate::texts::{self as t, Language, WebLanguage, presentation};
use contracts::Address;
use jiff::civil::DateTime;
use kernel::{Currency, Money, Timestamp};

/// The decimal mark.
pub(crate) fn point() -> char {
    languages::point(Language::now())
}
/// `€1,234.50`, in German `1.234,50 €`; `CHF 12.00` and `12,00 CHF` where the currency has no sign of its own.
pub(crate) fn money(money: Money) -> String {
    languages::money(Language::now(), money)
}

/// Whether the currency sign precedes an amount.
pub(crate) fn sign_is_first() -> bool {
    match Language::now() {
        Language::English => true,
        Language::German => false,
    }
}
/// The currency sign: `€`, or `CHF`.
pub(crate) fn sign(currency: Currency) -> String {
    languages::sign(currency)
}

/// `1,234,567`, in German `1.234.567`.
pub(crate) fn grouped(digits: &str) -> String {
    languages::grouped(Language::now(), digits)
}

/// `€64`: money without a fraction of zeros, for the axis of a chart.
pub(crate) fn short_money(of: Money) -> String {
    let decimal = of.decimal();
    match decimal.split_once('.') {
        Some((_, fraction)) if fraction.bytes().all(|digit| digit == b'0') => {
            money(of).replacen(&format!("{}{fraction}", point()), "", 1)
        }
        _ => money(of),
    }
}

/// `1,234`: a count.
pub(crate) fn count(count: i64) -> String {
    let sign = if count < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&count.unsigned_abs().to_string()))
}

/// `12 MB`: a size, rounded up.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}\u{a0}MB", grouped(&bytes.div_ceil(1_000_000).to_string()))
}

/// The number of days in the month.
pub(crate) fn days_of_month(at: Timestamp) -> usize {
    presentation::zone().local(at).map_or(31, |at| usize::try_from(at.date().days_in_month()).unwrap_or(31))
}

/// `November`.
pub(crate) fn month_name(at: Timestamp) -> String {
    written(at, |at| t::month(at.month()))
}
/// `Friday`.
pub(crate) fn weekday_name(at: Timestamp) -> String {
    written(at, |at| t::weekday(at.weekday().to_monday_one_offset()))
}
/// `20 November`, in German `20. November`.
pub(crate) fn day_of_month(at: Timestamp) -> String {
    written(at, |at| t::a_day_of_month(at.day(), &t::month(at.month())))
}

/// `20 Nov 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    written(at, |at| t::a_day(at.day(), &t::month_short(at.month()), &at.year().to_string()))
}

/// `20 November 2026`: in documents.
pub(crate) fn whole_day(at: Timestamp) -> String {
    written(at, |at| t::a_day(at.day(), &t::month(at.month()), &at.year().to_string()))
}

/// `Friday, 20 November`.
pub(crate) fn weekday(at: Timestamp) -> String {
    let weekday = |at: DateTime| t::weekday(at.weekday().to_monday_one_offset());
    written(at, |at| t::a_weekday(&weekday(at), at.day(), &t::month(at.month())))
}

/// `2026`.
pub(crate) fn year(at: Timestamp) -> String {
    written(at, |at| at.year().to_string())
}

/// `20 Nov, 10:30`, and `20 Nov 2011, 10:30` in another year.
pub(crate) fn minute(at: Timestamp) -> String {
    written(at, |at| {
        let (day, month) = (at.day(), t::month_short(at.month()));
        match presentation::is_this_year(at.year()) {
            true => t::a_minute(day, &month, &time(at)),
            false => t::a_minute_of_year(day, &month, &at.year().to_string(), &time(at)),
        }
    })
}

/// `20 November 2026, 10:30 UTC`: the title of the short form.
pub(crate) fn exact(at: Timestamp) -> String {
    let zone = zone_of(at);
    written(at, |at| t::a_moment(at.day(), &t::month(at.month()), &at.year().to_string(), &time(at), &zone))
}

/// `UTC`, or `CET`: the time zone of a time.
pub(crate) fn zone_of(at: Timestamp) -> String {
    presentation::zone().abbreviation(at)
}

fn time(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn written(at: Timestamp, write: impl FnOnce(DateTime) -> String) -> String {
    presentation::zone().local(at).map_or_else(|| at.to_string(), write)
}

/// A shipping address, line by line, without the name.
pub(crate) fn address(to: &Address) -> Vec<String> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let town = format!("{} {}", to.postal_code, to.city).trim().to_owned();
    // many cities have the name of their region
    let town = given(&to.region)
        .filter(|region| *region != to.city)
        .map_or(town.clone(), |region| format!("{town}, {region}"));
    let lines = [Some(to.line1.clone()), given(&to.line2), Some(town), Some(t::country(&to.country))];
    lines.into_iter().flatten().collect()
}

/// The same in one line, with the name.
pub(crate) fn whole_address(to: &Address) -> String {
    [vec![to.name.clone()], address(to)].concat().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_writes_in_its_own_way() {
        let at: Timestamp = "2026-03-06T09:05:59Z".parse().unwrap();
        let said = || {
            let of = |minor, code: &str| money(Money::new(minor, code.parse().unwrap()));
            [of(-123_456, "EUR"), of(1200, "CHF"), day(at), weekday(at), minute(at), exact(at)]
        };
        assert_eq!(
            said(),
            [
                "−€1,234.56",
                "CHF\u{a0}12.00",
                "6 Mar 2026",
                "Friday, 6 March",
                "6 Mar 2026, 09:05",
                "6 March 2026, 09:05 UTC"
            ]
        );
        assert_eq!(
            Language::German.during(said),
            [
                "−1.234,56\u{a0}€",
                "12,00\u{a0}CHF",
                "6. März 2026",
                "Freitag, 6. März",
                "6. März 2026, 09:05",
                "6. März 2026, 09:05 UTC"
            ]
        );
    }

    #[test]
    fn what_stands_beside_a_chart_is_short() {
        let of = |minor| short_money(Money::new(minor, Currency::EUR));
        assert_eq!((of(0), of(120_000), of(250)), ("€0".to_owned(), "€1,200".to_owned(), "€2.50".to_owned()));
        let german = Language::German.during(|| (of(123_456_700), of(250)));
        assert_eq!(german, ("1.234.567\u{a0}€".to_owned(), "2,50\u{a0}€".to_owned()));
        assert_eq!((count(1_234_567), count(-5)), ("1,234,567".to_owned(), "−5".to_owned()));
    }

    #[test]
    fn a_month_has_its_days() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            (days_of_month(at("2028-02-29T23:59:59Z")), days_of_month(at("2026-11-01T00:00:00Z"))),
            (29, 30)
        );
    }

    #[test]
    fn moments_are_in_the_time_of_the_shop() {
        let at: Timestamp = "2026-10-31T23:30:00Z".parse().unwrap();
        let zone = languages::Zone::named("Europe/Berlin").unwrap();
        // there it is 2026 by then
        let now = Some("2025-12-31T23:30:00Z".parse().unwrap());
        let berlin = presentation::Presentation { zone, now, ..Default::default() };
        let in_berlin = || (day(at), minute(at), exact(at), month_name(at), days_of_month(at));
        let expected = (
            "1 Nov 2026".to_owned(),
            "1 Nov, 00:30".to_owned(),
            "1 November 2026, 00:30 CET".to_owned(),
            "November".to_owned(),
            30,
        );
        assert_eq!(presentation::during(berlin, in_berlin), expected);
    }

    #[test]
    fn moments_are_written_short_and_exactly() {
        let at: Timestamp = "2026-11-03T09:05:59Z".parse().unwrap();
        assert_eq!((day(at), minute(at)), ("3 Nov 2026".to_owned(), "3 Nov 2026, 09:05".to_owned()));
        assert_eq!(exact(at), "3 November 2026, 09:05 UTC");
    }
}
