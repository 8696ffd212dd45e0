//! The words by which accounts are found. They go with the account's row.

use contracts::auth::User;
use db::{Db, Result, Tx, params, statements};
use kernel::{id::UserId, words};
use std::collections::BTreeSet;

statements! {
    INSERT_WORDS = {
        sqlite: "insert into account_word (account, word) select $1, value from rarray($2)",
        postgres: "insert into account_word (account, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    DELETE_WORDS = "delete from account_word where account = $1";
    ACCOUNTS_WITH = [db::with_words!("account" of "account_word")];
}

/// The words by which an account is found: they are in its row.
pub(crate) fn words_of(user: &User) -> BTreeSet<String> {
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

/// Accounts with words that begin with each of these; a word with more than so many rows is one that many have.
pub(crate) async fn with_words(
    db: &Db,
    asked: &[String],
    at_most: usize,
) -> Result<Option<BTreeSet<UserId>>> {
    db::words::find(db, &ACCOUNTS_WITH, asked, at_most).await
}
