//! What no file may say: marks of unfinished work, and places that exist on one machine only.
//!
//! The words are put together here, so that this file can be held to the rule as well.

use super::Finding;
use crate::{
    source,
    tree::{File, Tree},
};

/// Paths of somebody's machine.
const PLACES: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tmp/", "bash_jobs"),
];

/// Hosts of package registries: what is built from is for the machine's own settings to say.
const REGISTRIES: [&str; 6] = [
    concat!("crates", ".io"),
    concat!("registry.", "npmjs.org"),
    concat!("pypi", ".org"),
    concat!("proxy.", "golang.org"),
    concat!("arti", "factory"),
    concat!("deb.", "debian.org"),
];

/// Files that cannot do without a registry's name: the lock, and the policy that allows just one.
const NAMES_REGISTRY: [&str; 2] = ["Cargo.lock", "deny.toml"];

/// Words about how the work was done, which say nothing about what is here.
const ORIGINS: [&str; 8] = [
    concat!("shared/", "design"),
    concat!("shared/", "lifecycle"),
    concat!("shared/", "style"),
    concat!("shared/", "facts"),
    concat!("shared/", "prototypes"),
    concat!("sub", "agent"),
    concat!("this ", "brief"),
    concat!("the ", "brief"),
];

/// Code that is not done, or a test that does not run.
const UNFINISHED_CODE: [&str; 4] = ["todo!", "unimplemented!", "dbg!", "#[ignore"];

/// Marks of unfinished work in words.
const UNFINISHED: [&str; 2] = [concat!("FIX", "ME"), concat!("XX", "X")];

pub(super) fn words(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for place in PLACES {
            findings.extend(
                starting(&file.text, place).map(|at| found(file, at, place, "a path of one machine")),
            );
        }
        let registries = REGISTRIES.iter().filter(|_| !NAMES_REGISTRY.contains(&file.path.as_str()));
        for host in registries {
            findings.extend(
                file.text.match_indices(host).map(|(at, _)| found(file, at, host, "a registry's host")),
            );
        }
        for origin in ORIGINS {
            let places = source::words(&file.text, origin);
            findings.extend(places.map(|at| found(file, at, origin, "not about what is here")));
        }
        findings.extend(unfinished(file));
    }
    findings
}

fn unfinished(file: &File) -> Vec<Finding> {
    // in Rust the marks count in comments, and the macros in code: a text may speak of either
    let (prose, code) = match &file.rust {
        Some(rust) => (&rust.comments, Some(&rust.code)),
        None => (&file.text, None),
    };
    let marks = UNFINISHED.iter().flat_map(|mark| source::words(prose, mark).map(move |at| (*mark, at)));
    let in_code = code.into_iter().flat_map(|code| {
        UNFINISHED_CODE.iter().flat_map(move |mark| code.match_indices(mark).map(move |(at, _)| (*mark, at)))
    });
    marks.chain(in_code).map(|(mark, at)| found(file, at, mark, "unfinished")).collect()
}

/// Every place where a path begins with `place`: not as the tail of a longer one.
fn starting<'a>(text: &'a str, place: &'a str) -> impl Iterator<Item = usize> + 'a {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | ')' | '/' | '~' | '*');
    text.match_indices(place).map(|(at, _)| at).filter(move |at| !text[..*at].ends_with(goes_on))
}

fn found(file: &File, at: usize, word: &str, why: &str) -> Finding {
    Finding::at(file, at, format!("`{word}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    fn lines(files_of: &[(&str, &str)]) -> Vec<String> {
        words(&files(files_of)).into_iter().map(|f| format!("{}:{}", f.path, f.line)).collect()
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!("a\nsee {}x\nhttps://example.test{0}y\n", PLACES[0]);
        assert_eq!(lines(&[("docs/a.md", &text)]), ["docs/a.md:2"]);
    }

    #[test]
    fn a_registry_is_named_in_the_lock_only() {
        let text = format!("https://{}/x", REGISTRIES[0]);
        assert_eq!(lines(&[("Cargo.lock", &text), ("README.md", &text)]), ["README.md:1"]);
    }

    #[test]
    fn words_about_the_making_are_found() {
        assert_eq!(lines(&[("a.rs", &format!("//! As {} says.\n", ORIGINS[0]))]), ["a.rs:1"]);
    }

    #[test]
    fn unfinished_work_is_found_where_it_counts() {
        let mark = UNFINISHED[0];
        let text = format!(
            "//! {mark}\nfn f() {{ todo!() }}\nlet a = \"{mark} todo!()\";\n#[ignore]\n// dbg!() is banned\n"
        );
        assert_eq!(lines(&[("a.rs", &text), ("b.md", mark)]), ["a.rs:1", "a.rs:2", "a.rs:4", "b.md:1"]);
    }
}
