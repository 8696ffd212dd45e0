//! A page of a list of accounts. However few of however many are listed, no request checks more than some hundred: then the page
//! ends early, and the next one goes on from there.

use crate::{
    login_name::{LoginName, key},
    store::{accounts, words as store_words},
};
use contracts::auth::{Role, User, UserFilter};
use db::{Db, Result};
use kernel::{id::UserId, words};

/// The most accounts of a range that one request checks, beside a page.
const LOOKS_MAX: usize = 200;
/// And where several words are looked for, or a page is beside others, or none was on the first page of them: where they are not in
/// so many, they seldom are.
const LOOKS_IN_VAIN: usize = 60;
/// Of those with the words that are known so many are checked first, or two for each of a page.
const LOOKED_AT_MIN: usize = 64;
/// A page of so few is beside others, and is not looked for a second time: who wants to looks further.
const FEW: usize = 10;

/// Which accounts are listed, newest first.
pub(crate) struct AccountQuery {
    words: Vec<String>,
    has_no_word: bool,
    names: Vec<LoginName>,
    role: Option<Role>,
}

/// So many of a list, and after which account it goes on, if it does.
pub(crate) struct AccountListPage {
    pub(crate) users: Vec<User>,
    pub(crate) next: Option<UserId>,
}

impl AccountQuery {
    pub(crate) fn new(filter: &UserFilter) -> Self {
        let UserFilter { q, email, username, role } = filter;
        let email = email.as_deref().map(|email| LoginName::Email(key(email)));
        let username = username.as_deref().map(|name| LoginName::Username(key(name)));
        AccountQuery {
            words: q.as_deref().map(words::asked).unwrap_or_default(),
            has_no_word: words::finds_nothing(q.as_deref()),
            names: email.into_iter().chain(username).collect(),
            role: *role,
        }
    }

    /// So many of them, from the one after `before` on.
    pub(crate) async fn part(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        if self.has_no_word {
            return Ok(AccountListPage::out_of(Vec::new(), count));
        }
        if !self.names.is_empty() {
            return self.named(db, before, count).await;
        }
        // of a role that few have, these are gone through
        let is_of_most = self.role.is_none_or(|role| role == Role::Customer);
        if is_of_most
            && !self.words.is_empty()
            && let Some(part) = self.along_words(db, before, count).await?
        {
            return Ok(part);
        }
        self.walk(db, before, count).await
    }

    /// The one that has each of the names, if it is listed.
    async fn named(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        let mut found: Option<User> = None;
        for name in &self.names {
            let named = accounts::find_by_name(db, name).await?.map(|found| found.user);
            let is_one = |user: &User| found.as_ref().is_none_or(|found| found.id == user.id);
            found = named.filter(is_one);
            if found.is_none() {
                break;
            }
        }
        let has_words = |user: &User| words::has_all(&store_words::words_of(user), &self.words);
        let found = found.filter(|user| user.id < before && self.has_role(user) && has_words(user));
        Ok(AccountListPage::out_of(found.into_iter().collect(), count))
    }

    /// Of those that are known to have a word, a page; where they fill none, again. Nothing, where many have each, in too
    /// many ways.
    async fn along_words(&self, db: &Db, before: UserId, count: usize) -> Result<Option<AccountListPage>> {
        let (mut users, mut last) = (Vec::new(), before);
        for is_first in [true, false] {
            let next = match store_words::next(db, &self.words, last).await? {
                Some(next) => next,
                None if is_first => return Ok(None),
                None => break,
            };
            let some = LOOKED_AT_MIN.max(2 * (count + 1)).min(next.accounts.len());
            let (first, rest) = next.accounts.split_at(some);
            let (rest, unseen) = rest.split_at(LOOKS_MAX.min(rest.len()));
            for accounts in [first, rest].into_iter().filter(|accounts| !accounts.is_empty()) {
                users.extend(self.with_role(accounts::those_with_words(db, accounts, &next.left).await?));
                if users.len() > count {
                    return Ok(Some(AccountListPage::out_of(users, count)));
                }
                // what is beside others is not looked for twice, and several words that are not together are seldom so in the rest
                let is_enough = count < FEW || self.words.len() > 1 && users.is_empty();
                if let Some(last) = first.last().filter(|_| is_enough && !rest.is_empty()) {
                    return Ok(Some(AccountListPage { users, next: Some(*last) }));
                }
            }
            let until = if unseen.is_empty() { next.until } else { rest.last().copied() };
            let Some(until) = until else { return Ok(Some(AccountListPage::out_of(users, count))) };
            last = until;
            // what has taken two statements to be checked is seldom listed, and so are several words
            if count < FEW || !rest.is_empty() || self.words.len() > 1 {
                break;
            }
        }
        Ok(Some(AccountListPage { users, next: Some(last) }))
    }

    /// Goes through all accounts, or all of a role, in the order of the list: a page of them, a quarter more for one word, or sixty,
    /// then more at once. Several words that are not together in the first sixty are seldom so in the next.
    async fn walk(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        let first = match self.words.len() {
            0 => count + 1,
            1 if count >= FEW => (count + 1) * 5 / 4,
            _ => LOOKS_IN_VAIN,
        };
        let (mut users, mut last) = (Vec::new(), before);
        for is_first in [true, false] {
            let step = match is_first {
                true => first,
                false if !self.words.is_empty() && users.is_empty() => LOOKS_IN_VAIN,
                false => LOOKS_MAX,
            };
            let (read, is_end) = accounts::list(db, self.role, &self.words, last, step as i64).await?;
            last = read.last().map_or(last, |user| user.id);
            users.extend(self.listed(read));
            if is_end || users.len() > count {
                return Ok(AccountListPage::out_of(users, count));
            }
            if !self.words.is_empty() && count < FEW || self.words.len() > 1 && users.is_empty() {
                break;
            }
        }
        Ok(AccountListPage { users, next: Some(last) })
    }

    /// Those of them that are listed.
    fn listed(&self, users: Vec<User>) -> Vec<User> {
        let has_words = |user: &User| words::has_all(&store_words::words_of(user), &self.words);
        self.with_role(users).into_iter().filter(has_words).collect()
    }

    fn with_role(&self, mut users: Vec<User>) -> Vec<User> {
        users.retain(|user| self.has_role(user));
        users
    }

    fn has_role(&self, user: &User) -> bool {
        self.role.is_none_or(|role| role == user.role)
    }
}

impl AccountListPage {
    /// The first of all that are left.
    fn out_of(mut users: Vec<User>, count: usize) -> AccountListPage {
        let more = users.len() > count;
        users.truncate(count);
        let next = users.last().filter(|_| more).map(|last| last.id);
        AccountListPage { users, next }
    }
}
