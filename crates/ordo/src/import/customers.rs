//! `ordo import customers FILE`: accounts, as JSON objects or CSV.
//!
//! A row has `email`, `username` or both; `name`; `password_hash` (or `password`, where that is a hash); `is_active` (or
//! `active`); `created_at`; `id`, where it is a number. Other members are left alone.

use super::{
    ParsedFiles, RowMembers, SourceLine,
    columns::{self, with_known_names},
    extended_json::{member, text, time, truth, whole},
    ids::id_of,
    rows,
};
use auth::ImportedUser;
use kernel::{Secret, Timestamp, canonical_name::trim, id::UserId};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    path::Path,
};

/// The names under which a hash is looked for.
const HASHES: [&str; 4] = ["password_hash", "hashed_password", "passwordHash", "password"];

/// Whose each number is, and where that is said.
type CustomerNumbers = BTreeMap<i64, (UserId, SourceLine)>;

/// The numbers that its database gives.
const NUMBERS: RangeInclusive<i64> = 1..=i32::MAX as i64;

/// Reads the file.
///
/// # Errors
/// When it cannot be read at all.
pub(super) fn find(file: &Path, now: Timestamp) -> Result<ParsedFiles, String> {
    let (rows, told) = if rows::is_csv(file)? {
        let (names, rows) = rows::csv(file)?;
        (rows, columns::told("columns", names.iter().map(String::as_str)))
    } else {
        let rows = rows::json(file)?;
        let names: BTreeSet<&String> =
            rows.iter().filter_map(|(_, row)| row.as_ref().ok()).flat_map(RowMembers::keys).collect();
        let told = columns::told("members", names.into_iter().map(String::as_str));
        (rows, told)
    };
    let mut found = ParsedFiles { numbers_users: true, remarks: vec![told], ..ParsedFiles::default() };
    let mut numbered = CustomerNumbers::new();
    for (at, row) in rows {
        let row = row.map(with_known_names);
        let given = row.as_ref().ok().and_then(|row| member(row, "id").cloned());
        let user = row.and_then(|row| {
            let name = |name| member(&row, name).and_then(text).map(|text| trim(&text).to_lowercase());
            // the address first: it is whose the account is, whatever it is called
            let named = name("email").or_else(|| name("username")).unwrap_or_default();
            user(&row, |created_at| id_of("customers", &named, created_at), None, now)
        });
        if let (Ok(user), Some(given)) = (&user, given) {
            match number(&given, (user.id, &at), &mut numbered) {
                Ok(number) => drop(found.had_numbers.insert(user.id, number)),
                Err(why) => found.remarks.push(format!("{at}: {why}: the account gets another id here")),
            }
        }
        keep(&mut found, at, user);
    }
    Ok(found)
}

/// The number that an account had; or why it cannot be that here, too.
fn number(
    given: &Value,
    (id, at): (UserId, &SourceLine),
    numbered: &mut CustomerNumbers,
) -> Result<i64, String> {
    let number = whole(given).filter(|number| NUMBERS.contains(number));
    let number =
        number.ok_or_else(|| format!("its id {given} is no whole number from 1 to {}", NUMBERS.end()))?;
    match numbered.get(&number) {
        // a row that is there twice is reported as such
        Some((first, at)) if *first != id => Err(format!("its id {number} is that of {at}, too")),
        _ => {
            numbered.insert(number, (id, at.clone()));
            Ok(number)
        }
    }
}

/// Keeps a user, or why it is none.
pub(super) fn keep(found: &mut ParsedFiles, at: SourceLine, user: Result<ImportedUser, String>) {
    match user {
        Ok(user) => found.users.push((at, user)),
        Err(why) => found.bad.push((at, why)),
    }
}

/// The account of a row; `id` makes its id, from the time at which it was made, if the row has that.
pub(super) fn user(
    row: &RowMembers,
    id: impl Fn(Option<Timestamp>) -> UserId,
    made_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<ImportedUser, String> {
    let line = |name: &str| -> Result<Option<String>, String> {
        let Some(value) = member(row, name) else { return Ok(None) };
        let text = text(value).ok_or_else(|| format!("{name}: a text is expected"))?;
        Ok(Some(trim(&text).to_owned()).filter(|text| !text.is_empty()))
    };
    let hash = HASHES.iter().find_map(|name| member(row, name).map(|value| (name, value)));
    let password_hash = hash.map(|(name, value)| {
        text(value)
            .filter(|text| !text.is_empty())
            .map(Secret::new)
            .ok_or_else(|| format!("{name}: a hash is expected"))
    });
    let active = match ["is_active", "active"].iter().find_map(|name| member(row, name)) {
        Some(value) => truth(value).ok_or("is_active: true or false is expected")?,
        None => true,
    };
    let told = member(row, "created_at")
        .map(|value| time(value).ok_or("created_at: a time such as 2025-12-18T12:00:00Z is expected"));
    let told = told.transpose()?;
    let created_at = told.or(made_at);
    // an address that somebody signs in with is one, whatever it is called there
    let (username, email) = match (line("username")?, line("email")?) {
        (Some(address), None) if address.contains('@') => (None, Some(address)),
        names => names,
    };
    let user = ImportedUser {
        id: id(told),
        username,
        email,
        name: line("name")?,
        password_hash: password_hash.transpose()?,
        active,
        created_at: created_at.filter(|at| *at <= now).unwrap_or(now),
    };
    user.check().map_err(|wrong| format!("{wrong}{}", how_to_mend(&wrong)))?;
    Ok(user)
}

/// What an operator can do about it.
fn how_to_mend(wrong: &auth::UserImportError) -> &'static str {
    match wrong {
        auth::UserImportError::Hash(_) => {
            ". Leave the hash out of the row: the person chooses a new password by mail then, or staff help"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::temp_dir::TempDir;

    #[test]
    fn an_id_that_cannot_be_kept_is_told_before_anything_is_written() {
        let folder = TempDir::new();
        let path = folder.path().join("x.csv");
        let row = |id: &str, name: &str| format!("{id},{name}@example.com\n");
        let rows = [row("7", "ann"), row("", "bob"), row("7", "cyd"), row("x", "dee"), row("0", "eve")];
        std::fs::write(&path, format!("id,email\n{}", rows.concat())).unwrap();
        let found = find(&path, Timestamp::from_seconds(2_000_000_000)).unwrap();
        assert_eq!((found.users.len(), found.had_numbers.len()), (5, 1), "{:?}", found.bad);
        let told = |line: usize, why: &str| {
            format!("{}:{line}: its id {why}: the account gets another id here", path.display())
        };
        let first = format!("7 is that of {}:2, too", path.display());
        let expected = [
            told(4, &first),
            told(5, "\"x\" is no whole number from 1 to 2147483647"),
            told(6, "\"0\" is no whole number from 1 to 2147483647"),
        ];
        assert_eq!(found.remarks[1..], expected);
    }
}
