//! The words by which accounts are found. They go with the account's row.

use contracts::auth::User;
use db::{Db, Result, Tx, params, statements};
use kernel::{id::UserId, words};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    INSERT_WORDS = {
        sqlite: "insert into account_word (account, word) select $1, value from rarray($2)",
        postgres: "insert into account_word (account, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    DELETE_WORDS = "delete from account_word where account = $1";
    WORDS_OF_MANY = "select account, word from account_word where account = any($1)";
    ACCOUNTS_WITH = "select account from account_word where word >= $1 and word < $2 order by word limit $3";
}

fn words_of(user: &User) -> BTreeSet<String> {
    let texts = [&user.name, &user.username, &user.email];
    texts.into_iter().flatten().flat_map(|text| words::words(text)).collect()
}

/// Writes those of a new account.
pub(super) async fn insert(tx: &mut Tx, user: &User) -> Result<()> {
    let words: Vec<String> = words_of(user).into_iter().collect();
    match words.is_empty() {
        true => Ok(()),
        false => tx.run(&INSERT_WORDS, params![user.id, words]).await.map(drop),
    }
}

/// Writes those of an account whose names have changed.
pub(super) async fn replace(tx: &mut Tx, user: &User) -> Result<()> {
    tx.run(&DELETE_WORDS, params![user.id]).await?;
    insert(tx, user).await
}

/// All words of these accounts.
pub(crate) async fn of_many(db: &Db, ids: &[UserId]) -> Result<BTreeMap<UserId, BTreeSet<String>>> {
    let mut words: BTreeMap<UserId, BTreeSet<String>> = BTreeMap::new();
    for row in db.query(&WORDS_OF_MANY, params![ids]).await? {
        words.entry(row.get("account")?).or_default().insert(row.get("word")?);
    }
    Ok(words)
}

/// Accounts with a word that begins like this; none where that are more than so many words.
pub(crate) async fn accounts_with(db: &Db, word: &str, at_most: usize) -> Result<Option<BTreeSet<UserId>>> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX).saturating_add(1);
    let rows = db.query(&ACCOUNTS_WITH, params![word, words::end_of(word), limit]).await?;
    match rows.len() > at_most {
        true => Ok(None),
        false => rows.iter().map(|row| row.get("account")).collect::<Result<_>>().map(Some),
    }
}
