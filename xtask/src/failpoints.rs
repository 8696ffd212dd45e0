//! The list of all fail points: every commit and every call to the outside, with both sides of each.
//!
//! It is read from the source, so that a test which ends the process at each of them cannot forget one:
//! commits are `.commit("service.verb")`, or `.commit_in(service, "flow.verb")` for what several services do
//! alike; calls are the internal endpoints of `contracts` and whatever else services call there, and every other
//! step names its point where it passes it. The sides are those that `db` and `endpoint` pass.

use crate::{
    source::{Source, identifier, words},
    tidy::crates::SERVICES,
    tree::{File, Tree, root},
};
use std::{collections::BTreeSet, fmt, ops::Range};

/// A point at which a test can end the process; shown as `ORDO_FAILPOINT` wants it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// What is committed or called: `orders.place_order`, `reserve`.
    pub name: String,
    /// Before or after it, in the words of whoever passes the point.
    pub side: String,
    /// What kind of step it is a side of.
    pub kind: PointKind,
    /// The file that names it.
    pub path: String,
    /// The line there, from 1.
    pub line: usize,
}

/// What a point is a side of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PointKind {
    /// A transaction's commit.
    Commit,
    /// A call to another service.
    Call,
    /// A step that names its point itself, such as a call to a payment provider.
    Step,
}

/// A `.commit(…)` outside tests, and the name that it gives.
#[derive(Debug, Clone)]
pub struct Commit<'a> {
    /// The file it stands in.
    pub file: &'a File,
    /// Where in the file.
    pub at: usize,
    /// The name; `None` where it is not written there as a literal.
    pub name: Option<&'a str>,
}

/// Every fail point of this repository.
///
/// # Errors
/// When the tree cannot be read, or a side of commits or calls cannot be found.
pub fn of_repository() -> Result<Vec<Point>, String> {
    all(&Tree::read(&root())?)
}

/// Every fail point of `tree`, by name and side.
///
/// # Errors
/// When commits or calls exist whose two sides cannot be found.
pub fn all(tree: &Tree) -> Result<Vec<Point>, String> {
    let named_commits = commits(tree).into_iter().filter_map(|c| Some((c.name?.to_owned(), c.file, c.at)));
    let mut points = with_sides(named_commits.collect(), PointKind::Commit, &sides(tree, "crates/db/src/"))?;
    points.extend(with_sides(calls(tree), PointKind::Call, &sides(tree, "crates/endpoint/src/"))?);
    points.extend(steps(tree));
    points.sort();
    Ok(points)
}

/// Where `db` carries out the commits of others, which have passed their points, and how often that is written there; and
/// those of its own, which make a schema or begin an epoch: whoever starts next does it again.
const CARRIED_OUT: [(&str, usize); 5] = [
    ("crates/db/src/tx.rs", 3),
    ("crates/db/src/sqlite/mod.rs", 2),
    ("crates/db/src/sqlite/commit_executor.rs", 3),
    ("crates/db/src/postgres/tx.rs", 1),
    ("crates/db/src/postgres/mod.rs", 1),
];

/// Every commit outside tests, but for those that are carried out for others.
pub fn commits(tree: &Tree) -> Vec<Commit<'_>> {
    let mut found = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| file.krate().is_some()) {
        let mut carried_out =
            CARRIED_OUT.iter().find(|(path, _)| file.path == *path).map_or(0, |(_, times)| *times);
        for word in ["commit", "commit_in"] {
            // called on the transaction, or with it
            let is_call = |at: &usize| source.code[..*at].ends_with(['.', ':']);
            let places = words(&source.code, word).filter(is_call);
            for at in places.filter(|at| !source.is_test(*at)) {
                let Some(arguments) = arguments(&source.code, at + word.len()) else { continue };
                let name = if word == "commit" {
                    only_literal(source, arguments)
                } else {
                    literals(source, &last(&source.code, arguments)).first().copied()
                };
                if name.is_none() && carried_out > 0 {
                    carried_out -= 1;
                } else {
                    found.push(Commit { file, at, name });
                }
            }
        }
    }
    found
}

/// The sides that the code under `folder` passes: the last literal of each `failpoint::pass(…)`.
pub fn sides<'a>(tree: &'a Tree, folder: &str) -> BTreeSet<&'a str> {
    let sources = tree.production().filter(|(file, _)| file.path.starts_with(folder));
    sources
        .flat_map(|(_, source)| passes(source))
        .filter_map(|(_, literals)| literals.last().copied())
        .collect()
}

/// The pages keep nothing: to end between their requests is to end a browser between them, and what they ask for ends
/// within the services.
const WITHOUT_STATE: &str = "web";
/// It sends its webhooks as another company would.
const PROVIDER: &str = "simulator";

