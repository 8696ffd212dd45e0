//! A transaction that conflicts with another one on PostgreSQL (a serialization failure, a deadlock) is retried,
//! and the caller does not notice. The client of these tests sends each request once.

use crate::world::{AuthTestBed, PASSWORD};
use db::Sql;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_registers_and_signs_in_though_each_of_these_loses_twice() {
    let world = AuthTestBed::on_postgres().await;
    let auth = world.replica().await;
    // the signing key is there: what is checked is the request's own transaction
    auth.register("eve@example.com").await;
    let run = async |text: &'static str| {
        let mut tx = world.db.begin().await.unwrap();
        tx.run(&Sql::both(text), &[]).await.unwrap();
        tx.commit("test.lose").await.unwrap();
    };
    for text in testkit::postgres::LOSES_TWICE {
        run(text).await;
    }
    run("create trigger loses before insert on session for each row execute function lose()").await;
    auth.register("ada@example.com").await;
    assert_eq!(world.number("select last_value as n from losses").await, 3);
    run("alter sequence losses restart").await;
    auth.login("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(world.number("select last_value as n from losses").await, 3);
    assert_eq!(world.number("select count(*) as n from account").await, 2);
}
