//! What is found among more accounts than a look takes is what a filter in memory finds, whatever has the words: few or many, of one
//! word or of many that begin alike.

use crate::world::{AuthReplica, AuthTestBed};
use contracts::auth::*;
use db::{Sql, params};
use endpoint::{Json, Page, PageParams, Query};
use kernel::{
    Secret,
    id::{Id, UserId},
};
use std::collections::BTreeSet;
use uuid::Uuid;

on_both!(words_find_among_many_accounts_what_they_find_in_memory);

/// More than a request looks at, or counts.
const MANY: usize = 1_450;

/// What the test knows of an account.
struct KnownAccount {
    id: UserId,
    role: &'static str,
    words: BTreeSet<String>,
}

/// The nth: each word is had by another share of all.
fn name(n: usize) -> String {
    let mut name = format!("ada tone{:02} single{n:04}", n % 60);
    for (every, word) in [(3, "glaze"), (90, "lapis"), (400, "onyx"), (2, "even")] {
        if n.is_multiple_of(every) {
            name = format!("{name} {word}");
        }
    }
    // had by many, and never together
    if n % 2 == 1 {
        name += " odd";
    }
    // more than a look takes, but not all
    if !n.is_multiple_of(20) {
        name += " most";
    }
    // those that are the oldest alone
    if n < 30 { format!("{name} early") } else { name }
}

const INSERT: Sql = Sql::both(
    "insert into account (id, username, username_key, name, password_hash, role, permissions, active, version, created_at, updated_at)
     select $1, $2, $2, $3, password_hash, $4, permissions, active, version, created_at, updated_at from account where id = $5",
);

async fn some(w: &AuthTestBed, like: UserId) -> Vec<KnownAccount> {
    let mut tx = w.db.begin().await.unwrap();
    let mut all = Vec::new();
    for n in 0..MANY {
        // older than the accounts that are made through the API, in their order
        let id = Id::from_uuid(Uuid::from_u128(0x0100 << 112 | 7 << 76 | 2 << 62 | n as u128));
        let (name, username) = (name(n), format!("user{n}"));
        let role = if n % 20 == 7 { "staff" } else { "customer" };
        tx.run(&INSERT, params![id, username.clone(), name.clone(), role, like]).await.unwrap();
        let words: BTreeSet<String> = name.split(' ').map(str::to_owned).chain([username.clone()]).collect();
        let texts = [name.as_str(), username.as_str()];
        search::write(&mut tx, id.uuid(), &search::Document::unstemmed(&texts)).await.unwrap();
        all.push(KnownAccount { id, role, words });
    }
    tx.commit("test.some").await.unwrap();
    all
}

/// All that a filter finds, page by page, and how many pages these are.
async fn found(auth: &AuthReplica, by: &Secret, filter: &UserFilter, limit: u16) -> (Vec<UserId>, usize) {
    let (mut seen, mut cursor) = (Vec::new(), None);
    for pages in 1..MANY / usize::from(limit) + 40 {
        let slice = PageParams { limit: Some(limit), cursor };
        let list = ListUsers { filter: Query(filter.clone()), slice };
        let Json(Page { items, next_cursor }) = auth.call(Some(by), list).await.unwrap();
        assert!(items.len() <= usize::from(limit));
        seen.extend(items.iter().map(|user| user.id));
        match next_cursor {
            Some(next) => cursor = Some(next),
            None => return (seen, pages),
        }
    }
    panic!("{filter:?} goes on for ever");
}

const ASKED: [&str; 28] = [
    "ada",
    "glaze",
    "lapis",
    "onyx",
    "early",
    "even odd",
    "odd even most ada glaze tone user single",
    "ada glaze",
    "glaze even",
    "lapis onyx",
    "early onyx",
    "tone",
    "tone07",
    "tone lapis",
    "single",
    // few, and each spells it in its own way
    "single00",
    "single00 glaze",
    "single00 single user1 tone0",
    "user12 single12",
    "single0 user14",
    // in many ways, and many have each: both the oldest alone
    "single0 user1",
    // each in some ways, all together in many
    "single000 single001 single002 single003",
    "most",
    "early most",
    "glaze granite",
    "single granite",
    "ad ada mos most gla ev tone single",
    "user1449",
];

async fn words_find_among_many_accounts_what_they_find_in_memory(w: AuthTestBed) {
    let auth = w.replica().await;
    let admin = auth.admin("someone@elsewhere.example").await.access_token;
    let like = auth.register("nobody@elsewhere.example").await.user.id;
    let all = some(&w, like).await;
    for asked in ASKED {
        // nothing here follows the feed of revocations, without which staff are not let in for long: a slow machine takes longer
        auth.verifier.read_once().await.unwrap();
        for (role, limit) in [(None, 25), (Some(Role::Customer), 25), (None, 5), (Some(Role::Staff), 10)] {
            let filter = UserFilter { q: Some(asked.to_owned()), role, ..UserFilter::default() };
            let (found, pages) = found(&auth, &admin, &filter, limit).await;
            let has =
                |known: &KnownAccount, asked: &str| known.words.iter().any(|word| word.starts_with(asked));
            let is_one = |known: &&KnownAccount| {
                asked.split(' ').all(|asked| has(known, asked))
                    && role.is_none_or(|role| (role == Role::Staff) == (known.role == "staff"))
            };
            let mut expected: Vec<UserId> = all.iter().filter(is_one).map(|known| known.id).collect();
            expected.reverse();
            assert_eq!(found, expected, "{asked:?} of {role:?} by {limit}");
            // where one word is rare, no page is short of what has it, and there is none of nothing
            let is_rare =
                |asked: &str| all.iter().filter(|known| has(known, asked)).count() < 50 && role.is_none();
            if asked.split(' ').any(is_rare) {
                let full = found.len() / usize::from(limit) + 1;
                assert!(pages <= full, "{asked:?} by {limit}: {pages} pages, {full} would do");
            }
        }
    }
}
