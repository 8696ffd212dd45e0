//! The statements of lists. They are put together here, once, for each range of orders with each column that it can be sorted by and in
//! both directions, so that tests can prepare and explain all of them.
//!
//! Each reads the next rows of an index behind a place, and no more of them than it is told; of these it gives those that the list asks
//! for and that have the words that are looked for. All have their first parameters in common: the words (`$1`), the filters
//! (`$2` to `$16`), and the number of a draft (`$17`).

use super::{
    attention::masks,
    word_filter::{TABLES, begins_with, has_words, wanted},
};
use db::{Engine, Sql, statements};
use std::sync::LazyLock;

/// Which orders a list goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// All.
    All,
    /// Those with a word that begins with `$21`, which few have.
    Word,
    /// Those of a user, in the statuses `$21`.
    User,
    /// Those of a user who has at most `$21`: they are sorted.
    FewOfUser,
    /// Those in the statuses `$21`, with payments in `$22` and fulfilments in `$23`.
    States,
    /// Those that need attention of a kind.
    Attention,
}

pub(super) const CREATED: &str = "created_at";
pub(super) const UPDATED: &str = "updated_at";
pub(super) const TOTAL: &str = "total";
const RANGES: [(Range, &str, &[&str]); 6] = [
    (Range::All, "ALL", &[CREATED, UPDATED, TOTAL]),
    (Range::Word, "OF_WORD", &[CREATED, UPDATED, TOTAL]),
    (Range::User, "OF_USER", &[CREATED]),
    (Range::FewOfUser, "FEW_OF_USER", &[UPDATED, TOTAL]),
    (Range::States, "OF_STATES", &[CREATED]),
    (Range::Attention, "OF_ATTENTION", &[CREATED]),
];

/// What an order has to be, where that is asked for. Drafts are listed where they are asked for.
const FILTERS: &str = "case when cast($2 as text) is null then status <> 'draft' else status = $2 end
    and (cast($3 as text) is null or payment_status = $3) and (cast($4 as text) is null or fulfilment_status = $4)
    and (cast($5 as timestamptz) is null or created_at >= $5) and (cast($6 as timestamptz) is null or created_at < $6)
    and (cast($7 as timestamptz) is null or updated_at >= $7) and (cast($8 as timestamptz) is null or updated_at < $8)
    and (cast($9 as bigint) is null or total >= $9) and (cast($10 as bigint) is null or total <= $10)
    and (cast($11 as bigint) is null or attention & $11 <> 0)
    and (cast($12 as timestamptz) is null or payment_due_at < $12)
    and (cast($13 as timestamptz) is null or refunding_since < $13)
    and (cast($14 as uuid) is null or user_id = $14) and (cast($15 as bigint) is null or number = $15)
    and (cast($16 as uuid) is null or placement_id = $16)";

const COLUMNS: &str = "id, number, status = 'draft' as is_draft, total, created_at, updated_at";

/// Some orders, each with whether it is listed.
fn select(which: &str) -> String {
    format!(
        "with {} select {COLUMNS}, ({FILTERS} and {}) is true as is_listed from orders where {which}",
        wanted(),
        has_words("orders.id")
    )
}

/// Those with some ids. PostgreSQL takes arrays to be short, and goes by each id.
fn among(engine: Engine, ids: &str) -> String {
    match engine {
        Engine::Sqlite => format!("id in ({ids})"),
        Engine::Postgres => format!("id = any(array({ids}))"),
    }
}

/// A statement with a text for each engine.
pub(super) fn sql(text: impl Fn(Engine) -> String) -> Sql {
    Sql::each(text(Engine::Sqlite).leak(), text(Engine::Postgres).leak())
}

pub(super) static WITH_NUMBER: LazyLock<Sql> = LazyLock::new(|| sql(|_| select("number = $15")));
pub(super) static OF_PLACEMENT: LazyLock<Sql> = LazyLock::new(|| sql(|_| select("placement_id = $16")));
/// Those of the ids `$18` that have the words, and the draft with the number.
pub(super) static THOSE_OF_IDS: LazyLock<Sql> = LazyLock::new(|| {
    let ids = format!(
        "select given.id from (select value.value as id from unnest(cast($18 as uuid[])) as value) as given where {} \
         union all select id from orders where number = $17 and status = 'draft'",
        has_words("given.id")
    );
    sql(|engine| select(&among(engine, &ids)))
});

/// A statement that goes through a range.
struct Prepared {
    range: Range,
    column: &'static str,
    goes_down: bool,
    name: &'static str,
    sql: Sql,
}

static PREPARED: LazyLock<Vec<Prepared>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (range, name, columns) in RANGES {
        for (column, goes_down) in columns.iter().flat_map(|column| [(*column, false), (*column, true)]) {
            let down = if goes_down { "_DOWN" } else { "" };
            let name = format!("{name}_BY_{}{down}", column.to_uppercase()).leak();
            let sql = sql(|engine| next(engine, range, column, goes_down));
            all.push(Prepared { range, column, goes_down, name, sql });
        }
    }
    all
});

