//! The rows of a file, each with the line that it begins in: JSON objects, one a line or over several, an array of
//! them, or CSV with a line of names. What cannot be read is a row that is not taken, and the others are read on.

use super::{RowMembers, SourceLine, columns, quotes, text::read};
use serde_json::{Value, value::RawValue};
use std::path::Path;

/// A row, or what is wrong with it.
pub(super) type ImportRow = (SourceLine, Result<RowMembers, String>);

/// Reads a file of JSON.
///
/// # Errors
/// When the file cannot be read at all.
pub(super) fn json(path: &Path) -> Result<Vec<ImportRow>, String> {
    let text = read(path)?;
    let text = text.as_str();
    let is_array = text.trim_start().starts_with('[');
    let found = if is_array { array(text) } else { objects(text) };
    let mut lines = LineCounter::of(text);
    let rows = (1..).zip(found).map(|(number, (offset, row))| {
        // a whole array may be on one line
        let at =
            SourceLine { element: is_array.then_some(number), ..SourceLine::new(path, lines.until(offset)) };
        (at, row)
    });
    Ok(rows.collect())
}

/// Whether a file is CSV, by its name, or else by how it begins.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn is_csv(path: &Path) -> Result<bool, String> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "csv" | "tsv" | "tab" => Ok(true),
        "json" | "jsonl" | "ndjson" => Ok(false),
        _ => Ok(read(path)?.trim_start().starts_with(|first: char| first != '{' && first != '[')),
    }
}

/// How a line above the names begins that says what separates the values, in letters of any case.
const SEPARATOR_LINE: &str = "sep=";

/// Reads a file of CSV: the names in its first line, and the rows. Values are separated and quoted as that line has them, or
/// separated as a line `sep=;` above it says.
///
/// # Errors
/// When the file cannot be read at all, its first line names nothing by which a customer is known, a quote is left open, or two
/// columns of one meaning differ.
pub(super) fn csv(path: &Path) -> Result<(Vec<String>, Vec<ImportRow>), String> {
    // each line ends alike
    let text = read(path)?.replace("\r\n", "\n").replace('\r', "\n");
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let told = first.trim_start().trim_start_matches('"').split_at_checked(SEPARATOR_LINE.len());
    let told = told.filter(|(name, _)| name.eq_ignore_ascii_case(SEPARATOR_LINE)).map(|(_, told)| told);
    let told = told.and_then(|told| told.chars().next()).filter(|told| told.is_ascii() && *told != '"');
    let skipped = told.map_or(0, |_| text.find(first).unwrap_or(0) + first.len());
    let separator = told.unwrap_or_else(|| columns::separator(first));
    let head = text[skipped..].lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let quote = columns::quote(head, separator).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .quote(u8::try_from(quote).unwrap_or(b'"'))
        .from_reader(&text.as_bytes()[skipped..]);
    let names = reader.headers().map_err(|e| format!("{}: {e}", path.display()))?.clone();
    columns::check_count(names.len()).map_err(|why| format!("{}: {why}", path.display()))?;
    let columns: Vec<&str> = names.iter().collect();
    let is_row = |line: &str| columns::is_row(&columns, separator, line);
    quotes::check(&text[skipped..], separator, quote, is_row).map_err(|(at, why)| {
        let line = 1 + text[..skipped + at].matches('\n').count();
        format!("{}:{line}: {why}", path.display())
    })?;
    columns::check(&columns, separator).map_err(|why| format!("{}: {why}", path.display()))?;
    let alike = columns::alike(&columns);
    let mut lines = LineCounter::of(&text);
    let mut line_of = |position: Option<&csv::Position>| {
        let offset =
            position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0) + skipped;
        // a record begins behind the line break that ended the one before
        let breaks = text.as_bytes()[offset..].iter().take_while(|byte| **byte == b'\n');
        lines.until(offset + breaks.count())
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        if let Ok(record) = &record
            && let Some(why) = columns::conflict(&alike, &columns, record)
        {
            return Err(format!("{}:{}: {why}", path.display(), line_of(record.position())));
        }
        let (line, row) = match record {
            // nothing but separators
            Ok(record) if record.iter().all(str::is_empty) => continue,
            Ok(record) if !has_form_of(&names, &record) => {
                let (len, expected) = (record.len(), names.len());
                let why = format!("it has {len} values, and the first line has {expected} names");
                (line_of(record.position()), Err(why))
            }
            Ok(record) if let Some(why) = columns::kept_quotes(&columns, &record) => {
                (line_of(record.position()), Err(why))
            }
            Ok(record) => {
                let given = names.iter().zip(record.iter()).filter(|(_, value)| !value.is_empty());
                let members = given.map(|(name, value)| (name.to_owned(), value.into())).collect();
                (line_of(record.position()), Ok(members))
            }
            Err(error) => {
                let line = line_of(error.position());
                (line, Err(format!("it has not the form of the first line: {error}")))
            }
        };
        rows.push((SourceLine::new(path, line), row));
    }
    Ok((names.iter().map(str::to_owned).collect(), rows))
}

