//! Where settings come from: `.env` as Compose writes it, files of secrets, what orchestrators inject; and that each mistake is
//! reported with its place and its fix.

use crate::running::{ended, nothing_yet, started};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};
use testkit::{server::Launch, signal};

async fn shown(launch: &Launch) -> String {
    ended(&mut launch.command(&["config"])).await.done()
}

#[track_caller]
fn shows(shown: &str, line: &str) {
    assert!(shown.lines().any(|one| one == line), "{line} is missing in\n{shown}");
}

#[tokio::test]
async fn a_value_of_the_env_file_has_spaces_comments_quotes_and_other_variables() {
    let (folder, launch) = nothing_yet();
    let text = "\u{feff}# the shop\r\nORDO_SHOP_NAME=Halm & Ton # of Leipzig\r\nexport ORDO_SHOP_IMPRINT=\"Halm # Ton\"\r\n\
                HOST=shop.example\r\nORDO_PUBLIC_URL=https://${HOST}\r\nORDO_HOLD = 7\r\nORDO_DRAIN=\r\nORDO_CURRENCY=''\r\n\
                OTHER=$UNSET\r\n";
    fs::write(folder.path().join(".env"), text).unwrap();
    let shown = shown(&launch.clone().with("ORDO_LEAVE", "")).await;
    for line in [
        "shop_name = \"Halm & Ton\"  # .env",
        "shop_imprint = \"Halm # Ton\"  # .env",
        "public_url = \"https://shop.example\"  # .env",
        "hold = 7  # .env",
        "drain = 25  # default",
        "currency = \"EUR\"  # default",
        "leave = 3  # default",
    ] {
        shows(&shown, line);
    }
}

#[tokio::test]
async fn empty_is_not_set_in_each_place() {
    let (folder, launch) = nothing_yet();
    fs::write(folder.path().join("ordo.toml"), "hold = 9\nshop_name = \"\"\nsecret = \"\"\nlog = \"\"\n")
        .unwrap();
    fs::write(folder.path().join(".env"), "ORDO_HOLD=\nORDO_SECRET_FILE=\n").unwrap();
    let launch =
        launch.with("ORDO_HOLD", "").with("ORDO_DATABASE_URL", "").with("ORDO_BUS", "").with("ORDO_PORT", "");
    let shown = shown(&launch).await;
    let toml = folder.path().join("ordo.toml");
    shows(&shown, &format!("hold = 9  # {}", toml.display()));
    for line in
        ["shop_name = (not set)  # not set", "secret = (not set)  # not set", "bus = \"memory\"  # default"]
    {
        shows(&shown, line);
    }
}

#[tokio::test]
async fn the_example_starts_with_all_its_lines_uncommented() {
    let (folder, launch) = nothing_yet();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.env.example");
    let example = fs::read_to_string(example).unwrap();
    // no comment begins with the name of a setting, so that either way of taking the signs away does
    let example = example.replace("\n#ORDO_", "\nORDO_").replace("\n# ORDO_", "\nORDO_");
    assert!(example.matches("\nORDO_").count() > 70, "{example}");
    fs::write(folder.path().join(".env"), example).unwrap();
    // the ports of the example may be taken
    let server = launch.with("ORDO_PORT", "").start();
    assert!(server.stop().success());
}

