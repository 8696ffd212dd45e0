//! Rows that an audit cannot read: it names them, and goes on with the rest.

use contracts::audit::{Finding, Invariant, ServiceFacts, Unreadable};
use db::{Error, ErrorKind, FromColumn, Result, Row};
use kernel::Id;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Reads rows for an audit, and keeps what cannot be read.
#[derive(Debug, Default)]
pub struct RowReader(Vec<Unreadable>);

impl RowReader {
    /// Those of these rows of `table` that can be read. `about` says what a row is about, most of all the first of them; the
    /// row is named by its column `key`.
    pub fn rows<T, const N: usize>(
        &mut self,
        (table, key): (&str, &str),
        rows: &[Row],
        about: impl Fn(&Row) -> [Option<String>; N],
        read: impl Fn(&Row) -> Result<T>,
    ) -> Vec<T> {
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            match read(row) {
                Ok(one) => all.push(one),
                Err(error) => {
                    let mut about: Vec<String> = about(row).into_iter().flatten().collect();
                    if about.is_empty() {
                        about.push(format!("{table} {}", row.shown(key)));
                    }
                    self.name(about, &in_row(table, &row.shown(key), &error));
                }
            }
        }
        all
    }

    /// Names all of these rows, whose `key` is nothing like an id, or nothing that is given out as one: they come before all
    /// ids, from where on they are read.
    pub fn strangers<I: FromColumn, const N: usize>(
        &mut self,
        of: (&str, &str),
        rows: &[Row],
        about: impl Fn(&Row) -> [Option<String>; N],
    ) {
        self.rows(of, rows, about, |row| -> Result<()> {
            row.get::<I>(of.1)?;
            Err(Error::other(format!("column {} holds what is given to nothing", of.1)))
        });
    }

    /// What a look shows; where something cannot be read that it needs, nothing, and that is named as `subject`.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn or_name<T: Default>(&mut self, subject: &str, looked: Result<T>) -> Result<T> {
        match looked {
            Err(error) if is_unreadable(&error) => {
                self.name(vec![subject.to_owned()], &error);
                Ok(T::default())
            }
            looked => looked,
        }
    }

    /// Names what cannot be read by what it is about, most of all the first of that.
    pub fn name(&mut self, about: Vec<String>, why: &Error) {
        let subject = about.first().cloned().unwrap_or_default();
        let detail = format!("it cannot be read: {why}");
        self.0.push(Unreadable { finding: Finding { invariant: Invariant::I7, subject, detail }, about });
    }

    /// All that something could not be read of.
    pub fn about(&self) -> BTreeSet<String> {
        self.0.iter().flat_map(|one| &one.about).cloned().collect()
    }

    /// Adds what could not be read to what was found.
    pub fn add_to(self, audited: &mut ServiceFacts) {
        audited.findings.extend(self.0.iter().map(|one| one.finding.clone()));
        audited.unreadable.extend(self.0);
    }
}

/// An error of reading, with the row that it was read from.
pub fn in_row(table: &str, key: &str, error: &Error) -> Error {
    Error::new(error.kind.clone(), format!("table {table}, row {key}: {}", error.message))
}

/// The id in a column, where that can be read.
pub fn id<I: FromColumn + ToString>(row: &Row, column: &str) -> Option<String> {
    row.get::<I>(column).ok().map(|id| id.to_string())
}

/// Where to go on after a row, also where its id cannot be read: the nearest one that is none. What is nothing like an id
/// comes before all.
pub fn mark<K>(row: &Row, column: &str) -> Id<K> {
    row.get(column).unwrap_or_else(|_| {
        let bytes: Vec<u8> = row.get(column).unwrap_or_default();
        let mut nearest = [0; 16];
        nearest.iter_mut().zip(&bytes).for_each(|(byte, found)| *byte = *found);
        let beyond = u128::from_be_bytes(nearest).saturating_add(u128::from(bytes.len() > nearest.len()));
        Id::from_uuid(Uuid::from_u128(beyond))
    })
}

/// Whether nothing that could be an id comes after this one. What is longer, and comes after it forever, was named with the
/// rows that were read before.
pub fn is_last<K>(after: Id<K>) -> bool {
    after.uuid().is_max()
}

/// Where to go on after a row that is named by two ids. After all that the second one could be comes the next of the first.
pub fn mark_of_both<A, B>(row: &Row, (first, second): (&str, &str)) -> (Id<A>, Id<B>) {
    let (a, b): (Id<A>, Id<B>) = (mark(row, first), mark(row, second));
    if !is_last(b) {
        return (a, b);
    }
    let next = a.uuid().as_u128().saturating_add(1);
    (Id::from_uuid(Uuid::from_u128(next)), Id::from_uuid(Uuid::nil()))
}

/// Where to go on after rows that come in the order of words: after the last word of them that can be read. What cannot be
/// read is read again with the next ones; where nothing can, there is nothing to go on to.
pub fn last_word(rows: &[Row], column: &str) -> Option<String> {
    rows.iter().rev().find_map(|row| row.get(column).ok())
}

/// Whether it is what was read that cannot be understood, and not the database that cannot be asked.
pub fn is_unreadable(error: &Error) -> bool {
    error.kind == ErrorKind::Other
}

/// Checks `all` together; where something of it cannot be read, at each by itself, so that only that one is named.
///
/// # Errors
/// Where the database cannot be asked.
pub async fn each<'a, T, R, F: Future<Output = Result<R>>>(
    all: &'a [T],
    reading: &mut RowReader,
    about: impl Fn(&T) -> Vec<String>,
    look: impl Fn(&'a [T]) -> F,
) -> Result<Vec<R>> {
    match look(all).await {
        Err(error) if is_unreadable(&error) => {}
        looked => return Ok(vec![looked?]),
    }
    let mut seen = Vec::new();
    for one in all {
        match look(std::slice::from_ref(one)).await {
            Err(error) if is_unreadable(&error) => reading.name(about(one), &error),
            looked => seen.push(looked?),
        }
    }
    Ok(seen)
}
