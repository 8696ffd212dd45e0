//! The key of a guest's order: it is kept by nobody, and asked of orders each time.

use crate::Notifications;
use contracts::orders::GetContact;
use endpoint::{CommonError, Context, Json, Path, client::CallError};
use kernel::Secret;

/// The key of this order, where a guest has placed it.
pub(crate) async fn find(
    s: &Notifications,
    asked: &Context,
    order: &str,
) -> Result<Option<Secret>, CommonError> {
    let Ok(id) = order.parse() else { return Ok(None) };
    let context = asked.clone().within(s.settings.look_up_within);
    match s.orders.call(&context, GetContact { id: Path(id) }).await {
        Ok(Json(contact)) => Ok(contact.order_key),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "guest order key lookup failed");
            Err(CommonError::Unavailable { retry_after: 1 })
        }
    }
}
