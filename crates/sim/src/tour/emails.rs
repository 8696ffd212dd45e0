//! Addresses: another mail, and the code of one.

use super::{
    accounts::TourClients,
    tour_client::{TourResult, UnexpectedResponse},
};
use contracts::{auth::*, notifications::*};
use endpoint::{Body, Json, PageParams, Path, Query};
use kernel::Secret;

pub(super) async fn go(people: &TourClients) -> TourResult<()> {
    let TourClients { nobody, admin, ada, ada_id, grace } = people;
    ada.shows("Another mail is on its way", RequestEmailVerification {}).await?;
    grace.is_refused("no_email", RequestEmailVerification {}).await?;
    nobody.pauses().await;
    let filter = MailFilter { about: Some(ada_id.to_string()), ..MailFilter::default() };
    let slice = PageParams { limit: None, cursor: None };
    let Json(mails) = admin.does(ListMails { filter: Query(filter), slice }).await?;
    let mail = mails.items.into_iter().find(|mail| mail.template == "verify_email");
    let mail = mail
        .ok_or_else(|| UnexpectedResponse("there is no mail by which an address is verified".to_owned()))?;
    let Json(mail) = admin.does(GetMail { id: Path(mail.id) }).await?;
    let code = mail.text.split_whitespace().find_map(|word| word.strip_prefix("/verify?token="));
    let code = code.ok_or_else(|| UnexpectedResponse("there is no code in the mail".to_owned()))?;
    let verify = || VerifyEmail { verification: Body(EmailVerification { token: Secret::new(code) }) };
    nobody.shows("With the code of the mail", verify()).await?;
    nobody.is_refused("invalid_verification_token", verify()).await?;
    ada.is_refused("email_verified_already", RequestEmailVerification {}).await
}
