//! Auth, as orders knows it: it names users, all but the one of the nil id.

use contracts::auth::{LookUpUser, User};
use endpoint::{Common, Json, Path, Role};
use kernel::Timestamp;
use ordo_http::{Answered, Api, Call, Shell};

pub(crate) fn router(shell: Shell) -> axum::Router {
    Api::new((), shell).on(look_up_user).router()
}

async fn look_up_user((): (), _: Call, asked: LookUpUser) -> Answered<LookUpUser> {
    let LookUpUser { id: Path(id) } = asked;
    if id.uuid().is_nil() {
        return Err(Common::NotFound.into());
    }
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
