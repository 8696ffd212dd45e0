//! `ordo import customers FILE`: accounts, as JSON objects or CSV.
//!
//! A row has `email`, `username` or both; `name`; `password_hash` (or `password`, where that is a hash); `is_active` (or
//! `active`); `created_at`; `id`, where it is a number. Other members are left alone.

use super::{
    At, Found,
    extended::{member, text, time, truth, whole},
    ids::id_of,
    rows::{self, Members},
};
use auth::ImportedUser;
use kernel::{Secret, Timestamp, id::UserId};
use std::{ops::RangeInclusive, path::Path};

/// The names under which a hash is looked for.
const HASHES: [&str; 4] = ["password_hash", "hashed_password", "passwordHash", "password"];

/// The numbers that its database gives.
const NUMBERS: RangeInclusive<i64> = 1..=i32::MAX as i64;

/// Reads the file.
///
/// # Errors
/// When it cannot be read at all.
pub(super) fn find(file: &Path, now: Timestamp) -> Result<Found, String> {
    let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let rows = if is_csv { rows::csv(file)? } else { rows::json(file)? };
    let mut found = Found { numbers_users: true, ..Found::default() };
    for (at, row) in rows {
        let had = row.as_ref().ok().and_then(|row| whole(member(row, "id")?));
        let user = row.and_then(|row| {
            let name = |name| member(&row, name).and_then(text).map(|text| text.trim().to_lowercase());
            // the address first: it is whose the account is, whatever it is called
            let named = name("email").or_else(|| name("username")).unwrap_or_default();
            user(&row, |created_at| id_of("customers", &named, created_at), None, now)
        });
        let had = had.filter(|number| NUMBERS.contains(number));
        if let (Ok(user), Some(number)) = (&user, had) {
            found.had_numbers.insert(user.id, number);
        }
        keep(&mut found, at, user);
    }
    Ok(found)
}

/// Keeps a user, or why it is none.
pub(super) fn keep(found: &mut Found, at: At, user: Result<ImportedUser, String>) {
    match user {
        Ok(user) => found.users.push((at, user)),
        Err(why) => found.bad.push((at, why)),
    }
}

/// The account of a row; `id` makes its id, from when it was made, where the row tells that.
pub(super) fn user(
    row: &Members,
    id: impl Fn(Option<Timestamp>) -> UserId,
    made_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<ImportedUser, String> {
    let line = |name: &str| -> Result<Option<String>, String> {
        let Some(value) = member(row, name) else { return Ok(None) };
        let text = text(value).ok_or_else(|| format!("{name}: a text is expected"))?;
        Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
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
fn how_to_mend(wrong: &auth::NotImported) -> &'static str {
    match wrong {
        auth::NotImported::Hash(_) => {
            ". Leave the hash out of the row: the person chooses a new password by mail then, or staff help"
        }
        _ => "",
    }
}
