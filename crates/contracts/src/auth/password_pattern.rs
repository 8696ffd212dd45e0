//! The rules for passwords.

use endpoint::FieldError;
use kernel::Secret;

/// Validates a new password; `pointer` is its JSON pointer in the body.
pub(super) fn check_password(pointer: &str, password: &Secret, faults: &mut Vec<FieldError>) {
    if !(8..=128).contains(&password.expose().chars().count()) {
        faults.push(FieldError::length(pointer, "a password has 8 to 128 characters"));
    }
}
