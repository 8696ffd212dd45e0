//! The rules of the tree: which crate may use which, where SQL, the clock and the environment may
//! be named, how long a file may be, what no file may say. `cargo xtask tidy` prints what breaks them.

mod allowed_apis;
mod banned_names;
mod banned_text;
mod commits;
pub(crate) mod crates;
mod docs;
mod failpoint_pairs;
mod file_size;
mod imports;
mod pages;
mod statement_lists;
mod styles;
mod test_targets;
mod type_names;

use crate::tree::{File, Tree};
use std::fmt;

/// A rule, and how it is checked.
pub struct Rule {
    /// Its name, as in `tidy` and in each finding.
    pub name: &'static str,
    /// What it demands, in a sentence.
    pub demands: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the repository.
    pub path: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
    /// Whether it is only worth a thought.
    pub warning: bool,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    Rule {
        name: "layers",
        demands: "a service depends on no other service, contracts on kernel and endpoint only, kernel on no I/O",
        check: crates::layers,
    },
    Rule {
        name: "imports",
        demands: "no import of a crate with layers points up: in web, texts, ui, session, then storefront and console",
        check: imports::layers,
    },
    Rule { name: "clients", demands: "the pages' texts and ui call no service", check: imports::clients },
    Rule {
        name: "circles",
        demands: "no files of a crate import each other in a circle, but for a parent and its children",
        check: imports::circles,
    },
    Rule {
        name: "drivers",
        demands: "only db names a database driver, only bus a broker's client",
        check: allowed_apis::drivers,
    },
    Rule {
        name: "environment",
        demands: "only the binary reads the environment",
        check: allowed_apis::environment,
    },
    Rule { name: "clock", demands: "one file reads the wall clock", check: allowed_apis::clock },
    Rule {
        name: "sql",
        demands: "SQL stands in store/, migrations/, audit.rs, db and flow only",
        check: allowed_apis::sql,
    },
    Rule {
        name: "namespaces",
        demands: "no statement names the tables of a service as the file of an embedded shop calls them",
        check: allowed_apis::namespaces,
    },
    Rule {
        name: "domain",
        demands: "a service's files hold rules without I/O, except in the folders that are named for it",
        check: allowed_apis::domain,
    },
    Rule { name: "doc", demands: "each Rust file begins by saying what it is for", check: file_size::doc },
    Rule {
        name: "size",
        demands: "a file has at most 500 lines without its tests, a function at most 80",
        check: file_size::size,
    },
    Rule {
        name: "names",
        demands: "a file or crate is named after what it holds",
        check: banned_names::names,
    },
    Rule {
        name: "types",
        demands: "no more than two crates define a type of the same name",
        check: type_names::unique,
    },
    Rule {
        name: "words",
        demands: "no unfinished work, and nothing that belongs to one machine only",
        check: banned_text::words,
    },
    Rule {
        name: "commits",
        demands: "each commit has a fail point of its own, `service.verb`, and there is no other way to commit",
        check: commits::commits,
    },
    Rule {
        name: "calls",
        demands: "each call to the outside goes through a door that passes fail points on both sides",
        check: commits::calls,
    },
    Rule {
        name: "sends",
        demands: "each place that sends something outside stands between two fail points of its own",
        check: failpoint_pairs::sends,
    },
    Rule {
        name: "statements",
        demands: "each module that declares statements has them in the list that is prepared on both engines",
        check: statement_lists::listed,
    },
    Rule {
        name: "select",
        demands: "a select! is biased: a drawn choice could not be repeated in a simulation",
        check: allowed_apis::select,
    },
    Rule {
        name: "tried",
        demands: "a target that is not built for tests has none",
        check: test_targets::tried,
    },
    Rule { name: "styles", demands: "some page has each class of a stylesheet", check: styles::styles },
    Rule {
        name: "links",
        demands: "relative links in documents lead to a file or folder",
        check: docs::links,
    },
    Rule { name: "index", demands: "docs/README.md links to every page in docs", check: docs::index },
    Rule {
        name: "changelog",
        demands: "CHANGELOG.md says in at most 60 lines what is new",
        check: docs::changelog,
    },
    Rule { name: "pages", demands: "documents name files that exist", check: pages::paths },
    Rule {
        name: "rules",
        demands: "code that docs/lifecycle.md names for a rule names the rule, and some names each invariant",
        check: pages::rules,
    },
];

