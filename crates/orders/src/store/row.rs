//! Orders and lines out of rows.

use crate::{
    order::{Confirmation, Holds, Line, Lines, Order, PaymentCopy, PersonalData},
    transition::order::OrderState,
    words::parse,
};
use contracts::events::PaymentSnapshot;
use db::{Error, ErrorKind, Result, Row};
use flow::row_reader::in_row;
use kernel::{Currency, Money, id::*};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What the database holds and this program does not understand.
pub(super) fn unexpected(what: impl ToString) -> Error {
    Error::new(ErrorKind::Other, what.to_string())
}

pub(super) fn read_word<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    let word: String = row.get(column)?;
    parse(word).ok_or_else(|| unexpected(format!("column {column} holds an unknown word")))
}

pub(super) fn read_json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    serde_json::from_value(row.get::<Value>(column)?).map_err(|e| unexpected(format!("column {column}: {e}")))
}

/// An order without its lines.
pub(super) fn order(row: &Row) -> Result<Order> {
    let currency: Currency = row.get("currency")?;
    let money = |column: &str| Ok::<_, Error>(Money::new(row.get(column)?, currency));
    let mode = row.get::<Option<String>>("cancel_mode")?.map(parse);
    let mode =
        mode.map(|mode| mode.ok_or_else(|| unexpected("an unknown mode of cancelling"))).transpose()?;
    let state = OrderState::from_parts(read_word(row, "status")?, mode);
    Ok(Order {
        id: row.get("id")?,
        number: row.get("number")?,
        placement_id: row.get("placement_id")?,
        user_id: row.get("user_id")?,
        guest_id: row.get("guest_id")?,
        state: state.ok_or_else(|| unexpected("a status and a mode that do not go together"))?,
        holds: Holds {
            payment: row.get("hold_payment")?,
            stock_short: row.get("hold_stock_short")?,
            stock_missing: row.get("hold_stock_missing")?,
            manual: row.get("hold_manual")?,
        },
        held_given_back: row.get("hold_given_back")?,
        lines: Lines::default(),
        adjustments: read_json(row, "adjustments")?,
        total: money("total")?,
        owed: money("owed")?,
        payment: payment(row, currency)?,
        payment_refused: match row.get::<Option<String>>("payment_refused")? {
            Some(_) => Some(read_word(row, "payment_refused")?),
            None => None,
        },
        payment_due_at: row.get("payment_due_at")?,
        cancel_code: match row.get::<Option<String>>("cancel_code")? {
            Some(_) => Some(read_word(row, "cancel_code")?),
            None => None,
        },
        metadata: read_json(row, "metadata")?,
        packed: row.get("packed")?,
        allocated: row.get("allocated")?,
        failed: row.get("failed")?,
        back_before: row.get("back_before")?,
        confirmation: match row.get("confirmed_at")? {
            Some(at) => Some(Confirmation {
                at,
                secured: money("confirmed_secured")?,
                owed: money("confirmed_owed")?,
            }),
            None => None,
        },
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// What an order has heard of its payment.
pub(super) fn payment(row: &Row, currency: Currency) -> Result<Option<PaymentCopy>> {
    let Some(version) = row.get("payment_version")? else { return Ok(None) };
    let money = |column: &str| Ok::<_, Error>(Money::new(row.get(column)?, currency));
    let figures = PaymentSnapshot {
        payment_id: row.get("payment_id")?,
        order_id: row.get("id")?,
        version,
        state: read_word(row, "payment_state")?,
        amount: money("payment_amount")?,
        owed: money("payment_owed")?,
        authorized: money("payment_authorized")?,
        captured: money("payment_captured")?,
        surplus: row.get::<Option<i64>>("payment_surplus")?.map(|minor| Money::new(minor, currency)),
        offline: money("payment_offline")?,
        refunded: money("payment_refunded")?,
        claimed: money("payment_claimed")?,
        pending: row.get("payment_pending")?,
    };
    let payment = match row.get::<Option<Value>>("payment")? {
        Some(value) => {
            Some(serde_json::from_value(value).map_err(|e| unexpected(format!("column payment: {e}")))?)
        }
        None => None,
    };
    Ok(Some(PaymentCopy { figures, payment }))
}

/// A line, and whose it is.
pub(super) fn line(row: &Row, currency: Currency) -> Result<(OrderId, Line)> {
    read_line(row, currency).map_err(|error| in_row("order_line", &row.shown("line_id"), &error))
}

fn read_line(row: &Row, currency: Currency) -> Result<(OrderId, Line)> {
    let line = Line {
        id: row.get("line_id")?,
        product_id: row.get("product_id")?,
        title: row.get("title")?,
        sku: row.get("sku")?,
        quantity: row.get("quantity")?,
        unit_price: Money::new(row.get("unit_price")?, currency),
        open: row.get("open")?,
        cancelled: row.get("cancelled")?,
        shipped: row.get("shipped")?,
        delivered: row.get("delivered")?,
        returned: row.get("returned")?,
        undelivered: row.get("undelivered")?,
    };
    Ok((row.get("order_id")?, line))
}

/// The person of an order, read with it or alone.
pub(super) fn person(row: &Row) -> Result<PersonalData> {
    let address = match row.get::<Option<Value>>("address")? {
        Some(value) => {
            Some(serde_json::from_value(value).map_err(|e| unexpected(format!("column address: {e}")))?)
        }
        None => None,
    };
    let remarks = match row.get::<Option<Value>>("remarks")? {
        Some(_) => read_json(row, "remarks")?,
        None => Vec::new(),
    };
    Ok(PersonalData {
        email: row.get("email")?,
        name: row.get("name")?,
        language: row.get("language")?,
        address,
        note: row.get("note")?,
        remarks,
    })
}
