//! How trade goes and what needs doing, for staff.

use endpoint::*;
use kernel::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Reads what the orders of a span of time come to, and what needs doing now.
///
/// The sums are of whole hours or days (UTC), by when the orders were placed, the oldest first; a stretch without an order is
/// left out. Drafts are not counted. Each change of an order or of its payment changes them at once. An answer covers at most
/// eight days by the hour, and 62 by the day, from the beginning on; ask again for what comes later.
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
    /// Of which time.
    pub span: Query<OverviewParams>,
}
/// What orders come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SalesTotals {
    /// The oldest first.
    pub items: Vec<SalesBucket>,
}
/// A span of time, in whole hours or days.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OverviewParams {
    /// Those made in the hour or day of this moment, or later; as long before the end as there may be where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Those made in hours or days that begin before then; now, or as long after the beginning as there may be, where it is
    /// not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// Of what each sum is; of an hour where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<SalesInterval>,
}
/// Of what a sum is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SumBy")]
pub enum SalesInterval {
    /// Of an hour.
    #[default]
    Hour,
    /// Of a day, in UTC.
    Day,
}

impl SalesInterval {
    /// How long that is.
    pub const fn length(self) -> Duration {
        Duration::from_secs(match self {
            SalesInterval::Hour => 3600,
            SalesInterval::Day => 24 * 3600,
        })
    }
    /// The longest span.
    pub const fn longest(self) -> Duration {
        Duration::from_secs(match self {
            SalesInterval::Hour => 8 * 24 * 3600,
            SalesInterval::Day => 62 * 24 * 3600,
        })
    }
    /// When the hour or the day of a moment begins.
    pub fn begin(self, at: Timestamp) -> Timestamp {
        let length = i64::try_from(self.length().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(at.as_micros().saturating_sub(at.as_micros().rem_euclid(length)))
    }
}

/// What orders come to, and what needs doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overview {
    /// The sums, the oldest first.
    pub sums: Vec<SalesBucket>,
    /// What needs doing now, whatever the span.
    pub attention: Attention,
}
/// What the orders of an hour or a day come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderSum")]
pub struct SalesBucket {
    /// When the hour or the day begins.
    pub from: Timestamp,
    /// How many orders were placed in it.
    pub orders: i64,
    /// How many of them are `confirmed` or `completed`.
    pub paid: i64,
    /// What these bring: what is secured and was not given back, without what was cancelled.
    pub revenue: Money,
}
/// Orders that somebody has to look after: how many, up to 100 of each kind, beyond which nobody counts. `GET /v1/orders`
/// with the name of a kind as `attention` lists just these, but for drafts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attention {
    /// Paid, pieces of them are in no parcel that is packed or was sent, and nothing holds them.
    pub to_pack: i64,
    /// Of these, those that were made more than a day ago.
    pub to_pack_late: i64,
    /// A parcel is packed and can be sent: nothing holds them.
    #[serde(default)]
    pub packed: i64,
    /// Sent in part.
    pub partially_shipped: i64,
    /// A parcel could not be delivered and is not back: it is sent once more, or comes back.
    #[serde(default)]
    pub undelivered: i64,
    /// Money that was paid offline is to be handed back: a refund waits for `POST /v1/refunds/{id}/settle`.
    #[serde(default)]
    pub to_hand_back: i64,
    /// A parcel came back undelivered, and less has gone back for it than it cost: a refund is to be made, or the order completed.
    #[serde(default)]
    pub came_back: i64,
    /// A parcel was packed as its order was cancelled: it is taken apart, which `PATCH /v1/fulfilments/{id}` notes.
    #[serde(default)]
    pub to_unpack: i64,
    /// A refund has been on its way for more than five minutes: the provider refuses it, or does not answer, and is asked again.
    #[serde(default)]
    pub refund_delayed: i64,
    /// On hold, for whatever reason.
    pub on_hold: i64,
    /// Not paid yet, or to be paid again since its authorization lapsed.
    pub unpaid: i64,
    /// Of those that are not paid, those whose time is over within ten minutes.
    pub unpaid_expiring: i64,
    /// Of those that are not paid, those whose payment was tried in vain.
    pub payment_refused: i64,
    /// A payment is under way: the customer or the provider has to do something.
    pub payment_pending: i64,
    /// Being cancelled.
    pub cancelling: i64,
    /// Drafts that nobody has placed yet; `status=draft` lists them.
    #[serde(default)]
    pub drafts: i64,
}
/// A kind of orders that somebody has to look after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKind {
    /// Paid, pieces of them are in no parcel that is packed or was sent, and nothing holds them.
    ToPack,
    /// Of these, those that were made more than a day ago.
    ToPackLate,
    /// A parcel is packed and can be sent: nothing holds them.
    Packed,
    /// Sent in part.
    PartiallyShipped,
    /// A parcel could not be delivered and is not back: it is sent once more, or comes back.
    Undelivered,
    /// Money that was paid offline is to be handed back: a refund waits for `POST /v1/refunds/{id}/settle`.
    ToHandBack,
    /// A parcel came back undelivered, and less has gone back for it than it cost: a refund is to be made, or the order completed.
    CameBack,
    /// A parcel was packed as its order was cancelled: it is taken apart, which `PATCH /v1/fulfilments/{id}` notes.
    ToUnpack,
    /// A refund has been on its way for more than five minutes: the provider refuses it, or does not answer, and is asked again.
    RefundDelayed,
    /// On hold, for whatever reason.
    OnHold,
    /// Not paid yet, or to be paid again since its authorization lapsed.
    Unpaid,
    /// Of those that are not paid, those whose time is over within ten minutes.
    UnpaidExpiring,
    /// Of those that are not paid, those whose payment was tried in vain.
    PaymentRefused,
    /// A payment is under way.
    PaymentPending,
    /// Being cancelled.
    Cancelling,
}
impl Attention {
    /// Beyond so many of a kind nobody counts.
    pub const MOST: i64 = 100;
}

impl ValidateRequest for OverviewParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        faults.extend(FieldError::of_span("/before", "from", (self.from, self.before)));
    }
}

impl OverviewParams {
    /// From the beginning of its first hour or day to its end, with what was not said.
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
