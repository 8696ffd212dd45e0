//! While the customer's bank requires confirmation: confirming, paying with another card, and cancelling.

use super::{
    Browser, PageResult, address_and, api_of, at_checkout, console::administrator, orders_of, registered,
    shop_set, shop_with,
};
use serde_json::json;

#[tokio::test]
async fn a_bank_that_asks_back_is_answered_on_its_page() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let fields = address_and("sim_requires_action");
    let order = ada.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    let asked = ada.get(&order).await.expect(200);
    asked.shows("Confirm the payment with your bank").shows("Confirm by");
    asked.shows("After that the order expires and you won’t be charged.");
    let bank = ada.get(&format!("{order}/bank")).await.expect(200);
    bank.shows("€12.50");
    ada.submit(&bank, &format!("{order}/bank"), &[]).await.expect(303);
    ada.until(&order, "Paid, preparing your order").await;
    ada.open(&format!("{order}/bank")).await.expect(200).shows("Paid, preparing your order");
}

#[tokio::test]
async fn while_a_bank_asks_one_pays_with_another_card_or_cancels() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let asked = async |ada: &mut Browser| {
        let checkout = at_checkout(ada, &ids[0], "1").await;
        let fields = address_and("sim_requires_action");
        let order = ada.submit(&checkout, "/checkout", &fields).await.expect(303).location();
        let page = ada.get(&order).await.expect(200);
        page.shows("Pay with another card").shows("Your bank’s request is cancelled");
        // both ways stand in one row: a button of the banner each
        let row = page.text.split_once("<div class=\"ends\">").unwrap().1;
        let row = row.split_once("</details>").unwrap().0;
        assert!(row.contains(&format!("{order}/bank\"")) && row.contains("Pay with another card"), "{row}");
        let bank = ada.get(&format!("{order}/bank")).await.expect(200);
        (order, page, bank)
    };
    let (order, page, _) = asked(&mut ada).await;
    ada.submit(&page, &format!("{order}/pay"), &[("method", "sim_ok")]).await.expect(303);
    ada.until(&order, "Paid, preparing your order").await;

    // the bank's page is open while the order is cancelled elsewhere
    let (order, _, bank) = asked(&mut ada).await;
    let cancel = format!("{order}/cancel");
    let question = ada.get(&cancel).await.expect(200);
    let if_charged = "If the payment still goes through, it’s refunded to the original payment method.";
    question.shows(if_charged);
    let mut staff = administrator(&shop).await;
    staff.get(&format!("/console{cancel}")).await.expect(200).shows(if_charged);
    ada.submit(&question, &cancel, &[]).await.expect(303);
    ada.until(&order, "Order cancelled").await;
    let late = ada.submit(&bank, &format!("{order}/bank"), &[]).await.expect(409);
    let looked = ada.get(&format!("{order}/bank")).await.expect(200);
    for seen in [late, looked] {
        seen.shows("The order was cancelled")
            .shows("There’s nothing left to confirm, and you won’t be charged.");
        assert!(seen.links().contains(&order), "{}", seen.words());
    }
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await[0]["payment"]["captured"]["amount"], "0.00");
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_no_declined_card() {
    let (shop, ids) = shop_set(&[("ORDO_PROVIDER_TIMEOUT", "1")], &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let wanted = json!({"lines": [{"product_id": ids[0], "quantity": 1}], "payment": {"method": "sim_timeout_before_charge"}});
    let placed = api_of(&shop, "ada").await.post("/v1/orders", "one", &wanted).await.expect(201);
    let order = format!("/orders/{}", placed.text("id"));
    ada.until(&order, "Payment not completed").await;
    let page = ada.get(&order).await.expect(200);
    let words = said(&page);
    assert!(words.contains("The payment provider couldn’t be reached. You weren’t charged."), "{words}");
    assert!(!words.contains("was declined") && !words.contains("Card declined"), "{words}");
    ada.says = vec![("accept-language", "de".to_owned())];
    let words = said(&ada.get(&order).await.expect(200));
    assert!(words.contains("Zahlung nicht abgeschlossen"), "{words}");
    assert!(
        words.contains("Der Zahlungsanbieter war nicht erreichbar. Es wurde nichts abgebucht."),
        "{words}"
    );
    // the cards to choose from name one that is declined
    let happened = words.split("Verlauf").nth(1).expect("what happened");
    assert!(!happened.contains("abgelehnt"), "{words}");
    let mut staff = administrator(&shop).await;
    let words = said(&staff.get(&format!("/console{order}")).await.expect(200));
    assert!(words.contains("The payment provider couldn’t be reached."), "{words}");
    assert!(!words.contains("declined"), "{words}");
}

/// The card that a form would pay with.
fn chosen(page: &PageResult, pay: &str) -> Option<String> {
    page.form(pay, &[]).into_iter().find(|(name, _)| name == "method").map(|(_, method)| method)
}

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_card_that_was_refused_says_so_and_nobody_pays_with_one_that_they_did_not_choose() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let declined = address_and("sim_declined");
    let order = ada.submit(&checkout, "/checkout", &declined).await.expect(303).location();
    let pay = format!("{order}/pay");
    let page = ada.get(&order).await.expect(200);
    assert!(said(&page).contains("Card that is declined Declined"), "{}", said(&page));
    let words = said(&page);
    assert!(words.contains("The card was declined You weren’t charged. Choose another card."), "{words}");
    assert_eq!(words.matches("was declined").count(), 1, "at the choices: {words}");
    assert_eq!(words.matches("Card declined").count(), 1, "in the timeline: {words}");
    // it is not offered again by itself; the focus is at the choices, which say what they are described by
    assert_eq!(chosen(&page, &pay), None);
    let tags = page.tags();
    let focused: Vec<_> = tags.iter().filter(|tag| tag.attributes.contains_key("autofocus")).collect();
    assert_eq!(focused.iter().map(|tag| tag.get("name")).collect::<Vec<_>>(), ["method"]);
    let choices = tags.iter().find(|tag| tag.get("id") == "method").unwrap();
    assert!(tags.iter().any(|tag| tag.get("id") == choices.get("aria-describedby")), "{choices:?}");
    // as it stands, no card is chosen, and nothing is charged
    let again = ada.submit_and_follow(&page, &pay, &[]).await.expect(200);
    again.shows("Choose a card");
    assert!(said(&again).contains("Card that is declined Declined"), "{}", said(&again));
    let poor = [("method", "sim_insufficient_funds")];
    let other = ada.submit_and_follow(&again, &pay, &poor).await.expect(200);
    let words = said(&other);
    assert!(
        words.contains("Card with insufficient funds Declined") && words.matches("Declined").count() == 1,
        "{words}"
    );
    other.shows("Insufficient funds");
    assert_eq!(chosen(&other, &pay), None);

    // a customer who must confirm at their bank has not chosen another card
    let asks = [("method", "sim_requires_action")];
    let asked = ada.submit_and_follow(&other, &pay, &asks).await.expect(200);
    assert_eq!(chosen(&asked, &pay), None);
    asked.hides("Choose a card");
    let none = ada.submit_and_follow(&asked, &pay, &[]).await.expect(200);
    none.shows("Confirm the payment with your bank").shows("Choose a card");
    ada.get(&order).await.expect(200).hides("Choose a card");
    ada.submit(&none, &pay, &[("method", "sim_ok")]).await.expect(303);
    ada.until(&order, "Paid, preparing your order").await;
}
