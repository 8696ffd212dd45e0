//! Step 3: asking products to reserve every line, or none.

use super::{PlaceError, UndecidedPlacement, request::Request};
use crate::{Orders, OrdersSettings, basket::so_many_left, order::RequestedLine};
use contracts::{
    orders::{InsufficientStockLine, PlaceOrderError},
    products::StockDisplay,
    reservations::{InsufficientLine, Reserve, ReserveOutcome, ReserveRequest, ReservedLine},
};
use endpoint::{Body, CommonError, FieldError, Json, Permission};
use kernel::id::ProductId;

pub(super) enum StockReservation {
    Reserved(Vec<ReservedLine>),
    /// The reservation was released, or has other lines: this placement can never become an order.
    Gone,
}

pub(super) async fn reserve(
    s: &Orders,
    request: &Request<'_>,
    free: &UndecidedPlacement,
) -> Result<StockReservation, PlaceError> {
    if !request.takes_stock() {
        return Ok(StockReservation::Reserved(Vec::new()));
    }
    let reserve = ReserveRequest {
        placement_id: free.id,
        tombstoned: free.tombstoned.clone(),
        lines: request.stock(),
        unpaid: request.unpaid_holder(),
    };
    // an unknown outcome is left as it is (R8): a repeat or reservation reconciliation resolves it
    let Json(answer) = s.products.call(&request.call.context, Reserve { reserve: Body(reserve) }).await?;
    match answer {
        ReserveOutcome::Reserved { lines } => Ok(StockReservation::Reserved(lines)),
        ReserveOutcome::Gone => Ok(StockReservation::Gone),
        // the draft or basket has other lines than at the previous attempt, which can never become an order
        ReserveOutcome::Mismatch if request.origin.is_stored => Ok(StockReservation::Gone),
        ReserveOutcome::Mismatch => Err(CommonError::KeyReused.into()),
        ReserveOutcome::Insufficient { short } => Err(insufficient(request, &short, &s.settings).into()),
        ReserveOutcome::NotOnSale { product_ids } => Err(not_on_sale(request, &product_ids).into()),
    }
}

/// The request's lines of a product, with their indexes.
fn lines_of(request: &Request<'_>, product: ProductId) -> impl Iterator<Item = usize> {
    let is_of = move |line: &RequestedLine| matches!(line, RequestedLine::Product { product_id, .. } if *product_id == product);
    request.lines.iter().enumerate().filter(move |(_, line)| is_of(line)).map(|(index, _)| index)
}

fn insufficient(
    request: &Request<'_>,
    short: &[InsufficientLine],
    settings: &OrdersSettings,
) -> PlaceOrderError {
    let is_staff = request.call.holds(Permission::Orders);
    let mut errors = Vec::new();
    for InsufficientLine { product_id, available, limited } in short.iter().copied() {
        let told = if is_staff { available } else { settings.told(available) };
        let detail = match limited {
            true => so_many_unpaid(available, settings.show_stock),
            false if is_staff => so_many_left(available),
            false => settings.left_in_words(available),
        };
        errors.extend(lines_of(request, product_id).map(|index| InsufficientStockLine {
            pointer: format!("/lines/{index}/quantity"),
            code: "insufficient_stock".to_owned(),
            detail: detail.clone(),
            product_id,
            available: told,
            limited,
        }));
    }
    errors.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    PlaceOrderError::InsufficientStock { errors }
}

fn not_on_sale(request: &Request<'_>, products: &[ProductId]) -> PlaceOrderError {
    let fault =
        |index: usize| FieldError::not_on_sale(format!("/lines/{index}/product_id"), "this is not on sale");
    let errors = products.iter().flat_map(|product| lines_of(request, *product)).map(fault).collect();
    PlaceOrderError::NotOnSale { errors }
}

/// How many units can be ordered until open orders are paid, as text.
fn so_many_unpaid(units: i64, shown: StockDisplay) -> String {
    let why = "unpaid orders can reserve only a part of the stock";
    match units {
        ..=0 => {
            format!("{why}, and that part is reserved: pay your open orders, or try again in a few minutes")
        }
        // a level is no number of units
        _ if shown == StockDisplay::Level => format!("{why}: fewer than that can be ordered now"),
        1 => format!("{why}: at most 1 unit can be ordered now"),
        _ => format!("{why}: at most {units} units can be ordered now"),
    }
}
