//! Which file of a crate imports which: no import of a crate with layers points up, and no files import each other in a circle.

use super::Finding;
use crate::{
    source::{Source, words},
    tree::{File, Tree},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter::once,
};

/// The top-level modules of the crates that have layers, the lowest first. What stands in one layer does not know the rest of it.
const LAYERS: [(&str, &[&[&str]]); 1] =
    [("web", &[&["texts"], &["ui"], &["session"], &["storefront", "console"]])];

/// The layers that call no service, and what they would call one with.
const WITHOUT_CLIENTS: [(&str, &[&str]); 2] =
    [("crates/web/src/texts/", &["endpoint", "client"]), ("crates/web/src/ui/", &["endpoint", "client"])];

/// The path of a module in its crate; empty for the root.
type Module = Vec<String>;

/// The modules of one crate, each with its file and the modules that it imports.
struct Crate<'a> {
    name: &'a str,
    modules: BTreeMap<Module, (&'a File, Vec<Import>)>,
}

/// One import of another file.
struct Import {
    /// Where it stands.
    at: usize,
    /// The module that it names, or that holds what it names.
    of: Module,
}

/// Imports that point up, or sideways.
pub(super) fn layers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in crates(tree) {
        let Some((_, layers)) = LAYERS.iter().find(|(name, _)| *name == one.name) else { continue };
        let rank = |module: &Module| {
            let top = module.first()?;
            layers.iter().position(|layer| layer.contains(&top.as_str()))
        };
        for (module, (file, imports)) in &one.modules {
            let Some(own) = rank(module) else { continue };
            let points_up = |import: &&Import| {
                import.of.first() != module.first() && rank(&import.of).is_none_or(|other| other >= own)
            };
            for import in imports.iter().filter(points_up) {
                let (own, other) = (&module[0], name(&import.of));
                findings.push(Finding::at(file, import.at, format!("{own} does not know {other}")));
            }
        }
    }
    findings
}

/// Clients of services in layers that call none.
pub(super) fn clients(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, client) in WITHOUT_CLIENTS {
        for file in tree.files.iter().filter(|file| file.path.starts_with(folder)) {
            let Some(rust) = &file.rust else { continue };
            let names_one = |(_, path): &&(usize, Vec<String>)| path.iter().take(client.len()).eq(client);
            if let Some((at, _)) = uses(rust).iter().find(names_one) {
                findings.push(Finding::at(file, *at, "this layer calls no service"));
            }
        }
    }
    findings
}

/// Files that import each other in a circle; a parent and its children may.
pub(super) fn circles(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in crates(tree) {
        for circle in one.circles() {
            let [first, ..] = &circle[..] else { continue };
            let names: Vec<String> = circle.iter().map(name).collect();
            let what = format!("these import each other in a circle: {}", names.join(", "));
            findings.push(Finding::at(one.modules[first].0, 0, what));
        }
    }
    findings
}

/// How a module is called in a finding.
fn name(module: &Module) -> String {
    if module.is_empty() { "lib.rs".to_owned() } else { module.join("::") }
}

/// Every crate, with its modules.
fn crates(tree: &Tree) -> Vec<Crate<'_>> {
    let mut crates: BTreeMap<&str, BTreeMap<Module, (&File, &Source)>> = BTreeMap::new();
    for file in tree.files.iter().filter(|file| !file.test) {
        let Some((name, path)) = file.path.strip_prefix("crates/").and_then(|path| path.split_once("/src/"))
        else {
            continue;
        };
        let Some(rust) = &file.rust else { continue };
        crates.entry(name).or_default().insert(module_of(path), (file, rust));
    }
    let mut with_imports = Vec::new();
    for (name, files) in crates {
        let known: BTreeSet<Module> = files.keys().cloned().collect();
        let of = |(module, (file, rust)): (Module, (_, &Source))| {
            let imports = imports(&module, rust, &known);
            (module, (file, imports))
        };
        with_imports.push(Crate { name, modules: files.into_iter().map(of).collect() });
    }
    with_imports
}

