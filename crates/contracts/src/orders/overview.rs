//! Sales totals and orders that need attention, for staff.

use endpoint::*;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Returns the sales totals of a time span, and the number of orders that need attention now.
///
/// Totals are per whole hour or day (UTC) of placement, oldest first; hours and days without orders are left out. Drafts are not
/// counted. Each change of an order or of its payment updates the totals immediately. A response covers at most 8 days by hour
/// and 62 days by day, from the start of the span; request later times separately.
#[derive(Debug, Endpoint)]
#[endpoint(name = "read_overview", get = "/v1/orders/overview", scope = Staff(Orders), reply = Json<Overview>)]
pub struct GetOverview {
    /// Of which time.
    pub span: Query<OverviewParams>,
}
/// Reads the sums of [`GetOverview`] alone, for the pages of staff: what needs doing is counted once for each page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/sums", scope = Service(&["gateway"]), reply = Json<SalesTotals>)]
pub struct GetSalesTotals {
    /// Time span.
    pub span: Query<OverviewParams>,
}
/// Sales totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SalesTotals {
    /// Totals, oldest first.
    pub items: Vec<SalesBucket>,
}
/// A time span in whole hours or days.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OverviewParams {
    /// Start of the span: orders placed in the hour or day of this time, or later. Default: the longest possible span before the
    /// end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// End of the span: orders placed in hours or days that begin before this time. Default: now, or the longest possible span
    /// after the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// Interval of each total. Default: `hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<SalesInterval>,
}
/// Interval of a sales total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SumBy")]
pub enum SalesInterval {
    /// One hour.
    #[default]
    Hour,
    /// One day, in UTC.
    Day,
}

impl SalesInterval {
    /// Length of the interval.
    pub const fn length(self) -> Duration {
        Duration::from_secs(match self {
            SalesInterval::Hour => 3600,
            SalesInterval::Day => 24 * 3600,
        })
    }
    /// Longest span of a response.
    pub const fn longest(self) -> Duration {
        Duration::from_secs(match self {
            SalesInterval::Hour => 8 * 24 * 3600,
            SalesInterval::Day => 62 * 24 * 3600,
        })
    }
    /// Start of the hour or day that contains a time.
    pub fn begin(self, at: Timestamp) -> Timestamp {
        let length = i64::try_from(self.length().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(at.as_micros().saturating_sub(at.as_micros().rem_euclid(length)))
    }
}

/// Sales totals, and orders that need attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overview {
    /// Sales totals, oldest first.
    pub sums: Vec<SalesBucket>,
    /// Orders that need attention now, independent of the span.
    pub attention: Attention,
}
/// Sales totals of an hour or a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderSum")]
pub struct SalesBucket {
    /// Start of the hour or day.
    pub from: Timestamp,
    /// Number of orders placed.
    pub orders: i64,
    /// Number of these orders that are `confirmed` or `completed`.
    pub paid: i64,
    /// Revenue of these paid orders: the amount that is secured and not refunded, without cancelled units.
    pub revenue: Money,
}
/// Number of orders that need attention, by kind, each counted up to 100. `GET /v1/orders` with a kind as `attention` lists these
/// orders; drafts are listed with `status=draft`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attention {
    /// Paid orders with units that are in no packed or shipped fulfilment, and without a hold.
    pub to_pack: i64,
    /// Orders of `to_pack` that were placed more than 1 day ago.
    pub to_pack_late: i64,
    /// Orders with a packed fulfilment that can be shipped, and without a hold.
    #[serde(default)]
    pub packed: i64,
    /// Partially shipped orders.
    pub partially_shipped: i64,
    /// Orders with a fulfilment that could not be delivered and is not returned. It is shipped again, or returned.
    #[serde(default)]
    pub undelivered: i64,
    /// Orders with a refund that staff have to pay, because the payment was offline. The refund waits for
    /// `POST /v1/refunds/{id}/settle`.
    #[serde(default)]
    pub to_hand_back: i64,
    /// Orders with an undelivered, returned fulfilment for which less than its price has been refunded. Refund the order or
    /// complete it.
    #[serde(default)]
    pub came_back: i64,
    /// Cancelled orders with a fulfilment that was already packed. After unpacking it, record that with
    /// `PATCH /v1/fulfilments/{id}`.
    #[serde(default)]
    pub to_unpack: i64,
    /// Orders with a refund that has been in progress for more than 5 minutes. The provider rejects it or does not respond, and
    /// the refund is retried.
    #[serde(default)]
    pub refund_delayed: i64,
    /// Orders on hold, for any reason.
    pub on_hold: i64,
    /// Orders not yet paid, or to be paid again because their authorization expired.
    pub unpaid: i64,
    /// Unpaid orders whose payment is due within 10 minutes.
    pub unpaid_expiring: i64,
    /// Unpaid orders whose payment attempt failed.
    pub payment_refused: i64,
    /// Orders with a payment in progress. The customer or the provider has to act.
    pub payment_pending: i64,
    /// Orders being cancelled.
    pub cancelling: i64,
    /// Draft orders not yet placed. Listed with `status=draft`.
    #[serde(default)]
    pub drafts: i64,
}
/// Kind of attention that an order needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKind {
    /// Paid orders with units that are in no packed or shipped fulfilment, and without a hold.
    ToPack,
    /// Orders of `to_pack` that were placed more than 1 day ago.
    ToPackLate,
    /// Orders with a packed fulfilment that can be shipped, and without a hold.
    Packed,
    /// Partially shipped orders.
    PartiallyShipped,
    /// Orders with a fulfilment that could not be delivered and is not returned. It is shipped again, or returned.
    Undelivered,
    /// Orders with a refund that staff have to pay, because the payment was offline. The refund waits for
    /// `POST /v1/refunds/{id}/settle`.
    ToHandBack,
    /// Orders with an undelivered, returned fulfilment for which less than its price has been refunded. Refund the order or
    /// complete it.
    CameBack,
    /// Cancelled orders with a fulfilment that was already packed. After unpacking it, record that with
    /// `PATCH /v1/fulfilments/{id}`.
    ToUnpack,
    /// Orders with a refund that has been in progress for more than 5 minutes. The provider rejects it or does not respond, and
    /// the refund is retried.
    RefundDelayed,
    /// Orders on hold, for any reason.
    OnHold,
    /// Orders not yet paid, or to be paid again because their authorization expired.
    Unpaid,
    /// Unpaid orders whose payment is due within 10 minutes.
    UnpaidExpiring,
    /// Unpaid orders whose payment attempt failed.
    PaymentRefused,
    /// Orders with a payment in progress.
    PaymentPending,
    /// Orders being cancelled.
    Cancelling,
}
impl Attention {
    /// Maximum count per kind. Further orders are not counted.
    pub const MOST: i64 = 100;
}

impl ValidateRequest for OverviewParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        faults.extend(FieldError::of_span("/before", "from", (self.from, self.before)));
    }
}

impl OverviewParams {
    /// The span from the start of its first hour or day to its end, with defaults for absent parameters.
    pub fn whole(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let by = self.by.unwrap_or_default();
        let before = match (self.before, self.from) {
            (Some(before), Some(from)) => before.min(from.plus(by.longest())),
            (Some(before), None) => before,
            (None, Some(from)) => from.plus(by.longest()),
            (None, None) => now.plus(by.length()),
        };
        let from = self.from.unwrap_or_else(|| before.minus(by.longest()));
        (by.begin(from), before)
    }
}
