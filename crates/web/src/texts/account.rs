//! Accounts.

use super::keys;

/// What a browser calls itself, as people call it.
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
/// How long something is good at least: in whole hours, or in minutes where it is less than an hour. What was made just now is good
/// for all of its hours: a minute is not counted.
pub(crate) fn expires_in(seconds: i64) -> String {
    const HOUR: i64 = 3600;
    match seconds.max(0) {
        left if left >= HOUR => keys::expires_in_hours((left + 60) / HOUR),
        left => keys::expires_in_minutes(left / 60),
    }
}
