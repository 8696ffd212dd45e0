//! How what is looked for is spelled: the words that begin with it, of orders, persons and parcels. An order is asked whether it has
//! just these, which takes a look into one index for each.

use db::{Db, Param, Result, statements};
use kernel::words::{ASKED_MAX, end_of};
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
            "with recursive asked(nth, beginning, below) as (values ",
            "(0, cast($1 as text), cast($2 as text)), (1, cast($3 as text), cast($4 as text)), ",
            "(2, cast($5 as text), cast($6 as text)), (3, cast($7 as text), cast($8 as text)), ",
            "(4, cast($9 as text), cast($10 as text)), (5, cast($11 as text), cast($12 as text)), ",
            "(6, cast($13 as text), cast($14 as text)), (7, cast($15 as text), cast($16 as text))",
            "), ",
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

/// How many rows of a table have words that begin like that, up to a limit.
macro_rules! many {
    ($table:literal) => {
        concat!(
            "(select count(*) from (select 1 from ",
            $table,
            " w where w.word >= asked.beginning and w.word < asked.below limit $18) as few)"
        )
    };
}

statements! {
    /// Each that is looked for, with how many rows have it, as the first of its words.
    SPELLED = (concat!(
        spelled!(),
        " select nth, 0 as kind, 0 as place, beginning as word, ",
        many!("order_word"),
        " + ",
        many!("person_word"),
        " + ",
        many!("parcel_word"),
        " as many from asked where beginning is not null union all ",
        "select nth, kind, place, word, 0 from spelled where word is not null"
    ));
}

/// More words than so many of a table that begin with what is looked for are not read one by one.
const SPELLED_MAX: i64 = 32;

/// The first parameters of what begins with [`spelled!`].
pub(super) fn beginnings(asked: &[String]) -> Vec<Param> {
    let of_each = (0..ASKED_MAX).flat_map(|nth| {
        let word = asked.get(nth);
        [Param::from(word), word.map(|word| end_of(word)).into()]
    });
    of_each.chain([SPELLED_MAX.into()]).collect()
}

/// A word that begins with what is looked for, and of what it is one.
#[derive(Debug, Clone)]
pub(crate) struct Spelled {
    /// The first, the second of what is looked for.
    pub(crate) nth: i64,
    /// Of an order, its person, its parcels.
    pub(crate) kind: i64,
    pub(crate) word: String,
}

/// What an order is to have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// Words that begin with each of these.
    begun: Vec<String>,
    /// Of each kind of these one of the others, which are written after their kind and that of what they are of.
    asked: Vec<String>,
    spelled: Vec<String>,
}

impl Words {
    /// Words that begin with each of these.
    pub(crate) fn begun(beginnings: &[String]) -> Self {
        Words { begun: beginnings.to_vec(), ..Words::default() }
    }
    /// Of each that is looked for one of those with which it is spelled.
    pub(crate) fn spelled(spelled: &[Spelled]) -> Self {
        let asked: BTreeSet<i64> = spelled.iter().map(|spelled| spelled.nth).collect();
        let write = |Spelled { nth, kind, word }: &Spelled| format!("{nth}{kind}{word}");
        Words {
            asked: asked.iter().map(i64::to_string).collect(),
            spelled: spelled.iter().map(write).collect(),
            ..Words::default()
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
pub(crate) enum Known {
    /// Nothing has one of them.
    Nothing,
    /// Words that begin like this at most so many have; and the others.
    Few(String, Words),
    /// More have each.
    Many(Words),
}

/// How each of these is spelled, and whether few orders have one of them.
pub(crate) async fn look(db: &Db, asked: &[String], few: usize) -> Result<Known> {
    let limit = i64::try_from(few).unwrap_or(i64::MAX).saturating_add(1);
    let mut values = beginnings(asked);
    values.push(limit.into());
    let mut many: BTreeMap<i64, i64> = BTreeMap::new();
    let mut known: Vec<Spelled> = Vec::new();
    let mut in_many_ways: BTreeSet<i64> = BTreeSet::new();
    for row in db.query(&SPELLED, &values).await? {
        let (nth, place) = (row.get("nth")?, row.get::<i64>("place")?);
        if place == 0 {
            many.insert(nth, row.get("many")?);
            continue;
        }
        if place > SPELLED_MAX {
            in_many_ways.insert(nth);
        }
        known.push(Spelled { nth, kind: row.get("kind")?, word: row.get("word")? });
    }
    if many.values().any(|many| *many == 0) {
        return Ok(Known::Nothing);
    }
    let rarest = many.iter().filter(|(_, many)| **many < limit).min_by_key(|(_, many)| **many);
    let rarest = rarest.map(|(nth, _)| *nth);
    known.retain(|spelled| Some(spelled.nth) != rarest && !in_many_ways.contains(&spelled.nth));
    let is_begun = |nth: i64| Some(nth) != rarest && in_many_ways.contains(&nth);
    let begun = asked.iter().zip(0..).filter(|(_, nth)| is_begun(*nth)).map(|(word, _)| word.clone());
    let words = Words { begun: begun.collect(), ..Words::spelled(&known) };
    let rarest = rarest.and_then(|nth| usize::try_from(nth).ok()).and_then(|nth| asked.get(nth));
    Ok(match rarest {
        Some(word) => Known::Few(word.clone(), words),
        None => Known::Many(words),
    })
}
