//! Which pages and forms there are, as the router of the pages has them: what a new one is held against.

use std::collections::BTreeSet;

const TABLE: &str = include_str!("../../crates/web/src/routes.rs");

/// Routes whose path has a name.
const NAMED: [(&str, &str); 3] = [
    ("pending_form::PATH", "/resume"),
    ("unresolved_payments::PATH", "/console/orders/unanswered"),
    ("unknown_charges::PATH", "/console/orders/unknown-charges"),
];

/// The paths that answer one method, with `{}` where an id stands.
fn of(method: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for route in TABLE.split(".route(").skip(1) {
        let (path, answers) = route.trim_start().split_once(',').unwrap();
        let path = match path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
            Some(path) => path,
            None => NAMED.iter().find(|(name, _)| *name == path).unwrap_or_else(|| panic!("{path}?")).1,
        };
        if answers.contains(&format!("{method}(")) {
            found.insert(path.to_owned());
        }
    }
    found
}

/// Where forms lead.
pub(crate) fn forms() -> BTreeSet<String> {
    of("post")
}
/// What is looked at, pages and parts of them.
pub(crate) fn pages() -> BTreeSet<String> {
    of("get")
}

/// The one of these routes that a path takes.
#[track_caller]
pub(crate) fn route<'a>(routes: &'a BTreeSet<String>, path: &str) -> &'a str {
    let path = path.split(['?', '#']).next().unwrap();
    let literal = |route: &str| route.split('/').filter(|part| !part.starts_with('{')).count();
    let takes = |route: &&String| {
        let (route, path) = (route.split('/').collect::<Vec<_>>(), path.split('/').collect::<Vec<_>>());
        let same = |(route, path): (&&str, &&str)| route.starts_with('{') || route == path;
        route.len() == path.len() && route.iter().zip(&path).all(same)
    };
    let route = routes.iter().filter(takes).max_by_key(|route| literal(route));
    route.unwrap_or_else(|| panic!("no route takes {path}"))
}
