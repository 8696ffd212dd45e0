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
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Quantity exceeds the open units.
    /// Reduce the quantity to the open units not yet in a fulfilment.
    #[status(409)]
    NotOpen {
        /// The lines that have too few.
        errors: Vec<FieldError>,
    },
    /// An unpaid order can only be cancelled in full.
    /// Omit `lines`, or wait until the order is paid.
    #[status(409)]
    WholeOnly,
}
/// Why an order was not brought into a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetOrderStatusError {
    /// Action not allowed in the order's current status.
    /// Choose a status listed in `targets`.
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
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// Another payment attempt is in progress.
    /// Wait for its result, or read the payment.
    #[status(409)]
    PaymentInProgress,
    /// The order is on hold.
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// The capture failed.
    /// Read the payment for the reason.
    #[status(402)]
    CaptureFailed,
}
/// Why an order was not held, or not let go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum HoldOrderError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
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
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<FieldError>,
    },
}
/// Why a draft was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateDraftError {
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<FieldError>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that the order is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
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
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Quantity exceeds the open units.
    /// Reduce the quantity to the open units not yet in a fulfilment.
    #[status(409)]
    NotOpen {
        /// The lines that have too few.
        errors: Vec<FieldError>,
    },
    /// The order is on hold.
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
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
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
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
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
    #[status(409)]
    OnHold {
        /// Why: the gravest of `holds`.
        hold: Hold,
        /// Every reason: it ships when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// The capture failed.
    /// Read the payment for the reason.
    #[status(402)]
    CaptureFailed,
}
/// Why a fulfilment did not go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FulfilmentTransitionError {
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
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
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// The states that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
}
