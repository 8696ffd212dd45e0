//! The words by which accounts are found. They go with the account's row.

use contracts::auth::User;
use db::{
    Db, Result, Tx, params, statements,
    words::{Met, OfWord, beginnings, meet},
};
use kernel::{id::UserId, words};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The ids of all of these, each in as many hexadecimal digits, as one text.
macro_rules! joined {
    (sqlite) => {
        "group_concat(hex(account), '')"
    };
    (postgres) => {
        "string_agg(upper(replace(cast(account as text), '-', '')), '')"
    };
}

/// The words that begin with what is looked for, found by jumping through the index, and of each the newest accounts before `$18`:
/// of all together so many (`$19`). Of what begins in more than so many ways (`$17`), the first so many (`$20`), whoever they are.
macro_rules! newest {
    ($engine:tt) => {
        concat!(
            "with recursive ",
            db::asked_words!(),
            ", spelled(nth, below, word, place) as (select nth, below, ",
            "(select min(w.word) from account_word w where w.word >= beginning and w.word < below), 1 ",
            "from asked where beginning is not null union all select nth, below, ",
            "(select min(w.word) from account_word w where w.word > spelled.word and w.word < below), place + 1 ",
            "from spelled where word is not null and place <= cast($17 as bigint)), ",
            "wide(nth) as (select nth from spelled where place > cast($17 as bigint) and word is not null), ",
            "allowed(at_most) as (select cast($19 as bigint) / (1 + count(word)) from spelled ",
            "where nth not in (select nth from wide)) ",
            "select -1 as nth, false as is_wide, at_most, null as accounts from allowed union all ",
            "select nth, false, (select at_most from allowed), (select ", joined!($engine), " from (select w.account from account_word w ",
            "where w.word = spelled.word and w.account < $18 order by w.account desc limit (select at_most from allowed)) as few) ",
            "from spelled where word is not null and nth not in (select nth from wide) union all ",
            "select nth, true, cast($20 as bigint), (select ", joined!($engine), " from (select w.account from account_word w ",
            "where w.word >= asked.beginning and w.word < asked.below order by w.word limit $20) as few) ",
            "from asked where nth in (select nth from wide)"
        )
    };
}

statements! {
    INSERT_WORDS = {
        sqlite: "insert into account_word (account, word) select $1, value from rarray($2)",
        postgres: "insert into account_word (account, word)
                   select cast($1 as uuid), unnest(cast($2 as text[]))",
    };
    DELETE_WORDS = "delete from account_word where account = $1";
    NEWEST = { sqlite: newest!(sqlite), postgres: newest!(postgres) };
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

/// More words than so many that begin with what is looked for are not read one by one.
const SPELLED_MAX: i64 = 32;
/// Accounts that are read of words, so many for each, and at least so many.
const ACCOUNTS_OF_EACH: usize = 80;
const ACCOUNTS_MIN: usize = 400;
/// Fewer of each say too little.
const FEWEST: usize = 10;
/// What begins in many ways is one of few, where all together have fewer of these.
const FEW: usize = 300;

/// What is known of the next accounts that have all words.
pub(crate) struct Next {
    /// Those of the rarest, newest first, but for those that lack another.
    pub(crate) accounts: Vec<UserId>,
    /// Whether they have words that begin with each of these is not known.
    pub(crate) left: Vec<String>,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<UserId>,
}

/// The next accounts before this one, that have words that begin with each of these. Nothing, where too many have each, in more
/// ways than are read one by one.
pub(crate) async fn next(db: &Db, asked: &[String], before: UserId) -> Result<Option<Next>> {
    let rows = ACCOUNTS_MIN.max(ACCOUNTS_OF_EACH * asked.len());
    let few = FEW / asked.len().max(1);
    let mut values: Vec<db::Param> = beginnings(asked).collect();
    values.extend([SPELLED_MAX.into(), before.into(), (rows as i64).into(), (few as i64).into()]);
    let (mut texts, mut unknown) = (Vec::new(), BTreeSet::new());
    for row in db.query(&NEWEST, &values).await? {
        let (nth, at_most) = (usize::try_from(row.get::<i64>("nth")?), row.get::<i64>("at_most")?);
        let at_most = usize::try_from(at_most).unwrap_or_default();
        let accounts = row.get::<Option<String>>("accounts")?.unwrap_or_default();
        match nth {
            Err(_) if at_most < FEWEST => return Ok(None),
            Err(_) => {}
            Ok(nth) if !row.get::<bool>("is_wide")? => texts.push((nth, at_most, accounts)),
            Ok(nth) if accounts.len() / DIGITS < at_most => texts.push((nth, usize::MAX, accounts)),
            Ok(nth) => drop(unknown.insert(nth)),
        }
    }
    let known: Vec<usize> = (0..asked.len()).filter(|nth| !unknown.contains(nth)).collect();
    if known.is_empty() {
        return Ok(None);
    }
    let texts: Vec<OfWord<'_>> =
        texts.iter().map(|(nth, at_most, places)| OfWord { nth: *nth, places, at_most: *at_most }).collect();
    let before = format!("{:X}", before.uuid().simple());
    let Met { places, left, until } = meet(&texts, &known, &before, true);
    let left = unknown.iter().chain(&left).filter_map(|nth| asked.get(*nth).cloned()).collect();
    let accounts = places.into_iter().map(read).collect::<Result<_>>()?;
    Ok(Some(Next { accounts, left, until: until.map(read).transpose()? }))
}

/// Digits of an id.
const DIGITS: usize = 32;

fn read(digits: &str) -> Result<UserId> {
    Uuid::try_parse(digits).map(UserId::from_uuid).map_err(|error| db::Error::other(error.to_string()))
}