#[tokio::test]
async fn each_mistake_is_reported_at_once_with_its_place_and_name() {
    let (folder, launch) = nothing_yet();
    let lines = [
        "ORDO_HOLD=soon",
        "ORDO_SHOP_NAME=\"Halm",
        "ORDO_SECRET: cafe",
        "ORDO_LOG_FORMAT=xml",
        "ORDO_PUBLIC_URL=https://$SHOP_HOST",
        "ordo_drain=3",
        "ORDO_RATE_LIMIT=maybe",
        "ORDO_LOW_STOK=3",
        "ORDO-PORT=1",
        "export ordo port=1",
        "ORDO.SHOP_NAME=x",
        "ORDO-SECRET-OF cafe=1",
        "OTHER-NAME=1",
    ];
    fs::write(folder.path().join(".env"), lines.join("\n")).unwrap();
    fs::write(folder.path().join("ordo.toml"), "leave = 3\nshop_contact = nobody\n").unwrap();
    let launch = launch.with("ORDO_COMPAT", "one-vm").with("ORDO_PAYMENT_DUE", "0");
    let launch = launch.with("ordo_hold", "7").with("ORDO.LEAVE", "7");
    let expected = [
        "ordo.toml:2: `shop_contact`: ",
        "Write name = value, with text in double quotes",
        ".env:1: `hold` (ORDO_HOLD): from 1 to 316224000 seconds are expected, such as 300, and not `soon`.",
        ".env:2: `ORDO_SHOP_NAME`: the closing \" is missing.",
        ".env:3: `ORDO_SECRET` is not followed by `=`. Write NAME=value",
        ".env:4: `log_format` (ORDO_LOG_FORMAT): `auto` or `text` or `json` is expected, and not `xml`.",
        ".env:5: `ORDO_PUBLIC_URL` refers to $SHOP_HOST, which is not set.",
        ".env:6: `ordo_drain` is in small letters. Write ORDO_DRAIN.",
        ".env:7: `rate_limit` (ORDO_RATE_LIMIT): `on` or `off` is expected, and not `maybe`.",
        ".env:8: there is no setting `low_stok` (ORDO_LOW_STOK); is `low_stock` (ORDO_LOW_STOCK) meant?",
        ".env:9: `ORDO-PORT` is not the name of a variable. Write ORDO_PORT.",
        ".env:10: `ordo port` is not the name of a variable. Write ORDO_PORT.",
        ".env:11: `ORDO.SHOP_NAME` is not the name of a variable. Write ORDO_SHOP_NAME.",
        ".env:12: `ORDO-SECRET-OF` is not the name of a variable. Write ORDO_ and the name of a setting",
        "environment: `ordo_hold` is in small letters. Write ORDO_HOLD.",
        "environment: `ORDO.LEAVE` is not the name of a variable. Write ORDO_LEAVE.",
        "environment: `compat` (ORDO_COMPAT): there is no `one-vm`",
        "environment: `payment_due` (ORDO_PAYMENT_DUE): from 1 to",
        "command line: `listen` (--listen): an address",
    ];
    let refused = ended(&mut launch.command(&["serve", "--listen", "nowhere"])).await;
    refused.refuses(2, &expected);
    assert!(!refused.err.contains("cafe") && !refused.err.contains("OTHER"), "{}", refused.err);
    let found = ended(&mut launch.command(&["doctor"])).await.out;
    assert!(expected[..17].iter().all(|part| found.contains(part)), "{found}");
    assert!(!launch.data.exists());
}

#[tokio::test]
async fn what_an_orchestrator_injects_is_no_setting() {
    let (_folder, mut launch) = nothing_yet();
    for (name, value) in [
        ("ORDO_SERVICE_HOST", "10.0.0.11"),
        ("ORDO_SERVICE_PORT", "80"),
        ("ORDO_PORT", "tcp://10.0.0.11:80"),
        ("ORDO_PORT_80_TCP", "tcp://10.0.0.11:80"),
        ("ORDO_PORT_80_TCP_ADDR", "10.0.0.11"),
        ("ORDO_AUTH_SERVICE_HOST", "10.0.0.12"),
        ("ORDO_AUTH_SERVICE_PORT_HTTP", "8081"),
        ("ORDO_AUTH_PORT", "tcp://10.0.0.12:8081"),
        ("ORDO_AUTH_PORT_8081_TCP_PROTO", "tcp"),
        ("ORDO_COMPAT_PORT", "tcp://10.0.0.13:3000"),
        ("ORDO_AUTH_SERVICE_PORT", "tcp://10.0.0.14:80"),
        ("ORDO_AUTH_SERVICE_PORT_80_TCP", "tcp://10.0.0.14:80"),
        ("ORDO_PORT_PORT_80_TCP_PORT", "80"),
        ("ORDO_WEB_PORT_SERVICE_HOST", "10.0.0.15"),
        ("ORDO_DB_NAME", "/web/db"),
        ("ORDO_DB_ENV_PGDATA", "/var/lib"),
    ] {
        launch = launch.with(name, value);
    }
    assert!(launch.start().stop().success());
    let slip = launch.with("ORDO_AUTH_PORTS", "tcp://10.0.0.12:8081");
    started(&slip).await.refuses(2, &["ORDO_AUTH_PORTS"]);
}

