//! The endpoints, one file for each.

mod assign_account;
mod capture_amount_due;
mod capture_payment;
mod close_payment;
mod confirm_payment;
mod get_payment;
mod get_refund;
mod get_service_status;
mod list_order_refunds;
mod list_refunds;
mod list_unknown_charges;
mod pay;
mod read_feed;
mod receive_payment_webhook;
mod record_offline;
mod refund_payment;
mod refund_unknown_charge;
mod request_refund;
mod resolve_dead_letter;
mod restore_payment;
mod set_amount_due;
mod settle_refund;
mod void_payment;
mod withdraw_refund;

use crate::{Payments, payment::Payment, store::accounts};
use contracts::payments as wire;
use db::Tx;
use endpoint::{CommonError, FieldError, HandlerError, Permission};
use kernel::Money;
use ordo_http::{Api, ApiContext, Call, Principal};

/// All endpoints of this service.
pub(crate) fn api(s: Payments, shell: ApiContext) -> Api<Payments> {
    Api::new(s, shell)
        .ready(async |s: Payments| s.db.probe().await.map_err(|e| e.to_string()))
        .on(get_payment::get_payment)
        .on(confirm_payment::confirm_payment)
        .on(capture_payment::capture_payment)
        .on(void_payment::void_payment)
        .on(refund_payment::refund_payment)
        .on(list_refunds::list_refunds)
        .on(list_order_refunds::list_refunds_for)
        .on(assign_account::assign_account)
        .on(get_refund::get_refund)
        .on(withdraw_refund::withdraw_refund)
        .on(settle_refund::settle_refund)
        .on(list_unknown_charges::list_unknown_charges)
        .on(refund_unknown_charge::refund_unknown_charge)
        .on(pay::pay)
        .on(close_payment::close_payment)
        .on(set_amount_due::set_amount_due)
        .on(capture_amount_due::capture_amount_due)
        .on(record_offline::record_offline)
        .on(restore_payment::restore_payment)
        .on(request_refund::request_refund)
        .on(receive_payment_webhook::receive_payment_webhook)
        .on(read_feed::read_feed)
        .on(get_service_status::get_service_status)
        .on(resolve_dead_letter::resolve_dead_letter)
}

/// Lets the owner through, the account that has what a guest has placed, and staff who look after payments or orders.
async fn may_see<X>(s: &Payments, call: &Call, payment: &Payment) -> Result<(), HandlerError<X>> {
    let owner = payment.user_id;
    let seen = call.may_see(owner, Permission::Payments).or_else(|_| call.may_see(owner, Permission::Orders));
    let Err(refused) = seen else { return Ok(()) };
    match call.who.account() {
        Some(user) if accounts::find(&s.db, payment.order_id).await? == Some(user) => Ok(()),
        _ => Err(refused.into()),
    }
}

/// Whether the caller pays this order: it is theirs, or a guest's that has come into their account.
async fn is_payer(tx: &mut Tx, call: &Call, payment: &Payment) -> db::Result<bool> {
    if call.who.user() == Some(payment.user_id) {
        return Ok(true);
    }
    match call.who.account() {
        Some(user) => Ok(accounts::read(tx, payment.order_id).await? == Some(user)),
        None => Ok(false),
    }
}

/// Who does it, for the history: a person, or the service that asks for it.
fn actor(call: &Call) -> String {
    match &call.who {
        Principal::User { id, .. } | Principal::ApiKey { user: id, .. } | Principal::Guest { id } => {
            id.to_string()
        }
        Principal::Service { act_for: Some(user), .. } => user.to_string(),
        Principal::Service { name, act_for: None } => name.clone(),
        Principal::Anonymous => "nobody".to_owned(),
    }
}

/// The payment provider was not reached: the payment stays as it is.
fn provider_unavailable(payment: wire::Payment) -> wire::ChangePaymentError {
    let (payment, retry_after) = (Box::new(payment), wire::PROVIDER_RETRY_AFTER_S);
    wire::ChangePaymentError::ProviderUnavailable { payment, retry_after }
}

/// Ends a transaction with a refusal, once what that rests on is durable (R9).
async fn refuse<T, X>(tx: Tx, refusal: impl Into<HandlerError<X>>) -> Result<T, HandlerError<X>> {
    tx.rollback().await?;
    Err(refusal.into())
}

/// An amount that an order can come to, in the payment's currency.
fn plain_amounts(amounts: &[(&'static str, Money)], currency: kernel::Currency) -> Result<(), CommonError> {
    let mut errors = Vec::new();
    for (pointer, money) in amounts {
        if money.minor < 0 {
            errors.push(FieldError::range(*pointer, "an amount from 0 is expected"));
        }
        if money.currency != currency {
            errors.push(FieldError::currency(*pointer, format!("this payment is in {currency}")));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(CommonError::InvalidRequest { errors }) }
}
