//! Documentation that a reader can follow: links lead somewhere, every page is in the index, the changelog stays short.

use super::Finding;
use crate::tree::{File, Tree};
use std::{collections::BTreeSet, path::Path};

const INDEX: &str = "docs/README.md";
const CHANGELOG: &str = "CHANGELOG.md";
/// Lines below "Unreleased".
const UNRELEASED_LINES_MAX: usize = 60;

/// Relative links in Markdown lead to a file or folder of the tree. Images are not in it, and not checked.
pub(super) fn links(tree: &Tree) -> Vec<Finding> {
    let mut known: BTreeSet<&str> = BTreeSet::from([""]);
    for file in &tree.files {
        let ends = file.path.match_indices('/').map(|(at, _)| at).chain([file.path.len()]);
        known.extend(ends.map(|end| &file.path[..end]));
    }
    let mut findings = Vec::new();
    for page in markdown(tree) {
        for (at, target) in targets(&page.text) {
            let path = resolve(&page.path, target.split('#').next().unwrap_or_default());
            if !known.contains(path.as_str()) {
                findings.push(Finding::at(page, at, format!("the link `{target}` leads nowhere")));
            }
        }
    }
    findings
}

/// The index of the documentation links to every page in `docs`.
pub(super) fn index(tree: &Tree) -> Vec<Finding> {
    let Some(index) = tree.files.iter().find(|file| file.path == INDEX) else { return Vec::new() };
    let linked: BTreeSet<&str> = targets(&index.text).into_iter().map(|(_, target)| target).collect();
    let pages = markdown(tree).filter_map(|file| Some((file, file.path.strip_prefix("docs/")?)));
    pages
        .filter(|(file, name)| !name.contains('/') && file.path != INDEX && !linked.contains(name))
        .map(|(_, name)| Finding::at(index, 0, format!("does not link to `{name}`")))
        .collect()
}

/// What is not released yet is told in few lines.
pub(super) fn changelog(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.files.iter().find(|file| file.path == CHANGELOG) else { return Vec::new() };
    let Some(at) = file.text.find("\n## Unreleased") else { return Vec::new() };
    let section = &file.text[at + 1..];
    let lines = section.lines().skip(1).take_while(|line| !line.starts_with("## ")).count();
    let is_long = lines > UNRELEASED_LINES_MAX;
    let found = || Finding::at(file, at + 1, format!("{lines} lines; at most {UNRELEASED_LINES_MAX}"));
    is_long.then(found).into_iter().collect()
}

fn markdown(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| file.path.ends_with(".md"))
}

/// The targets of relative links outside code blocks, and where they are.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut at, mut in_block) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let links = line.match_indices("](").filter_map(|(begin, _)| {
                let target = line[begin + 2..].split(')').next()?;
                let is_image = [".webp", ".png", ".svg"].iter().any(|end| target.ends_with(end));
                let is_relative = !target.contains(':') && !target.starts_with(['#', '/']);
                (is_relative && !is_image && !target.is_empty()).then_some((at + begin, target))
            });
            found.extend(links);
        }
        at += line.len();
    }
    found
}

/// A link's target as a path from the root.
fn resolve(page: &str, target: &str) -> String {
    let folder = Path::new(page).parent().and_then(Path::to_str).unwrap_or_default();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    fn told(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let page = "[a](b.md#c) [d](../README.md) [e](gone.md) [f](https://x.example) [g](a.webp)\n```\n[h](no.md)\n```\n";
        let tree = fake::files(&[("docs/a.md", page), ("docs/b.md", ""), ("README.md", "[docs](docs)")]);
        assert_eq!(told(&links(&tree)), ["docs/a.md:1: the link `gone.md` leads nowhere"]);
    }

    #[test]
    fn a_page_that_is_not_in_the_index_is_found() {
        let tree = fake::files(&[
            ("docs/README.md", "[a](a.md)"),
            ("docs/a.md", ""),
            ("docs/b.md", ""),
            ("docs/x/c.md", ""),
        ]);
        assert_eq!(told(&index(&tree)), ["docs/README.md:1: does not link to `b.md`"]);
    }

    #[test]
    fn a_long_changelog_is_found() {
        let of =
            |lines: usize| format!("# Changelog\n\n## Unreleased\n{}## 0.1.0\nold\n", "- a\n".repeat(lines));
        assert!(changelog(&fake::files(&[("CHANGELOG.md", &of(60))])).is_empty());
        assert_eq!(
            told(&changelog(&fake::files(&[("CHANGELOG.md", &of(61))]))),
            ["CHANGELOG.md:3: 61 lines; at most 60"]
        );
    }
}
