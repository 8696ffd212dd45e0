//! Reads `.env` as Docker Compose does: a value may have spaces without quotes, `#` after a space begins a comment, and
//! `$NAME` stands for another variable.

use std::collections::BTreeMap;

/// In the working directory.
pub(super) const NAME: &str = ".env";

/// One `NAME=value` of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
    /// From 1.
    pub(super) line: usize,
}

/// The assignments of a file, and what is wrong with its lines, each with its number.
///
/// `outer` finds what `$NAME` stands for where no line before it sets it.
pub(super) fn parse(
    text: &str,
    outer: impl Fn(&str) -> Option<String>,
) -> (Vec<Assignment>, Vec<(usize, String)>) {
    let mut reader =
        Reader { rest: text.trim_start_matches('\u{feff}'), line: 1, known: BTreeMap::new(), outer };
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    while !reader.rest.is_empty() {
        let line = reader.line;
        match reader.assignment() {
            Ok(None) => {}
            Ok(Some((name, value))) => {
                let before = found.iter().find(|before: &&Assignment| before.name == name);
                match before.filter(|_| is_setting(&name)) {
                    Some(Assignment { line: first, .. }) => {
                        wrong.push((
                            line,
                            format!("`{name}` is set in line {first}, too. Delete one of the lines"),
                        ));
                    }
                    None => {
                        reader.known.insert(name.clone(), value.clone());
                        found.push(Assignment { name, value, line });
                    }
                }
            }
            Err(why) => {
                wrong.push((line, why));
                reader.skip_line();
            }
        }
    }
    (found, wrong)
}

struct Reader<'a, F> {
    rest: &'a str,
    line: usize,
    known: BTreeMap<String, String>,
    outer: F,
}

