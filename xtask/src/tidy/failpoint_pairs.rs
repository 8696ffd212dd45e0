//! Each single place that sends something to another process stands between two fail points of its own.
//!
//! A file that passes some points may send again beside them. So the places themselves are looked for, by the words
//! with which the doors send. Under any other word a way to another process is sent by nobody: clippy disallows
//! `Transport::send` wherever it is not allowed by name.

use super::{Finding, gone};
use crate::{
    failpoints::passes,
    source::{Source, identifier, words},
    tree::{File, Tree},
};

/// Who is asked to send, and how.
const SENDS: [(&str, &str); 6] = [
    // a request, over any way to another process
    ("transport", "send"),
    ("http", "send"),
    ("service", "send"),
    ("connections", "request"),
    // to NATS
    ("client", "publish"),
    ("asking", "messages"),
];

/// Whatever this is asked goes to NATS, but for what it knows by itself.
const NATS: &str = "jetstream";
const KNOWN_HERE: &str = "client";

/// What a payment provider demands of its caller, and one place alone can make: who makes it, sends.
const PASS: (&str, &str) = ("Pass", "(())");

/// Functions that send without points of their own, and why (decision 38).
const WITHOUT: [(&str, &str, &str); 5] = [
    ("crates/endpoint/src/client/probe.rs", "ask", "it reads whether anybody is there, and changes nothing"),
    ("crates/endpoint/src/transport.rs", "send", "a way for requests: whoever makes one passes the points"),
    ("crates/bus/src/nats/mod.rs", "publish_over", "flow/src/publisher.rs passes the points around it"),
    ("crates/bus/src/nats/stream.rs", "kept", "it reads what there is, and changes nothing"),
    ("crates/bus/src/nats/subscription.rs", "pull", "what it asks for comes again until it is acknowledged"),
];

pub(super) fn sends(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production() {
        let places = places(source);
        let exempt = |at: &usize| exception(file, &function(source, *at).0);
        let bare = places.iter().filter(|at| !exempt(at) && !is_between_points(source, &places, **at));
        let what = "it sends here, and passes no fail point of its own before and after that";
        findings.extend(bare.map(|at| Finding::at(file, *at, what)));
        for (path, name, _) in WITHOUT.iter().filter(|(path, ..)| *path == file.path) {
            if !places.iter().any(|at| function(source, *at).0 == *name) {
                let what =
                    format!("`{name}` of {path} sends nothing: it needs no exception in tidy/sends.rs");
                findings.push(Finding::at(file, 0, what));
            }
        }
    }
    findings.extend(gone(tree, "xtask/src/tidy/failpoint_pairs.rs", WITHOUT.map(|(path, ..)| path)));
    findings
}

fn exception(file: &File, function: &str) -> bool {
    WITHOUT.iter().any(|(path, name, _)| *path == file.path && *name == function)
}

/// Where something is sent, in order.
fn places(source: &Source) -> Vec<usize> {
    let code = &source.code;
    let mut found: Vec<usize> = Vec::new();
    for (who, how) in SENDS {
        found.extend(words(code, who).filter(|at| method(code, at + who.len()) == Some(how)));
    }
    let asked = |at: &usize| method(code, at + NATS.len()).is_some_and(|how| how != KNOWN_HERE);
    found.extend(words(code, NATS).filter(|at| !code[..*at].ends_with('.') && asked(at)));
    let (pass, made) = PASS;
    let is_made = |at: &usize| code[at + pass.len()..].starts_with(made) && !code[..*at].ends_with("struct ");
    found.extend(words(code, pass).filter(is_made));
    found.retain(|at| !source.is_test(*at));
    found.sort_unstable();
    found
}

/// The method that is called on what ends at `at`, also on the next line.
fn method(code: &str, at: usize) -> Option<&str> {
    let name = identifier(code[at..].trim_start().strip_prefix('.')?);
    let after = code[at..].trim_start().strip_prefix('.')?.trim_start().strip_prefix(name)?;
    (!name.is_empty() && after.trim_start().starts_with('(')).then_some(name)
}

