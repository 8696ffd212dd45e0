//! Takes over what was found: by the services' own rules, in the order in which things need one another.

use super::{
    ParsedFiles, ParsedOrder, SkippedRows, SourceLine, Status, mongo, order_steps::Steps,
    target::ImportTarget,
};
use crate::{
    clients::Network,
    config::Config,
    databases::Databases,
    exit_code::Failure,
    roles::{self, settings},
    runtime::check_currency,
    runtime_deps::RuntimeDeps,
};
use auth::ImportedUser;
use contracts::auth::User;
use db::Db;
use kernel::{Env, canonical_name::key, id::UserId};
use std::{collections::BTreeMap, iter, time::Duration};
use tokio::time::sleep;

/// So often a row is tried that somebody else changes at the same time.
const TRIES: u32 = 10;
/// Before another try; longer with each.
const PAUSE: Duration = Duration::from_millis(10);

/// How many of a kind there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RowCounts {
    pub(super) added: u64,
    pub(super) there: u64,
    pub(super) bad: u64,
}

impl RowCounts {
    pub(super) fn seen(self) -> u64 {
        self.added + self.there + self.bad
    }
    fn note(&mut self, is_new: bool) {
        if is_new { self.added += 1 } else { self.there += 1 }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct ImportSummary {
    pub(super) users: RowCounts,
    pub(super) products: RowCounts,
    pub(super) orders: RowCounts,
    /// Rows that could not be read.
    pub(super) unread: usize,
    /// Rows that were left out, and why.
    pub(super) bad: Vec<(SourceLine, String)>,
    pub(super) remarks: Vec<String>,
}

/// Says what would come of it; the shop may run in the meantime.
///
/// # Errors
/// When there is no shop.
pub(super) async fn look(config: &Config, found: ParsedFiles) -> Result<ImportSummary, Failure> {
    let env = host::env();
    let databases = Databases::look_at(config, &env).await?;
    check_currency(config, &databases.products).await?;
    if !found.orders.is_empty() {
        admin(&databases).await?;
    }
    let takeover =
        ImportRun { env, config, databases: &databases, writes: false, steps: None, numbers: None };
    takeover.all(found).await
}

/// Takes it over.
///
/// # Errors
/// When there is no shop, or it runs on a folder.
pub(super) async fn take(config: &Config, mut found: ParsedFiles) -> Result<ImportSummary, Failure> {
    let env = host::env();
    let place = ImportTarget::open(config, &env).await?;
    let databases = &place.databases;
    check_currency(config, &databases.products).await?;
    let mut steps = None;
    if !found.orders.is_empty() {
        let admin = admin(databases).await?;
        let network = Network::in_process(&env, &place.secret);
        let wiring = RuntimeDeps {
            env: env.clone(),
            config: config.clone(),
            secret: place.secret.clone(),
            network: network.clone(),
            is_demo: false,
            // nothing listens
            is_embedded: false,
            pictures: None,
            admission: None,
        };
        roles::answer_calls(&wiring, &databases.stores()).await?;
        steps = Some(Steps { admin, orders: network.client(compat::NAME, orders::NAME) });
    }
    let numbers = match found.numbers_users {
        true => place.numbers(config, &env).await?,
        false => None,
    };
    if found.numbers_users && numbers.is_none() {
        found.remarks.push(
            "no account got an id of auth-service: its interface has its database where ORDO_DATABASE_URL says, which \
             is not set. Set it and import once more."
                .to_owned(),
        );
    }
    let takeover = ImportRun { env, config, databases, writes: true, steps, numbers };
    takeover.all(found).await
}

/// In whose name orders are brought where they were.
async fn admin(databases: &Databases) -> Result<UserId, Failure> {
    auth::an_admin(&databases.auth).await?.ok_or_else(|| {
        Failure::Config(
            "the shop has no administrator, in whose name the orders' history is written. Make one: \
             ordo admin create --email ADDRESS"
                .to_owned(),
        )
    })
}

/// Takes over a row; again where it did not come to that through no fault of its own.
async fn settled<E>(
    mut once: impl AsyncFnMut() -> Result<bool, E>,
    is_passing: impl Fn(&E) -> bool,
) -> Result<bool, E> {
    for n in 1..TRIES {
        match once().await {
            Err(error) if is_passing(&error) => sleep(PAUSE * n).await,
            done => return done,
        }
    }
    once().await
}

/// What somebody else did at the same moment, in a shop that runs, shows when the row is checked again; so does whether
/// a commit whose answer was lost has happened.
fn is_passing(error: &db::Error) -> bool {
    error.is_retry() || error.is_unique() || error.is_unknown_outcome()
}

struct ImportRun<'a> {
    env: Env,
    config: &'a Config,
    databases: &'a Databases,
    /// Whether anything is written.
    writes: bool,
    steps: Option<Steps>,
    /// Where accounts are numbered, if they are.
    numbers: Option<Db>,
}

/// Who may have bought something: those of the files, by the id and by the username.
#[derive(Default)]
struct Buyers {
    by_id: BTreeMap<UserId, Buyer>,
    by_name: BTreeMap<String, Buyer>,
    left_out: SkippedRows,
}

#[derive(Clone)]
struct Buyer {
    id: UserId,
    email: Option<String>,
    name: Option<String>,
}

/// What has been seen in the files, and where first.
#[derive(Default)]
struct FirstSeen(BTreeMap<String, SourceLine>);

impl FirstSeen {
    /// That something else in the files is called so, too.
    fn twice(&mut self, what: String, at: &SourceLine) -> Result<(), String> {
        if let Some(first) = self.0.get(&what) {
            return Err(format!("it is there twice: {first} has the same {what}. Keep one of them"));
        }
        self.0.insert(what, at.clone());
        Ok(())
    }
}

impl ImportRun<'_> {
    async fn all(self, found: ParsedFiles) -> Result<ImportSummary, Failure> {
        let ParsedFiles { users, products, orders, bad, remarks, left_out, numbers_users: _, had_numbers } =
            found;
        let mut tally = ImportSummary { unread: bad.len(), bad, remarks, ..ImportSummary::default() };
        let mut buyers = Buyers { left_out, ..Buyers::default() };
        let (mut seen, mut here) = (FirstSeen::default(), Vec::new());
        for (at, user) in users {
            let taken = self.user(&at, &user, &mut seen).await?;
            match &taken {
                Ok(_) => {
                    buyers.add(&user);
                    here.push((user.created_at, user.id, at.clone()));
                }
                Err(why) => buyers.leave_out(&user, &at, why),
            }
            note(&mut tally.users, &mut tally.bad, at, taken);
        }
        if let Some(numbers) = &self.numbers {
            // the oldest first, behind those who bring a number
            here.sort_by_key(|(created_at, id, _)| (!had_numbers.contains_key(id), *created_at));
            for (_, id, at) in here {
                let had = had_numbers.get(&id).copied();
                let number = compat::number_user(numbers, id, had).await?;
                if let Some(had) = had.filter(|had| *had != number) {
                    tally.remarks.push(format!("{at}: its id is {number} here; it was {had}"));
                }
            }
        }
        for (at, product) in products {
            let taken = match seen.twice(format!("product {}", product.id), &at) {
                Ok(()) => self.product(&product).await?,
                Err(twice) => Err(twice),
            };
            note(&mut tally.products, &mut tally.bad, at, taken);
        }
        for (at, order) in orders {
            let taken = match seen.twice(format!("order {}", order.order.id), &at) {
                Ok(()) => self.order(order, &buyers).await?,
                Err(twice) => Err(twice),
            };
            note(&mut tally.orders, &mut tally.bad, at, taken);
        }
        Ok(tally)
    }

