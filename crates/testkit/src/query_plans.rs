//! How an engine carries statements out, as it explains it: whether they go by the indexes that there are.

use db::{Db, Engine, Param, Row, Sql};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// What a service's statements may do although it takes longer the more there is. Each is the name of a statement, and a
/// word of its text where others have that name too.
#[derive(Debug, Default, Clone, Copy)]
pub struct AllowedScans {
    /// These may read a whole table or index, and sort it.
    pub scan: &'static [&'static str],
    /// These may sort what they have found by an index.
    pub sort: &'static [&'static str],
    /// What plans say of indexes that are read as a whole, because they hold just what is asked for.
    pub read: &'static [&'static str],
}

/// Of the statements that every service has (`crates/flow`), and of no other one that is called so.
const OF_FLOW: AllowedScans = AllowedScans {
    scan: &[
        // a row for each producer
        "ALL_READ heard",
        "IS_CONSUMED_BY heard",
        // the audit checks everything
        "WAITING unseen",
        "UNPUBLISHED event",
        "TIMERS overdue",
        "FEED event",
        "HEARD heard",
        // counts the few rows that wait, for whoever watches the process
        "WAITING_NOW",
        // counts by indexes what waits, as far as a limit, for the console's page of the system
        "STATE",
        "STATE_AND_WRITE",
        // gives places to the few events that an index found to have none
        "PLACE",
        // the first row that there is
        "ANY dead_letter",
        // the newest event, and the timer that was set last: the end of an index each
        "LAST_AT_WORK event",
    ],
    // an index has brought them nearly in order
    sort: &["OF_SUBJECT event"],
    // they hold only the rows that are asked for: SQLite calls it a scan to read all of such a one
    read: &[
        "SCAN dead_letter USING INDEX dead_letter_unseen",
        "SCAN dead_letter USING INDEX dead_letter_wanted",
    ],
};

/// Arrays, single values and the results of a subquery, a `with` or a full-text index are not tables.
const NO_TABLES: [&str; 8] = [
    // matches of a full-text index
    "SCAN search_text VIRTUAL TABLE INDEX 0:M0",
    "SCAN search_text VIRTUAL TABLE INDEX 192:M0",
    "SCAN rarray",
    "SCAN value VIRTUAL TABLE",
    "SCAN CONSTANT ROW",
    "SCAN few",
    "SCAN known",
    "SCAN (subquery",
];

