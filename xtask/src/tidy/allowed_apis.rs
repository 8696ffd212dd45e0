//! Who may reach for what: drivers, the environment, the clock, SQL, and what a domain file may use.

use super::Finding;
use crate::{
    source::{Source, words},
    tree::{File, Tree},
};

/// What only one crate may name, and that crate.
const OWNED: [(&str, &[&str]); 2] = [
    ("db", &["rusqlite", "libsqlite3_sys", "tokio_postgres", "deadpool_postgres"]),
    ("bus", &["async_nats", "aws_sdk_sns", "aws_sdk_sqs"]),
];

const ENVIRONMENT: [&str; 6] =
    ["env::var", "env::vars", "env::var_os", "env::vars_os", "env::set_var", "env::remove_var"];

const CLOCK: [&str; 5] =
    ["SystemTime::now", "UNIX_EPOCH.elapsed", "Timestamp::now", "Zoned::now", "Utc::now"];

/// Services with rules of their own, which are kept apart from I/O.
const WITH_RULES: [&str; 5] = ["auth", "products", "orders", "payments", "notifications"];

/// Whose tables have a namespace in the file of an embedded shop.
const NAMESPACES: [&str; 6] = ["auth", "products", "orders", "payments", "notifications", "compat"];

/// The files directly under a service's `src` that are wiring, not rules.
const WIRING: [&str; 4] = ["lib.rs", "audit.rs", "clients.rs", "config.rs"];

/// The folders of a service that do I/O. Every other folder holds rules.
const ROOMS: [&str; 11] = [
    "api",
    "audit",
    "authority",
    "consumers",
    "migrations",
    "providers",
    "state",
    "store",
    "tasks",
    "timers",
    "workflows",
];

/// What rules may not use: database, HTTP, the bus, the runtime, logging, clock and randomness.
const IMPURE: [&str; 11] =
    ["axum", "bus", "db", "flow", "http", "hyper", "ordo_http", "tokio", "tracing", "reqwest", "lettre"];

pub(super) fn drivers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    // tests too: a test that needs a database asks db or testkit for it; an accident to a file has to get past db
    let apart = ["bench/", "tests/command_line/replay.rs", "tests/shop/file.rs", "tests/web/large_orders.rs"];
    let is_apart = |file: &&File| apart.iter().any(|folder| file.path.starts_with(folder));
    let files = tree.files.iter().filter(|file| !is_apart(file));
    for (file, source) in files.filter_map(|file| Some((file, file.rust.as_ref()?))) {
        for (owner, named) in OWNED.iter().filter(|(owner, _)| file.krate() != Some(owner)) {
            for name in *named {
                let what = format!("`{name}` is for crates/{owner} only");
                findings.extend(words(&source.code, name).map(|at| Finding::at(file, at, what.clone())));
            }
        }
    }
    findings
}

pub(super) fn environment(tree: &Tree) -> Vec<Finding> {
    let others = tree.production().filter(|(file, _)| file.krate() != Some("ordo"));
    let uses = others.flat_map(|(file, source)| {
        ENVIRONMENT.iter().flat_map(move |name| outside_tests(source, name)).map(move |at| (file, at))
    });
    uses.map(|(file, at)| Finding::at(file, at, "settings come from the binary, not from the environment"))
        .collect()
}

pub(super) fn clock(tree: &Tree) -> Vec<Finding> {
    let first_use = |(file, source): (&File, &Source)| {
        let at = CLOCK.iter().flat_map(|name| outside_tests(source, name)).min()?;
        Some(Finding::at(file, at, "the wall clock is read in more than one file; use kernel::Env"))
    };
    let findings: Vec<Finding> = tree.production().filter_map(first_use).collect();
    if findings.len() > 1 { findings } else { Vec::new() }
}

/// `select!` draws which branch it polls first, unless it is told to be `biased`.
pub(super) fn select(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production() {
        for (at, _) in source.code.match_indices("select! {").filter(|(at, _)| !source.is_test(*at)) {
            if !source.code[at + "select! {".len()..].trim_start().starts_with("biased;") {
                findings.push(Finding::at(file, at, "say `biased;`: a drawn choice cannot be repeated"));
            }
        }
    }
    findings
}

pub(super) fn sql(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| !may_hold_sql(file)) {
        let texts = source.literals.iter().filter(|literal| !source.is_test(literal.at));
        for literal in texts.filter(|literal| is_sql(&literal.text)) {
            findings.push(Finding::at(file, literal.at, "SQL text belongs under store/ or migrations/"));
        }
    }
    findings
}

