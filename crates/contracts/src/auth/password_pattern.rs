//! The form of passwords.

use endpoint::FieldError;
use kernel::Secret;

/// What a new password must have; `pointer` is where it stands in the body.
pub(super) fn check_password(pointer: &str, password: &Secret, faults: &mut Vec<FieldError>) {
    if !(8..=128).contains(&password.expose().chars().count()) {
        faults.push(FieldError::length(pointer, "a password has 8 to 128 characters"));
    }
}
