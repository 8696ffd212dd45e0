//! What comes between: passwords that are set, and sessions that end, while something is done with what was so before.

use crate::world::{AuthCallResult, AuthReplica, AuthTestBed, PASSWORD, code};
use auth::{AuthSettings, Cost};
use contracts::auth::*;
use endpoint::{Body, Json, OptionalIdempotencyKey, Path};
use kernel::{Secret, id::ResetId};
use std::time::Duration;
use tokio::time::sleep;

on_both!(
    a_sign_in_with_the_old_password_does_not_outlive_a_change,
    a_sign_in_with_the_old_password_does_not_outlive_a_reset,
    a_sign_in_with_the_new_password_is_compared_anew,
    a_sign_in_goes_on_while_the_hash_is_made_anew,
    a_change_with_the_old_password_does_not_outlive_a_reset,
    a_session_that_has_ended_makes_no_api_key,
);

const NEW: &str = "kettle on a tuesday";
const ADA: &str = "ada@example.com";
const SESSIONS: &str = "select count(*) as n from session where ended_at is null";
const FAILURES: &str = "select count(*) as n from login_failure";

async fn change(
    auth: &AuthReplica,
    token: &Secret,
    current: &str,
    new: &str,
) -> AuthCallResult<ChangePassword> {
    let change = PasswordChange { current_password: Secret::new(current), new_password: Secret::new(new) };
    auth.call(Some(token), ChangePassword { change: Body(change) }).await
}

/// Chooses a new password with the code of a mail.
async fn reset(auth: &AuthReplica, new: &str) {
    let account = ForgotPasswordRequest { email: ADA.to_owned() };
    auth.call(None, ForgotPassword { account: Body(account) }).await.unwrap();
    assert_eq!(auth.run_timers("auth.begin_reset").await, 1);
    let sql = db::Sql::both("select id from password_reset");
    let id: ResetId = auth.world.db.query_one(&sql, &[]).await.unwrap().get("id").unwrap();
    let Json(letter) = auth.call_as("notifications", GetPasswordReset { id: Path(id) }).await.unwrap();
    let reset = PasswordReset { token: letter.token, new_password: Secret::new(new) };
    auth.call(None, ResetPassword { reset: Body(reset) }).await.unwrap();
}

/// A replica whose hashes wait.
async fn held(world: &AuthTestBed) -> AuthReplica {
    let there = world.elsewhere();
    there.clock.hold_hashes(true);
    there.replica().await
}

/// Once `slow` compares a password (so that it has read the hash), does something else, and lets it go on after that.
async fn meanwhile<T>(
    there: &AuthReplica,
    slow: impl Future<Output = T>,
    other: impl Future<Output = ()>,
) -> T {
    let other = async {
        while there.world.clock.hashes() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
        other.await;
        there.world.clock.hold_hashes(false);
    };
    tokio::join!(slow, other).0
}

async fn a_sign_in_with_the_old_password_does_not_outlive_a_change(world: AuthTestBed) {
    let (auth, there) = (world.replica().await, held(&world).await);
    let ada = auth.register(ADA).await;
    let signed_in = meanwhile(&there, there.login(ADA, PASSWORD), async {
        change(&auth, &ada.access_token, PASSWORD, NEW).await.unwrap();
    })
    .await;
    assert_eq!(code(signed_in), "invalid_credentials");
    assert_eq!(world.number(SESSIONS).await, 1, "the one that changed it");
    assert_eq!(world.number(FAILURES).await, 2, "counted here and anywhere, as any wrong password");
    assert_eq!(there.world.clock.hashes(), 2, "compared anew, once");
    assert!(there.login(ADA, NEW).await.is_ok());
}

async fn a_sign_in_with_the_old_password_does_not_outlive_a_reset(world: AuthTestBed) {
    let (auth, there) = (world.replica().await, held(&world).await);
    auth.register(ADA).await;
    let signed_in = meanwhile(&there, there.login(ADA, PASSWORD), reset(&auth, NEW)).await;
    assert_eq!(code(signed_in), "invalid_credentials");
    assert_eq!((world.number(SESSIONS).await, world.number(FAILURES).await), (0, 2));
}

async fn a_sign_in_with_the_new_password_is_compared_anew(world: AuthTestBed) {
    let (auth, there) = (world.replica().await, held(&world).await);
    auth.register(ADA).await;
    // the same password again has another salt
    let signed_in = meanwhile(&there, there.login(ADA, PASSWORD), reset(&auth, PASSWORD)).await;
    let Json(signed_in) = signed_in.unwrap();
    assert!(auth.refresh(&signed_in.refresh_token).await.is_ok());
    assert_eq!((world.number(SESSIONS).await, there.world.clock.hashes()), (1, 2));
}

async fn a_sign_in_goes_on_while_the_hash_is_made_anew(mut world: AuthTestBed) {
    world.replica().await.register(ADA).await;
    let password_cost = Cost { memory_kib: 128, passes: 1, lanes: 1 };
    world.settings = AuthSettings { password_cost, ..world.settings };
    let (auth, there) = (world.replica().await, held(&world).await);
    let signed_in = meanwhile(&there, there.login(ADA, PASSWORD), async {
        auth.login(ADA, PASSWORD).await.unwrap();
    })
    .await;
    assert!(signed_in.is_ok());
    assert_eq!((world.number(SESSIONS).await, world.number(FAILURES).await), (3, 0));
    // compared, made again for nothing, and compared with the one that the other made
    assert_eq!(there.world.clock.hashes(), 3);
}

async fn a_change_with_the_old_password_does_not_outlive_a_reset(world: AuthTestBed) {
    let (auth, there) = (world.replica().await, held(&world).await);
    let ada = auth.register(ADA).await;
    let thiefs = change(&there, &ada.access_token, PASSWORD, "the password of a thief");
    let changed = meanwhile(&there, thiefs, reset(&auth, NEW)).await;
    assert_eq!(code(changed), "wrong_password", "begun again, and compared with what it is now");
    assert!(auth.login(ADA, NEW).await.is_ok());
}

async fn a_session_that_has_ended_makes_no_api_key(world: AuthTestBed) {
    let auth = world.replica().await;
    let Json(thief) = {
        auth.admin(ADA).await;
        auth.login(ADA, PASSWORD).await.unwrap()
    };
    // it has not heard yet of what ends there
    let there = world.replica().await;
    let make = || {
        let api_key = NewApiKey {
            name: "program".to_owned(),
            expires_in_days: Some(90),
            expires_at: None,
            scopes: vec![],
        };
        there.call(
            Some(&thief.access_token),
            CreateApiKey { key: OptionalIdempotencyKey(None), api_key: Body(api_key) },
        )
    };
    make().await.unwrap();
    reset(&auth, NEW).await;
    assert!(there.lets_in(&thief.access_token).await, "it has not heard of it");
    assert_eq!(code(make().await), "unauthenticated");
    assert_eq!(world.number("select count(*) as n from api_key").await, 1);
}