#[tokio::test]
async fn a_mistake_in_a_file_is_named_with_its_line_and_the_fix() {
    let (folder, launch) = nothing_yet();
    let env_file = folder.path().join(".env");
    let utf16: Vec<u8> = "ORDO_HOLD=7\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe][..], &utf16].concat();
    for (bytes, says) in [
        (
            &b"ORDO_HOLD=7\nORDO_SHOP_NAME=Caf\xe9\n"[..],
            &[".env:2: ", "Latin-1", "Save the file as UTF-8"][..],
        ),
        (&utf16, &[".env:1: ", "UTF-16", "Save it as UTF-8"]),
        (&marked, &[".env:1: ", "UTF-16", "Save it as UTF-8"]),
        (
            b"\nORDO_DATABASE_URL=mysql://x",
            &[".env:2: `database_url` (ORDO_DATABASE_URL)", "postgres://ordo@"],
        ),
        (b"ORDO_DATABASE_URL=localhost", &[".env:1: `database_url` (ORDO_DATABASE_URL)", "postgres://ordo@"]),
        (b"ORDO_DATABASE_URL=postgres://ordo:s3cr3t@db:abc/ordo", &[".env:1: `database_url`", "port"]),
        (b"ORDO_HOLD=7\nORDO_SHOP_NAME=a\0b\n", &[".env:2: ", "U+0000", "Take it out"]),
        (b"export\nORDO_HOLD=7\n", &[".env:1: `export` is not followed by `=`"]),
        (b"ORDO_LOG_LEVEL=debug", &["is `log` (ORDO_LOG) meant?"]),
        (b"ORDO_NATS_URL=nats://db", &["is `bus` (ORDO_BUS) meant?"]),
    ] {
        fs::write(&env_file, bytes).unwrap();
        let refused = started(&launch).await;
        refused.refuses(2, says);
        assert!(!refused.err.contains("s3cr3t"), "{}", refused.err);
    }
    fs::remove_file(&env_file).unwrap();
    std::os::unix::fs::symlink("gone", &env_file).unwrap();
    started(&launch).await.refuses(2, &[".env: the file cannot be read"]);
    fs::remove_file(&env_file).unwrap();
    fs::write(folder.path().join("ordo.toml"), b"hold = 7\n# caf\xe9\n").unwrap();
    started(&launch).await.refuses(2, &["ordo.toml:2: ", "Latin-1"]);
    fs::write(folder.path().join("ordo.toml"), "hold = 7\nhold = 8\n").unwrap();
    started(&launch).await.refuses(2, &["ordo.toml:2: `hold`: duplicate key", "Delete one of the lines."]);
    let pipe = Command::new("mkfifo").arg(&env_file).status().unwrap();
    assert!(pipe.success());
    started(&launch)
        .await
        .refuses(2, &[".env: the file cannot be read: it is no plain file.", "Make it a file"]);
    fs::remove_file(&env_file).unwrap();
    fs::write(folder.path().join("ordo.toml"), "[server]\n").unwrap();
    let refused = started(&launch).await;
    refused.refuses(2, &["ordo.toml:1: there is no setting `server`."]);
    assert!(!refused.err.contains("meant?") && !launch.data.exists(), "{}", refused.err);
}

