//! `ordo serve --demo`: a small sample catalogue and an administrator, in an empty shop.

use crate::{admin, config::Config, exit::Failure, shop::Shop};
use auth::{Ensured, Existing};
use contracts::{
    Metadata,
    auth::{Credentials, Login},
    products::{CreateProduct, CreateProductError, NewProduct, ProductStatus},
};
use endpoint::{Body, Context, Json, MaybeKey, client::CallError, http::HeaderValue};
use kernel::{Money, Secret};
use std::time::Duration;

/// The administrator of the demo.
const EMAIL: &str = "admin@example.com";
/// It is printed at the start; a shop that is not a demo has no such account.
const PASSWORD: &str = "demo-admin-password";
const SETUP_WITHIN: Duration = Duration::from_secs(30);

/// SKU, name, description, price in minor units, pieces.
const PRODUCTS: &[(&str, &str, &str, i64, i64)] = &[
    ("TEA-POT-1", "Teapot", "A round teapot of stoneware, for four cups.", 2450, 40),
    ("TEA-CUP-2", "Two cups", "Two cups that go with the teapot.", 1800, 60),
    ("TEA-GRN-100", "Green tea, 100 g", "Sencha of the second harvest.", 950, 200),
    ("TEA-BLK-100", "Black tea, 100 g", "Assam, strong and malty.", 850, 200),
    ("TEA-STR-1", "Tea strainer", "Stainless steel, fits every cup.", 690, 80),
    ("HON-250", "Honey, 250 g", "Linden blossom.", 720, 30),
    ("KET-17", "Kettle, 1.7 l", "Holds water at 70, 80, 90 or 100 degrees.", 5900, 15),
    ("GIFT-1", "Gift box", "For a pot and two cups.", 390, 3),
];

/// Fills the shop, unless it has been filled before, and prints how to sign in.
///
/// # Errors
/// When a service refuses.
pub async fn fill(config: &Config, shop: &Shop) -> Result<(), Failure> {
    let env = host::env();
    let password = Secret::new(PASSWORD);
    let ensured = admin::ensure(config, &shop.databases.auth, &env, EMAIL, &password, Existing::Refuse).await;
    let ensured = ensured.map_err(admin::failure)?;
    let context = match sign_in(shop, Context::background(&env, SETUP_WITHIN)).await {
        Ok(context) => context,
        Err(_) if !matches!(ensured, Ensured::Created(_)) => {
            println!("demo: {EMAIL} has another password by now, so nothing was added");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let products = shop.network.public_client(products::NAME);
    for (sku, name, description, price, stock) in PRODUCTS {
        let product = NewProduct {
            sku: Some((*sku).to_owned()),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            price: Money::new(*price, config.currency).into(),
            stock: *stock,
            backorder: false,
            status: ProductStatus::Active,
            metadata: Metadata::new(),
        };
        // the key makes a second start add nothing
        let create = CreateProduct { key: MaybeKey(Some(format!("demo-{sku}"))), product: Body(product) };
        match products.call(&context, create).await {
            Ok(_) | Err(CallError::Refused(CreateProductError::SkuTaken { .. })) => {}
            Err(error) => return Err(Failure::other(format!("the demo's {name}: {error}"))),
        }
    }
    println!("demo: sign in as {EMAIL} with the password {PASSWORD}");
    Ok(())
}

/// The context, with the administrator's token.
async fn sign_in(shop: &Shop, mut context: Context) -> Result<Context, Failure> {
    let password = Secret::new(PASSWORD);
    let login =
        Login { credentials: Body(Credentials { username: None, email: Some(EMAIL.to_owned()), password }) };
    let signed_in = shop.network.public_client(auth::NAME).call(&context, login).await;
    let Json(signed_in) = signed_in.map_err(|e| Failure::other(format!("the demo's administrator: {e}")))?;
    let bearer = format!("Bearer {}", signed_in.access_token.expose());
    context.bearer = Some(HeaderValue::from_str(&bearer).map_err(Failure::other)?);
    Ok(context)
}
