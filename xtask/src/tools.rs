//! Tools that are written in Python and JavaScript: each set in a folder of its own beneath the target folder, in the
//! versions and with the content that its list in `tests/contract` writes down. Nothing of them is put anywhere else.

use crate::{
    steps::run,
    tree::{root, target},
};
use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

/// A set of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// schemathesis, which tries the document; openapi-python-client and openapi-generator (with its Java), which generate
    /// clients, and what those clients need; and Node.js.
    Python,
    /// redocly and spectral, which read it, and run on that Node.js; openapi-typescript and TypeScript, which make a client of
    /// it; axe, which checks pages.
    Node,
}

/// The search path on which the tools find each other, `node` above all.
///
/// # Errors
/// When they are not installed; says what to type.
pub fn path() -> Result<OsString, String> {
    let node = Tools::Python.program("node")?;
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = node.parent().map(PathBuf::from).into_iter().chain(env::split_paths(&others));
    env::join_paths(folders).map_err(|e| e.to_string())
}

/// Written last.
const WHOLE: &str = "installed";

impl Tools {
    /// Where one of its programs is.
    ///
    /// # Errors
    /// When the set is not installed; says what to type.
    pub fn program(self, name: &str) -> Result<PathBuf, String> {
        let missing = || format!("{name} is not installed: `cargo xtask test` installs it");
        let folder = self.folder()?;
        let program = match self {
            Tools::Python => folder.join("bin").join(name),
            Tools::Node => folder.join("node_modules/.bin").join(name),
        };
        let is_there = folder.join(WHOLE).exists() && program.exists();
        is_there.then_some(program).ok_or_else(missing)
    }

    /// Where a file of one of its packages is.
    ///
    /// # Errors
    /// When the set is not installed; says what to type.
    pub fn file(self, name: &str) -> Result<PathBuf, String> {
        let file = self.folder()?.join("node_modules").join(name);
        let missing = || format!("{name} is not installed: `cargo xtask test` installs it");
        file.exists().then_some(file).ok_or_else(missing)
    }

    /// What is there, where it is whole and as the list says.
    pub(crate) fn found(self) -> Option<String> {
        let folder = self.folder().ok().filter(|folder| folder.join(WHOLE).exists())?;
        Some(folder.display().to_string())
    }

    pub(crate) fn install(self) -> Result<(), String> {
        let (folder, list) = (self.folder()?, self.list());
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        match self {
            Tools::Python => {
                run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
                run(Command::new(folder.join("bin/pip"))
                    .args(["install", "--quiet", "--disable-pip-version-check", "--require-hashes"])
                    .args(["--only-binary", ":all:", "--requirement"])
                    .arg(&list))?;
            }
            Tools::Node => {
                for file in [&list, &list.with_file_name("package.json")] {
                    let own = folder.join(file.file_name().unwrap_or_default());
                    fs::copy(file, own).map_err(|e| format!("{}: {e}", file.display()))?;
                }
                run(Command::new(Tools::Python.program("npm")?)
                    .env("PATH", path()?)
                    .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                    .current_dir(&folder))?;
            }
        }
        fs::write(folder.join(WHOLE), "").map_err(|e| format!("{}: {e}", folder.display()))
    }

    /// The versions and the hashes of all that belongs to it.
    fn list(self) -> PathBuf {
        let name = match self {
            Tools::Python => "requirements.txt",
            Tools::Node => "package-lock.json",
        };
        root().join("tests/contract").join(name)
    }

    /// Another list is another folder.
    fn folder(self) -> Result<PathBuf, String> {
        let list = self.list();
        let text = fs::read(&list).map_err(|e| format!("{}: {e}", list.display()))?;
        let kind = match self {
            Tools::Python => "python",
            Tools::Node => "node",
        };
        Ok(target()?.join("tools").join(format!("{kind}-{:016x}", fingerprint(&text))))
    }
}

/// FNV-1a: the same on every machine.
fn fingerprint(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Whether a list names each thing with its hash, and no place to get it from.
    fn is_pinned(path: &Path) -> bool {
        let text = fs::read_to_string(path).unwrap();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let named = if is_json { "\"version\":" } else { "==" };
        let hashed = if is_json { "\"integrity\":" } else { "--hash=sha256:" };
        let hashes = text.matches(hashed).count();
        let places = ["\"resolved\":", "--index-url", "--find-links", "@ http"];
        // the first two of a lock file's versions are its own
        text.matches(named).count() <= hashes + 2 * usize::from(is_json)
            && places.iter().all(|place| !text.contains(place))
    }

    #[test]
    fn tools_are_pinned_by_their_hashes() {
        for tools in [Tools::Python, Tools::Node] {
            assert!(is_pinned(&tools.list()), "{}", tools.list().display());
        }
    }

    #[test]
    fn another_list_is_another_folder() {
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_ne!(Tools::Python.folder(), Tools::Node.folder());
    }
}
