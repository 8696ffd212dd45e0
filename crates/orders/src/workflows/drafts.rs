//! Drafts: made, changed and deleted by staff. Products are priced as the catalogue has them, for show: what counts is
//! what placing reserves.

use crate::{
    Orders,
    order::{Line, Order, PersonalData, PlacementData, PricedLines, RequestedLine, Viewer},
    store,
    transition::order::{OrderState, TransitionNotAllowed},
    workflows::{
        access,
        base_version::BaseVersion,
        cancellation,
        contact::Contact,
        errors::OrderError,
        idempotency::{BoundKey, KeyLookup, claimed, nameless, peek, replay},
        initial_payment::created,
        kinds, or_refuse,
        placement::not_priced,
        requested_lines,
        shipping_details::ShippingDetails,
    },
};
use contracts::{
    Address,
    auth::LookUpUser,
    orders::{Adjustment, DraftChange, DraftLine, NewDraft, Order as View},
    products::Product,
    reservations::{LookUpProducts, ProductIds, ReservedLine},
};
use db::Tx;
use endpoint::{
    Body, BufferedResponse, CommonError, Created, FieldError, HandlerError, Json, Path, WithEtag,
    client::CallError,
};
use flow::{Cause, idempotency::settle, timer};
use kernel::{
    Currency,
    id::{LineId, OrderId, ProductId, UserId},
};
use ordo_http::Call;
use std::collections::{BTreeMap, BTreeSet};

type Error = HandlerError<OrderError>;
/// What a draft is to hold.
struct WantedContents {
    lines: Vec<RequestedLine>,
    /// Of each line that keeps its id, by its place.
    ids: BTreeMap<usize, LineId>,
    adjustments: Vec<Adjustment>,
}

/// Makes a draft.
pub(crate) async fn make(
    s: &Orders,
    call: &Call,
    key: Option<BoundKey>,
    new: NewDraft,
) -> Result<Created<View>, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    if let KeyLookup::Replay { resource, answer } = peek(s, key).await? {
        return again(s, call, &resource, answer.as_ref()).await;
    }
    let mut errors = Vec::new();
    let lines = requested_lines::lines(&new.lines, s.settings.currency, &mut errors);
    let adjustments = requested_lines::adjustments(&new.adjustments, s.settings.currency, &mut errors);
    if !errors.is_empty() {
        return Err(CommonError::InvalidRequest { errors }.into());
    }
    none_below_zero(&adjustments)?;
    let contact = whom(s, call, new.user_id).await?;
    let priced = quote(s, call, &lines, adjustments).await?;
    let mut tx = s.db.begin().await?;
    let (known, mut tx) = or_refuse(claimed(s, &mut tx, key).await, tx).await?;
    if let KeyLookup::Replay { resource, answer } = known {
        // the same key at the same moment, and it was faster
        tx.rollback().await?;
        return again(s, call, &resource, answer.as_ref()).await;
    }
    let id = key.map_or_else(|| s.env.id(), |key| s.env.derived_id(s.order_keys.id_source(key.id_source())));
    let drafting = PlacementData {
        id,
        number: store::orders::next_number(&mut tx).await?,
        placement_id: None,
        user_id: new.user_id,
        guest_id: None,
        priced,
        metadata: new.metadata,
        is_short: false,
    };
    let drafted = Order::draft(drafting, tx.now().await?);
    let drafted =
        drafted.map_err(|TransitionNotAllowed| HandlerError::internal("the machine has no way to draft"));
    let ((order, change), mut tx) = or_refuse(drafted, tx).await?;
    let is_nameless = contact.is_none();
    let (address, note) = (new.shipping_address.map(Address::trimmed), new.note);
    let person = PersonalData { address, note, ..contact.unwrap_or_default().into() };
    store::orders::insert(&mut tx, &order).await?;
    store::personal_data::insert(&mut tx, order.id, &person).await?;
    s.record(&mut tx, &order, &change, &cause).await?;
    if is_nameless {
        timer::set(&mut tx, kinds::CONTACT, order.id, order.created_at, &()).await?;
    }
    let view = access::shown(call, &order, &person);
    if let Some(key) = key {
        settle(&mut tx, key.id, order.id, Some(created(nameless(&view)))).await?;
    }
    tx.commit("orders.make_draft").await?;
    s.wake(&change);
    Ok(created(view))
}

/// The stored answer, or after a day the draft, or what it became.
async fn again(
    s: &Orders,
    call: &Call,
    made: &str,
    answer: Option<&BufferedResponse>,
) -> Result<Created<View>, Error> {
    let id: OrderId = made.parse().map_err(HandlerError::internal)?;
    let (order, person) = access::visible(s, call, id).await?;
    if let Some(Created { mut body, .. }) = answer.and_then(replay::<Created<View>>) {
        person.fill(&mut body, Viewer::Staff);
        return Ok(created(body));
    }
    Ok(created(access::shown(call, &order, &person)))
}