/// The module that a file of `src` holds.
fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main") { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// What a file imports of its crate, by `use` or in a path, tests aside.
fn imports(module: &Module, rust: &Source, known: &BTreeSet<Module>) -> Vec<Import> {
    let mut paths = uses(rust);
    let mut rest = rust.code.clone();
    for at in words(&rust.code, "use") {
        let end = rust.code[at..].find(';').map_or(rust.code.len(), |length| at + length);
        rest.replace_range(at..end, &" ".repeat(end - at));
    }
    let begins = ["crate", "super"].into_iter().flat_map(|first| words(&rest, first));
    let children =
        known.iter().filter(|child| child.split_last().is_some_and(|(_, parent)| parent == module));
    let of_children = children.flat_map(|child| words(&rest, &child[child.len() - 1]));
    for at in begins.chain(of_children) {
        if rest[..at].ends_with(':') {
            continue;
        }
        let path = rest[at..].split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next();
        let path: Vec<String> = path.unwrap_or_default().split("::").map(str::to_owned).collect();
        if path.len() > 1 {
            paths.push((at, path));
        }
    }
    let outside_tests = paths.into_iter().filter(|(at, _)| !rust.is_test(*at));
    let resolved =
        outside_tests.filter_map(|(at, path)| Some(Import { at, of: resolve(module, &path, known)? }));
    resolved.filter(|import| import.of != *module).collect()
}

/// The paths that a file imports by `use`, each with the place of its statement.
fn uses(rust: &Source) -> Vec<(usize, Vec<String>)> {
    let mut paths = Vec::new();
    for at in words(&rust.code, "use") {
        let Some(end) = rust.code[at..].find(';').map(|length| at + length) else { continue };
        expand(&rust.code[at + 3..end], &[], at, &mut paths);
    }
    paths
}

/// The paths of a tree of imports: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(tree: &str, before: &[String], at: usize, paths: &mut Vec<(usize, Vec<String>)>) {
    let (path, group) = tree.split_once('{').map_or((tree, None), |(path, group)| (path, Some(group)));
    let path = path.split(" as ").next().unwrap_or_default().trim();
    let words = path.split("::").map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
    let whole: Vec<String> = before.iter().cloned().chain(words).collect();
    let Some(group) = group else {
        // behind the last comma there is nothing
        if !path.is_empty() {
            paths.push((at, whole));
        }
        return;
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut begin) = (0_usize, 0);
    for (end, letter) in group.char_indices().chain(once((group.len(), ','))) {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                expand(&group[begin..end], &whole, at, paths);
                begin = end + 1;
            }
            _ => {}
        }
    }
}

/// The module that a path in `module` names, or that holds what it names; none outside of the crate.
fn resolve(module: &Module, path: &[String], known: &BTreeSet<Module>) -> Option<Module> {
    let (first, mut rest) = path.split_first()?;
    let mut found: Module = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => {
            let mut above = module.split_last()?.1.to_vec();
            while let Some((_, after)) = rest.split_first().filter(|(next, _)| *next == "super") {
                above = above.split_last()?.1.to_vec();
                rest = after;
            }
            above
        }
        child => {
            let child: Module = module.iter().cloned().chain(once(child.to_owned())).collect();
            known.contains(&child).then_some(child)?
        }
    };
    for word in rest {
        found.push(word.clone());
        if !known.contains(&found) {
            found.pop();
            break;
        }
    }
    Some(found)
}

