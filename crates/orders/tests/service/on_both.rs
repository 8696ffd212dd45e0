//! Each test runs on both engines.

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::folder::TempFolder::new();
                super::$test($crate::world::World::on_sqlite(folder.path()).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$test($crate::world::World::on_postgres().await).await;
            }
        }
    )*};
}