/// Who it is for; nothing while auth is away.
async fn whom(s: &Orders, call: &Call, user: UserId) -> Result<Option<Contact>, Error> {
    let cx = call.context.clone().within(s.settings.look_up_within);
    match s.auth.call(&cx, LookUpUser { id: Path(user) }).await {
        Ok(Json(user)) => Ok(Some(user.into())),
        Err(CallError::Problem(problem)) if problem.status == 404 => {
            let fault = FieldError::no_such_user("/user_id", "there is no such user");
            Err(CommonError::Unprocessable { errors: vec![fault] }.into())
        }
        Err(error) => {
            tracing::info!(%error, "customer lookup timed out; creating draft without contact");
            Ok(None)
        }
    }
}

/// What these lines come to today.
async fn quote(
    s: &Orders,
    call: &Call,
    lines: &[RequestedLine],
    adjustments: Vec<Adjustment>,
) -> Result<PricedLines, Error> {
    let products = on_sale(s, call, lines).await?;
    let is_missing = |line: &RequestedLine| matches!(line, RequestedLine::Product { product_id, .. } if !products.contains_key(product_id));
    let missing = lines.iter().enumerate().filter(|(_, line)| is_missing(line));
    let errors: Vec<FieldError> = missing
        .map(|(index, _)| {
            FieldError::not_on_sale(format!("/lines/{index}/product_id"), "this is not on sale")
        })
        .collect();
    if !errors.is_empty() {
        return Err(OrderError::NotOnSale { errors }.into());
    }
    let found = products.into_values().map(as_reserved).collect::<Vec<_>>();
    PricedLines::of(lines, &found, adjustments, s.settings.currency, || s.env.id()).map_err(not_priced)
}

/// The products of these lines that are on sale, in one look at all of them.
async fn on_sale(
    s: &Orders,
    call: &Call,
    lines: &[RequestedLine],
) -> Result<BTreeMap<ProductId, Product>, Error> {
    let of_line = |line: &RequestedLine| match line {
        RequestedLine::Product { product_id, .. } => Some(*product_id),
        RequestedLine::Custom { .. } | RequestedLine::Kept(_) => None,
    };
    let ids: BTreeSet<ProductId> = lines.iter().filter_map(of_line).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted = Body(ProductIds { ids: ids.into_iter().collect() });
    let Json(found) = s.products.call(&call.context, LookUpProducts { wanted }).await?;
    Ok(found.items.into_iter().map(|product| (product.id, product)).collect())
}

fn as_reserved(product: Product) -> ReservedLine {
    let Product { id, sku, name, price, .. } = product;
    ReservedLine { product_id: id, sku, name, unit_price: price, quantity: 0 }
}

/// Changes a draft.
pub(crate) async fn edit(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: BaseVersion,
    wanted: DraftChange,
) -> Result<WithEtag<View>, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let (read, _) = access::visible(s, call, id).await?;
    let asked = asked(s, &read, &wanted)?;
    check(call, &read, &based)?;
    let contents = match asked {
        Some(asked) => Some(contents(s, call, &read, asked).await?).filter(|contents| !read.has(contents)),
        None => None,
    };
    let mut tx = s.db.begin().await?;
    // what it comes to was calculated from what was read
    let as_read = BaseVersion { version: Some(read.version), ..BaseVersion::default() };
    let (mut order, mut tx) = or_refuse(locked(&mut tx, call, id, &as_read).await, tx).await?;
    let mut person = store::personal_data::read(&mut tx, id).await?;
    let before = person.clone();
    ShippingDetails::of(&person).with(wanted.shipping_address, wanted.note).write(&mut person);
    let metadata = wanted.metadata.filter(|metadata| *metadata != order.metadata);
    if person == before && metadata.is_none() && contents.is_none() {
        tx.rollback().await?;
        return Ok(access::changed(call, &order, &person));
    }
    let mut change = s.change(&mut tx, &order).await?;
    let edited = order.edit_draft(contents, metadata, &mut change);
    let edited = edited.map_err(|TransitionNotAllowed| illegal(call, &order).into());
    let ((), mut tx) = or_refuse(edited, tx).await?;
    store::orders::set_contents(&mut tx, &order).await?;
    store::orders::update(&mut tx, &order, change.from_version).await?;
    store::personal_data::set_letter(&mut tx, id, &person).await?;
    s.record(&mut tx, &order, &change, &cause).await?;
    tx.commit("orders.edit_draft").await?;
    s.wake(&change);
    Ok(access::changed(call, &order, &person))
}

