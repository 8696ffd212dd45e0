//! Holding an order back, letting it go, and correcting what it is sent with: one transaction each. Where the order is as
//! it must be already, nothing changes, so that each can be repeated; a precondition holds for what changes nothing, too
//! (RFC 9110, 13.1.1).

use crate::{
    Orders,
    order::{ChangeSet, Order, PersonalData, Viewer},
    store,
    transition::order::OrderState,
    workflows::{
        access, base_version::BaseVersion, cancellation::illegal, drafts, errors::OrderError, or_refuse,
        shipping_details::ShippingDetails,
    },
};
use contracts::orders::{DraftChange, Order as View, OrderChange};
use endpoint::{CommonError, HandlerError, Permission, WithEtag};
use flow::Cause;
use kernel::id::OrderId;
use ordo_http::Call;

type Error = HandlerError<OrderError>;
type EditResult = Result<WithEtag<View>, Error>;

/// Keeps the order from being shipped, for this reason.
pub(crate) async fn hold(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: BaseVersion,
    reason: String,
) -> EditResult {
    change(s, call, id, |order, person, change| {
        based.check(order)?;
        let held_for = person.hold_reason(order.holds.manual, Viewer::Staff);
        // in the words of a hold for money that went back it is theirs all the same, and ends when they say so
        if held_for.as_ref() == Some(&reason) && !order.is_held_given_back(held_for.as_deref()) {
            return Ok(());
        }
        order.hold(reason, change).map_err(|_| illegal(call, order).into())
    })
    .await
}

/// Lets the order be shipped again, as far as staff keep it from that.
pub(crate) async fn release(s: &Orders, call: &Call, id: OrderId, based: BaseVersion) -> EditResult {
    change(s, call, id, |order, person, change| {
        based.check(order)?;
        if !order.holds.manual {
            return Ok(());
        }
        let reason = person.hold_reason(true, Viewer::Staff);
        order.release_by_staff(reason.as_deref(), change).map_err(|_| illegal(call, order).into())
    })
    .await
}

/// Corrects address, note and metadata: of a draft, too, which has an address of its own for all else.
pub(crate) async fn correct(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: BaseVersion,
    wanted: OrderChange,
) -> EditResult {
    let is_staff = call.holds(Permission::Orders);
    if is_staff && access::visible::<OrderError>(s, call, id).await?.0.state == OrderState::Draft {
        let OrderChange { shipping_address, note, metadata, version } = wanted;
        let wanted = DraftChange { shipping_address, note, metadata, version, ..DraftChange::default() };
        return drafts::edit(s, call, id, based, wanted).await;
    }
    let user = call.who.user();
    change(s, call, id, |order, person, change| {
        // staff for payments see the orders of others, and do not change them
        if !is_staff && !order.is_of(user) {
            return Err(CommonError::lacks(&[Permission::Orders]).into());
        }
        let letter = ShippingDetails::of(person).with(wanted.shipping_address, wanted.note);
        let is_new = letter != ShippingDetails::of(person);
        let metadata = wanted.metadata.filter(|metadata| *metadata != order.metadata);
        // they are the shop's own data once the order is placed
        if !is_staff && metadata.is_some() {
            return Err(CommonError::for_staff(Permission::Orders, ["/metadata".to_owned()]).into());
        }
        based.check(order)?;
        if !is_new && metadata.is_none() {
            return Ok(());
        }
        let corrected = match (is_staff, is_new) {
            (true, false) => order.annotate(metadata, change),
            // the owner may do so until something is packed
            (false, _) if order.facts().packed || order.facts().shipped => {
                return Err(illegal(call, order).into());
            }
            _ => order.correct(metadata, change),
        };
        corrected.map_err(|_| illegal(call, order))?;
        letter.write(person);
        Ok(())
    })
    .await
}

/// Changes an order that the caller can see, and its person; the order as it is then.
async fn change(
    s: &Orders,
    call: &Call,
    id: OrderId,
    act: impl FnOnce(&mut Order, &mut PersonalData, &mut ChangeSet) -> Result<(), Error>,
) -> EditResult {
    let cause = Cause::request(call.user()?, &call.context);
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(access::locked(&mut tx, call, id).await, tx).await?;
    let mut person = store::personal_data::read(&mut tx, id).await?;
    let (mut change, before) = (s.change(&mut tx, &order).await?, person.clone());
    let acted = act(&mut order, &mut person, &mut change);
    let ((), mut tx) = or_refuse(acted, tx).await?;
    if change.is_empty() {
        tx.rollback().await?;
    } else {
        if person != before {
            store::personal_data::set_letter(&mut tx, id, &person).await?;
        }
        s.save(&mut tx, &order, &change, &cause).await?;
        tx.commit("orders.correct_order").await?;
        s.wake(&change);
    }
    let (order, person) = access::visible(s, call, id).await?;
    Ok(access::changed(call, &order, &person))
}
