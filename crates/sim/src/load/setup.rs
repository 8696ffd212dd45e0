//! Before the storm: an administrator, customers, and goods on the shelves.

use super::caller::Caller;
use crate::world::{Simulation, shop};
use contracts::{
    Metadata,
    auth::{Credentials, Login, NewAccount, Register},
    products::{CreateProduct, NewProduct, ProductStatus},
};
use db::Db;
use endpoint::{Body, CreatedWithoutEtag, Json, OptionalIdempotencyKey};
use kernel::{Currency, Money, Secret, id::ProductId};
use std::sync::Arc;

const ADMIN: &str = "admin@example.com";
const PASSWORD: &str = "correct horse battery";

/// Price in minor units, pieces, and whether it may be sold beyond them: plenty, few, none.
const GOODS: [(i64, i64, bool); 4] =
    [(1_050, 1_000, false), (333, 24, false), (9_999, 5, false), (480, 0, true)];

/// Who is there, and what there is to buy.
pub(crate) struct Start {
    pub(crate) admin: Caller,
    pub(crate) buyers: Vec<Caller>,
    pub(crate) goods: Vec<ProductId>,
}

/// Opens the shop. `None`, with a finding, when it does not open.
pub(crate) async fn set_up(world: &Arc<Simulation>) -> Option<Start> {
    let nobody = Caller::new(world);
    let admin = admin(world, &nobody).await?;
    let mut buyers = Vec::new();
    for n in 0..world.plan.buyers {
        let account = NewAccount {
            username: None,
            email: Some(format!("buyer{n}@example.com")),
            password: Secret::new(PASSWORD),
            name: Some(format!("Buyer {n}")),
            language: None,
        };
        let register = || Register { account: Body(account.clone()) };
        let CreatedWithoutEtag { body, .. } = nobody.get(auth::NAME, register).await?;
        buyers.push(nobody.signed_in(body.access_token.expose()));
    }
    let mut goods = Vec::new();
    for (n, (price, stock, backorder)) in GOODS.into_iter().enumerate() {
        let product = NewProduct {
            sku: Some(format!("S-{n}")),
            name: format!("Thing {n}"),
            description: String::new(),
            images: Vec::new(),
            price: Money::new(price, Currency::EUR).into(),
            stock,
            backorder,
            status: ProductStatus::Active,
            metadata: Metadata::new(),
        };
        let create = || CreateProduct {
            key: OptionalIdempotencyKey(Some(format!("goods-{n}"))),
            product: Body(product.clone()),
        };
        goods.push(admin.get(products::NAME, create).await?.body.id);
    }
    Some(Start { admin, buyers, goods })
}

async fn admin(world: &Arc<Simulation>, nobody: &Caller) -> Option<Caller> {
    let parts = world.state().nodes.get(auth::NAME).map(|node| (node.env.clone(), node.database.clone()));
    let (env, database) = parts?;
    let (settings, password) = (shop::auth_settings(), Secret::new(PASSWORD));
    let made =
        auth::ensure_admin(&Db::from(database), &env, &settings, ADMIN, &password, auth::Existing::Refuse)
            .await;
    if let Err(error) = made {
        world.found(format!("there is no administrator: {error}"));
        return None;
    }
    let credentials =
        Credentials { username: None, email: Some(ADMIN.to_owned()), password, device_token: None };
    let login = || Login { credentials: Body(credentials.clone()) };
    let Json(signed_in) = nobody.get(auth::NAME, login).await?;
    Some(nobody.signed_in(signed_in.access_token.expose()))
}
