//! Makes an attempt at an order's payment, and waits for its outcome for as long as the caller does.

use super::{actor, is_payer, plain_amounts, refuse};
use crate::{
    Payments,
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    commands::{AttemptRejected, NewAttempt},
    payment::Payment,
    store::{payments, unknown_charges},
    timer_plan::QueriedSubject,
    unknown_charge::UnknownCharge,
    view,
    workflows::unknown_charges::are_searched,
};
use contracts::{
    payments::{EXISTING_CHARGE, Failure, PaymentState},
    settlement::{Pay, PayError, PayRequest, PayResponse},
};
use db::Tx;
use endpoint::{Body, CommonError, Context, HandlerError, Json};
use flow::{
    Cause,
    idempotency::{body_hash, digest},
};
use kernel::id::AttemptId;
use ordo_http::{Call, HandlerResult};
use uuid::Uuid;

pub(crate) async fn pay(s: Payments, call: Call, Pay { pay: Body(ask) }: Pay) -> HandlerResult<Pay> {
    plain_amounts(&[("/amount", ask.amount), ("/owed", ask.owed)], ask.amount.currency)?;
    let cause = Cause::request(actor(&call), &call.context);
    let epoch = s.read_epoch().await?;
    let may_be_forgotten = epoch.is_some();
    if let Some(answer) = repeat_lost(&s, &ask, &cause, &call.context).await? {
        return Ok(answer);
    }
    let (mut tx, mut book) = lock(&s, &ask).await?;
    let body_hash = body_hash(&(&ask.method, ask.capture));
    let key = attempt_key(&book, &ask, body_hash);
    let mut new = NewAttempt {
        client_key: key,
        body_hash,
        provider: s.provider.name(),
        method: ask.method.clone(),
        capture: ask.capture,
        owed: ask.owed.minor,
        takes_over: None,
        given_back: Vec::new(),
    };
    let is_new = book.attempts.iter().all(|attempt| attempt.client_key != key);
    let is_owed = is_new && !nothing_was_owed(&book);
    if is_owed
        && epoch.is_some_and(|begun| s.may_be_lost(ask.order_id, begun))
        && are_searched(&mut tx).await?
    {
        // an attempt that was never sent may have been followed by one that was charged
        tracing::warn!(order = %ask.order_id, "payment postponed; the provider has not yet listed its charges of the lost period");
        return refuse(tx, CommonError::Unavailable { retry_after: 1 }).await;
    }
    // where no other attempt can follow, the one that waits stays
    let may_follow = is_new && !book.attempts_exhausted() && is_method(&s, &ask.method);
    if may_follow && is_payer(&mut tx, &call, &book.payment).await? {
        // who pays again does not come back to an attempt that waits for them
        (tx, book) = match s.give_up((tx, book), &cause, &call.context).await? {
            Some(unchanged) => unchanged,
            None => lock(&s, &ask).await?,
        };
    }
    if let Some(made) = book.attempts.iter().find(|attempt| attempt.client_key == key) {
        tx.rollback().await?;
        let (id, same) = (made.id, made.body_hash == new.body_hash);
        let reused = Err(CommonError::KeyReused.into());
        return if same { repeat(&s, &book, id, &call.context).await } else { reused };
    }
    if nothing_was_owed(&book) {
        tx.rollback().await?;
        return Ok(answer(&s, &book, None).await);
    }
    // where the database was never put back to an older copy, no charge was lost
    let forgotten = match may_be_forgotten {
        true => unknown_charges::lock_of_order(&mut tx, ask.order_id).await?,
        false => Vec::new(),
    };
    (new.given_back, new.takes_over) = lost_attempts(&forgotten, &book);
    if ask.method == EXISTING_CHARGE && new.takes_over.is_none() {
        return refuse(tx, PayError::UnknownPaymentMethod).await;
    }
    let begun = s
        .change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| book.pay(new, stamp))
        .await?;
    if let Some(refusal) = refusal(&s, &ask, &book, begun) {
        return refuse(tx, refusal).await;
    }
    tx.commit("payments.pay").await?;
    s.committed();
    let made = book.asks.first().map(|(id, _)| *id);
    s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
    let book = s.read(book.payment.id).await?;
    let made = made.and_then(|id: AttemptId| book.attempt(id));
    if let Some(attempt) = made {
        tracing::info!(order = %ask.order_id, attempt = %attempt.id, state = ?attempt.state, "payment attempted");
    }
    Ok(answer(&s, &book, made).await)
}

/// The attempts whose charges were refunded, and the first one whose charge pays for the order, whatever it is paid with now.
fn lost_attempts(
    charges: &[UnknownCharge],
    payment: &PaymentAggregate,
) -> (Vec<AttemptId>, Option<AttemptId>) {
    let (refunded, open): (Vec<_>, Vec<_>) = charges.iter().partition(|charge| charge.is_given_back());
    let attempts = open.into_iter().filter_map(|charge| Some((charge.created_at, charge.attempt()?)));
    let unknown = attempts.filter(|(_, id)| payment.attempt(*id).is_none());
    let first = unknown.min().map(|(_, id)| id);
    (refunded.into_iter().filter_map(UnknownCharge::attempt).collect(), first)
}

