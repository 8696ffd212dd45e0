//! How a file begins, and how long it and its functions may be.

use super::Finding;
use crate::tree::Tree;

const FILE_LINES_MAX: usize = 500;
const FILE_LINES_GOOD: usize = 400;
const FUNCTION_LINES_MAX: usize = 80;

pub(super) fn doc(tree: &Tree) -> Vec<Finding> {
    let rust = tree.files.iter().filter(|file| file.rust.is_some());
    let without = rust.filter(|file| {
        let first = file.text.lines().next().unwrap_or_default();
        first.strip_prefix("//!").is_none_or(|says| says.trim().is_empty())
    });
    without
        .map(|file| Finding::at(file, 0, "the first line is a `//!` that says what the file is for"))
        .collect()
}

pub(super) fn size(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let Some(rust) = &file.rust else { continue };
        let lines = rust.lines_without_tests();
        if lines > FILE_LINES_GOOD {
            let what = format!("{lines} lines without tests; {FILE_LINES_MAX} are the limit");
            let warning = lines <= FILE_LINES_MAX || file.test;
            findings.push(Finding { warning, ..Finding::at(file, 0, what) });
        }
        // a test may tell a long story
        let functions = rust.functions().into_iter().filter(|f| !file.test && !rust.is_test(f.extent.start));
        for function in functions {
            let lines = rust.code[function.extent.clone()].lines().count();
            if lines > FUNCTION_LINES_MAX {
                let what =
                    format!("`{}` has {lines} lines; {FUNCTION_LINES_MAX} are the limit", function.name);
                findings.push(Finding::at(file, function.extent.start, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake;

    #[test]
    fn a_file_that_does_not_say_what_it_is_for_is_found() {
        let files = [("a.rs", "//! Orders.\n"), ("b.rs", "use x;\n"), ("c.rs", "//!\n"), ("d.md", "text")];
        let found: Vec<_> = doc(&fake::files(&files)).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["b.rs", "c.rs"]);
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// line\n".repeat(600));
        let file = |lines: usize| format!("{}{tests}", "// line\n".repeat(lines));
        let texts = [400, 401, 501].map(file);
        let findings = size(&fake::files(&[("a.rs", &texts[0]), ("b.rs", &texts[1]), ("c.rs", &texts[2])]));
        let found: Vec<_> = findings.iter().map(|f| (f.path.as_str(), f.warning)).collect();
        assert_eq!(found, [("b.rs", true), ("c.rs", false)]);
    }

    #[test]
    fn a_long_function_is_found() {
        let function =
            |name: &str, lines: usize| format!("fn {name}() {{\n{}}}\n", "    work();\n".repeat(lines - 2));
        let text = function("fits", 80) + &function("too_long", 81);
        let found: Vec<_> = size(&fake::files(&[("a.rs", &text)])).into_iter().map(|f| f.what).collect();
        assert_eq!(found, ["`too_long` has 81 lines; 80 are the limit"]);
    }
}