    async fn user(
        &self,
        at: &SourceLine,
        user: &ImportedUser,
        seen: &mut FirstSeen,
    ) -> Result<RowOutcome, Failure> {
        for (what, name) in user.keys().chain(iter::once(("id", user.id.to_string()))) {
            if let Err(twice) = seen.twice(format!("{what} {name}"), at) {
                return Ok(Err(twice));
            }
        }
        let (db, settings) = (&self.databases.auth, settings::auth(self.config));
        let taken = match self.writes {
            true => {
                let once = async || auth::import_user(db, &self.env, &settings, user).await;
                settled(once, |error| matches!(error, auth::UserImportError::Db(error) if is_passing(error)))
                    .await
            }
            false => auth::may_import(db, user).await,
        };
        match taken {
            Ok(is_new) => Ok(Ok(is_new)),
            Err(auth::UserImportError::Db(error)) => Err(error.into()),
            Err(why @ (auth::UserImportError::UsernameTaken | auth::UserImportError::EmailTaken)) => {
                Ok(Err(format!("{why}. Whoever has it keeps it: leave the row out, or give it another name")))
            }
            Err(why) => Ok(Err(why.to_string())),
        }
    }

    async fn product(&self, product: &products::ImportedProduct) -> Result<RowOutcome, Failure> {
        let (db, currency) = (&self.databases.products, self.config.currency);
        if !self.writes {
            return Ok(Ok(!products::has_product(db, product.id).await?));
        }
        let once = async || products::import_product(db, &self.env, currency, product).await;
        let is_passing =
            |error: &_| matches!(error, products::ProductImportError::Db(error) if is_passing(error));
        match settled(once, is_passing).await {
            Ok(is_new) => Ok(Ok(is_new)),
            Err(products::ProductImportError::Db(error)) => Err(error.into()),
            Err(why) => Ok(Err(why.to_string())),
        }
    }

