//! What the pages and the interfaces of other systems ask as whoever stands in front of them: that is open to anybody, so no
//! declaration says who asks it, and their sources are read for it.

use contracts::{catalogue, dependencies::CallDependency};
use endpoint::EndpointInfo;
use std::{collections::BTreeSet, fs, path::Path};

/// Who asks, and where its sources are, from the root of the repository.
const ASKING: [(&str, &[&str]); 2] =
    [("compat", &["crates/compat/src", "crates/ordo/src/compat"]), ("web", &["crates/web/src"])];

/// What they ask.
pub(crate) fn asks() -> BTreeSet<CallDependency> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = BTreeSet::new();
    for (caller, folders) in ASKING {
        let text: String = folders.iter().map(|folder| read(&root.join(folder))).collect();
        all.extend(asked_in(&text).into_iter().map(|(callee, endpoint)| CallDependency {
            caller,
            callee,
            endpoint,
        }));
    }
    all
}

/// The endpoints of the catalogue whose request is made here, with those who answer them; and those that are asked by their
/// path and a query, as a stream is.
fn asked_in(text: &str) -> BTreeSet<(&'static str, &'static str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_made = |name: &str| {
        let made = format!("{name} {{");
        text.match_indices(&made).any(|(at, _)| !text[..at].ends_with(is_word))
    };
    let is_asked = |listing: &EndpointInfo| {
        is_made(listing.request_type()) || text.contains(&format!("\"{}?", listing.route.path))
    };
    let asked = catalogue::endpoints().into_iter().filter(|(_, listing)| is_asked(listing));
    asked.map(|(callee, listing)| (callee, listing.route.name)).collect()
}

/// All sources of a folder, without their tests.
fn read(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let of = |path: &Path| match path.is_dir() {
        _ if path.ends_with("tests") || path.ends_with("tests.rs") => String::new(),
        true => read(path),
        false => {
            let text = fs::read_to_string(path).expect("the file can be read");
            text.split("\nmod tests {").next().unwrap_or_default().to_owned()
        }
    };
    entries.map(|entry| of(&entry.expect("the folder can be listed").path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_made_is_found_and_one_that_is_only_named_is_not() {
        let found = |text: &str| asked_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found("auth.call(&cx, GetMe {}).await"), [("auth", "get_me")]);
        assert_eq!(
            found("Request::get(\"/v1/events/stream?subject=x\")"),
            [("notifications", "stream_events")]
        );
        for named in ["use contracts::auth::GetMe;", "ForGetMe {}", "ForgetMe {}", "\"/v1/me\""] {
            assert_eq!(found(named), [], "{named}");
        }
        // each service answers it
        assert_eq!(found("GetServiceStatus {}").len(), 5);
    }

    #[test]
    fn every_endpoint_has_the_type_that_is_looked_for() {
        let catalogue = include_str!("../../../crates/contracts/src/catalogue.rs");
        for (_, listing) in catalogue::endpoints() {
            let name = listing.request_type();
            assert!(catalogue.split(|c: char| !c.is_alphanumeric()).any(|word| word == name), "{name}");
        }
    }
}
