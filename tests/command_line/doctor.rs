//! What `ordo doctor` finds, and what it says of it.

use crate::{
    running::{CommandExit, ended, nothing_yet, signed_in},
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD},
};
use serde_json::json;
use std::{
    fs::{self, File, Permissions},
    net::TcpListener,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
    time::Duration,
};
use testkit::{
    certificates::{issue_for, make_authority},
    server::Launch,
    temp_dir::TempDir,
};

/// A shop that was started once, and an address that is free.
fn stopped() -> (TempDir, Launch) {
    let (folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let launch = launch.clone().with("ORDO_LISTEN", &launch.listen);
    (folder, launch)
}

async fn doctor(launch: &Launch) -> CommandExit {
    ended(&mut launch.command(&["doctor"])).await
}

/// It finds this wrong, says that all of these concern it, and finds everything else well.
async fn finds_wrong(launch: &Launch, name: &str, says: &[&str]) {
    let said = doctor(launch).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let wrong: Vec<&str> = said.out.lines().filter(|line| line.starts_with("wrong")).collect();
    assert_eq!(wrong.len(), 1, "{}", said.out);
    assert!(wrong[0].starts_with(&format!("wrong  {name}: ")), "{}", wrong[0]);
    assert!(says.iter().all(|part| wrong[0].contains(part)), "{says:?} is not said: {}", wrong[0]);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_shop_that_is_well_is_found_well_running_or_not() {
    let (_folder, launch) = stopped();
    let said = doctor(&launch).await.done();
    let names: Vec<&str> =
        said.lines().map(|line| line.strip_prefix("ok     ").unwrap().split_once(": ").unwrap().0).collect();
    assert_eq!(
        names,
        [
            "configuration",
            "clock",
            "data folder",
            "lock",
            "modes",
            "disk",
            "databases",
            "secret",
            "anchor",
            "currency",
            "backups",
            "address",
            "email links"
        ]
    );
    let server = launch.start();
    let said = doctor(&launch).await.done();
    assert!(said.contains(&format!("process {} runs the shop", server.pid())), "{said}");
    assert!(said.contains(&format!("ok     running shop: it is ready at {}", server.url())), "{said}");
    assert!(said.contains(&format!("the running shop listens at {}", launch.listen)), "{said}");
    // with other settings than those that it was started with, it is found all the same
    let other =
        launch.clone().with("ORDO_LISTEN", "127.0.0.1:1").with("ORDO_PUBLIC_URL", "https://192.0.2.1");
    let said = doctor(&other).await.done();
    let now = format!("the running shop listens at {}; with these settings, 127.0.0.1:1 after", server.url());
    assert!(said.contains(&now), "{said}");
    let links =
        format!("lead to https://192.0.2.1; those of the running shop lead to {} until", server.url());
    assert!(said.contains(&links), "{said}");
    // where the links cannot lead to it, that is wrong
    let elsewhere = launch.clone().with("ORDO_PUBLIC_URL", "http://localhost:1");
    finds_wrong(&elsewhere, "email links", &["http://localhost:1", &launch.listen, "ORDO_PUBLIC_URL"]).await;
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_named() {
    let (_folder, launch) = nothing_yet();
    finds_wrong(&launch.clone().with("ORDO_HOLD", 0), "configuration", &["`hold`"]).await;
    finds_wrong(&launch.clone().with("ORDO_CORS_ORIGINS", "nowhere"), "configuration", &["`cors_origins`"])
        .await;
    for url in ["shop.example", "https://shop.example/pages", "*", "ftp://shop.example"] {
        let launch = launch.clone().with("ORDO_PUBLIC_URL", url);
        finds_wrong(&launch, "configuration", &["`public_url`", url, "https://shop.example"]).await;
    }
}

#[tokio::test]
async fn all_settings_that_are_wrong_are_named_at_once_by_whoever_reads_them() {
    let (folder, launch) = nothing_yet();
    fs::write(folder.path().join("ordo.toml"), "hold = \"soon\"\nlow_stok = 3\n").unwrap();
    let launch = launch
        .with("ORDO_DRAIN", "later")
        .with("ORDO_BOGUS", "1")
        .with("ORDO_PAYMENT_DUE", 0)
        .with("ORDO_LEAVE", 999_999)
        .with("ORDO_PUBLIC_URL", "shop.example")
        .with("ORDO_TRUSTED_PROXIES", "my-proxy")
        .with("ORDO_COMPAT_USER_URL", "ftp://users")
        .with("ORDO_ADMIN_EMAIL", ADMIN_EMAIL);
    let expected = [
        "ordo.toml:1: `hold`: from 1 to 316224000 seconds are expected, such as 300, and not `soon`.",
        "ordo.toml:2: there is no setting `low_stok`; is `low_stock` meant?",
        "environment: there is no setting `bogus` (ORDO_BOGUS)",
        "environment: `drain` (ORDO_DRAIN): a whole number from 0 to 9223372036854775807 is expected, and not `later`.",
        "environment: `payment_due` (ORDO_PAYMENT_DUE): from 1 to",
        "environment: `leave` (ORDO_LEAVE): up to",
        "environment: `public_url` (ORDO_PUBLIC_URL): scheme and host of the shop's address are expected",
        "environment: `compat_user_url` (ORDO_COMPAT_USER_URL): ",
        "environment: `trusted_proxies` (ORDO_TRUSTED_PROXIES): ",
        "environment: `admin_email` (ORDO_ADMIN_EMAIL) and `admin_password` go together",
    ];
    let said = doctor(&launch).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let wrong: Vec<&str> = said.out.lines().collect();
    assert_eq!(wrong.len(), expected.len(), "{}", said.out);
    for (line, part) in wrong.iter().zip(expected) {
        assert!(line.starts_with("wrong  configuration: ") && line.contains(part), "{part}: {line}");
    }
    let serve = ended(&mut launch.command(&["serve"])).await;
    serve.refuses(2, &expected);
    assert!(!launch.data.exists(), "wrong settings make no shop");
}

#[tokio::test]
async fn where_the_links_in_mails_lead_is_said() {
    let (_folder, launch) = stopped();
    let said = doctor(&launch).await.done();
    let own = format!(
        "ok     email links: their links lead to http://{}, where the gateway listens",
        launch.listen
    );
    assert!(said.contains(&own), "{said}");
    let proxied = doctor(&launch.clone().with("ORDO_TRUSTED_PROXIES", "10.0.0.0/8")).await.done();
    assert!(
        proxied.contains("ok     email links: their links are paths alone; set ORDO_PUBLIC_URL"),
        "{proxied}"
    );
    let said = ended(&mut launch.command(&["doctor", "--listen", "0.0.0.0:0"])).await.done();
    assert!(said.contains("0.0.0.0:0 is free") && said.contains("paths alone"), "{said}");
    let said = doctor(&launch.clone().with("ORDO_PUBLIC_URL", "https://192.0.2.1")).await.done();
    assert!(said.contains("ok     email links: their links lead to https://192.0.2.1"), "{said}");
    let over_tls = format!("https://{}", launch.listen);
    let launch_of = |url: &str| launch.clone().with("ORDO_PUBLIC_URL", url);
    finds_wrong(&launch_of(&over_tls), "email links", &["speaks HTTP", &format!("http://{}", launch.listen)])
        .await;
    finds_wrong(&launch_of("https://shop.invalid"), "email links", &["shop.invalid", "cannot be resolved"])
        .await;
}

#[tokio::test]
async fn the_links_in_mails_lead_where_the_doctor_says() {
    for public in [None, Some("https://shop.example")] {
        let (_folder, launch) = nothing_yet();
        let launch = launch.with("ORDO_ADMIN_EMAIL", ADMIN_EMAIL).with("ORDO_ADMIN_PASSWORD", ADMIN_PASSWORD);
        let launch = public.iter().fold(launch, |launch, url| launch.with("ORDO_PUBLIC_URL", url));
        let server = launch.start();
        let admin = signed_in(server.url(), ADMIN_EMAIL, ADMIN_PASSWORD).await;
        let ada = json!({"email": "ada@example.com", "password": "a long password"});
        admin.signed_out().post("/v1/register", "", &ada).await.expect(201);
        let told = loop {
            let mails = admin.get("/v1/mails?to=ada@example.com").await.expect(200).body;
            let mut mails = mails["items"].as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| mail["template"] == "verify_email") {
                break admin.get(&format!("/v1/mails/{}", mail["id"].as_str().unwrap())).await.expect(200);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let place = format!("{}/verify?token=oev_", public.unwrap_or(server.url()));
        assert!(told.text("text").contains(&place), "{}", told.text("text"));
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_is_none_is_named() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.clone().with("ORDO_LISTEN", &launch.listen);
    finds_wrong(&launch, "data folder", &["--data"]).await;
    assert!(!launch.data.exists(), "looking makes no shop");
    fs::write(&launch.data, "").unwrap();
    finds_wrong(&launch, "data folder", &["is no folder"]).await;
}

#[tokio::test]
async fn a_folder_without_a_shop_or_with_a_part_of_one_is_named() {
    let (_folder, launch) = stopped();
    fs::remove_file(launch.data.join("ordo.db")).unwrap();
    finds_wrong(&launch, "databases", &["ordo.db is missing"]).await;
    for entry in fs::read_dir(&launch.data).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    finds_wrong(&launch, "databases", &["there is no shop"]).await;
}

#[tokio::test]
async fn a_database_that_is_none_is_named() {
    let (_folder, launch) = stopped();
    fs::write(launch.data.join("ordo.db"), "this is no database at all, but a text".repeat(99)).unwrap();
    finds_wrong(&launch, "databases", &["not a database"]).await;
}

#[tokio::test]
async fn what_others_can_read_or_write_is_named() {
    let (_folder, launch) = stopped();
    let secret = launch.data.join("secret");
    set_mode(&secret, 0o604);
    finds_wrong(&launch, "modes", &["secret", "chmod o="]).await;
    // whoever mounts it gives it to the group of the process
    set_mode(&secret, 0o640);
    let said = doctor(&launch).await;
    assert!(said.out.contains("ok     modes"), "{}", said.out);
    set_mode(&secret, 0o600);
    set_mode(&launch.data.join("ordo.db"), 0o644);
    finds_wrong(&launch, "modes", &["ordo.db", "chmod go="]).await;
    set_mode(&launch.data.join("ordo.db"), 0o600);
    set_mode(&launch.data, 0o777);
    finds_wrong(&launch, "modes", &["chmod go-w"]).await;
    // a folder that others can look into shows them names only
    set_mode(&launch.data, 0o755);
    doctor(&launch).await.done();
}

#[tokio::test]
async fn a_disk_that_takes_nothing_is_named() {
    let (_folder, launch) = stopped();
    // where room is looked for
    fs::create_dir(launch.data.join("room")).unwrap();
    set_mode(&launch.data.join("room"), 0o700);
    finds_wrong(&launch, "disk", &["16 MiB cannot be written"]).await;
}

#[tokio::test]
async fn an_address_that_something_else_has_is_named() {
    let (_folder, launch) = stopped();
    let _other = TcpListener::bind(&launch.listen).unwrap();
    finds_wrong(&launch, "address", &[&launch.listen, "--listen"]).await;
}

#[tokio::test]
async fn a_currency_that_is_not_the_shops_is_named() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.clone().with("ORDO_LISTEN", &launch.listen);
    let launch = launch.with("ORDO_ADMIN_EMAIL", ADMIN_EMAIL).with("ORDO_ADMIN_PASSWORD", ADMIN_PASSWORD);
    let server = launch.start();
    let admin = signed_in(server.url(), ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let product = json!({"sku": "A", "name": "A pot", "price": "9.00", "stock": 1});
    admin.post("/v1/products", "", &product).await.expect(201);
    assert!(server.stop().success());
    let in_yen = launch.clone().with("ORDO_CURRENCY", "JPY");
    finds_wrong(&in_yen, "currency", &["EUR", "JPY", "ORDO_CURRENCY=EUR"]).await;
    assert!(in_yen.try_start().is_err(), "and the shop does not start");
    doctor(&launch).await.done();
}

#[tokio::test]
async fn a_port_of_an_interface_that_something_else_has_is_named() {
    let (_folder, launch) = stopped();
    let launch = launch.with("ORDO_COMPAT", "two-vm.users");
    let free = doctor(&launch.clone().with("ORDO_COMPAT_PORT", "two-vm.users=0")).await.done();
    assert!(
        free.contains("ok     interfaces: their ports are free: two-vm.users=http://127.0.0.1:"),
        "{free}"
    );
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let launch = launch.with("ORDO_COMPAT_PORT", format!("two-vm.users={port}"));
    finds_wrong(&launch, "interfaces", &[&port.to_string(), "two-vm.users", "--compat-port"]).await;
    drop(other);
    let server = launch.start();
    let said = doctor(&launch).await.done();
    assert!(said.contains("interfaces: their ports are taken, while the shop runs"), "{said}");
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_clock_that_is_behind_the_data_is_named() {
    let (_folder, launch) = stopped();
    let file = File::options().write(true).open(launch.data.join("ordo.db")).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    file.set_modified(written + Duration::from_secs(3600)).unwrap();
    finds_wrong(&launch, "clock", &["still to come", "NTP"]).await;
}

#[tokio::test]
async fn a_certificate_that_is_over_or_will_be_soon_is_named() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let (_folder, launch) = stopped();
    let files = TempDir::new();
    make_authority(files.path());
    let file = |name: &str| files.path().join(name).display().to_string();
    let shows = |name: &str, days: u32| {
        issue_for(days, files.path(), name, "DNS:ordo");
        launch
            .clone()
            .with("ORDO_SERVICES_CA", file("ca.pem"))
            .with("ORDO_SERVICES_CERTIFICATE", file(&format!("{name}.pem")))
            .with("ORDO_SERVICES_KEY", file(&format!("{name}.key")))
    };
    let good = shows("good", 31);
    let said = doctor(&good).await.done();
    assert!(said.contains("ok     certificate: ") && said.contains("for 30 days at least"), "{said}");
    finds_wrong(&shows("soon", 29), "certificate", &["soon.pem", "is over at 20", "Have the authority"])
        .await;
    let later = testkit::clock::ahead(40 * DAY);
    let later = later.iter().fold(good, |launch, (name, value)| launch.with(name, value));
    finds_wrong(&later, "certificate", &["good.pem", "expired"]).await;
}

/// What `ordo serve` with these services would refuse to start with is wrong here, too.
#[tokio::test]
async fn what_a_process_of_many_lacks_is_named() {
    let (_folder, launch) = nothing_yet();
    let launch = launch
        .with("ORDO_DATABASE_URL", "postgres://ordo@127.0.0.1:1/ordo")
        .with("ORDO_SECRET", "cafe".repeat(16));
    for (service, lacks) in [("orders", "ORDO_BUS"), ("gateway", "ORDO_AUTH_URL")] {
        let said = ended(&mut launch.command(&["doctor", service])).await;
        let line = said.out.lines().find(|line| line.starts_with("wrong  configuration: "));
        assert!(said.code == Some(1) && line.is_some_and(|line| line.contains(lacks)), "{service}: {said:?}");
        let serves = ended(&mut launch.command(&["serve", service])).await;
        assert!(serves.code == Some(2) && serves.err.contains(lacks), "{service}: {serves:?}");
    }
}

#[tokio::test]
async fn a_secret_that_is_wrong_damaged_or_missing_is_named() {
    let (_folder, launch) = stopped();
    finds_wrong(
        &launch.clone().with("ORDO_SECRET", "cafe".repeat(16)),
        "secret",
        &["`secret`", "is not the one"],
    )
    .await;
    let file = launch.data.join("secret");
    fs::write(&file, "cafe".repeat(16)).unwrap();
    finds_wrong(&launch, "secret", &["is not the one"]).await;
    fs::write(&file, "cafe").unwrap();
    finds_wrong(&launch, "secret", &["64 hexadecimal digits"]).await;
    fs::remove_file(&file).unwrap();
    finds_wrong(&launch, "secret", &["Put the file back"]).await;
}

/// The same command without the superuser's right to look into every folder, where it has that.
fn as_anybody(command: Command) -> Command {
    const RIGHTS: &str = "--bounding-set=-dac_override,-dac_read_search";
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !is_root {
        return command;
    }
    let mut less = Command::new("setpriv");
    less.arg(RIGHTS).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => less.env(name, value),
            None => less.env_remove(name),
        };
    }
    less.current_dir(command.get_current_dir().unwrap());
    less
}

#[tokio::test]
async fn a_folder_that_is_closed_to_this_user_is_not_taken_for_an_empty_one() {
    let (_folder, launch) = stopped();
    let server = launch.start();
    set_mode(&launch.data, 0o000);
    let told = ended(&mut as_anybody(launch.command(&["doctor"]))).await;
    let audit = ended(&mut as_anybody(launch.command(&["audit"]))).await;
    audit.refuses(4, &[launch.data.to_str().unwrap(), "Run ordo as the owner"]);
    set_mode(&launch.data, 0o700);
    assert!(server.stop().success());
    let lines: Vec<&str> = told.out.lines().filter(|line| line.contains("Run ordo as the owner")).collect();
    assert!(lines.iter().any(|line| line.starts_with("wrong  lock: ")), "{}", told.out);
    assert!(lines.iter().any(|line| line.starts_with("wrong  databases: ")), "{}", told.out);
}
