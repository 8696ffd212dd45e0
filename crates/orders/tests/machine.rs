//! The page about the machines is what the tables say.

use std::{env, fs, path::Path};

#[test]
fn the_page_about_the_machines_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/order-machine.md");
    let current = orders::machine();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, &current).unwrap();
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(written == current, "{} is not current: UPDATE_DOCS=1 writes it again", page.display());
}
