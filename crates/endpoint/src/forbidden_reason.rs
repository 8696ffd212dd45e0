//! Reasons why a request is forbidden. They distinguish a missing permission from a kind of credential that is not
//! accepted.

use crate::{CommonError, FieldError, Permission};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The reason why the request is forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ForbiddenReason")]
pub enum ForbiddenReason {
    /// A permission is missing. `permissions` lists those of which any one is sufficient.
    PermissionMissing,
    /// Only a signed-in administrator has permission.
    AdminOnly,
    /// Only a signed-in account has permission. API keys are not accepted.
    PersonOnly,
    /// An order key gives access to its order only.
    OrderKey,
    /// Only the shop's own services have permission.
    ServiceOnly,
}

impl CommonError {
    /// Creates the error for a caller that is rejected regardless of its permissions.
    pub fn barred(reason: ForbiddenReason) -> CommonError {
        CommonError::Forbidden { errors: Vec::new(), reason: Some(reason), permissions: Vec::new() }
    }

    /// Creates the error for a caller that holds none of the required permissions.
    pub fn lacks(permissions: &[Permission]) -> CommonError {
        let reason = Some(ForbiddenReason::PermissionMissing);
        CommonError::Forbidden { errors: Vec::new(), reason, permissions: permissions.to_vec() }
    }

    /// Creates the error for members that require `permission`. Without them, the request would succeed.
    pub fn for_staff(permission: Permission, pointers: impl IntoIterator<Item = String>) -> CommonError {
        let why = format!("this requires the permission `{}`", permission.name());
        CommonError::Forbidden {
            errors: pointers.into_iter().map(|pointer| FieldError::for_staff(pointer, why.clone())).collect(),
            reason: Some(ForbiddenReason::PermissionMissing),
            permissions: vec![permission],
        }
    }

    /// Returns the explanation of the reason, if it is known.
    pub(crate) fn why_forbidden(&self) -> Option<String> {
        let CommonError::Forbidden { errors, reason, permissions } = self else { return None };
        Some(match (*reason)? {
            ForbiddenReason::PermissionMissing => missing(permissions, !errors.is_empty())?,
            ForbiddenReason::AdminOnly => {
                "Only a signed-in administrator may do this. API keys are not accepted.".into()
            }
            ForbiddenReason::PersonOnly => {
                "Only a signed-in account may do this. API keys are not accepted.".into()
            }
            ForbiddenReason::OrderKey => "An order key gives access to that order only. Sign in.".into(),
            ForbiddenReason::ServiceOnly => "Only the shop's own services may do this.".into(),
        })
    }
}

/// Describes the missing permissions. `in_part`: the request would succeed without some members.
fn missing(permissions: &[Permission], in_part: bool) -> Option<String> {
    let names: Vec<String> = permissions.iter().map(|p| format!("`{}`", p.name())).collect();
    let missing = match &names[..] {
        [] => return None,
        [one] => format!("Missing permission: {one}."),
        several => {
            format!("One of these permissions is required: {}.", several.join(", "))
        }
    };
    let mend = match in_part {
        true => "Omit the members that `errors` lists, or ask an administrator for the permission.",
        false => "Ask an administrator for it.",
    };
    Some(format!("{missing} {mend}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    #[test]
    fn a_refusal_says_what_is_missing_and_comes_back_as_it_was() {
        let detail = |refusal: &CommonError| {
            let problem = Problem::of(refusal);
            assert_eq!((problem.status, problem.code.as_str()), (403, "forbidden"));
            assert_eq!(problem.read::<CommonError>().as_ref(), Some(refusal));
            problem.detail
        };
        let ask = "Ask an administrator for it.";
        let one = CommonError::lacks(&[Permission::Orders]);
        assert_eq!(detail(&one), format!("Missing permission: `orders`. {ask}"));
        let several = CommonError::lacks(&[Permission::Orders, Permission::Payments]);
        assert_eq!(
            detail(&several),
            format!("One of these permissions is required: `orders`, `payments`. {ask}")
        );
        let in_part = CommonError::for_staff(Permission::Orders, ["/lines".to_owned()]);
        assert!(detail(&in_part).contains("Omit the members that `errors` lists"), "{in_part:?}");
        assert!(
            detail(&CommonError::barred(ForbiddenReason::OrderKey)).starts_with("An order key gives access")
        );
    }

    #[test]
    fn what_an_older_process_says_is_still_read() {
        let old = Problem { status: 403, code: "forbidden".into(), ..Problem::default() };
        let read = old.read::<CommonError>().unwrap();
        assert_eq!(
            read,
            CommonError::Forbidden { errors: Vec::new(), reason: None, permissions: Vec::new() }
        );
        assert_eq!(
            Problem::of(&read).detail,
            "`detail` and `reason` say why, and `permissions` what is missing."
        );
    }
}
