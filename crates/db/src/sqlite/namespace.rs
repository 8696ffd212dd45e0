//! Namespaces: several services in one file, each with its own tables.
//!
//! SQLite has no schemas, so that the tables and indexes of a namespace `orders` are named `orders__…` in the file.
//! Statements are written without the prefix, as for PostgreSQL, where a schema has the same purpose; here each is
//! translated once, before it is prepared. A table outside of the namespace is not found under its plain name, so that a
//! service cannot access the tables of another one.

use super::dialect;
use crate::migrate::{is_word, tokens};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};
use tokio::sync::Notify;

/// The separator between a namespace and a name in it.
const SEPARATOR: &str = "__";

/// The tables of one service, and the number of its commits.
pub(crate) struct Namespace {
    /// Its name. None if the file has a single namespace.
    name: Option<String>,
    names: Mutex<Names>,
    commits: AtomicU64,
    /// Notified of each commit.
    committed: Notify,
}

#[derive(Default)]
struct Names {
    tables: BTreeSet<String>,
    /// Translated statements, by the address of their original text.
    translated: BTreeMap<(usize, usize), Arc<str>>,
}

impl Namespace {
    pub(super) fn new(name: Option<&str>) -> Arc<Namespace> {
        let (name, names) = (name.map(str::to_owned), Mutex::default());
        Arc::new(Namespace { name, names, commits: AtomicU64::default(), committed: Notify::default() })
    }

    /// Records which tables of the file belong to the namespace.
    pub(super) fn know(&self, in_file: &[String]) {
        let Some(of) = &self.name else { return };
        let here = in_file.iter().filter_map(|name| name.strip_prefix(of.as_str())?.strip_prefix(SEPARATOR));
        self.names().tables.extend(here.map(str::to_owned));
    }

    /// Returns the name of a table or index in the file.
    pub(super) fn in_file(&self, name: &str) -> String {
        self.name.as_ref().map_or_else(|| name.to_owned(), |of| format!("{of}{SEPARATOR}{name}"))
    }

    /// Returns the translated statement.
    pub(super) fn statement(&self, text: &'static str) -> Arc<str> {
        let (mut names, address) = (self.names(), (text.as_ptr() as usize, text.len()));
        if let Some(known) = names.translated.get(&address) {
            return known.clone();
        }
        let translated: Arc<str> = self.translate(&mut names, text).into();
        names.translated.insert(address, translated.clone());
        translated
    }

    /// Returns a translated script, which can create tables.
    pub(super) fn script(&self, text: &str) -> String {
        let mut names = self.names();
        names.translated.clear();
        self.translate(&mut names, text)
    }

    fn translate(&self, names: &mut Names, text: &str) -> String {
        let text = dialect::statement(text);
        match &self.name {
            None => text.into_owned(),
            Some(_) => Translation::of(self, &mut names.tables, &text),
        }
    }

    /// Records a commit with writes in this namespace.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, SeqCst);
        self.committed.notify_waiters();
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(SeqCst)
    }

    /// Waits until the number of commits differs from `seen`, and returns it.
    pub(super) async fn committed_since(&self, seen: u64) -> u64 {
        loop {
            // created before the counter is read, so that a commit in between is not missed
            let committed = self.committed.notified();
            match self.commits() {
                same if same == seen => committed.await,
                commits => return commits,
            }
        }
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Translates a script of a namespace for a connection without namespaces, for code that accesses the file without this
/// layer, such as tests. `in_file` contains the names of the file's tables.
pub fn in_namespace(name: &str, in_file: &[String], script: &str) -> String {
    let namespace = Namespace::new(Some(name));
    namespace.know(in_file);
    namespace.script(script)
}

/// Removes the namespace from a name in the file.
pub(super) fn plain(name: &str) -> &str {
    name.split_once(SEPARATOR).map_or(name, |(_, name)| name)
}

/// What the next word denotes.
#[derive(Clone, Copy, PartialEq)]
enum WordRole {
    Other,
    /// A table that is read or written; its name within the statement stays the same.
    Table,
    /// A table or index in a definition, which need not exist yet.
    Defined,
    /// A table that is being created.
    Made,
}

/// Words that cannot be an alias of a table.
const NO_ALIAS: [&str; 26] = [
    "cross",
    "default",
    "do",
    "except",
    "for",
    "full",
    "group",
    "having",
    "indexed",
    "inner",
    "intersect",
    "join",
    "left",
    "limit",
    "natural",
    "not",
    "offset",
    "on",
    "order",
    "returning",
    "right",
    "select",
    "set",
    "union",
    "using",
    "values",
];
/// Words that end the list of tables after `from`.
const ENDS_FROM: [&str; 13] = [
    "where",
    "group",
    "having",
    "order",
    "limit",
    "union",
    "except",
    "intersect",
    "window",
    "returning",
    "select",
    "values",
    "set",
];

struct Translation<'a> {
    tokens: Vec<&'a str>,
    out: String,
    /// For each open parenthesis, and outside of them: whether a comma precedes another table.
    in_from: Vec<bool>,
    next: WordRole,
    is_index: bool,
    is_rename: bool,
}