/// The key of the attempt that the request is about: the newest one made with the client's key. Where that ended because the
/// provider could not be reached or gave no answer, it is certain that it is never charged: it was not sent, or the provider has
/// confirmed that it was abandoned. Then the request is about the next attempt (R7).
fn attempt_key(book: &PaymentAggregate, ask: &PayRequest, body_hash: [u8; 32]) -> Uuid {
    let order = ask.order_id.to_string();
    let nth = |n: usize| match n {
        0 => digest(&["pay", &order, &ask.key]),
        n => digest(&["pay", &order, &ask.key, &n.to_string()]),
    };
    let made = |n: usize| {
        let key = nth(n);
        book.attempts.iter().find(|attempt| attempt.client_key == key)
    };
    match (0..).map_while(|n| made(n).map(|attempt| (n, attempt))).last() {
        Some((n, newest)) if newest.body_hash == body_hash && newest.is_provider_unavailable() => nth(n + 1),
        Some((_, newest)) => newest.client_key,
        None => nth(0),
    }
}

/// The order's payment, opened where there is none.
async fn lock(s: &Payments, ask: &PayRequest) -> Result<(Tx, PaymentAggregate), HandlerError<PayError>> {
    let mut tx = s.db.begin().await?;
    let book = payments::open(&mut tx, opened(s, ask)).await?;
    match plain_amounts(&[("/amount", ask.amount)], book.payment.currency) {
        Ok(()) => Ok((tx, book)),
        Err(wrong) => refuse(tx, wrong).await,
    }
}

fn opened(s: &Payments, ask: &PayRequest) -> Payment {
    Payment::new(s.env.id(), ask.order_id, ask.user_id, ask.amount, s.env.now())
}

/// The repeat of a lost order gets what the lost order got, where that has paid or may have paid.
async fn repeat_lost(
    s: &Payments,
    ask: &PayRequest,
    cause: &Cause,
    context: &Context,
) -> Result<Option<Json<PayResponse>>, HandlerError<PayError>> {
    if !s.take_over_payment(&opened(s, ask), ask.owed.minor, cause, context).await? {
        return Ok(None);
    }
    let (tx, book) = lock(s, ask).await?;
    tx.rollback().await?;
    Ok(match book.live().map(|attempt| attempt.id) {
        Some(live) => Some(repeat(s, &book, live, context).await?),
        None if book.payment.state == PaymentState::Secured => Some(answer(s, &book, None).await),
        None => None,
    })
}

/// The same request again: it gets what the first one gets, also while that one still waits.
async fn repeat(
    s: &Payments,
    book: &PaymentAggregate,
    made: AttemptId,
    context: &Context,
) -> HandlerResult<Pay> {
    let submitting =
        |book: &PaymentAggregate| book.attempt(made).is_some_and(|a| a.state == AttemptState::Submitting);
    let book = s.wait_while(book.payment.id, context, submitting).await?;
    Ok(answer(s, &book, book.attempt(made)).await)
}

/// Why there is no attempt: what changed so far is rolled back.
fn refusal(
    s: &Payments,
    ask: &PayRequest,
    book: &PaymentAggregate,
    begun: Result<(), AttemptRejected>,
) -> Option<HandlerError<PayError>> {
    let figures = || Box::new(view::figures(book));
    let refusal = match begun {
        Ok(()) if book.asks.is_empty() || is_method(s, &ask.method) => return None,
        Ok(()) => PayError::UnknownPaymentMethod,
        Err(AttemptRejected::AlreadyPaid) => PayError::AlreadyPaid { figures: figures() },
        Err(AttemptRejected::InProgress) => PayError::PaymentInProgress,
        Err(AttemptRejected::TooMany) => PayError::TooManyAttempts,
        Err(AttemptRejected::Closed) => PayError::PaymentClosed { figures: figures() },
    };
    Some(HandlerError::Declared(refusal))
}

/// Whether a payment can be made so.
fn is_method(s: &Payments, method: &str) -> bool {
    method == EXISTING_CHARGE || s.provider.knows(method)
}

/// It is secured without an attempt, since there was nothing to pay.
fn nothing_was_owed(book: &PaymentAggregate) -> bool {
    let p = &book.payment;
    p.state == PaymentState::Secured && p.amount == 0 && book.attempts.is_empty()
}

async fn answer(s: &Payments, book: &PaymentAggregate, made: Option<&Attempt>) -> Json<PayResponse> {
    let failed = made.filter(|attempt| attempt.state == AttemptState::Failed);
    let declined = failed.map(|attempt| attempt.failure.clone().unwrap_or_else(|| Failure::of("declined")));
    let view::View { payment, figures } = view::view(book);
    Json(PayResponse { declined, payment, figures, event_id: s.told_by(book).await })
}
