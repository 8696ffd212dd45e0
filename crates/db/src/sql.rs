//! A statement: one text for both engines, or one for each where they differ.

/// Which database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file or in memory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The text of a statement on both engines. Parameters are `$1`, `$2`, … in any order and as often as needed.
///
/// Three forms of PostgreSQL that SQLite lacks are written for it by the layer, so that one text serves:
/// `= any($1)` with an array; `from unnest(cast($1 as text[])) as value`, of any type, of which `value.value` is read; and a locking
/// `for update`, `for update skip locked` or `for share` (SQLite has one writer at a time, so there is nothing to lock).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// One text for both.
    pub const fn both(text: &'static str) -> Self {
        Sql { sqlite: text, postgres: text }
    }
    /// Both variants side by side.
    pub const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Sql { sqlite, postgres }
    }
    /// The text for one engine.
    pub const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Declares the statements of a module as constants, and `ALL`, the list of them with their names,
/// for the test that prepares every statement on both engines.
///
/// ```
/// mod store {
///     db::statements! {
///         /// Finds one by its key.
///         FIND = "select name from things where id = $1";
///         /// Searches by words.
///         SEARCH = {
///             sqlite: "select id from things_words where words match $1",
///             postgres: "select id from things where words @@ websearch_to_tsquery('simple', $1)",
///         };
///         /// A text put together at compile time stands in parentheses, a statement in brackets.
///         LIST = (concat!("select id ", "from things"));
///     }
/// }
/// assert_eq!(store::ALL.len(), 3);
/// # let _ = (store::FIND, store::SEARCH, store::LIST);
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:tt;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::Sql = $crate::statements!(@sql $text);)*
        /// Every statement of this module, with its name.
        #[allow(dead_code, reason = "only the test that prepares them all reads it")]
        pub(crate) const ALL: &[(&str, $crate::Sql)] = &[$((stringify!($name), $name)),*];
    };
    (@sql { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $crate::Sql::each($sqlite, $postgres)
    };
    (@sql ($text:expr)) => { $crate::Sql::both($text) };
    (@sql [$sql:expr]) => { $sql };
    (@sql $text:expr) => { $crate::Sql::both($text) };
}
