//! A page of a list of accounts. No request checks more than a few hundred accounts, however rare the listed ones are: then the
//! page ends early, and the next one continues there.

use crate::{
    login_name::{LoginName, key},
    store::{account_document::document, accounts},
};
use contracts::auth::{Role, User, UserFilter};
use db::{Db, Result};
use kernel::{id::UserId, words};
use search::Query;

/// Maximum number of accounts that a request checks in addition to a page.
const LOOKS_MAX: usize = 200;

/// Minimum number of matches that are read first; two for each account of a page if that is more.
const FIRST_MIN: usize = 64;
/// Maximum size of a page that is shown next to others. It is read in one step.
const FEW: usize = 10;

/// Filters of a list of accounts, newest first.
pub(crate) struct AccountQuery {
    search: Query,
    has_no_word: bool,
    names: Vec<LoginName>,
    role: Option<Role>,
}

/// A page of a list, and the account after which the next one starts, if there may be more.
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
            search: q.as_deref().map(Query::unstemmed).unwrap_or_default(),
            has_no_word: words::finds_nothing(q.as_deref()),
            names: email.into_iter().chain(username).collect(),
            role: *role,
        }
    }

    /// Returns a page of at most `count` accounts older than `before`.
    pub(crate) async fn part(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        if self.has_no_word {
            return Ok(AccountListPage::out_of(Vec::new(), count));
        }
        if !self.names.is_empty() {
            return self.named(db, before, count).await;
        }
        // accounts of a rare role are read one by one
        let is_of_most = self.role.is_none_or(|role| role == Role::Customer);
        if is_of_most && !self.search.is_empty() {
            return self.search(db, before, count).await;
        }
        self.walk(db, before, count).await
    }

    /// Returns the account that has each of the names, if it passes the filters.
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
        let found = found.filter(|user| user.id < before && self.has_role(user) && self.has_words(user));
        Ok(AccountListPage::out_of(found.into_iter().collect(), count))
    }

    /// Returns accounts that match the search words: enough for a page, and some more if those have other roles.
    async fn search(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        let (mut users, mut last) = (Vec::new(), before);
        let first = FIRST_MIN.max(2 * (count + 1));
        let steps = if count < FEW { 1 } else { 2 };
        for at_most in [first, LOOKS_MAX].into_iter().take(steps) {
            let ids = search::find_newest(db, &self.search, last.uuid(), at_most).await?;
            let ids: Vec<UserId> = ids.into_iter().map(UserId::from_uuid).collect();
            let Some(oldest) = ids.last() else { return Ok(AccountListPage::out_of(users, count)) };
            let found = accounts::with_ids(db, &ids).await?;
            let of_id = |id: &UserId| found.iter().find(|user| user.id == *id).cloned();
            users.extend(self.with_role(ids.iter().filter_map(of_id).collect()));
            if ids.len() < at_most || users.len() > count {
                return Ok(AccountListPage::out_of(users, count));
            }
            last = *oldest;
        }
        Ok(AccountListPage { users, next: Some(last) })
    }

    /// Reads all accounts, or all of a role, in the order of the list: a page of them, then more at once.
    async fn walk(&self, db: &Db, before: UserId, count: usize) -> Result<AccountListPage> {
        let (mut users, mut last) = (Vec::new(), before);
        for step in [count + 1, LOOKS_MAX] {
            let read = accounts::list(db, self.role, last, step as i64).await?;
            let is_end = read.len() < step;
            last = read.last().map_or(last, |user| user.id);
            users.extend(read.into_iter().filter(|user| self.has_words(user)));
            if is_end || users.len() > count {
                return Ok(AccountListPage::out_of(users, count));
            }
        }
        Ok(AccountListPage { users, next: Some(last) })
    }

    fn has_words(&self, user: &User) -> bool {
        self.search.is_empty() || document(user).matches(&self.search)
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
    /// Creates a page from all accounts that are left.
    fn out_of(mut users: Vec<User>, count: usize) -> AccountListPage {
        let more = users.len() > count;
        users.truncate(count);
        let next = users.last().filter(|_| more).map(|last| last.id);
        AccountListPage { users, next }
    }
}