/// In the one file of an embedded shop a service could name another one's tables. Its statements name its own, and without their
/// namespace: db adds it. Migrations make no exception.
pub(super) fn namespaces(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let of_services = tree.files.iter().filter(|file| !file.test && file.path.starts_with("crates/"));
    // db translates, and moves whole files
    for file in of_services.filter(|file| file.krate() != Some("db")) {
        let is_named = |line: &str| {
            NAMESPACES.iter().any(|service| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|word| word.starts_with(&format!("{service}__")))
            })
        };
        let what =
            "a statement names a table in the namespace of a service: name its own tables, as they are";
        match &file.rust {
            Some(source) => {
                let texts = source
                    .literals
                    .iter()
                    .filter(|literal| !source.is_test(literal.at) && is_named(&literal.text));
                findings.extend(texts.map(|literal| Finding::at(file, literal.at, what)));
            }
            None if file.path.ends_with(".sql") && is_named(&file.text) => {
                findings.push(Finding::at(file, 0, what))
            }
            None => {}
        }
    }
    findings
}

pub(super) fn domain(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| holds_rules(file)) {
        let mut used = Vec::new();
        for name in IMPURE {
            let crates = outside_tests(source, name).filter(|at| is_crate(&source.code, *at, name));
            used.extend(crates.min().map(|at| (at, name)));
        }
        // whoever is given the world could do anything with it: rules are given times and ids
        used.extend(outside_tests(source, "Env").min().map(|at| (at, "Env")));
        if let Some(first) = used.iter().map(|(at, _)| *at).min() {
            let names: Vec<&str> = used.iter().map(|(_, name)| *name).collect();
            let what =
                format!("a domain file uses {}: that belongs into api, work or store", names.join(", "));
            findings.push(Finding::at(file, first, what));
        }
    }
    findings
}

fn outside_tests<'a>(source: &'a Source, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    words(&source.code, name).filter(|at| !source.is_test(*at))
}

fn may_hold_sql(file: &File) -> bool {
    let in_room = |room: &str| file.in_src().is_some_and(|path| path.starts_with(room));
    matches!(file.krate(), Some("db" | "flow"))
        || in_room("store/")
        || in_room("migrations/")
        || matches!(file.in_src(), Some("store.rs" | "migrations.rs" | "audit.rs"))
}

/// Whether a text is a statement. Ours are written in lower case; all capitals are recognised too.
fn is_sql(text: &str) -> bool {
    // a backslash at the end of a line continues it
    let plain = text.replace("\\n", " ").replace('\\', " ");
    let text = plain.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
    let says = |begin: &str, then: &str| {
        let begins = |word: &str, next: &str| text.starts_with(word) && text.contains(next);
        begins(begin, then) || begins(&begin.to_uppercase(), &then.to_uppercase())
    };
    says("select ", " from ")
        || says("insert into ", "(")
        || says("insert into ", "select ")
        || (says("update ", " set ") && text.contains('='))
        || says("delete from ", "")
        || says("with ", " as (")
        || says("create table ", "")
        || says("alter table ", "")
        || says("pragma ", "")
}

fn holds_rules(file: &File) -> bool {
    let service = file.krate().is_some_and(|name| WITH_RULES.contains(&name));
    let rules = |path: &str| match path.split_once('/') {
        Some((room, _)) => !ROOMS.contains(&room),
        None => !WIRING.contains(&path),
    };
    service && file.in_src().is_some_and(rules)
}

