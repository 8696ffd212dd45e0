//! The code by which an address is verified: it is kept by nobody, and asked of auth each time.

use crate::Notifications;
use contracts::auth::LookUpVerification;
use endpoint::{CommonError, Context, Json, Path, client::CallError};
use kernel::Secret;

/// The code of this try, if it is good still.
pub(crate) async fn find(
    s: &Notifications,
    asked: &Context,
    wish: &str,
) -> Result<Option<Secret>, CommonError> {
    let Ok(id) = wish.parse() else { return Ok(None) };
    let context = asked.clone().within(s.settings.look_up_within);
    match s.auth.call(&context, LookUpVerification { id: Path(id) }).await {
        Ok(Json(letter)) => Ok(Some(letter.token)),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "email code lookup failed");
            Err(CommonError::Unavailable { retry_after: 1 })
        }
    }
}
