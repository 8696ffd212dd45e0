//! `ordo accept-loss`: goes on with databases of a distributed shop that are older than they were, and ends. Nobody may be at
//! work in the meantime. Interrupted, it is run again.

use crate::{
    config::Config,
    distributed,
    doctor::ahead_of_producers,
    exit_code::Failure,
    output,
    roles::settings,
    secret_check,
    service_names::SERVICES,
    store::connections,
    stores::{Stores, migrations, of_service},
    topology::{self, is_on_postgres},
};
use contracts::{audit_queries::PaymentCopyFact, events::PaymentSnapshot};
use db::Db;
use flow::position::{self, Ahead};
use kernel::{
    Env,
    id::{OrderId, PlacementId, ProductId},
};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// The leases of processes that were killed are over within this.
const LEASES_END_WITHIN: Duration = Duration::from_secs(10);
const CONNECTED_WITHIN: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Rows that are checked together.
const PAGE: i64 = 500;

/// Begins a new epoch in every service: credentials end, the messages of NATS are removed, and a consumer that is ahead of its
/// producer consumes it from the beginning.
///
/// # Errors
/// When a database is not named or cannot be used, NATS does not answer, or somebody is at work.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    if !is_on_postgres(config) {
        return Err(Failure::Config(
            "`database_url`: the databases of all services are needed: set ORDO_DATABASE_URL. An embedded shop is started \
             once with `ordo serve --accept-loss` instead."
                .to_owned(),
        ));
    }
    let env = host::env();
    let secret = secret_check::set(topology::secret_of(config)?)?;
    let mut stores = Stores::new();
    // a process whose connections were cut, as when its database was put back, has new ones within a moment
    sleep(CONNECTED_WITHIN).await;
    for service in SERVICES.into_iter().chain([simulator::NAME]) {
        let alone = check_nobody_is_connected(config, service, &env).await;
        if let Err(at_work @ Failure::Locked(_)) = alone {
            return Err(at_work);
        }
        // a backup may be of an older version; what keeps it from being opened is better said there
        stores.insert(service, distributed::open_one(config, service, migrations(service), &env).await?);
        alone?;
    }
    secret_check::check_on_postgres(config, &stores, &secret).await?;
    check_nobody_is_at_work(&stores).await?;
    distributed::forget_messages(config, &SERVICES).await?;
    let auth_db = store(&stores, auth::NAME)?;
    let ended =
        auth::begin_epoch(auth_db, &env, &secret).await.map_err(|error| of_service(auth::NAME, error))?;
    let begun = payments::begin_epoch(store(&stores, payments::NAME)?, &env).await;
    begun.map_err(|error| of_service(payments::NAME, error))?;
    let ahead = ahead_of_producers(&stores).await?;
    // a response of orders may have named them before their events were consumed
    forget_orders(&stores).await?;
    forget_stock(&stores).await?;
    forget_reservations(&stores).await?;
    let reserved = reserve_again(config, &stores, &env).await?;
    let asked = restore_payments(&stores).await?;
    for Ahead { consumer, producer, position, head } in &ahead {
        position::rewind(consumer, store(&stores, consumer)?, producer).await?;
        output::line(format_args!(
            "{consumer} had consumed event {position} of {producer}, which has {head}: it consumes all of them again"
        ));
    }
    if reserved > 0 {
        output::line(format_args!(
            "products has caught up with {reserved} orders: what they need is reserved again"
        ));
    }
    if asked > 0 {
        output::line(format_args!(
            "payments lacks something of the payments of {asked} orders: it asks the provider for it once it is started"
        ));
    }
    if ahead.is_empty() {
        output::line(format_args!("no service has consumed an event that another one lacks"));
    }
    output::line(format_args!(
        "a new epoch begins: {} sessions have ended, and {} API keys are revoked",
        ended.sessions, ended.api_keys
    ));
    Ok(())
}

fn store<'a>(stores: &'a Stores, service: &str) -> Result<&'a Db, Failure> {
    stores.get(service).ok_or_else(|| Failure::other(format!("the database of {service} is not open")))
}

