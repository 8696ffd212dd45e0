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
/// Accounts that are read together, where a page of them held too few that are listed.
const BATCH: usize = 200;
/// A page of so few is beside others: words are looked for once, among so many, and who wants to looks further.
const FEW: usize = 10;
const LOOKS_FOR_FEW: usize = 100;

/// Which accounts are listed, newest first.
pub(crate) struct Listing {
    words: Vec<String>,
    has_no_word: bool,
    names: Vec<LoginName>,
    role: Option<Role>,
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
        let Some(ids) = self.some(db).await? else { return self.walk(db, before, count).await };
        let ids: Vec<UserId> = ids.into_iter().filter(|id| *id < before).collect();
        let mut users = self.listed(accounts::with_ids(db, &ids).await?);
        users.sort_by_key(|user| std::cmp::Reverse(user.id));
        Ok(Part::out_of(users, count))
    }

    /// All that can be listed, where a look into an index tells that they are few.
    async fn some(&self, db: &Db) -> Result<Option<BTreeSet<UserId>>> {
        if self.has_no_word {
            return Ok(Some(BTreeSet::new()));
        }
        let mut few = store_words::with_words(db, &self.words, LOOKS_MAX).await?;
        for name in &self.names {
            let named = accounts::find_by_name(db, name).await?.map(|found| found.user.id);
            let is_one = |id: &UserId| few.as_ref().is_none_or(|few| few.contains(id));
            few = Some(named.filter(is_one).into_iter().collect());
        }
        Ok(few)
    }

    /// Goes through all accounts, or all of a role, in the order of the list: a page of them, then more and more at once.
    async fn walk(&self, db: &Db, before: UserId, count: usize) -> Result<Part> {
        let batches: &[usize] = match self.words.is_empty() {
            true => &[count + 1, BATCH, LOOKS_MAX],
            false if count < FEW => &[LOOKS_FOR_FEW],
            false => &[2 * (count + 1), LOOKS_MAX],
        };
        let (mut users, mut last, mut left) = (Vec::new(), before, LOOKS_MAX);
        for batch in batches {
            let batch = left.min(*batch);
            let (read, is_end) = accounts::list(db, self.role, &self.words, last, batch as i64).await?;
            last = read.last().map_or(last, |user| user.id);
            users.extend(self.listed(read));
            if is_end || users.len() > count {
                return Ok(Part::out_of(users, count));
            }
            left -= batch;
            if left == 0 {
                break;
            }
        }
        Ok(Part { users, next: Some(last) })
    }

    /// Those of them that are listed.
    fn listed(&self, users: Vec<User>) -> Vec<User> {
        let has_role = |user: &User| self.role.is_none_or(|role| role == user.role);
        let has_words = |user: &User| words::has_all(&store_words::words_of(user), &self.words);
        users.into_iter().filter(|user| has_role(user) && has_words(user)).collect()
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
