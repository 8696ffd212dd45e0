//! Rust text read just closely enough for the rules: what is code, what a comment, what a string,
//! and what belongs to tests only. No syntax tree: the rules ask about words and lines.

use std::ops::Range;

/// A string literal of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Where its opening quote stands.
    pub at: usize,
    /// What stands between the quotes, escapes as written.
    pub text: String,
}

/// One Rust file, taken apart. `code` and `comments` are as long as the file, with the rest blanked,
/// so that a place in one is the same place in the other.
#[derive(Debug, Clone)]
pub struct Source {
    /// The code: comments and the insides of literals are blank.
    pub code: String,
    /// The comments only.
    pub comments: String,
    /// Every string literal, in order.
    pub literals: Vec<Literal>,
    /// The items under `#[cfg(test)]`.
    pub tests: Vec<Range<usize>>,
    /// Modules in files of their own that are declared under `#[cfg(test)]`.
    pub test_modules: Vec<String>,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// From `fn` to its closing brace.
    pub extent: Range<usize>,
}

impl Source {
    /// Takes `text` apart.
    pub fn read(text: &str) -> Self {
        let Split { code, comments, literals } = Split::of(text.as_bytes());
        let mut source = Source { code, comments, literals, tests: Vec::new(), test_modules: Vec::new() };
        source.find_tests();
        source
    }

    /// Whether the place `at` lies in an item under `#[cfg(test)]`.
    pub fn is_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    /// The number of the line at the place `at`, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.code.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1
    }

    /// How many lines the file has without its test items.
    pub fn lines_without_tests(&self) -> usize {
        let all = self.code.lines().count();
        let in_tests = |range: &Range<usize>| self.line(range.end - 1) - self.line(range.start) + 1;
        all - self.tests.iter().map(in_tests).sum::<usize>()
    }

    /// Every function with a body, in order, nested ones too.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for at in words(&self.code, "fn") {
            let name = identifier(&self.code[at + 2..]);
            let body = item_end(&self.code, at).filter(|end| self.code[..*end].ends_with('}'));
            if let (false, Some(end)) = (name.is_empty(), body) {
                found.push(Function { name: name.to_owned(), extent: at..end });
            }
        }
        found
    }

    fn find_tests(&mut self) {
        for (at, _) in self.code.match_indices("#[cfg(test)]") {
            if self.is_test(at) {
                continue;
            }
            let Some(end) = item_end(&self.code, after_attributes(&self.code, at)) else { continue };
            let item = &self.code[at..end];
            if let (true, Some(module)) = (item.ends_with(';'), words(item, "mod").last()) {
                self.test_modules.push(identifier(&item[module + 3..]).to_owned());
            }
            self.tests.push(at..end);
        }
    }
}

/// Every place where `word` stands in `code` as a whole word.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        !code[..*at].ends_with(part_of_word) && !code[at + word.len()..].starts_with(part_of_word)
    })
}

/// The identifier that `code` begins with, after white space; empty where there is none.
pub fn identifier(code: &str) -> &str {
    let code = code.trim_start();
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    &code[..end]
}

/// Where the item that begins at `start` ends: after the `;` or the closing brace of its body.
fn item_end(code: &str, start: usize) -> Option<usize> {
    let mut nested = 0_usize;
    for (offset, byte) in code.as_bytes()[start..].iter().enumerate() {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            b';' if nested == 0 => return Some(start + offset + 1),
            b'{' if nested == 0 => return closing_brace(code, start + offset),
            _ => {}
        }
    }
    None
}

fn closing_brace(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + offset + 1);
        }
    }
    None
}

/// Where the item begins whose first attribute stands at `at`.
fn after_attributes(code: &str, mut at: usize) -> usize {
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        match code[at..].starts_with("#[").then(|| code[at..].find(']')).flatten() {
            Some(end) => at += end + 1,
            None => return at,
        }
    }
}

/// The first pass: every byte goes to the code or to the comments, and literals are collected.
struct Split {
    code: String,
    comments: String,
    literals: Vec<Literal>,
}

impl Split {
    fn of(text: &[u8]) -> Split {
        let blank: Vec<u8> = text.iter().map(|b| if *b == b'\n' { b'\n' } else { b' ' }).collect();
        let (mut code, mut comments, mut literals) = (blank.clone(), blank, Vec::new());
        let mut at = 0;
        while at < text.len() {
            let (piece, end) = piece(text, at);
            match piece {
                Piece::Code => code[at..end].copy_from_slice(&text[at..end]),
                Piece::Comment => comments[at..end].copy_from_slice(&text[at..end]),
                Piece::Character => code[at] = b'\'',
                Piece::Text { inside } => {
                    code[at..inside.start].copy_from_slice(&text[at..inside.start]);
                    code[inside.end..end].copy_from_slice(&text[inside.end..end]);
                    let text = String::from_utf8_lossy(&text[inside.clone()]).into_owned();
                    literals.push(Literal { at: inside.start - 1, text });
                }
            }
            at = end;
        }
        let string = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Split { code: string(code), comments: string(comments), literals }
    }
}

