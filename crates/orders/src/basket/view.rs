//! A basket as clients see it, beside its products as they are now.

use super::{Basket, BasketLine};
use crate::{
    OrdersSettings,
    pricing::{PricingError, Quote, price},
};
use contracts::{
    orders as wire,
    orders::{BasketProblem, BasketProblemCode, BasketProduct, BasketStatus},
    products::{Product, StockDisplay},
};
use kernel::{Currency, id::ProductId};
use std::collections::BTreeMap;

/// Products that are on sale, as they are now.
pub(crate) type CurrentProducts = BTreeMap<ProductId, Product>;

impl Basket {
    /// As clients see it. What is over has no problems any more.
    pub(crate) fn view(&self, shown: &CurrentProducts, settings: &OrdersSettings) -> wire::Basket {
        let lines: Vec<wire::BasketLine> = self.lines.iter().map(|line| line.view(shown, settings)).collect();
        let is_open = self.status == BasketStatus::Open;
        let beside = self.lines.iter().enumerate().filter(|_| is_open);
        let problems = beside
            .flat_map(|(index, line)| line.problems(index, shown.get(&line.product_id), settings))
            .collect();
        wire::Basket {
            id: self.id,
            user_id: self.owner,
            status: self.status,
            order_id: self.order_id,
            pieces: self.lines.iter().map(|line| line.quantity).sum(),
            total: self.quote(shown, settings.currency).ok().map(|quote| quote.total()),
            lines,
            problems,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
        }
    }

    /// The quote of the lines that are on sale, at the current prices.
    fn quote(&self, shown: &CurrentProducts, currency: Currency) -> Result<Quote, PricingError> {
        let on_sale = |line: &BasketLine| Some((shown.get(&line.product_id)?.price, line.quantity));
        price(self.lines.iter().filter_map(on_sale), &[], currency)
    }
}

impl BasketLine {
    fn view(&self, shown: &CurrentProducts, settings: &OrdersSettings) -> wire::BasketLine {
        let product = shown.get(&self.product_id);
        wire::BasketLine {
            product_id: self.product_id,
            title: self.offer.title.clone(),
            quantity: self.quantity,
            unit_price: self.offer.price,
            product: product.map(|product| BasketProduct {
                sku: product.sku.clone(),
                name: product.name.clone(),
                images: product.images.clone(),
                price: product.price,
                available: settings.told(product.available),
                backorder: product.backorder,
            }),
            total: product.and_then(|product| product.price.times(self.quantity).ok()),
        }
    }

    fn problems(
        &self,
        index: usize,
        product: Option<&Product>,
        settings: &OrdersSettings,
    ) -> Vec<BasketProblem> {
        let pointer = |member: &str| format!("/lines/{index}/{member}");
        let problem = |code, member: &str, detail: String| BasketProblem {
            code,
            pointer: pointer(member),
            product_id: self.product_id,
            detail,
        };
        let Some(product) = product else {
            let detail = "this is not on sale; take it out".to_owned();
            return vec![problem(BasketProblemCode::NotOnSale, "product_id", detail)];
        };
        let mut problems = Vec::new();
        if !product.backorder && self.quantity > product.available {
            let detail = format!("{}; lower the quantity", settings.left_in_words(product.available));
            problems.push(problem(BasketProblemCode::InsufficientStock, "quantity", detail));
        }
        if product.price != self.offer.price {
            let detail = format!("one was {}, and is {} now", self.offer.price, product.price);
            problems.push(problem(BasketProblemCode::PriceChanged, "unit_price", detail));
        }
        problems
    }
}

impl OrdersSettings {
    /// How many units customers are told can be had.
    pub(crate) fn told(&self, available: i64) -> i64 {
        self.show_stock.told(available, self.low_stock)
    }
    /// The same in words; fewer than were asked for, where the shop shows no counts.
    pub(crate) fn left_in_words(&self, available: i64) -> String {
        match self.show_stock {
            StockDisplay::Level if available > 0 => "fewer than that are left".to_owned(),
            _ => so_many_left(available),
        }
    }
}

/// How many units can still be had, in words.
pub(crate) fn so_many_left(pieces: i64) -> String {
    match pieces {
        ..=0 => "none is left".to_owned(),
        1 => "1 is left".to_owned(),
        _ => format!("{pieces} are left"),
    }
}
