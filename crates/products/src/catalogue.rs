//! A product and its catalogue data: what staff may change of it, on what condition, and how it is shown.
//!
//! Catalogue data and stock have a version each, and the ETag joins both. A change that carries `stock` must
//! say what it is based on; one that does not is never refused because of sales.

use crate::stock::{Stock, StockChangeError};
use contracts::{
    Image, Metadata,
    events::{ProductEvent, StockEvent},
    products::{
        self as wire, ChangeProductError, NewProduct, ProductChange, ProductData, ProductStatus, StockDisplay,
    },
};
use endpoint::{CommonError, FieldError, HandlerError, IfMatch, etag};
use kernel::{AmountInput, Currency, Money, MoneyInput, Timestamp, canonical_name, id::*};

/// A product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// What it is, and at what price.
    pub catalogue: Catalogue,
    /// How much there is of it.
    pub stock: Stock,
    /// Counts the changes of the catalogue data.
    pub version: i64,
    /// Counts the changes of the stock.
    pub stock_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its catalogue data was last changed.
    pub updated_at: Timestamp,
    /// Who did that, as events name it, where that is known.
    pub saved_by: Option<String>,
}

/// What a product is, and at what price.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The shop's own code, unique among what is not deleted.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it looks like.
    pub images: Vec<Image>,
    /// The price of one.
    pub price: Money,
    /// Whether it is on sale.
    pub status: ProductStatus,
    /// The shop's own data.
    pub metadata: Metadata,
}

/// A price in the shop's currency.
///
/// # Errors
/// [`CommonError::InvalidRequest`], with what is wrong at `/price`.
pub fn price(price: &MoneyInput, currency: Currency) -> Result<Money, CommonError> {
    price
        .read(currency)
        .map_err(|e| CommonError::InvalidRequest { errors: vec![FieldError::of_amount("/price", &e)] })
}

/// A price in the shop's currency, out of a query.
///
/// # Errors
/// [`CommonError::InvalidRequest`], with what is wrong at `name`.
pub fn price_of(name: &str, text: &str, currency: Currency) -> Result<Money, CommonError> {
    AmountInput::read(text, currency)
        .map_err(|e| CommonError::InvalidRequest { errors: vec![FieldError::of_amount(name, &e)] })
}

/// A request that is wrong in one member.
pub fn invalid(pointer: &str, detail: impl Into<String>) -> CommonError {
    CommonError::InvalidRequest { errors: vec![FieldError::invalid(pointer, detail)] }
}

impl Product {
    /// A new product.
    ///
    /// # Errors
    /// When the price is not one of this shop.
    pub fn new(
        id: ProductId,
        new: NewProduct,
        currency: Currency,
        now: Timestamp,
    ) -> Result<Self, CommonError> {
        let catalogue = Catalogue {
            price: price(&new.price, currency)?,
            sku: new.sku.map_or_else(|| made_up_sku(id), |sku| canonical_name::sku(&sku)),
            name: new.name,
            description: new.description,
            images: new.images,
            status: new.status,
            metadata: new.metadata,
        };
        Ok(Product {
            id,
            catalogue,
            stock: Stock { on_hand: new.stock, reserved: 0, backorder: new.backorder },
            version: 1,
            stock_version: 1,
            created_at: now,
            updated_at: now,
            saved_by: None,
        })
    }

    /// Both versions.
    pub fn etag(&self) -> String {
        etag::of(&[self.version, self.stock_version])
    }

    /// Where it is.
    pub fn location(&self) -> String {
        format!("/v1/products/{}", self.id)
    }

