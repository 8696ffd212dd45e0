//! Each test of a service runs on both engines.

/// Makes two tests of each function: one on SQLite, one on PostgreSQL. The crate of the tests has a `world::TestBed` with
/// `on_sqlite(folder)` and `on_postgres()`.
#[macro_export]
#[allow(clippy::crate_in_macro_def, reason = "the test bed is the one of the tests that use it")]
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = $crate::temp_dir::TempDir::new();
                super::$test(crate::world::TestBed::on_sqlite(folder.path()).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$test(crate::world::TestBed::on_postgres().await).await;
            }
        }
    )*};
}
