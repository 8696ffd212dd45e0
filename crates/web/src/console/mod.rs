//! The console: the rooms in which staff do the day's work. Each page asks as the person whose session it is; what that
//! person may not do is not shown, and the services refuse it.

mod api_keys;
mod badges;
mod chart;
pub(crate) mod colleagues;
mod customers;
mod finding;
mod frame;
mod home;
mod lately;
mod mails;
mod missing;
mod order;
mod orders;
mod paging;
mod parts;
mod people;
mod picking;
mod product;
mod products;
mod staff;
pub(crate) mod system;
mod today;
mod unanswered;
mod unknown_charges;

use crate::{
    Web,
    shown::{Shown, Stop},
    visit::{self, Visit},
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use endpoint::{Permission, http::StatusCode};

/// Does what a request of the console asks for, and answers. What is done is large: it is boxed before it is handed on.
pub(crate) fn run(
    visit: Visit,
    work: impl Future<Output = Result<Shown, Stop>>,
) -> impl Future<Output = Response> {
    let work = Box::pin(work);
    visit::run(visit.clone(), missing::within(visit, work))
}

/// Answers what was sent to the console and not read.
pub(crate) async fn unread(visit: Visit, status: StatusCode) -> Response {
    visit::run(visit.clone(), Box::pin(missing::unread(visit, status))).await
}

/// Whether whoever asks may do what needs this permission. A page of the shop does without what cannot be known just now.
pub(crate) async fn may(visit: &Visit, permission: Permission) -> bool {
    let is_staff = visit.session.as_ref().is_some_and(|session| session.is_staff);
    is_staff && staff::Staff::with(visit, permission).await.is_ok()
}

/// The rooms.
pub(crate) fn routes() -> Router<Web> {
    first_rooms().merge(orders_room()).merge(corrections()).merge(products_room())
}

/// The first page, search, people and mails.
fn first_rooms() -> Router<Web> {
    type Id = Path<String>;
    Router::new()
        .route("/console", get(|v: Visit| run(v.clone(), home::show(v))))
        .route("/console/more", get(|v: Visit| run(v.clone(), home::more(v))))
        .route("/console/system", get(|v: Visit| run(v.clone(), system::show(v))))
        .route("/console/system/audit", post(|v: Visit| run(v.clone(), system::checking::run(v))))
        .route("/console/system/letters", post(|v: Visit| run(v.clone(), system::letters::treat(v))))
        .route("/console/search", get(|v: Visit| run(v.clone(), finding::show(v))))
        .route("/console/customers", get(|v: Visit| run(v.clone(), customers::show(v))))
        .route("/console/customers/{id}", get(|Path(id): Id, v: Visit| run(v.clone(), customers::one(v, id))))
        .route(
            "/console/customers/{id}/draft",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::make(v, id))),
        )
        .route("/console/mails", get(|v: Visit| run(v.clone(), mails::show(v))))
        .route("/console/mails/{id}", get(|Path(id): Id, v: Visit| run(v.clone(), mails::one(v, id))))
        .route(
            "/console/api-keys",
            get(|v: Visit| run(v.clone(), api_keys::show(v)))
                .post(|v: Visit| run(v.clone(), api_keys::create(v))),
        )
        .route("/console/api-keys/revoke", post(|v: Visit| run(v.clone(), api_keys::revoke(v))))
        .route("/console/staff", get(|v: Visit| run(v.clone(), people::show(v))))
        .route(
            "/console/staff/{id}",
            get(|Path(id): Id, v: Visit| run(v.clone(), people::one(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), people::change(v, id))),
        )
}