impl<'a> Translation<'a> {
    fn of(namespace: &Namespace, tables: &mut BTreeSet<String>, text: &'a str) -> String {
        let mut translation = Translation {
            tokens: tokens(text),
            out: String::with_capacity(text.len() * 2),
            in_from: vec![false],
            next: WordRole::Other,
            is_index: false,
            is_rename: false,
        };
        for at in 0..translation.tokens.len() {
            translation.write(at, namespace, tables);
        }
        translation.out
    }

    fn write(&mut self, at: usize, namespace: &Namespace, tables: &mut BTreeSet<String>) {
        let token = self.tokens[at];
        if !is_significant(token) {
            return self.out.push_str(token);
        }
        // SQLite stores renamed names in quotes
        let quoted = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let token = quoted.filter(|_| self.next != WordRole::Other).unwrap_or(token);
        if !token.starts_with(is_word) {
            self.punctuation(token);
            return self.out.push_str(token);
        }
        let word = token.to_ascii_lowercase();
        match std::mem::replace(&mut self.next, WordRole::Other) {
            named @ (WordRole::Table | WordRole::Defined | WordRole::Made)
                if matches!(
                    word.as_str(),
                    "if" | "not" | "exists" | "or" | "ignore" | "replace" | "column"
                ) =>
            {
                // `create table if not exists`, `update or ignore`; a renamed column is not translated
                self.next = if word == "column" { WordRole::Other } else { named };
                self.out.push_str(token);
            }
            WordRole::Made => {
                tables.insert(token.to_owned());
                self.out.push_str(&namespace.in_file(token));
            }
            WordRole::Defined => self.out.push_str(&namespace.in_file(token)),
            WordRole::Table if tables.contains(token) => {
                self.out.push_str(&namespace.in_file(token));
                if !self.has_alias(at) {
                    self.out.push_str(" as ");
                    self.out.push_str(token);
                }
            }
            _ => {
                self.keyword(at, &word);
                self.out.push_str(token);
            }
        }
    }

    fn punctuation(&mut self, token: &str) {
        match token {
            "(" => {
                self.next = WordRole::Other;
                self.in_from.push(false);
            }
            ")" => {
                self.in_from.pop();
            }
            "," if self.in_from.last() == Some(&true) => self.next = WordRole::Table,
            ";" => (self.in_from, self.is_index, self.is_rename) = (vec![false], false, false),
            _ => {}
        }
    }

    fn keyword(&mut self, at: usize, word: &str) {
        let before = self.neighbour(self.tokens[..at].iter().rev());
        let after = self.neighbour(self.tokens[at + 1..].iter());
        match word {
            // `is distinct from`
            "from" if before != "distinct" => {
                self.set_from(true);
                self.next = WordRole::Table;
            }
            "join" | "into" => self.next = WordRole::Table,
            // `on conflict … do update set`, `on update cascade`
            "update" if after != "set" && before != "on" => self.next = WordRole::Table,
            "table" if matches!(before.as_str(), "create" | "virtual") => self.next = WordRole::Made,
            "table" if matches!(before.as_str(), "drop" | "alter") => self.next = WordRole::Defined,
            "references" => self.next = WordRole::Defined,
            "index" if matches!(before.as_str(), "create" | "unique" | "drop") => {
                (self.next, self.is_index) = (WordRole::Defined, true);
            }
            "on" if self.is_index => (self.next, self.is_index) = (WordRole::Defined, false),
            // `alter table … rename to …`; a renamed column has its name between the two words
            "rename" => self.is_rename = after == "to",
            "to" if std::mem::take(&mut self.is_rename) => self.next = WordRole::Made,
            _ if ENDS_FROM.contains(&word) => self.set_from(false),
            _ => {}
        }
    }

    fn set_from(&mut self, is_from: bool) {
        if let Some(last) = self.in_from.last_mut() {
            *last = is_from;
        }
    }

