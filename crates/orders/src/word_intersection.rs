//! Intersection of search words. For each, the next positions in a list are read from an index, and the rows with all words
//! are found by comparing these positions, without reading a row. Positions are compared as text.

use std::{cmp::Ordering, iter::repeat_with};

/// Some positions of a word that matches a search word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordPositions<'a> {
    /// The index of the search word.
    pub(crate) nth: usize,
    /// The positions, concatenated in any order, each with the same number of ASCII letters, so that texts compare like the
    /// positions.
    pub(crate) places: &'a str,
    /// The limit: with this many positions (at least one), they are the next ones; with fewer, all.
    pub(crate) at_most: usize,
}

/// The known part of the next rows with all words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Intersection<'a> {
    /// The positions of the rarest word, except those that certainly lack another word, in the order of the list.
    pub(crate) places: Vec<&'a str>,
    /// The search words for which it is not known whether every position has them.
    pub(crate) left: Vec<usize>,
    /// The position up to which all are known. None: to the end.
    pub(crate) until: Option<&'a str>,
}

/// The direction of a list.
#[derive(Debug, Clone, Copy)]
struct ScanDirection {
    goes_down: bool,
}
impl ScanDirection {
    /// Returns whether the first position precedes the second.
    fn is_before(self, a: &str, b: &str) -> bool {
        if self.goes_down { a > b } else { a < b }
    }
    /// Returns whether a position is known, if all are known up to `until`.
    fn reaches(self, until: Option<&str>, place: &str) -> bool {
        until.is_none_or(|until| !self.is_before(until, place))
    }
}

/// The positions of a search word in all its spellings, as far as they were read.
#[derive(Debug, Default)]
struct TermHits<'a> {
    nth: usize,
    places: Vec<&'a str>,
    until: Option<&'a str>,
}

/// Returns the next positions after a position (or before it, if `goes_down`) that match each of `asked`. A search word
/// without matching words matches nothing.
pub(crate) fn meet<'a>(
    words: &[WordPositions<'a>],
    asked: &[usize],
    after: &str,
    goes_down: bool,
) -> Intersection<'a> {
    let way = ScanDirection { goes_down };
    let of = |nth: &usize| {
        let mut one = TermHits { nth: *nth, ..TermHits::default() };
        for word in words.iter().filter(|word| word.nth == *nth) {
            one.add(word, after, way);
        }
        one.places.sort_unstable();
        one.places.dedup();
        one
    };
    of_rarest(asked.iter().map(of).collect(), way)
}

impl<'a> TermHits<'a> {
    fn add(&mut self, word: &WordPositions<'a>, after: &str, way: ScanDirection) {
        let known = self.places.len();
        self.places.extend(each(word.places, after.len()).filter(|place| way.is_before(after, place)));
        let of_this = self.places.get(known..).unwrap_or_default();
        let last = if way.goes_down { of_this.iter().min() } else { of_this.iter().max() };
        if let Some(last) = last.filter(|_| of_this.len() >= word.at_most)
            && way.reaches(self.until, last)
        {
            self.until = Some(last);
        }
    }
}

/// Splits a text into positions.
fn each(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    repeat_with(move || {
        let (place, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(place)
    })
    .map_while(|place| place.filter(|place| !place.is_empty()))
}

/// Returns the positions of the search word that is known the furthest, except those that certainly lack another one.
fn of_rarest<'a>(mut asked: Vec<TermHits<'a>>, way: ScanDirection) -> Intersection<'a> {
    let furthest = |a: &TermHits<'_>, b: &TermHits<'_>| match (&a.until, &b.until) {
        (None, None) => a.places.len().cmp(&b.places.len()),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) if way.goes_down => a.cmp(b),
        (Some(a), Some(b)) => b.cmp(a),
    };
    asked.sort_by(furthest);
    let mut asked = asked.into_iter();
    let TermHits { places, until, .. } = asked.next().unwrap_or_default();
    let others: Vec<TermHits<'_>> = asked.collect();
    let lacks = |place: &str| {
        others.iter().any(|one| way.reaches(one.until, place) && one.places.binary_search(&place).is_err())
    };
    let mut places: Vec<&str> =
        places.into_iter().filter(|place| way.reaches(until, place) && !lacks(place)).collect();
    if way.goes_down {
        places.reverse();
    }
    let is_left = |one: &&TermHits<'_>| places.iter().any(|place| !way.reaches(one.until, place));
    let left = others.iter().filter(is_left).map(|one| one.nth).collect();
    Intersection { places, left, until }
}

