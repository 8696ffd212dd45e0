//! Tells the demo's story: has each person do what it says, at its time, by the public operations.

use super::{
    catalogue::{Item, Sale as Selling},
    demo_clock::DemoClock,
    people::{CLERK_MAY, DemoActor},
    pictures,
    scenario::{ScenarioWork, StockChange},
};
use crate::{clients::Network, exit_code::Failure};
use contracts::{
    Metadata,
    auth::{
        Credentials, Login, MeChange, NewAccount, Refresh, RefreshToken, Register, SignedIn, UpdateMe,
        UpdateUser, UserChange,
    },
    products::{CreateProduct, DeleteProduct, NewProduct, ProductChange, ProductStatus, UpdateProduct},
    stock::{AdjustStock, Adjustment, Reason},
};
use endpoint::{
    Body, Context, Created, CreatedWithoutEtag, Endpoint, IfMatch, Json, OptionalIdempotencyKey, Path, Role,
    client::CallError, http::HeaderValue,
};
use kernel::{Currency, Env, Money, MoneyInput, Secret, Timestamp, id::*};
use std::{collections::BTreeMap, time::Duration};

/// A call may take so long, of the past's time.
const WITHIN: Duration = Duration::from_secs(30);

/// Tells it.
pub(super) struct ScenarioPlayer<'a> {
    pub(super) past: &'a DemoClock,
    env: Env,
    network: &'a Network,
    pub(super) currency: Currency,
    /// The moment at which the story ends.
    pub(super) end: Timestamp,
    pub(super) people: BTreeMap<DemoActor, DemoUser>,
    products: BTreeMap<&'static str, ProductId>,
}

/// Somebody who is signed in.
pub(super) struct DemoUser {
    pub(super) id: UserId,
    bearer: HeaderValue,
    /// Until then.
    until: Timestamp,
    refresh: Secret,
}

impl<'a> ScenarioPlayer<'a> {
    /// Before anything has happened, to play until `end`.
    pub(super) fn new(past: &'a DemoClock, network: &'a Network, currency: Currency, end: Timestamp) -> Self {
        let env = past.env();
        ScenarioPlayer {
            past,
            env,
            network,
            currency,
            end,
            people: BTreeMap::new(),
            products: BTreeMap::new(),
        }
    }

    /// Who has an account already.
    pub(super) fn person(&self, who: DemoActor) -> Result<&DemoUser, Failure> {
        self.people.get(&who).ok_or_else(|| Failure::other(format!("the demo's {who:?} has no account yet")))
    }

    /// The product of this SKU.
    pub(super) fn product(&self, sku: &str) -> Result<ProductId, Failure> {
        let product = self.products.get(sku).copied();
        product.ok_or_else(|| Failure::other(format!("the demo has no {sku} yet")))
    }

    /// So much in the shop's currency.
    pub(super) fn money(&self, minor: i64) -> MoneyInput {
        Money::new(minor, self.currency).into()
    }

    /// Has somebody ask for something that must be granted.
    pub(super) async fn ask<E: Endpoint>(
        &mut self,
        service: &str,
        who: DemoActor,
        request: E,
    ) -> Result<E::Reply, Failure> {
        let granted = self.may_ask(service, who, request).await?;
        granted.map_err(|error| Failure::other(format!("the demo: {who:?}, {}: {error}", E::ROUTE.name)))
    }

    /// Has somebody ask for something that may be refused.
    pub(super) async fn may_ask<E: Endpoint>(
        &mut self,
        service: &str,
        who: DemoActor,
        request: E,
    ) -> Result<Result<E::Reply, CallError<E::Error>>, Failure> {
        if self.person(who)?.until <= self.env.now() {
            self.stays_signed_in(who).await?;
        }
        let bearer = Some(self.person(who)?.bearer.clone());
        let context = Context { bearer, ..Context::background(&self.env, WITHIN) };
        Ok(self.network.public_client(service).call(&context, request).await)
    }

    pub(super) async fn joins(&mut self, who: DemoActor) -> Result<(), Failure> {
        if who == DemoActor::Staff {
            // the administrator is made with the shop, and without a name
            self.signs_in(who).await?;
            let change = Body(MeChange { name: Some(who.name().to_owned()), ..MeChange::default() });
            let update = UpdateMe { based_on: IfMatch(None), change };
            return self.ask(auth::NAME, who, update).await.map(drop);
        }
        let account = NewAccount {
            username: None,
            email: Some(who.email().to_owned()),
            password: Secret::new(who.password()),
            name: Some(who.name().to_owned()),
            language: None,
        };
        let context = Context::background(&self.env, WITHIN);
        let register = Register { account: Body(account) };
        let joined = self.network.public_client(auth::NAME).call(&context, register).await;
        let CreatedWithoutEtag { body, .. } =
            joined.map_err(|e| Failure::other(format!("the demo's {who:?}: {e}")))?;
        match who {
            DemoActor::Clerk => self.is_employed(body.user.id).await,
            _ => self.is_signed_in(who, &body),
        }
    }

