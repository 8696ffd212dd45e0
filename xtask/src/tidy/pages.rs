//! What documents say of the tree must be so.

use super::Finding;
use crate::tree::{File, Tree};
use std::collections::BTreeSet;

/// The page that has the rules, and how it begins to tell where each is.
const LIFECYCLE: &str = "docs/lifecycle.md";
const IN_THE_CODE: &str = "*In the code:*";

/// Documents name files and folders that exist. A path is a word in backticks with a slash in it, from the root or
/// from any folder: a crate's own page leaves out what is clear there.
pub(super) fn paths(tree: &Tree) -> Vec<Finding> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for file in &tree.files {
        let ends = file.path.match_indices('/').map(|(at, _)| at).chain([file.path.len()]);
        known.extend(ends.map(|end| &file.path[..end]));
    }
    let exists = |path: &str| known.iter().any(|known| known.strip_suffix(path).is_some_and(is_folder));
    let pages =
        tree.files.iter().filter(|file| file.path.ends_with(".md") && !file.path.starts_with("tests/"));
    let mut findings = Vec::new();
    for page in pages {
        for (at, word) in quoted(&page.text) {
            let path = word.trim_end_matches('/');
            if is_path(word) && !exists(path) {
                findings.push(Finding::at(page, at, format!("there is no `{word}`")));
            }
        }
    }
    findings
}

/// The files that the page of the lifecycle names for a rule name the rule, so that it is found in the code: of a folder one
/// file does.
pub(super) fn rules(tree: &Tree) -> Vec<Finding> {
    let pages = tree.files.iter().filter(|file| file.path == LIFECYCLE);
    pages
        .flat_map(|page| {
            let begins = page.text.match_indices("\n### R").map(|(at, found)| (at + 1, at + found.len()));
            let is_numbered = |at: usize| page.text[at..].starts_with(|c: char| c.is_ascii_digit());
            let sections = begins.filter(move |(_, number)| is_numbered(*number)).map(|(at, _)| at);
            sections.flat_map(move |begun| unnamed(tree, page, begun)).chain(invariants(tree, page))
        })
        .collect()
}

/// Each invariant is named where it is checked, and where it is kept.
fn invariants<'a>(tree: &'a Tree, page: &'a File) -> impl Iterator<Item = Finding> {
    let rows = page.text.match_indices("\n| **I").map(|(at, begun)| (at + 1, at + begun.len() - 1));
    rows.flat_map(move |(at, name)| {
        let name = page.text[name..].split('*').next().unwrap_or_default();
        let is_named = |in_audit: bool| {
            let rooms = tree.production().filter(|(file, _)| is_audit(&file.path) == in_audit);
            rooms.map(|(file, _)| file).any(|file| names(&file.text, name))
        };
        let lost = [(true, "looked at"), (false, "kept")].into_iter().filter(|(room, _)| !is_named(*room));
        let lost: Vec<_> = lost.map(|(_, how)| format!("no code names {name} where it is {how}")).collect();
        lost.into_iter().map(move |what| Finding::at(page, at, what))
    })
}

fn is_audit(path: &str) -> bool {
    path.split('/').any(|part| part == "audit" || part == "audit.rs")
}

/// What the section of a rule names as its code, and does not name the rule.
fn unnamed(tree: &Tree, page: &File, begun: usize) -> Vec<Finding> {
    let rest = &page.text[begun..];
    let section = &rest[..rest[1..].find("\n#").map_or(rest.len(), |at| at + 1)];
    let rule = section.trim_start_matches("### ").split(':').next().unwrap_or_default();
    let code = section.find(IN_THE_CODE).map_or(section.len(), |at| at);
    let is_named = |word: &str| {
        let path = word.trim_end_matches('/');
        let mut files =
            tree.files.iter().filter(|file| file.path.ends_with(".rs") && is_at(&file.path, path));
        files.any(|file| names(&file.text, rule))
    };
    let words = quoted(&section[code..]).into_iter().filter(|(_, word)| is_path(word));
    let lost = words.filter(|(_, word)| !is_named(word));
    lost.map(|(at, word)| Finding::at(page, begun + code + at, format!("`{word}` does not name {rule}")))
        .collect()
}

