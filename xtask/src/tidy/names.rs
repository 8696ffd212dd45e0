//! What files, folders and crates may not be called.

use super::Finding;
use crate::tree::Tree;

/// Names that say nothing, and so attract everything.
const EMPTY: [&str; 8] = ["common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"];

pub(super) fn names(tree: &Tree) -> Vec<Finding> {
    let rust = tree.files.iter().filter(|file| file.rust.is_some());
    let empty = rust.filter_map(|file| {
        let name = file.path.trim_end_matches(".rs").split('/').find(|part| EMPTY.contains(part))?;
        Some(Finding::at(file, 0, format!("`{name}` says nothing about what is in it")))
    });
    empty.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    #[test]
    fn names_that_say_nothing_are_found() {
        let paths =
            ["crates/orders/src/utils.rs", "crates/common/src/lib.rs", "crates/orders/src/commons.rs"];
        let findings = names(&fake::files(&paths.map(|path| (path, ""))));
        let found: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(found, paths[..2]);
    }
}
