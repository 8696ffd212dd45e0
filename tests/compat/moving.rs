//! `docs/moving.md`, block by block: what it shows is run as it stands there, beside the old interfaces.

use crate::{
    imports::{resting_shop, write_good_export},
    world::CompatTestBed,
};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use xtask::tree::root;

const SYSTEMS: [&str; 5] = ["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"];
/// The variables that stand for addresses, and the listeners behind them.
const ADDRESSES: [(&str, &str); 7] = [
    ("API", "gateway"),
    ("TWO_VM_ORDERS", "two-vm.orders"),
    ("EXPRESS_ORDERS", "express-pair.orders"),
    ("FLASK_USERS", "flask-pair.users"),
    ("AUTH_SERVICE", "auth-service.auth"),
    ("ECOMMERCE_PRODUCTS", "ecommerce.products"),
    ("ECOMMERCE_ORDERS", "ecommerce.orders"),
];

/// The blocks of commands, by their names.
fn blocks() -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/moving.md")).unwrap();
    let after = page.split("```sh ").skip(1);
    let block = |text: &str| {
        let (name, rest) = text.split_once('\n').unwrap();
        (name.to_owned(), rest.split_once("\n```").unwrap().0.to_owned())
    };
    after.map(block).collect()
}

/// Runs a block as a reader would, line by line: the first command that fails ends it.
fn run(commands: &str, folder: &Path, settings: &[(String, String)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_ordo")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-eu", "-o", "pipefail", "-c", commands]).current_dir(folder).env("PATH", path);
    command.envs(settings.iter().map(|(name, value)| (name, value))).output().unwrap()
}

#[track_caller]
fn assert_goes_well(name: &str, output: &Output) {
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the block of {name} ends with {}:\n{said}{why}", output.status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_of_the_page_is_answered_by_the_new_interface() {
    let names: Vec<String> = blocks().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [&["import"][..], &SYSTEMS].concat(), "a block for each system");
    let world = CompatTestBed::with(&SYSTEMS);
    let mut settings: Vec<_> =
        ADDRESSES.iter().map(|(name, listener)| ((*name).to_owned(), world.url(listener))).collect();
    settings.push(("ADMIN".to_owned(), world.admin().await));
    for (name, commands) in blocks().into_iter().filter(|(name, _)| name != "import") {
        assert_goes_well(&name, &run(&commands, &root(), &settings));
    }
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_is_taken_over_as_the_page_says() {
    let (world, folder) = resting_shop();
    fs::create_dir(folder.path().join("export")).unwrap();
    write_good_export(&folder.path().join("export"));
    fs::write(folder.path().join("customers.csv"), "email,name\nzoe@example.com,Zoë\n").unwrap();
    let data = world.launch.data.to_str().unwrap().to_owned();
    let (_, commands) = blocks().into_iter().find(|(name, _)| name == "import").unwrap();
    let output = run(&commands, folder.path(), &[("ORDO_DATA".to_owned(), data)]);
    assert_goes_well("import", &output);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("users: 1 would be added") && said.contains("users: 1 added"), "{said}");
}
