//! E-mail addresses: whether an account's is verified, and whose a verified one is.

use super::User;
use crate::{checked, trimmed, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for a mail by which the e-mail address of the account that is signed in is verified.
///
/// Registering sends one by itself. The mail has a code that is good for a day, once. An account gets such a mail every two
/// minutes at most.
#[derive(Debug, Endpoint)]
#[endpoint(name = "ask_for_verification", post = "/v1/me/email/verification", scope = Session, repeatable, reply = Accepted<VerificationRequested>, error = AskForVerificationError)]
pub struct RequestEmailVerification {}
/// What is said to whoever asks for such a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VerificationAsked")]
pub struct VerificationRequested {
    /// Seconds for which the code of the mail will be good.
    pub expires_in: u64,
}
/// Why no mail is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AskForVerificationError {
    /// The account has no email address.
    /// Add an email address first.
    #[status(409)]
    NoEmail,
    /// The email address is already verified.
    /// No action needed.
    #[status(409)]
    EmailVerifiedAlready,
}

/// Verifies an e-mail address, with the code of a mail.
///
/// What was ordered with this address without an account comes into the account then.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/email/verify", scope = NoCredential, reply = NoContent, error = VerifyEmailError)]
pub struct VerifyEmail {
    /// The code.
    pub verification: Body<EmailVerification>,
}
/// The code of a mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmailVerification {
    /// The code of the mail.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    pub token: Secret,
}
/// Why no address was verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VerifyEmailError {
    /// The verification code is invalid or has expired.
    /// Request a new email. Codes are valid once, for 24 hours.
    #[status(403)]
    InvalidVerificationToken,
}

/// Reads what a mail by which an address is verified says. Only this answer has the code: neither events nor databases do.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/email-verifications/{id}", scope = Service(&["notifications"]), reply = Json<VerificationEmail>)]
pub struct LookUpVerification {
    /// Which one; there is none any more once the code is no longer good.
    pub id: Path<VerificationId>,
}
/// What a mail by which an address is verified says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerificationEmail {
    /// Whose address.
    pub user: User,
    /// The code.
    pub token: Secret,
    /// When the code ends.
    pub expires_at: Timestamp,
}

/// Whose verified address is this?
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/users/verified", scope = Service(&["orders"]), repeatable, reply = Json<VerifiedAccount>)]
pub struct FindVerifiedAccount {
    /// Which address.
    pub address: Body<VerifiedAddress>,
}
/// An address that somebody may have verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct VerifiedAddress {
    /// Compared without regard to case.
    #[garde(length(chars, max = 254))]
    pub email: String,
}
/// Whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerifiedAccount {
    /// The account; none where nobody has verified it.
    pub user_id: Option<UserId>,
}

checked!(VerifiedAddress);
unchecked!(EmailVerification);
