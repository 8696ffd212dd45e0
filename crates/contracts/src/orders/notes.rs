//! Staff notes about an order. Their text is in no event, and is deleted together with the customer's personal data.

use crate::{PROSE, checked, not_blank, prose};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A staff note about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// ID of the note.
    pub id: NoteId,
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the user who wrote the note.
    pub author: UserId,
    /// Text of the note.
    pub text: String,
    /// Time at which the note was created.
    pub created_at: Timestamp,
}

/// Creates a staff note about an order.
///
/// Notes are visible to staff only; the customer's note is the order's member `note`. A note does not change the order. A retry
/// with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/notes", scope = Staff(Orders), reply = CreatedWithoutEtag<Note>, error = AddNoteError)]
pub struct AddNote {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Idempotency key. The same key never creates a second note.
    pub key: OptionalIdempotencyKey,
    /// Note to create.
    pub note: Body<NewNote>,
}
/// A note to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewNote {
    /// Text of the note.
    #[serde(deserialize_with = "prose::<2000, _, _>")]
    #[garde(length(chars, min = 1, max = 2000), pattern(PROSE), custom(not_blank))]
    pub text: String,
}
/// Reason why a note was not created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AddNoteError {
    /// The note limit is reached.
    /// Record it outside Ordo.
    #[status(409)]
    TooManyNotes {
        /// Maximum number of notes.
        limit: u32,
    },
}

/// Lists the staff notes about an order, oldest first.
///
/// Notes are visible to staff only. Paginated.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/notes", scope = Staff(Orders), reply = Json<Page<Note>>)]
pub struct ListNotes {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}

checked!(NewNote);
