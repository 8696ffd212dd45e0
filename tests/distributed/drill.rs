//! `docs/backup-and-restore.md`, word by word: a distributed shop that is at work is dumped, and the dump is tried beside it.

use crate::{
    shop::{customer_at, stock_up},
    world::{DistributedTestBed, ONCE_EACH},
};
use serde_json::json;
use std::{path::Path, process::Command};
use testkit::temp_dir::TempDir;

const PAGE: &str = include_str!("../../docs/backup-and-restore.md");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_drill_of_a_distributed_shop_can_be_run_while_it_is_at_work() {
    let (_, drill) = PAGE.split_once("### Of a distributed deployment").unwrap();
    let drill = drill.split_once("```bash\n").unwrap().1.split_once("```").unwrap().0;
    let world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let url = world.split.url();
    let product = stock_up(&world.admin().await, &[(1000, 50)]).await.remove(0).id;
    let buyer = customer_at(&url, "mara").await;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    for n in 0..5 {
        buyer.post("/v1/orders", &format!("before-{n}"), &order).await.expect(201);
    }
    let folder = TempDir::new();
    let program = Path::new(env!("CARGO_BIN_EXE_ordo")).parent().unwrap();
    let tools = [program, world.split.postgres.binaries()].map(Path::to_path_buf);
    let path = std::env::join_paths(tools.into_iter().chain(["/usr/bin".into(), "/bin".into()])).unwrap();
    let ordo = world.split.command(&[]);
    let mut bash = Command::new("bash");
    bash.envs(ordo.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash.args(["-euo", "pipefail", "-c", drill]).current_dir(folder.path()).env("PATH", path);
    bash.env("DRILL_URL", world.split.postgres.new_database());
    let output = bash.output().unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{told}");
    for words in ["a new epoch begins", "the audit is clean"] {
        assert!(said.contains(words), "the drill does not say {words}:\n{said}\n{told}");
    }
    // the shop that is at work has noticed nothing of it
    buyer.post("/v1/orders", "after", &order).await.expect(201);
    world.assert_audit_is_clean("after the drill");
}