impl Crate<'_> {
    /// The modules that a module imports, without its parents and children.
    fn next<'a>(&'a self, module: &'a Module) -> impl Iterator<Item = &'a Module> {
        let imports = self.modules.get(module).into_iter().flat_map(|(_, imports)| imports);
        let others = imports
            .map(|import| &import.of)
            .filter(move |of| !of.starts_with(module) && !module.starts_with(of));
        others.filter(|of| self.modules.contains_key(*of))
    }

    /// All that a module leads to.
    fn reach<'a>(&'a self, module: &'a Module) -> BTreeSet<&'a Module> {
        let (mut reached, mut ahead) = (BTreeSet::new(), vec![module]);
        while let Some(one) = ahead.pop() {
            ahead.extend(self.next(one).filter(|next| reached.insert(*next)));
        }
        reached
    }

    /// The modules of each circle, in the order of their names.
    fn circles(&self) -> Vec<Vec<Module>> {
        let reach: BTreeMap<&Module, BTreeSet<&Module>> =
            self.modules.keys().map(|module| (module, self.reach(module))).collect();
        let mut circles = BTreeSet::new();
        for (module, reached) in reach.iter().filter(|(module, reached)| reached.contains(*module)) {
            let circle =
                reached.iter().filter(|other| reach.get(*other).is_some_and(|back| back.contains(module)));
            circles.insert(circle.map(|module| (*module).clone()).collect::<Vec<_>>());
        }
        circles.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::fake::files;

    fn found(rule: fn(&Tree) -> Vec<Finding>, tree: &[(&str, &str)]) -> Vec<String> {
        let findings = rule(&files(tree)).into_iter();
        findings.map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn an_import_that_points_up_is_found() {
        let tree = [
            ("crates/web/src/lib.rs", "mod ui; mod session; mod storefront; mod console;\nstruct Web;"),
            ("crates/web/src/ui/mod.rs", "pub mod form;"),
            (
                "crates/web/src/ui/form.rs",
                "use maud::html;\nuse crate::{\n    session::request::Visit,\n    ui::icons,\n};",
            ),
            ("crates/web/src/session/mod.rs", "pub mod request;"),
            (
                "crates/web/src/session/request.rs",
                "use crate::ui::form::Form;\nfn f() { crate::console::unread() }\nuse crate::Web;",
            ),
            (
                "crates/web/src/storefront/mod.rs",
                "use crate::session::{\n    request::Visit,\n};\nuse super::console;",
            ),
            ("crates/web/src/console/mod.rs", "#[cfg(test)]\nmod tests { use crate::storefront::X; }\n"),
        ];
        assert_eq!(
            found(layers, &tree),
            [
                "crates/web/src/session/request.rs:3: session does not know lib.rs",
                "crates/web/src/session/request.rs:2: session does not know console",
                "crates/web/src/storefront/mod.rs:4: storefront does not know console",
                "crates/web/src/ui/form.rs:2: ui does not know session::request",
            ]
        );
    }

    #[test]
    fn a_client_in_a_layer_that_calls_no_service_is_found() {
        let tree = [
            ("crates/web/src/ui/form.rs", "use endpoint::{Problem, http::StatusCode};"),
            ("crates/web/src/ui/product.rs", "use endpoint::{\n    Json,\n    client::Client,\n};"),
            ("crates/web/src/session/basket.rs", "use endpoint::client::Client;"),
        ];
        assert_eq!(found(clients, &tree), ["crates/web/src/ui/product.rs:1: this layer calls no service"]);
    }

    #[test]
    fn a_crate_without_layers_has_no_ways_up() {
        let tree = [("crates/flow/src/a.rs", "use crate::b::C;"), ("crates/flow/src/b.rs", "")];
        assert_eq!(found(layers, &tree), [""; 0]);
    }

    #[test]
    fn files_that_import_each_other_in_a_circle_are_found() {
        let tree = |c: &'static str| {
            [
                ("crates/web/src/lib.rs", "mod a; mod b; mod c;"),
                ("crates/web/src/a.rs", "mod inner;\nuse super::b::{self, X};"),
                ("crates/web/src/a/inner.rs", "use super::Y;"),
                ("crates/web/src/b.rs", "use crate::c;"),
                ("crates/web/src/c.rs", c),
            ]
        };
        let broken = "crates/web/src/a.rs:1: these import each other in a circle: a, b, c";
        assert_eq!(found(circles, &tree("fn f() { super::a::g() }")), [broken]);
        // a parent and its child may, and so may tests
        assert_eq!(found(circles, &tree("#[cfg(test)]\nmod tests { use crate::a; }")), [""; 0]);
    }

    #[test]
    fn a_circle_is_an_error_in_every_crate() {
        let tree =
            [("crates/flow/src/a.rs", "use crate::b::C;"), ("crates/flow/src/b.rs", "use crate::a::D;")];
        let found = circles(&files(&tree));
        assert_eq!(found.len(), 1);
        assert!(!found[0].warning);
    }
}
