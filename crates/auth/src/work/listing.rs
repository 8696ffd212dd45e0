//! A page of a list of accounts. However few of however many are listed, no request looks at more than a thousand: then
//! the page ends early, and the next one goes on from there.

use crate::{
    names::{LoginName, key},
    store::{accounts, words as store_words},
};
use contracts::auth::{Role, User, UserFilter};
use db::{Db, Result};
use kernel::{id::UserId, words};
use std::collections::BTreeSet;

/// The most accounts that one request looks at.
const LOOKS_MAX: usize = 1000;
/// Accounts that are read together, once the first look was not enough.
const BATCH: usize = 200;

/// Which accounts are listed, newest first.
pub(crate) struct Listing {
    words: Vec<String>,
    has_no_word: bool,
    names: Vec<LoginName>,
    role: Option<Role>,
}

/// What is known of accounts that the words of a list are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// They have them all, as the index says.
    Had,
    /// They are still to be looked for.
    Unknown,
}

/// So many of a list, and after which account it goes on, if it does.
pub(crate) struct Part {
    pub(crate) users: Vec<User>,
    pub(crate) next: Option<UserId>,
}

impl Listing {
    pub(crate) fn new(filter: &UserFilter) -> Self {
        let UserFilter { q, email, username, role } = filter;
        let email = email.as_deref().map(|email| LoginName::Email(key(email)));
        let username = username.as_deref().map(|name| LoginName::Username(key(name)));
        Listing {
            words: q.as_deref().map(words::asked).unwrap_or_default(),
            has_no_word: words::finds_nothing(q.as_deref()),
            names: email.into_iter().chain(username).collect(),
            role: *role,
        }
    }

    /// So many of them, from the one after `before` on.
    pub(crate) async fn part(&self, db: &Db, before: UserId, count: usize) -> Result<Part> {
        let Some((ids, words)) = self.some(db).await? else { return self.walk(db, before, count).await };
        let ids: Vec<UserId> = ids.into_iter().filter(|id| *id < before).collect();
        let mut users = self.of(db, accounts::with_ids(db, &ids).await?, words).await?;
        users.sort_by_key(|user| std::cmp::Reverse(user.id));
        Ok(Part::out_of(users, count))
    }

    /// All that can be listed, where a look into an index tells that they are few; and whether it told all words.
    async fn some(&self, db: &Db) -> Result<Option<(BTreeSet<UserId>, Words)>> {
        let mut words = Words::Had;
        let mut few: Option<BTreeSet<UserId>> = self.has_no_word.then(BTreeSet::new);
        let mut meet = |found: BTreeSet<UserId>| {
            few = Some(few.take().map_or(found.clone(), |few| few.intersection(&found).copied().collect()));
        };
        for name in &self.names {
            let found = accounts::find_by_name(db, name).await?;
            meet(found.into_iter().map(|found| found.user.id).collect());
        }
        for word in &self.words {
            match store_words::accounts_with(db, word, LOOKS_MAX).await? {
                Some(found) => meet(found),
                None => words = Words::Unknown,
            }
        }
        Ok(few.map(|few| (few, words)))
    }

    /// Goes through all accounts, or all of a role, in the order of the list.
    async fn walk(&self, db: &Db, before: UserId, count: usize) -> Result<Part> {
        let (mut users, mut last) = (Vec::new(), before);
        let (mut batch, mut looks) = (count + 1, 0);
        while looks < LOOKS_MAX {
            let read = accounts::list(db, self.role, last, batch as i64).await?;
            let is_all = read.len() < batch;
            looks += read.len();
            last = read.last().map_or(last, |user| user.id);
            users.extend(self.of(db, read, Words::Unknown).await?);
            if is_all || users.len() > count {
                return Ok(Part::out_of(users, count));
            }
            batch = BATCH;
        }
        Ok(Part { users, next: Some(last) })
    }

    /// Those of them that are listed.
    async fn of(&self, db: &Db, users: Vec<User>, words: Words) -> Result<Vec<User>> {
        let has_role = |user: &User| self.role.is_none_or(|role| role == user.role);
        if self.words.is_empty() || words == Words::Had {
            return Ok(users.into_iter().filter(has_role).collect());
        }
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let words = store_words::of_many(db, &ids).await?;
        let has_words = |user: &User| words.get(&user.id).is_some_and(|own| words::has_all(own, &self.words));
        Ok(users.into_iter().filter(|user| has_role(user) && has_words(user)).collect())
    }
}

impl Part {
    /// The first of all that are left.
    fn out_of(mut users: Vec<User>, count: usize) -> Part {
        let more = users.len() > count;
        users.truncate(count);
        let next = users.last().filter(|_| more).map(|last| last.id);
        Part { users, next }
    }
}
