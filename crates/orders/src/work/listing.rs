//! A page of a list. However few of however many orders are listed, no request looks at more than a thousand: then the
//! page ends early, and the next one goes on from there.

use crate::{
    listing::{Candidate, Key, Listing, Part, Picker, Place},
    store::{
        lists,
        newest::{self, Known, Next},
        words,
    },
};
use db::{Db, Result, words::Found};

/// The most orders that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Orders that are read together, where a page of them held too few that are listed.
const BATCH: usize = 200;
/// And where words are looked for that many have: a page of what one of five has, and some more.
const BATCH_WITH_WORDS: usize = 300;
/// Rows that are read for a page of what has one word, so many for each of its orders and at most so many in all, and for one of
/// what has each of several. Half of them are of the word, where that is spelled in one way: a page of five passes over as many as
/// 190 newer drafts at once. Where there are more, or too many spellings for that, it reads further: once, and as far as for several.
const ROWS_FOR_EACH: usize = 64;
const ROWS_OF_ONE: i64 = 640;
const ROWS_OF_SOME: i64 = 1000;

/// So many orders of a list after a place.
pub(crate) async fn list(db: &Db, list: &Listing, after: Place, count: usize) -> Result<Part> {
    let mut picker = Picker::new(list, after, count);
    if let Some(part) = along_words(db, list, &mut picker, count + 1).await? {
        return Ok(part);
    }
    match some(db, list).await? {
        Some(orders) => Ok(pick(list, &mut picker, orders)),
        None => walk(db, list, &mut picker, count + 1).await,
    }
}

/// All that can be listed, where a look into an index tells that they are few.
async fn some(db: &Db, list: &Listing) -> Result<Option<Vec<Candidate>>> {
    if list.has_no_word {
        return Ok(Some(Vec::new()));
    }
    if let Some(number) = list.selection.number {
        return lists::with_number(db, number, &list.words).await.map(Some);
    }
    if let Some(placement) = list.selection.placement_id {
        return lists::of_placement(db, placement, &list.words).await.map(Some);
    }
    let Found { few, is_all } = words::with_words(db, &list.words, LOOKS_MAX).await?;
    match few {
        Some(ids) if ids.is_empty() => Ok(Some(Vec::new())),
        Some(ids) => {
            let ids: Vec<_> = ids.into_iter().collect();
            lists::with_ids(db, &ids, if is_all { &[] } else { &list.words }).await.map(Some)
        }
        None => Ok(None),
    }
}

/// The page, out of what has the words that are looked for, in the order of the list; nothing, where that is not known, or where
/// another range is likely to hold fewer.
async fn along_words(db: &Db, list: &Listing, picker: &mut Picker<'_>, page: usize) -> Result<Option<Part>> {
    let few = ROWS_OF_ONE.min((ROWS_FOR_EACH * page) as i64);
    let first = if list.words.len() == 1 { few } else { ROWS_OF_SOME };
    for (rows, is_first) in [(first, true), (ROWS_OF_SOME, false)] {
        let Some(after) = list.moment_among_all(picker.place()) else { return Ok(None) };
        let next = match newest::next(db, &list.words, after, list.goes_down(), rows).await? {
            Known::Next(next) => next,
            Known::WithMoreRows if rows < ROWS_OF_SOME => continue,
            Known::WithMoreRows | Known::Nothing => return Ok(None),
        };
        let seen = look_at(db, list, picker, (page, is_first), &next).await?;
        if let Seen::Page(part) = seen {
            return Ok(Some(part));
        }
        match next.until {
            Some((at, _)) if list.is_past_moment(at) => return Ok(Some(picker.complete())),
            Some((at, id)) => picker.pass(Place { key: Key::Created(at), id }),
            None => return Ok(Some(picker.complete())),
        }
        // What has taken two statements to be looked at is seldom listed, and the next is not likely to be more: whoever wants to
        // looks further. So it is with several words of which nothing was listed.
        if matches!(seen, Seen::AllAtTwice) || list.words.len() > 1 && picker.is_empty() {
            break;
        }
    }
    Ok(Some(picker.goes_on()))
}

/// What came of a look at the next orders with the words.
enum Seen {
    /// A page that is full, or the last.
    Page(Part),
    /// All of them were looked at, by one statement or two.
    AllAtOnce,
    AllAtTwice,
}

/// Looks at what is known of the next orders with the words: first at a page and some more, then at all of it that has the words;
/// where it `is_first`, as a later look is for what is rare.
async fn look_at(
    db: &Db,
    list: &Listing,
    picker: &mut Picker<'_>,
    (page, is_first): (usize, bool),
    next: &Next,
) -> Result<Seen> {
    let ids: Vec<_> = next.orders.iter().map(|(_, id)| *id).collect();
    let words = if next.have_all { &[][..] } else { &list.words };
    let (some, all) = ((2 * page, false), (ids.len(), true));
    let batches = if is_first { &[some, all][..] } else { &[all] };
    for (nth, &(batch, only_with_words)) in batches.iter().enumerate() {
        let behind = ids.iter().position(|id| *id == picker.place().id).map_or(0, |at| at + 1);
        let left = ids.get(behind..).unwrap_or_default();
        if left.is_empty() {
            break;
        }
        let found = lists::first_of(db, list, left, (words, only_with_words), batch as i64).await?;
        if let Some(part) = found.iter().find_map(|order| picker.look_at(order)) {
            return Ok(Seen::Page(part));
        }
        if nth > 0 {
            return Ok(Seen::AllAtTwice);
        }
        if found.len() < batch {
            break;
        }
    }
    Ok(Seen::AllAtOnce)
}

/// The page out of these orders, which are all.
fn pick(list: &Listing, picker: &mut Picker<'_>, orders: Vec<Candidate>) -> Part {
    let mut placed: Vec<_> = orders.into_iter().map(|order| (list.place(&order), order)).collect();
    placed.sort_by(|(a, _), (b, _)| list.order(a, b));
    let after = picker.place().clone();
    let mut rest = placed.iter().filter(|(place, _)| list.order(place, &after).is_gt());
    rest.find_map(|(_, order)| picker.look_at(order)).unwrap_or_else(|| picker.complete())
}

/// Goes through all orders in the order of the list: a page of them, then more and more at once. With words, which may be as rare
/// as a thousand in all orders, more at first: in the order in which orders were made they lie beside one another, and are read
/// quickly; in another one each lies elsewhere.
async fn walk(db: &Db, list: &Listing, picker: &mut Picker<'_>, page: usize) -> Result<Part> {
    let batches = match (list.has_words(), &picker.place().key) {
        (false, _) => [page, BATCH, LOOKS_MAX],
        (true, Key::Created(_)) => [BATCH_WITH_WORDS, LOOKS_MAX, 0],
        (true, Key::Updated(_) | Key::Total(_)) => [2 * page, BATCH, LOOKS_MAX],
    };
    let mut left = LOOKS_MAX;
    for batch in batches {
        let batch = left.min(batch);
        let orders = lists::after(db, list, picker.place(), batch as i64).await?;
        if let Some(part) = orders.iter().find_map(|order| picker.look_at(order)) {
            return Ok(part);
        }
        if orders.len() < batch {
            return Ok(picker.complete());
        }
        left -= batch;
        if left == 0 {
            break;
        }
    }
    Ok(picker.goes_on())
}
