//! Each module that declares statements has them in its crate's list, which a test prepares and explains on both engines.

use super::Finding;
use crate::{
    source::{Source, words},
    tree::Tree,
};

/// What puts the statements of a module together.
const DECLARES: &str = "statements!";
/// The functions that put those of all modules together.
const LISTS: &str = "statements";
/// The layer that the macro belongs to, and which has none of its own.
const LAYER: &str = "db";

pub(super) fn listed(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.production().filter(|(file, _)| file.krate() != Some(LAYER)) {
        let Some(at) = declared(source) else { continue };
        let Some(module) = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")) else {
            continue;
        };
        let of_crate = tree.production().filter(|(other, _)| other.krate() == file.krate());
        if !of_crate.into_iter().any(|(_, other)| lists(other, module)) {
            let what = format!("these statements are in no list: `{module}::ALL` is missing in `fn {LISTS}`");
            findings.push(Finding::at(file, at, what));
        }
    }
    findings
}

/// Where statements are declared: `statements! { … }`, and not the macro's own rules.
fn declared(source: &Source) -> Option<usize> {
    let braced = |at: &usize| source.code[at + DECLARES.len()..].trim_start().starts_with('{');
    let places = source.code.match_indices(DECLARES).map(|(at, _)| at).filter(braced);
    places.into_iter().find(|at| !source.is_test(*at))
}

/// Whether a function that puts lists together names that of this module.
fn lists(source: &Source, module: &str) -> bool {
    let named = format!("{module}::ALL");
    let lists = source.functions().into_iter().filter(|function| function.name == LISTS);
    lists.into_iter().any(|function| words(&source.code[function.extent], &named).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    #[test]
    fn a_module_that_is_left_out_of_the_list_is_found() {
        let store = "pub fn statements() -> Vec<Sql> { [orders::ALL, crate::store::lists::ALL].concat() }";
        let tree = files(&[
            ("crates/orders/src/store/mod.rs", store),
            ("crates/orders/src/store/orders.rs", "statements! {\n    A = \"select 1\";\n}"),
            ("crates/orders/src/store/lists.rs", "db::statements! { A = \"select 1\"; }"),
            ("crates/orders/src/store/words.rs", "use db::statements;\nstatements! { A = \"select 1\"; }"),
            ("crates/orders/src/store/row.rs", "fn f() { words::ALL }"),
            ("crates/db/src/sql.rs", "macro_rules! statements { () => {} }"),
            // that of another crate is no list of this one
            ("crates/auth/src/store/orders.rs", "statements! { A = \"select 1\"; }"),
        ]);
        let found: Vec<_> = listed(&tree).into_iter().map(|it| (it.path, it.line)).collect();
        let expected = [("crates/auth/src/store/orders.rs", 1), ("crates/orders/src/store/words.rs", 2)];
        let mut expected = expected.map(|(path, line)| (path.to_owned(), line)).to_vec();
        expected.sort();
        let mut found = found;
        found.sort();
        assert_eq!(found, expected);
    }
}