impl<'a, F: Fn(&str) -> Option<String>> Reader<'a, F> {
    /// The next line, where it assigns anything. What it has read of a line that is wrong is left to [`Self::skip_line`].
    fn assignment(&mut self) -> Result<Option<(String, String)>, String> {
        let line = self.rest.lines().next().unwrap_or_default();
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with('#') {
            self.skip_line();
            return Ok(None);
        }
        let bare = bare.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(bare);
        let Some((name, _)) = bare.split_once('=') else {
            let name = bare.trim();
            // Compose takes such a variable from its own environment, where it has been read already
            if is_name(name) && name != "export" && (!is_setting(name) || (self.outer)(name).is_some()) {
                self.skip_line();
                return Ok(None);
            }
            let word = name.split_whitespace().next().unwrap_or_default();
            let word = word.trim_end_matches(':');
            // no value is shown: it may be a secret
            return Err(format!("`{word}` is not followed by `=`. Write NAME=value, one on each line"));
        };
        let name = name.trim();
        if !is_name(name) {
            let shown = name.split_whitespace().next().unwrap_or_default();
            return Err(format!(
                "`{shown}` is not the name of a variable. Write NAME=value, one on each line"
            ));
        }
        let at = line.find('=').map_or(line.len(), |at| at + 1);
        self.rest = self.rest[at..].trim_start_matches([' ', '\t']);
        let value = match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(name, quote)?,
            _ => self.unquoted(name)?,
        };
        Ok(Some((name.to_owned(), value)))
    }

    fn skip_line(&mut self) {
        self.rest = match self.rest.split_once('\n') {
            Some((_, rest)) => {
                self.line += 1;
                rest
            }
            None => "",
        };
    }

    /// Up to a comment or the end of the line, without the white space around it.
    fn unquoted(&mut self, name: &str) -> Result<String, String> {
        let line = self.rest.lines().next().unwrap_or_default();
        let comment = line.char_indices().find(|(at, c)| *c == '#' && line[..*at].ends_with([' ', '\t']));
        // a comment may also stand in place of the value
        let end = if line.starts_with('#') { 0 } else { comment.map_or(line.len(), |(at, _)| at) };
        let value = self.expand(name, line[..end].trim_end(), &|next| match next {
            '\\' | '"' | '\'' | '$' | ' ' | '#' => Some(next),
            _ => None,
        })?;
        self.skip_line();
        Ok(value)
    }

    /// Up to the closing quote, which may be on a later line.
    fn quoted(&mut self, name: &str, quote: char) -> Result<String, String> {
        let inner = &self.rest[1..];
        let mut is_escaped = false;
        let end = inner.char_indices().find(|(_, c)| {
            let closes = *c == quote && !is_escaped;
            is_escaped = quote == '"' && *c == '\\' && !is_escaped;
            closes
        });
        let Some((end, _)) = end else {
            return Err(format!("`{name}`: the closing {quote} is missing"));
        };
        let (inner, after) = (&inner[..end], &inner[end + 1..]);
        let beside = after.lines().next().unwrap_or_default().trim();
        if !beside.is_empty() && !beside.starts_with('#') {
            return Err(format!(
                "`{name}`: text follows the closing {quote}. Put all of the value in quotes"
            ));
        }
        let value = match quote {
            '\'' => inner.to_owned(),
            _ => self.expand(name, inner, &|next| match next {
                'n' => Some('\n'),
                'r' => Some('\r'),
                't' => Some('\t'),
                '\\' | '"' | '\'' | '$' | ' ' => Some(next),
                _ => None,
            })?,
        };
        self.line += inner.matches('\n').count();
        self.rest = after;
        self.skip_line();
        Ok(value)
    }

    /// With what `\`, `$$`, `$NAME` and `${NAME…}` stand for.
    fn expand(&self, of: &str, text: &str, escape: &Escape) -> Result<String, String> {
        let mut value = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['\\', '$']) {
            value.push_str(&rest[..at]);
            let (sign, after) = (&rest[at..=at], &rest[at + 1..]);
            rest = after;
            if sign == "\\" {
                match after.chars().next().and_then(|next| Some((next, escape(next)?))) {
                    Some((next, stands_for)) => {
                        value.push(stands_for);
                        rest = &after[next.len_utf8()..];
                    }
                    None => value.push('\\'),
                }
            } else if let Some(after) = after.strip_prefix('$') {
                value.push('$');
                rest = after;
            } else if let Some(inner) = after.strip_prefix('{') {
                let Some(end) = closing_brace(inner) else {
                    return Err(format!("`{of}`: the closing }} of a variable is missing. {LITERALLY}"));
                };
                let (name, operator) = split_name(&inner[..end]);
                value.push_str(&self.variable(of, name, operator, escape)?);
                rest = &inner[end + 1..];
            } else {
                match split_name(after) {
                    (name, after) if is_name(name) => {
                        value.push_str(&self.variable(of, name, "", escape)?);
                        rest = after;
                    }
                    _ => value.push('$'),
                }
            }
        }
        value.push_str(rest);
        Ok(value)
    }

    /// What `${NAME}` stands for, or with an operator `${NAME:-default}`, `${NAME:?message}` and `${NAME:+other}`. Without
    /// the colon a variable that is set to nothing counts as set.
    fn variable(&self, of: &str, name: &str, operator: &str, escape: &Escape) -> Result<String, String> {
        if !is_name(name) {
            return Err(format!("`{of}`: a name is expected between ${{ and }}. {LITERALLY}"));
        }
        let found = (self.outer)(name).or_else(|| self.known.get(name).cloned());
        let counts_empty = operator.starts_with(['-', '?', '+']);
        let found = found.filter(|found| counts_empty || !found.is_empty());
        let operator = operator.strip_prefix(':').unwrap_or(operator);
        let word = operator.get(1..).unwrap_or_default();
        match (operator.chars().next(), found) {
            (None | Some('-' | '?'), Some(found)) => Ok(found),
            (Some('-'), None) | (Some('+'), Some(_)) => self.expand(of, word, escape),
            (Some('+'), None) => Ok(String::new()),
            (Some('?'), None) => Err(format!("`{of}` needs ${name}, which is not set: {word}")),
            (None, None) => Err(format!("`{of}` refers to ${name}, which is not set. {LITERALLY}")),
            (Some(_), _) => {
                Err(format!("`{of}`: after ${{{name}, one of }} :- :? :+ is expected. {LITERALLY}"))
            }
        }
    }
}

/// What a character after `\` stands for, where it is escaped.
type Escape = dyn Fn(char) -> Option<char>;

/// Where the variable ends whose name begins the text; others may be in it.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' if text[..at].ends_with('$') => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The name that begins the text, and what follows it.
fn split_name(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len()))
}

const LITERALLY: &str = "Where $ is meant literally, put the value in single quotes or write $$";

/// Whether it is one of ours: another program may read the file as well.
fn is_setting(name: &str) -> bool {
    name.starts_with("ORDO_")
}