fn write(path: &Path, content: &str, mode: u32) -> String {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn secrets_come_from_files_that_others_cannot_read() {
    let (folder, launch) = nothing_yet();
    let file = folder.path().join("the-secret");
    let secret = "cafe".repeat(16);
    let named = write(&file, &format!("{secret}\n"), 0o400);
    let launch = launch.with("ORDO_SECRET_FILE", &named);
    assert!(launch.start().stop().success());
    assert!(!launch.data.join("secret").exists(), "the secret of the file was used");
    let shown = shown(&launch).await;
    shows(&shown, &format!("secret = (hidden)  # environment, in the file {named}"));
    assert!(!shown.contains(&secret));
    // another one names its file
    write(&file, &"beef".repeat(16), 0o400);
    let named = format!("`secret_file` (ORDO_SECRET_FILE), file {named}");
    started(&launch).await.refuses(8, &[&named, "Use the one of its first start"]);
    let found = ended(&mut launch.command(&["doctor"])).await.out;
    assert!(found.contains(&format!("wrong  secret: environment: {named} is not the one")), "{found}");
    // orchestrators give the group of the process the right
    write(&file, &secret, 0o440);
    assert!(launch.start().stop().success());
    for (content, mode, says) in [
        (secret.as_str(), 0o444, "chmod 600"),
        (&secret, 0o644, "chmod 600"),
        ("", 0o600, "is empty"),
        ("short", 0o600, "64 hexadecimal digits"),
    ] {
        let path = write(&file, content, mode);
        started(&launch).await.refuses(2, &["environment: `secret_file` (ORDO_SECRET_FILE)", &path, says]);
    }
    write(&file, &secret, 0o600);
    // a pipe is not waited for
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let piped = launch.clone().with("ORDO_SECRET_FILE", pipe.display().to_string());
    started(&piped).await.refuses(2, &["ORDO_SECRET_FILE", "is a pipe or a device"]);
    // what is refused is not missing as well
    let public = write(&folder.path().join("public"), "a password", 0o644);
    let admin =
        launch.clone().with("ORDO_ADMIN_EMAIL", "a@b.example").with("ORDO_ADMIN_PASSWORD_FILE", &public);
    let refused = started(&admin).await;
    refused.refuses(2, &["ORDO_ADMIN_PASSWORD_FILE", "defaultMode: 0400"]);
    assert!(!refused.err.contains("go together"), "{}", refused.err);
    // nor are other files with keys accepted that others can read
    for setting in ["ORDO_BUS_KEY", "ORDO_BUS_CREDENTIALS", "ORDO_SERVICES_KEY"] {
        let fix = format!("chmod 600 {public}");
        started(&launch.clone().with(setting, &public)).await.refuses(2, &[setting, &fix]);
    }
    let both = launch.clone().with("ORDO_SECRET", &secret);
    started(&both).await.refuses(2, &["ORDO_SECRET_FILE", "(ORDO_SECRET), too. Keep one of the two."]);
    let missing = launch.clone().with("ORDO_SECRET_FILE", "/nowhere/at/all");
    started(&missing).await.refuses(2, &["ORDO_SECRET_FILE", "there is no file /nowhere/at/all"]);

    // and so do the other secrets, from each place
    let password = write(&folder.path().join("password"), "a password of a file\n", 0o600);
    let toml = format!("admin_email = \"boss@example.com\"\nadmin_password_file = \"{password}\"\n");
    fs::write(folder.path().join("ordo.toml"), toml).unwrap();
    let url = write(&folder.path().join("url"), "nats://ordo:p@host:4222\n", 0o600);
    fs::write(folder.path().join(".env"), format!("ORDO_BUS_FILE={url}\n")).unwrap();
    let shown = ended(&mut launch.command(&["config"])).await.done();
    let toml = folder.path().join("ordo.toml");
    shows(&shown, &format!("admin_password = (hidden)  # {}, in the file {password}", toml.display()));
    shows(&shown, &format!("bus = \"nats://(hidden)@host:4222\"  # .env, in the file {url}"));
    let slip = launch.with("ORDO_SECRETS_FILE", "x");
    started(&slip).await.refuses(2, &["is `secret_file` (ORDO_SECRET_FILE) meant?"]);
}

#[tokio::test]
async fn a_shop_whose_secret_others_can_read_does_not_start() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let secret = launch.data.join("secret");
    for mode in [0o644, 0o604, 0o666] {
        fs::set_permissions(&secret, Permissions::from_mode(mode)).unwrap();
        let fix = format!("chmod 600 {}", secret.display());
        started(&launch).await.refuses(4, &["can", &format!("{mode:o}"), &fix]);
    }
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    assert!(launch.start().stop().success());
    // of a folder that others can change, that is said
    fs::set_permissions(&launch.data, Permissions::from_mode(0o777)).unwrap();
    let mut server = launch.start();
    signal::send(server.pid(), "TERM");
    let log = server.whole_log();
    assert!(log.contains(&format!("Run `chmod go-w {}`", launch.data.display())), "{log}");
}

/// What `serve` says of `ordo.toml` with this text.
async fn refused_toml(text: &str, says: &[&str]) {
    let (folder, launch) = nothing_yet();
    write(&folder.path().join("ordo.toml"), text, 0o600);
    let refused = started(&launch).await;
    refused.refuses(2, says);
    assert!(!refused.err.contains("s3cr3t") && !refused.err.contains("271828"), "{}", refused.err);
}

