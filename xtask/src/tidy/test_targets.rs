//! A target that is not built for tests has none: nobody would run them.

use super::Finding;
use crate::tree::Tree;

/// What says of a target that it is not built for tests.
const UNTRIED: &str = "test = false";

pub(super) fn tried(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml"));
    let untried = manifests.filter_map(|file| {
        let target = &file.text[..file.text.find(UNTRIED)?];
        let sources = format!("{}src/", file.path.strip_suffix("Cargo.toml")?);
        // of a program the one file, of a library all
        Some(if target.contains("[[bin]]") { format!("{sources}main.rs") } else { sources })
    });
    let untried: Vec<String> = untried.collect();
    let is_untried = |path: &str| untried.iter().any(|start| path.starts_with(start.as_str()));
    let found = tree.files.iter().filter(|file| is_untried(&file.path)).filter_map(|file| {
        let at = file.rust.as_ref()?.code.find("#[cfg(test)]")?;
        Some(Finding::at(file, at, format!("these tests never run: Cargo.toml says `{UNTRIED}`")))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    #[test]
    fn tests_that_never_run_are_found() {
        const TESTS: &str = "//! Words.\n#[cfg(test)]\nmod tests {}\n";
        let files = [
            ("crates/contracts/Cargo.toml", "[lib]\ntest = false\n"),
            ("crates/contracts/src/lib.rs", TESTS),
            ("crates/contracts/tests/pages.rs", TESTS),
            ("crates/ordo/Cargo.toml", "[[bin]]\nname = \"ordo\"\ntest = false\n"),
            ("crates/ordo/src/lib.rs", TESTS),
            ("crates/ordo/src/main.rs", TESTS),
            ("crates/orders/Cargo.toml", "[lints]\n"),
            ("crates/orders/src/lib.rs", TESTS),
        ];
        let found: Vec<_> = tried(&fake::files(&files)).into_iter().map(|it| (it.path, it.line)).collect();
        let paths = ["crates/contracts/src/lib.rs", "crates/ordo/src/main.rs"];
        assert_eq!(found, paths.map(|path| (path.to_owned(), 2)));
    }
}
