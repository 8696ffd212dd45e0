//! Who calls: credentials that say it in plain words.

use endpoint::{Context, Permission, client::Credential, http::HeaderValue};
use kernel::{BoxFuture, Id, id::UserId};
use ordo_http::{ApiContext, Principal, RequestLimits, Role, Verify, VerifyError};
use std::sync::Arc;

/// Knows the credentials of this file by heart.
struct PaymentsVerifier;

impl Verify for PaymentsVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let user = |id, role, permissions: &[Permission]| Principal::User {
            id,
            session: Id::from_uuid(Default::default()),
            role,
            permissions: permissions.to_vec(),
        };
        let nobody_special = Id::from_uuid(Default::default());
        let who = match credential.split_once(':') {
            None if credential == "service" => {
                Ok(Principal::Service { name: "orders".into(), act_for: None })
            }
            None if credential == "gateway" => {
                Ok(Principal::Service { name: credential.to_owned(), act_for: None })
            }
            Some(("service for", id)) => {
                Ok(Principal::Service { name: "orders".into(), act_for: Some(id.parse().unwrap()) })
            }
            Some(("staff", "payments")) => Ok(user(nobody_special, Role::Staff, &[Permission::Payments])),
            Some(("staff", "orders")) => Ok(user(nobody_special, Role::Staff, &[Permission::Orders])),
            Some(("customer", id)) => Ok(user(id.parse().unwrap(), Role::Customer, &[])),
            _ => Err(VerifyError::Invalid),
        };
        Box::pin(std::future::ready(who))
    }
}

/// A credential that never changes.
struct PaymentsCredential(String);

impl Credential for PaymentsCredential {
    fn authorization(&self, _: &Context) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()
    }
}

pub(crate) fn shows(credential: &str) -> Arc<dyn Credential> {
    Arc::new(PaymentsCredential(credential.to_owned()))
}

pub(crate) fn customer(id: UserId) -> String {
    format!("customer:{id}")
}

pub(crate) fn shell(env: kernel::Env) -> ApiContext {
    ApiContext {
        service: payments::NAME,
        verify: Arc::new(PaymentsVerifier),
        env,
        limits: RequestLimits::default(),
    }
}
