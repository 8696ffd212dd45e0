//! The files and crates of this repository, as the rules see them.

use crate::{source::Source, steps::cargo};
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

/// One text file.
#[derive(Debug)]
pub struct File {
    /// Its path from the root of the repository, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// For a Rust file: the same, taken apart.
    pub rust: Option<Source>,
    /// Whether the whole file is tests.
    pub test: bool,
}

/// One crate of the workspace.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// Where its `Cargo.toml` is.
    pub manifest_path: String,
}

/// One dependency of a crate.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    /// The crate depended on.
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
}

/// All that the rules look at.
#[derive(Debug)]
pub struct Tree {
    /// Every text file that is, or could be, committed; in the order of their paths.
    pub files: Vec<File>,
    /// Every crate of the workspace.
    pub packages: Vec<Package>,
}

/// The root of the repository: the folder above this crate's.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the repository").to_owned()
}

impl Tree {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    /// When git or cargo cannot list what is there, or a file cannot be read.
    pub fn read(root: &Path) -> Result<Tree, String> {
        let listed = output(Command::new("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let paths: BTreeSet<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
        let mut files = Vec::new();
        for path in paths {
            match std::fs::read(root.join(path)) {
                // what is not UTF-8 is a picture or an archive: nothing for these rules
                Ok(bytes) => files.extend(String::from_utf8(bytes).ok().map(|text| (path.to_owned(), text))),
                // deleted and not yet committed, or a link to a folder
                Err(_) if !root.join(path).is_file() => {}
                Err(error) => return Err(format!("{path}: {error}")),
            }
        }
        Ok(Tree::new(files, metadata(root)?.packages))
    }

    /// A tree of these files and crates.
    pub fn new(files: Vec<(String, String)>, packages: Vec<Package>) -> Tree {
        let mut files: Vec<File> = files.into_iter().map(|(path, text)| File::new(path, text)).collect();
        let test_modules: BTreeSet<String> = files.iter().flat_map(File::test_modules).collect();
        for file in &mut files {
            let module = file.path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
            file.test |= test_modules.iter().any(|test| {
                module
                    .strip_prefix(test.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
        }
        Tree { files, packages }
    }

    /// The Rust files of the product: no tests, and nothing that serves them.
    pub fn production(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files
            .iter()
            .filter(|file| !file.test && !file.in_workshop())
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

/// Crates that exist for tests, measurements and builds; what they do is no part of the product.
const WORKSHOP: [&str; 5] = ["crates/testkit/", "crates/sim/", "tests/", "bench/", "xtask/"];

impl File {
    fn new(path: String, text: String) -> File {
        let rust = path.ends_with(".rs").then(|| Source::read(&text));
        let test = ["tests", "benches"].iter().any(|room| path.split('/').any(|folder| folder == *room));
        File { test: test || path.ends_with("/tests.rs"), path, text, rust }
    }

    /// Whether it serves tests, measurements or builds.
    fn in_workshop(&self) -> bool {
        self.path.ends_with("/build.rs") || WORKSHOP.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The name of the folder under `crates/` that it lies in.
    pub fn krate(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split_once('/').map(|(name, _)| name)
    }

    /// Its path inside `crates/<name>/src/`.
    pub fn in_src(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split_once("/src/").map(|(_, rest)| rest)
    }

    /// The modules, as paths without `.rs`, that it declares for tests only.
    fn test_modules(&self) -> Vec<String> {
        let Some(rust) = &self.rust else { return Vec::new() };
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let stem = name.trim_end_matches(".rs");
        let owner = if matches!(stem, "lib" | "main" | "mod") {
            folder.to_owned()
        } else {
            format!("{folder}/{stem}")
        };
        rust.test_modules.iter().map(|module| format!("{owner}/{module}")).collect()
    }
}

impl Package {
    /// The folder it lies in, such as `orders` of `crates/orders`.
    pub fn folder(&self) -> &str {
        let folder = self.manifest_path.trim_end_matches("/Cargo.toml");
        folder.rsplit_once('/').map_or(folder, |(_, name)| name)
    }
}

/// Where cargo builds.
///
/// # Errors
/// When cargo cannot say.
pub fn target() -> Result<PathBuf, String> {
    Ok(metadata(&root())?.target_directory)
}

#[derive(Deserialize)]
struct CargoMetadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
}

fn metadata(root: &Path) -> Result<CargoMetadata, String> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let said = output(cargo().current_dir(root).args(arguments))?;
    serde_json::from_str(&said).map_err(|error| format!("cargo metadata: {error}"))
}

/// What a command that must succeed writes.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|error| format!("cannot run {name}: {error}"))?;
    if !done.status.success() {
        return Err(format!("{name}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr)));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("{name}: not UTF-8"))
}

#[cfg(test)]
pub(crate) mod fake {
    //! Small trees to try the rules on.
    use super::*;

    /// A tree of these files.
    pub(crate) fn files(files: &[(&str, &str)]) -> Tree {
        Tree::new(
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
            Vec::new(),
        )
    }

    /// A crate in `crates/<name>` and what it depends on.
    pub(crate) fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependency = |name: &&str| Dependency { name: (*name).to_owned(), kind: None };
        let manifest_path = format!("crates/{name}/Cargo.toml");
        Package {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(dependency).collect(),
            manifest_path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_known_by_place_and_by_declaration() {
        let tree = fake::files(&[
            ("crates/orders/src/order.rs", "#[cfg(test)]\nmod table;\n"),
            ("crates/orders/src/order/table.rs", ""),
            ("crates/orders/src/order/tables.rs", ""),
            ("crates/orders/tests/api.rs", ""),
            ("crates/testkit/src/lib.rs", ""),
        ]);
        let tests: Vec<_> = tree.files.iter().map(|file| file.test).collect();
        assert_eq!(tests, [false, true, false, true, false]);
        let product: Vec<_> = tree.production().map(|(file, _)| file.path.as_str()).collect();
        assert_eq!(product, ["crates/orders/src/order.rs", "crates/orders/src/order/tables.rs"]);
    }

    #[test]
    fn this_repository_can_be_read() {
        let tree = Tree::read(&root()).expect("it can be read");
        assert!(tree.files.iter().any(|file| file.path == "xtask/src/tree.rs" && !file.test));
        assert!(tree.packages.iter().any(|package| package.folder() == "kernel"));
    }
}