/// Whether a file is this one, or in this folder, from the root or from any other folder.
fn is_at(file: &str, path: &str) -> bool {
    file.match_indices(path).any(|(at, _)| {
        let after = &file[at + path.len()..];
        is_folder(&file[..at]) && (after.is_empty() || after.starts_with('/'))
    })
}

/// Whether a text has this name of a rule, which is no part of a longer one.
fn names(text: &str, rule: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(rule).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + rule.len()..].chars().next())
    })
}

/// Nothing, or whole parts of a path.
fn is_folder(before: &str) -> bool {
    before.is_empty() || before.ends_with('/')
}

/// The words in single backticks, and where they are. Blocks of code are left out.
fn quoted(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let (mut at, mut in_block) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let parts = line.split('`').scan(0, |offset, part| {
                let begun = *offset;
                *offset += part.len() + 1;
                Some((begun, part))
            });
            words.extend(parts.skip(1).step_by(2).map(|(offset, word)| (at + offset, word)));
        }
        at += line.len();
    }
    words
}

/// `orders/src/order/`, `tests/kills.rs`: of plain parts, and either in a source folder or a file.
fn is_path(word: &str) -> bool {
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    let of_source = word.contains("/src/") || word.contains("/tests/") || word.starts_with("crates/");
    let file = [".rs", ".sql", ".toml", ".md"].iter().any(|end| word.ends_with(end));
    plain && word.contains('/') && !word.starts_with('/') && !word.starts_with('.') && (of_source || file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    #[test]
    fn a_file_that_is_gone_is_found() {
        let page = "See `orders/src/order.rs`, `crates/orders/src/` and\n`orders/src/gone.rs`, `POST /v1/orders`, `a/b`.\n\
                    ```\n`orders/src/never.rs`\n```\n";
        let tree = fake::files(&[("docs/page.md", page), ("crates/orders/src/order.rs", "")]);
        let findings: Vec<String> = paths(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings, ["docs/page.md:2: there is no `orders/src/gone.rs`"]);
    }

    #[test]
    fn a_file_that_does_not_name_its_rule_is_found() {
        let page = "## Rules\n\n### R1: one\nSee `orders/src/none.rs`.\n\n*In the code:* `orders/src/one.rs`,\n`orders/src/two.rs`.\n\n\
                    ### R10: ten\n*In the code:* `orders/src/many/`, `orders/src/one.rs`.\n\n## More\n### Reserving\n*In the code:* `orders/src/two.rs`\n";
        let tree = fake::files(&[
            ("docs/lifecycle.md", page),
            ("crates/orders/src/one.rs", "//! One (R1).\n"),
            ("crates/orders/src/two.rs", "//! Two (R10, XR1).\n"),
            ("crates/orders/src/many/a.rs", ""),
            ("crates/orders/src/many/b.rs", "// by R10\n"),
        ]);
        let findings: Vec<String> = rules(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            [
                "docs/lifecycle.md:7: `orders/src/two.rs` does not name R1",
                "docs/lifecycle.md:10: `orders/src/one.rs` does not name R10",
            ]
        );
    }

    #[test]
    fn an_invariant_that_no_code_names_is_found() {
        let page =
            "| | what is true |\n|---|---|\n| **I1** | One. |\n| **I2** | Two. |\n| **I10** | Ten (I3). |\n";
        let tree = fake::files(&[
            ("docs/lifecycle.md", page),
            ("crates/orders/src/one.rs", "//! I1, I10\n"),
            ("crates/orders/src/audit.rs", "// I2, I10\n"),
            ("crates/ordo/src/audit/cross.rs", "// I1\n"),
            ("crates/orders/tests/two.rs", "// I2\n"),
        ]);
        let findings: Vec<String> = rules(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(findings, ["docs/lifecycle.md:4: no code names I2 where it is kept"]);
    }
}
