//! Statements: one text for both engines, or one for each if they differ.

/// The database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file or in memory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The text of a statement for both engines. Parameters are `$1`, `$2`, … in any order and any number of times.
///
/// Three constructs of PostgreSQL that SQLite lacks are translated, so that one text is sufficient: `= any($1)` with an
/// array; `from unnest(cast($1 as text[])) as value`, of any type, of which `value.value` is read; and a locking
/// `for update`, `for update skip locked` or `for share` (SQLite has one writer at a time, so that locks are not needed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// The same text for both engines.
    pub const fn both(text: &'static str) -> Self {
        Sql { sqlite: text, postgres: text }
    }
    /// A text for each engine.
    pub const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Sql { sqlite, postgres }
    }
    /// Returns the text for one engine.
    pub const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Declares the statements of a module as constants, and `ALL`, a list of them with their names,
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
///         /// A text built at compile time is in parentheses, a statement in brackets.
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
        /// All statements of this module, with their names.
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
