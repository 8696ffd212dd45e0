//! What files, folders, crates and types may not be called.

use super::Finding;
use crate::{
    source,
    tree::{File, Tree},
};

/// Names that say nothing, and so attract everything.
const EMPTY: [&str; 8] = ["common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"];

/// Names that modules had before the glossary (`docs/glossary.md`): adverbs, verb forms and moods.
const RENAMED_MODULES: [&str; 22] = [
    "beside",
    "books",
    "courier",
    "deeds",
    "doubt",
    "fate",
    "hear",
    "hearing",
    "heard",
    "held",
    "keys_known",
    "knock",
    "lapse",
    "lately",
    "meters",
    "owing",
    "said",
    "teller",
    "telling",
    "untold",
    "wanted",
    "wishing",
];

/// Names that types had before the glossary: participles, and words that need their module to mean something.
const RENAMED_TYPES: [&str; 87] = [
    "Along",
    "Answered",
    "AskFate",
    "AtWork",
    "Audited",
    "Barred",
    "Books",
    "Bound",
    "Broken",
    "Bustle",
    "Care",
    "Clerk",
    "Company",
    "Counted",
    "Course",
    "Crumbled",
    "Deed",
    "Distant",
    "Door",
    "Doors",
    "Doubt",
    "Elsewhere",
    "Ending",
    "Ends",
    "Evidence",
    "Examine",
    "Fail",
    "Failed",
    "Fates",
    "Filtered",
    "Flight",
    "Forgotten",
    "Fresh",
    "Guide",
    "Habits",
    "Heard",
    "HeardFeed",
    "HeardOf",
    "Hearing",
    "Hears",
    "Holding",
    "KeyHeld",
    "KeyHolder",
    "KeyShown",
    "KeysKnown",
    "Knock",
    "KnownBack",
    "Lately",
    "LeftOut",
    "Lent",
    "Letter",
    "LetterWish",
    "Looking",
    "Made",
    "May",
    "MaybeKey",
    "Memories",
    "Mistake",
    "Need",
    "NoRoom",
    "NotAnAnswer",
    "NotImported",
    "NotMade",
    "NotMoved",
    "OfPages",
    "OfRun",
    "Opening",
    "Past",
    "Picker",
    "Reached",
    "Remedy",
    "Said",
    "Samples",
    "SeenFrom",
    "Shelf",
    "Shell",
    "StillThere",
    "Strangers",
    "Stroke",
    "Takeover",
    "Teller",
    "ToBeHeard",
    "Troubled",
    "Unanswered",
    "Unproved",
    "Unproven",
    "Worked",
];

pub(super) fn names(tree: &Tree) -> Vec<Finding> {
    let rust = || tree.files.iter().filter(|file| file.rust.is_some());
    let empty = rust().filter_map(|file| {
        let name = parts(file).find(|part| EMPTY.contains(part))?;
        Some(Finding::at(file, 0, format!("`{name}` says nothing about what is in it")))
    });
    // the web's pages have their own words until they are renamed, too
    let renamed = rust().filter(|file| !is_web(file)).filter_map(|file| {
        let name = parts(file).last().filter(|part| RENAMED_MODULES.contains(part))?;
        Some(Finding::at(file, 0, format!("`{name}` is not a name of a thing: see docs/glossary.md")))
    });
    empty.chain(renamed).chain(rust().filter(|file| !is_web(file)).flat_map(types)).collect()
}

fn parts(file: &File) -> impl Iterator<Item = &str> {
    file.path.trim_end_matches(".rs").split('/')
}

fn is_web(file: &File) -> bool {
    ["crates/web/", "tests/web/", "tests/chromium/"].iter().any(|folder| file.path.starts_with(folder))
}

/// Definitions of types under a name that the glossary has replaced.
fn types(file: &File) -> Vec<Finding> {
    let Some(rust) = &file.rust else { return Vec::new() };
    let defines = |at: usize| {
        let before = rust.code[..at].trim_end();
        ["struct", "enum", "trait", "type"].iter().any(|word| before.ends_with(word))
    };
    let places = RENAMED_TYPES
        .iter()
        .flat_map(|name| source::words(&rust.code, name).filter(|at| defines(*at)).map(move |at| (name, at)));
    places
        .map(|(name, at)| {
            Finding::at(file, at, format!("the type `{name}` has another name: see docs/glossary.md"))
        })
        .collect()
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

    #[test]
    fn names_that_the_glossary_has_replaced_are_found() {
        let files = [
            ("crates/orders/src/wishing.rs", ""),
            ("crates/orders/src/a.rs", "use x::Fates;\nstruct Fates;\n// struct Heard\n"),
            ("crates/web/src/told.rs", "struct Heard;"),
        ];
        let found: Vec<_> =
            names(&fake::files(&files)).iter().map(|f| format!("{}:{}", f.path, f.line)).collect();
        assert_eq!(found, ["crates/orders/src/wishing.rs:1", "crates/orders/src/a.rs:2"]);
    }
}
