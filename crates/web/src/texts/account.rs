//! Accounts.

use super::keys;

/// The name of a browser, from its user agent.
pub(crate) fn browser(agent: &str) -> String {
    let named = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let what = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let on = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ]);
    match (what, on) {
        (Some(what), Some(on)) => keys::browser_on(what, on),
        (Some(what), None) => what.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
/// A validity period, rounded down to hours, or to minutes below an hour. A period that has just started counts in full.
pub(crate) fn expires_in(seconds: i64) -> String {
    const HOUR: i64 = 3600;
    match seconds.max(0) {
        left if left >= HOUR => keys::expires_in_hours((left + 60) / HOUR),
        left => keys::expires_in_minutes(left / 60),
    }
}
