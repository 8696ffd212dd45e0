//! Auth, as orders knows it: it names users.

use contracts::auth::{LookUpUser, User};
use endpoint::{Json, Path, Role};
use kernel::Timestamp;
use ordo_http::{Answered, Api, Call, Shell};

pub(crate) fn router(shell: Shell) -> axum::Router {
    Api::new((), shell).on(look_up_user).router()
}

async fn look_up_user((): (), _: Call, asked: LookUpUser) -> Answered<LookUpUser> {
    let LookUpUser { id: Path(id) } = asked;
    let at = Timestamp::from_seconds(0);
    Ok(Json(User {
        id,
        username: None,
        email: Some("ada@example.com".to_owned()),
        name: Some("Ada".to_owned()),
        role: Role::Customer,
        permissions: Vec::new(),
        active: true,
        version: 1,
        created_at: at,
        updated_at: at,
    }))
}
