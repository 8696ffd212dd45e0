//! The form of passwords.

use endpoint::Fault;
use kernel::Secret;

/// What a new password must have; `pointer` is where it stands in the body.
pub(super) fn check_password(pointer: &str, password: &Secret, faults: &mut Vec<Fault>) {
    if !(8..=128).contains(&password.expose().chars().count()) {
        faults.push(Fault::length(pointer, "a password has 8 to 128 characters"));
    }
}