/// Every finding of every rule, warnings too, with the rule's name.
pub fn check(tree: &Tree) -> Vec<(&'static str, Finding)> {
    let findings_of = |rule: &Rule| {
        let mut findings = (rule.check)(tree);
        findings.sort();
        let name = rule.name;
        findings.into_iter().map(move |finding| (name, finding))
    };
    RULES.iter().flat_map(findings_of).collect()
}

/// Prints what breaks the rules in `tree`.
///
/// # Errors
/// When there is anything but warnings.
pub fn run(tree: &Tree) -> Result<(), String> {
    let findings = check(tree);
    for (rule, finding) in &findings {
        println!("{finding} [{rule}]");
    }
    let broken = findings.iter().filter(|(_, finding)| !finding.warning).count();
    let warnings = findings.len() - broken;
    let files = tree.files.len();
    println!("{} rules, {files} files: {broken} broken, {warnings} warnings", RULES.len());
    if broken == 0 { Ok(()) } else { Err(format!("{broken} places break the tidy rules")) }
}

/// Which of the paths that a rule has in its list, which is in this file, lead to no file. A folder ends in `/`.
fn gone<'a>(tree: &Tree, list: &str, paths: impl IntoIterator<Item = &'a str>) -> Vec<Finding> {
    // a tree without the rules is one that a test has made
    let Some(file) = tree.files.iter().find(|file| file.path == list) else { return Vec::new() };
    let is_there = |path: &str| match path.ends_with('/') {
        true => tree.files.iter().any(|file| file.path.starts_with(path)),
        false => tree.files.iter().any(|file| file.path == path),
    };
    let finding = |path: &str| {
        let at = file.text.find(&format!("\"{path}\"")).unwrap_or_default();
        Finding::at(file, at, format!("{path} is in this list, and is not there"))
    };
    paths.into_iter().filter(|path| !is_there(path)).map(finding).collect()
}

impl Finding {
    fn at(file: &File, offset: usize, what: impl Into<String>) -> Finding {
        let line = file.text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1;
        Finding { path: file.path.clone(), line, what: what.into(), warning: false }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.warning { "warning: " } else { "" };
        write!(f, "{}:{}: {warning}{}", self.path, self.line, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::root;
    use std::collections::BTreeSet;

    #[test]
    fn this_repository_keeps_every_rule() {
        let tree = Tree::read(&root()).expect("it can be read");
        let broken: Vec<_> = check(&tree).into_iter().filter(|(_, finding)| !finding.warning).collect();
        let lines: Vec<_> = broken.iter().map(|(rule, finding)| format!("{finding} [{rule}]")).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn each_rule_has_a_name_of_its_own() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn a_path_in_a_list_that_leads_nowhere_is_found_at_its_line() {
        let list = "[\n\"a/\",\n\"b.rs\",\n\"c/\",\n]";
        let tree = crate::tree::fake::files(&[("list.rs", list), ("a/x.rs", ""), ("c.rs", "")]);
        let found = |list: &str| gone(&tree, list, ["a/", "b.rs", "c/"]);
        assert_eq!(found("list.rs").iter().map(|it| it.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(found("other.rs"), []);
    }

    #[test]
    fn a_finding_can_be_clicked_on() {
        let tree = crate::tree::fake::files(&[("a/b.rs", "one\ntwo\n")]);
        let finding = Finding::at(&tree.files[0], 5, "is odd");
        assert_eq!(finding.to_string(), "a/b.rs:2: is odd");
    }
}