statements! {
    COUNT_OF_USER = "select count(*) as n from (select 1 from orders where user_id = $1 limit $2) as few";
}

/// The statement for a range in an order; none where it cannot be read in that order.
pub(super) fn statement(range: Range, column: &str, goes_down: bool) -> Option<&'static Sql> {
    let is_meant = |one: &&Prepared| (one.range, one.column, one.goes_down) == (range, column, goes_down);
    PREPARED.iter().find(is_meant).map(|one| &one.sql)
}

/// All that are put together here, with their names.
pub(super) fn of_lists() -> Vec<(&'static str, Sql)> {
    let named =
        [("WITH_NUMBER", *WITH_NUMBER), ("OF_PLACEMENT", *OF_PLACEMENT), ("THOSE_OF_IDS", *THOSE_OF_IDS)];
    PREPARED.iter().map(|one| (one.name, one.sql)).chain(named).collect()
}

/// Of the next `$20` rows behind the place (`$18`, `$19`) those that are listed, and the last one, which tells how far was looked. And
/// the draft with the number. PostgreSQL knows no last one of ids, but of their texts, which are in the same order.
fn next(engine: Engine, range: Range, column: &str, goes_down: bool) -> String {
    let (last, reaches) = if goes_down { ("min", "<=") } else { ("max", ">=") };
    let near = near(engine, range, column, goes_down);
    let (wanted, has_words) = (wanted(), has_words("near.id"));
    format!(
        "with {wanted}, near as materialized ({near}), \
         last as materialized (select {last}(cast(id as text)) as id from near where place {reaches} (select {last}(place) from near)), \
         judged as materialized (select near.*, case when fits then {has_words} else false end as is_listed from near), \
         found as (select {COLUMNS}, false as is_listed from orders where number = $17 and status = 'draft' union all \
         select id, number, is_draft, total, created_at, updated_at, is_listed from judged \
         where is_listed or cast(id as text) = (select id from last)) \
         select found.*, (select count(*) from near) as looked_at from found"
    )
}

/// The next rows behind a place, in the order of an index with this key and ID: condition, order and limit.
pub(super) fn behind([key, id]: [&str; 2], place: &str, limit: &str, goes_down: bool) -> String {
    let (behind, way) = if goes_down { ("<", " desc") } else { (">", "") };
    format!("({key}, {id}) {behind} ({place}) order by {key}{way}, {id}{way} limit {limit}")
}

/// Drafts are passed over where they are not asked for.
const NO_DRAFT: &str = "(status <> 'draft' or cast($2 as text) = 'draft')";

/// The next rows, and whether they meet the filters.
fn near(engine: Engine, range: Range, column: &str, goes_down: bool) -> String {
    let behind =
        |of: &str| behind([&format!("{of}{column}"), &format!("{of}id")], "$18, $19", "$20", goes_down);
    let merged =
        |ranges: &str, is_of: &str| among(engine, &merged(engine, ranges, is_of, &behind("w."), goes_down));
    let within = match range {
        Range::All => NO_DRAFT.to_owned(),
        Range::Word => {
            let begins = begins_with("cast($21 as text)");
            let of = |table| format!("select w.order_id from {table} w where {begins}");
            let ids = TABLES.map(of).join(" union all ");
            format!("{NO_DRAFT} and (cast($14 as uuid) is null or user_id = $14) and {}", among(engine, &ids))
        }
        Range::FewOfUser => {
            format!("{NO_DRAFT} and {}", among(engine, "select id from orders where user_id = $14 limit $21"))
        }
        Range::User => merged(&each_of(21, "a"), "w.user_id = $14 and w.status = a.word"),
        Range::States => merged(
            &[each_of(21, "a"), each_of(22, "b"), each_of(23, "c")].join(" cross join "),
            "w.status = a.word and w.payment_status = b.word and w.fulfilment_status = c.word",
        ),
        Range::Attention => merged(
            concat!("(", masks!("mask & $11 <> 0"), ") as a"),
            "w.attention = a.mask and w.attention > 0",
        ),
    };
    format!(
        "select {COLUMNS}, {column} as place, {FILTERS} as fits from orders where {within} and {}",
        behind("")
    )
}

/// Each of the words that a parameter has.
fn each_of(parameter: u8, name: &str) -> String {
    format!("(select value.value as word from unnest(cast(${parameter} as text[])) as value) as {name}")
}

/// The ids of the next orders of several ranges, each of which is in the order of the list already.
fn merged(engine: Engine, ranges: &str, is_of: &str, behind: &str, goes_down: bool) -> String {
    let range = format!("from orders as w where {is_of} and {behind}");
    let each = match engine {
        // a row stands for its order: SQLite knows no lateral join
        Engine::Sqlite => format!("orders as one on one.rowid in (select w.rowid {range})"),
        Engine::Postgres => format!("lateral (select w.id, w.created_at {range}) as one"),
    };
    let way = if goes_down { " desc" } else { "" };
    format!(
        "select one.id from {ranges} cross join {each} order by one.created_at{way}, one.id{way} limit $20"
    )
}
