//! The statements of lists. They are put together here, once, for each range of orders with each column that it can be sorted by and in
//! both directions, so that tests can prepare and explain all of them.
//!
//! Each reads the next rows of an index behind a place, and no more of them than it is told; of these it gives those that the list asks
//! for and that have the words that are looked for. All have their first parameters in common: the words (`$1` to `$3`), the filters
//! (`$4` to `$18`), and the number of a draft (`$19`).

use super::attention::masks;
use db::{Engine, Sql, statements};
use std::sync::LazyLock;

/// Which orders a list goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// All.
    All,
    /// Those with a word that begins like `$23` and comes before `$24`, which few have.
    Word,
    /// Those of a user, in the statuses `$23`.
    User,
    /// Those of a user who has at most `$23`: they are sorted.
    FewOfUser,
    /// Those in the statuses `$23`, with payments in `$24` and fulfilments in `$25`.
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
const FILTERS: &str = "case when cast($4 as text) is null then status <> 'draft' else status = $4 end
    and (cast($5 as text) is null or payment_status = $5) and (cast($6 as text) is null or fulfilment_status = $6)
    and (cast($7 as timestamptz) is null or created_at >= $7) and (cast($8 as timestamptz) is null or created_at < $8)
    and (cast($9 as timestamptz) is null or updated_at >= $9) and (cast($10 as timestamptz) is null or updated_at < $10)
    and (cast($11 as bigint) is null or total >= $11) and (cast($12 as bigint) is null or total <= $12)
    and (cast($13 as bigint) is null or attention & $13 <> 0)
    and (cast($14 as timestamptz) is null or payment_due_at < $14)
    and (cast($15 as timestamptz) is null or refunding_since < $15)
    and (cast($16 as uuid) is null or user_id = $16) and (cast($17 as bigint) is null or number = $17)
    and (cast($18 as uuid) is null or placement_id = $18)";

/// What orders are to have, read once: words that begin with each of `$1`, and of each kind `$2` one of `$3`: words as they are
/// spelled, after their kind and that of what they are of.
const WORDS: &str =
    "begun(value) as materialized (select value.value from unnest(cast($1 as text[])) as value),
    kind(nth) as materialized (select value.value from unnest(cast($2 as text[])) as value),
    spelling(nth, of_what, word) as materialized (select substr(value.value, 1, 1), substr(value.value, 2, 1),
        substr(value.value, 3) from unnest(cast($3 as text[])) as value)";

/// Whether the order with an id has all of [`WORDS`].
fn has_words(id: &str) -> String {
    let lacks = [
        db::lacks_word!("order_word", "order_id", "?"),
        db::lacks_word!("person_word", "order_id", "?"),
        db::lacks_word!("parcel_word", "order_id", "?"),
    ]
    .join(" and ");
    // in the index by order, as it names no single word
    let has = |table| {
        format!(
            "exists (select 1 from {table} w where w.order_id = ? and w.word >= spelling.word and w.word <= spelling.word)"
        )
    };
    let [order, person, parcel] = ["order_word", "person_word", "parcel_word"].map(has);
    let text = format!(
        "not exists (select 1 from begun as value where {lacks}) and not exists (select 1 from kind where not exists \
         (select 1 from spelling where spelling.nth = kind.nth \
         and case of_what when '0' then {order} when '1' then {person} else {parcel} end))"
    );
    text.replace('?', id)
}

const COLUMNS: &str = "id, number, status = 'draft' as is_draft, total, created_at, updated_at";

/// Some orders, each with whether it is listed.
fn select(which: &str) -> String {
    format!(
        "with {WORDS} select {COLUMNS}, ({FILTERS} and {}) is true as is_listed from orders where {which}",
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

fn sql(text: impl Fn(Engine) -> String) -> Sql {
    Sql::each(text(Engine::Sqlite).leak(), text(Engine::Postgres).leak())
}

pub(super) static WITH_NUMBER: LazyLock<Sql> = LazyLock::new(|| sql(|_| select("number = $17")));
pub(super) static OF_PLACEMENT: LazyLock<Sql> = LazyLock::new(|| sql(|_| select("placement_id = $18")));
/// Those of the ids `$20` that have the words, and the draft with the number.
pub(super) static THOSE_OF_IDS: LazyLock<Sql> = LazyLock::new(|| {
    let ids = format!(
        "select given.id from (select value.value as id from unnest(cast($20 as uuid[])) as value) as given where {} \
         union all select id from orders where number = $19 and status = 'draft'",
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

/// Of the next `$22` rows behind the place (`$20`, `$21`) those that are listed, and the last one, which tells how far was looked. And
/// the draft with the number. PostgreSQL knows no last one of ids, but of their texts, which are in the same order.
fn next(engine: Engine, range: Range, column: &str, goes_down: bool) -> String {
    let (last, reaches) = if goes_down { ("min", "<=") } else { ("max", ">=") };
    let near = near(engine, range, column, goes_down);
    let has_words = has_words("near.id");
    format!(
        "with {WORDS}, near as materialized ({near}), \
         last as materialized (select {last}(cast(id as text)) as id from near where place {reaches} (select {last}(place) from near)), \
         judged as materialized (select near.*, case when fits then {has_words} else false end as is_listed from near), \
         found as (select {COLUMNS}, false as is_listed from orders where number = $19 and status = 'draft' union all \
         select id, number, is_draft, total, created_at, updated_at, is_listed from judged \
         where is_listed or cast(id as text) = (select id from last)) \
         select found.*, (select count(*) from near) as looked_at from found"
    )
}

/// Behind a place, in the order of the list.
fn behind(of: &str, column: &str, goes_down: bool) -> String {
    let (behind, way) = if goes_down { ("<", " desc") } else { (">", "") };
    format!("({of}{column}, {of}id) {behind} ($20, $21) order by {of}{column}{way}, {of}id{way} limit $22")
}

/// Drafts are passed over where they are not asked for.
const NO_DRAFT: &str = "(status <> 'draft' or cast($4 as text) = 'draft')";

/// The next rows, and whether they meet the filters.
fn near(engine: Engine, range: Range, column: &str, goes_down: bool) -> String {
    let merged = |ranges: &str, is_of: &str| {
        among(engine, &merged(engine, ranges, is_of, &behind("w.", column, goes_down), goes_down))
    };
    let within = match range {
        Range::All => NO_DRAFT.to_owned(),
        Range::Word => {
            let of = |table| format!("select w.order_id from {table} w where w.word >= $23 and w.word < $24");
            let ids = ["order_word", "person_word", "parcel_word"].map(of).join(" union all ");
            format!("{NO_DRAFT} and (cast($16 as uuid) is null or user_id = $16) and {}", among(engine, &ids))
        }
        Range::FewOfUser => {
            format!("{NO_DRAFT} and {}", among(engine, "select id from orders where user_id = $16 limit $23"))
        }
        Range::User => merged(&each_of(23, "a"), "w.user_id = $16 and w.status = a.word"),
        Range::States => merged(
            &[each_of(23, "a"), each_of(24, "b"), each_of(25, "c")].join(" cross join "),
            "w.status = a.word and w.payment_status = b.word and w.fulfilment_status = c.word",
        ),
        Range::Attention => merged(
            concat!("(", masks!("mask & $13 <> 0"), ") as a"),
            "w.attention = a.mask and w.attention > 0",
        ),
    };
    format!(
        "select {COLUMNS}, {column} as place, {FILTERS} as fits from orders where {within} and {}",
        behind("", column, goes_down)
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
        "select one.id from {ranges} cross join {each} order by one.created_at{way}, one.id{way} limit $22"
    )
}
