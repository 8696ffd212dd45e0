//! `ORDO_LOG`: a level, levels of single parts of the program (`orders=debug`), or both, between commas.

use crate::config::quoted;
use tracing_subscriber::EnvFilter;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
/// What has a separate level: the crates of the program, and those below them that log.
const PARTS: [&str; 30] = [
    "auth",
    "bus",
    "compat",
    "contracts",
    "db",
    "endpoint",
    "flow",
    "gateway",
    "host",
    "kernel",
    "languages",
    "notifications",
    "ordo",
    "ordo_http",
    "orders",
    "payments",
    "products",
    "web",
    "async_nats",
    "axum",
    "deadpool_postgres",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "mio",
    "rustls",
    "tokio",
    "tokio_postgres",
    "tower",
    "tower_http",
];
/// The level of everything else.
const USUAL: &str = "info";
/// How close a name has to come to another to be taken for a slip (Jaro–Winkler, 0 to 1).
const LIKE: f64 = 0.8;

/// What is wrong with a filter, and what can be written instead.
pub(crate) fn check(text: &str) -> Result<(), String> {
    read(text).map(drop)
}

/// What it lets through.
pub(super) fn read(text: &str) -> Result<EnvFilter, String> {
    let mut has_level = false;
    // the values of spans can contain commas
    let is_plain = !text.contains(['[', '{']);
    for directive in text.split(',').map(str::trim).filter(|one| is_plain && !one.is_empty()) {
        let (part, level) = match directive.split_once('=') {
            Some((part, level)) => (Some(part.trim()), Some(level.trim())),
            None if LEVELS.contains(&directive.to_lowercase().as_str()) => (None, Some(directive)),
            // a part without a level is logged as a whole
            None => (Some(directive), None),
        };
        has_level |= part.is_none();
        if let Some(level) = level.filter(|level| !LEVELS.contains(&level.to_lowercase().as_str())) {
            return Err(format!("{} is no level. {}", quoted(level), expected(level)));
        }
        let name = part.map(|part| part.split("::").next().unwrap_or(part));
        if let Some(name) = name.filter(|name| !PARTS.contains(name)) {
            let what = if level.is_some() { "no part of the program" } else { "no level" };
            return Err(format!("{} is {what}. {}", quoted(name), expected(name)));
        }
    }
    let own = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    let usual = (!has_level).then_some(USUAL);
    let text =
        if is_plain { usual.into_iter().chain(own).collect::<Vec<_>>().join(",") } else { text.to_owned() };
    EnvFilter::try_new(&text).map_err(|error| format!("{error}. {}", expected("")))
}

fn expected(found: &str) -> String {
    let known = LEVELS.iter().chain(&PARTS);
    let likeness = known.map(|known| (strsim::jaro_winkler(&found.to_lowercase(), known), known));
    let closest = likeness.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(likeness, _)| *likeness >= LIKE);
    let meant = closest.map(|(_, known)| format!("Is `{known}` meant? ")).unwrap_or_default();
    format!(
        "{meant}Set one of {}, or levels of parts of the program, such as `info,orders=debug`",
        LEVELS.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_parts_of_the_program_are_accepted_and_nothing_else() {
        for text in [
            "info",
            "WARN",
            "off",
            "info,orders=debug",
            "orders=debug",
            "orders",
            "warn, ordo_http::exchange=trace ,",
            "warn,orders[request{endpoint=\"place_order\"}]=debug",
            "hyper_util=off",
        ] {
            assert!(check(text).is_ok(), "{text}: {:?}", check(text));
        }
        for (text, part) in [
            ("verbose", "`verbose` is no level. Set one of error, warn, info"),
            ("warning", "Is `warn` meant?"),
            ("infos", "Is `info` meant?"),
            ("2", "`2` is no level"),
            ("info,orders=loud", "`loud` is no level"),
            ("ordrs=debug", "`ordrs` is no part of the program. Is `orders` meant?"),
            ("orders=", "`` is no level"),
            ("=[", "Set one of"),
            ("info debug", "is no level"),
            ("info;debug", "is no level"),
        ] {
            let why = check(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }

    #[test]
    fn a_level_of_one_part_leaves_the_others_at_the_usual_one() {
        assert_eq!(read("orders=debug").unwrap().to_string(), "orders=debug,info");
        assert_eq!(read("warn,orders=debug").unwrap().to_string(), "orders=debug,warn");
    }
}