/// The innermost function around a place: its name, and where it begins and ends.
fn function(source: &Source, at: usize) -> (String, usize, usize) {
    let around = source.functions().into_iter().filter(|function| function.extent.contains(&at));
    let inner = around.min_by_key(|function| function.extent.len());
    inner.map_or((String::new(), 0, 0), |it| (it.name, it.extent.start, it.extent.end))
}

/// Whether the point before it is of the side before a call, the one after it of the side after, and nothing else is
/// sent between the two.
fn is_between_points(source: &Source, places: &[usize], at: usize) -> bool {
    let (_, begin, end) = function(source, at);
    let points = passes(source).into_iter().filter(|(point, _)| (begin..end).contains(point));
    let points: Vec<(usize, Option<&str>)> = points.map(|(at, said)| (at, said.last().copied())).collect();
    let before = points.iter().rfind(|(point, _)| *point < at);
    let after = points.iter().find(|(point, _)| *point > at);
    let (Some((from, Some("calling"))), Some((to, Some("called")))) = (before, after) else { return false };
    !places.iter().any(|other| *other != at && (*from..*to).contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    fn found(path: &str, code: &str) -> Vec<usize> {
        sends(&files(&[(path, code)])).into_iter().map(|finding| finding.line).collect()
    }

    const BEFORE: &str = "failpoint::pass(name, \"calling\");\n";
    const AFTER: &str = "failpoint::pass(name, \"called\");\n";
    const STREAMS: &str = "crates/bus/src/nats/other.rs";

    #[test]
    fn what_is_sent_between_two_points_is_well() {
        let sent = "let sent = self.transport.send(to, request);\nwait(sent).await;\n";
        assert_eq!(found("crates/endpoint/src/a.rs", &format!("fn f() {{\n{BEFORE}{sent}{AFTER}}}")), [0; 0]);
        assert_eq!(found("crates/endpoint/src/a.rs", &format!("fn f() {{\n{sent}}}")), [2]);
        assert_eq!(found("crates/endpoint/src/a.rs", &format!("fn f() {{\n{AFTER}{sent}{BEFORE}}}")), [3]);
    }

    #[test]
    fn points_of_another_function_or_of_another_call_are_not_its_own() {
        let make = "jetstream.create_stream(wanted).await;\n";
        let elsewhere = format!("fn g() {{\n{BEFORE}{AFTER}}}\nfn f() {{\n{make}}}");
        assert_eq!(found(STREAMS, &elsewhere), [6]);
        let both = format!("fn f() {{\n{BEFORE}jetstream\n    .get_stream(name).await;\n{make}{AFTER}}}");
        assert_eq!(found(STREAMS, &both), [3, 5]);
    }

    #[test]
    fn a_provider_is_called_by_who_makes_its_pass() {
        let path = "crates/payment-provider/src/guarded.rs";
        let call = "let said = self.provider.submit(Pass(()), submit).await;\n";
        assert_eq!(found(path, &format!("pub struct Pass(());\nfn f() {{\n{BEFORE}{call}{AFTER}}}")), [0; 0]);
        assert_eq!(found(path, &format!("pub struct Pass(());\nfn f() {{\n{call}}}")), [3]);
    }

    #[test]
    fn what_is_known_here_is_not_sent_for() {
        let code =
            "fn f() { jetstream.client(); link.jetstream.filter(x); jetstream::new(); asking.expires(); }";
        assert_eq!(found(STREAMS, code), [0; 0]);
    }

    #[test]
    fn an_exception_that_nobody_needs_is_found() {
        let path = "crates/endpoint/src/client/probe.rs";
        assert_eq!(found(path, "fn ask() { self.transport.send(address, request) }"), [0; 0]);
        assert_eq!(found(path, "fn other() { self.transport.send(address, request) }"), [1, 1]);
        // nor one whose file is gone
        assert_eq!(found("xtask/src/tidy/failpoint_pairs.rs", "").len(), WITHOUT.len());
    }
}
