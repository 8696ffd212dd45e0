//! Search words in statements of lists: which of the word tables contain words with a prefix, and whether an order has such words.

use db::{Db, Param, Result, Sql};
use std::{collections::BTreeMap, sync::LazyLock};

/// The tables of words: of what was ordered, of who ordered, of parcels. The index of a table is its `kind`.
pub(super) const TABLES: [&str; 3] = ["order_word", "person_word", "parcel_word"];
/// A row for each of [`TABLES`].
pub(super) const KINDS: &str = "(select 0 as kind union all select 1 union all select 2) as kinds";

/// The condition that a word `w` begins with a prefix. Sorts like [`kernel::words::end_of`].
pub(super) fn begins_with(prefix: &str) -> String {
    format!("w.word >= {prefix} and w.word < {prefix} || '\u{10FFFF}'")
}

/// An expression for the table that `kind` names.
pub(super) fn by_kind(kind: &str, of_table: impl Fn(&str) -> String) -> String {
    let [order, person, parcel] = TABLES.map(of_table);
    format!("case {kind} when 0 then {order} when 1 then {person} else {parcel} end")
}

/// An item of a `with`: prefixes, each of which `$1` contains after a digit.
fn prefixes(name: &str) -> String {
    format!(
        "{name} as materialized (select cast(substr(value.value, 1, 1) as bigint), substr(value.value, 2) \
         from unnest(cast($1 as text[])) as value)"
    )
}

/// The prefixes of [`asked_param`], after their index.
pub(super) fn asked() -> String {
    prefixes("asked(nth, prefix)")
}
pub(super) fn asked_param(asked: &[String]) -> Param {
    asked.iter().enumerate().map(|(nth, prefix)| format!("{nth}{prefix}")).collect::<Vec<_>>().into()
}

/// Counts the rows of each table whose words begin with each prefix of [`asked`], up to a limit.
pub(super) fn count(limit: &str) -> String {
    let begins = begins_with("asked.prefix");
    let count = by_kind("kind", |table| {
        format!("(select count(*) from (select 1 from {table} w where {begins} limit {limit}) as few)")
    });
    format!("select nth, kind, {count} as matching from asked cross join {KINDS}")
}

static COUNT_WORDS: LazyLock<Sql> =
    LazyLock::new(|| Sql::both(format!("with {} {}", asked(), count("$2")).leak()));

pub(super) fn statements() -> Vec<(&'static str, Sql)> {
    vec![("COUNT_WORDS", *COUNT_WORDS)]
}

/// The prefixes of a [`WordFilter`], after a mask of kinds of tables.
pub(super) fn wanted() -> String {
    prefixes("wanted(kinds, prefix)")
}

/// The condition that the order with an id passes the filter.
pub(super) fn has_words(id: &str) -> String {
    // prefixes and not words, which would lead PostgreSQL to the index by word
    let begins = begins_with("wanted.prefix");
    let lacks = (0..).zip(TABLES).map(|(kind, table)| {
        format!(
            "(wanted.kinds & {} = 0 or not exists (select 1 from {table} w where w.order_id = {id} and {begins}))",
            1 << kind
        )
    });
    let lacks = lacks.collect::<Vec<_>>().join(" and ");
    format!("not exists (select 1 from wanted where {lacks})")
}

/// What an order must have: words that begin with each prefix, in one of some tables. Each text is a mask of kinds of tables, and a
/// prefix.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordFilter(Vec<String>);

impl WordFilter {
    /// Each of the words in any table.
    pub(crate) fn in_any_table(asked: &[String]) -> Self {
        let all = (1 << TABLES.len()) - 1;
        WordFilter(asked.iter().map(|prefix| format!("{all}{prefix}")).collect())
    }
    /// Words, by index and kind, in the tables that contain them.
    pub(super) fn in_tables(asked: &[String], words: impl Iterator<Item = (i64, i64)>) -> Self {
        let mut masks: BTreeMap<i64, i64> = BTreeMap::new();
        for (nth, kind) in words {
            *masks.entry(nth).or_default() |= 1 << kind;
        }
        let named = asked.iter().zip(0..);
        let text = |(prefix, nth): (&String, i64)| masks.get(&nth).map(|kinds| format!("{kinds}{prefix}"));
        WordFilter(named.filter_map(text).collect())
    }
    pub(super) fn param(&self) -> Param {
        self.0.clone().into()
    }
}

/// How many orders have the words.
#[derive(Debug)]
pub(crate) enum WordSelectivity {
    /// None has one of them.
    Nothing,
    /// Few have this one; the filter contains the others.
    Few(String, WordFilter),
    /// Many have each.
    Many(WordFilter),
}

/// Numbers of rows by index of a word and kind, up to [`limit_of`].
#[derive(Debug, Default)]
pub(super) struct WordCounts(BTreeMap<(i64, i64), i64>);

impl WordCounts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(super) fn add(&mut self, nth: i64, kind: i64, matching: i64) {
        self.0.insert((nth, kind), matching);
    }
    pub(super) fn selectivity(&self, asked: &[String], few: usize) -> WordSelectivity {
        let mut of_word: BTreeMap<i64, i64> = BTreeMap::new();
        for ((nth, _), matching) in &self.0 {
            *of_word.entry(*nth).or_default() += matching;
        }
        let Some((rarest, matching)) = of_word.into_iter().min_by_key(|(_, matching)| *matching) else {
            return WordSelectivity::Many(WordFilter::default());
        };
        if matching == 0 {
            return WordSelectivity::Nothing;
        }
        let rare = Some(rarest).filter(|_| matching < limit_of(few));
        let others = self.0.iter().filter(|((nth, _), matching)| Some(*nth) != rare && **matching > 0);
        let others = WordFilter::in_tables(asked, others.map(|(of, _)| *of));
        match rare.and_then(|nth| usize::try_from(nth).ok()).and_then(|nth| asked.get(nth)) {
            Some(word) => WordSelectivity::Few(word.clone(), others),
            None => WordSelectivity::Many(others),
        }
    }
}

/// One more than few rows.
pub(super) fn limit_of(few: usize) -> i64 {
    i64::try_from(few).unwrap_or(i64::MAX).saturating_add(1)
}

/// Counts the orders that have each word.
pub(crate) async fn look(db: &Db, asked: &[String], few: usize) -> Result<WordSelectivity> {
    let mut counts = WordCounts::default();
    for row in db.query(&COUNT_WORDS, &[asked_param(asked), limit_of(few).into()]).await? {
        counts.add(row.get("nth")?, row.get("kind")?, row.get("matching")?);
    }
    Ok(counts.selectivity(asked, few))
}
