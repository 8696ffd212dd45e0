//! Email verification, and the lookup of accounts by a verified email address.

use super::User;
use crate::{checked, trimmed, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sends a verification email to the signed-in account.
///
/// Registration sends one automatically. The code in the email is valid once, for 24 hours. An account receives at most one
/// such email every two minutes.
#[derive(Debug, Endpoint)]
#[endpoint(name = "ask_for_verification", post = "/v1/me/email/verification", scope = Session, repeatable, reply = Accepted<VerificationRequested>, error = AskForVerificationError)]
pub struct RequestEmailVerification {}
/// What is said to whoever asks for such a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VerificationAsked")]
pub struct VerificationRequested {
    /// The number of seconds for which the code in the email is valid.
    pub expires_in: u64,
}
/// The reason why no verification email is sent.
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

/// Verifies an email address with the code from a verification email.
///
/// Orders that were placed with this address as a guest are moved to the account.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/email/verify", scope = NoCredential, reply = NoContent, error = VerifyEmailError)]
pub struct VerifyEmail {
    /// The verification code.
    pub verification: Body<EmailVerification>,
}
/// The code from a verification email.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmailVerification {
    /// The code from the email.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    pub token: Secret,
}
/// The reason why the email address could not be verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VerifyEmailError {
    /// The verification code is invalid or has expired.
    /// Request a new email. Codes are valid once, for 24 hours.
    #[status(403)]
    InvalidVerificationToken,
}

/// Returns the content of a verification email. Only this response contains the code: neither events nor databases do.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/email-verifications/{id}", scope = Service(&["notifications"]), reply = Json<VerificationEmail>)]
pub struct LookUpVerification {
    /// The ID of the verification. Not found once its code is no longer valid.
    pub id: Path<VerificationId>,
}
/// The recipient and the content of a verification email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerificationEmail {
    /// The account whose email address is verified.
    pub user: User,
    /// The verification code.
    pub token: Secret,
    /// The time at which the code expires, in UTC.
    pub expires_at: Timestamp,
}

/// Returns the account that has verified an email address.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/users/verified", scope = Service(&["orders"]), repeatable, reply = Json<VerifiedAccount>)]
pub struct FindVerifiedAccount {
    /// The email address.
    pub address: Body<VerifiedAddress>,
}
/// An email address that an account may have verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct VerifiedAddress {
    /// The email address, compared case-insensitively.
    #[garde(length(chars, max = 254))]
    pub email: String,
}
/// The account that has verified an email address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerifiedAccount {
    /// The ID of the account. Null if no account has verified the address.
    pub user_id: Option<UserId>,
}

checked!(VerifiedAddress);
unchecked!(EmailVerification);
