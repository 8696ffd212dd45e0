//! Why somebody may not do what others may: a permission that is missing is another thing than a key that is of no use here.

use crate::{CommonError, FieldError, Permission};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why this is not for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ForbiddenReason")]
pub enum ForbiddenReason {
    /// A permission is missing: `permissions` lists those of which one is enough.
    PermissionMissing,
    /// Only an administrator who has signed in may do that.
    AdminOnly,
    /// Only a signed-in account may do this. API keys are not accepted.
    PersonOnly,
    /// The key of an order opens that order, and nothing else.
    OrderKey,
    /// Only the shop's own services may do this.
    ServiceOnly,
}

impl CommonError {
    /// It is not for whoever asked, whatever their permissions.
    pub fn barred(reason: ForbiddenReason) -> CommonError {
        CommonError::Forbidden { errors: Vec::new(), reason: Some(reason), permissions: Vec::new() }
    }

    /// One of these permissions is needed, and there is none of them.
    pub fn lacks(permissions: &[Permission]) -> CommonError {
        let reason = Some(ForbiddenReason::PermissionMissing);
        CommonError::Forbidden { errors: Vec::new(), reason, permissions: permissions.to_vec() }
    }

    /// These members are for staff with `permission`: without them it could be done.
    pub fn for_staff(permission: Permission, pointers: impl IntoIterator<Item = String>) -> CommonError {
        let why = format!("only staff with the permission `{}` set this", permission.name());
        CommonError::Forbidden {
            errors: pointers.into_iter().map(|pointer| FieldError::for_staff(pointer, why.clone())).collect(),
            reason: Some(ForbiddenReason::PermissionMissing),
            permissions: vec![permission],
        }
    }

    /// Why not, in a sentence, where that is known.
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

/// Names what is missing; `in_part`: the rest would be done without it.
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
