//! Secrets that are kept in a file of their own, such as those that Kubernetes and Docker mount: `ORDO_SECRET_FILE` names
//! the file instead of `ORDO_SECRET`.

use super::{Config, SECRETS};
use std::{
    fs::{self, File, Metadata},
    io::{ErrorKind, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Longer than any address or password; what is larger is another file.
const BYTES_MAX: u64 = 64 << 10;

/// The content of the file without the line breaks at its end.
///
/// # Errors
/// What is wrong with the file, and the fix.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => format!("there is no file {shown}. Name the file that holds the value"),
        ErrorKind::PermissionDenied => {
            format!("{shown} cannot be read: {error}. Give this user the right to read it")
        }
        _ => format!("{shown} cannot be read: {error}"),
    };
    // before it is opened: opening a pipe would wait for its writer
    check(path, &fs::metadata(path).map_err(unreadable)?)?;
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(format!(
            "{shown} has more than {} KiB. Name the file that holds the value alone",
            BYTES_MAX >> 10
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{shown} is not UTF-8 text. Name the file that holds the value"))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("{shown} is empty. Write the value into it")),
        value => Ok(value.to_owned()),
    }
}

/// Whether it is a file that only its owner and group can read or change.
///
/// # Errors
/// What it is, or who can, and the fix.
pub(crate) fn check(path: &Path, metadata: &Metadata) -> Result<(), String> {
    let shown = path.display();
    if metadata.is_dir() {
        return Err(format!("{shown} is a folder. Name the file in it that holds the value"));
    }
    if !metadata.is_file() {
        return Err(format!("{shown} is a pipe or a device. Name a file that holds the value"));
    }
    check_mode(path, metadata)
}

/// Whether only its owner and group can read or change it. Those who mount secrets for a process give its group the right
/// (`fsGroup` of Kubernetes).
///
/// # Errors
/// What others can do, and the fix.
pub(super) fn check_mode(path: &Path, metadata: &Metadata) -> Result<(), String> {
    let (path, mode) = (path.display(), metadata.permissions().mode());
    if mode & 0o006 == 0 {
        return Ok(());
    }
    let verb = if mode & 0o002 != 0 { "change" } else { "read" };
    let mode = mode & 0o777;
    Err(format!(
        "every user of this machine can {verb} the secret in {path} (mode {mode:03o}). Run `chmod 600 {path}`, or \
         where an orchestrator mounts it, set its mode to 0400 or 0440 (Kubernetes: `defaultMode: 0400` of the volume)"
    ))
}

/// Whether the value of a setting is a secret: the address of a database is one where it has a password, and that of NATS
/// where it says who we are.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    let has_password = || {
        let before_host = value.rsplit_once('@').map_or("", |(before, _)| before);
        let user = before_host.split_once("://").map_or(before_host, |(_, user)| user);
        let is_of_user = user.split_once(':').is_some_and(|(_, password)| !password.is_empty());
        is_of_user || value.split("password").skip(1).any(|after| after.trim_start().starts_with('='))
    };
    match name {
        "secret" | "admin_password" => true,
        "bus" => value.contains('@'),
        _ => SECRETS.contains(&name) && has_password(),
    }
}

/// What is wrong with the settings that name files with a key or a password in them. A file that is not there is found where
/// it is used.
pub(super) fn check_named(config: &Config) -> Vec<String> {
    let files = [
        ("bus_key", &config.bus_key),
        ("bus_credentials", &config.bus_credentials),
        ("services_key", &config.services_key),
    ];
    let checked = files.into_iter().filter_map(|(name, path)| {
        let path = path.as_deref()?;
        let why = check(path, &fs::metadata(path).ok()?).err()?;
        Some(format!("`{name}`: {why}"))
    });
    checked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use testkit::temp_dir::TempDir;

    #[test]
    fn a_secret_is_read_from_a_file_that_only_owner_and_group_can_read() {
        let folder = TempDir::new();
        let path = folder.path().join("secret");
        let with = |content: &[u8], mode| {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            read(&path)
        };
        for (content, value) in [("a b\n", "a b"), (" a\r\n\n", " a"), ("ä", "ä"), ("a\nb\n", "a\nb")] {
            assert_eq!(with(content.as_bytes(), 0o600).as_deref(), Ok(value));
        }
        for mode in [0o400, 0o440, 0o640, 0o660] {
            assert!(with(b"a", 0o600).is_ok() && check(&path, &set(&path, mode)).is_ok(), "{mode:o}");
        }
        for mode in [0o444, 0o604, 0o644, 0o602, 0o777] {
            let why = check(&path, &set(&path, mode)).unwrap_err();
            assert!(
                why.contains("chmod 600")
                    && why.contains("defaultMode: 0400")
                    && why.contains(&format!("{mode:o}")),
                "{why}"
            );
        }
        for (content, part) in
            [(&b""[..], "is empty"), (b"\r\n", "is empty"), (b"\xff", "UTF-8"), (&[b'a'; 70_000], "64 KiB")]
        {
            let why = with(content, 0o600).unwrap_err();
            assert!(why.contains(part) && why.contains(path.to_str().unwrap()), "{why}");
        }
        assert!(read(folder.path()).unwrap_err().contains("is a folder"));
        assert!(read(Path::new("/dev/null")).unwrap_err().contains("a device"));
        assert!(read(&folder.path().join("none")).unwrap_err().contains("there is no file"));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        with(b"a", 0o644).unwrap_err();
        assert!(read(&link).unwrap_err().contains("chmod 600"), "the mode of what a link leads to counts");
    }

    #[test]
    fn an_address_is_a_secret_where_it_has_a_password() {
        for (name, value, expected) in [
            ("database_url", "postgres://ordo@127.0.0.1:5432/ordo", false),
            ("database_url", "postgres://127.0.0.1:5432/ordo", false),
            ("database_url", "postgres://ordo:@db/ordo?sslmode=require", false),
            ("database_url", "host=db user=ordo dbname=password", false),
            ("database_url", "postgres://ordo:s3cr3t@db:5432/ordo", true),
            ("orders_database_read_url", "postgres://ordo:s3c@r3t@one,two/ordo", true),
            ("database_url", "postgres://ordo@db/ordo?password=s3cr3t", true),
            ("database_url", "host=db password = s3cr3t", true),
            ("bus", "nats://db:4222", false),
            ("bus", "nats://t0k3n@db:4222", true),
            ("secret", "short", true),
            ("shop_contact", "a:b@c.example", false),
        ] {
            assert_eq!(is_secret(name, value), expected, "{name}={value}");
        }
    }

    fn set(path: &Path, mode: u32) -> Metadata {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        fs::metadata(path).unwrap()
    }
}