/// Products, and their stock.
fn products_room() -> Router<Web> {
    type Id = Path<String>;
    Router::new()
        .route("/console/products", get(|v: Visit| run(v.clone(), products::show(v))))
        .route(
            "/console/products/new",
            get(|v: Visit| run(v.clone(), product::adding::ask(v)))
                .post(|v: Visit| run(v.clone(), product::adding::add(v))),
        )
        .route(
            "/console/products/{id}",
            get(|Path(id): Id, v: Visit| run(v.clone(), product::show(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), product::saving::save(v, id))),
        )
        .route(
            "/console/products/{id}/stock",
            get(|Path(id): Id, v: Visit| run(v.clone(), product::stock::show(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), product::stock::adjust(v, id))),
        )
        .route(
            "/console/products/{id}/pictures",
            get(|Path(id): Id, v: Visit| run(v.clone(), product::pictures::show(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), product::pictures::save(v, id))),
        )
        .route(
            "/console/products/{id}/delete",
            get(|Path(id): Id, v: Visit| run(v.clone(), product::deleting::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), product::deleting::delete(v, id))),
        )
}

/// What is corrected of an order, and drafts.
fn corrections() -> Router<Web> {
    type Id = Path<String>;
    Router::new()
        .route(
            "/console/orders/{id}/address",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::addressing::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::addressing::save(v, id))),
        )
        .route(
            "/console/orders/{id}/draft",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::edit(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::save(v, id))),
        )
        .route(
            "/console/orders/{id}/place",
            post(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::submit(v, id))),
        )
        .route(
            "/console/orders/{id}/delete",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::ask_to_delete(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::drafting::delete(v, id))),
        )
}

/// Orders, and what is done to one.
fn orders_room() -> Router<Web> {
    type Id = Path<String>;
    type Two = Path<(String, String)>;
    Router::new()
        .route("/console/orders/new", get(|v: Visit| run(v.clone(), orders::news_since(v))))
        .route("/console/orders", get(|v: Visit| run(v.clone(), orders::show(v))))
        .route("/console/orders/pack", post(|v: Visit| run(v.clone(), picking::pack(v))))
        .route("/console/orders/slips", get(|v: Visit| run(v.clone(), order::slips::show(v))))
        .route(unanswered::PATH, get(|v: Visit| run(v.clone(), unanswered::show(v))))
        .route(
            unknown_charges::PATH,
            get(|v: Visit| run(v.clone(), unknown_charges::show(v)))
                .post(|v: Visit| run(v.clone(), unknown_charges::settle(v))),
        )
        .route("/console/orders/{id}", get(|Path(id): Id, v: Visit| run(v.clone(), order::show(v, id))))
        .route(
            "/console/orders/{id}/notes",
            post(|Path(id): Id, v: Visit| run(v.clone(), order::notes::add(v, id))),
        )
        .route(
            "/console/orders/{id}/parcels",
            post(|Path(id): Id, v: Visit| run(v.clone(), order::parcels::make(v, id))),
        )
        .route(
            "/console/orders/{id}/parcels/{parcel}",
            post(|Path((id, parcel)): Two, v: Visit| run(v.clone(), order::parcels::go_on(v, id, parcel))),
        )
        .route(
            "/console/orders/{id}/parcels/{parcel}/slip",
            get(|Path((id, parcel)): Two, v: Visit| run(v.clone(), order::papers::slip(v, id, parcel))),
        )
        .route(
            "/console/orders/{id}/invoice",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::papers::invoice(v, id))),
        )
        .route(
            "/console/orders/{id}/cancel",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::cancelling::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::cancelling::cancel(v, id))),
        )
        .route(
            "/console/orders/{id}/refund",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::refunding::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::refunding::refund(v, id))),
        )
        .route(
            "/console/orders/{id}/refunds/{refund}",
            post(|Path((id, refund)): Two, v: Visit| run(v.clone(), order::refunding::end(v, id, refund))),
        )
        .route(
            "/console/orders/{id}/offline",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::paying::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::paying::record(v, id))),
        )
        .route(
            "/console/orders/{id}/hold",
            get(|Path(id): Id, v: Visit| run(v.clone(), order::holding::ask(v, id)))
                .post(|Path(id): Id, v: Visit| run(v.clone(), order::holding::hold(v, id))),
        )
        .route(
            "/console/orders/{id}/release",
            post(|Path(id): Id, v: Visit| run(v.clone(), order::holding::release(v, id))),
        )
        .route(
            "/console/orders/{id}/complete",
            post(|Path(id): Id, v: Visit| run(v.clone(), order::completing::complete(v, id))),
        )
}