/// Whether the word at `at` is the crate of that name: `name::…` or `use name;`.
fn is_crate(code: &str, at: usize, name: &str) -> bool {
    let before = code[..at].trim_end();
    let path_goes_on = before.ends_with("::");
    let after = code[at + name.len()..].trim_start();
    !path_goes_on && (after.starts_with("::") || before.ends_with("use"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    fn places(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }

    #[test]
    fn a_driver_named_outside_db_is_found() {
        let text = "//! rusqlite is only mentioned here\nuse rusqlite::Connection;\n";
        let tree = files(&[("crates/db/src/lite.rs", text), ("crates/orders/src/store/a.rs", text)]);
        assert_eq!(places(drivers(&tree)), ["crates/orders/src/store/a.rs:2"]);
    }

    #[test]
    fn a_broker_named_outside_bus_is_found() {
        let tree =
            files(&[("crates/bus/src/nats.rs", "async_nats::x"), ("crates/flow/src/a.rs", "async_nats::x")]);
        assert_eq!(places(drivers(&tree)), ["crates/flow/src/a.rs:1"]);
    }

    #[test]
    fn who_else_reads_the_environment_is_found() {
        let text = "fn f() { std::env::var(\"X\"); }\n#[cfg(test)]\nmod tests { fn g() { std::env::var(\"Y\"); } }\n";
        let places_of = [
            "crates/ordo/src/a.rs",
            "crates/http/src/a.rs",
            "crates/testkit/src/a.rs",
            "crates/web/build.rs",
            "xtask/src/a.rs",
        ];
        assert_eq!(
            places(environment(&files(&places_of.map(|path| (path, text))))),
            ["crates/http/src/a.rs:1"]
        );
    }

    #[test]
    fn a_second_reader_of_the_clock_is_found() {
        let text = "fn f() { SystemTime::now() }";
        assert_eq!(places(clock(&files(&[("crates/ordo/src/host.rs", text)]))), [""; 0]);
        let two =
            files(&[("crates/ordo/src/host.rs", text), ("crates/orders/src/lib.rs", "x\nTimestamp::now()")]);
        assert_eq!(places(clock(&two)), ["crates/ordo/src/host.rs:1", "crates/orders/src/lib.rs:2"]);
    }

    #[test]
    fn a_select_that_draws_is_found() {
        let drawn = "async fn f() { tokio::select! { _ = a => {} } }";
        let biased = "async fn f() { tokio::select! {\n biased;\n _ = a => {} } }";
        let tree = files(&[("crates/http/src/a.rs", drawn), ("crates/http/src/b.rs", biased)]);
        assert_eq!(places(select(&tree)), ["crates/http/src/a.rs:1"]);
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        let text = "const A: &str = \"select id \\\n from orders\";\nconst B: &str = \"select a colour\";\n";
        let tree = files(&[
            ("crates/orders/src/store/a.rs", text),
            ("crates/orders/src/audit.rs", text),
            ("crates/flow/src/outbox.rs", text),
            ("crates/orders/src/api/a.rs", text),
        ]);
        assert_eq!(places(sql(&tree)), ["crates/orders/src/api/a.rs:1"]);
    }

    #[test]
    fn a_table_in_the_namespace_of_a_service_is_found() {
        let text = "const A: &str = \"select id from orders__orders\";\nfn orders__orders() {}\n";
        let tree = files(&[
            ("crates/payments/src/store/a.rs", text),
            ("crates/db/src/a.rs", text),
            ("crates/payments/src/store/b.rs", "const A: &str = \"select id from reorders__x\";"),
            ("crates/payments/migrations/0001_a.sql", "create table products__a (id bigint);"),
        ]);
        let found = places(namespaces(&tree));
        assert_eq!(found, ["crates/payments/src/store/a.rs:1", "crates/payments/migrations/0001_a.sql:1"]);
    }

    #[test]
    fn statements_are_told_from_sentences() {
        for statement in [
            "insert into a (b) values ($1)",
            "\n  update a\n set b = 1",
            "DELETE FROM a",
            "with x as (select 1)",
        ] {
            assert!(is_sql(statement), "{statement}");
        }
        for sentence in
            ["Select a product from the list", "update the set price", "with care", "delete", "insert into"]
        {
            assert!(!is_sql(sentence), "{sentence}");
        }
    }

    #[test]
    fn io_in_a_domain_file_is_found() {
        let text =
            "use db::Tx;\nuse tokio::time;\nuse crate::store::db;\nlet http = 1;\nfn f(env: &Env) {}\n";
        let tree = files(&[
            ("crates/orders/src/order.rs", text),
            ("crates/orders/src/clients.rs", text),
            ("crates/orders/src/api/place_order.rs", text),
            ("crates/gateway/src/route.rs", text),
        ]);
        let found = domain(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].to_string(),
            "crates/orders/src/order.rs:1: a domain file uses db, tokio, Env: that belongs into api, work or store"
        );
    }

    #[test]
    fn io_in_a_domain_folder_is_found() {
        let text = "//! Rules.\nuse flow::Cause;\n";
        let tree = files(&[
            ("crates/orders/src/order/line.rs", text),
            ("crates/orders/src/transition/order/state.rs", text),
            ("crates/orders/src/order/tests/world.rs", text),
            ("crates/orders/src/workflows/placement/insert.rs", text),
            ("crates/simulator/src/jobs.rs", text),
            ("crates/payments/src/store/books.rs", text),
        ]);
        assert_eq!(
            places(domain(&tree)),
            ["crates/orders/src/order/line.rs:2", "crates/orders/src/transition/order/state.rs:2"]
        );
    }
}
