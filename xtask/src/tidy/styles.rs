//! A class that no page has is dead weight: every visitor loads it.

use super::Finding;
use crate::tree::{File, Tree};

pub(super) fn styles(tree: &Tree) -> Vec<Finding> {
    let sheets = tree.files.iter().filter(|file| file.path.ends_with(".css"));
    sheets.flat_map(|sheet| of(sheet, tree)).collect()
}

/// The classes of this sheet that nothing beside it, in its crate, names.
fn of(sheet: &File, tree: &Tree) -> Vec<Finding> {
    // its crate's folder
    let home = sheet.path.match_indices('/').nth(1).map_or("", |(at, _)| &sheet.path[..=at]);
    let near = tree.files.iter().filter(|file| file.path.starts_with(home) && !file.test);
    let is_page = |path: &str| [".rs", ".js", ".html"].iter().any(|kind| path.ends_with(kind));
    let pages: Vec<&str> = near.filter(|file| is_page(&file.path)).map(|file| file.text.as_str()).collect();
    let mut classes = classes(&sheet.text);
    classes.sort_unstable();
    classes.dedup_by_key(|(name, _)| *name);
    classes.retain(|(name, _)| !pages.iter().any(|page| has_word(page, name)));
    let unused = |(name, at)| Finding::at(sheet, at, format!("no page has the class {name}"));
    classes.into_iter().map(unused).collect()
}

/// Each class of each selector, with where it stands; what is in comments and between braces is none.
fn classes(css: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = css[at..].find(['.', '/']).map(|n| at + n) {
        at = next + 1;
        if css[next..].starts_with("/*") {
            at = css[next..].find("*/").map_or(css.len(), |end| next + end + 2);
            continue;
        }
        let end = css[at..].find(|c| !is_of_word(c)).map_or(css.len(), |n| at + n);
        let name = &css[at..end];
        // a selector comes to a brace before it comes to the end of a declaration
        let is_selector = css[end..].find(['{', '}', ';']).is_some_and(|n| css[end + n..].starts_with('{'));
        if css[next..].starts_with('.') && name.starts_with(|c: char| c.is_ascii_lowercase()) && is_selector {
            found.push((name, next));
        }
    }
    found
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_of_word) && !text[at + word.len()..].starts_with(is_of_word))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    #[test]
    fn a_class_that_no_page_has_is_found_at_its_line() {
        let css = "/* .gone { } */\n.card, .tray:hover { margin: .5rem }\n@media (width < 3.99rem) {\n  .card > .told { top: 0 }\n}\n";
        let files = [
            ("crates/web/assets/a.css", css),
            ("crates/web/assets/a.js", "e.className = 'told';"),
            ("crates/web/src/page.rs", "//! Pages.\nhtml! { div.card { } }\n"),
            ("crates/other/src/page.rs", "//! Pages.\nhtml! { div.tray.tray-big { } }\n"),
        ];
        let found = styles(&fake::files(&files));
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["crates/web/assets/a.css:2: no page has the class tray"]
        );
    }
}