/// Every process of a service has connections to its database, also where it consumes nothing. Those of killed ones end
/// shortly.
async fn check_nobody_is_connected(config: &Config, service: &'static str, env: &Env) -> Result<(), Failure> {
    // this command has a single connection: all others belong to other programs
    let db = distributed::look_at(&Config { database_pool: 1, ..config.clone() }, service, env)?;
    let begun = Instant::now();
    loop {
        let others = connections::others(&db).await?;
        if others == 0 {
            return Ok(());
        }
        if begun.elapsed() >= LEASES_END_WITHIN {
            return Err(Failure::Locked(format!(
                "{service} is at work: there are {others} connections to its database. Stop all processes of the shop, and \
                 repeat the command."
            )));
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Who is at work would go on with what it knows: keys, positions, messages of NATS. Where a pool between them hides the connections
/// of processes, their leases to consume show it.
async fn check_nobody_is_at_work(stores: &Stores) -> Result<(), Failure> {
    let begun = Instant::now();
    for service in SERVICES {
        let db = store(stores, service)?;
        while position::is_at_work(db).await? {
            if begun.elapsed() >= LEASES_END_WITHIN {
                return Err(Failure::Locked(format!(
                    "{service} is at work. Stop all processes of the shop, and repeat the command."
                )));
            }
            sleep(LOOK_AGAIN).await;
        }
    }
    Ok(())
}

/// What products has heard of orders counts up to what orders has; else their next versions would be taken for old ones. It asks
/// what became of the others, and releases what is reserved for an order that is lost.
async fn forget_orders(stores: &Stores) -> Result<(), Failure> {
    let (db, orders_db) = (store(stores, products::NAME)?, store(stores, orders::NAME)?);
    let mut after = PlacementId::from_uuid(Uuid::nil());
    loop {
        let heard = products::heard_orders(db, after, PAGE).await?;
        let Some((last, _)) = heard.last() else { return Ok(()) };
        after = *last;
        let ids: Vec<PlacementId> = heard.iter().map(|(placement, _)| *placement).collect();
        let there = orders::versions_of_placements(orders_db, &ids).await?;
        let lost = beyond(&heard, |id| there.get(id).copied());
        products::consume_again(db, &lost).await?;
    }
}

/// The same of what orders has heard of the stock of products.
async fn forget_stock(stores: &Stores) -> Result<(), Failure> {
    let (db, products_db) = (store(stores, orders::NAME)?, store(stores, products::NAME)?);
    let mut after = ProductId::from_uuid(Uuid::nil());
    loop {
        let heard = orders::heard_stock(db, after, PAGE).await?;
        let Some((last, _)) = heard.last() else { return Ok(()) };
        after = *last;
        let ids: Vec<ProductId> = heard.iter().map(|(product, _)| *product).collect();
        let told = products::audit::told_of(products_db, &ids).await?;
        let told: BTreeMap<ProductId, i64> =
            told.iter().map(|fact| (fact.product_id, fact.version)).collect();
        let lost = beyond(&heard, |id| told.get(id).copied());
        orders::consume_stock_again(db, &lost).await?;
    }
}

/// The same of what orders has heard of its reservations.
async fn forget_reservations(stores: &Stores) -> Result<(), Failure> {
    let (db, products_db) = (store(stores, orders::NAME)?, store(stores, products::NAME)?);
    let heard = orders::heard_reservations(db).await?;
    let subjects: Vec<String> = heard.iter().map(|(product, _)| product.to_string()).collect();
    let told = flow::audit::told(products_db, &subjects, i64::MAX).await?;
    let lost = beyond(&heard, |id| told.get(&id.to_string()).copied());
    Ok(orders::consume_reservations_again(db, &lost).await?)
}

/// Has products apply the newest state of orders that it has not consumed, the oldest first: before it sells anything, their
/// units are reserved again, or reported as lost. Returns the number of orders.
async fn reserve_again(config: &Config, stores: &Stores, env: &Env) -> Result<usize, Failure> {
    let (db, orders_db) = (store(stores, products::NAME)?, store(stores, orders::NAME)?);
    let settings = settings::products(config);
    let (mut after, mut reserved) = (OrderId::from_uuid(Uuid::nil()), 0);
    loop {
        let placed = orders::placed_versions(orders_db, after, PAGE).await?;
        let Some((last, ..)) = placed.last() else { break };
        after = *last;
        let placements: Vec<PlacementId> = placed.iter().map(|(_, placement, _)| *placement).collect();
        let heard = products::versions_of(db, &placements).await?;
        let is_behind =
            |placement: &PlacementId, version: i64| heard.get(placement).is_none_or(|heard| *heard < version);
        let behind = placed.iter().filter(|(_, placement, version)| is_behind(placement, *version));
        let behind: Vec<OrderId> = behind.map(|(id, ..)| *id).collect();
        reserved += behind.len();
        products::catch_up(db, env, &settings, orders::figures(orders_db, &behind).await?).await?;
    }
    let lost = orders::lost_reservations(orders_db).await?;
    products::tell_not_lost(db, env, &settings, &lost).await?;
    Ok(reserved)
}

/// Has orders ask payments for those payments of which it has heard more than payments has. Of how many orders.
async fn restore_payments(stores: &Stores) -> Result<usize, Failure> {
    let (db, payments_db) = (store(stores, orders::NAME)?, store(stores, payments::NAME)?);
    let (mut after, mut asked) = (OrderId::from_uuid(Uuid::nil()), 0);
    loop {
        let copies = orders::payment_copies(db, after, PAGE).await?;
        let Some(last) = copies.last() else { return Ok(asked) };
        after = last.order_id;
        let ids: Vec<OrderId> = copies.iter().map(|copy| copy.order_id).collect();
        let there = payments::audit::of_orders(payments_db, &ids, false).await?.payments;
        let there: BTreeMap<OrderId, PaymentSnapshot> =
            there.into_iter().filter_map(|payment| Some((payment.order_id, payment.figures?))).collect();
        let lost = copies.iter().filter(|copy| is_lost(copy, there.get(&copy.order_id)));
        let lost: Vec<OrderId> = lost.map(|copy| copy.order_id).collect();
        asked += lost.len();
        orders::restore_payments(db, &lost).await?;
    }
}

/// Whether a payment is not, or no longer, what orders has heard of it.
fn is_lost(copy: &PaymentCopyFact, payment: Option<&PaymentSnapshot>) -> bool {
    let Some(heard) = &copy.figures else { return false };
    payment.is_none_or(|payment| {
        let is_other = heard.version == payment.version && !payment.is_told_by(heard);
        heard.version.max(copy.shown) > payment.version || is_other
    })
}

/// Of which a newer version was consumed than the producer has, each with the one that it has; 0 where it has none.
fn beyond<Id: Copy>(consumed: &[(Id, i64)], has: impl Fn(&Id) -> Option<i64>) -> Vec<(Id, i64)> {
    let both = consumed.iter().map(|(id, consumed)| (*id, *consumed, has(id).unwrap_or(0)));
    both.filter(|(_, consumed, has)| consumed > has).map(|(id, _, has)| (id, has)).collect()
}
