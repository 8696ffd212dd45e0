//! The tables of the state machines in the docs are those of the code. `UPDATE_DOCS=1` updates them.

use std::{fs, path::Path};

#[test]
fn the_tables_in_the_docs_are_those_of_the_code() {
    let text = format!(
        "# State machines of payments\n\n\
         Generated from the code by a test of the crate payments (`UPDATE_DOCS=1 cargo test -p payments --test \
         machine_doc`). A transition without a row is not allowed, or has no effect.\n\n\
         ## Payment\n\nClosed is terminal. *Unsettled*: a live attempt exists whose money is not captured.\n\n{}\n\
         ## Attempt\n\n`unknown_…` names the operation whose response was lost; clients see `unknown`.\n\n{}\n\
         ## Refund\n\nA refund claims its amount until it has succeeded.\n\n{}",
        payments::transition::markdown(),
        payments::attempt::markdown(),
        payments::refund::markdown(),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/payment-machine.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the docs can be written");
        fs::write(&path, &text).expect("the docs can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{} is not current: run this test with UPDATE_DOCS=1", path.display());
}
