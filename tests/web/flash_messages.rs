//! What was done is said once, on the page to which it led. An address that names a deed says nothing by itself.

use crate::{
    browser::Browser,
    console::{administrator, ordered},
    registered, shop_with,
};

#[tokio::test]
async fn no_address_says_that_something_was_done() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let product = format!("/console/products/{}", ids[0]);
    for (path, words) in [
        (format!("{order}?done=refunded"), "efund in progress"),
        (format!("{order}?done=saved"), "Saved."),
        (format!("{product}?done=saved"), "Saved."),
        ("/console/system?done=dropped".to_owned(), "Event discarded"),
    ] {
        let page = staff.get(&path).await.expect(200);
        assert!(!page.words().contains(words), "{path}: {}", page.words());
    }
    for (path, words) in [
        (format!("/products/{}?put=1", ids[0]), "is in your basket"),
        ("/account/profile?saved=mail".to_owned(), "email sent"),
        ("/account/profile?saved=password".to_owned(), "assword changed"),
        ("/basket?full=1".to_owned(), "full"),
    ] {
        let page = ada.get(&path).await.expect(200);
        assert!(!page.words().contains(words), "{path}: {}", page.words());
    }
    let mut nobody = Browser::new(&shop.url());
    for path in ["/reset?sent=1", "/sign-in?chosen=1"] {
        let page = nobody.get(path).await.expect(200);
        assert!(!page.text.contains("banner good"), "{path}: {}", page.words());
    }
}

#[tokio::test]
async fn what_was_done_is_said_once_and_there_alone() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ada.get(&format!("/products/{}", ids[0])).await.expect(200);
    let put = ada.submit(&page, "/basket", &[("quantity", "1")]).await.expect(303).location();
    // another address of the same deed is none of its
    let other = ada.get(&format!("/products/{}?put=1", ids[1])).await.expect(200);
    assert!(!other.words().contains("is in your basket"));
    ada.get(&put).await.expect(200).shows("is in your basket");
    assert!(!ada.get(&put).await.expect(200).words().contains("is in your basket"));

    let order = ordered(&shop, &mut ada, &ids[1], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let noted = format!("{order}/notes");
    let page = staff.get(&order).await.expect(200);
    let said = staff.submit(&page, &noted, &[("text", "asks about the glaze")]).await.expect(303).location();
    staff.get(&said).await.expect(200).shows("Note added.");
    assert!(!staff.get(&said).await.expect(200).words().contains("Note added."));
}
