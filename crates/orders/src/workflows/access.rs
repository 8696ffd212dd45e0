//! Who may see and change which orders. What belongs to others is not there.

use crate::{
    Orders,
    order::{Order, PaymentCopy, PersonalData, Viewer},
    store,
    transition::order::OrderState,
};
use contracts::{
    orders::{Action, Order as View, TargetStatus},
    payments::PaymentStatus,
};
use db::Tx;
use endpoint::{CommonError, HandlerError, Permission, Role, WithEtag, etag};
use kernel::{Id, id::OrderId};
use ordo_http::{Call, Principal};
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
pub(crate) fn shown(call: &Call, order: &Order, person: &PersonalData) -> View {
    View { allowed: allowed(call, order), ..order.view(person, viewer(call)) }
}

/// The ETag of an order as it is shown, the same after a change as where it is read: its version, and a print of what this
/// caller sees, since others are shown more. What opens a guest's order is told once, and is no part of it.
pub(crate) fn tag(view: &View) -> String {
    match view.order_key {
        None => etag::of_shown(&[view.version], view),
        Some(_) => etag::of_shown(&[view.version], &View { order_key: None, ..view.clone() }),
    }
}

/// The answer to a change of an order.
pub(crate) fn changed(call: &Call, order: &Order, person: &PersonalData) -> WithEtag<View> {
    let body = shown(call, order, person);
    WithEtag { etag: tag(&body), body }
}

/// What the caller can do to the order now.
pub(crate) fn allowed(call: &Call, order: &Order) -> Vec<Action> {
    let viewer = viewer(call);
    let mut allowed = order.allowed(viewer);
    if viewer == Viewer::Staff {
        let is_own = order.is_of(call.who.user());
        let own = if is_own { order.allowed(Viewer::Customer) } else { Vec::new() };
        let may = |action| match action {
            Action::Pay => staff_can_pay(call, order),
            action => holds_for(call, action),
        };
        allowed.retain(|action| may(*action) || own.contains(action));
    }
    allowed
}

/// The states that the caller can bring the order into now: that takes a permission, and money in hand another one.
pub(crate) fn targets(call: &Call, order: &Order) -> Vec<TargetStatus> {
    if !call.holds(Permission::Orders) {
        return Vec::new();
    }
    let mut targets = order.targets();
    targets.retain(|target| *target != TargetStatus::Confirmed || call.holds(Permission::Payments));
    targets
}

/// Whether staff can pay it for somebody: by another attempt, while there may be one and none waits for the customer, who
/// alone gives that up; or by money that they have in hand.
fn staff_can_pay(call: &Call, order: &Order) -> bool {
    let payment = order.payment.as_ref();
    let waits = payment
        .and_then(|copy| copy.payment.as_ref())
        .is_some_and(|payment| payment.status == PaymentStatus::RequiresAction);
    !waits && (call.holds(Permission::Payments) || !payment.is_some_and(PaymentCopy::is_worn_out))
}

/// An answer that was stored for whoever may do everything, as the caller sees it. It is of an order that was just placed:
/// there is nothing yet that a customer could not do any more.
pub(crate) fn limit(call: &Call, view: &mut View) {
    if viewer(call) == Viewer::Customer {
        return; // as a customer they have placed it
    }
    let is_own = call.who.user() == Some(view.user_id);
    let as_owner = |action| is_own && matches!(action, Action::Pay | Action::Cancel | Action::Edit);
    // possible in every state of what is placed, and not stored
    if !view.allowed.contains(&Action::Annotate) {
        view.allowed.push(Action::Annotate);
    }
    view.allowed.retain(|action| holds_for(call, *action) || as_owner(*action));
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
        | Action::Annotate
        | Action::Complete
        | Action::Place
        | Action::Delete => call.holds(Permission::Orders),
    }
}

/// What a service does for a user as staff would: whether that user may is for the service to say.
///
/// # Errors
/// [`CommonError::Forbidden`] for a service on its own account.
pub(crate) fn as_staff(call: Call) -> Result<Call, CommonError> {
    let (id, session) = (call.user()?, Id::from_uuid(Uuid::nil()));
    let who = Principal::User { id, session, role: Role::Staff, permissions: Permission::ALL.to_vec() };
    Ok(Call { who, ..call })
}

/// Lets the owner through, and staff who work with orders or payments.
///
/// # Errors
/// 404 to everybody else; a draft is staff's alone.
pub(crate) fn may_see(call: &Call, order: &Order) -> Result<(), CommonError> {
    match (viewer(call), order.state) {
        (Viewer::Staff, _) => Ok(()),
        (Viewer::Customer, OrderState::Draft) => Err(CommonError::NotFound),
        (Viewer::Customer, _) if order.is_of(call.who.user()) => Ok(()),
        (Viewer::Customer, _) => Err(CommonError::NotFound),
    }
}

/// The order, locked for a change, if it is there for the caller.
///
/// # Errors
/// 404 where it is not; to be answered after a rollback, see [`or_refuse`](super::or_refuse).
pub(crate) async fn locked<X>(tx: &mut Tx, call: &Call, id: OrderId) -> Result<Order, HandlerError<X>> {
    let order = store::orders::lock(tx, id).await?.ok_or(CommonError::NotFound)?;
    may_see(call, &order)?;
    Ok(order)
}

/// The order, if it is there for the caller.
///
/// # Errors
/// 404 where it is not.
pub(crate) async fn visible<X>(
    s: &Orders,
    call: &Call,
    id: OrderId,
) -> Result<(Order, PersonalData), HandlerError<X>> {
    visible_if(call, store::orders::find(&s.db, id).await?)
}

/// The same by its number.
///
/// # Errors
/// 404 where it is not.
pub(crate) async fn visible_with_number<X>(
    s: &Orders,
    call: &Call,
    number: i64,
) -> Result<(Order, PersonalData), HandlerError<X>> {
    visible_if(call, store::orders::find_with_number(&s.db, number).await?)
}

fn visible_if<X>(
    call: &Call,
    found: Option<(Order, PersonalData)>,
) -> Result<(Order, PersonalData), HandlerError<X>> {
    let (order, person) = found.ok_or(CommonError::NotFound)?;
    may_see(call, &order)?;
    Ok((order, person))
}
