//! The few places where PostgreSQL's text is written for SQLite. Everything else is the same on both.

use std::borrow::Cow;

/// Locks of rows: SQLite has one writer, so there is nothing to lock.
const LOCKS: [&str; 4] = ["for no key update", "for update", "for share", " skip locked"];

/// A statement's text for SQLite: locks fall away, and `= any($1)` looks into the array bound to `$1`.
pub(super) fn statement(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for lock in LOCKS {
        if text.contains(lock) {
            text = text.replace(lock, "").into();
        }
    }
    while let Some((before, number, after)) = any_clause(&text) {
        text = format!("{before} in (select value from rarray(${number})){after}").into();
    }
    text
}

/// Splits at the first ` = any($N)`.
fn any_clause(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(" = any($")?;
    let (number, after) = rest.split_once(')')?;
    Some((before, number, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_statements_stay_as_they_are() {
        let text = "select id from orders where id = $1 and state in ('a', 'b')";
        assert!(matches!(statement(text), Cow::Borrowed(t) if t == text));
    }

    #[test]
    fn arrays_become_tables() {
        assert_eq!(
            statement("select 1 from t where id = any($2) and not (kind = any($1)) for update skip locked"),
            "select 1 from t where id in (select value from rarray($2)) \
             and not (kind in (select value from rarray($1))) "
        );
    }

    #[test]
    fn locks_fall_away() {
        for lock in ["for update", "for update skip locked", "for no key update skip locked", "for share"] {
            let text = format!("select id from (select id from t limit 1 {lock}) as x");
            assert_eq!(statement(&text), "select id from (select id from t limit 1 ) as x");
        }
    }
}
