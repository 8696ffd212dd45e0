//! Every statement is understood by both engines, and every endpoint of the contract is answered.

use crate::world::ProductsTestBed;
use std::collections::BTreeSet;

on_both!(every_statement_can_be_prepared, just_the_endpoints_of_the_catalogue_are_answered);

async fn every_statement_can_be_prepared(world: ProductsTestBed) {
    for (name, sql) in products::statements() {
        world.db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

async fn just_the_endpoints_of_the_catalogue_are_answered(world: ProductsTestBed) {
    use contracts::catalogue::{BESIDE, endpoints};
    let declared = endpoints();
    let declared: BTreeSet<&str> = declared
        .iter()
        .filter(|(service, _)| *service == products::NAME)
        .map(|(_, l)| l.route.name)
        .filter(|name| !BESIDE.contains(name))
        .collect();
    let answered: BTreeSet<&str> = world.service().routes.iter().map(|route| route.name).collect();
    assert_eq!(answered, declared);
}
