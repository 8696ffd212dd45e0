//! Who gets an email, and what it may say to them.
//!
//! Anybody can have emails sent to an address that is not theirs. So an email to an address that the recipient's own
//! account has not verified holds nothing that the customer has written: no name, and no reason of a cancellation.

use crate::{
    Notifications,
    email_triggers::Recipient,
    pending_email::PendingEmail,
    template::{EmailContext, EmailTemplate},
};
use contracts::{
    auth::{LookUpUser, User},
    orders::{CancelCode, Contact, GetContact},
};
use endpoint::{ApiError, Context, Json, Path, client::CallError};
use flow::ConsumeError;
use kernel::{
    canonical_name::key,
    id::{OrderId, UserId},
};

/// Who gets an email, and what it says.
#[derive(Debug)]
pub(crate) struct AddressedEmail {
    /// The address.
    pub(crate) to: String,
    pub(crate) reader: EmailContext,
    pub(crate) message: EmailTemplate,
    /// Whether the address is the verified one of the account that the email is for.
    pub(crate) is_verified: bool,
    /// The version of the order that it is about.
    pub(crate) order_version: Option<i64>,
}

/// Finds out who gets an email as things are now; `None` where nobody does.
///
/// # Errors
/// When auth or orders does not answer.
pub(crate) async fn find(
    s: &Notifications,
    wanted: &PendingEmail,
) -> Result<Option<AddressedEmail>, ConsumeError> {
    let mut context = Context::background(&s.env, s.settings.look_up_within);
    if let Some(correlation) = &wanted.correlation {
        context.request_id.clone_from(correlation);
    }
    let message = wanted.notice.message.clone();
    match wanted.notice.addressee {
        Recipient::User(id) => Ok(of_account(s, &context, id, message).await?),
        Recipient::BuyerOf(id) => Ok(of_order(s, &context, id, message).await?),
    }
}

async fn of_account(
    s: &Notifications,
    context: &Context,
    id: UserId,
    message: EmailTemplate,
) -> Result<Option<AddressedEmail>, ConsumeError> {
    let user = match s.auth.call(context, LookUpUser { id: Path(id) }).await {
        Ok(Json(user)) => user,
        Err(error) => return nobody(error),
    };
    let (is_verified, language) = (user.email_verified, user.language.unwrap_or_default());
    let reader =
        EmailContext { name: user.name.filter(|_| is_verified), language, ..EmailContext::default() };
    let to = user.email.filter(|address| is_address(address));
    Ok(to.map(|to| AddressedEmail { to, reader, message, is_verified, order_version: None }))
}

async fn of_order(
    s: &Notifications,
    context: &Context,
    id: OrderId,
    mut message: EmailTemplate,
) -> Result<Option<AddressedEmail>, ConsumeError> {
    let contact = match s.orders.call(context, GetContact { id: Path(id) }).await {
        Ok(Json(contact)) => contact,
        Err(error) => return nobody(error),
    };
    let Some(to) = contact.email.clone().filter(|address| is_address(address)) else { return Ok(None) };
    let is_verified = is_verified(s, context, &contact, &to).await;
    match &mut message {
        EmailTemplate::OrderCancelled { reason } => {
            let is_by_staff = contact.cancel_code == Some(CancelCode::Staff);
            *reason = contact.cancel_reason.filter(|_| is_verified || is_by_staff);
        }
        EmailTemplate::PaymentFailed { provider_unavailable, .. } => {
            *provider_unavailable = contact.provider_unavailable;
        }
        _ => {}
    }
    let reader = EmailContext {
        name: contact.name.filter(|_| is_verified),
        language: contact.language.unwrap_or_default(),
        order_number: Some(contact.number),
        order: Some(id),
        is_guest: contact.order_key.is_some(),
        pay_by: contact.pay_by,
    };
    Ok(Some(AddressedEmail { to, reader, message, is_verified, order_version: Some(contact.version) }))
}

/// Whether an account has placed the order that has verified this address. An email waits for no answer of auth: without
/// one, the address counts as not verified.
async fn is_verified(s: &Notifications, context: &Context, contact: &Contact, to: &str) -> bool {
    // what a guest has placed may have come into an account since; it is the guest's text all the same
    let Some(id) = contact.user_id.filter(|_| contact.order_key.is_none()) else { return false };
    match s.auth.call(context, LookUpUser { id: Path(id) }).await {
        Ok(Json(User { email: Some(email), email_verified, .. })) => email_verified && key(&email) == key(to),
        Ok(_) => false,
        Err(error) => {
            tracing::debug!(user_id = %id, %error, "account lookup failed; address counts as not verified");
            false
        }
    }
}

/// An account or order that has been erased gets no email; other failures are the caller's.
fn nobody<T, X: ApiError>(error: CallError<X>) -> Result<Option<T>, ConsumeError> {
    match &error {
        CallError::Problem(problem) if problem.status == 404 => Ok(None),
        _ => Err(error.into()),
    }
}

/// Something that can stand in a header as the one address that it is.
fn is_address(text: &str) -> bool {
    text.contains('@') && !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == ',')
}