/// What services call at each other: the internal endpoints, and the public ones that a service calls.
fn calls(tree: &Tree) -> Vec<(String, &File, usize)> {
    let mut found = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| file.path.starts_with("crates/contracts/src/"))
    {
        for (at, _) in source.code.match_indices("#[endpoint(") {
            let Some(inside) = arguments(&source.code, at + "#[endpoint".len()) else { continue };
            let internal = literals(source, &inside).iter().any(|text| text.starts_with("/internal/"));
            let Some(struct_at) = words(&source.code[inside.end..], "struct").next() else { continue };
            let name = identifier(&source.code[inside.end + struct_at + "struct".len()..]);
            if internal || is_made(tree, name) {
                found.push((snake_case(name), file, at));
            }
        }
    }
    found
}

/// Whether a service makes a request of this name: `GetProduct { … }`, but not the `GetProduct { … }: GetProduct` or
/// `let GetProduct { … } = asked` of whoever answers it.
fn is_made(tree: &Tree, name: &str) -> bool {
    let services = tree.production().filter(|(file, _)| {
        file.krate()
            .is_some_and(|name| (SERVICES.contains(&name) || name == PROVIDER) && name != WITHOUT_STATE)
    });
    let made_in = |source: &Source| {
        words(&source.code, name).filter(|at| !source.is_test(*at)).any(|at| {
            let after = source.code[at + name.len()..].trim_start();
            let end = after.strip_prefix('{').and_then(closing_brace);
            end.is_some_and(|end| !after[end..].trim_start().starts_with([':', '=']))
        })
    };
    services.into_iter().any(|(_, source)| made_in(source))
}

/// Where the brace that is open at the begin of `inside` has closed, counted from before it.
fn closing_brace(inside: &str) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 2);
        }
    }
    None
}

/// Points that are named where they are passed: `failpoint::pass("payments.submit", "calling")`.
pub fn steps(tree: &Tree) -> Vec<Point> {
    let mut points = Vec::new();
    for (file, source) in tree.production() {
        for (at, literals) in passes(source) {
            if let [name, side] = literals[..] {
                points.push(Point::new((name, side), PointKind::Step, file, at));
            }
        }
    }
    points
}

/// Every `failpoint::pass(…)` outside tests: where it stands and the literals it is given.
pub(crate) fn passes(source: &Source) -> Vec<(usize, Vec<&str>)> {
    let mut found = Vec::new();
    for word in ["pass", "pass_in"] {
        let places = words(&source.code, word).filter(|at| source.code[..*at].ends_with("failpoint::"));
        let places = places.filter(|at| !source.is_test(*at));
        let given = |at: usize| Some((at, literals(source, &arguments(&source.code, at + word.len())?)));
        found.extend(places.filter_map(given));
    }
    found.sort();
    found
}

fn with_sides(
    named: Vec<(String, &File, usize)>,
    kind: PointKind,
    sides: &BTreeSet<&str>,
) -> Result<Vec<Point>, String> {
    if !named.is_empty() && sides.len() < 2 {
        return Err(format!("{kind:?}: two sides are wanted, and only {sides:?} is passed"));
    }
    let both = |(name, file, at): (String, &File, usize)| {
        let point = |side: &&str| Point::new((&name, side), kind, file, at);
        sides.iter().map(point).collect::<Vec<_>>()
    };
    Ok(named.into_iter().flat_map(both).collect())
}

/// The range between the parentheses that open at `at`, after white space.
fn arguments(code: &str, at: usize) -> Option<Range<usize>> {
    let open = at + code[at..].find(|c: char| !c.is_whitespace())?;
    if !code[open..].starts_with('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + 1..open + offset);
        }
    }
    None
}

fn literals<'a>(source: &'a Source, range: &Range<usize>) -> Vec<&'a str> {
    source
        .literals
        .iter()
        .filter(|literal| range.contains(&literal.at))
        .map(|literal| literal.text.as_str())
        .collect()
}

/// The last of the arguments in `range`; literals and calls are no arguments of their own.
fn last(code: &str, range: Range<usize>) -> Range<usize> {
    let inside = code[range.clone()].trim_end().trim_end_matches(',');
    let begin = inside.rfind(',').map_or(0, |comma| comma + 1);
    range.start + begin..range.start + inside.len()
}

/// The literal that is all there is in `range`.
fn only_literal(source: &Source, range: Range<usize>) -> Option<&str> {
    let code = source.code[range.clone()].trim().trim_end_matches(',').trim_end();
    let alone = code.starts_with('"') && code.ends_with('"') && code.matches('"').count() == 2;
    literals(source, &range).first().copied().filter(|_| alone)
}

/// `PlaceOrder` as `place_order`, as the derive of endpoints names an operation.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (i, c) in name.char_indices() {
        if c.is_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