    /// The administrator makes an account one of staff, which ends its sessions.
    async fn is_employed(&mut self, id: UserId) -> Result<(), Failure> {
        let change =
            UserChange { role: Some(Role::Staff), permissions: Some(CLERK_MAY.to_vec()), active: None };
        let update = UpdateUser { id: Path(id), based_on: IfMatch(None), change: Body(change) };
        self.ask(auth::NAME, DemoActor::Staff, update).await.map(drop)
    }

    async fn signs_in(&mut self, who: DemoActor) -> Result<(), Failure> {
        let password = Secret::new(who.password());
        let credentials =
            Credentials { username: None, email: Some(who.email().to_owned()), password, device_token: None };
        let context = Context::background(&self.env, WITHIN);
        let login = Login { credentials: Body(credentials) };
        let signed_in = self.network.public_client(auth::NAME).call(&context, login).await;
        let Json(signed_in) = signed_in.map_err(|e| Failure::other(format!("the demo's {who:?}: {e}")))?;
        self.is_signed_in(who, &signed_in)
    }

    /// A person signs in once: a token follows the other.
    async fn stays_signed_in(&mut self, who: DemoActor) -> Result<(), Failure> {
        let refresh =
            RefreshToken { token: Body(Refresh { refresh_token: self.person(who)?.refresh.clone() }) };
        let context = Context::background(&self.env, WITHIN);
        let signed_in = self.network.public_client(auth::NAME).call(&context, refresh).await;
        let Json(signed_in) = signed_in.map_err(|e| Failure::other(format!("the demo's {who:?}: {e}")))?;
        self.is_signed_in(who, &signed_in)
    }

    fn is_signed_in(&mut self, who: DemoActor, signed_in: &SignedIn) -> Result<(), Failure> {
        let bearer = format!("Bearer {}", signed_in.access_token.expose());
        let bearer = HeaderValue::from_str(&bearer).map_err(Failure::other)?;
        let until = self.env.now().plus(Duration::from_secs(signed_in.expires_in)).minus(WITHIN);
        self.people.insert(
            who,
            DemoUser { id: signed_in.user.id, bearer, until, refresh: signed_in.refresh_token.clone() },
        );
        Ok(())
    }

    pub(super) async fn adds(&mut self, item: &'static Item) -> Result<(), Failure> {
        let product = NewProduct {
            sku: Some(item.sku.to_owned()),
            name: item.name.to_owned(),
            description: item.description.to_owned(),
            images: vec![pictures::image(item.picture)],
            price: self.money(item.price),
            stock: item.stock,
            backorder: item.sale == Selling::ToOrder,
            status: if item.sale == Selling::Draft { ProductStatus::Draft } else { ProductStatus::Active },
            metadata: [("category", item.kind), ("origin", item.origin)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect::<Metadata>(),
        };
        let key = OptionalIdempotencyKey(Some(format!("demo-{}", item.sku)));
        let create = CreateProduct { key, product: Body(product) };
        let Created { body, .. } = self.ask(products::NAME, DemoActor::Staff, create).await?;
        self.products.insert(item.sku, body.id);
        Ok(())
    }

    pub(super) async fn shelves(&mut self, shelf: &StockChange) -> Result<(), Failure> {
        let id = Path(self.product(shelf.sku)?);
        let (delta, reason, note) = match shelf.work {
            ScenarioWork::Receipt(delta, note) => (delta, Reason::Receipt, note),
            ScenarioWork::Count(delta, note) => (delta, Reason::Count, note),
            ScenarioWork::Loss(delta, note) | ScenarioWork::Shortfall(delta, note) => {
                (delta, Reason::Adjustment, note)
            }
            ScenarioWork::Restock(delta, note) => (delta, Reason::Restock, note),
            ScenarioWork::Price(price) => {
                let change = ProductChange { price: Some(self.money(price)), ..ProductChange::default() };
                let update = UpdateProduct {
                    id,
                    key: OptionalIdempotencyKey(None),
                    based_on: IfMatch(None),
                    change: Body(change),
                };
                return self.ask(products::NAME, DemoActor::Staff, update).await.map(drop);
            }
            ScenarioWork::Off => {
                let delete = DeleteProduct { id, based_on: IfMatch(None) };
                return self.ask(products::NAME, DemoActor::Staff, delete).await.map(drop);
            }
        };
        let accept_shortfall = matches!(shelf.work, ScenarioWork::Shortfall(..));
        let adjustment = Adjustment {
            delta,
            reason,
            note: Some(note.to_owned()),
            reference: None,
            on_hand: None,
            accept_shortfall,
        };
        let key = OptionalIdempotencyKey(Some(format!("demo-{}-{}", shelf.sku, shelf.ago)));
        self.ask(products::NAME, DemoActor::Staff, AdjustStock { id, key, adjustment: Body(adjustment) })
            .await
            .map(drop)
    }
}
