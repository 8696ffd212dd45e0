//! Accounts: registering, signing in, tokens, and staff who change somebody's account.

use crate::script::{CUSTOMER, Deadline, JourneyRun, NONE, POST};
use http::Method;
use serde_json::{Value, json};
use testkit::http_client::{HttpClient, HttpResponse};

const EMAIL: &str = "second@example.com";
const PASSWORD: &str = "a second password";
const WRONG: &str = "a wrong password";

impl JourneyRun {
    async fn login(&mut self, email: &str, password: &str) -> HttpResponse {
        let nobody = self.customer.with_token("");
        self.ask(&nobody, POST, "/v1/login", "", &json!({"email": email, "password": password})).await
    }
    /// Signs in; a client that is signed in, and a refresh token.
    async fn session(&mut self, email: &str, password: &str) -> (HttpClient, Value) {
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
        // whose answer was lost gets the same successor, and is nobody's thief
        assert_eq!(said.code(), 200, "{}", said.body);
        let successor = json!({"refresh_token": said.text("refresh_token")});
        let said = self.ask(&nobody, POST, "/v1/token/refresh", "", &successor).await;
        assert_eq!(said.code(), 200, "{}", said.body);
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

    /// Passwords that are changed and forgotten, and sessions that are ended from elsewhere.
    pub(super) async fn passwords(&mut self) {
        const EMAIL: &str = "forgetful@example.com";
        const CHANGED: &str = "a changed password";
        let nobody = self.customer.with_token("");
        let new = json!({"email": EMAIL, "password": PASSWORD});
        let said = self.ask(&nobody, POST, "/v1/register", "", &new).await;
        assert!(matches!(said.code(), 201 | 409), "{} {}", said.status, said.body);
        let (here, _) = self.session(EMAIL, PASSWORD).await;
        let (there, _) = self.session(EMAIL, PASSWORD).await;
        let sessions = self.ask(&there, Method::GET, "/v1/me/sessions", "", &NONE).await.expect(200).body;
        let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true);
        let path = format!("/v1/me/sessions/{}", current.unwrap()["id"].as_str().unwrap());
        let said = self.ask(&here, Method::DELETE, &path, "", &NONE).await;
        assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        self.until_refused(&there).await;
        let (there, _) = self.session(EMAIL, PASSWORD).await;
        self.ask(&here, Method::DELETE, "/v1/me/sessions", "", &NONE).await.expect(204);
        self.until_refused(&there).await;

        let (there, _) = self.session(EMAIL, PASSWORD).await;
        let change = json!({"current_password": PASSWORD, "new_password": CHANGED});
        let said = self.ask(&here, POST, "/v1/password/change", "", &change).await;
        // a repeat after an answer that was lost shows a password that is none any more
        assert!(matches!(said.code(), 204 | 403), "{} {}", said.status, said.body);
        self.until_refused(&there).await;
        let id = self.ask(&here, Method::GET, "/v1/me", "", &NONE).await.expect(200).text("id").to_owned();
        assert_eq!(self.login(EMAIL, PASSWORD).await.code(), 401);
        self.ask(&nobody, POST, "/v1/password/forgot", "", &json!({"email": EMAIL})).await.expect(202);
        let code = self.code_of_mail(&id).await;
        let reset = json!({"token": code, "new_password": PASSWORD});
        let said = self.ask(&nobody, POST, "/v1/password/reset", "", &reset).await;
        // a repeat after an answer that was lost shows a code that was used
        assert!(matches!(said.code(), 204 | 403), "{} {}", said.status, said.body);
        self.until_refused(&here).await;
        assert_eq!(self.login(EMAIL, CHANGED).await.code(), 401);
        self.session(EMAIL, PASSWORD).await;
        let said = self.ask(&nobody, POST, "/v1/password/reset", "", &reset).await;
        assert_eq!(said.code(), 403, "a code was good twice: {}", said.body);
    }

    /// An address is kept, becomes the default, and goes.
    async fn addresses(&mut self) {
        let customer = self.customer.clone();
        let home = json!({"address": {
            "name": "Ada", "line1": "1 Way", "city": "Town", "postal_code": "12345", "country": "DE",
        }});
        let path = "/v1/me/addresses";
        let kept = self.ask(&customer, POST, path, "home", &home).await.expect(201);
        let other = json!({"address": home["address"], "default": true});
        self.ask(&customer, POST, path, "other", &other).await.expect(201);
        let own = format!("{path}/{}", kept.text("id"));
        let said = self.ask(&customer, Method::PATCH, &own, "", &json!({"default": true})).await.expect(200);
        assert_eq!(said.body["default"], true, "{}", said.body);
        let said = self.ask(&customer, Method::DELETE, &own, "", &NONE).await;
        // a repeat after an answer that was lost finds nothing to remove
        assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        // repeating the request that added it does not add it again after it was removed
        self.forget(kept.text("id"));
        self.ask(&customer, POST, path, "home", &home).await.expect(422);
        let left = self.ask(&customer, Method::GET, path, "", &NONE).await.expect(200).body;
        let defaults: Vec<_> = left["items"].as_array().unwrap().iter().map(|one| &one["default"]).collect();
        assert_eq!(defaults, [true], "{left}");
    }

    /// A program calls with a key, which is revoked.
    pub(super) async fn programs(&mut self) {
        self.addresses().await;
        let admin = self.admin.clone();
        let said = self.staff(POST, "/v1/api-keys", "", &json!({"name": "till", "scopes": ["orders"]})).await;
        let (id, key) = (said["id"].as_str().unwrap().to_owned(), said["key"].as_str().unwrap().to_owned());
        let program = self.customer.with_token(&key);
        self.ask(&program, Method::GET, "/v1/orders", "", &NONE).await.expect(200);
        let said = self.ask(&admin, Method::DELETE, &format!("/v1/api-keys/{id}"), "", &NONE).await;
        assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        self.until_refused(&program).await;
    }

    /// The code of the mail about a forgotten password, once it is there.
    async fn code_of_mail(&mut self, user: &str) -> String {
        let patience = Deadline::new();
        while !patience.is_over() {
            let mails = self.staff(Method::GET, &format!("/v1/mails?about={user}"), "", &NONE).await;
            let mut mails = mails["items"].as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| mail["template"] == "password_reset") {
                let path = format!("/v1/mails/{}", mail["id"].as_str().unwrap());
                let mail = self.staff(Method::GET, &path, "", &NONE).await;
                let code =
                    mail["text"].as_str().unwrap().split_whitespace().find(|word| word.starts_with("orr_"));
                return code.unwrap().to_owned();
            }
            self.wait().await;
        }
        panic!("there is no mail about a forgotten password");
    }

    /// A session that has ended is refused within a second.
    async fn until_refused(&mut self, who: &HttpClient) {
        let patience = Deadline::new();
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
