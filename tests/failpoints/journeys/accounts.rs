//! Accounts: registering, signing in, tokens, and staff who change somebody's account.

use crate::script::{CUSTOMER, NONE, POST, Patience, Script};
use http::Method;
use serde_json::{Value, json};
use testkit::plain::{Plain, Said};

const EMAIL: &str = "second@example.com";
const PASSWORD: &str = "a second password";
const WRONG: &str = "a wrong password";

impl Script {
    async fn login(&mut self, email: &str, password: &str) -> Said {
        let nobody = self.customer.with_token("");
        self.ask(&nobody, POST, "/v1/login", "", &json!({"email": email, "password": password})).await
    }
    /// Signs in; a client that is signed in, and a refresh token.
    async fn session(&mut self, email: &str, password: &str) -> (Plain, Value) {
        let said = self.login(email, password).await.expect(200);
        (self.customer.with_token(said.text("token")), json!({"refresh_token": said.text("refresh_token")}))
    }

    pub(super) async fn accounts(&mut self) {
        let nobody = self.customer.with_token("");
        let new = json!({"email": EMAIL, "password": PASSWORD});
        let said = self.ask(&nobody, POST, "/v1/register", "", &new).await;
        // a repeat after an answer that was lost finds the name taken: by itself
        assert!(matches!(said.code(), 201 | 409), "{} {}", said.status, said.body);
        assert_eq!(self.login(EMAIL, WRONG).await.code(), 401);

        let (second, refresh) = self.session(EMAIL, PASSWORD).await;
        let said =
            self.ask(&second, Method::PATCH, "/v1/me", "", &json!({"name": "Second"})).await.expect(200);
        let id = said.text("id").to_owned();
        let said = self.ask(&nobody, POST, "/v1/token/refresh", "", &refresh).await;
        // whose answer was lost has used the token, signs in again, and is nobody's thief
        assert!(matches!(said.code(), 200 | 401), "{} {}", said.status, said.body);
        let said = self.ask(&nobody, POST, "/v1/token/refresh", "", &refresh).await;
        assert_eq!(said.code(), 401, "a refresh token was good twice: {}", said.body);
        self.until_refused(&second).await;

        let (second, _) = self.session(EMAIL, PASSWORD).await;
        let said = self.ask(&second, Method::GET, "/v1/me", "", &NONE).await.expect(200);
        assert_eq!(said.text("name"), "Second");
        let said = self.ask(&second, POST, "/v1/logout", "", &NONE).await;
        assert!(matches!(said.code(), 204 | 401), "{} {}", said.status, said.body);
        self.until_refused(&second).await;

        let (second, _) = self.session(EMAIL, PASSWORD).await;
        self.staff(Method::PATCH, &format!("/v1/users/{id}"), "", &json!({"active": false})).await;
        self.until_refused(&second).await;
        assert!(matches!(self.login(EMAIL, PASSWORD).await.code(), 401 | 403), "switched off, and signed in");
    }

    /// A session that has ended is refused within a second.
    async fn until_refused(&mut self, who: &Plain) {
        let patience = Patience::new();
        while !patience.is_over() {
            if self.ask(who, Method::GET, "/v1/me", "", &NONE).await.code() == 401 {
                return;
            }
            self.wait().await;
        }
        panic!("a session that has ended is good for ever");
    }

    /// The customer's password was hashed when that was meant to cost less.
    pub(super) async fn old_hash(&mut self) {
        const HASH: &str = "$argon2id$v=19$m=1024,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$xbYa72BhOAUmLYPmQykP9c8qgS3PaTYZEwo4vW+Z1oo";
        self.stop_unheard();
        self.accident(
            "auth",
            &format!("update account set password_hash = '{HASH}' where email = '{}'", CUSTOMER.0),
        );
    }
    pub(super) async fn signs_in(&mut self) {
        for _ in 0..2 {
            let (customer, _) = self.session(CUSTOMER.0, CUSTOMER.1).await;
            let said = self.ask(&customer, Method::GET, "/v1/me", "", &NONE).await.expect(200);
            assert_eq!(said.text("email"), CUSTOMER.0);
        }
        assert_eq!(self.login(CUSTOMER.0, WRONG).await.code(), 401);
    }
}
