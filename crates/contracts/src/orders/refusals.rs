//! Why an order, a draft or a fulfilment was not changed: to each request what it can be answered, and no more.

use super::{Action, Hold, OrderStatus, TargetStatus};
use crate::fulfilments::FulfilmentStatus;
use endpoint::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why an order was not cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CancelOrderError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// The states that staff can bring it into now, by `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// Not that many units are open.
    /// Ask for at most what is open and not in a fulfilment.
    #[status(409)]
    NotOpen {
        /// The lines that have too few.
        errors: Vec<Fault>,
    },
    /// An order that waits for its payment is cancelled as a whole.
    /// Leave `lines` out, or wait until it is paid.
    #[status(409)]
    WholeOnly,
}
/// Why an order was not brought into a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetOrderStatusError {
    /// That cannot be done in this state.
    /// Look at `targets`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// The states that staff can bring it into now, by `PUT /v1/orders/{id}`.
        #[serde(default)]
        targets: Vec<TargetStatus>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// Another attempt is under way.
    /// Wait for it, or read the payment.
    #[status(409)]
    PaymentInProgress,
    /// The order is on hold.
    /// Each of `holds` has an end of its own: `manual` by `POST /v1/orders/{id}/release`, `payment` once it is paid again,
    /// `stock_short` and `stock_missing` once enough is on hand.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// The money could not be captured.
    /// Look at the payment.
    #[status(402)]
    CaptureFailed,
}
/// Why an order was not held, or not let go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum HoldOrderError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// The states that staff can bring it into now, by `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
}
/// Why an order was not corrected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateOrderError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// The states that staff can bring it into now, by `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
}
/// Why a draft was not made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DraftOrderError {
    /// Some products are not on sale.
    /// Leave them out.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<Fault>,
    },
}
/// Why a draft was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateDraftError {
    /// Some products are not on sale.
    /// Leave them out.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<Fault>,
    },
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
}
/// Why a draft was not deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DeleteDraftError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}
/// Why a fulfilment was not made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateFulfilmentError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// The states that staff can bring it into now, by `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// Not that many units are open.
    /// Ask for at most what is open and not in a fulfilment.
    #[status(409)]
    NotOpen {
        /// The lines that have too few.
        errors: Vec<Fault>,
    },
    /// The order is on hold.
    /// Each of `holds` has an end of its own: `manual` by `POST /v1/orders/{id}/release`, `payment` once it is paid again,
    /// `stock_short` and `stock_missing` once enough is on hand.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
}
/// Why a fulfilment was not packed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PackFulfilmentError {
    /// That cannot be done to a fulfilment in this state.
    /// Look at its status.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The order is on hold.
    /// Each of `holds` has an end of its own: `manual` by `POST /v1/orders/{id}/release`, `payment` once it is paid again,
    /// `stock_short` and `stock_missing` once enough is on hand.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
}
/// Why a fulfilment was not shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ShipFulfilmentError {
    /// That cannot be done to a fulfilment in this state.
    /// Look at its status.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The order is on hold.
    /// Each of `holds` has an end of its own: `manual` by `POST /v1/orders/{id}/release`, `payment` once it is paid again,
    /// `stock_short` and `stock_missing` once enough is on hand.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// The money could not be captured.
    /// Look at the payment.
    #[status(402)]
    CaptureFailed,
}
/// Why a fulfilment did not go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum MoveFulfilmentError {
    /// That cannot be done to a fulfilment in this state.
    /// Look at its status.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}
/// Why a fulfilment was not corrected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateFulfilmentError {
    /// That cannot be done to a fulfilment in this state.
    /// Look at its status.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
}
