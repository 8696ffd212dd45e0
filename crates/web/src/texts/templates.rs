//! A test that no page has a text of its own: all texts are messages in `texts/`, in every language.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files without texts of pages.
const NO_PAGES: [&str; 4] = ["texts", "assets.rs", "cookies.rs", "tests.rs"];

/// Strings that look like texts: attributes, headers, names of keys and carriers, a command to copy.
const NO_TEXTS: [&str; 15] = [
    "Product",
    "Offer",
    "light dark",
    "shipping name",
    "shipping postal-code",
    "shipping country",
    "Enter",
    "Esc",
    "Hermes",
    "FedEx",
    "noopener noreferrer",
    "Bearer {}",
    r#"curl -H \"Authorization: Bearer $TOKEN\" {origin}/v1/me"#,
    r"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \",
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the sources lie beside the tests").flatten();
    let all = entries.flat_map(|entry| {
        let (path, name) = (entry.path(), entry.file_name());
        match () {
            () if NO_PAGES.iter().any(|known| name == *known) => Vec::new(),
            () if path.is_dir() => sources(&path),
            () => vec![path],
        }
    });
    all.collect()
}

/// The strings of a source with their lines, without those of comments, tests and logs.
fn strings(source: &str) -> Vec<(usize, String)> {
    let before_tests = |source: &'_ str, begin| source.split(begin).next().unwrap_or_default().to_owned();
    let source = before_tests(source, "#[cfg(test)]\nmod ");
    let source = before_tests(&source, "#[cfg(test)]\npub(crate) mod ");
    let mut found = Vec::new();
    for (n, line) in source.lines().enumerate() {
        let is_said = ["tracing::", "reason = ", "expect("].iter().all(|mark| !line.contains(mark));
        let mut rest = line;
        while let Some(begin) = rest.find(['"', '/', '\'']) {
            let (before, from) = rest.split_at(begin);
            match from.as_bytes() {
                // a comment
                [b'/', b'/', ..] => break,
                // a character, and a lifetime
                [b'\'', b'\\', ..] => rest = from.get(4..).unwrap_or_default(),
                [b'\'', _, b'\'', ..] => rest = &from[3..],
                [b'"', ..] => {
                    let inner = &from[1..];
                    let ends = inner.match_indices('"').find(|(at, _)| !inner[..*at].ends_with('\\'));
                    let end = ends.map_or(inner.len(), |(at, _)| at);
                    if is_said && !before.ends_with("class=") {
                        found.push((n + 1, inner[..end].to_owned()));
                    }
                    rest = inner.get(end + 1..).unwrap_or_default();
                }
                _ => rest = &from[1..],
            }
        }
    }
    found
}

/// Whether a string is a text for users: words, or a word that starts like a sentence; not the name of a class, a field or a path.
fn is_read(text: &str, classes: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_end_matches(['.', ',', ':', '?', '!', '…']);
        !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || matches!(c, '’' | '-'))
    };
    let is_class = |word: &str| classes.contains(&format!(".{word}"));
    let words: Vec<&str> = text.split_whitespace().filter(|word| is_word(word)).collect();
    match words.as_slice() {
        [] => false,
        [one] => one.len() > 1 && one.starts_with(char::is_uppercase) && one.contains(char::is_lowercase),
        many => many.iter().any(|word| !is_class(word)),
    }
}

#[test]
fn no_page_has_a_text_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let classes = include_str!("../../assets/ordo.css");
    let mut found = Vec::new();
    for path in sources(&root.join("src")) {
        let source = fs::read_to_string(&path).expect("a source can be read");
        let said = strings(&source);
        let read =
            said.into_iter().filter(|(_, text)| is_read(text, classes) && !NO_TEXTS.contains(&text.as_str()));
        found.extend(read.map(|(line, text)| format!("{}:{line}: {text}", path.display())));
    }
    assert!(found.is_empty(), "these belong into texts/:\n{}", found.join("\n"));
}

#[test]
fn what_people_read_is_told_from_names() {
    let classes = ".stack .gap-2 .field";
    for text in ["Search", "Nothing found", "of them", "It is over."] {
        assert!(is_read(text, classes), "{text}");
    }
    for name in ["stack gap-2", "status", "/console/orders", "GET", "aria-label", "-created_at", "–", ""] {
        assert!(!is_read(name, classes), "{name}");
    }
    let source = "// \"Not this\"\nlet a = '\"'; let b = \"This one\"; // \"nor this\"\n";
    assert_eq!(strings(source), [(2, "This one".to_owned())]);
}
