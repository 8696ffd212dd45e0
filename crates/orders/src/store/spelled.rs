//! How what is looked for is spelled: the words that begin with it, of orders, persons and parcels. An order is asked whether it has
//! just these, which takes a look into one index for each.

use db::{Db, Param, Result, statements};
use std::collections::{BTreeMap, BTreeSet};

/// The next word, of one of the three tables, that begins with what is looked for.
macro_rules! next_word {
    ($from:literal) => {
        concat!(
            "case kind when 0 then (select min(w.word) from order_word w where w.word ",
            $from,
            " and w.word < below) ",
            "when 1 then (select min(w.word) from person_word w where w.word ",
            $from,
            " and w.word < below) ",
            "else (select min(w.word) from parcel_word w where w.word ",
            $from,
            " and w.word < below) end"
        )
    };
}
pub(super) use next_word;

/// The words that begin with each of what is looked for (`$1` to `$16`), some (`$17`) of each table and one more, by jumping through
/// the indexes. No word is one where there is no further one.
macro_rules! spelled {
    () => {
        concat!(
            "with recursive ",
            db::asked_words!(),
            ", ",
            "spelled(nth, kind, below, word, place) as (",
            "select nth, kind, below, ",
            next_word!(">= beginning"),
            ", 1 ",
            "from asked cross join (select 0 as kind union all select 1 union all select 2) as kinds ",
            "where beginning is not null union all select nth, kind, below, ",
            next_word!("> spelled.word"),
            ", place + 1 ",
            "from spelled where word is not null and place <= cast($17 as bigint))"
        )
    };
}
pub(super) use spelled;

/// How many rows have words that begin with the `asked` at hand, of each table up to a limit.
macro_rules! many {
    ($limit:literal) => {
        concat!(
            many!(@of "order_word" $limit),
            " + ",
            many!(@of "person_word" $limit),
            " + ",
            many!(@of "parcel_word" $limit)
        )
    };
    (@of $table:literal $limit:literal) => {
        concat!(
            "(select count(*) from (select 1 from ",
            $table,
            " w where w.word >= asked.beginning and w.word < asked.below limit ",
            $limit,
            ") as few)"
        )
    };
}
pub(super) use many;

statements! {
    /// Each that is looked for, with how many rows have it, as the first of its words.
    SPELLED = (concat!(
        spelled!(),
        " select nth, 0 as kind, 0 as place, beginning as word, ",
        many!("$18"),
        " as many from asked where beginning is not null union all ",
        "select nth, kind, place, word, 0 from spelled where word is not null"
    ));
}

/// More words than so many of a table that begin with what is looked for are not read one by one.
const SPELLED_MAX: i64 = 32;

/// The first parameters of what begins with [`spelled!`].
pub(super) fn beginnings(asked: &[String]) -> Vec<Param> {
    db::words::beginnings(asked).chain([SPELLED_MAX.into()]).collect()
}

/// A word that begins with what is looked for, and of what it is one.
#[derive(Debug, Clone)]
pub(crate) struct ExpandedWord {
    /// The first, the second of what is looked for.
    pub(crate) nth: i64,
    /// Of an order, its person, its parcels.
    pub(crate) kind: i64,
    /// The first, the second of its kind that begins so.
    pub(crate) place: i64,
    pub(crate) word: String,
}

/// What an order is to have.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordFilter {
    /// Words that begin with each of these.
    begun: Vec<String>,
    /// Of each kind of these one of the others, which are written after their kind and that of what they are of.
    asked: Vec<String>,
    spelled: Vec<String>,
}

impl WordFilter {
    /// Words that begin with each of these.
    pub(crate) fn begun(beginnings: &[String]) -> Self {
        WordFilter { begun: beginnings.to_vec(), ..WordFilter::default() }
    }
    /// Of each that is looked for one of those with which it is spelled.
    pub(crate) fn spelled<'a>(spelled: impl Iterator<Item = &'a ExpandedWord> + Clone) -> Self {
        let asked: BTreeSet<i64> = spelled.clone().map(|spelled| spelled.nth).collect();
        let write = |ExpandedWord { nth, kind, word, .. }: &ExpandedWord| format!("{nth}{kind}{word}");
        WordFilter {
            asked: asked.iter().map(i64::to_string).collect(),
            spelled: spelled.map(write).collect(),
            ..WordFilter::default()
        }
    }
    /// Whether one of them is spelled in more ways than are read one by one.
    pub(crate) fn are_in_many_ways(&self) -> bool {
        !self.begun.is_empty()
    }
    /// The first three parameters of what asks orders for them.
    pub(super) fn params(&self) -> Vec<Param> {
        vec![self.begun.clone().into(), self.asked.clone().into(), self.spelled.clone().into()]
    }
}

/// What an index tells of all that is looked for.
#[derive(Debug)]
pub(crate) enum WordSelectivity {
    /// Nothing has one of them.
    Nothing,
    /// Words that begin like this at most so many have; and the others.
    Few(String, WordFilter),
    /// More have each.
    Many(WordFilter),
}

/// As many rows of one table are more than few.
pub(super) fn limit_of(few: usize) -> i64 {
    i64::try_from(few).unwrap_or(i64::MAX).saturating_add(1)
}

impl WordSelectivity {
    /// Out of how many have each that is looked for, and how it is spelled.
    pub(super) fn of(
        asked: &[String],
        many: BTreeMap<i64, i64>,
        mut spelled: Vec<ExpandedWord>,
        few: usize,
    ) -> WordSelectivity {
        if many.values().any(|many| *many == 0) {
            return WordSelectivity::Nothing;
        }
        let rarest = many.iter().filter(|(_, many)| **many < limit_of(few)).min_by_key(|(_, many)| **many);
        let rarest = rarest.map(|(nth, _)| *nth);
        let in_many_ways: BTreeSet<i64> =
            spelled.iter().filter(|spelled| spelled.place > SPELLED_MAX).map(|spelled| spelled.nth).collect();
        spelled.retain(|spelled| Some(spelled.nth) != rarest && !in_many_ways.contains(&spelled.nth));
        let is_begun = |nth: i64| Some(nth) != rarest && in_many_ways.contains(&nth);
        let begun = asked.iter().zip(0..).filter(|(_, nth)| is_begun(*nth)).map(|(word, _)| word.clone());
        let words = WordFilter { begun: begun.collect(), ..WordFilter::spelled(spelled.iter()) };
        match rarest.and_then(|nth| usize::try_from(nth).ok()).and_then(|nth| asked.get(nth)) {
            Some(word) => WordSelectivity::Few(word.clone(), words),
            None => WordSelectivity::Many(words),
        }
    }
}

/// How each of these is spelled, and whether few orders have one of them.
pub(crate) async fn look(db: &Db, asked: &[String], few: usize) -> Result<WordSelectivity> {
    let mut values = beginnings(asked);
    values.push(limit_of(few).into());
    let (mut many, mut spelled) = (BTreeMap::new(), Vec::new());
    for row in db.query(&SPELLED, &values).await? {
        let (nth, place) = (row.get("nth")?, row.get::<i64>("place")?);
        match place {
            0 => drop(many.insert(nth, row.get("many")?)),
            _ => spelled.push(ExpandedWord { nth, kind: row.get("kind")?, place, word: row.get("word")? }),
        }
    }
    Ok(WordSelectivity::of(asked, many, spelled, few))
}
