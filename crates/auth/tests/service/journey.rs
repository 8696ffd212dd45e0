//! A user's whole way, and what others hear of it.

use crate::world::{AuthTestBed, PASSWORD, code, new_account};
use contracts::{
    auth::*,
    events::{EventType, SessionEvent, UserEvent},
};
use endpoint::{Body, CreatedWithoutEtag, IfMatch, Json, NoContent, Path, WithEtag};
use kernel::{Id, Secret, id::UserId};

on_both!(
    from_registering_to_signing_out,
    what_others_hear_names_nobody,
    a_username_or_an_address_alone_is_enough,
    services_look_up_users_and_nobody_else_does,
);

async fn from_registering_to_signing_out(world: AuthTestBed) {
    let auth = world.replica().await;
    let account =
        NewAccount { name: Some("Ada".into()), ..new_account(Some("Ada.L"), Some("Ada@Example.com")) };
    let CreatedWithoutEtag { location, body: registered, .. } =
        auth.call(None, Register { account: Body(account) }).await.unwrap();
    let user = registered.user.clone();
    assert_eq!(location, "/v1/me");
    assert_eq!((user.role, user.active, user.version), (Role::Customer, true, 1));
    assert_eq!((user.username.as_deref(), user.email.as_deref()), (Some("Ada.L"), Some("Ada@Example.com")));
    assert_eq!((registered.token_type.as_str(), registered.expires_in), ("Bearer", 86_400));
    assert_eq!(registered.token, registered.access_token);
    let me = auth.me(&registered.access_token).await.unwrap();
    assert_eq!(me, user);

    for (username, email) in
        [(Some("ada.l"), None), (None, Some("ADA@example.COM")), (Some("ada@example.com"), None)]
    {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let credentials = Credentials {
            username: owned(username),
            email: owned(email),
            password: Secret::new(PASSWORD),
            device_token: None,
        };
        let Json(signed_in) = auth.call(None, Login { credentials: Body(credentials) }).await.unwrap();
        assert_eq!(signed_in.user, user);
    }

    let Json(refreshed) = auth.refresh(&registered.refresh_token).await.unwrap();
    assert_ne!(refreshed.refresh_token, registered.refresh_token);
    let validate = ValidateToken { token: Body(Token { token: refreshed.access_token.clone() }) };
    let Json(state) = auth.call(None, validate).await.unwrap();
    assert!(state.valid);
    assert_eq!(state.user, Some(user.clone()));
    let left = state.expires_at.unwrap().since(world.env.now()).as_secs();
    assert!((86_300..=86_400).contains(&left), "{left}");

    let rename = UpdateMe {
        based_on: IfMatch(None),
        change: Body(MeChange { name: Some("Countess".into()), ..MeChange::default() }),
    };
    let WithEtag { body: renamed, .. } = auth.call(Some(&refreshed.access_token), rename).await.unwrap();
    assert_eq!((renamed.name.as_deref(), renamed.version), (Some("Countess"), 2));
    assert_eq!(auth.me(&refreshed.access_token).await.unwrap(), renamed);

    let NoContent = auth.call(Some(&refreshed.access_token), Logout {}).await.unwrap();
    // both are of the session that ended
    for token in [&refreshed.access_token, &registered.access_token] {
        assert_eq!(code(auth.me(token).await), "unauthenticated");
        let validate = ValidateToken { token: Body(Token { token: token.clone() }) };
        let Json(state) = auth.call(None, validate).await.unwrap();
        assert_eq!(state, TokenState { valid: false, user: None, expires_at: None });
    }
    assert_eq!(code(auth.refresh(&refreshed.refresh_token).await), "invalid_refresh_token");
    assert_eq!(code(auth.call(Some(&refreshed.access_token), Logout {}).await), "unauthenticated");
}

