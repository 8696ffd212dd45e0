//! The columns of a CSV file of customers: which name in the first line means which member, what separates and quotes
//! values, and what is wrong with the file as a whole.

use super::RowMembers;
use csv::StringRecord;
use kernel::canonical_name::trim;
use serde_json::Value;

/// RowMembers of a customer, each with names that other systems give it, in small letters without blanks and signs.
const MEMBERS: [(&str, &[&str]); 12] = [
    ("email", &["email", "emailaddress", "emailadresse", "mail", "mailaddress", "mailadresse", "useremail"]),
    ("username", &["username", "login", "benutzername"]),
    ("name", &["name", "fullname", "vollständigername"]),
    ("first_name", &["firstname", "givenname", GERMAN_FIRST_NAME]),
    ("last_name", &["lastname", "familyname", "surname", "nachname", "familienname"]),
    ("password_hash", &["passwordhash"]),
    ("hashed_password", &["hashedpassword"]),
    ("password", &["password"]),
    ("is_active", &["isactive"]),
    ("active", &["active"]),
    ("created_at", &["createdat"]),
    ("id", &["id"]),
];
/// Beside a column of this name `Name` is the last name.
const GERMAN_FIRST_NAME: &str = "vorname";
/// The most names of columns that a message lists.
const TOLD_MAX: usize = 50;
/// The columns that a file may have, for the message if none of them is found.
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

/// A row whose members have the names that are known; one that is there by its own name is not replaced. First and last name make
/// a name where there is none.
pub(super) fn with_known_names(row: RowMembers) -> RowMembers {
    let mut renamed = RowMembers::new();
    for (name, value) in &row {
        match member_named(name).filter(|member| *member != name.as_str()) {
            Some(member) if !row.contains_key(member) && !renamed.contains_key(member) => {
                renamed.insert(member.to_owned(), value.clone())
            }
            _ => renamed.insert(name.clone(), value.clone()),
        };
    }
    let part = |name| renamed.get(name).and_then(Value::as_str).map(trim).filter(|part| !part.is_empty());
    let is_german = row.keys().any(|name| plain(name) == GERMAN_FIRST_NAME);
    let parts = match (part("first_name"), part("last_name"), part("name")) {
        (Some(first), None, Some(name)) if is_german && !name.contains(first) => [Some(first), Some(name)],
        (first, last, None) => [first, last],
        _ => [None, None],
    };
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        renamed.insert("name".to_owned(), parts.join(" ").into());
    }
    renamed
}

/// Which of these were read, each with the member that it is, and which were not. They are called `what`.
pub(super) fn told<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> String {
    let (mut read, mut left) = (Vec::new(), Vec::new());
    for name in names.filter(|name| !name.is_empty()) {
        match member_named(name) {
            Some(member) if member != name => read.push(format!("`{name}` as {member}")),
            Some(_) => read.push(format!("`{name}`")),
            None => left.push(format!("`{name}`")),
        }
    }
    let listed = |names: &[String]| match names.len().saturating_sub(TOLD_MAX) {
        0 if names.is_empty() => "none".to_owned(),
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..TOLD_MAX].join(", ")),
    };
    format!("{what} read: {}; not read: {}", listed(&read), listed(&left))
}

/// Whether a line looks like a row of these columns: it has as many values, and an address where one belongs.
pub(super) fn is_row(columns: &[&str], separator: char, line: &str) -> bool {
    let values: Vec<&str> =
        line.split(separator).map(|value| trim(value).trim_matches(['"', '\''])).collect();
    let email = columns.iter().position(|name| member_named(name) == Some("email"));
    values.len() == columns.len()
        && match email {
            Some(at) => values[at].contains('@') && !values[at].contains(char::is_whitespace),
            None => values.len() > 2,
        }
}

/// Pairs of columns that are one member, by their places.
pub(super) fn alike(columns: &[&str]) -> Vec<(usize, usize)> {
    let members: Vec<_> = columns.iter().map(|name| member_named(name)).collect();
    let first = |at: usize| members[..at].iter().position(|other| other.is_some() && *other == members[at]);
    (0..members.len()).filter_map(|at| Some((first(at)?, at))).collect()
}

/// The character that quotes the values: the one that quotes names in the first line.
///
/// # Errors
/// When both kinds of quotes are used.
pub(super) fn quote(first_line: &str, separator: char) -> Result<char, String> {
    let stands_in = |quote: char| first_line.split(separator).any(|name| is_within(name.trim(), quote));
    match (stands_in('\''), stands_in('"')) {
        (true, true) => {
            Err("names in the first line stand in single and in double quotes. Use one kind.".to_owned())
        }
        (true, false) => Ok('\''),
        _ => Ok('"'),
    }
}

