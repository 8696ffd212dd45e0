//! `POST /internal/letters`: an event that was dead-lettered is acted on again, or dropped.

use crate::{NAME, Products};
use contracts::system::ResolveDeadLetter;
use endpoint::{Body, CommonError, NoContent};
use ordo_http::{Call, HandlerResult};

pub(super) async fn resolve_dead_letter(
    s: Products,
    _: Call,
    asked: ResolveDeadLetter,
) -> HandlerResult<ResolveDeadLetter> {
    let Body(wish) = asked.wish;
    match flow::service_status::treat(NAME, &s.db, &wish).await? {
        true => Ok(NoContent),
        false => Err(CommonError::NotFound.into()),
    }
}
