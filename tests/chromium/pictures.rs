//! Where pictures of pages are drawn, each under its own name: `target/pictures`. Only the one that README shows is in the tree.

use std::{env, fs, path::Path, path::PathBuf};
use testkit::chromium::Viewport;

/// By its path, in which an id is “one”, and by what its query asks, where that is no id; two of a kind are told apart by what stands behind the `#`.
///
/// # Panics
/// When another page of this run has that name: one of them would be seen by nobody.
pub(crate) fn of(path: &str, look: &Viewport) -> PathBuf {
    let (page, which) = path.split_once('#').unwrap_or((path, ""));
    let is_id = |part: &str| part.split_once('_').is_some_and(|(kind, id)| kind.len() == 3 && id.len() > 8);
    let (page, query) = page.split_once('?').unwrap_or((page, ""));
    let asked = query.split('&').filter(|pair| !pair.split_once('=').is_some_and(|(_, value)| is_id(value)));
    let parts = page.split('/').chain(asked.flat_map(|pair| pair.split(['=', '+'])));
    let parts = parts.filter(|part| !part.is_empty()).map(|part| if is_id(part) { "one" } else { part });
    let name =
        parts.chain([which].into_iter().filter(|which| !which.is_empty())).collect::<Vec<_>>().join("-");
    let name = if name.is_empty() { "home".to_owned() } else { name };
    let light = if look.dark { "dark" } else { "light" };
    let name = format!("{name}-{}-{light}", look.width);
    claim(&name, path);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pictures").join(name + ".webp")
}

/// Tests are processes: what one has named, the others of the run find in a folder.
fn claim(name: &str, path: &str) {
    let run = env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| std::process::id().to_string());
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let (folder, owner) =
        (Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"), format!("{test}: {path}"));
    fs::create_dir_all(&folder).unwrap();
    let claimed = fs::read_to_string(folder.join(name)).unwrap_or_default();
    if let Some(other) = claimed.strip_prefix(&format!("{run} ")) {
        assert_eq!(other, owner, "two pages have one picture, {name}: tell them apart behind a `#`");
    }
    fs::write(folder.join(name), format!("{run} {owner}")).unwrap();
}
