//! `GET /v1/mails/{id}`: one mail. The code that a mail about a forgotten password tells is not kept here: it is asked of
//! auth, for an administrator who reads it, as long as it is good.

use crate::{
    Notifications,
    store::mails,
    template::{HIDDEN_CODE, PASSWORD_RESET},
    work::reset_code,
};
use contracts::{
    auth::Role,
    notifications::{GetMail, Mail},
};
use endpoint::{Common, Json, Path};
use kernel::Secret;
use ordo_http::{Answered, Call, Who};

pub(super) async fn get_mail(
    s: Notifications,
    call: Call,
    GetMail { id: Path(id) }: GetMail,
) -> Answered<GetMail> {
    let (mut mail, aggregate) = mails::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    if mail.template == PASSWORD_RESET
        && matches!(call.who, Who::User { role: Role::Admin, .. })
        && let Some(code) = reset_code::find(&s, &call.context, &aggregate).await?
    {
        show(&mut mail, &code);
    }
    Ok(Json(mail))
}

fn show(mail: &mut Mail, code: &Secret) {
    mail.text = mail.text.replace(HIDDEN_CODE, code.expose());
}
