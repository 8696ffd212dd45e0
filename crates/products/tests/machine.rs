//! The table of the machine in the docs is that of the code. `UPDATE_DOCS=1` writes it anew.

use std::{fs, path::Path};

#[test]
fn the_page_about_the_machine_is_current() {
    let text = format!(
        "# The machine of a stock reservation\n\n\
         Printed from the code by a test of the crate products (`UPDATE_DOCS=1 cargo test -p products --test machine`). \
         What has no row has no effect; to reserve what is gone is refused with `gone`.\n\n\
         A reservation is of a placing; `–` is one that was never heard of. *Held* and *committed* differ in how often it \
         is asked about. Its units are counted beside that: reserved = open + consumed + released.\n\n{}",
        products::transition::markdown(),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/stock-machine.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the docs can be written");
        fs::write(&path, &text).expect("the docs can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{} is not current: run this test with UPDATE_DOCS=1", path.display());
}
