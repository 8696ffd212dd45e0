//! Connections to PostgreSQL that are encrypted, and whom they believe.

use db::{Db, Result, Sql, postgres::Config};
use testkit::{postgres::Postgres, real_env::env};

const IS_ENCRYPTED: Sql = Sql::both("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()");

async fn open(server: &Postgres, host: &str, how: &str) -> Result<Db> {
    let url = format!("postgres://ordo@{host}:{}/postgres?{how}", server.port());
    db::postgres::open(Config { pool_size: 1, ..Config::new(url) }, env()).await
}

async fn is_encrypted(db: &Db) -> bool {
    db.query_one(&IS_ENCRYPTED, &[]).await.unwrap().get::<bool>("ssl").unwrap()
}

#[tokio::test]
async fn connections_are_encrypted_as_the_address_asks_for_it() {
    let mut server = Postgres::start();
    let refused = open(&server, "127.0.0.1", "sslmode=require").await.unwrap_err();
    assert!(refused.message.contains("TLS"), "a server without encryption is not asked without: {refused}");
    let preferred = open(&server, "127.0.0.1", "sslmode=prefer").await.unwrap();
    assert!(!is_encrypted(&preferred).await, "there is nothing to prefer");
    let authority = server.encrypt();
    let believed = format!("&sslrootcert={}", authority.display());
    let mut another = Postgres::start();
    let stranger = another.encrypt();
    let strange = format!("&sslrootcert={}", stranger.display());
    for (host, how, is) in [
        ("127.0.0.1", "sslmode=disable".to_owned(), Some(false)),
        ("127.0.0.1", "sslmode=prefer".to_owned(), Some(true)),
        ("127.0.0.1", "sslmode=require".to_owned(), Some(true)),
        ("127.0.0.1", format!("sslmode=verify-ca{believed}"), Some(true)),
        ("127.0.0.1", format!("sslmode=require{strange}"), None),
        ("127.0.0.1", format!("sslmode=verify-ca{strange}"), None),
        ("localhost", format!("sslmode=verify-full{believed}"), Some(true)),
        ("127.0.0.1", format!("sslmode=verify-full{believed}"), None),
        ("localhost", format!("sslmode=verify-full{strange}"), None),
    ] {
        match (open(&server, host, &how).await, is) {
            (Ok(db), Some(expected)) => assert_eq!(is_encrypted(&db).await, expected, "{how}"),
            (Err(error), None) => assert!(error.message.contains("certificate"), "{how}: {error}"),
            (told, _) => panic!("{host} {how}: {told:?}"),
        }
    }
}
