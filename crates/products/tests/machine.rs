//! The table of the state machine in the docs is that of the code. `UPDATE_DOCS=1` updates it.

use std::{fs, path::Path};

#[test]
fn the_page_about_the_machine_is_current() {
    let text = format!(
        "# State machine of a stock reservation\n\n\
         Generated from the code by a test of the crate products (`UPDATE_DOCS=1 cargo test -p products --test machine`). \
         A transition without a row has no effect; reserving for a placement that is gone is rejected with `gone`.\n\n\
         A reservation belongs to a placement; `–` is an unknown placement. *Held* and *committed* differ in how often the \
         reservation is reconciled. Its units are counted independently: reserved = open + consumed + released.\n\n{}",
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
