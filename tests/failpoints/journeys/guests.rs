//! Guests: what they order comes into the account that verifies their address, whichever came first.

use crate::script::{Deadline, JourneyRun, NONE, POST};
use http::Method;
use serde_json::{Value, json};
use testkit::http_client::path_in;

const EMAIL: &str = "bea@example.com";
const PASSWORD: &str = "a guest's password";

impl JourneyRun {
    /// An account with the guest's address, whose mail was sent long ago.
    pub(super) async fn old_registration(&mut self) {
        let nobody = self.customer.with_token("");
        let new = json!({"email": EMAIL, "password": PASSWORD});
        self.ask(&nobody, POST, "/v1/register", "", &new).await.expect(201);
        self.stop_unheard();
        self.accident("auth", "update email_verification set created_at = 0");
    }

    pub(super) async fn guest(&mut self) {
        let first = self.orders_as_guest("first").await;
        let nobody = self.customer.with_token("");
        let said =
            self.ask(&nobody, POST, "/v1/login", "", &json!({"email": EMAIL, "password": PASSWORD})).await;
        let bea = self.customer.with_token(said.expect(200).text("token"));
        let id = self.ask(&bea, Method::GET, "/v1/me", "", &NONE).await.expect(200).text("id").to_owned();
        self.ask(&bea, POST, "/v1/me/email/verification", "", &NONE).await.expect(202);
        let code = self.code_that_verifies(&id).await;
        let said = self.ask(&nobody, POST, "/v1/email/verify", "", &json!({"token": code})).await;
        // a repeat after an answer that was lost shows a code that was used
        assert!(matches!(said.code(), 204 | 403), "{} {}", said.status, said.body);
        self.until_of(&first, &id).await;
        let second = self.orders_as_guest("second").await;
        self.until_of(&second, &id).await;
        self.ask(&bea, Method::GET, &format!("/v1/orders/{second}"), "", &NONE).await.expect(200);
    }

    /// Orders without an account; the order's id.
    async fn orders_as_guest(&mut self, key: &str) -> String {
        let guest = self.customer.signed_out();
        let wanted = self.order_of_both(NONE);
        let basket = self.filled(&guest, key, &wanted).await;
        let place = format!("/v1/baskets/{basket}/place");
        let said = self.ask(&guest, POST, &place, "", &json!({"email": EMAIL})).await.expect(201);
        self.books.acknowledged(key, &wanted, &said);
        let id = said.text("id").to_owned();
        let holder = guest.with_token(said.text("order_key"));
        self.ask(&holder, Method::GET, &format!("/v1/orders/{id}"), "", &NONE).await.expect(200);
        id
    }

    /// The code of a mail by which the user's address is verified, once it is there.
    async fn code_that_verifies(&mut self, user: &str) -> String {
        let patience = Deadline::new();
        while !patience.is_over() {
            let mails = self.staff(Method::GET, &format!("/v1/mails?about={user}"), "", &NONE).await;
            let mut mails = mails["items"].as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| mail["template"] == "verify_email") {
                let path = format!("/v1/mails/{}", mail["id"].as_str().unwrap());
                let mail: Value = self.staff(Method::GET, &path, "", &NONE).await;
                let path = path_in(mail["text"].as_str().unwrap()).unwrap();
                return path.strip_prefix("/verify?token=").unwrap().to_owned();
            }
            self.wait().await;
        }
        panic!("there is no mail by which an address is verified");
    }

    /// Waits until an order is this account's.
    async fn until_of(&mut self, order: &str, user: &str) {
        let patience = Deadline::new();
        while !patience.is_over() {
            let seen = self.staff(Method::GET, &format!("/v1/orders/{order}"), "", &NONE).await;
            if seen["user_id"] == user {
                return;
            }
            self.wait().await;
        }
        panic!("{order} does not come into the account");
    }
}