async fn what_others_hear_names_nobody(world: AuthTestBed) {
    let auth = world.replica().await;
    let account =
        NewAccount { name: Some("Canary Name".into()), ..new_account(Some("canary"), Some("canary@x.com")) };
    let CreatedWithoutEtag { body: signed_in, .. } =
        auth.call(None, Register { account: Body(account) }).await.unwrap();
    // the second time it changes nothing, and publishes no event
    for _ in 0..2 {
        let rename = UpdateMe {
            based_on: IfMatch(None),
            change: Body(MeChange { name: Some("Canary Again".into()), ..MeChange::default() }),
        };
        auth.call(Some(&signed_in.access_token), rename).await.unwrap();
    }
    auth.call(Some(&signed_in.access_token), Logout {}).await.unwrap();
    let events = auth.journal_of(signed_in.user.id).await;
    let kinds: Vec<_> = events.iter().map(|event| (event.kind, event.version())).collect();
    assert_eq!(kinds, [(EventType::UserRegistered, 1), (EventType::UserUpdated, 2)]);
    let heard: UserEvent = events[0].read().unwrap();
    assert_eq!((heard.user_id, heard.role, heard.active), (signed_in.user.id, Role::Customer, true));

    let page = auth.revocations(0).await;
    let session = page.revoked[0].session.unwrap();
    assert_eq!((page.revoked.len(), page.revoked[0].user), (1, signed_in.user.id));
    let ended = auth.journal_of(session).await;
    assert_eq!(ended[0].kind, EventType::SessionRevoked);
    let heard: SessionEvent = ended[0].read().unwrap();
    assert_eq!(
        (heard.user_id, heard.session_id, heard.at),
        (signed_in.user.id, Some(session), page.revoked[0].at)
    );
    for event in events.iter().chain(&ended) {
        let text = serde_json::to_string(event).unwrap().to_lowercase();
        assert!(!text.contains("canary"), "{text}");
    }
}

async fn a_username_or_an_address_alone_is_enough(world: AuthTestBed) {
    let auth = world.replica().await;
    for account in [new_account(Some("grace"), None), new_account(None, Some("grace@example.com"))] {
        let CreatedWithoutEtag { body, .. } =
            auth.call(None, Register { account: Body(account.clone()) }).await.unwrap();
        assert_eq!((body.user.username, body.user.email), (account.username, account.email));
    }
    let neither = Register { account: Body(new_account(None, None)) };
    assert_eq!(code(auth.call(None, neither).await), "invalid_request");
}

async fn services_look_up_users_and_nobody_else_does(world: AuthTestBed) {
    let auth = world.replica().await;
    let signed_in = auth.register("ada@example.com").await;
    let id = Path(signed_in.user.id);
    let Json(user) = auth.call_as_service(LookUpUser { id }).await.unwrap();
    assert_eq!(user, signed_in.user);
    assert_eq!(code(auth.call(Some(&signed_in.access_token), LookUpUser { id }).await), "forbidden");
    assert_eq!(code(auth.call(None, LookUpUser { id }).await), "unauthenticated");
    let nobody = Path(Id::from_uuid(world.env.uuid()));
    assert_eq!(code(auth.call_as_service(LookUpUser { id: nobody }).await), "not_found");
    let many = |ids: Vec<UserId>| LookUpUsers { wanted: Body(WantedUsers { ids }) };
    let both = vec![nobody.0, id.0, id.0];
    let Json(FoundUsers { items }) = auth.call_as("gateway", many(both)).await.unwrap();
    assert_eq!(items, [signed_in.user]);
    assert_eq!(code(auth.call_as("gateway", many(vec![id.0; 201])).await), "invalid_request");
    assert_eq!(code(auth.call_as_service(many(vec![id.0])).await), "forbidden", "not for this one");
    assert_eq!(code(auth.call(Some(&signed_in.access_token), many(vec![id.0])).await), "forbidden");
    assert_eq!(code(auth.call(None, many(vec![id.0])).await), "unauthenticated");
}
