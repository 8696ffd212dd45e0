//! Who may see and change which orders. What belongs to others is not there.

use crate::{
    Orders,
    order::{Order, Person, Viewer},
    store,
    transition::order::State,
};
use contracts::{
    orders::{Action, Order as View},
    payments::PaymentStatus,
};
use db::Tx;
use endpoint::{Common, Fail, Permission, Role};
use kernel::{Id, id::OrderId};
use ordo_http::{Call, Who};
use uuid::Uuid;

/// Whether the caller works with other people's orders.
pub(crate) fn viewer(call: &Call) -> Viewer {
    match call.holds(Permission::Orders) || call.holds(Permission::Payments) {
        true => Viewer::Staff,
        false => Viewer::Customer,
    }
}

/// The order as the caller sees it. What is `allowed` is what this caller may do: staff see other people's orders with one
/// permission, and need another one for some of it; of an own order they may do what every customer may.
pub(crate) fn shown(call: &Call, order: &Order, person: &Person) -> View {
    let viewer = viewer(call);
    let mut view = order.view(person, viewer);
    if viewer == Viewer::Staff {
        let is_own = call.who.user() == Some(order.user_id);
        let own = if is_own { order.allowed(Viewer::Customer) } else { Vec::new() };
        // an attempt that waits for the customer is given up by the customer alone
        let waits =
            view.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::RequiresAction);
        let may = |action| holds_for(call, action) && !(waits && action == Action::Pay);
        view.allowed.retain(|action| may(*action) || own.contains(action));
    }
    view
}

/// Whether staff may do this to other people's orders.
fn holds_for(call: &Call, action: Action) -> bool {
    match action {
        Action::Pay => true,
        Action::Refund => call.holds(Permission::Payments),
        Action::Cancel
        | Action::Fulfil
        | Action::Deliver
        | Action::Edit
        | Action::Hold
        | Action::Release
        | Action::Place
        | Action::Delete => call.holds(Permission::Orders),
    }
}

/// What a service does for a user as staff would: whether that user may is for the service to say.
///
/// # Errors
/// [`Common::FORBIDDEN`] for a service on its own account.
pub(crate) fn as_staff(call: Call) -> Result<Call, Common> {
    let (id, session) = (call.user()?, Id::from_uuid(Uuid::nil()));
    let who = Who::User { id, session, role: Role::Staff, permissions: Permission::ALL.to_vec() };
    Ok(Call { who, ..call })
}

/// Lets the owner through, and staff who work with orders or payments.
///
/// # Errors
/// 404 to everybody else; a draft is staff's alone.
pub(crate) fn may_see(call: &Call, order: &Order) -> Result<(), Common> {
    match (viewer(call), order.state) {
        (Viewer::Staff, _) => Ok(()),
        (Viewer::Customer, State::Draft) => Err(Common::NotFound),
        (Viewer::Customer, _) if order.is_of(call.who.user()) => Ok(()),
        (Viewer::Customer, _) => Err(Common::NotFound),
    }
}

/// The order, locked for a change, if it is there for the caller.
///
/// # Errors
/// 404 where it is not; to be answered after a rollback, see [`or_refuse`](super::or_refuse).
pub(crate) async fn locked<X>(tx: &mut Tx, call: &Call, id: OrderId) -> Result<Order, Fail<X>> {
    let order = store::orders::lock(tx, id).await?.ok_or(Common::NotFound)?;
    may_see(call, &order)?;
    Ok(order)
}

/// The order, if it is there for the caller.
///
/// # Errors
/// 404 where it is not.
pub(crate) async fn visible<X>(s: &Orders, call: &Call, id: OrderId) -> Result<(Order, Person), Fail<X>> {
    let (order, person) = store::orders::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    may_see(call, &order)?;
    Ok((order, person))
}
