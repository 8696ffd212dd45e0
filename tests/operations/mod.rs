//! Every public operation, by the list of endpoints, and a request for each that a shop grants: with the resources
//! that it is about.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part of it")]

pub mod stage;

use bytes::Bytes;
use contracts::catalogue;
use endpoint::Route;
use http::{Request, header};
use serde_json::{Value, json};
use stage::{Precondition, Stage};

/// A public operation and the service that answers it.
#[derive(Debug, Clone)]
pub struct PublicOperation {
    pub service: &'static str,
    pub route: Route,
}

/// All of them.
pub fn public() -> Vec<PublicOperation> {
    let all = catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal());
    all.map(|(service, listing)| PublicOperation { service, route: listing.route }).collect()
}

/// The one of this name.
pub fn named(name: &str) -> PublicOperation {
    let found = public().into_iter().find(|operation| operation.route.name == name);
    found.unwrap_or_else(|| panic!("there is no public operation {name}"))
}

impl PublicOperation {
    /// The path of a request that is about what is on the stage.
    pub fn path(&self, stage: &Stage) -> String {
        let own = match self.route.path {
            path if path.contains("/user/") => "users",
            path => tag(path.trim_start_matches("/v1/me")),
        };
        let path = self.route.path.replace("{user_id}", "{id}").replace("{provider}", "simulator");
        [("{id}", own), ("{number}", "numbers")].into_iter().fold(path, |path, (part, what)| {
            if path.contains(part) { path.replace(part, stage.id(what)) } else { path }
        })
    }
}

/// The first word of a path: `orders`.
pub fn tag(path: &str) -> &str {
    path.trim_start_matches("/v1").split('/').find(|word| !word.is_empty()).unwrap_or_default()
}

/// What is asked of an operation.
#[derive(Debug, Clone)]
pub struct SampleRequest {
    pub operation: PublicOperation,
    /// What must be there for it.
    pub needs: Precondition,
    /// What must be there for it to be granted, where that is something which does not come to rest.
    pub granted_with: Precondition,
    body: fn(&Stage) -> Value,
    query: fn(&Stage) -> String,
    /// What a successful answer names: `orders` stands for the order on the stage.
    pub shows: Option<&'static str>,
}

