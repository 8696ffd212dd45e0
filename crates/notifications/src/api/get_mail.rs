//! `GET /v1/mails/{id}`: one mail. The codes that mails about forgotten passwords and addresses tell are not kept here, and
//! neither is the key of a guest's order: they are asked of auth and of orders, for an administrator who reads it, as long as they are good.

use crate::{
    Notifications,
    store::emails,
    template::{HIDDEN_CODE, PASSWORD_RESET, VERIFY_EMAIL},
    workflows::{order_key, reset_code, verification_code},
};
use contracts::{
    auth::Role,
    notifications::{GetMail, Mail},
};
use endpoint::{CommonError, Json, Path};
use kernel::Secret;
use ordo_http::{Call, HandlerResult, Principal};

pub(super) async fn get_mail(
    s: Notifications,
    call: Call,
    GetMail { id: Path(id) }: GetMail,
) -> HandlerResult<GetMail> {
    let (mut mail, aggregate) = emails::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    let is_admin = matches!(call.who, Principal::User { role: Role::Admin, .. });
    if is_admin
        && mail.text.contains(HIDDEN_CODE)
        && let Some(hidden) = hidden(&s, &call, &mail, &aggregate).await?
    {
        mail.text = mail.text.replace(HIDDEN_CODE, hidden.expose());
    }
    Ok(Json(mail))
}

/// What stands in the mail as it was sent.
async fn hidden(
    s: &Notifications,
    call: &Call,
    mail: &Mail,
    aggregate: &str,
) -> Result<Option<Secret>, CommonError> {
    match mail.template.as_str() {
        PASSWORD_RESET => reset_code::find(s, &call.context, aggregate).await,
        VERIFY_EMAIL => verification_code::find(s, &call.context, aggregate).await,
        _ => order_key::find(s, &call.context, &mail.about).await,
    }
}