/// Whether there is a value for each name, and nothing but separators behind them.
fn has_form_of(names: &csv::StringRecord, record: &csv::StringRecord) -> bool {
    record.len() >= names.len() && record.iter().skip(names.len()).all(str::is_empty)
}

type ParsedElements = Vec<(usize, Result<RowMembers, String>)>;

/// The elements of an array, with where each begins.
fn array(text: &str) -> ParsedElements {
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(elements) => {
            let offset = |element: &RawValue| element.get().as_ptr() as usize - text.as_ptr() as usize;
            elements.into_iter().map(|element| (offset(element), members(element.get()))).collect()
        }
        Err(error) => {
            let before = text.lines().take(error.line().saturating_sub(1)).map(|line| line.len() + 1);
            vec![(before.sum::<usize>().min(text.len()), Err(format!("the array cannot be read: {error}")))]
        }
    }
}

/// Objects one after the other. After one that cannot be read it goes on with the next line.
fn objects(text: &str) -> ParsedElements {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(skipped) = text[at..].find(|c: char| !c.is_whitespace()) {
        at += skipped;
        let rest = &text[at..];
        let line_end = rest.find('\n').unwrap_or(rest.len());
        // one a line, as a rule; over several lines, where the first is no whole one
        if let Ok(row) = members(&rest[..line_end]) {
            found.push((at, Ok(row)));
            at += line_end;
            continue;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        match values.next() {
            Some(Ok(value)) if value.get().contains('\n') => {
                found.push((at, members(value.get())));
                at += values.byte_offset();
            }
            _ => {
                found.push((at, members(&rest[..line_end])));
                at += line_end;
            }
        }
    }
    found
}

fn members(text: &str) -> Result<RowMembers, String> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("a JSON object is expected".to_owned()),
        Err(error) => Err(format!("it is no JSON (column {}). Export it anew.", error.column())),
    }
}

