//! Journeys of customers and staff. Together they pass every fail point; each begins in a shop of its own, goes on
//! whenever the program has ended and was started again, and knows what must come of it.

mod accounts;
mod baskets;
mod buying;
mod catalogue;
mod correcting;
mod damage;
mod guests;
mod money;
mod waiting;

use crate::script::{Deadline, JourneyRun, NONE, POST};
use http::Method;
use serde_json::{Value, json};
use std::pin::Pin;

/// A part of a journey.
pub type JourneyStep = for<'a> fn(&'a mut JourneyRun) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A journey.
pub struct Journey {
    pub name: &'static str,
    /// Further settings of the program.
    pub settings: &'static [(&'static str, &'static str)],
    /// Whether it begins in an empty folder.
    pub from_nothing: bool,
    /// What happens before, while nothing is armed; the program runs at its begin and is started again afterwards.
    pub prepare: Option<JourneyStep>,
    pub walk: JourneyStep,
}

impl Journey {
    const fn new(name: &'static str, walk: JourneyStep) -> Journey {
        Journey { name, settings: &[], from_nothing: false, prepare: None, walk }
    }
    const fn with(self, settings: &'static [(&'static str, &'static str)]) -> Journey {
        Journey { settings, ..self }
    }
    /// Whether nobody meddles with files in the meantime, so that it can be walked on PostgreSQL too.
    pub fn is_of_both_engines(&self) -> bool {
        self.prepare.is_none() && !self.from_nothing && self.name != CANNOT_WRITE
    }
    const fn after(self, prepare: JourneyStep) -> Journey {
        Journey { prepare: Some(prepare), ..self }
    }
}

macro_rules! step {
    ($name:ident) => {
        |script| Box::pin(script.$name())
    };
}

const CANNOT_WRITE: &str = "payments that cannot write";

pub const JOURNEYS: &[Journey] = &[
    Journey::new("a start", step!(only_starts)),
    Journey { from_nothing: true, ..Journey::new("the first start", step!(starts_from_nothing)) },
    Journey::new("paid and shipped", step!(paid_and_shipped)),
    Journey::new("authorized and shipped", step!(authorized_and_shipped)),
    Journey::new("cancelled", step!(cancelled)),
    Journey::new("some cancelled", step!(some_cancelled)),
    Journey::new("a price that has changed", step!(price_changed)),
    Journey::new("an answer that is lost", step!(lost_answer)),
    Journey::new("paid offline", step!(paid_offline)),
    Journey::new("an action of the customer", step!(customer_acts)),
    Journey::new("another card", step!(another_card)),
    Journey::new("taken by hand", step!(taken_by_hand)),
    Journey::new("given back by hand", step!(given_back_by_hand)),
    Journey::new("a request that is mended", step!(mended)),
    Journey::new("a late webhook", step!(late_webhook)),
    Journey::new("a silent provider", step!(silent_provider)),
    Journey::new("a request that comes late", step!(late_request)),
    Journey::new(CANNOT_WRITE, step!(cannot_write)),
    Journey::new("a shortfall", step!(shortfall)),
    Journey::new("a hold that is asked about", step!(held)),
    Journey::new("a hold for nobody", step!(buried)).after(step!(hold_for_nobody)),
    Journey::new("not paid in time", step!(falls_due))
        .with(&[("ORDO_PAYMENT_DUE", "1"), ("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", "2500")]),
    Journey::new("a promise that lapses", step!(lapses)).with(&[("ORDO_AUTHORIZATION_LIFE", "2")]),
    Journey::new("a customer who goes away", step!(goes_away)),
    Journey::new("the catalogue", step!(catalogue)),
    Journey::new("drafts", step!(drafted)),
    Journey::new("a basket", step!(basket)),
    Journey::new("baskets that nobody wants", step!(forgets)).after(step!(old_baskets)),
    Journey::new("a guest who makes an account", step!(guest)).after(step!(old_registration)),
    Journey::new("held and corrected", step!(held_and_corrected)),
    Journey::new("a refund that is withdrawn", step!(withdraws))
        .with(&[("ORDO_RECONCILE_AFTER_MS", "4000")])
        .after(step!(ask_for_refund)),
    Journey::new("accounts", step!(accounts)),
    Journey::new("passwords", step!(passwords)),
    Journey::new("programs", step!(programs)),
    Journey::new("a password that was hashed long ago", step!(signs_in)).after(step!(old_hash)),
    Journey::new("events that nobody understands", step!(put_aside)).after(step!(strange_events)),
    Journey::new("events that are acted on once more", step!(put_aside_again)).after(step!(wanted_again)),
    Journey::new("a reservation that is gone", step!(mended_stock)).after(step!(lose_reservation)),
    Journey::new("a person whom nobody has named", step!(named)).after(step!(forget_person)),
    Journey::new("a timer that comes early", step!(put_off)).after(step!(early_timer)),
    Journey::new("a timer of a clock that was ahead", step!(of_today)).after(step!(clock_ahead)),
    Journey::new("a timer that has outlived its work", step!(stops)).after(step!(needless_timer)),
    Journey::new("a timer that cannot be acted on", step!(marked)).after(step!(strange_timer)),
    Journey::new("an order that did not complete by itself", step!(completed)).after(step!(undo_completion)),
    Journey::new("a refund of yesterday", step!(refund_is_found)).after(step!(old_refund)),
    Journey::new("a key that the provider has had", step!(acts_again)).after(step!(provider_ahead)),
];

