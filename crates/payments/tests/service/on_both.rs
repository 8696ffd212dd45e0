//! Each test runs on both engines.

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::folder::TempFolder::new();
                let place = $crate::world::Place::sqlite(folder.path());
                super::$test($crate::world::World::at(&place).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let place = $crate::world::Place::postgres().await;
                super::$test($crate::world::World::at(&place).await).await;
            }
        }
    )*};
}
