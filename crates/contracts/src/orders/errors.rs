//! Errors of commands on orders, drafts and fulfilments. Each endpoint declares exactly the errors that it can return.

use super::{Action, Hold, OrderStatus, TargetStatus};
use crate::fulfilments::FulfilmentStatus;
use endpoint::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reason why an order was not cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CancelOrderError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// Statuses that staff can set now with `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// Quantity exceeds the open units.
    /// Reduce the quantity to the open units not yet in a fulfilment.
    #[status(409)]
    NotOpen {
        /// Lines without enough open units.
        errors: Vec<FieldError>,
    },
    /// An unpaid order can only be cancelled in full.
    /// Omit `lines`, or wait until the order is paid.
    #[status(409)]
    WholeOnly,
}
/// Reason why the status of an order was not set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetOrderStatusError {
    /// Action not allowed in the order's current status.
    /// Choose a status listed in `targets`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// Statuses that staff can set now with `PUT /v1/orders/{id}`.
        #[serde(default)]
        targets: Vec<TargetStatus>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
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
        /// The most severe of the reasons in `holds`.
        hold: Hold,
        /// All reasons. The order can ship when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// The capture failed.
    /// Read the payment for the reason.
    #[status(402)]
    CaptureFailed,
}
/// Reason why an order was not put on hold or released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum HoldOrderError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// Statuses that staff can set now with `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
}
/// Reason why an order was not updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateOrderError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// Statuses that staff can set now with `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
        current_version: i64,
    },
}
/// Reason why a draft was not created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DraftOrderError {
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Lines whose products are unavailable.
        errors: Vec<FieldError>,
    },
}
/// Reason why a draft was not updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateDraftError {
    /// One or more products are unavailable.
    /// Remove these lines.
    #[status(409)]
    NotOnSale {
        /// Lines whose products are unavailable.
        errors: Vec<FieldError>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
        current_version: i64,
    },
}
/// Reason why a draft was not deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DeleteDraftError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}
/// Reason why a fulfilment was not created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateFulfilmentError {
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
        /// Statuses that staff can set now with `PUT /v1/orders/{id}`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<TargetStatus>,
    },
    /// Quantity exceeds the open units.
    /// Reduce the quantity to the open units not yet in a fulfilment.
    #[status(409)]
    NotOpen {
        /// Lines without enough open units.
        errors: Vec<FieldError>,
    },
    /// The order is on hold.
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
    #[status(409)]
    OnHold {
        /// The most severe of the reasons in `holds`.
        hold: Hold,
        /// All reasons. The order can ship when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
}
/// Reason why a fulfilment was not packed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PackFulfilmentError {
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// Status of the fulfilment.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// Statuses that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The order is on hold.
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
    #[status(409)]
    OnHold {
        /// The most severe of the reasons in `holds`.
        hold: Hold,
        /// All reasons. The order can ship when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
}
/// Reason why a fulfilment was not shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ShipFulfilmentError {
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// Status of the fulfilment.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// Statuses that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
    /// The order is on hold.
    /// Release `manual` with `POST /v1/orders/{id}/release`. `payment` ends when the order is paid again; `stock_short` and
    /// `stock_missing` end when there is enough stock.
    #[status(409)]
    OnHold {
        /// The most severe of the reasons in `holds`.
        hold: Hold,
        /// All reasons. The order can ship when none is left.
        #[serde(default, deserialize_with = "crate::known_ones")]
        holds: Vec<Hold>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
        current_version: i64,
    },
    /// The capture failed.
    /// Read the payment for the reason.
    #[status(402)]
    CaptureFailed,
}
/// Reason why the status of a fulfilment was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FulfilmentTransitionError {
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// Status of the fulfilment.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// Statuses that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}
/// Reason why a fulfilment was not updated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateFulfilmentError {
    /// Action not allowed in the fulfilment's current status.
    /// Read the fulfilment's `status`.
    #[status(409)]
    IllegalFulfilmentTransition {
        /// Status of the fulfilment.
        #[serde(rename = "current_status")]
        status: FulfilmentStatus,
        /// Statuses that can follow.
        next: Vec<FulfilmentStatus>,
    },
    /// The resource was modified by another request.
    /// Fetch the resource again and retry with its current version.
    #[status(409)]
    VersionConflict {
        /// Current version.
        current_version: i64,
    },
}
