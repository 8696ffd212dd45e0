//! A verifier in another process asks over the network and gets what one beside the database gets.

use crate::world::AuthTestBed;
use auth::remote_authority;
use contracts::auth::Logout;
use endpoint::{
    client::Client,
    transport::{InProcess, Local},
};
use ordo_http::{TokenVerifier, Verify, VerifyError, token::ServiceCredential};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

on_both!(
    a_verifier_elsewhere_knows_keys_and_revocations,
    without_auth_it_cannot_be_told,
    what_nobody_told_it_a_verifier_beside_the_database_reads_within_seconds,
);

fn verifier(world: &AuthTestBed, transport: Arc<dyn endpoint::transport::Transport>) -> TokenVerifier {
    let credential = ServiceCredential::new(&world.secret, "orders", auth::NAME, world.env.clone());
    let client =
        Client::new(transport, &["local:auth"], world.env.clone()).with_credential(Arc::new(credential));
    let rules = world.settings.token_rules("orders");
    let authority = remote_authority(world.env.clone(), client);
    TokenVerifier::new(rules, &world.secret, authority, world.env.clone())
}

async fn a_verifier_elsewhere_knows_keys_and_revocations(world: AuthTestBed) {
    let auth = world.replica().await;
    let needs = world.needs(world.verifier(auth::NAME).await, Vec::new());
    let router = auth::service(needs).router;
    let elsewhere = verifier(&world, Arc::new(InProcess(router)));
    let ada = auth.register("ada@example.com").await;
    let token = ada.access_token.expose();
    elsewhere.read_once().await.unwrap();
    let beside = auth.verifier.verify(token).await.unwrap();
    assert_eq!(elsewhere.verify(token).await, Ok(beside));
    auth.call(Some(&ada.access_token), Logout {}).await.unwrap();
    elsewhere.read_once().await.unwrap();
    assert_eq!(elsewhere.verify(token).await, Err(VerifyError::Revoked));
}

async fn without_auth_it_cannot_be_told(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let elsewhere = verifier(&world, Arc::new(Local::new()));
    assert!(elsewhere.read_once().await.is_err());
    assert_eq!(elsewhere.verify(ada.access_token.expose()).await, Err(VerifyError::Unavailable));
}

async fn what_nobody_told_it_a_verifier_beside_the_database_reads_within_seconds(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let token = ada.access_token.expose();
    let untold = world.verifier("orders").await;
    world.env.spawn("watching", untold.clone().watch());
    assert!(untold.verify(token).await.is_ok());
    auth.call(Some(&ada.access_token), Logout {}).await.unwrap();
    let ended = Instant::now();
    while untold.verify(token).await.is_ok() {
        assert!(ended.elapsed() < Duration::from_secs(4), "a session that has ended is still let in");
        sleep(Duration::from_millis(20)).await;
    }
}
