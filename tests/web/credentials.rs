//! API keys in the console, and what the log says of credentials that are refused.

use super::{
    Browser, PASSWORD, api_of,
    console::{administrator, colleague},
    registered,
    shop::Shop,
    shop_with,
};
use serde_json::json;
use testkit::http_client::HttpClient;

const KEYS: &str = "/console/api-keys";

/// The key that a page shows once.
fn shown(page: &super::PageResult) -> Option<String> {
    page.tags().iter().find(|tag| tag.attributes.contains_key("data-secret")).map(|tag| tag.text.clone())
}

#[tokio::test]
async fn a_key_is_created_in_the_console_shown_once_and_revoked() {
    let (shop, _) = shop_with(&[]).await;
    let mut admin = administrator(&shop).await;
    let page = admin.get(KEYS).await.expect(200);
    page.shows("No API keys yet").shows("In 90 days");
    // without a name nothing is created, and the choice stays
    let wrong = admin.submit(&page, KEYS, &[("name", " "), ("expiry", "30")]).await.expect(422);
    wrong.shows("Enter what the key is for");
    assert!(wrong.form(KEYS, &[]).contains(&("expiry".to_owned(), "30".to_owned())));
    admin.submit(&page, KEYS, &[("name", "x"), ("expiry", "soon")]).await.expect(422);

    // 90 days are chosen already
    let form = page.form(KEYS, &[("name", "Till <1>"), ("may-orders", "on")]);
    let created = admin.post(KEYS, &form).await.expect(200);
    created.shows("API key created").shows("Orders, parcels, emails").hides("No expiry yet");
    assert_eq!(created.header("cache-control"), "no-store");
    let key = shown(&created).unwrap();
    let program = HttpClient::new(&shop.url()).with_token(&key);
    assert_eq!(program.get("/v1/me").await.expect(200).body["scopes"], json!(["orders"]));
    let listed = shop.admin().await.get("/v1/api-keys").await.expect(200).body;
    let days = |member: &str| listed["items"][0][member].as_str().unwrap()[..10].to_owned();
    assert!(days("expires_at") > days("created_at"), "{listed}");

    // the same form again creates no other, and does not show it
    let again = admin.post(KEYS, &form).await.expect(200);
    again.shows("was shown when it was created");
    let later = admin.get(KEYS).await.expect(200);
    for page in [&again, &later] {
        assert!(shown(page).is_none() && !page.text.contains(&key), "{}", page.text);
    }
    later.shows("Till <1>").shows(&key[key.len() - 4..]).shows("Last used");

    let endless = later.form(KEYS, &[("name", "Forever"), ("expiry", "never")]);
    admin.post(KEYS, &endless).await.expect(200);
    let both = admin.get(KEYS).await.expect(200);
    both.shows("Forever").shows("No permissions").shows("No expiry");
    // only our own pages create and revoke
    let forged: Vec<_> = endless.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    assert_ne!(admin.post(KEYS, &forged).await.status, 200);
    let id = listed["items"][0]["id"].as_str().unwrap();
    let revoke = format!("{KEYS}/revoke");
    admin.submit_and_follow(&both, &revoke, &[("id", id)]).await.expect(200).shows("API key revoked");
    program.get("/v1/me").await.expect(401);
    admin.get(KEYS).await.expect(200).hides("Till <1>");
}

#[tokio::test]
async fn keys_are_for_those_who_may_change_settings_and_within_what_they_hold() {
    let (shop, _) = shop_with(&[]).await;
    let (mut seller, _) = colleague(&shop, "tom", &["orders"], "/console").await;
    seller.get(KEYS).await.expect(403);
    assert!(!seller.get("/console").await.links().contains(KEYS));
    let (mut office, page) = colleague(&shop, "eve", &["settings", "orders"], KEYS).await;
    assert!(page.text.contains("may-orders") && !page.text.contains("may-payments"), "{}", page.text);
    let more = [("name", "More"), ("may-payments", "on")];
    office.submit(&page, KEYS, &more).await.expect(403).shows("A requested scope exceeds your permissions");
    office.get(KEYS).await.expect(200).shows("No API keys yet");
}

#[tokio::test]
async fn each_failed_sign_in_is_logged_with_account_and_client_and_without_what_was_typed() {
    let shop = Shop::embedded(&[("ORDO_LOG", "info")]);
    let id = {
        registered(&shop, "ada").await;
        api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned()
    };
    // a password in the field of the name
    const TYPED: &str = "CANARY-my-secret-password";
    let nobody = HttpClient::new(&shop.url());
    for (member, name) in [("email", "ada@example.com"), ("username", TYPED), ("email", "eve@example.com")] {
        let body = json!({member: name, "password": "CANARY-wrong-password"});
        nobody.post("/v1/login", "", &body).await.expect(401);
    }
    let mut browser = Browser::new(&shop.url());
    let page = browser.get("/sign-in").await.expect(200);
    browser.submit(&page, "/sign-in", &[("who", "ADA@example.com"), ("password", "CANARY-two")]).await;
    nobody.with_token(&format!("ordo_sk_{}", "x".repeat(49))).get("/v1/me").await.expect(401);
    let server = shop.server.as_ref().unwrap();
    let failed = |log: &str| log.lines().filter(|line| line.contains("sign-in failed")).count();
    for _ in 0..200 {
        if failed(&server.log()) == 4 && server.log().contains("credential rejected") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("sign-in failed")).collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines.iter().all(|line| line.contains("127.0.0.1")), "{lines:?}");
    let of_ada: Vec<_> = lines.iter().filter(|line| line.contains(&id)).collect();
    assert_eq!(of_ada.len(), 2, "by API and by page: {lines:?}");
    assert!(of_ada.iter().all(|line| line.contains("wrong_password")), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.contains("unknown_account")).count(), 2);
    let rejected = log.lines().find(|line| line.contains("credential rejected")).unwrap();
    assert!(rejected.contains("api_key"), "{rejected}");
    for secret in ["CANARY", "eve@example.com", "ada@example.com", PASSWORD] {
        assert!(!log.contains(secret), "{secret} is logged");
    }
}

#[tokio::test]
async fn each_rejected_code_of_an_email_is_logged_with_the_client_and_without_the_code() {
    let shop = Shop::embedded(&[("ORDO_LOG", "info")]);
    let nobody = HttpClient::new(&shop.url());
    let reset = json!({"token": "orr_CANARY", "new_password": PASSWORD});
    nobody.post("/v1/password/reset", "", &reset).await.expect(403);
    nobody.post("/v1/email/verify", "", &json!({"token": "oev_CANARY"})).await.expect(403);
    let server = shop.server.as_ref().unwrap();
    let rejected = |log: &str, purpose: &str| {
        let mut lines = log.lines().filter(|line| line.contains("email code rejected"));
        lines.find(|line| line.contains(purpose)).map(str::to_owned)
    };
    for purpose in ["password_reset", "email_verification"] {
        let mut line = None;
        for _ in 0..200 {
            line = rejected(&server.log(), purpose);
            if line.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let line = line.unwrap_or_else(|| panic!("{purpose}: {}", server.log()));
        assert!(line.contains("127.0.0.1") && line.contains("WARN"), "{line}");
    }
    assert!(!server.log().contains("CANARY"), "{}", server.log());
}
