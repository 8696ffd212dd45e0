//! What a payment provider tells by itself.

use endpoint::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Receives a webhook of a payment provider.
///
/// Enter this address at the provider. The signature in the headers is verified over the body as it came. What a webhook tells is
/// recorded once, and believed only as far as the provider confirms it when it is asked: so webhooks may come late, twice or in
/// another order. Answered once it is recorded; a webhook that tells nothing about this shop's payments is answered as well.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/webhooks/payments/{provider}", scope = NoCredential, repeatable, reply = NoContent, error = PaymentWebhookError)]
pub struct ReceivePaymentWebhook {
    /// The provider's name, such as `simulator`.
    pub provider: Path<String>,
    /// What the provider sends, whatever its content type.
    pub webhook: Raw,
}
/// A webhook that is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PaymentWebhookError {
    /// The webhook signature is missing, invalid or expired.
    /// Compare the signing secret with the provider's, and check this server's clock.
    #[status(403)]
    WebhookNotVerified,
}
