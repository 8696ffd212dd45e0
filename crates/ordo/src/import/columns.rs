//! The columns of a CSV file of customers: which name in the first line means which member, what separates them, and what is
//! wrong with the file as a whole.

use super::rows::Members;

/// Members of a customer, each with names that other systems give it, in small letters without blanks and signs.
const MEMBERS: [(&str, &[&str]); 10] = [
    ("email", &["email", "emailaddress", "mail"]),
    ("username", &["username", "login"]),
    ("name", &["name", "fullname"]),
    ("password_hash", &["passwordhash"]),
    ("hashed_password", &["hashedpassword"]),
    ("password", &["password"]),
    ("is_active", &["isactive"]),
    ("active", &["active"]),
    ("created_at", &["createdat"]),
    ("id", &["id"]),
];
/// What a file may have, as it is told where none of it is found.
const EXPECTED: &str = "`email`, `username` or both, and if you have them `name`, `password_hash`, `is_active`, `created_at` and `id`";
const SEPARATORS: [(char, &str); 4] =
    [(',', "commas"), (';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];

/// The member that a column of this name is, whatever its case and signs.
pub(super) fn member_named(column: &str) -> Option<&'static str> {
    let plain = plain(column);
    MEMBERS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(member, _)| *member)
}

fn plain(column: &str) -> String {
    column.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A row whose members have the names that are known; one that is there by its own name is not replaced.
pub(super) fn with_known_names(row: Members) -> Members {
    let mut renamed = Members::new();
    for (name, value) in &row {
        match member_named(name).filter(|member| *member != name.as_str()) {
            Some(member) if !row.contains_key(member) && !renamed.contains_key(member) => {
                renamed.insert(member.to_owned(), value.clone())
            }
            _ => renamed.insert(name.clone(), value.clone()),
        };
    }
    renamed
}

/// What separates the values of this first line: what makes the most known columns of it, then the most columns.
pub(super) fn separator(first_line: &str) -> char {
    let rank = |separator: char| {
        let columns: Vec<&str> =
            first_line.split(separator).map(|name| name.trim().trim_matches('"')).collect();
        (columns.iter().filter(|name| member_named(name).is_some()).count(), columns.len())
    };
    // of several that are as good the first
    let all = SEPARATORS.iter().rev().map(|(separator, _)| *separator);
    all.max_by_key(|separator| rank(*separator)).unwrap_or(',')
}

/// Whether rows with these columns can be customers.
///
/// # Errors
/// What is wrong with the first line: it is said once, and not of each row.
pub(super) fn check(columns: &[&str], separator: char) -> Result<(), String> {
    for (at, member) in columns.iter().enumerate().filter_map(|(at, name)| Some((at, member_named(name)?))) {
        if let Some(first) = columns[..at].iter().position(|other| plain(other) == plain(columns[at])) {
            return Err(format!(
                "columns {} and {} are both `{member}`. Remove one of them, or give it another name.",
                first + 1,
                at + 1
            ));
        }
    }
    if columns.iter().any(|name| matches!(member_named(name), Some("email" | "username"))) {
        return Ok(());
    }
    let by =
        SEPARATORS.iter().find(|(known, _)| *known == separator).map_or("other signs", |(_, name)| *name);
    let found: Vec<String> =
        columns.iter().filter(|name| !name.is_empty()).map(|name| format!("`{name}`")).collect();
    let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    Err(format!(
        "no column is called `email` or `username`. Found, separated by {by}: {found}. Expected in the first line: {EXPECTED}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_whatever_their_case_and_signs() {
        for (column, member) in [
            ("E-Mail", "email"),
            ("EMAIL", "email"),
            ("Email Address", "email"),
            ("User Name", "username"),
            ("passwordHash", "password_hash"),
            ("Is Active", "is_active"),
            ("CreatedAt", "created_at"),
            ("ID", "id"),
        ] {
            assert_eq!(member_named(column), Some(member), "{column}");
        }
        assert_eq!((member_named("street"), member_named("")), (None, None));
    }

    #[test]
    fn the_separator_is_the_one_that_makes_known_columns() {
        for (line, separator_) in [
            ("email,name", ','),
            ("email;name", ';'),
            ("\"e-mail\"\tname, given", '\t'),
            ("email|name", '|'),
            ("email", ','),
            ("a;b;c,d", ';'),
        ] {
            assert_eq!(separator(line), separator_, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_columns_is_said_once() {
        let twice = check(&["Email", "name", "E-mail"], ',').unwrap_err();
        assert_eq!(twice, "columns 1 and 3 are both `email`. Remove one of them, or give it another name.");
        let none = check(&["street", "town"], ';').unwrap_err();
        assert!(
            none.contains("separated by semicolons: `street`, `town`. Expected in the first line: `email`"),
            "{none}"
        );
        assert_eq!(check(&["note", "note", "username"], ','), Ok(()));
    }
}