fn is_within(value: &str, quote: char) -> bool {
    value.len() > 1 && value.starts_with(quote) && value.ends_with(quote)
}

/// What is wrong with a row in which a name to sign in with is left in quotes that the first line does not have.
pub(super) fn kept_quotes(columns: &[&str], row: &StringRecord) -> Option<String> {
    let names =
        columns.iter().zip(row).filter(|(name, _)| matches!(member_named(name), Some("email" | "username")));
    let (name, value) =
        names.into_iter().find(|(_, value)| ['\'', '"'].iter().any(|quote| is_within(value, *quote)))?;
    Some(format!(
        "`{name}` stands in quotes ({value}) that the names in the first line do not have. Use double quotes, or \
         quote those names in the same way."
    ))
}

/// What is wrong where two columns are one member, and this row has different values in them.
pub(super) fn conflict(alike: &[(usize, usize)], columns: &[&str], row: &StringRecord) -> Option<String> {
    let value = |at: usize| row.get(at).map(trim).filter(|value| !value.is_empty());
    let (one, other) = alike.iter().copied().find(|(one, other)| match (value(*one), value(*other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    })?;
    let member = member_named(columns[other])?;
    Some(format!(
        "columns {} (`{}`) and {} (`{}`) are both `{member}`, and differ in this row. Remove one of them, or give it \
         another name.",
        one + 1,
        columns[one],
        other + 1,
        columns[other]
    ))
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

/// The most columns of a file: comparing the names of more takes seconds.
const COLUMNS_MAX: usize = 1_000;

/// Checks how many columns the first line has.
///
/// # Errors
/// When there are too many.
pub(super) fn check_count(found: usize) -> Result<(), String> {
    match found {
        ..=COLUMNS_MAX => Ok(()),
        _ => Err(format!(
            "the first line has {found} columns, and at most {COLUMNS_MAX} are read. Export fewer columns, or check \
             what separates them."
        )),
    }
}

/// Whether rows with these columns can be customers.
///
/// # Errors
/// What is wrong with the first line: it is said once, and not of each row.
pub(super) fn check(columns: &[&str], separator: char) -> Result<(), String> {
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
    use serde_json::json;

    #[test]
    fn columns_are_known_whatever_their_case_and_signs() {
        for (column, member) in [
            ("E-Mail", "email"),
            ("EMAIL", "email"),
            ("Email Address", "email"),
            ("E-Mail-Adresse", "email"),
            ("user_email", "email"),
            ("First Name", "first_name"),
            ("User Name", "username"),
            ("passwordHash", "password_hash"),
            ("Is Active", "is_active"),
            ("CreatedAt", "created_at"),
            ("ID", "id"),
            ("Vorname", "first_name"),
            ("Nachname", "last_name"),
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
        let none = check(&["street", "town"], ';').unwrap_err();
        assert!(
            none.contains("separated by semicolons: `street`, `town`. Expected in the first line: `email`"),
            "{none}"
        );
        assert_eq!(check(&["note", "note", "username"], ','), Ok(()));
    }

    #[test]
    fn two_columns_of_one_meaning_may_not_differ() {
        let columns = ["Email", "name", "E-mail Address", "Full Name"];
        let alike = alike(&columns);
        assert_eq!(alike, [(0, 2), (1, 3)]);
        let told = |row: [&str; 4]| conflict(&alike, &columns, &StringRecord::from(row.to_vec()));
        assert_eq!(told(["a@x.com", "Ann", "a@x.com", ""]), None);
        let why = told(["a@x.com", "Ann", "b@x.com", ""]).unwrap();
        assert!(why.starts_with("columns 1 (`Email`) and 3 (`E-mail Address`) are both `email`"), "{why}");
    }

    #[test]
    fn first_and_last_name_make_a_name() {
        let named = |row: Value| with_known_names(row.as_object().unwrap().clone()).get("name").cloned();
        for (row, name) in [
            (json!({"First Name": "Ann ", "Last Name": "Lee"}), Some("Ann Lee")),
            (json!({"Last Name": "Lee", "First Name": ""}), Some("Lee")),
            (json!({"first_name": "Ann", "name": "Dr. Lee"}), Some("Dr. Lee")),
            (json!({"first_name": "Ann", "name": null}), Some("Ann")),
            (json!({"first_name": " "}), None),
            (json!({"Vorname": "Ann", "Nachname": "Lee"}), Some("Ann Lee")),
            (json!({"Vorname": "Ann", "Name": "Lee"}), Some("Ann Lee")),
            (json!({"Vorname": "Ann", "Name": "Ann Lee"}), Some("Ann Lee")),
        ] {
            assert_eq!(named(row.clone()), name.map(Value::from), "{row}");
        }
    }
}
