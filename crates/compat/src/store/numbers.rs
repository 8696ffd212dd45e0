//! The integers of the originals, and the ids that they stand for.

use db::{Db, Result, params, statements};
use kernel::{Id, IdKind};
use uuid::Uuid;

statements! {
    FIND = "select n from numbered where space = $1 and id = $2";
    FIND_ID = "select id from numbered where space = $1 and n = $2";
    FIND_FIRST = "select n from numbered where space = $1 order by n limit 1";
    /// Also the lock under which a space's numbers are given, one after the other.
    TAKE = "insert into newest_number (space, n) values ($1, 1)
            on conflict (space) do update set n = newest_number.n + 1 returning n";
    /// The same lock. What is given next comes after this one.
    RAISE = "insert into newest_number (space, n) values ($1, $2) on conflict (space) do update
             set n = case when newest_number.n < excluded.n then excluded.n else newest_number.n end";
    INSERT = "insert into numbered (space, n, id) values ($1, $2, $3)";
}

/// So often a number is tried for that somebody else gives at the same time.
const TRIES: u32 = 10;

/// The number of this id; its first one where it has none yet.
pub(crate) async fn number_of<K: IdKind>(db: &Db, space: &str, id: Id<K>) -> Result<i64> {
    give(db, space, id, None).await
}

/// The number of this id; this one, where it has none yet and that is free.
pub(crate) async fn kept_number_of<K: IdKind>(db: &Db, space: &str, id: Id<K>, wanted: i64) -> Result<i64> {
    give(db, space, id, Some(wanted)).await
}

async fn give<K: IdKind>(db: &Db, space: &str, id: Id<K>, wanted: Option<i64>) -> Result<i64> {
    if let Some(row) = db.query_opt(&FIND, params![space, id]).await? {
        return row.get("n");
    }
    db.with_retry(TRIES, async || {
        let mut tx = db.begin().await?;
        let mut free = None;
        if let Some(wanted) = wanted {
            tx.run(&RAISE, params![space, wanted]).await?;
            let holder = tx.query_opt(&FIND_ID, params![space, wanted]).await?;
            free = if holder.is_none() { Some(wanted) } else { None };
        }
        let n: i64 = match free {
            Some(n) => n,
            None => tx.query_one(&TAKE, params![space]).await?.get("n")?,
        };
        // somebody may have given it one while this waited for its turn
        if let Some(row) = tx.query_opt(&FIND, params![space, id]).await? {
            let n = row.get("n")?;
            tx.rollback().await?;
            return Ok(n);
        }
        tx.run(&INSERT, params![space, n, id]).await?;
        tx.commit("compat.number").await?;
        Ok(n)
    })
    .await
}

/// What this number stands for.
pub(crate) async fn id_of<K: IdKind>(db: &Db, space: &str, n: i64) -> Result<Option<Id<K>>> {
    let row = db.query_opt(&FIND_ID, params![space, n]).await?;
    row.map(|row| row.get::<Uuid>("id").map(Id::from_uuid)).transpose()
}

/// Gives the first numbers of a space to what `new` makes ids for, once, and says which ids have them.
pub(crate) async fn first_ones<K: IdKind, const N: usize>(
    db: &Db,
    space: &str,
    new: impl Fn() -> Id<K>,
) -> Result<[Id<K>; N]> {
    if db.query_opt(&FIND_FIRST, params![space]).await?.is_none() {
        db.with_retry(TRIES, async || {
            let mut tx = db.begin().await?;
            for _ in 0..N {
                let n: i64 = tx.query_one(&TAKE, params![space]).await?.get("n")?;
                if n > i64::try_from(N).unwrap_or(i64::MAX) {
                    return tx.rollback().await; // somebody was faster
                }
                tx.run(&INSERT, params![space, n, new()]).await?;
            }
            tx.commit("compat.first_numbers").await
        })
        .await?;
    }
    let mut ids = [Id::from_uuid(Uuid::nil()); N];
    for (n, id) in (1..).zip(&mut ids) {
        *id = id_of(db, space, n).await?.unwrap_or(*id);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use db::{postgres, sqlite};
    use futures_util::future::join_all;
    use kernel::id::{OrderId, OrderKind};
    use std::collections::BTreeSet;
    use testkit::{postgres::Postgres, real_env::env, temp_dir::TempDir};

    fn id(n: u128) -> OrderId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    async fn counts(db: Db) {
        db::migrate(&db, crate::NAME, &crate::migrations()).await.unwrap();
        let env = env();
        let first: Vec<[OrderId; 2]> =
            join_all((0..4).map(async |_| first_ones(&db, "a", || env.id()).await.unwrap())).await;
        assert!(first.iter().all(|ids| *ids == first[0]), "they are given once: {first:?}");
        // ten ids, asked for by four each, all at once
        let asked = (0..40).map(async |n| number_of(&db, "a", id(n % 10)).await.unwrap());
        let numbers = join_all(asked).await;
        for (n, number) in numbers.iter().enumerate() {
            assert_eq!(*number, numbers[n % 10], "an id has one number");
        }
        let given: BTreeSet<i64> = numbers.iter().copied().collect();
        assert_eq!(given, (3..13).collect(), "no number is left out and none is given twice");
        assert_eq!(number_of(&db, "b", id(7)).await.unwrap(), 1, "each space counts by itself");
        assert_eq!(id_of::<OrderKind>(&db, "a", 1).await.unwrap(), Some(first[0][0]));
        // one that is wished for is given if it is free, and those after it come after it
        let wished = async |n, wanted| kept_number_of(&db, "w", id(n), wanted).await.unwrap();
        assert_eq!((wished(1, 7).await, wished(2, 3).await, wished(3, 7).await), (7, 3, 8));
        assert_eq!((wished(1, 5).await, number_of(&db, "w", id(4)).await.unwrap()), (7, 9));
        let at_once = join_all((10..20).map(async |n| wished(n, 20).await)).await;
        assert_eq!(at_once.into_iter().collect::<BTreeSet<_>>(), (20..30).collect());
        for (space, n) in [("a", 13), ("a", 0), ("a", i64::MIN), ("b", 2), ("c", 1)] {
            assert_eq!(id_of::<OrderKind>(&db, space, n).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn numbers_are_given_once_on_sqlite() {
        let folder = TempDir::new();
        counts(sqlite::open(folder.path().join("n.db"), env(), sqlite::Options::default()).unwrap()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn numbers_are_given_once_on_postgres() {
        let server = Postgres::start();
        counts(postgres::open(postgres::Config::new(server.new_database()), env()).await.unwrap()).await;
    }
}
