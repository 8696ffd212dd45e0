//! The words by which accounts are found. They go with the account's row.

use contracts::auth::User;
use db::{
    Db, Param, Result, Row, Tx, params, statements,
    words::{Intersection, WordPositions, beginnings, meet},
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
/// of all together so many (`$19`). Of what begins in more than so many ways (`$17`), all accounts, whoever they are, where they are
/// fewer than its share of so many (`$20`); otherwise nothing.
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
            "allowed(at_most, share) as (select cast($19 as bigint) / (1 + count(word)), ",
            "cast($20 as bigint) / (select 1 + count(*) from wide) ",
            "from spelled where nth not in (select nth from wide)) ",
            "select nth, false as is_wide, (select at_most from allowed) as at_most, (select ", joined!($engine),
            " from (select w.account from account_word w where w.word = spelled.word and w.account < $18 ",
            "order by w.account desc limit (select at_most from allowed)) as few) as accounts ",
            "from spelled where word is not null and nth not in (select nth from wide) union all ",
            "select nth, true, null, case when ", in_range!("count(*)"), " < (select share from allowed) then ",
            in_range!(joined!($engine)), " end from asked where nth in (select nth from wide)"
        )
    };
}

/// Of accounts with words that begin with the `asked` at hand.
macro_rules! in_range {
    ($what:expr) => {
        concat!(
            "(select ",
            $what,
            " from (select w.account from account_word w where w.word >= asked.beginning and w.word < asked.below ",
            "limit (select share from allowed)) as few)"
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
const SPELLED_MAX: usize = 32;
/// Accounts that are read of words, so many for each that is looked for, and at least so many.
const ACCOUNTS_OF_EACH: usize = 80;
const ACCOUNTS_MIN: usize = 400;
/// Fewer of each word say too little: so they may be spelled in fewer ways, the more are looked for.
const FEWEST: usize = 10;
/// What begins in more ways is read as a whole where fewer accounts have it than its share of these.
const FEW: usize = 1_000;

/// What is known of the next accounts that have all words.
pub(crate) struct AccountMatches {
    /// Those of the rarest, newest first, but for those that are known to lack another.
    pub(crate) accounts: Vec<UserId>,
    /// Whether they have words that begin with each of these is not known.
    pub(crate) left: Vec<String>,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<UserId>,
}

/// The next accounts before this one that have words that begin with each of these. Nothing, where many have each, in more ways
/// than are read one by one.
pub(crate) async fn next(db: &Db, asked: &[String], before: UserId) -> Result<Option<AccountMatches>> {
    let many = asked.len().max(1);
    let rows = ACCOUNTS_MIN.max(ACCOUNTS_OF_EACH * many);
    // of each spelling `rows / (1 + ways * many)` are read: never fewer than the fewest
    let ways = SPELLED_MAX.min((rows / FEWEST - 1) / many);
    let mut values: Vec<Param> = beginnings(asked).collect();
    values.extend([(ways as i64).into(), before.into(), (rows as i64).into(), (FEW as i64).into()]);
    let mut read = AccountScan::default();
    for row in db.query(&NEWEST, &values).await? {
        read.add(&row)?;
    }
    read.met(asked, before)
}

/// What was read.
#[derive(Default)]
struct AccountScan {
    /// Of which word that is looked for, at most how many accounts, and these.
    of_words: Vec<(usize, usize, String)>,
    /// What many have, in many ways.
    unknown: BTreeSet<usize>,
}

impl AccountScan {
    fn add(&mut self, row: &Row) -> Result<()> {
        let nth = usize::try_from(row.get::<i64>("nth")?).unwrap_or_default();
        let accounts = row.get::<Option<String>>("accounts")?;
        let at_most = match row.get::<bool>("is_wide")? {
            false => row.get::<i64>("at_most")?.try_into().unwrap_or_default(),
            true if accounts.is_some() => usize::MAX,
            true => {
                self.unknown.insert(nth);
                return Ok(());
            }
        };
        self.of_words.push((nth, at_most, accounts.unwrap_or_default()));
        Ok(())
    }

    fn met(&self, asked: &[String], before: UserId) -> Result<Option<AccountMatches>> {
        let known: Vec<usize> = (0..asked.len()).filter(|nth| !self.unknown.contains(nth)).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let words: Vec<WordPositions<'_>> = self
            .of_words
            .iter()
            .map(|(nth, at_most, places)| WordPositions { nth: *nth, places, at_most: *at_most })
            .collect();
        let before = format!("{:X}", before.uuid().simple());
        let Intersection { places, left, until } = meet(&words, &known, &before, true);
        let left = self.unknown.iter().chain(&left).filter_map(|nth| asked.get(*nth).cloned()).collect();
        let accounts = places.into_iter().map(account).collect::<Result<_>>()?;
        Ok(Some(AccountMatches { accounts, left, until: until.map(account).transpose()? }))
    }
}

fn account(digits: &str) -> Result<UserId> {
    Uuid::try_parse(digits).map(UserId::from_uuid).map_err(|error| db::Error::other(error.to_string()))
}