/// The statements that read a whole table or sort, each with its plan, but those that may. `of_flow` are the statements of
/// `crates/flow` among them, if these are there: one that only has the name of such a one is none of them.
///
/// # Panics
/// When one that may is not there.
pub async fn wasteful(
    db: &Db,
    statements: Vec<(&'static str, Sql)>,
    of_flow: &[(&'static str, Sql)],
    may: AllowedScans,
) -> Vec<String> {
    let engine = db.engine();
    all_there(engine, &statements, may);
    if !of_flow.is_empty() {
        all_there(engine, of_flow, OF_FLOW);
    }
    let some_rows = of_some_rows(db).await;
    let mut found = Vec::new();
    for (name, sql) in statements {
        let is_among = |some: &[&str]| some.iter().any(|known| is_meant(known, name, sql.text(engine)));
        let is_of_flow = of_flow.contains(&(name, sql));
        if is_among(may.scan) || is_of_flow && is_among(OF_FLOW.scan) {
            continue;
        }
        let may_sort = is_among(may.sort) || is_of_flow && is_among(OF_FLOW.sort);
        let steps = steps(db, &sql, may_sort).await;
        let scans = steps.iter().any(|step| {
            let mut harmless = NO_TABLES.iter().chain(OF_FLOW.read).chain(may.read);
            (step.contains("Seq Scan") || step.starts_with("SCAN "))
                && !harmless.any(|known| begins(step, known))
        });
        let sorts = steps.iter().any(|step| step.contains("USE TEMP B-TREE") || step.contains("Sort"));
        if scans || sifts(&steps, &some_rows) || sorts && !may_sort {
            found.push(format!("{name}: {}", steps.join(" / ")));
        }
    }
    found
}

fn all_there(engine: Engine, statements: &[(&'static str, Sql)], may: AllowedScans) {
    for known in may.scan.iter().chain(may.sort) {
        let is_there = statements.iter().any(|(name, sql)| is_meant(known, name, sql.text(engine)));
        assert!(is_there, "there is no {known} any more");
    }
}

/// Whether it begins with these words.
fn begins(step: &str, words: &str) -> bool {
    step.strip_prefix(words)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

/// Whether PostgreSQL reads an index of all rows from end to end, and checks each row that it finds. As long as it knows
/// nothing of tables, one that holds some rows is to it as good as the right one.
fn sifts(steps: &[String], some_rows: &[String]) -> bool {
    let scans = |step: &str| step.contains("Index Scan") || step.contains("Index Only Scan");
    let is_of_some = |step: &str| some_rows.iter().any(|index| step.contains(&format!(" using {index} on ")));
    let suspects = (0..steps.len()).filter(|at| scans(&steps[*at]) && !is_of_some(&steps[*at]));
    suspects.into_iter().any(|at| {
        let about: Vec<&String> = steps[at + 1..].iter().take_while(|step| !step.contains("->")).collect();
        let says = |what: &str| about.iter().any(|step| step.trim_start().starts_with(what));
        says("Filter:") && !says("Index Cond:")
    })
}

/// The indexes of PostgreSQL that hold only some rows.
async fn of_some_rows(db: &Db) -> Vec<String> {
    const PARTIAL: Sql = Sql::both(
        "select cast(relname as text) as name from pg_index join pg_class on pg_class.oid = indexrelid \
         where indpred is not null",
    );
    match db.engine() {
        Engine::Sqlite => Vec::new(),
        Engine::Postgres => lines(&db.query(&PARTIAL, &[]).await.unwrap(), "name"),
    }
}

/// `FIND mail` is a statement of the name `FIND` whose text has the word `mail`.
fn is_meant(known: &str, name: &str, text: &str) -> bool {
    let (its_name, word) = known.split_once(' ').unwrap_or((known, ""));
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    its_name == name && (word.is_empty() || words.any(|one| one == word))
}

/// Whether it reads a range of an index by this column, from there on downwards; a condition that is applied to what was
/// read is no range.
pub async fn goes_on_below(db: &Db, sql: &Sql, column: &str) -> bool {
    let (is_range, below) = match db.engine() {
        Engine::Sqlite => ("SEARCH", format!("{column}<?)")),
        Engine::Postgres => ("Index Cond:", format!("({column} < ")),
    };
    steps(db, sql, false).await.iter().any(|step| step.contains(is_range) && step.contains(&below))
}

/// The steps of PostgreSQL's plan for these values, as SQL has them, by what it knows of the tables.
pub async fn for_values(db: &Db, sql: &Sql, values: &str) -> Vec<String> {
    let mut tx = db.begin().await.unwrap();
    let prepare = format!("prepare explained as {}", sql.text(Engine::Postgres));
    for step in ["set local plan_cache_mode = force_custom_plan".to_owned(), prepare] {
        tx.run(&leaked(step), &[]).await.unwrap();
    }
    let rows = tx.query(&leaked(format!("explain execute explained({values})")), &[]).await.unwrap();
    tx.run(&Sql::both("deallocate explained"), &[]).await.unwrap();
    tx.rollback().await.unwrap();
    lines(&rows, "QUERY PLAN")
}

/// The steps of its plan.
async fn steps(db: &Db, sql: &Sql, may_sort: bool) -> Vec<String> {
    let text = sql.text(db.engine());
    match db.engine() {
        Engine::Sqlite => {
            // an explanation that is prepared is never made again; and indexes that were just made or dropped are known
            // to the connection that writes, to others when they read next
            static NEXT: AtomicU64 = AtomicU64::new(0);
            let explain = format!("explain query plan {text} /* {} */", NEXT.fetch_add(1, SeqCst));
            let mut tx = db.begin().await.unwrap();
            let nulls = vec![Param::Null; parameters(text)];
            let rows = tx.query(&leaked(explain), &nulls).await.unwrap();
            tx.rollback().await.unwrap();
            lines(&rows, "detail").iter().map(|line| without_namespaces(line)).collect()
        }
        Engine::Postgres => on_postgres(db, text, may_sort).await,
    }
}

/// The step with the names that indexes and tables have in their service.
fn without_namespaces(step: &str) -> String {
    let plain = |word: &str| word.split_once("__").map_or(word, |(_, name)| name).to_owned();
    step.split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

/// The plan that is for all values, where going through a table costs more than any index, and so does sorting, unless it
/// may be.
async fn on_postgres(db: &Db, text: &str, may_sort: bool) -> Vec<String> {
    let mut tx = db.begin().await.unwrap();
    let nulls = vec!["null"; parameters(text)].join(", ");
    let execute = if nulls.is_empty() { "explained".to_owned() } else { format!("explained({nulls})") };
    for step in [
        "set local enable_seqscan = off".to_owned(),
        format!("set local enable_sort = {may_sort}"),
        // a GIN index can only be read by a bitmap scan
        format!("set local enable_bitmapscan = {}", text.contains("@@")),
        "set local plan_cache_mode = force_generic_plan".to_owned(),
        format!("prepare explained as {text}"),
    ] {
        tx.run(&leaked(step), &[]).await.unwrap();
    }
    let rows = tx.query(&leaked(format!("explain execute {execute}")), &[]).await.unwrap();
    tx.run(&Sql::both("deallocate explained"), &[]).await.unwrap();
    tx.rollback().await.unwrap();
    lines(&rows, "QUERY PLAN")
}

fn parameters(text: &str) -> usize {
    let numbers = text
        .split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok());
    numbers.max().unwrap_or(0)
}

fn leaked(text: String) -> Sql {
    Sql::both(Box::leak(text.into_boxed_str()))
}

fn lines(rows: &[Row], column: &str) -> Vec<String> {
    rows.iter().map(|row| row.get::<String>(column).unwrap()).collect()
}