fn is_name(text: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_first) && text.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outer(name: &str) -> Option<String> {
        let set = [("HOME", "/srv/ada"), ("EMPTY", "")];
        set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[track_caller]
    fn reads(text: &str, expected: &[(&str, &str)]) {
        let (found, wrong) = parse(text, outer);
        assert_eq!(wrong, [], "{text:?}");
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn values_are_read_as_compose_reads_them() {
        for (line, value) in [
            ("A=Halm & Ton", "Halm & Ton"),
            ("A=  Halm & Ton  ", "Halm & Ton"),
            ("  export A = Halm's \"best\" tea # of 2026", "Halm's \"best\" tea"),
            ("A=#5", ""),
            ("A=a#5", "a#5"),
            ("A=a \\#5", "a #5"),
            ("A='a #5 $HOME \\n'", "a #5 $HOME \\n"),
            ("A=\"a #5\\n$HOME \\\"x\\\"\" # comment", "a #5\n/srv/ada \"x\""),
            ("A=two\\ words", "two words"),
            ("A=C:\\dir", "C:\\dir"),
            ("A=${HOME}/x${NOBODY:-y}", "/srv/ada/xy"),
            ("A=p\\$ss $1 5$", "p$ss $1 5$"),
            ("A=p$$HOME$$$HOME", "p$HOME$/srv/ada"),
            ("A=${NOBODY:-${NONE:-${HOME}/deep}}!", "/srv/ada/deep!"),
            ("A=\"${NOBODY-x y}${HOME:-z}\"", "x y/srv/ada"),
            ("A=${HOME:?it is missing}${HOME:+-at home}${NOBODY:+nothing}", "/srv/ada-at home"),
            ("A=${EMPTY-x}${EMPTY:-y}${EMPTY+z}${EMPTY:+z}", "yz"),
            ("A=a=b==", "a=b=="),
            ("A=", ""),
            ("A=''", ""),
            ("A=ö€", "ö€"),
            ("A=\tx\t", "x"),
        ] {
            reads(line, &[("A", value)]);
            reads(&format!("\u{feff}# first\r\n\r\n{line}\r\nB=1\r\n"), &[("A", value), ("B", "1")]);
        }
        reads(
            "A=1\nB=$A$A\nA=2\nC=\"$A\nx\"\nD=3",
            &[("A", "1"), ("B", "11"), ("A", "2"), ("C", "2\nx"), ("D", "3")],
        );
        reads("NAME_ALONE\nexport OTHER\n", &[]);
        reads("exported=1", &[("exported", "1")]);
        assert_eq!(parse("A=\"1\n2\"\nB=3\n", outer).0[1].line, 3);
    }

    #[test]
    fn each_line_that_cannot_be_read_is_named_and_the_others_are_read() {
        let text = "A=1\nORDO_PORT=8085\nORDO_SECRET: cafe\nB='open\nC=\"x\" y\nD=$NOBODY\nE=${HOME\nF-G=1\nH=2\nI=${NOBODY:?say who}\nJ=${HOME%x}\nK=$EMPTY\nORDO_PORT=9090\nORDO_HOLD\nA=2\n";
        let (found, wrong) = parse(text, outer);
        let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.line)).collect();
        assert_eq!(names, [("A", 1), ("ORDO_PORT", 2), ("H", 9), ("A", 15)]);
        let expected = [
            (3, "`ORDO_SECRET` is not followed by `=`"),
            (4, "`B`: the closing ' is missing"),
            (5, "`C`: text follows the closing \""),
            (6, "`D` refers to $NOBODY, which is not set"),
            (7, "`E`: the closing } of a variable is missing"),
            (8, "`F-G` is not the name of a variable"),
            (10, "`I` needs $NOBODY, which is not set: say who"),
            (11, "`J`: after ${HOME, one of } :- :? :+ is expected"),
            (12, "`K` refers to $EMPTY, which is not set"),
            (13, "`ORDO_PORT` is set in line 2, too"),
            (14, "`ORDO_HOLD` is not followed by `=`"),
        ];
        assert_eq!(wrong.len(), expected.len(), "{wrong:?}");
        for ((line, why), (expected_line, part)) in wrong.iter().zip(expected) {
            assert!(*line == expected_line && why.contains(part), "{line} {why}");
        }
    }
}