/// Its lines and adjustments as they must be, where either changes: what does not is priced again. Whether they are right
/// in form is told first, whatever else is in the way.
fn asked(s: &Orders, draft: &Order, change: &DraftChange) -> Result<Option<WantedContents>, Error> {
    if change.lines.is_none() && change.adjustments.is_none() {
        return Ok(None);
    }
    let (currency, mut errors) = (s.settings.currency, Vec::new());
    let lines = match &change.lines {
        Some(new) => lines_of(draft, new, currency, &mut errors),
        None => draft.wanted(),
    };
    let ids = change.lines.iter().flatten().enumerate();
    let ids = ids.filter_map(|(index, new)| Some((index, new.id?))).collect();
    let adjustments = match &change.adjustments {
        Some(new) => requested_lines::adjustments(new, currency, &mut errors),
        None => draft.adjustments.clone(),
    };
    if errors.is_empty() {
        Ok(Some(WantedContents { lines, ids, adjustments }))
    } else {
        Err(CommonError::InvalidRequest { errors }.into())
    }
}

/// The lines that are wanted: those that stay are as they are stored, in another quantity perhaps.
fn lines_of(
    draft: &Order,
    new: &[DraftLine],
    currency: Currency,
    errors: &mut Vec<FieldError>,
) -> Vec<RequestedLine> {
    let line = |(index, new): (usize, &DraftLine)| {
        let stored = draft.lines.iter().find(|line| new.is_kept() && Some(line.id) == new.id);
        match stored {
            Some(line) => {
                let (quantity, open) = (new.quantity, new.quantity);
                Some(RequestedLine::Kept(Line { quantity, open, ..line.clone() }))
            }
            None => requested_lines::line(index, &new.clone().into(), currency, errors),
        }
    };
    new.iter().enumerate().filter_map(line).collect()
}

async fn contents(
    s: &Orders,
    call: &Call,
    draft: &Order,
    asked: WantedContents,
) -> Result<PricedLines, Error> {
    let WantedContents { lines, ids, adjustments } = asked;
    let is_unknown = |id: &LineId| draft.lines.iter().all(|line| line.id != *id);
    let unknown = ids.iter().filter(|(_, id)| is_unknown(id));
    let fault =
        |(index, _)| FieldError::no_such_line(format!("/lines/{index}/id"), "the draft has no such line");
    let errors: Vec<FieldError> = unknown.map(fault).collect();
    if !errors.is_empty() {
        return Err(CommonError::Unprocessable { errors }.into());
    }
    none_below_zero(&adjustments)?;
    let mut priced = quote(s, call, &lines, adjustments).await?;
    for (index, line) in priced.lines.iter_mut().enumerate() {
        line.id = ids.get(&index).copied().unwrap_or(line.id);
    }
    Ok(priced)
}

/// Deletes a draft; placing it contends for the same row, so it is either deleted or an order.
pub(crate) async fn delete(s: &Orders, call: &Call, id: OrderId, based: BaseVersion) -> Result<(), Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(locked(&mut tx, call, id, &based).await, tx).await?;
    let mut change = s.change(&mut tx, &order).await?;
    let deleted =
        order.delete_draft(&mut change).map_err(|TransitionNotAllowed| illegal(call, &order).into());
    let ((), mut tx) = or_refuse(deleted, tx).await?;
    s.record(&mut tx, &order, &change, &cause).await?;
    store::orders::delete_draft(&mut tx, id, change.from_version).await?;
    store::personal_data::delete(&mut tx, id).await?;
    timer::clear(&mut tx, kinds::CONTACT, id).await?;
    tx.commit("orders.delete_draft").await?;
    s.wake(&change);
    Ok(())
}

fn none_below_zero(adjustments: &[Adjustment]) -> Result<(), Error> {
    match requested_lines::below_zero(adjustments) {
        errors if errors.is_empty() => Ok(()),
        errors => Err(CommonError::Unprocessable { errors }.into()),
    }
}

/// A draft, locked for a change.
async fn locked(tx: &mut Tx, call: &Call, id: OrderId, based: &BaseVersion) -> Result<Order, Error> {
    let order = access::locked(tx, call, id).await?;
    check(call, &order, based)?;
    Ok(order)
}

/// Whether it is a draft, and the one that the request is based on.
fn check(call: &Call, order: &Order, based: &BaseVersion) -> Result<(), Error> {
    if order.state != OrderState::Draft {
        return Err(illegal(call, order).into());
    }
    based.check(order)
}

fn illegal(call: &Call, order: &Order) -> OrderError {
    cancellation::illegal(call, order)
}