    async fn order(&self, found: ParsedOrder, buyers: &Buyers) -> Result<RowOutcome, Failure> {
        let ParsedOrder { mut order, buyer, status } = found;
        let Some(who) = self.buyer(&buyer, buyers).await? else {
            if let Some((at, why)) = buyers.left_out(&buyer) {
                return Ok(Err(format!(
                    "user_id: the row of {buyer:?} was left out ({at}: {why}). Mend that row, or leave the order out"
                )));
            }
            return Ok(Err(format!(
                "user_id: {buyer:?} is nobody's username or id, here or in the file of users. Add the user, or leave \
                 the order out"
            )));
        };
        order.user_id = who.id;
        order.name = who.name;
        // no emails are sent about the steps that bring an order to where it was
        order.email = who.email.filter(|_| status == Status::Pending);
        let db = &self.databases.orders;
        let once = async || orders::import_order(db, &self.env, &order).await;
        let is_passing =
            |error: &_| matches!(error, orders::OrderImportError::Db(error) if is_passing(error));
        let taken = match self.writes {
            true => settled(once, is_passing).await,
            false => orders::may_import(db, &order).await,
        };
        match taken {
            Ok(is_new) => {
                if let Some(steps) = &self.steps {
                    steps.bring(&self.env, &order, status).await?;
                }
                Ok(Ok(is_new))
            }
            Err(orders::OrderImportError::Db(error)) => Err(error.into()),
            Err(why) => Ok(Err(why.to_string())),
        }
    }

    async fn buyer(&self, called: &str, buyers: &Buyers) -> Result<Option<Buyer>, Failure> {
        let id = mongo::user_id(called);
        let known = buyers.by_name.get(&key(called)).or_else(|| buyers.by_id.get(&id));
        if let Some(buyer) = known {
            return Ok(Some(buyer.clone()));
        }
        let db = &self.databases.auth;
        let here = match auth::find_user(db, id).await? {
            Some(user) => Some(user),
            None => auth::user_named(db, called).await?,
        };
        Ok(here.map(|User { id, email, name, .. }| Buyer { id, email, name }))
    }
}

impl Buyers {
    fn add(&mut self, user: &ImportedUser) {
        let buyer = Buyer { id: user.id, email: user.email.clone(), name: user.name.clone() };
        for name in [&user.username, &user.email].into_iter().flatten() {
            self.by_name.insert(key(name), buyer.clone());
        }
        self.by_id.insert(user.id, buyer);
    }
    fn leave_out(&mut self, user: &ImportedUser, at: &SourceLine, why: &str) {
        let names = [user.username.clone(), user.email.clone(), Some(user.id.to_string())];
        self.left_out.add(names.into_iter().flatten(), at, why);
    }
    fn left_out(&self, called: &str) -> Option<&(SourceLine, String)> {
        self.left_out.of(called).or_else(|| self.left_out.of(&mongo::user_id(called).to_string()))
    }
}

/// Whether a row was new, or why it was left out.
type RowOutcome = Result<bool, String>;

fn note(count: &mut RowCounts, bad: &mut Vec<(SourceLine, String)>, at: SourceLine, taken: RowOutcome) {
    match taken {
        Ok(is_new) => count.note(is_new),
        Err(why) => {
            count.bad += 1;
            bad.push((at, why));
        }
    }
}
