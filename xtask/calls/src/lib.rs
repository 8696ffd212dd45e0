//! `cargo xtask who-calls-whom`: a page with a picture, from the declarations in `contracts`, and from the sources of those
//! who ask what anybody may. It stands apart from the rest of `xtask`, which every run of all tests waits for, and which need
//! not wait for `contracts`.

mod sources;

use contracts::calls::{asks, hears};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// Between two services, the names of endpoints or events.
type Ways = BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>>;

const ABOUT: &str = "\
# Who calls whom

Made by `cargo xtask who-calls-whom`; a test holds that it is current. A solid arrow leads from who asks to who answers; a
dotted one from who tells of an event to who acts on it. `notifications` keeps every event in the public log, also those on
which it does not act, and whoever hears of events reads the teller's feed (`read_feed`), too. `simulator` is the payment
provider.

How the rows come about:
- Who asks for what is `/internal` is declared beside the endpoint in `crates/contracts`, and services let nobody else in. Tests
  in `crates/ordo/src/roles` hold the declarations against the services: `read_feed` and all of “Heard” against what each service
  hears once it is made; the other endpoints against the sources, in which each declared caller, and nobody else, makes the request.
- `read_revocations` and `look_up_api_key` are asked by the verifier of tokens that every process has. The tests hold that they are
  declared for all but `auth`, and not that each asks.
- `get_jwks` anybody may ask. Whoever asks `read_revocations` is taken to ask it, too, since the verifier does both; no test holds
  it.
- `web` stands for the shop's pages, and `compat` for the interfaces of other systems. What they ask as the person in front of them
  is whatever request their sources make, as a search of the text finds it: these rows follow the sources, and no test holds them
  against anything else. What is under `/internal` the pages ask as the gateway, which they are behind.

Not on it is what is no endpoint of the catalogue: the gateway passes requests of clients on to every service, and asks each of
them whether it is ready (`/ready`).

";

/// The page.
pub fn page() -> String {
    let (mut asked, mut heard) = (Ways::new(), Ways::new());
    for one in asks().into_iter().chain(sources::asks()) {
        asked.entry((one.caller, one.callee)).or_default().insert(one.endpoint);
    }
    for one in hears() {
        heard.entry((one.producer, one.consumer)).or_default().insert(one.event);
    }
    let mut page = ABOUT.to_owned() + "```mermaid\nflowchart LR\n";
    let arrows = asked.keys().map(|ways| (ways, "-->")).chain(heard.keys().map(|ways| (ways, "-.->")));
    for ((from, to), arrow) in arrows {
        // writing into a text cannot fail
        let _ = writeln!(page, "    {from} {arrow} {to}");
    }
    page.push_str("```\n");
    table(&mut page, "Asked", ["who asks", "whom", "for what"], &asked);
    table(&mut page, "Heard", ["who tells", "whom", "of what"], &heard);
    page
}

fn table(page: &mut String, title: &str, [from, to, what]: [&str; 3], ways: &Ways) {
    let _ = write!(page, "\n## {title}\n\n| {from} | {to} | {what} |\n|---|---|---|\n");
    for ((from, to), names) in ways {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(page, "| {from} | {to} | {} |", names.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn the_page_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/who-calls-whom.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, page()).expect("the page can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == page(),
            "docs/generated/who-calls-whom.md is not current: UPDATE_DOCS=1 writes it anew"
        );
    }

    #[test]
    fn what_everybody_knows_is_on_it() {
        let page = page();
        for line in
            ["    orders --> products\n", "    orders -.-> notifications\n", "`reserve`", "`order.placed`"]
        {
            assert!(page.contains(line), "{line}");
        }
        let row = |ways: &str| page.lines().find(|line| line.starts_with(ways)).unwrap_or_default();
        for (ways, endpoints) in [
            ("| notifications | payments | ", &["read_feed"][..]),
            ("| products | auth | ", &["get_jwks", "read_revocations"]),
            ("| web | orders | ", &["get_order", "place_basket", "read_state"]),
            ("| web | notifications | ", &["list_mails", "stream_events"]),
            ("| compat | auth | ", &["find_user", "get_jwks", "login"]),
        ] {
            let lacks = endpoints.iter().find(|endpoint| !row(ways).contains(&format!("`{endpoint}`")));
            assert_eq!(lacks, None, "{ways}");
        }
        assert!(!page.contains("auth --> "), "auth asks nobody");
    }
}