    /// Returns whether the table at this position has an alias in the statement.
    fn has_alias(&self, at: usize) -> bool {
        let after = self.neighbour(self.tokens[at + 1..].iter());
        let is_name = after.starts_with(is_word) && !ENDS_FROM.contains(&after.as_str());
        is_name && !NO_ALIAS.contains(&after.as_str())
    }

    fn neighbour<'t>(&self, mut tokens: impl Iterator<Item = &'t &'t str>) -> String {
        let found = tokens.find(|token| is_significant(token));
        found.map_or_else(String::new, |token| token.to_ascii_lowercase())
    }
}

/// Returns whether a token is neither a space nor a comment.
fn is_significant(token: &str) -> bool {
    !token.starts_with(char::is_whitespace) && !token.starts_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Arc<Namespace> {
        let namespace = Namespace::new(Some("orders"));
        namespace
            .know(&["orders__note", "orders__line", "orders__orders", "order__other"].map(str::to_owned));
        namespace
    }

    fn assert_statements(pairs: &[(&'static str, &str)]) {
        for (text, expected) in pairs {
            assert_eq!(&*orders().statement(text), *expected);
        }
    }

    #[test]
    fn without_a_namespace_statements_stay_as_they_are() {
        let namespace = Namespace::new(None);
        namespace.know(&["note".to_owned()]);
        let text = "select note from note where id = $1";
        assert_eq!(&*namespace.statement(text), text);
        assert_eq!((namespace.in_file("note"), plain("orders__note")), ("note".to_owned(), "note"));
    }

    #[test]
    fn tables_that_are_read_are_those_of_the_namespace_and_keep_what_they_are_called() {
        assert_statements(&[
            (
                "select note, note.id from note where note.id = $1",
                "select note, note.id from orders__note as note where note.id = $1",
            ),
            (
                "select o.id from orders o, note, other join line as l on l.order_id = o.id order by note",
                "select o.id from orders__orders o, orders__note as note, other join orders__line as l on l.order_id = o.id order by note",
            ),
            (
                "with some as (select 1) select x from (select max(note) as x, 2 from line where note in (select id from note)), note",
                "with some as (select 1) select x from (select max(note) as x, 2 from orders__line as line where note in (select id from orders__note as note)), orders__note as note",
            ),
            (
                "select 1 from line where note is distinct from note and exists (select 1 from note limit 1)",
                "select 1 from orders__line as line where note is distinct from note and exists (select 1 from orders__note as note limit 1)",
            ),
            (
                "select 'from note' -- from note\nfrom note",
                "select 'from note' -- from note\nfrom orders__note as note",
            ),
        ]);
    }

    #[test]
    fn tables_that_are_written_are_those_of_the_namespace() {
        assert_statements(&[
            (
                "insert into note(id, note) values ($1, $2) on conflict (id) do update set note = excluded.note, line = note.line",
                "insert into orders__note as note(id, note) values ($1, $2) on conflict (id) do update set note = excluded.note, line = note.line",
            ),
            (
                "insert into note select id, note from line returning note, line",
                "insert into orders__note as note select id, note from orders__line as line returning note, line",
            ),
            (
                "update note set note = 1, line = (select 2 from line) where note.id = 1",
                "update orders__note as note set note = 1, line = (select 2 from orders__line as line) where note.id = 1",
            ),
            ("delete from note where id = $1", "delete from orders__note as note where id = $1"),
        ]);
    }

    #[test]
    fn definitions_name_the_tables_and_indexes_of_the_namespace() {
        let namespace = Namespace::new(Some("orders"));
        let script = "create table if not exists note (id blob primary key, note text, line blob references line (id) on update cascade);
create unique index note_by_id on note (id, note) where note is not null;
create table line (id blob, foreign key (id) references note (id) on delete cascade) strict;
insert into line select id from note;
alter table note rename column note to line;
alter table note rename to remark;
drop index if exists note_by_id;
drop table line; select * from remark;
CREATE TABLE \"other\" (id blob references \"remark\" (id))";
        let expected = "create table if not exists orders__note (id blob primary key, note text, line blob references orders__line (id) on update cascade);
create unique index orders__note_by_id on orders__note (id, note) where note is not null;
create table orders__line (id blob, foreign key (id) references orders__note (id) on delete cascade) strict;
insert into orders__line as line select id from orders__note as note;
alter table orders__note rename column note to line;
alter table orders__note rename to orders__remark;
drop index if exists orders__note_by_id;
drop table orders__line; select * from orders__remark as remark;
CREATE TABLE orders__other (id blob references orders__remark (id))";
        assert_eq!(namespace.script(script), expected);
    }
}
