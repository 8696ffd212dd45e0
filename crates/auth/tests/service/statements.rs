//! Every statement is one that both engines understand, and every endpoint of the catalogue is answered.

use crate::world::AuthTestBed;
use contracts::catalogue;

on_both!(every_statement_can_be_prepared, every_endpoint_of_the_catalogue_is_answered);

async fn every_statement_can_be_prepared(world: AuthTestBed) {
    for (name, sql) in auth::statements() {
        world.db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    assert!(auth::statements().len() > 30);
}

async fn every_endpoint_of_the_catalogue_is_answered(world: AuthTestBed) {
    let service = auth::service(world.needs(world.verifier(auth::NAME).await, Vec::new()));
    let mut answered: Vec<_> = service.routes.iter().map(|route| route.name).collect();
    let all = catalogue::endpoints();
    let mut listed: Vec<_> =
        all.iter().filter(|(s, _)| *s == auth::NAME).map(|(_, l)| l.route.name).collect();
    listed.retain(|name| !catalogue::BESIDE.contains(name));
    answered.sort();
    listed.sort();
    assert_eq!(answered, listed);
}