#[tokio::test]
async fn a_mistake_in_toml_is_told_with_what_to_write() {
    for (line, says) in [
        ("port = \"8080\"", "a whole number from 0 to 65535 is expected, and not `8080`. Write port = 8080,"),
        ("hold = \" 300\"", "such as 300, and not ` 300`. Write hold = 300, without quotes."),
        ("show_stock = true", "`exact` or `level` is expected, and not true. Write show_stock = \"exact\"."),
        ("rate_limit = false", "`on` or `off` is expected, and not false. Write rate_limit = \"on\"."),
        (
            "cors_origins = \"https://a.example, https://b.example\"",
            "a list is expected, and not `https://a.example, https://b.example`. \
             Write cors_origins = [\"https://a.example\", \"https://b.example\"].",
        ),
        ("trusted_proxies = \"10.0.0.0/8\"", "Write trusted_proxies = [\"10.0.0.0/8\"]."),
        (
            "shop_name = 2026-11-28",
            "text is expected, and not 2026-11-28. Write shop_name = \"2026-11-28\", in double quotes.",
        ),
        ("shop_name = 7", "text is expected, and not 7. Write shop_name = \"7\", in double quotes."),
        ("shop_name = [\"x\"]", "`shop_name`: text is expected, and not a list."),
        ("admin_password = 271828182845", "`admin_password`: text is expected. Write it in double quotes."),
        ("admin_email = \"a@b.example\"", "`admin_password` is not set. Set both, or neither"),
        ("PORT = 1", "there is no setting `PORT`; is `port` meant?"),
        ("ORDO_PORT = 1", "there is no setting `ORDO_PORT`; is `port` meant?"),
        ("shop-name = \"x\"", "there is no setting `shop-name`; is `shop_name` meant?"),
    ] {
        refused_toml(&format!("\n{line}\n"), &["ordo.toml:2: ", says]).await;
    }
    let secret = format!("secret = \"{} \"", "cafe".repeat(16));
    refused_toml(
        &secret,
        &["ordo.toml:1: `secret`: 64 hexadecimal digits", "a blank stands before or after"],
    )
    .await;
}

#[tokio::test]
async fn a_file_of_settings_with_a_secret_that_others_can_read_is_refused() {
    let (folder, launch) = nothing_yet();
    let (env_file, toml) = (folder.path().join(".env"), folder.path().join("ordo.toml"));
    let secret = "cafe".repeat(16);
    let in_env = format!("# mine\nORDO_SECRET={secret}\n");
    let admin = "admin_email = \"a@b.example\"\nadmin_password = \"s3cr3t and long\"\n".to_owned();
    for (path, text, place) in [
        (&env_file, &in_env, ".env:2: `secret` (ORDO_SECRET): "),
        (&toml, &admin, "ordo.toml:2: `admin_password`: "),
        (
            &env_file,
            &"ORDO_ORDERS_DATABASE_URL=postgres://ordo:s3cr3t@db/ordo\nORDO_BUS=nats://t0k3n@db\n".to_owned(),
            ".env:1: `orders_database_url` (ORDO_ORDERS_DATABASE_URL), `bus` (ORDO_BUS): ",
        ),
    ] {
        let fix = format!("chmod 600 {}", path.display());
        for mode in [0o644, 0o604, 0o602] {
            write(path, text, mode);
            let says = [place, "every user of this machine can", &format!("{mode:o}"), &fix];
            let refused = started(&launch).await;
            refused.refuses(2, &says);
            assert!(!refused.err.contains("s3cr3t") && !refused.err.contains("t0k3n"), "{}", refused.err);
            let found = ended(&mut launch.command(&["doctor"])).await.out;
            assert!(says.iter().all(|part| found.contains(part)), "{found}");
        }
        fs::remove_file(path).unwrap();
    }
    // also where another place replaces it
    write(&env_file, &in_env, 0o644);
    let replaced = launch.clone().with("ORDO_SECRET", &secret);
    started(&replaced).await.refuses(2, &[".env:2: `secret` (ORDO_SECRET): "]);
    assert!(!launch.data.exists());
    // the group may read them, and a file without a secret may be anybody's
    write(&env_file, &in_env, 0o640);
    write(&toml, &admin, 0o600);
    assert!(launch.start().stop().success());
    let no_secret = "ORDO_DATABASE_READ_URL=postgres://ordo@127.0.0.1/ordo\nORDO_ADMIN_PASSWORD=\n";
    write(&env_file, no_secret, 0o666);
    write(&toml, "secret = \"\"\nhold = 60\n", 0o644);
    assert!(launch.with("ORDO_SECRET", secret).start().stop().success());
}