enum Piece {
    Code,
    Comment,
    Character,
    Text { inside: Range<usize> },
}

/// The piece that begins at `at`, and where it ends.
fn piece(text: &[u8], at: usize) -> (Piece, usize) {
    let rest = &text[at..];
    match rest {
        [b'/', b'/', ..] => (Piece::Comment, at + until(rest, b"\n")),
        [b'/', b'*', ..] => (Piece::Comment, at + block_comment(rest)),
        [b'"', ..] => plain_text(text, at),
        [b'r', ..] if !follows_word(text, at) => raw_text(text, at),
        [b'\'', ..] => character(rest).map_or((Piece::Code, at + 1), |len| (Piece::Character, at + len)),
        _ => (Piece::Code, at + 1),
    }
}

/// Whether the byte before `at` belongs to a word; `b` and `c` before a literal are prefixes, not words.
fn follows_word(text: &[u8], at: usize) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    match at.checked_sub(1).map(|before| text[before]) {
        Some(b'b' | b'c') => at >= 2 && is_word(text[at - 2]),
        Some(before) => is_word(before),
        None => false,
    }
}

fn until(rest: &[u8], end: &[u8]) -> usize {
    rest.windows(end.len()).position(|window| window == end).unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn plain_text(text: &[u8], at: usize) -> (Piece, usize) {
    let mut end = at + 1;
    while end < text.len() && text[end] != b'"' {
        end += if text[end] == b'\\' { 2 } else { 1 };
    }
    let end = end.min(text.len());
    (Piece::Text { inside: at + 1..end }, (end + 1).min(text.len()))
}

fn raw_text(text: &[u8], at: usize) -> (Piece, usize) {
    let hashes = text[at + 1..].iter().take_while(|b| **b == b'#').count();
    let open = at + 1 + hashes;
    if text.get(open) != Some(&b'"') {
        return (Piece::Code, at + 1);
    }
    let mut closing = vec![b'"'];
    closing.resize(1 + hashes, b'#');
    let end = open + 1 + until(&text[open + 1..], &closing);
    (Piece::Text { inside: open + 1..end }, (end + closing.len()).min(text.len()))
}

/// How long the character literal is that `rest` begins with; `None` for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(3 + until(rest.get(3..)?, b"'") + 1);
    }
    // one character of one to four bytes, then the quote
    let length = (2..=5).find(|end| rest.get(*end) == Some(&b'\''))?;
    let one = std::str::from_utf8(&rest[1..length]).ok()?.chars().count() == 1;
    one.then_some(length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r##"//! A file.
use std::fmt; // "not a string"
/* block /* nested */ fn not_code() {} */
pub(crate) fn first<'a>(x: &'a str, y: [u8; { 3 }]) -> char {
    let sql = "select \"a\" {";
    let raw = br#"raw " { text"#;
    let (brace, quote, tick) = ('{', '"', '\'');
    if x == "é" { 'é' } else { 'b' }
}
trait T { fn without_body(&self); }
#[cfg(test)]
#[allow(dead_code)]
mod tests {
    fn inner() {}
}
#[cfg(test)]
mod elsewhere;
"##;

    #[test]
    fn code_comments_and_strings_are_told_apart() {
        let source = Source::read(FILE);
        assert_eq!(source.code.len(), FILE.len());
        assert!(!source.code.contains("not_code") && source.comments.contains("not_code"));
        assert!(!source.code.contains("select") && !source.code.contains("string"));
        let texts: Vec<_> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, [r#"select \"a\" {"#, "raw \" { text", "é"]);
        assert_eq!(source.line(source.literals[0].at), 5);
    }

    #[test]
    fn functions_are_found_with_their_extent() {
        let source = Source::read(FILE);
        let functions = source.functions();
        let names: Vec<_> = functions.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["first", "inner"]);
        assert_eq!(source.line(functions[0].extent.start), 4);
        assert_eq!(source.line(functions[0].extent.end - 1), 9);
    }

    #[test]
    fn test_items_are_known_also_in_other_files() {
        let source = Source::read(FILE);
        assert!(source.is_test(source.code.find("inner").expect("it is there")));
        assert!(!source.is_test(source.code.find("without_body").expect("it is there")));
        assert_eq!(source.test_modules, ["elsewhere"]);
        assert_eq!(source.lines_without_tests(), 10);
    }

    #[test]
    fn a_text_that_never_ends_is_read_to_its_end() {
        for text in ["\"open", "r#\"open", "/* open", "'", "'\\", "fn f() {", "\"\\"] {
            assert_eq!(Source::read(text).code.len(), text.len(), "{text}");
        }
    }
}
