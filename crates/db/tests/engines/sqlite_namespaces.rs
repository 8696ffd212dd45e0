//! Several services in one file: none sees the tables of another, and all share its commits.

use crate::on_both::{COUNT, INSERT, count, insert, namespaces};
use db::{
    Db, ErrorKind, is_begun, params,
    sqlite::{Options, Sqlite},
};
use std::time::Duration;
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::time::timeout;

fn opened(folder: &TempDir) -> Sqlite {
    Sqlite::open(folder.path().join("test.db"), env(), Options::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_has_tables_of_its_own_also_after_the_file_is_opened_again() {
    let folder = TempDir::new();
    {
        let [left, right] = namespaces(&opened(&folder)).await;
        insert(&left, 1).await.unwrap();
        insert(&left, 2).await.unwrap();
        insert(&right, 1).await.unwrap();
        left.close().await.unwrap();
        right.close().await.unwrap();
    }
    let file = opened(&folder);
    let [left, right] = namespaces(&file).await;
    assert_eq!((count(&left).await, count(&right).await), (2, 1));
    assert_eq!(count(&file.namespace("left").into()).await, 2, "the same one");
    let beside = left.namespace("right").unwrap();
    assert_eq!(count(&beside).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_of_another_are_not_found() {
    let folder = TempDir::new();
    let file = opened(&folder);
    let [left, _] = namespaces(&file).await;
    let other = Db::from(file.namespace("other"));
    for db in [&other, &file.clone().into()] {
        let error = db.query(&COUNT, &[]).await.unwrap_err();
        assert!(error.message.contains("no such table: parts"), "{error}");
        assert!(!db.has_table("parts").await.unwrap() && !is_begun(db, "test").await.unwrap());
    }
    assert!(left.has_table("parts").await.unwrap() && is_begun(&left, "test").await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_constraint_is_called_as_without_a_namespace() {
    let folder = TempDir::new();
    let [left, _] = namespaces(&opened(&folder)).await;
    insert(&left, 1).await.unwrap();
    let mut tx = left.begin().await.unwrap();
    let error = tx.run(&INSERT, params![1_i64]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unique { constraint: "parts_pkey".to_owned() });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_not_told_of_the_commits_of_another() {
    let folder = TempDir::new();
    let [left, right] = namespaces(&opened(&folder)).await;
    let (mut of_left, mut of_right) = (left.changes(), right.changes());
    insert(&left, 1).await.unwrap();
    timeout(Duration::from_secs(5), of_left.wait()).await.unwrap();
    assert!(timeout(Duration::from_millis(200), of_right.wait()).await.is_err());
    insert(&right, 1).await.unwrap();
    timeout(Duration::from_secs(5), of_right.wait()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_of_all_share_one_commit() {
    let folder = TempDir::new();
    // a group is only ended by its size, or when no writer waits
    let options = Options { max_group_age: Duration::from_secs(60), ..Options::default() };
    let file = Sqlite::open(folder.path().join("test.db"), env(), options).unwrap();
    let [left, right] = namespaces(&file).await;
    let before = file.commits();
    let mut first = left.begin().await.unwrap();
    first.run(&INSERT, params![100]).await.unwrap();
    let others =
        futures_util::future::join_all((0..20).flat_map(|id| [insert(&left, id), insert(&right, id)]));
    let first = async {
        // all others wait for their turn already
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.commit("test").await.unwrap();
    };
    let (others, ()) = tokio::join!(others, first);
    others.into_iter().for_each(Result::unwrap);
    let commits = file.commits() - before;
    assert!(commits <= 2, "{commits} commits for 41 transactions");
    assert_eq!((count(&left).await, count(&right).await), (21, 20));
}
