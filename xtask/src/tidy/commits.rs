//! What crosses a boundary that a crash can fall on: commits, and calls to the outside.

use super::{Finding, gone};
use crate::{
    failpoints::{self, Point},
    source::words,
    tree::Tree,
};
use std::collections::BTreeMap;

/// The folders that may hold a client of the network. Each passes a fail point before and after a call.
/// `db` is not among them: what it sends ends in a commit, which has points of its own.
const DOORS: [&str; 6] = [
    "crates/compat/src/user_service.rs",
    "crates/endpoint/src/",
    "crates/bus/src/",
    "crates/payment-provider/src/",
    "crates/gateway/src/proxy/",
    // only `kernel::Env` hands it out, with the two points
    "crates/host/src/outbound.rs",
];

/// Files that name a client and pass no points themselves, and the file that passes them around their calls.
const PASSED_BY: [(&str, &str); 4] = [
    // what a request goes through; who makes it passes the points
    ("crates/endpoint/src/transport.rs", "crates/endpoint/src/client/"),
    ("crates/endpoint/src/connection_pool.rs", "crates/endpoint/src/client/"),
    ("crates/bus/src/nats/mod.rs", "crates/flow/src/publisher.rs"),
    // makes the connection's options, and sends nothing
    ("crates/bus/src/nats/settings.rs", "crates/flow/src/publisher.rs"),
];

/// What makes a file one that calls out.
const CLIENTS: [&str; 11] = [
    "endpoint::connections",
    "crate::connections",
    "hyper_util::client",
    "hyper::client",
    "reqwest",
    "lettre",
    "TcpStream::connect",
    "UnixStream::connect",
    "UdpSocket",
    "ConnectOptions",
    // a request past the typed client, which passes the points of every endpoint
    "http.send",
];

pub(super) fn commits(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeMap::new();
    for commit in failpoints::commits(tree) {
        let krate = commit.file.krate().unwrap_or_default();
        let complaint = match commit.name {
            None => Some(
                "a commit names its fail point here, as a literal: `.commit(\"service.verb\")`".to_owned(),
            ),
            Some(name) if !is_point(name, krate) => {
                Some(format!("`{name}` is not of the form `{krate}.verb`"))
            }
            Some(name) => {
                seen.insert(name, &commit.file.path).map(|first| format!("`{name}` is taken, in {first}"))
            }
        };
        findings.extend(complaint.map(|what| Finding::at(commit.file, commit.at, what)));
    }
    for (file, source) in tree.production() {
        let imported = source.code.find("failpoint::pass;");
        let what = "write `failpoint::pass(…)` in full: the list of all points is read from the source";
        findings.extend(imported.map(|at| Finding::at(file, at, what)));
    }
    for (file, source) in tree.production().filter(|(file, _)| file.krate() != Some("db")) {
        let texts = source.literals.iter().filter(|literal| !source.is_test(literal.at));
        let by_hand = texts.filter(|literal| commits_by_hand(&literal.text));
        findings.extend(
            by_hand.map(|l| Finding::at(file, l.at, "commits go through db, which passes fail points")),
        );
    }
    findings
}

pub(super) fn calls(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| file.krate() != Some("db")) {
        let named = CLIENTS.iter().flat_map(|client| words(&source.code, client));
        let uses = named.chain(imports(&source.code)).filter(|at| !source.is_test(*at));
        let Some(at) = uses.min() else { continue };
        match DOORS.iter().find(|door| file.path.starts_with(*door)) {
            None => {
                findings.push(Finding::at(file, at, format!("calls to the outside go through {DOORS:?}")))
            }
            Some(_) if failpoints::sides(tree, passing(&file.path)).len() < 2 => {
                findings.push(Finding::at(
                    file,
                    at,
                    "it passes no fail point before and after its calls".to_owned(),
                ));
            }
            Some(_) => {}
        }
    }
    findings.extend(one_sided(tree));
    let passed_by = PASSED_BY.iter().flat_map(|(file, passes)| [*file, *passes]);
    findings.extend(gone(tree, "xtask/src/tidy/commits.rs", DOORS.into_iter().chain(passed_by)));
    findings
}

/// Where a client is imported, also as one of a group: `use hyper_util::{client::legacy::Client, rt::TokioTimer};`.
fn imports(code: &str) -> Vec<usize> {
    let is_client = |path: &String| {
        CLIENTS.iter().any(|client| path == client || path.starts_with(&format!("{client}::")))
    };
    let group = |at: &usize| {
        let after = &code[at + "use".len()..];
        let tree: String = after.split(';').next().unwrap_or_default().split_whitespace().collect();
        paths("", &tree).iter().any(is_client)
    };
    words(code, "use").filter(group).collect()
}

