//! A shop whose NATS and PostgreSQL let in nobody without credentials, and speak in clear with nobody: what the settings
//! of the program say is enough for it.

use crate::{shop::SHORT, tour::follow_an_order, world::audit_is_clean};
use std::{fs::Permissions, os::unix::fs::PermissionsExt, time::Duration};
use testkit::{
    certificates,
    distributed::DistributedShop,
    nats::{Nats, accounts::Access},
    temp_dir::TempDir,
};
use tokio::time::{Instant, sleep};

const PARTS: [&[&str]; 4] =
    [&["auth", "payments"], &["products", "orders"], &["notifications"], &["gateway"]];
/// What the streams are named after.
const TOPICS: [&str; 3] = ["orders", "products", "payments"];
const PASSWORD: &str = "n0b0dy-knows";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_on_wires_that_are_encrypted_and_guarded_sells_and_writes_mails() {
    let (folder, foreign) = (TempDir::new(), TempDir::new());
    certificates::make(folder.path());
    certificates::make(foreign.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let nats = Nats::with(&format!(
        "authorization {{ user: ordo, password: \"p@ss/word\" }}\n\
         tls {{ cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\", verify: true }}",
        file("server.pem"),
        file("server.key"),
        file("ca.pem"),
    ));
    let bus = nats.url().replace("nats://", "tls://ordo:p%40ss%2Fword@");
    let (ca, own) = (file("ca.pem"), [("ORDO_BUS", bus.as_str()), ("ORDO_LEAVE", "1")]);
    let (shown, key) = (file("client.pem"), file("client.key"));
    let files = [("ORDO_BUS_CA", &*ca), ("ORDO_BUS_CERTIFICATE", &*shown), ("ORDO_BUS_KEY", &*key)];
    let settings = [&SHORT[..], &own, &files].concat();
    let mut split = DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &PARTS, &settings);
    let database = split.database().to_owned();
    let authority = split.postgres.encrypt();
    let url = split.postgres.guard(&database, PASSWORD);
    let url = format!("{url}?sslmode=verify-full&sslrootcert={}", authority.display());
    split.set_for_all("ORDO_DATABASE_URL", &url);
    split.start();
    let door = split.url();
    follow_an_order(&door, &door).await;
    audit_is_clean(split.command(&["audit"]), "over encrypted wires");
    for topic in TOPICS {
        assert_eq!(nats.copies(&format!("ordo-{topic}")), 1, "{topic} tells nothing by NATS");
    }

    let doctor = |setting: &str, value: &str| {
        let output = split.command(&["doctor"]).env(setting, value).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = doctor("ORDO_BUS", &bus);
    assert!(code == Some(0) && said.contains("ok     bus: NATS lets us in"), "{said}");
    let half = split.command(&["doctor"]).env_remove("ORDO_BUS_KEY").output().unwrap();
    assert!(String::from_utf8_lossy(&half.stdout).contains("`bus_key` go together"), "{half:?}");
    let alone =
        split.command(&["doctor"]).env_remove("ORDO_BUS_KEY").env_remove("ORDO_BUS_CERTIFICATE").output();
    let alone = String::from_utf8_lossy(&alone.unwrap().stdout).into_owned();
    assert!(alone.contains("wrong  bus: "), "who shows nothing is kept out: {alone}");
    let foreign = foreign.path().join("ca.pem").display().to_string();
    for (setting, wrong, line) in [
        ("ORDO_BUS", nats.url(), "wrong  bus: "),
        ("ORDO_BUS", bus.replace("word", "w0rd"), "wrong  bus: "),
        ("ORDO_BUS_CA", foreign.clone(), "wrong  bus: "),
        ("ORDO_DATABASE_URL", url.replace(PASSWORD, "wrong"), "wrong  databases: "),
        ("ORDO_DATABASE_URL", url.replace("verify-full", "disable"), "wrong  databases: "),
        ("ORDO_DATABASE_URL", url.replace(&authority.display().to_string(), &foreign), "wrong  databases: "),
    ] {
        let (code, said) = doctor(setting, &wrong);
        assert!(code == Some(1) && said.contains(line), "{setting}={wrong}: {said}");
        assert!(!said.contains("p%40ss") && !said.contains(PASSWORD), "{said}");
    }
    let shown = split.command(&["config"]).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("bus = \"tls://(hidden)@127.0.0.1:"), "{shown}");
    assert!(!shown.contains("p%40ss") && !shown.contains(PASSWORD), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_comes_in_with_a_file_of_credentials_and_its_streams_have_the_name_that_it_is_told() {
    let (access, folder) = (Access::make(), TempDir::new());
    let nats = Nats::with(&access.settings);
    let file = folder.path().join("shop.creds");
    std::fs::write(&file, &access.credentials).unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let (bus, file) = (nats.url(), file.display().to_string());
    let own = [("ORDO_BUS", &*bus), ("ORDO_BUS_CREDENTIALS", &*file), ("ORDO_BUS_PREFIX", "shop-7")];
    let mut split = DistributedShop::of(
        env!("CARGO_BIN_EXE_ordo"),
        &PARTS,
        &[&SHORT[..], &own, &[("ORDO_LEAVE", "1")]].concat(),
    );
    split.start();
    let door = split.url();
    follow_an_order(&door, &door).await;
    audit_is_clean(split.command(&["audit"]), "with a file of credentials");
    for topic in TOPICS {
        let copies = |prefix: &str| nats.copies(&format!("{prefix}-{topic}"));
        assert_eq!((copies("shop-7"), copies("ordo")), (1, 0), "{topic}");
    }
    let let_in = split.command(&["doctor"]).output().unwrap();
    let said = String::from_utf8_lossy(&let_in.stdout);
    assert!(let_in.status.success() && said.contains("ok     bus: NATS lets us in"), "{said}");
    let kept_out = split.command(&["doctor"]).env_remove("ORDO_BUS_CREDENTIALS").output().unwrap();
    let said = String::from_utf8_lossy(&kept_out.stdout);
    assert!(kept_out.status.code() == Some(1) && said.contains("wrong  bus: "), "{said}");
}

/// For nodes that copy what they have, however slow the machine is.
const COPIED_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_asks_for_more_copies_when_it_starts_again_gets_them_and_goes_on() {
    let nats = Nats::cluster();
    let bus = nats.url();
    let own = [("ORDO_BUS", &*bus), ("ORDO_LEAVE", "1")];
    let mut split = DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &PARTS, &[&SHORT[..], &own].concat());
    split.start();
    let streams = || TOPICS.map(|topic| nats.copies(&format!("ordo-{topic}")));
    all_have(1, streams).await;
    for part in &mut split.parts {
        assert_eq!(part.stop().unwrap().code(), Some(0));
    }
    split.set("ORDO_BUS_REPLICAS", "3");
    split.start();
    all_have(3, streams).await;
    let door = split.url();
    follow_an_order(&door, &door).await;
    audit_is_clean(split.command(&["audit"]), "with three copies of what is told");
}

async fn all_have(wanted: usize, copies: impl Fn() -> [usize; TOPICS.len()]) {
    let begun = Instant::now();
    while copies() != [wanted; TOPICS.len()] {
        assert!(begun.elapsed() < COPIED_WITHIN, "{:?} nodes keep {TOPICS:?}", copies());
        sleep(Duration::from_millis(100)).await;
    }
}
