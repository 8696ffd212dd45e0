//! Webhooks of payment providers.

use endpoint::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Receives a webhook of a payment provider.
///
/// Enter this URL at the provider. The signature in the headers is verified over the unmodified body. Each event is recorded
/// once, and takes effect only as far as the provider confirms it when queried, so webhooks can arrive late, twice or in another
/// order. The response is sent when the event is recorded; webhooks without information about payments of this shop are
/// acknowledged as well.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/webhooks/payments/{provider}", scope = NoCredential, repeatable, reply = NoContent, error = PaymentWebhookError)]
pub struct ReceivePaymentWebhook {
    /// Name of the provider, such as `simulator`.
    pub provider: Path<String>,
    /// Body as sent by the provider, of any content type.
    pub webhook: Raw,
}
/// Reason why a webhook was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PaymentWebhookError {
    /// The webhook signature is missing, invalid or expired.
    /// Compare the signing secret with the provider's, and check this server's clock.
    #[status(403)]
    WebhookNotVerified,
}
