//! The first administrator, made on a page by the operator who started the shop.

use super::{Browser, shop::launch};
use testkit::{
    server::{Launch, Server},
    temp_dir::TempDir,
};

const EMAIL: &str = "first@example.com";
const PASSWORD: &str = "a first administrator";

/// A shop without an administrator, and the link that it printed.
pub(crate) fn nobodys(folder: &TempDir) -> (Launch, Server, String) {
    let mut launch = launch(&folder.path().join("data"));
    launch.settings.retain(|(name, _)| !name.starts_with("ORDO_ADMIN_"));
    let server = launch.start();
    let link = printed(&server);
    (launch, server, link)
}

fn printed(server: &Server) -> String {
    server.printed().iter().find_map(|line| line.strip_prefix("setup ")).expect("a link").to_owned()
}

#[tokio::test]
async fn the_first_administrator_is_made_without_scripts_and_once() {
    let folder = TempDir::new();
    let (launch, server, old) = nobodys(&folder);
    assert!(server.stop().success());
    let server = launch.start();
    let link = printed(&server);
    let (page, code) = link.split_once('#').unwrap();
    let mut somebody = Browser::new(server.url());
    assert_eq!(page, format!("{}/setup", server.url()));
    let form = somebody.get("/setup").await.expect(200);
    form.shows("Set up your shop").shows("Setup code");
    // all that is wrong is said at once, beside its field, and nothing is kept of a password
    let wrong = somebody.submit(&form, "/setup", &[("email", "first"), ("password", "short")]).await;
    let wrong = wrong.expect(422);
    wrong.shows("Enter the setup code").shows("Enter an email address").shows("Enter a password of 8 to 128");
    assert!(!wrong.text.contains("\"short\""));
    let fields = |code| [("code", code), ("email", EMAIL), ("password", PASSWORD)];
    let earlier = somebody.submit(&form, "/setup", &fields(&old)).await.expect(422);
    earlier.shows("This setup code is invalid or out of date");
    let common = [("code", code), ("email", EMAIL), ("password", "password1")];
    somebody.submit(&form, "/setup", &common).await.expect(422).shows("This password is too common");

    // nor does a form without its token, or from elsewhere
    let all = [("code", code), ("email", EMAIL), ("password", PASSWORD), ("csrf", "forged")];
    somebody.submit(&form, "/setup", &all).await.expect(403);
    let mut elsewhere = Browser::new(server.url());
    elsewhere.says = vec![("origin", "http://elsewhere.example".to_owned())];
    let taken = elsewhere.get("/setup").await;
    elsewhere.submit(&taken, "/setup", &fields(code)).await.expect(403);

    let mut other = Browser::new(server.url());
    other.says = vec![("accept-language", "de".to_owned())];
    other.get("/setup").await.expect(200).shows("Shop einrichten");
    other.says = Vec::new();
    let opened = other.get("/setup").await.expect(200);

    // the whole link does for its code
    let made = somebody.submit(&form, "/setup", &fields(&link)).await.expect(303);
    assert_eq!(made.location(), "/console");
    somebody.get("/console").await.expect(200).shows("Orders today");
    let again = [("code", code), ("email", "eve@example.com"), ("password", PASSWORD)];
    let over = other.submit(&opened, "/setup", &again).await.expect(410);
    // visitors are not asked for anything now
    let late = other.get("/setup").await.expect(410);
    assert!(late.tags().iter().all(|tag| tag.get("name") != "code"));
    late.shows("Setup is already complete");
    over.shows("Setup is already complete");
    assert!(over.links().contains("/sign-in"));
    let form = other.get("/sign-in").await.expect(200);
    let entered = other.submit(&form, "/sign-in", &[("who", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(entered.expect(303).location(), "/console");
}
