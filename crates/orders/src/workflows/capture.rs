//! Captures the money before something ships: under manual capture it is only authorized until then (I5).

use crate::{
    Orders,
    order::{Order, PaymentUpdate},
};
use contracts::settlement::{AmountDueRequest, CaptureAmountDue, CaptureRejected};
use endpoint::{Body, CommonError, Json, client::CallError};
use flow::Cause;
use ordo_http::Call;

/// Why the money was not taken.
#[derive(Debug)]
pub(crate) enum CaptureError {
    Refused,
    /// The provider's answer is not known yet: nothing has shipped, and it can be tried again.
    Pending,
    Call(CallError<CaptureRejected>),
    Db(db::Error),
}

impl Orders {
    /// Takes what is owed, where it is not taken yet.
    pub(crate) async fn capture_owed(
        &self,
        call: &Call,
        order: &Order,
        cause: &Cause,
    ) -> Result<(), CaptureError> {
        if order.is_captured() {
            return Ok(());
        }
        let capture = AmountDueRequest { order_id: order.id, owed: order.owed };
        let answer =
            match self.payments.call(&call.context, CaptureAmountDue { capture: Body(capture) }).await {
                Ok(Json(answer)) => answer,
                Err(CallError::Refused(CaptureRejected::CaptureFailed)) => return Err(CaptureError::Refused),
                Err(CallError::Refused(CaptureRejected::PaymentInProgress)) => {
                    return Err(CaptureError::Pending);
                }
                Err(error) => return Err(CaptureError::Call(error)),
            };
        let heard = PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id);
        let order = self.apply_payment_response(order.id, &heard, cause).await.map_err(CaptureError::Db)?;
        if order.is_some_and(|order| order.is_captured()) { Ok(()) } else { Err(CaptureError::Refused) }
    }
}

impl CaptureError {
    /// What it means for whoever wanted to ship.
    pub(crate) fn into_fail<X>(self, refused: X) -> endpoint::HandlerError<X> {
        match self {
            CaptureError::Refused => endpoint::HandlerError::Declared(refused),
            CaptureError::Pending => CommonError::Unavailable { retry_after: 1 }.into(),
            CaptureError::Call(error) => error.into(),
            CaptureError::Db(error) => error.into(),
        }
    }
}
