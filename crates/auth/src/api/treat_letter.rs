//! `POST /internal/letters`: an event that was put aside is acted on once more, or dropped.

use crate::{NAME, state::Auth};
use contracts::system::TreatLetter;
use endpoint::{Body, Common, Done};
use ordo_http::{Answered, Call};

pub(super) async fn treat_letter(s: Auth, _: Call, asked: TreatLetter) -> Answered<TreatLetter> {
    let Body(wish) = asked.wish;
    match flow::state::treat(NAME, &s.db, &wish).await? {
        true => Ok(Done),
        false => Err(Common::NotFound.into()),
    }
}