/// The paths that a tree of imports names, without its white space.
fn paths(before: &str, tree: &str) -> Vec<String> {
    let Some((path, group)) = tree.split_once('{') else { return vec![format!("{before}{tree}")] };
    let before = format!("{before}{path}");
    let (mut depth, mut begin, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            ',' | '}' if depth == 0 => {
                found.extend(paths(&before, &group[begin..at]));
                begin = at + 1;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    found
}

/// The file that passes the points of this one's calls.
fn passing(path: &str) -> &str {
    PASSED_BY.iter().find(|(file, _)| *file == path).map_or(path, |(_, passes)| passes)
}

/// Steps that name their point themselves, and pass it on one side only.
fn one_sided(tree: &Tree) -> Vec<Finding> {
    let steps = failpoints::steps(tree);
    let lonely = steps.iter().filter(|step| {
        let other = |it: &&Point| it.name == step.name && it.side != step.side && it.path == step.path;
        !steps.iter().any(|it| other(&it))
    });
    let finding = |step: &Point| {
        let what = format!("`{}` is passed on this side only; the other belongs in the same file", step.name);
        Finding { path: step.path.clone(), line: step.line, what, warning: false }
    };
    lonely.map(finding).collect()
}

fn is_point(name: &str, krate: &str) -> bool {
    let verb = name.strip_prefix(krate).and_then(|rest| rest.strip_prefix('.'));
    verb.is_some_and(|verb| !verb.is_empty() && verb.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

fn commits_by_hand(text: &str) -> bool {
    text.to_lowercase().split(';').any(|statement| {
        let words: Vec<_> = statement.split_whitespace().collect();
        matches!(words[..], ["commit"] | ["commit" | "end", "transaction" | "work"])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;
    use std::collections::BTreeSet;

    fn complaints(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_commit_without_a_name_of_its_own_is_found() {
        let tree = files(&[
            ("crates/orders/src/a.rs", "tx.commit(\"orders.place_order\"); tx.commit(name);"),
            ("crates/orders/src/b.rs", "tx.commit(\"orders.place_order\"); tx.commit(\"products.reserve\");"),
            ("crates/db/src/tx.rs", "tx.commit(); tx.commit();"),
            ("crates/db/src/lib.rs", "group.commit();"),
        ]);
        assert_eq!(
            complaints(commits(&tree)),
            [
                "a commit names its fail point here, as a literal: `.commit(\"service.verb\")`",
                "`orders.place_order` is taken, in crates/orders/src/a.rs",
                "`products.reserve` is not of the form `orders.verb`",
                "a commit names its fail point here, as a literal: `.commit(\"service.verb\")`",
            ]
        );
    }

    #[test]
    fn a_commit_past_the_database_layer_is_found() {
        let text = "run(\"COMMIT\"); run(\"insert; commit ;\"); say(\"commit to it\"); say(\"end\");";
        let tree = files(&[("crates/orders/src/store/a.rs", text), ("crates/db/src/a.rs", text)]);
        assert_eq!(complaints(commits(&tree)), ["commits go through db, which passes fail points"; 2]);
    }

    #[test]
    fn a_step_passed_on_one_side_only_is_found() {
        let text = "pass(a); failpoint::pass(\"flow.publish\", \"calling\"); failpoint::pass(\"flow.publish\", \"called\");\n\
                    failpoint::pass(\"flow.mark\", \"calling\");";
        let found = calls(&files(&[("crates/flow/src/a.rs", text)]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn each_path_of_a_group_of_imports_is_seen() {
        assert_eq!(paths("", "a::b"), ["a::b"]);
        assert_eq!(
            paths("", "a::{b::{c::D,e},f::G,}"),
            ["a::b::c::D", "a::b::e", "a::f::G", "a::"],
            "a comma at the end names nothing more"
        );
        let grouped = "use a::b;\nuse hyper_util::{\n    rt::TokioTimer,\n    client::{legacy::Client},\n};";
        assert_eq!(imports(grouped), [10]);
        assert_eq!(
            imports("use hyper_util::{rt::TokioTimer, clients::Other}; because(hyper);"),
            [0_usize; 0]
        );
    }

    #[test]
    fn a_door_that_leads_nowhere_is_found() {
        let tree = files(&[("xtask/src/tidy/commits.rs", ""), ("crates/bus/src/nats.rs", "")]);
        let found = complaints(calls(&tree));
        for door in DOORS {
            let what = format!("{door} is in this list, and is not there");
            assert_eq!(found.contains(&what), door != "crates/bus/src/", "{door}: {found:?}");
        }
    }

    #[test]
    fn a_call_past_the_doors_is_found() {
        let client = "use hyper_util::client::legacy::Client;";
        let guarded = "failpoint::pass(n, \"before\"); failpoint::pass(n, \"after\");";
        let tree = files(&[
            ("crates/orders/src/api/a.rs", client),
            ("crates/orders/src/api/b.rs", "use hyper_util::{client::legacy::Client, rt::TokioTimer};"),
            ("crates/endpoint/src/other.rs", client),
            ("crates/endpoint/src/transport.rs", "use crate::{EVENT_STREAM, connections::Connections};"),
            ("crates/endpoint/src/connection_pool.rs", client),
            ("crates/orders/src/api/c.rs", "use endpoint::{Fault, connections::Connections};"),
            ("crates/endpoint/src/client/mod.rs", &format!("{client} {guarded}")),
            ("crates/payment-provider/src/stripe.rs", client),
            ("crates/bus/src/nats/mod.rs", "use async_nats::{Client, ConnectOptions};"),
            ("crates/compat/src/a.rs", "compat.http.send(url, request)"),
        ]);
        let found: BTreeSet<_> = calls(&tree).into_iter().map(|finding| finding.path).collect();
        let expected = [
            "crates/bus/src/nats/mod.rs",
            "crates/compat/src/a.rs",
            "crates/endpoint/src/other.rs",
            "crates/orders/src/api/a.rs",
            "crates/orders/src/api/b.rs",
            "crates/orders/src/api/c.rs",
            "crates/payment-provider/src/stripe.rs",
        ];
        assert_eq!(found, expected.map(str::to_owned).into());
    }
}
