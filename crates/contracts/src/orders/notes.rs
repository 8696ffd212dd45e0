//! Notes of staff about an order. What they say is in no event, and goes with the person when that is erased.

use crate::{PROSE, checked, not_blank, prose};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A note of staff about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The note's id.
    pub id: NoteId,
    /// About which order.
    pub order_id: OrderId,
    /// Who wrote it.
    pub author: UserId,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Notes something about an order, by staff and for staff.
///
/// Customers do not see it; what a customer notes is the order's own `note`. It changes nothing of the order. A repeat under
/// the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/notes", scope = Staff(Orders), reply = CreatedWithoutEtag<Note>, error = AddNoteError)]
pub struct AddNote {
    /// About which order.
    pub id: Path<OrderId>,
    /// The same key never adds two.
    pub key: OptionalIdempotencyKey,
    /// What.
    pub note: Body<NewNote>,
}
/// A note to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewNote {
    /// What it says.
    #[serde(deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, min = 1, max = 2000), pattern(PROSE), custom(not_blank))]
    pub text: String,
}
/// Why nothing was noted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AddNoteError {
    /// The note limit is reached.
    /// Record it outside Ordo.
    #[status(409)]
    TooManyNotes {
        /// So many.
        limit: u32,
    },
}

/// Lists the notes of staff about an order, oldest first.
///
/// For staff only, one page at a time.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/notes", scope = Staff(Orders), reply = Json<Page<Note>>)]
pub struct ListNotes {
    /// About which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}

checked!(NewNote);