    /// As clients see it.
    pub fn show(&self) -> wire::Product {
        let (catalogue, stock) = (self.catalogue.clone(), self.stock);
        wire::Product {
            id: self.id,
            sku: catalogue.sku,
            name: catalogue.name,
            description: catalogue.description,
            images: catalogue.images,
            price: catalogue.price,
            stock: stock.on_hand,
            reserved: stock.reserved,
            available: stock.available(),
            backorder: stock.backorder,
            status: catalogue.status,
            metadata: catalogue.metadata,
            version: self.version,
            stock_version: self.stock_version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// As customers see it, with the tag of what they see: without counts of stock, where the shop shows levels alone.
    pub fn show_to_customers(&self, display: StockDisplay, low: i64) -> (String, wire::Product) {
        let told = display.told(self.stock.available(), low);
        match display {
            StockDisplay::Exact => (self.etag(), self.show()),
            StockDisplay::Level => {
                let shown = wire::Product {
                    stock: told,
                    reserved: 0,
                    available: told,
                    // each sale changes it
                    stock_version: 0,
                    ..self.show()
                };
                (etag::of(&[self.version, told]), shown)
            }
        }
    }

    /// What events tell of its catalogue data.
    pub fn event(&self) -> ProductEvent {
        ProductEvent {
            product_id: self.id,
            sku: self.catalogue.sku.clone(),
            name: self.catalogue.name.clone(),
            price: self.catalogue.price,
            status: self.catalogue.status,
        }
    }

    /// The product after a change.
    ///
    /// # Errors
    /// 428, 412 or 409 when the change is based on something else, 409 when more is reserved than would be on
    /// hand, 400 when the price is not one of this shop.
    pub fn changed(
        &self,
        change: &ProductChange,
        based_on: &IfMatch,
        currency: Currency,
        now: Timestamp,
    ) -> Result<Product, HandlerError<ChangeProductError>> {
        self.may_change(change, based_on)?;
        let old = &self.catalogue;
        let catalogue = Catalogue {
            sku: changed_sku(change.sku.as_deref(), &old.sku),
            name: change.name.clone().unwrap_or_else(|| old.name.clone()),
            description: change.description.clone().unwrap_or_else(|| old.description.clone()),
            images: change.images.clone().unwrap_or_else(|| old.images.clone()),
            price: change.price.as_ref().map_or(Ok(old.price), |new| price(new, currency))?,
            status: change.status.unwrap_or(old.status),
            metadata: change.metadata.clone().unwrap_or_else(|| old.metadata.clone()),
        };
        let on_hand = change.stock.unwrap_or(self.stock.on_hand);
        let backorder = change.backorder.unwrap_or(self.stock.backorder);
        let stock = self.stock.set(on_hand, backorder, change.accept_shortfall).map_err(|why| match why {
            StockChangeError::BelowZero => invalid("/stock", "0 or more is expected").into(),
            StockChangeError::Reserved => {
                // who it is reserved for is in the database
                let (reserved, placement_ids) = (self.stock.reserved, Vec::new());
                HandlerError::Declared(ChangeProductError::StockReserved { reserved, placement_ids })
            }
        })?;
        // whether back-orders are allowed is catalogue data, too
        let edited = catalogue != *old || stock.backorder != self.stock.backorder;
        let counted = stock.on_hand != self.stock.on_hand;
        Ok(Product {
            catalogue,
            stock,
            version: self.version + i64::from(edited),
            stock_version: self.stock_version + i64::from(counted),
            updated_at: if edited { now } else { self.updated_at },
            saved_by: self.saved_by.clone(),
            ..*self
        })
    }

    /// The same with a version of its own, where it has not got one yet.
    pub fn counted(self, before: &Product, now: Timestamp) -> Product {
        match self.version == before.version {
            true => Product { version: self.version.saturating_add(1), updated_at: now, ..self },
            false => self,
        }
    }

    fn may_change(
        &self,
        change: &ProductChange,
        based_on: &IfMatch,
    ) -> Result<(), HandlerError<ChangeProductError>> {
        let counts = change.stock.is_some();
        match counts {
            true if change.stock_version.is_none() => based_on.demands(&self.etag())?,
            true => based_on.allows(&self.etag())?,
            false => self.may_edit(based_on)?,
        }
        let is = |asked: Option<i64>, current: i64| asked.is_none_or(|asked| asked == current);
        if is(change.version, self.version) && (!counts || is(change.stock_version, self.stock_version)) {
            return Ok(());
        }
        Err(HandlerError::Declared(ChangeProductError::VersionConflict {
            current_version: self.version,
            current_stock_version: self.stock_version,
        }))
    }

    /// Whether catalogue data may be changed that is based on these ETags: the stock's version, which each
    /// sale changes, does not count.
    ///
    /// # Errors
    /// [`CommonError::PreconditionFailed`].
    pub fn may_edit(&self, based_on: &IfMatch) -> Result<(), CommonError> {
        let ours = |tag: &str| {
            let versions = tag.trim().strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            let catalogue =
                versions.and_then(|versions| versions.split_once('-')).map(|(version, _)| version);
            catalogue == Some(&self.version.to_string())
        };
        match &based_on.0 {
            Some(tags) if tags.trim() != "*" && !tags.split(',').any(ours) => {
                Err(CommonError::PreconditionFailed { current_etag: self.etag() })
            }
            _ => Ok(()),
        }
    }
}

/// What events tell of a product's stock.
pub fn stock_event(product_id: ProductId, stock: Stock, placement_ids: Vec<PlacementId>) -> StockEvent {
    let Stock { on_hand, reserved, .. } = stock;
    StockEvent { product_id, on_hand, reserved, short: stock.short(), placement_ids }
}

/// Replacing all of a product's data is a change of each part of it.
pub fn replacement(data: ProductData) -> ProductChange {
    ProductChange {
        sku: data.sku,
        name: Some(data.name),
        description: Some(data.description),
        images: Some(data.images),
        price: Some(data.price),
        stock: data.stock,
        backorder: Some(data.backorder),
        status: Some(data.status),
        metadata: Some(data.metadata),
        version: data.version,
        stock_version: data.stock_version,
        accept_shortfall: data.accept_shortfall,
    }
}

/// The SKU after a change; one that was stored as it is sent stays, however it is spelled.
fn changed_sku(sent: Option<&str>, old: &str) -> String {
    sent.filter(|sent| *sent != old).map_or_else(|| old.to_owned(), canonical_name::sku)
}

/// An SKU for a product that was given none: the random end of its id.
fn made_up_sku(id: ProductId) -> String {
    let id = id.to_string();
    let end = id.get(id.len().saturating_sub(10)..).unwrap_or(&id);
    format!("P-{}", end.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teapot() -> Product {
        let new = r#"{"sku": "TEA-1", "name": "Teapot", "price": "24.50", "stock": 12}"#;
        let new: NewProduct = serde_json::from_str(new).unwrap();
        let (id, now) = (ProductId::from_uuid(Default::default()), Timestamp::from_seconds(1));
        let product = Product::new(id, new, Currency::EUR, now).unwrap();
        let stock = Stock { reserved: 10, ..product.stock };
        Product { stock, version: 3, stock_version: 9, ..product }
    }

    fn change(json: &str, if_match: Option<&str>) -> Result<Product, String> {
        let change: ProductChange = serde_json::from_str(json).unwrap();
        let based_on = IfMatch(if_match.map(Into::into));
        let changed = teapot().changed(&change, &based_on, Currency::EUR, Timestamp::from_seconds(2));
        changed.map_err(|fail| match fail {
            HandlerError::Declared(refusal) => format!("{refusal:?}").split(' ').next().unwrap().to_owned(),
            HandlerError::Common(common) => format!("{common:?}").split(' ').next().unwrap().to_owned(),
            HandlerError::Internal(error) => error.to_string(),
        })
    }

    #[test]
    fn a_change_without_stock_is_never_refused_because_of_sales() {
        for (json, if_match) in [
            (r#"{"name": "Pot"}"#, None),
            (r#"{"name": "Pot"}"#, Some(r#""3-9""#)),
            (r#"{"name": "Pot"}"#, Some(r#""3-1""#)),
            (r#"{"name": "Pot"}"#, Some("*")),
            (r#"{"name": "Pot", "version": 3, "stock_version": 1}"#, None),
            (r#"{"name": "Pot"}"#, Some(r#""2-9", "3-4""#)),
        ] {
            let pot = change(json, if_match).unwrap();
            assert_eq!((pot.version, pot.stock_version, pot.stock.on_hand), (4, 9, 12), "{json}");
        }
        for if_match in [r#""2-9""#, r#"W/"3-9""#, r#""3""#, "3-9", r#""33-9""#] {
            assert_eq!(change(r#"{"name": "Pot"}"#, Some(if_match)), Err("PreconditionFailed".to_owned()));
        }
        assert_eq!(change(r#"{"name": "Pot", "version": 2}"#, None), Err("VersionConflict".to_owned()));
    }

    #[test]
    fn a_count_must_say_what_it_is_based_on() {
        let refusals = [
            (r#"{"stock": 20}"#, None, "PreconditionRequired"),
            (r#"{"stock": 20, "version": 3}"#, None, "PreconditionRequired"),
            (r#"{"stock": 20}"#, Some(r#""3-8""#), "PreconditionFailed"),
            (r#"{"stock": 20, "stock_version": 9}"#, Some(r#""2-9""#), "PreconditionFailed"),
            (r#"{"stock": 20, "stock_version": 8}"#, None, "VersionConflict"),
            (r#"{"stock": 9, "stock_version": 9}"#, None, "StockReserved"),
            (r#"{"price": {"amount": "1", "currency": "USD"}}"#, None, "InvalidRequest"),
        ];
        for (json, if_match, refusal) in refusals {
            assert_eq!(change(json, if_match), Err(refusal.to_owned()), "{json}");
        }
        for (json, if_match) in [
            (r#"{"stock": 20}"#, Some(r#""3-9""#)),
            (r#"{"stock": 20}"#, Some("*")),
            (r#"{"stock": 20, "stock_version": 9}"#, None),
            (r#"{"stock": 9, "stock_version": 9, "accept_shortfall": true}"#, None),
        ] {
            let pot = change(json, if_match).unwrap();
            assert_eq!((pot.version, pot.stock_version), (3, 10), "{json}");
        }
    }

    #[test]
    fn what_changes_nothing_has_no_new_version() {
        let same = change(r#"{"name": "Teapot", "stock": 12, "stock_version": 9}"#, None).unwrap();
        assert_eq!(same, teapot());
    }

    #[test]
    fn a_made_up_sku_is_the_end_of_the_id() {
        let sku = made_up_sku("prd_01h455vb4pex5vsknk084sn02q".parse().unwrap());
        assert_eq!(sku, "P-NK084SN02Q");
    }

    #[test]
    fn levels_tell_no_counts_and_never_more_than_there_is() {
        let told = |available| StockDisplay::Level.told(available, 5);
        assert_eq!([-1, 0, 1, 5, 6, 7, 1_000_000].map(told), [0, 0, 1, 1, 6, 6, 6]);
        assert_eq!([0, 1, 2, 9].map(|available| StockDisplay::Level.told(available, 0)), [0, 1, 2, 2]);
        assert_eq!(StockDisplay::Level.told(i64::MAX, i64::MAX), 1);
        assert_eq!(StockDisplay::Exact.told(7, 5), 7);
    }
}
