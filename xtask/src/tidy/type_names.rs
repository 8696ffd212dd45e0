//! A type has a name of its own: one that a search finds in a single place, or in two at most.

use super::Finding;
use crate::{
    source::{Source, identifier, words},
    tree::{File, Tree},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most crates that define a type of one name. Two, because a service and its contract have the same resources:
/// `Order` in `orders` has what the service stores, `Order` in `contracts` what clients see.
const CRATES_MAX: usize = 2;

/// Names that more crates have, and why each of them can.
const EXCEPTIONS: [(&str, &str); 1] =
    [("Error", "the error of its module: each `Result<_, Error>` names it next to where it is defined")];

/// The keywords before the name of a type.
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// Definitions of types whose name is defined in more than two crates.
pub(super) fn unique(tree: &Tree) -> Vec<Finding> {
    let mut definitions: BTreeMap<&str, Vec<(&str, &File, usize)>> = BTreeMap::new();
    for file in &tree.files {
        let (Some(name), Some(rust)) = (crate_of(&file.path), &file.rust) else { continue };
        for (ty, at) in types(rust) {
            definitions.entry(ty).or_default().push((name, file, at));
        }
    }
    let mut findings = Vec::new();
    for (ty, places) in definitions {
        let crates: BTreeSet<&str> = places.iter().map(|(name, ..)| *name).collect();
        if crates.len() <= CRATES_MAX || EXCEPTIONS.iter().any(|(name, _)| *name == ty) {
            continue;
        }
        let crates = crates.into_iter().collect::<Vec<_>>().join(", ");
        for (_, file, at) in places {
            findings.push(Finding::at(file, at, format!("a type `{ty}` is defined in each of {crates}")));
        }
    }
    findings
}

/// The crate of a file: a folder in `crates/`, with its tests; a test target in `tests/`; or `xtask/`.
fn crate_of(path: &str) -> Option<&str> {
    let (room, rest) = path.split_once('/')?;
    match room {
        "crates" | "tests" => {
            let end = rest.find('/').unwrap_or(rest.len());
            Some(path[..room.len() + 1 + end].trim_end_matches(".rs"))
        }
        "xtask" => Some(room),
        _ => None,
    }
}

/// The types that a file defines, with their places; no associated types, whose names their traits give.
fn types(rust: &Source) -> Vec<(&str, usize)> {
    let code = &rust.code;
    let mut found = Vec::new();
    for keyword in KEYWORDS {
        for at in words(code, keyword) {
            let name = identifier(&code[at + keyword.len()..]);
            let is_type = name.starts_with(|first: char| first.is_ascii_uppercase());
            if is_type && !(keyword == "type" && is_associated(code, at)) {
                found.push((name, at));
            }
        }
    }
    found
}

/// Whether the innermost braces around `at` are those of an `impl` or a trait.
fn is_associated(code: &str, at: usize) -> bool {
    let mut closed = 0_usize;
    for (open, byte) in code.as_bytes()[..at].iter().enumerate().rev() {
        match byte {
            b'}' => closed += 1,
            b'{' if closed > 0 => closed -= 1,
            b'{' => {
                let before = &code[..open];
                let header = &before[before.rfind(['{', '}', ';']).map_or(0, |end| end + 1)..];
                let has = |word| words(header, word).next().is_some();
                return !has("fn") && (has("impl") || has("trait"));
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    fn found(tree: &Tree) -> Vec<String> {
        unique(tree).iter().map(|it| format!("{}:{}", it.path, it.line)).collect()
    }

    #[test]
    fn a_name_in_more_than_two_crates_is_found_at_each_of_its_places() {
        let tree = files(&[
            ("crates/auth/src/lib.rs", "\npub struct Settings;\n"),
            ("crates/auth/tests/service/main.rs", "struct World;"),
            ("crates/orders/src/lib.rs", "pub(crate) enum Settings { World }"),
            ("tests/web/main.rs", "trait World {}\nfn f() {\n    type Settings = u8;\n}"),
            ("docs/example.rs", "struct World;"),
        ]);
        assert_eq!(
            found(&tree),
            ["crates/auth/src/lib.rs:2", "crates/orders/src/lib.rs:1", "tests/web/main.rs:3"]
        );
    }

    #[test]
    fn one_crate_with_its_tests_counts_once_and_a_test_target_is_a_crate() {
        let text = "struct World;";
        let one = [("crates/a/src/lib.rs", text), ("crates/a/src/b.rs", text), ("crates/a/tests/c.rs", text)];
        assert!(found(&files(&one)).is_empty());
        let targets = [("tests/kills.rs", text), ("tests/web/main.rs", text), ("xtask/src/lib.rs", text)];
        assert_eq!(found(&files(&targets)).len(), 3);
        let namesakes =
            [("crates/web/src/lib.rs", text), ("tests/web/main.rs", text), ("tests/kills.rs", text)];
        assert_eq!(found(&files(&namesakes)).len(), 3);
    }

    #[test]
    fn what_is_no_type_of_its_own_is_passed_over() {
        let text = "
            impl<T: Into<Row>> Deref for Guard<T> { type Target = T; fn f() { g::<Target>() } }
            trait Service { type Target: Send; }
            type Error = u8;
            // struct Target
            const TEXT: &str = \"struct Target\";
            macro_rules! define { ($name:ident) => { struct $name; } }
        ";
        let tree = ["a", "b", "c"].map(|name| (format!("crates/{name}/src/lib.rs"), text));
        let tree: Vec<_> = tree.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let names: Vec<String> = unique(&files(&tree)).into_iter().map(|it| it.what).collect();
        assert!(names.iter().all(|what| what.contains("`Service`")), "{names:?}");
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn a_type_of_a_function_in_an_impl_is_found() {
        let text = "impl X { fn f() -> impl Y { type Pair = (u8, u8); } }";
        let tree = [("crates/a/src/lib.rs", text), ("crates/b/src/lib.rs", text), ("tests/c.rs", text)];
        assert_eq!(found(&files(&tree)).len(), 3);
    }

    #[test]
    fn each_exception_is_needed() {
        let tree = Tree::read(&crate::tree::root()).expect("it can be read");
        for (name, _) in EXCEPTIONS {
            let of = |file: &&File| {
                file.rust.as_ref().is_some_and(|rust| types(rust).iter().any(|(ty, _)| *ty == name))
            };
            let crates: BTreeSet<_> =
                tree.files.iter().filter(of).filter_map(|file| crate_of(&file.path)).collect();
            assert!(crates.len() > CRATES_MAX, "no more than {crates:?} define `{name}`");
        }
    }
}
