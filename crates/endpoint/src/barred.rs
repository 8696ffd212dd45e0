//! Why somebody may not do what others may: a permission that is missing is another thing than a key that is of no use here.

use crate::{Common, Fault, Permission};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why this is not for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ForbiddenReason")]
pub enum Barred {
    /// A permission is missing: `permissions` lists those of which one is enough.
    PermissionMissing,
    /// Only an administrator who has signed in may do that.
    AdminOnly,
    /// Only a person who has signed in may do that, and no API key.
    PersonOnly,
    /// The key of an order opens that order, and nothing else.
    OrderKey,
    /// Only services of the shop itself may do that.
    ServiceOnly,
}

impl Common {
    /// It is not for whoever asked, whatever their permissions.
    pub fn barred(reason: Barred) -> Common {
        Common::Forbidden { errors: Vec::new(), reason: Some(reason), permissions: Vec::new() }
    }

    /// One of these permissions is needed, and there is none of them.
    pub fn lacks(permissions: &[Permission]) -> Common {
        let reason = Some(Barred::PermissionMissing);
        Common::Forbidden { errors: Vec::new(), reason, permissions: permissions.to_vec() }
    }

    /// These members are for staff with `permission`: without them it could be done.
    pub fn for_staff(permission: Permission, pointers: impl IntoIterator<Item = String>) -> Common {
        let why = format!("only staff with the permission `{}` set this", permission.name());
        Common::Forbidden {
            errors: pointers.into_iter().map(|pointer| Fault::for_staff(pointer, why.clone())).collect(),
            reason: Some(Barred::PermissionMissing),
            permissions: vec![permission],
        }
    }

    /// Why not, in a sentence, where that is known.
    pub(crate) fn why_forbidden(&self) -> Option<String> {
        let Common::Forbidden { errors, reason, permissions } = self else { return None };
        Some(match (*reason)? {
            Barred::PermissionMissing => missing(permissions, !errors.is_empty())?,
            Barred::AdminOnly => {
                "Only an administrator who has signed in may do that, and no API key.".into()
            }
            Barred::PersonOnly => "Only a person who has signed in may do that, and no API key.".into(),
            Barred::OrderKey => "The key of an order opens that order, and nothing else: sign in.".into(),
            Barred::ServiceOnly => "Only services of the shop itself may do that.".into(),
        })
    }
}

/// Names what is missing; `in_part`: the rest would be done without it.
fn missing(permissions: &[Permission], in_part: bool) -> Option<String> {
    let names: Vec<String> = permissions.iter().map(|p| format!("`{}`", p.name())).collect();
    let missing = match &names[..] {
        [] => return None,
        [one] => format!("This permission is missing: {one}."),
        several => {
            format!("One of these permissions is needed, and all are missing: {}.", several.join(", "))
        }
    };
    let mend = match in_part {
        true => {
            "Leave out what `errors` names, where the rest will do without it, or ask an administrator of the shop for it."
        }
        false => "Ask an administrator of the shop for it.",
    };
    Some(format!("{missing} {mend}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    #[test]
    fn a_refusal_says_what_is_missing_and_comes_back_as_it_was() {
        let detail = |refusal: &Common| {
            let problem = Problem::of(refusal);
            assert_eq!((problem.status, problem.code.as_str()), (403, "forbidden"));
            assert_eq!(problem.read::<Common>().as_ref(), Some(refusal));
            problem.detail
        };
        let ask = "Ask an administrator of the shop for it.";
        let one = Common::lacks(&[Permission::Orders]);
        assert_eq!(detail(&one), format!("This permission is missing: `orders`. {ask}"));
        let several = Common::lacks(&[Permission::Orders, Permission::Payments]);
        assert_eq!(
            detail(&several),
            format!("One of these permissions is needed, and all are missing: `orders`, `payments`. {ask}")
        );
        let in_part = Common::for_staff(Permission::Orders, ["/lines".to_owned()]);
        assert!(detail(&in_part).contains("Leave out what `errors` names"), "{in_part:?}");
        assert!(detail(&Common::barred(Barred::OrderKey)).starts_with("The key of an order opens"));
    }

    #[test]
    fn what_an_older_process_says_is_still_read() {
        let old = Problem { status: 403, code: "forbidden".into(), ..Problem::default() };
        let read = old.read::<Common>().unwrap();
        assert_eq!(read, Common::Forbidden { errors: Vec::new(), reason: None, permissions: Vec::new() });
        assert_eq!(
            Problem::of(&read).detail,
            "`detail` and `reason` say why, and `permissions` what is missing."
        );
    }
}