impl Point {
    fn new((name, side): (&str, &str), kind: PointKind, file: &File, at: usize) -> Point {
        let line = file.rust.as_ref().map_or(1, |source| source.line(at));
        Point { name: name.to_owned(), side: side.to_owned(), kind, path: file.path.clone(), line }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_every_call_to_a_provider_are_in_the_list() {
        let points = of_repository().unwrap();
        let names: Vec<String> = points.iter().map(ToString::to_string).collect();
        for operation in ["submit", "query", "query_refund", "abandon", "capture", "void", "refund"] {
            for side in ["calling", "called"] {
                let name = format!("provider.{operation}/{side}");
                assert!(names.contains(&name), "{name} is not in the list");
            }
        }
    }

    use crate::tree::fake::files;

    const DB: &str = "fn go() { group.commit(point); } fn commit(point: &str) { failpoint::pass(point, \"committing\"); go(); kernel::failpoint::pass(point, \"committed\"); }";
    const ENDPOINT: &str = "failpoint::pass(E::ROUTE.name, \"calling\"); failpoint::pass(name, \"called\");";

    fn shown(tree: &Tree) -> Vec<String> {
        let points = all(tree).expect("both sides are there");
        points.iter().map(|point| format!("{point} {:?} {}:{}", point.kind, point.path, point.line)).collect()
    }

    #[test]
    fn commits_have_the_sides_that_db_passes() {
        let text = "fn f() {\n    tx.commit(\"orders.place_order\").await\n}\n#[cfg(test)]\nmod tests { fn g() { tx.commit(\"x\") } }";
        let tree = files(&[("crates/db/src/tx.rs", DB), ("crates/orders/src/api/a.rs", text)]);
        assert_eq!(
            shown(&tree),
            [
                "orders.place_order/committed Commit crates/orders/src/api/a.rs:2",
                "orders.place_order/committing Commit crates/orders/src/api/a.rs:2",
            ]
        );
    }

    #[test]
    fn calls_are_the_internal_endpoints_and_those_that_services_call() {
        let text = "#[derive(Endpoint)]\n#[endpoint(post = \"/internal/a\", reply = Json<A>)]\n/// A.\npub struct ReserveStock {}\n\
                    #[endpoint(get = \"/v1/b\", scope = Staff(B))]\npub struct Public {}\n\
                    #[endpoint(get = \"/v1/c\", scope = Staff(B))]\npub struct GetThing {}\n";
        let uses = "let get = GetThing { id: Path(id), known: X { y } }; s.products.call(&cx, get);\n\
                    async fn public(Public { x: X { .. } }: Public) {} fn f(a: Public) { let Public { x } = a; }";
        let tree = files(&[
            ("crates/contracts/src/a.rs", text),
            ("crates/endpoint/src/client.rs", ENDPOINT),
            ("crates/orders/src/workflows/a.rs", uses),
        ]);
        let found: Vec<_> = all(&tree).expect("both sides").iter().map(ToString::to_string).collect();
        let expected =
            ["get_thing/called", "get_thing/calling", "reserve_stock/called", "reserve_stock/calling"];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_step_names_its_point_itself() {
        let text = "failpoint::pass(\"payments.submit\", \"asking\");\nfailpoint::pass(\"payments.submit\", \"answered\");";
        let tree = files(&[("crates/payment-provider/src/stripe.rs", text)]);
        assert_eq!(
            shown(&tree),
            [
                "payments.submit/answered Step crates/payment-provider/src/stripe.rs:2",
                "payments.submit/asking Step crates/payment-provider/src/stripe.rs:1",
            ]
        );
    }

    #[test]
    fn what_several_services_do_alike_is_named_once() {
        let text = "tx.commit_in(self.service, \"flow.remember\"); tx.commit_in(\n a(b, c),\n \"flow.place\",\n);\n\
                    failpoint::pass_in(\"flow.publish\", \"calling\", service); failpoint::pass_in(\"flow.publish\", \"called\", service);";
        let tree = files(&[("crates/flow/src/a.rs", text), ("crates/db/src/tx.rs", DB)]);
        let names: Vec<_> = all(&tree).expect("both sides").iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "flow.place/committed",
                "flow.place/committing",
                "flow.publish/called",
                "flow.publish/calling",
                "flow.remember/committed",
                "flow.remember/committing",
            ]
        );
        let other = files(&[("crates/flow/src/a.rs", "tx.commit_in(\"orders\", point)")]);
        assert_eq!(commits(&other).iter().map(|commit| commit.name).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_commit_that_is_called_by_its_path_is_one() {
        let one = files(&[("crates/orders/src/a.rs", "Tx::commit(tx, \"orders.a\")")]);
        assert_eq!(commits(&one).iter().map(|commit| commit.name).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_commit_without_a_literal_has_no_name() {
        let text = "tx.commit(point); tx.commit(\n  \"orders.a\",\n); tx.commit(); tx.commit(\"a\".into()); fn commit(x: X) {}";
        let tree = files(&[("crates/orders/src/a.rs", text)]);
        let names: Vec<_> = commits(&tree).into_iter().map(|commit| commit.name).collect();
        assert_eq!(names, [None, Some("orders.a"), None, None]);
    }

    #[test]
    fn commits_without_two_sides_are_an_error() {
        let text = "tx.commit(\"orders.place_order\")";
        assert!(all(&files(&[("crates/orders/src/a.rs", text)])).is_err());
    }
}
