//! Corrects typing errors in queries without matches.

use super::index::{CANDIDATES_MAX, Candidates, find};
use crate::{
    Query,
    document::{LETTERS_MIN, is_correctable},
};
use db::{Db, Result, params, statements};
use kernel::words::end_of;
use std::collections::BTreeMap;
use strsim::osa_distance;

statements! {
    /// Number of rows that match each of these queries, up to a limit.
    COUNT = {
        sqlite: "select value.value as query,
                     (select count(*) from (select 1 from search_text where tokens match value.value limit $2)) as matching
                 from rarray($1) as value",
        postgres: "select value.value as query,
                       (select count(*) from (select 1 from search_entry where tokens @@ cast(value.value as tsquery) limit $2) as few) as matching
                   from unnest(cast($1 as text[])) as value",
    };
    /// Words of about the same length with the same first letter.
    SIMILAR = "select word from search_word where letters = any($1) and word >= $2 and word < $3 limit $4";
}

/// Maximum number of words that a search word is compared with.
const COMPARED_MAX: i64 = 5000;
/// Maximum number of similar words for which matching rows are counted.
const SIMILAR_MAX: usize = 3;
/// Maximum number of corrected words of a query.
const CORRECTED_MAX: usize = 2;
/// Number of letters from which two errors in a word are corrected.
const LONG_WORD: usize = 8;

/// Corrects a query without matches: replaces each word that no row contains by the similar word that most rows contain. Returns
/// the corrected query and its matches; `None` if there are none. Similar words have the same first letter and differ by one
/// edit (an inserted, deleted or replaced letter, or two letters swapped), long words by up to two. Words with digits are not
/// corrected.
///
/// # Errors
/// Those of [`Db::query`].
pub async fn correct(db: &Db, query: &Query) -> Result<Option<(Query, Candidates)>> {
    let words: Vec<&str> = query.words().collect();
    let alone: Vec<Query> = (0..words.len()).map(|at| query.only_word(at)).collect();
    // a single word is known to match no row
    let matching = if words.len() > 1 { count_matches(db, &alone).await? } else { BTreeMap::new() };
    let is_unknown =
        |at: usize| matching.get(&expression(db, &alone[at])).is_none_or(|matching| *matching == 0);
    let unknown = (0..words.len()).filter(|at| is_correctable(words[*at]) && is_unknown(*at));
    let mut similar_words: Vec<(usize, String)> = Vec::new();
    for at in unknown.take(CORRECTED_MAX) {
        similar_words.extend(find_similar(db, words[at]).await?.into_iter().map(|word| (at, word)));
    }
    let queries: Vec<Query> =
        similar_words.iter().map(|(at, word)| query.with_word(*at, word).only_word(*at)).collect();
    let matching =
        if similar_words.is_empty() { BTreeMap::new() } else { count_matches(db, &queries).await? };
    let mut corrected = query.clone();
    let mut best: BTreeMap<usize, i64> = BTreeMap::new();
    for ((at, word), query) in similar_words.iter().zip(&queries) {
        let matching = matching.get(&expression(db, query)).copied().unwrap_or_default();
        if matching > best.get(at).copied().unwrap_or_default() {
            best.insert(*at, matching);
            corrected = corrected.with_word(*at, word);
        }
    }
    if best.is_empty() {
        return Ok(None);
    }
    let found = find(db, &corrected).await?;
    Ok((!found.ids.is_empty()).then_some((corrected, found)))
}

fn expression(db: &Db, query: &Query) -> String {
    query.expression(db.engine(), false)
}

/// Number of rows that match each query, by its match expression.
async fn count_matches(db: &Db, queries: &[Query]) -> Result<BTreeMap<String, i64>> {
    let texts: Vec<String> = queries.iter().map(|query| expression(db, query)).collect();
    let limit = i64::try_from(CANDIDATES_MAX).unwrap_or(i64::MAX);
    let rows = db.query(&COUNT, params![texts, limit]).await?;
    rows.iter().map(|row| Ok((row.get("query")?, row.get("matching")?))).collect()
}

/// The most similar words of the vocabulary.
async fn find_similar(db: &Db, word: &str) -> Result<Vec<String>> {
    let letters = word.chars().count();
    let errors = if letters < LONG_WORD { 1 } else { 2 };
    let lengths = (letters.saturating_sub(errors).max(LETTERS_MIN)..=letters + errors).map(|n| n as i64);
    let first: String = word.chars().take(1).collect();
    let values = params![lengths.collect::<Vec<_>>(), first.clone(), end_of(&first), COMPARED_MAX];
    let mut near = Vec::new();
    for row in db.query(&SIMILAR, values).await? {
        let other: String = row.get("word")?;
        let distance = osa_distance(word, &other);
        if distance > 0 && distance <= errors {
            near.push((distance, other));
        }
    }
    near.sort();
    let least = near.first().map(|(distance, _)| *distance);
    let nearest = near.into_iter().take_while(|(distance, _)| Some(*distance) == least);
    Ok(nearest.map(|(_, word)| word).take(SIMILAR_MAX).collect())
}