impl SampleRequest {
    pub fn path(&self, stage: &Stage) -> String {
        let query = (self.query)(stage);
        let path = self.operation.path(stage);
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
    pub fn body(&self, stage: &Stage) -> Value {
        (self.body)(stage)
    }
    /// Whether a successful answer changes something.
    pub fn writes(&self) -> bool {
        !self.operation.route.method.is_safe()
    }
    /// The request, with a new idempotency key; what does not want one passes it over.
    pub fn request(&self, stage: &Stage) -> Request<Bytes> {
        let request = Request::builder().method(self.operation.route.method.clone()).uri(self.path(stage));
        let request = if self.writes() { request.header("idempotency-key", fresh("key")) } else { request };
        match self.body(stage) {
            Value::Null => request.body(Bytes::new()),
            body => request.header(header::CONTENT_TYPE, "application/json").body(body.to_string().into()),
        }
        .unwrap()
    }
    fn with_body(mut self, body: fn(&Stage) -> Value) -> Self {
        self.body = body;
        self
    }
    fn with_query(mut self, query: fn(&Stage) -> String) -> Self {
        self.query = query;
        self
    }
    fn granted_with(mut self, needs: Precondition) -> Self {
        self.granted_with = needs;
        self
    }
    fn showing(mut self, what: &'static str) -> Self {
        self.shows = Some(what);
        self
    }
}

/// A word that is nowhere else.
pub fn fresh(word: &str) -> String {
    format!("{word}-{:016x}", testkit::real_env::env().random_u64())
}

/// The password of every customer.
pub const PASSWORD: &str = "a customer's password";

/// A request that is granted to callers with the permission. `name` is the operation's, and if there are several
/// requests, with a word that distinguishes them: `cancel_order/some_lines`.
pub fn ask(name: &str) -> SampleRequest {
    let operation = named(name.split('/').next().unwrap_or(name));
    let about = |needs: Precondition| SampleRequest {
        operation: operation.clone(),
        needs,
        granted_with: needs,
        body: |_| Value::Null,
        query: |_| String::new(),
        shows: None,
    };
    match operation.service {
        "auth" => ask_auth(name, &about),
        "products" => ask_products(name, &about),
        "orders" => ask_orders(name, &about),
        "payments" => ask_payments(name, &about),
        _ => ask_notifications(name, &about),
    }
    .unwrap_or_else(|| panic!("nobody has written down how {name} is asked for: see tests/operations"))
}

type RequestTemplate<'a> = &'a dyn Fn(Precondition) -> SampleRequest;

fn ask_auth(name: &str, about: RequestTemplate<'_>) -> Option<SampleRequest> {
    let nothing = || about(Precondition::Nothing);
    Some(match name {
        "register" => nothing()
            .with_body(|_| json!({"email": format!("{}@example.com", fresh("new")), "password": PASSWORD})),
        "set_up" => nothing().with_body(|_| {
            json!({"setup_token": "none", "email": format!("{}@example.com", fresh("new")), "password": PASSWORD})
        }),
        "login" => about(Precondition::Account)
            .with_body(|stage| json!({"email": stage.id("emails"), "password": PASSWORD}))
            .showing("users"),
        "refresh_token" => about(Precondition::Account)
            .with_body(|stage| json!({"refresh_token": stage.id("refresh_tokens")}))
            .showing("users"),
        "validate_token" => {
            about(Precondition::Account).with_body(|stage| json!({"token": stage.id("tokens")})).showing("users")
        }
        "logout" | "get_me" | "get_jwks" | "list_sessions" | "end_other_sessions" => nothing(),
        // the same again, so that who does it can sign in again
        "change_password" => {
            nothing().with_body(|_| json!({"current_password": PASSWORD, "new_password": PASSWORD}))
        }
        "forgot_password" => {
            nothing().with_body(|_| json!({"email": format!("{}@example.com", fresh("forgetful"))}))
        }
        "reset_password" => about(Precondition::Reset)
            .with_body(|stage| json!({"token": stage.id("reset_tokens"), "new_password": "another password"})),
        "ask_for_verification" => nothing(),
        "verify_email" => about(Precondition::Verification)
            .with_body(|stage| json!({"token": stage.id("verification_tokens")})),
        "end_session" => about(Precondition::Session),
        "create_api_key" => {
            nothing().with_body(|_| json!({"name": "The till", "scopes": ["settings"]}))
        }
        "list_api_keys" => {
            about(Precondition::ApiKey).with_query(|_| "limit=200".to_owned()).showing("api-keys")
        }
        "get_api_key" => about(Precondition::ApiKey).showing("api-keys"),
        "revoke_api_key" => about(Precondition::ApiKey),
        "update_me" => nothing().with_body(|_| json!({"name": "Ada"})),
        "list_users" => about(Precondition::Account).with_query(|_| "limit=200".to_owned()).showing("users"),
        "list_users/by_words" => {
            about(Precondition::Account).with_query(|stage| format!("q={}", stage.id("emails"))).showing("users")
        }
        "get_user" => about(Precondition::Account).showing("users"),
        "get_user/of_staff" => about(Precondition::StaffAccount).showing("users"),
        "list_addresses" => about(Precondition::Address).with_query(|_| "limit=200".to_owned()).showing("addresses"),
        "get_address" => about(Precondition::Address).showing("addresses"),
        "add_address" => nothing().with_body(|_| json!({"address": stage::address()})),
        "update_address" => about(Precondition::Address).with_body(|_| json!({"default": true})).showing("addresses"),
        "remove_address" => about(Precondition::Address),
        "update_user" => about(Precondition::Account)
            .with_body(|_| json!({"role": "staff", "permissions": ["orders"]}))
            .showing("users"),
        _ => return None,
    })
}

fn ask_products(name: &str, about: RequestTemplate<'_>) -> Option<SampleRequest> {
    let product = || about(Precondition::Product);
    Some(match name {
        "create_product" => {
            about(Precondition::Nothing).with_body(|_| json!({"name": "Kettle", "price": "24.50"}))
        }
        "get_product" => product().showing("products"),
        "get_product/draft" => about(Precondition::Draft).showing("products"),
        "list_products" => product().with_query(|_| "limit=200".to_owned()).showing("products"),
        "list_products/drafts" => {
            about(Precondition::Draft).with_query(|_| "limit=200&status=draft".to_owned()).showing("products")
        }
        "replace_product" => {
            product().with_body(|_| json!({"name": "Pot", "price": "9.90"})).showing("products")
        }
        "update_product" => product().with_body(|_| json!({"name": "Pan"})).showing("products"),
        "delete_product" => product(),
        "list_movements" => product().showing("products"),
        "adjust_stock" => {
            product().with_body(|_| json!({"delta": 3, "reason": "receipt"})).showing("products")
        }
        _ => return None,
    })
}

fn ask_orders(name: &str, about: RequestTemplate<'_>) -> Option<SampleRequest> {
    let order = |needs| about(needs).showing("orders");
    let fulfilment = |needs| about(needs).showing("fulfilments");
    Some(match name {
        "place_order" => about(Precondition::Product).with_body(|stage| {
            json!({"lines": [{"product_id": stage.id("products"), "quantity": 1}], "payment": {"method": "sim_ok"}})
        }).showing("products"),
        "place_order/price_of_its_own" => about(Precondition::Nothing)
            .with_body(|_| json!({"lines": [{"title": "Engraving", "unit_price": "5.00", "quantity": 1}]})),
        "place_order/adjustments" => about(Precondition::Product).with_body(|stage| {
            json!({"lines": [{"product_id": stage.id("products"), "quantity": 1}],
                "adjustments": [{"kind": "discount", "title": "for nothing", "amount": "0.50"}]})
        }),
        "create_basket" => about(Precondition::Nothing),
        "get_my_basket" | "get_basket" => about(Precondition::Basket).showing("baskets"),
        "get_basket/of_a_guest" => about(Precondition::GuestsBasket).showing("baskets"),
        "add_to_basket" => about(Precondition::Basket).with_body(put_in).showing("baskets"),
        "add_to_basket/of_a_guest" => about(Precondition::GuestsBasket).with_body(put_in).showing("baskets"),
        "update_basket" => about(Precondition::Basket).with_body(set_in).showing("baskets"),
        "update_basket/of_a_guest" => about(Precondition::GuestsBasket).with_body(set_in).showing("baskets"),
        "merge_basket" => about(Precondition::GuestsBasket).showing("products"),
        "merge_basket/of_a_user" => about(Precondition::Basket).showing("products"),
        "place_basket" => about(Precondition::Basket)
            .with_body(|_| json!({"payment": {"method": "sim_ok"}}))
            .showing("products"),
        "place_basket/of_a_guest" => about(Precondition::GuestsBasket)
            .with_body(|_| json!({"email": "guest@example.com", "payment": {"method": "sim_ok"}}))
            .showing("products"),
        "get_order" | "get_order_by_number" => order(Precondition::Paid),
        "list_orders" => order(Precondition::Paid).with_query(|_| "limit=200".to_owned()),
        "list_orders/of_user" => {
            order(Precondition::Paid).with_query(|stage| format!("limit=200&user_id={}", stage.id("users")))
        }
        "list_orders/by_number" => {
            order(Precondition::Paid).with_query(|stage| format!("number={}", stage.id("numbers")))
        }
        "list_orders/by_words" => {
            order(Precondition::Paid).with_query(|stage| format!("q={}", stage.id("orders")))
        }
        "read_overview" => about(Precondition::Paid),
        "list_orders_of_user" => order(Precondition::Paid).with_query(|_| "limit=200".to_owned()),
        "pay_order" => order(Precondition::Pending).with_body(|_| json!({"method": "sim_ok"})),
        "pay_order/offline" => order(Precondition::Pending).with_body(|_| json!({"method": "offline"})),
        "cancel_order" => order(Precondition::Pending).with_body(|_| json!({"reason": "too late"})),
        "cancel_order/some_lines" => order(Precondition::Paid)
            .with_body(|stage| json!({"lines": [{"line_id": stage.id("lines"), "quantity": 1}]})),
        "set_order_status" => order(Precondition::Paid).with_body(|_| json!({"status": "shipped"})),
        "set_order_status/confirmed" => {
            order(Precondition::Pending).with_body(|_| json!({"status": "confirmed"}))
        }
        "set_order_status/cancelled" => order(Precondition::Paid).with_body(|_| json!({"status": "cancelled"})),
        "refund_order" => order(Precondition::Paid).with_body(|_| json!({"amount": "0.50"})),
        "draft_order" => about(Precondition::Account)
            .with_body(|stage| {
                let lines = json!([{"title": "Engraving", "unit_price": "5.00", "quantity": 1}]);
                json!({"user_id": stage.id("users"), "lines": lines})
            })
            .showing("users"),
        "update_draft" => order(Precondition::OrderDraft).with_body(|_| json!({"note": "as agreed"})),
        "delete_draft" => about(Precondition::OrderDraft),
        "place_draft" => order(Precondition::OrderDraft).with_body(|_| json!({})),
        "get_order/draft" => order(Precondition::OrderDraft),
        "list_orders/drafts" => {
            order(Precondition::OrderDraft).with_query(|_| "limit=200&status=draft".to_owned())
        }
        "list_drafts" => {
            order(Precondition::OrderDraft).with_query(|stage| format!("limit=200&user_id={}", stage.id("users")))
        }
        "get_draft" => order(Precondition::OrderDraft),
        "list_payments_of_order" => order(Precondition::Paid),
        "list_refunds_of_order" => about(Precondition::Refunded).showing("refunds"),
        "add_note" => order(Precondition::Paid).with_body(|_| json!({"text": "called, and wants it on Friday"})),
        "list_notes" => order(Precondition::Noted),
        "hold_order" => order(Precondition::Paid).with_body(|_| json!({"reason": "the address looks odd"})),
        "release_order" => order(Precondition::Held),
        "update_order" => order(Precondition::Paid).with_body(|_| json!({"note": "leave it at the door"})),
        "read_history" | "read_whole_order" => order(Precondition::Paid),
        "create_fulfilment" => order(Precondition::Paid).with_body(|_| json!({})),
        "list_fulfilments" => fulfilment(Precondition::Fulfilment),
        "get_fulfilment" => fulfilment(Precondition::Fulfilment),
        "pack_fulfilment" | "cancel_fulfilment" => fulfilment(Precondition::Fulfilment),
        "ship_fulfilment" => fulfilment(Precondition::Fulfilment).with_body(|_| json!({"carrier": "DHL"})),
        "update_fulfilment" => fulfilment(Precondition::Shipped).with_body(|_| json!({"tracking_number": "JJD42"})),
        "deliver_fulfilment" | "fail_fulfilment" => fulfilment(Precondition::Shipped),
        "return_fulfilment" => fulfilment(Precondition::Undeliverable),
        _ => return None,
    })
}

fn put_in(stage: &Stage) -> Value {
    json!({"product_id": stage.id("products"), "quantity": 1})
}
fn set_in(stage: &Stage) -> Value {
    json!({"lines": [put_in(stage)]})
}

fn ask_payments(name: &str, about: RequestTemplate<'_>) -> Option<SampleRequest> {
    let payment = |needs| about(needs).showing("payments");
    Some(match name {
        "get_payment" => payment(Precondition::Paid),
        "confirm_payment" => payment(Precondition::Action),
        "capture_payment" | "void_payment" => payment(Precondition::Promised),
        "refund_payment" => payment(Precondition::Paid).with_body(|_| json!({"amount": "0.50"})),
        "withdraw_refund" => {
            about(Precondition::Refunded).granted_with(Precondition::RefundRefused).showing("refunds")
        }
        "settle_refund" => {
            about(Precondition::Refunded).granted_with(Precondition::RefundOffline).showing("refunds")
        }
        "list_unknown_charges" => about(Precondition::UnknownCharge)
            .with_query(|_| "limit=200".to_owned())
            .showing("unknown-charges"),
        "refund_unknown_charge" => about(Precondition::UnknownCharge).showing("unknown-charges"),
        // nobody but the provider can sign it
        "receive_payment_webhook" => about(Precondition::Nothing).with_body(|_| json!({"id": "evt_1"})),
        "get_refund" | "list_refunds" => about(Precondition::Refunded).showing("refunds"),
        _ => return None,
    })
}

fn ask_notifications(name: &str, about: RequestTemplate<'_>) -> Option<SampleRequest> {
    Some(match name {
        "list_events" => about(Precondition::Paid)
            .with_query(|stage| format!("subject={}", stage.id("orders")))
            .showing("orders"),
        "stream_events" => about(Precondition::Paid)
            .with_query(|stage| format!("from=oldest&subject={}", stage.id("orders")))
            .showing("orders"),
        "get_mail" => about(Precondition::Mail).showing("orders"),
        "list_mails" => about(Precondition::Paid)
            .with_query(|stage| format!("about={}", stage.id("orders")))
            .showing("orders"),
        _ => return None,
    })
}
