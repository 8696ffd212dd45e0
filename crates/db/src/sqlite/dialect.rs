//! Translates the few constructs of PostgreSQL that differ in SQLite. Everything else is the same for both.

use std::borrow::Cow;

/// Row locks, which are not needed because SQLite has one writer.
const LOCKS: [&str; 4] = ["for no key update", "for update", "for share", " skip locked"];

/// Returns the text of a statement for SQLite: locks are removed, `= any($1)` searches the array bound to `$1`, and
/// `unnest(cast($1 as text[])) as value` returns its elements, of any type.
pub(super) fn statement(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for lock in LOCKS {
        if text.contains(lock) {
            text = text.replace(lock, "").into();
        }
    }
    while let Some((before, number, after)) = clause(&text, " = any($", ")") {
        text = format!("{before} in (select value from rarray(${number})){after}").into();
    }
    while let Some((before, cast, after)) = clause(&text, "unnest(cast($", "[])) as value") {
        let Some((number, _)) = cast.split_once(" as ").filter(|(_, of)| is_word(of)) else { break };
        text = format!("{before}rarray(${number}) as value{after}").into();
    }
    text
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Splits the text at the first such clause, which contains the number of a parameter.
fn clause<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, rest) = text.split_once(begin)?;
    let (number, after) = rest.split_once(end)?;
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
    fn what_is_in_arrays_is_a_table() {
        assert_eq!(
            statement("select value.value from unnest(cast($12 as text[])) as value where value.value > $2"),
            "select value.value from rarray($12) as value where value.value > $2"
        );
        assert_eq!(
            statement(
                "select 1 from unnest(cast($2 as uuid[])) as value, (select 1 from unnest(cast($1 as text[])) as value)"
            ),
            "select 1 from rarray($2) as value, (select 1 from rarray($1) as value)"
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
