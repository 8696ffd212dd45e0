//! What the tests need of the machine: looked for, and installed where that may be done.
//!
//! System packages are installed on Debian as root; elsewhere what to type is said. Tools written in
//! Rust are built from source, in debug: that takes a third of the time, and they are only used here.

use crate::{
    steps::{cargo, run},
    tools::Tools,
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The oldest PostgreSQL that Ordo runs on.
const POSTGRES_MIN: u32 = 15;

struct Prerequisite {
    name: &'static str,
    /// What was found that meets it.
    found: fn() -> Option<String>,
    remedy: InstallMethod,
}

/// How a need is met.
enum InstallMethod {
    /// Debian packages.
    Debian(&'static [&'static str]),
    /// A crate of this version with a binary, and more arguments to install it.
    Crate(&'static str, &'static [&'static str]),
    /// A component of the toolchain.
    Component(&'static str),
    /// Tools in a folder of ours.
    Tools(Tools),
}

const NEEDS: &[Prerequisite] = &[
    Prerequisite {
        name: "git",
        found: || version("git", &["--version"]),
        remedy: InstallMethod::Debian(&["git"]),
    },
    Prerequisite {
        name: "a C compiler",
        found: || version("cc", &["--version"]),
        remedy: InstallMethod::Debian(&["gcc", "libc6-dev"]),
    },
    Prerequisite {
        name: "kill",
        // as a program: tests end servers with it
        found: || version("kill", &["--version"]),
        remedy: InstallMethod::Debian(&["procps"]),
    },
    Prerequisite {
        name: "unshare",
        // a disk of a test's own, which it fills, and names of hosts that it changes
        found: || version("unshare", &["--version"]),
        remedy: InstallMethod::Debian(&["util-linux"]),
    },
    // the tour of the README is run as it stands there
    Prerequisite {
        name: "curl",
        found: || version("curl", &["--version"]),
        remedy: InstallMethod::Debian(&["curl"]),
    },
    Prerequisite {
        name: "jq",
        found: || version("jq", &["--version"]),
        remedy: InstallMethod::Debian(&["jq"]),
    },
    Prerequisite { name: "PostgreSQL", found: postgres, remedy: InstallMethod::Debian(&["postgresql"]) },
    Prerequisite {
        name: "NATS",
        found: || version("nats-server", &["--version"]),
        remedy: InstallMethod::Debian(&["nats-server"]),
    },
    // the pages are checked in it
    Prerequisite {
        name: "Chromium",
        found: || {
            let browser = version("chromium-headless-shell", &["--version"])
                .or_else(|| version("chromium", &["--version"]));
            browser.and_then(|_| version("chromedriver", &["--version"]))
        },
        remedy: InstallMethod::Debian(&["chromium-headless-shell", "chromium-driver"]),
    },
    // what the pages are written in: pictures of them in another type are of other pages
    Prerequisite {
        name: "Inter",
        found: || {
            version("fc-match", &["--format=%{family}", "Inter"]).filter(|found| found.contains("Inter"))
        },
        remedy: InstallMethod::Debian(&["fonts-inter", "fontconfig"]),
    },
    // in front of two gateways
    Prerequisite {
        name: "HAProxy",
        found: || version("haproxy", &["-v"]),
        remedy: InstallMethod::Debian(&["haproxy"]),
    },
    Prerequisite {
        name: "libfaketime",
        // a process whose clock is ahead
        found: faketime,
        remedy: InstallMethod::Debian(&["libfaketime"]),
    },
    // disks whose power can be cut
    Prerequisite {
        name: "xfsprogs",
        found: || version("mkfs.xfs", &["-V"]),
        remedy: InstallMethod::Debian(&["xfsprogs"]),
    },
    // certificates for the tests of TLS
    Prerequisite {
        name: "openssl",
        found: || version("openssl", &["version"]),
        remedy: InstallMethod::Debian(&["openssl"]),
    },
    Prerequisite {
        name: "rustfmt",
        found: || version("cargo", &["fmt", "--version"]),
        remedy: InstallMethod::Component("rustfmt"),
    },
    Prerequisite {
        name: "clippy",
        found: || version("cargo", &["clippy", "--version"]),
        remedy: InstallMethod::Component("clippy"),
    },
    Prerequisite {
        name: "cargo-nextest",
        found: || version("cargo", &["nextest", "--version"]),
        // without the part that would update it by itself
        remedy: InstallMethod::Crate(
            "cargo-nextest@0.9.151",
            &["--no-default-features", "--features", "default-no-update"],
        ),
    },
    Prerequisite {
        name: "cargo-deny",
        found: || version("cargo", &["deny", "--version"]),
        remedy: InstallMethod::Crate("cargo-deny@0.20.2", &[]),
    },
    Prerequisite {
        name: "Python",
        // 3.11 or newer, with what makes a folder of tools
        found: || version("python3", &["-c", PYTHON_VERSION]),
        remedy: InstallMethod::Debian(&["python3", "python3-venv"]),
    },
    Prerequisite {
        name: "schemathesis, generators of clients, Node.js",
        found: || Tools::Python.found(),
        remedy: InstallMethod::Tools(Tools::Python),
    },
    Prerequisite {
        name: "the linters",
        found: || Tools::Node.found(),
        remedy: InstallMethod::Tools(Tools::Node),
    },
];

const PYTHON_VERSION: &str =
    "import ensurepip, sys, venv; assert sys.version_info >= (3, 11); print('Python', sys.version)";

/// Looks for everything, and installs what is missing.
///
/// # Errors
/// When something is missing that may not be installed here (says what to type), or cannot be.
pub fn supply() -> Result<(), String> {
    meet(NEEDS, InstallMethod::may_install, InstallMethod::install)
}

/// Looks for these, and installs what is missing, or nothing where not all of it may be.
fn meet(
    needs: &[Prerequisite],
    may_install: impl Fn(&InstallMethod) -> bool,
    mut install: impl FnMut(&InstallMethod) -> Result<(), String>,
) -> Result<(), String> {
    let say = |need: &Prerequisite, what: &str| println!("{:<14} {what}", need.name);
    let mut missing = Vec::new();
    for need in needs {
        match (need.found)() {
            Some(what) => say(need, &what),
            None => {
                say(need, "is missing");
                missing.push(need);
            }
        }
    }
    // said before anything is installed: that takes minutes, and would not be enough
    let to_type: Vec<_> =
        missing.iter().filter(|need| !may_install(&need.remedy)).map(|need| need.remedy.to_type()).collect();
    if !to_type.is_empty() {
        return Err(format!("to install what may not be installed from here:\n  {}", to_type.join("\n  ")));
    }
    for need in missing {
        say(need, "is being installed");
        install(&need.remedy)?;
        let what = (need.found)().ok_or_else(|| format!("{} was installed and is not found", need.name))?;
        say(need, &what);
    }
    Ok(())
}

impl InstallMethod {
    fn may_install(&self) -> bool {
        match self {
            InstallMethod::Debian(_) => Path::new("/etc/debian_version").exists() && is_root(),
            InstallMethod::Component(_) => version("rustup", &["--version"]).is_some(),
            InstallMethod::Crate(..) | InstallMethod::Tools(_) => true,
        }
    }

    fn install(&self) -> Result<(), String> {
        match self {
            InstallMethod::Debian(packages) => install_debian(packages),
            InstallMethod::Component(name) => run(Command::new("rustup").args(["component", "add", name])),
            InstallMethod::Tools(tools) => tools.install(),
            InstallMethod::Crate(name, arguments) => {
                let mut install = cargo();
                install.args(["install", "--locked", "--debug", "--quiet", name]).args(*arguments);
                // its own folder and profile, whatever is set for ours
                run(install
                    .env("CARGO_PROFILE_DEV_DEBUG", "0")
                    .env_remove("CARGO_TARGET_DIR")
                    .env_remove("RUSTFLAGS"))
            }
        }
    }

    fn to_type(&self) -> String {
        match self {
            InstallMethod::Debian(packages) => {
                format!(
                    "as root, on Debian: apt-get install {0} (elsewhere: what gives {0})",
                    packages.join(" ")
                )
            }
            InstallMethod::Component(name) => format!("rustup component add {name}"),
            InstallMethod::Tools(_) => "cargo xtask test".to_owned(),
            InstallMethod::Crate(name, arguments) => {
                format!("cargo install --locked {name} {}", arguments.join(" "))
            }
        }
    }
}

fn install_debian(packages: &[&str]) -> Result<(), String> {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        run(command
            .args(arguments)
            .args(["-y", "-q"])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null()))
    };
    apt(&["update"])?;
    if packages.contains(&"postgresql") {
        // only its programs are wanted: the tests start servers of their own
        apt(&["install", "--no-install-recommends", "postgresql-common"])?;
        keep_debian_from_starting_postgres(Path::new("/etc/postgresql-common/createcluster.conf"))?;
    }
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

fn keep_debian_from_starting_postgres(settings: &Path) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", settings.display());
    let text = std::fs::read_to_string(settings).map_err(failed)?;
    let text = text.replace("#create_main_cluster = true", "create_main_cluster = false");
    std::fs::write(settings, text).map_err(failed)
}

fn is_root() -> bool {
    version("id", &["-u"]).as_deref() == Some("0")
}

/// The first line that a program says about itself, where it is there.
fn version(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = if program == "cargo" { cargo() } else { Command::new(program) };
    let said =
        command.args(arguments).stdin(Stdio::null()).output().ok().filter(|said| said.status.success())?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    Some(text.lines().next().unwrap_or_default().to_owned())
}

/// Where Debian puts the library; elsewhere it is named by a variable.
fn faketime() -> Option<String> {
    let named = std::env::var_os("FAKETIME_LIBRARY").map(PathBuf::from);
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let installed = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let library = named.into_iter().chain(installed).find(|library| library.exists())?;
    Some(library.display().to_string())
}

/// The newest server that is installed and new enough: Debian's places first, then the path.
fn postgres() -> Option<String> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut servers: Vec<PathBuf> = installed.map(|folder| folder.path().join("bin/postgres")).collect();
    servers.push("postgres".into());
    let known = servers.iter().filter_map(|server| version(server.to_str()?, &["--version"]));
    known.filter(|said| major(said).is_some_and(|n| n >= POSTGRES_MIN)).max_by_key(|said| major(said))
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major(said: &str) -> Option<u32> {
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_server_is_read() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major("postgres"), None);
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(version("no-such-command-anywhere", &[]), None);
        assert_eq!(version("false", &[]), None);
        assert!(version("cargo", &["--version"]).is_some_and(|said| said.starts_with("cargo ")));
    }

    #[test]
    fn debian_makes_no_cluster_of_its_own() {
        let file = std::env::temp_dir().join(format!("createcluster-{}.conf", std::process::id()));
        std::fs::write(&file, "# Create\n#create_main_cluster = true\n").expect("written");
        keep_debian_from_starting_postgres(&file).expect("changed");
        let text = std::fs::read_to_string(&file).expect("read");
        std::fs::remove_file(&file).expect("removed");
        assert_eq!(text, "# Create\ncreate_main_cluster = false\n");
    }

    /// One that is here, one that only root may install, and one that anybody may.
    const SOME: [Prerequisite; 3] = [
        Prerequisite {
            name: "here",
            found: || Some("1.0".to_owned()),
            remedy: InstallMethod::Debian(&["here"]),
        },
        Prerequisite {
            name: "of root",
            found: || None,
            remedy: InstallMethod::Debian(&["of-root", "of-root-too"]),
        },
        Prerequisite {
            name: "of anybody",
            found: || None,
            remedy: InstallMethod::Crate("of-anybody@1.0.0", &["--force"]),
        },
    ];

    /// What is said of them, and what was installed.
    fn met(
        needs: &[Prerequisite],
        may_install: fn(&InstallMethod) -> bool,
    ) -> (Result<(), String>, Vec<String>) {
        let mut installed = Vec::new();
        let told = meet(needs, may_install, |remedy| {
            installed.push(remedy.to_type());
            Ok(())
        });
        (told, installed)
    }

    #[test]
    fn what_only_root_may_install_is_to_be_typed_and_nothing_else_is_installed_either() {
        let (told, installed) = met(&SOME, |remedy| !matches!(remedy, InstallMethod::Debian(_)));
        let typed = "as root, on Debian: apt-get install of-root of-root-too (elsewhere: what gives of-root of-root-too)";
        let refused = format!("to install what may not be installed from here:\n  {typed}");
        assert_eq!((told, installed), (Err(refused), Vec::new()));
    }

    #[test]
    fn what_is_missing_and_may_be_is_installed_and_looked_for_again() {
        let (told, installed) = met(&SOME[..2], |_| true);
        assert_eq!(told, Err("of root was installed and is not found".to_owned()));
        assert_eq!(installed, [SOME[1].remedy.to_type()]);
        assert_eq!(met(&SOME[..1], |_| false), (Ok(()), Vec::new()));
    }

    #[test]
    fn what_to_type_is_a_whole_command() {
        let typed: Vec<_> = NEEDS.iter().map(|need| need.remedy.to_type()).collect();
        assert!(typed.iter().any(|line| line.contains("apt-get install postgresql")), "{typed:?}");
        assert!(typed.iter().any(|line| line.starts_with("cargo install --locked cargo-deny@")), "{typed:?}");
    }
}