/// It is not paid, and what was tried has come to nothing.
fn must_pay_again(order: &Value) -> bool {
    let attempts = order["payment"]["attempts"].as_array();
    let over = |last: &Value| matches!(last["status"].as_str(), Some("failed" | "expired" | "voided"));
    order["status"] == "pending" && attempts.and_then(|all| all.last()).is_some_and(over)
}

/// What customers and staff do on many journeys.
impl JourneyRun {
    /// The customer orders two of each product, or of what `lines` says; its id.
    pub async fn order(&mut self, key: &str, payment: Value) -> String {
        let body = self.order_of_both(payment);
        let said = self.ask(&self.customer.clone(), POST, "/v1/orders", key, &body).await;
        assert_eq!(said.code(), 201, "{}", said.body);
        self.books.acknowledged(key, &body, &said);
        said.text("id").to_owned()
    }
    pub fn order_of_both(&self, payment: Value) -> Value {
        let lines: Vec<Value> =
            self.goods.iter().map(|g| json!({"product_id": g.id, "quantity": 2})).collect();
        let mut order = json!({ "lines": lines });
        if payment != NONE {
            order["payment"] = payment;
        }
        order
    }
    pub async fn read(&mut self, id: &str) -> Value {
        self.staff(Method::GET, &format!("/v1/orders/{id}"), "", &NONE).await
    }
    /// Waits until an order looks like this.
    pub async fn until(&mut self, id: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let (mut order, patience) = (NONE, Deadline::new());
        while !patience.is_over() {
            order = self.read(id).await;
            if is_so(&order) {
                return order;
            }
            self.wait().await;
        }
        panic!("{id} is not {what}: {order}")
    }
    pub async fn until_is(&mut self, id: &str, status: &str) {
        self.until(id, status, |order| order["status"] == status).await;
    }
    /// The customer pays; a refusal may be one that the end of the program has brought about.
    pub async fn pay(&mut self, id: &str, key: &str, method: &Value) {
        let said =
            self.ask(&self.customer.clone(), POST, &format!("/v1/orders/{id}/payments"), key, method).await;
        match said.code() {
            201 => self.books.captured(id, &said.body),
            402 | 409 => {}
            _ => panic!("paying {id}: {} {}", said.status, said.body),
        }
    }
    /// Waits until an order is paid. An attempt that the provider had not heard of when the program ended has
    /// failed: then the customer pays again, as the order asks.
    pub async fn until_confirmed(&mut self, id: &str) {
        let patience = Deadline::new();
        loop {
            let order = self.read(id).await;
            if order["status"] == "confirmed" {
                return;
            }
            self.pay_again(&order, &json!({"method": "sim_ok"})).await;
            self.wait().await;
            assert!(!patience.is_over(), "{id} is not paid: {order}");
        }
    }
    /// The customer pays again where the order asks for it.
    pub async fn pay_again(&mut self, order: &Value, method: &Value) {
        if must_pay_again(order) {
            let tried = order["payment"]["attempts"].as_array().map_or(0, Vec::len);
            self.pay(order["id"].as_str().unwrap(), &format!("again-{tried}"), method).await;
        }
    }
    /// The one order that was acknowledged.
    pub fn only_order(&self) -> String {
        let orders = self.books.orders();
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders.into_iter().next().unwrap()
    }
    /// An order that is paid at once.
    pub async fn paid_order(&mut self, key: &str) -> String {
        let id = self.order(key, json!({"method": "sim_ok"})).await;
        self.until_confirmed(&id).await;
        id
    }
    pub async fn cancel(
        &mut self,
        who: &testkit::http_client::HttpClient,
        id: &str,
        key: &str,
        body: &Value,
    ) {
        let said = self.ask(who, POST, &format!("/v1/orders/{id}/cancel"), key, body).await;
        assert_eq!(said.code(), 200, "cancelling {id}: {}", said.body);
        if body.get("lines").is_none() {
            self.books.cancelled(id);
        }
    }
    /// Staff give 1.00 of an order back.
    pub async fn refund(&mut self, id: &str, key: &str) {
        let path = format!("/v1/orders/{id}/refunds");
        let said = self.ask(&self.admin.clone(), POST, &path, key, &json!({"amount": "1.00"})).await;
        assert_eq!(said.code(), 201, "{path}: {}", said.body);
        self.books.refund_told(id, 100, said.text("status"));
    }
    /// Staff make a fulfilment; its path.
    pub async fn fulfil(&mut self, id: &str, key: &str, what: &Value) -> String {
        let made = self.staff(POST, &format!("/v1/orders/{id}/fulfilments"), key, what).await;
        self.note_fulfilment(&made)
    }
    /// Staff move a fulfilment.
    pub async fn move_fulfilment(&mut self, path: &str, step: &str, key: &str, body: &Value) {
        let moved = self.staff(POST, &format!("{path}/{step}"), key, body).await;
        self.note_fulfilment(&moved);
    }
    /// Staff correct its carrier or number.
    pub async fn correct_fulfilment(&mut self, path: &str, change: &Value) {
        let corrected = self.staff(Method::PATCH, path, "", change).await;
        assert_eq!(corrected["tracking_number"], change["tracking_number"], "{corrected}");
        self.note_fulfilment(&corrected);
    }
    fn note_fulfilment(&mut self, told: &Value) -> String {
        let id = told["id"].as_str().unwrap();
        self.fulfilments.insert(id.to_owned(), told["status"].as_str().unwrap().to_owned());
        format!("/v1/fulfilments/{id}")
    }
    /// Staff ask for a state of the order.
    pub async fn put(&mut self, id: &str, status: &str) {
        self.staff(Method::PUT, &format!("/v1/orders/{id}"), "", &json!({ "status": status })).await;
    }
}