/// Counts the lines of a text, onward only.
struct LineCounter<'a> {
    text: &'a [u8],
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    fn of(text: &'a str) -> Self {
        LineCounter { text: text.as_bytes(), offset: 0, line: 1 }
    }
    /// In which line this offset is, which is no less than the one before.
    fn until(&mut self, offset: usize) -> usize {
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.offset = self.offset.max(offset);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use testkit::temp_dir::TempDir;

    fn rows(name: &str, text: &str) -> Vec<(usize, Result<String, String>)> {
        let folder = TempDir::new();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let rows = if name.ends_with("csv") { csv(&path).map(|(_, rows)| rows) } else { json(&path) };
        let short = |members: RowMembers| Value::Object(members).to_string();
        rows.unwrap().into_iter().map(|(at, row)| (at.line, row.map(short))).collect()
    }
    fn row(line: usize, json: &str) -> (usize, Result<String, String>) {
        (line, Ok(json.to_owned()))
    }

    #[test]
    fn objects_are_read_one_a_line_over_lines_and_out_of_an_array() {
        assert_eq!(
            rows("x.json", "\u{feff}{\"a\":1}\r\n\n{\"a\":2}"),
            [row(1, r#"{"a":1}"#), row(3, r#"{"a":2}"#)]
        );
        assert_eq!(
            rows("x.json", "{\n\"a\":1\n}\n{\"a\":2}\n"),
            [row(1, r#"{"a":1}"#), row(4, r#"{"a":2}"#)]
        );
        assert_eq!(
            rows("x.json", "[{\"a\":1},\n {\"a\":\n2}]\n"),
            [row(1, r#"{"a":1}"#), row(2, r#"{"a":2}"#)]
        );
        assert_eq!(rows("x.json", "[]"), []);
        assert_eq!(rows("x.json", " \n"), []);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line_and_the_rest_is_read() {
        let found = rows("x.json", "{\"a\":1}\n{\"a\":\nnonsense\n[1]\n{\"a\":2}\n");
        let lines: Vec<(usize, bool)> = found.iter().map(|(line, row)| (*line, row.is_ok())).collect();
        assert_eq!(lines, [(1, true), (2, false), (3, false), (4, false), (5, true)]);
        let found = rows("x.json", "[{\"a\":1},\n{\"a\":}]");
        assert_eq!((found.len(), found[0].0), (1, 2));
        assert!(found[0].1.is_err());
        assert!(rows("x.json", "[1,\n{\"a\":1}]")[0].1.is_err());
    }

    #[test]
    fn csv_has_its_names_in_the_first_line() {
        let found = rows("x.csv", "email,name\nann@x.com,\"Ann, A.\"\nbob@x.com\n\"c\nd\", Cy \n");
        assert_eq!(found[0], row(2, r#"{"email":"ann@x.com","name":"Ann, A."}"#));
        assert!(found[1].0 == 3 && found[1].1.is_err(), "{found:?}");
        assert_eq!(found[2], row(4, r#"{"email":"c\nd","name":"Cy"}"#));
    }

    #[test]
    fn csv_is_read_as_spreadsheets_write_it() {
        let expected =
            [row(2, r#"{"email":"ann@x.com","name":"Ann; A."}"#), row(4, r#"{"email":"bob@x.com"}"#)];
        let text = "email;name\nann@x.com;\"Ann; A.\"\n;\nbob@x.com;;\n\n";
        assert_eq!(rows("x.csv", text), expected);
        assert_eq!(rows("x.csv", &text.replace('\n', "\r")), expected);
        let shifted = expected.clone().map(|(line, row)| (line + 1, row));
        for told in ["sep=;", "\"sep=;\"", "SEP=;", "\"Sep=;\""] {
            let text = format!("\u{feff}{told}\r\n{}", text.replace('\n', "\r\n"));
            assert_eq!(rows("x.csv", &text), shifted, "{told}");
        }
        let tabs = "email\tname\nann@x.com\tAnn; A.\n\t\nbob@x.com\t\n";
        assert_eq!(rows("x.csv", tabs), expected);
        let folder = TempDir::new();
        let path = folder.path().join("x.csv");
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = format!("\u{feff}{tabs}").encode_utf16().flat_map(order).collect();
            fs::write(&path, bytes).unwrap();
            assert_eq!(csv(&path).unwrap().1.len(), 2);
        }
        for (order, name) in
            [(u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"), (u16::to_be_bytes, "UTF-16BE")]
        {
            fs::write(&path, tabs.encode_utf16().flat_map(order).collect::<Vec<u8>>()).unwrap();
            let why = csv(&path).unwrap_err();
            assert!(why.contains("not in UTF-8") && why.contains(&format!("iconv -f {name}")), "{why}");
        }
        for wrong in ["", "street;town\na;b\n", "email,name,E-Mail\na,b,c\n"] {
            fs::write(&path, wrong).unwrap();
            assert!(csv(&path).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_without_a_known_ending_is_known_by_its_beginning() {
        let folder = TempDir::new();
        for (name, text, is_csv_) in
            [("a.txt", "email\n", true), ("b.txt", " [{}]", false), ("c", "{}", false), ("d.TSV", "", true)]
        {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            assert_eq!(is_csv(&path), Ok(is_csv_), "{name}");
        }
    }

    #[test]
    fn lines_are_counted_alike_whatever_ends_them() {
        let text = "email,name\nann@x.com,Ann\nbob@x.com\n\n\"c\nd\",Cy\neve@x.com,\n";
        let lines = |text: &str| rows("x.csv", text).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
        assert_eq!(lines(text), [2, 3, 5, 7]);
        assert_eq!(lines(&text.replace('\n', "\r\n")), [2, 3, 5, 7]);
        assert_eq!(lines(&format!("\u{feff}{text}")), [2, 3, 5, 7]);
    }

    #[test]
    fn of_an_array_in_one_line_each_element_is_told_apart() {
        let folder = TempDir::new();
        let path = folder.path().join("x.json");
        fs::write(&path, "[{\"a\":1},{\"a\":2},\n7]").unwrap();
        let places: Vec<String> = json(&path).unwrap().into_iter().map(|(at, _)| at.to_string()).collect();
        let file = path.display();
        let expected = [(1, 1), (1, 2), (2, 3)].map(|(line, n)| format!("{file}:{line} (element {n})"));
        assert_eq!(places, expected);
    }
}
