//! A page of a list. However few of however many orders are listed, no request checks more than some hundred: then the page
//! ends early, and the next one goes on from there.

use crate::{
    order_query::{ListPosition, OrderListPage, OrderQuery, OrderRow, PageBuilder, SortKey},
    store::{
        candidates,
        newest::{self, TimePosition},
        word_filter::{self, WordFilter, WordSelectivity},
    },
};
use db::{Db, Result};
use kernel::id::OrderId;

/// A word that so many have, or fewer, is one of few: these are the range that is gone through.
const FEW_HAVE: usize = 120;
/// The most orders of a range that one request goes through, beside the first step.
const LOOKS_MAX: usize = 200;
/// And where words are looked for: where they are not in so many, they seldom are.
const LOOKS_IN_VAIN: usize = 80;
/// Rows of an index that are read for words, so many for each, and at least so many.
const ROWS_OF_EACH: usize = 120;
const ROWS_MIN: usize = 360;
/// They cost little, as they hold all that is asked for. A look at an order costs more: so first so many for each order of a page
/// are checked, and at least so many.
const LOOKED_AT_FOR_EACH: usize = 4;
const LOOKED_AT_MIN: usize = 64;
/// A page of so few is beside others, and is not looked for a second time: who wants to looks further.
const FEW: usize = 10;

/// So many orders of a list after a place.
pub(crate) async fn list(
    db: &Db,
    list: &OrderQuery,
    after: ListPosition,
    count: usize,
) -> Result<OrderListPage> {
    let mut picker = PageBuilder::new(list, after, count);
    // a number is seldom one that many have: how few that are is known first
    let is_number = list.draft.is_some();
    let known = match is_number {
        true => None,
        false => match along_words(db, list, &mut picker, count + 1).await? {
            ScanStep::Part(part) => return Ok(part),
            ScanStep::Not(known) => known,
        },
    };
    let (rare, words) = match some(db, list, known).await? {
        IndexEstimate::All(orders) => return Ok(pick(list, &mut picker, orders)),
        IndexEstimate::Rare(word, others) => (Some(word), others),
        IndexEstimate::TooMany(words) => (None, words),
    };
    if is_number
        && rare.is_none()
        && count >= FEW
        && let ScanStep::Part(part) = along_words(db, list, &mut picker, count + 1).await?
    {
        return Ok(part);
    }
    walk(db, list, (rare.as_deref(), &words), &mut picker, count + 1).await
}

/// What a look into an index tells.
enum IndexEstimate {
    /// All that can be listed.
    All(Vec<OrderRow>),
    /// Few have this word; they are to have the others.
    Rare(String, WordFilter),
    /// They are not few, and are to have these words.
    TooMany(WordFilter),
}

/// What is listed by its name, or by its words where few have one of them, of which it may be known already how many have them.
async fn some(db: &Db, list: &OrderQuery, known: Option<WordSelectivity>) -> Result<IndexEstimate> {
    if list.has_no_word {
        return Ok(IndexEstimate::All(Vec::new()));
    }
    let words = WordFilter::in_any_table(&list.words);
    if list.selection.number.is_some() {
        return candidates::with_number(db, list, &words).await.map(IndexEstimate::All);
    }
    if list.selection.placement_id.is_some() {
        return candidates::of_placement(db, list, &words).await.map(IndexEstimate::All);
    }
    if !list.has_words() {
        return Ok(IndexEstimate::TooMany(words));
    }
    let known = match known {
        Some(known) => known,
        None => word_filter::look(db, &list.words, FEW_HAVE).await?,
    };
    match known {
        WordSelectivity::Nothing => Ok(IndexEstimate::All(Vec::new())),
        WordSelectivity::Few(rarest, others) => Ok(IndexEstimate::Rare(rarest, others)),
        WordSelectivity::Many(words) => Ok(IndexEstimate::TooMany(words)),
    }
}

/// What a look along the words comes to.
enum ScanStep {
    /// The page, out of what has the words that are looked for, in the order of the list.
    Part(OrderListPage),
    /// Another range is likely to hold fewer, or the words are not gone along: then it is known how many have them.
    Not(Option<WordSelectivity>),
}

