//! What documents say of the tree must be so.

use super::Finding;
use crate::tree::Tree;
use std::collections::BTreeSet;

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
}