#[cfg(test)]
mod tests {
    use super::{Intersection, WordPositions, meet};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn written(n: u16) -> String {
        format!("{n:05}")
    }
    fn read(place: &str) -> u16 {
        place.parse().expect("a place")
    }

    /// Returns the next positions of a word, as an index would.
    fn next(all: &BTreeSet<u16>, after: u16, goes_down: bool, at_most: usize) -> String {
        match goes_down {
            true => all.range(..after).rev().take(at_most).map(|n| written(*n)).collect(),
            false => all.range(after + 1..).take(at_most).map(|n| written(*n)).collect(),
        }
    }

    fn some_places() -> impl Strategy<Value = BTreeSet<u16>> {
        prop::collection::btree_set(0..60_u16, 0..40)
    }

    proptest! {
        /// The result is correct however much is known: up to its limit, it contains every row with all words, in the order
        /// of the list, and it lists what is uncertain.
        #[test]
        fn what_has_all_words_is_found_and_nothing_else(
            words in prop::collection::vec((0..3_usize, some_places(), 1..12_usize), 1..8),
            after in 0..60_u16,
            goes_down: bool,
        ) {
            let texts: Vec<String> =
                words.iter().map(|(_, all, at_most)| next(all, after, goes_down, *at_most)).collect();
            let known: Vec<WordPositions<'_>> = words
                .iter()
                .zip(&texts)
                .map(|((nth, _, at_most), places)| WordPositions { nth: *nth, places, at_most: *at_most })
                .collect();
            let asked: Vec<usize> =
                words.iter().map(|(nth, ..)| *nth).collect::<BTreeSet<_>>().into_iter().collect();
            let Intersection { places, left, until } = meet(&known, &asked, &written(after), goes_down);
            let has = |nth: usize, place: u16| words.iter().any(|(n, all, _)| *n == nth && all.contains(&place));
            let comes = |place: u16| if goes_down { place < after } else { place > after };
            let is_known = |place: u16| until.is_none_or(|until| match goes_down {
                true => place >= read(until),
                false => place <= read(until),
            });
            let mut all: Vec<u16> = (0..60)
                .filter(|place| comes(*place) && is_known(*place) && asked.iter().all(|nth| has(*nth, *place)))
                .collect();
            if goes_down {
                all.reverse();
            }
            let has_left = |place: &u16| left.iter().all(|nth| has(*nth, *place));
            let found: Vec<u16> = places.iter().map(|place| read(place)).filter(has_left).collect();
            prop_assert_eq!(found, all);
            // it always makes progress
            prop_assert!(until.is_none_or(|until| comes(read(until))));
        }
    }

    #[test]
    fn of_what_no_word_is_known_nothing_is_there() {
        let known = [WordPositions { nth: 0, places: "0000100002", at_most: 9 }];
        let met = meet(&known, &[0, 1], "00000", false);
        assert_eq!(met, Intersection { places: Vec::new(), left: Vec::new(), until: None });
        assert_eq!(meet(&known, &[0], "00000", false).places, ["00001", "00002"]);
        // an incomplete position is ignored
        let broken = [WordPositions { nth: 0, places: "00001000", at_most: 9 }];
        assert_eq!(meet(&broken, &[0], "00000", false).places, ["00001"]);
    }
}