async fn along_words(
    db: &Db,
    list: &OrderQuery,
    picker: &mut PageBuilder<'_>,
    page: usize,
) -> Result<ScanStep> {
    let rows = ROWS_MIN.max(ROWS_OF_EACH * list.words.len()) as i64;
    for is_first in [true, false] {
        let Some(after) = list.moment_among_all(picker.place()) else { return Ok(ScanStep::Not(None)) };
        let next = match newest::next(db, &list.words, after, list.goes_down(), rows, FEW_HAVE).await? {
            newest::WordScan::Next(next) => next,
            newest::WordScan::Not(known) => return Ok(ScanStep::Not(Some(known))),
        };
        let some = if is_first { LOOKED_AT_MIN.max(LOOKED_AT_FOR_EACH * page) } else { next.orders.len() };
        let (first, rest) = next.orders.split_at(some.min(next.orders.len()));
        if let Some(part) = look_at(db, list, picker, first, &next.left).await? {
            return Ok(ScanStep::Part(part));
        }
        if page <= FEW && !rest.is_empty() {
            break;
        }
        if let Some(part) = look_at(db, list, picker, rest, &next.left).await? {
            return Ok(ScanStep::Part(part));
        }
        match next.until {
            Some((at, _)) if list.is_past_moment(at) => return Ok(ScanStep::Part(picker.complete())),
            Some(until) => picker.pass(list_place(until)),
            None => return Ok(ScanStep::Part(picker.complete())),
        }
        // If two statements found few matches, a third is unlikely to find more: the page ends early, and the client can request
        // the next one. The same applies to several words without any match.
        if page <= FEW || !rest.is_empty() || list.words.len() > 1 && picker.is_empty() {
            break;
        }
    }
    Ok(ScanStep::Part(picker.goes_on()))
}

fn list_place((at, id): TimePosition) -> ListPosition {
    ListPosition { key: SortKey::Created(at), id }
}

/// Checks these orders, but for those that lack one of the words; the page, where it is complete with that.
async fn look_at(
    db: &Db,
    list: &OrderQuery,
    picker: &mut PageBuilder<'_>,
    orders: &[TimePosition],
    words: &WordFilter,
) -> Result<Option<OrderListPage>> {
    let Some(last) = orders.last() else { return Ok(None) };
    let ids: Vec<OrderId> = orders.iter().map(|(_, id)| *id).collect();
    let found = candidates::those_of(db, list, &ids, words).await?;
    let part = picker.look_at(found.iter());
    if part.is_none() {
        picker.pass(list_place(*last));
    }
    Ok(part)
}

/// The page out of these orders, which are all.
fn pick(list: &OrderQuery, picker: &mut PageBuilder<'_>, orders: Vec<OrderRow>) -> OrderListPage {
    let after = picker.place().clone();
    let rest = orders.iter().filter(|order| list.order(&list.place(order), &after).is_gt());
    picker.look_at(rest).unwrap_or_else(|| picker.complete())
}

/// Goes through a range of orders in the order of the list, or through those with a rare word: a page of them, or eighty where words
/// are looked for, then more at once. Of these only that is read which is asked for: two steps do. Words that are on none of the first
/// are not likely to be on the next: then the page ends early.
async fn walk(
    db: &Db,
    list: &OrderQuery,
    (rare, words): (Option<&str>, &WordFilter),
    picker: &mut PageBuilder<'_>,
    page: usize,
) -> Result<OrderListPage> {
    for is_first in [true, false] {
        let step = match is_first {
            true if list.has_words() => LOOKS_IN_VAIN,
            true => page,
            false => LOOKS_MAX,
        };
        let walked = candidates::after(db, list, (rare, words), picker.place(), step as i64).await?;
        if let Some(part) = picker.look_at(walked.orders.iter()) {
            return Ok(part);
        }
        if walked.looked_at < step {
            return Ok(picker.complete());
        }
        if list.has_words() && (page <= FEW || picker.is_empty()) {
            break;
        }
    }
    Ok(picker.goes_on())
}
