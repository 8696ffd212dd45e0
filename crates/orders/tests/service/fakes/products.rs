//! Products, as orders knows it: it reserves all lines of a placement or none, and keeps its word.

use contracts::{products as catalogue, reservations::*};
use endpoint::{Body, Json, NoContent};
use kernel::{Currency, Money, Timestamp, id::*};
use ordo_http::{Api, ApiContext, Call, HandlerResult};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

#[derive(Debug, Clone)]
struct FakeProduct {
    price: i64,
    stock: i64,
    on_sale: bool,
}

/// A reservation: what was asked for, with the prices of then.
#[derive(Debug, Clone)]
struct Reservation {
    lines: Vec<ReservedLine>,
    released: bool,
}

#[derive(Default)]
struct FakeProductsState {
    products: BTreeMap<ProductId, FakeProduct>,
    reservations: BTreeMap<PlacementId, Reservation>,
    gone: BTreeSet<PlacementId>,
    holders: BTreeMap<PlacementId, Option<UnpaidHolder>>,
    unpaid_max: Option<i64>,
}

#[derive(Clone, Default)]
pub(crate) struct FakeProducts(Arc<Mutex<FakeProductsState>>);

impl FakeProducts {
    pub(crate) fn router(&self, shell: ApiContext) -> axum::Router {
        Api::new(self.clone(), shell).on(reserve).on(release).on(look_up_products).router()
    }
    pub(crate) fn add(&self, id: ProductId, price: i64, stock: i64) {
        self.0.lock().unwrap().products.insert(id, FakeProduct { price, stock, on_sale: true });
    }
    pub(crate) fn set_price(&self, id: ProductId, price: i64) {
        self.0.lock().unwrap().products.get_mut(&id).unwrap().price = price;
    }
    pub(crate) fn take_off_sale(&self, id: ProductId) {
        self.0.lock().unwrap().products.get_mut(&id).unwrap().on_sale = false;
    }
    /// What is not reserved.
    pub(crate) fn available(&self, id: ProductId) -> i64 {
        let state = self.0.lock().unwrap();
        state.products[&id].stock - state.reserved(id)
    }
    /// Placements whose reservation is held.
    pub(crate) fn held(&self) -> Vec<PlacementId> {
        let state = self.0.lock().unwrap();
        state.reservations.iter().filter(|(_, r)| !r.released).map(|(id, _)| *id).collect()
    }
    /// For whom each placement has reserved, as long as it is not paid.
    pub(crate) fn holders(&self) -> Vec<Option<UnpaidHolder>> {
        self.0.lock().unwrap().holders.values().copied().collect()
    }
    /// From now on an unpaid order gets at most so many units of a product.
    pub(crate) fn limit_unpaid(&self, units: i64) {
        self.0.lock().unwrap().unpaid_max = Some(units);
    }
    /// What the answer `never` of the question does.
    pub(crate) fn release(&self, id: PlacementId) {
        self.0.lock().unwrap().release(id);
    }
}

impl FakeProductsState {
    fn reserved(&self, id: ProductId) -> i64 {
        let live = self.reservations.values().filter(|r| !r.released);
        live.flat_map(|r| &r.lines).filter(|line| line.product_id == id).map(|line| line.quantity).sum()
    }
    fn release(&mut self, id: PlacementId) {
        match self.reservations.get_mut(&id) {
            Some(reservation) => reservation.released = true,
            None => {
                self.gone.insert(id);
            }
        }
    }
    fn reserve(&mut self, asked: &ReserveRequest) -> ReserveOutcome {
        for tombstoned in &asked.tombstoned {
            self.release(*tombstoned);
        }
        if self.gone.contains(&asked.placement_id) {
            return ReserveOutcome::Gone;
        }
        if let Some(known) = self.reservations.get(&asked.placement_id) {
            let same = known.lines.len() == asked.lines.len()
                && known.lines.iter().all(|k| {
                    asked.lines.iter().any(|a| a.product_id == k.product_id && a.quantity == k.quantity)
                });
            return match (known.released, same) {
                (true, _) => ReserveOutcome::Gone,
                (false, false) => ReserveOutcome::Mismatch,
                (false, true) => ReserveOutcome::Reserved { lines: known.lines.clone() },
            };
        }
        self.take(asked)
    }
    fn take(&mut self, asked: &ReserveRequest) -> ReserveOutcome {
        let on_sale = |id: &ProductId| self.products.get(id).is_some_and(|product| product.on_sale);
        let missing: Vec<ProductId> =
            asked.lines.iter().map(|l| l.product_id).filter(|id| !on_sale(id)).collect();
        if !missing.is_empty() {
            return ReserveOutcome::NotOnSale { product_ids: missing };
        }
        let left = |id: ProductId| (self.products[&id].stock - self.reserved(id)).max(0);
        let most = self.unpaid_max.filter(|_| asked.unpaid.is_some()).unwrap_or(i64::MAX);
        let lines = asked.lines.iter().filter(|line| line.quantity > left(line.product_id).min(most));
        let short: Vec<InsufficientLine> = lines
            .map(|line| {
                let available = left(line.product_id);
                let limited = most < available;
                InsufficientLine { product_id: line.product_id, available: available.min(most), limited }
            })
            .collect();
        if !short.is_empty() {
            return ReserveOutcome::Insufficient { short };
        }
        let lines: Vec<ReservedLine> = asked.lines.iter().map(|line| self.line(line)).collect();
        let reservation = Reservation { lines: lines.clone(), released: false };
        self.reservations.insert(asked.placement_id, reservation);
        self.holders.insert(asked.placement_id, asked.unpaid);
        ReserveOutcome::Reserved { lines }
    }
    fn shown(&self, id: ProductId) -> Option<catalogue::Product> {
        let found = self.products.get(&id)?;
        let status = match found.on_sale {
            true => catalogue::ProductStatus::Active,
            false => catalogue::ProductStatus::Draft,
        };
        let (reserved, at) = (self.reserved(id), Timestamp::from_seconds(0));
        Some(catalogue::Product {
            id,
            sku: "TEA-1".to_owned(),
            name: "Teapot".to_owned(),
            images: Vec::new(),
            description: String::new(),
            price: Money::new(found.price, Currency::EUR),
            stock: found.stock,
            reserved,
            available: (found.stock - reserved).max(0),
            backorder: false,
            status,
            metadata: Default::default(),
            version: 1,
            stock_version: 1,
            created_at: at,
            updated_at: at,
        })
    }
    fn line(&self, line: &ReserveLine) -> ReservedLine {
        ReservedLine {
            product_id: line.product_id,
            sku: "TEA-1".to_owned(),
            name: "Teapot".to_owned(),
            unit_price: Money::new(self.products[&line.product_id].price, Currency::EUR),
            quantity: line.quantity,
        }
    }
}

async fn reserve(products: FakeProducts, _: Call, asked: Reserve) -> HandlerResult<Reserve> {
    let Body(asked) = asked.reserve;
    Ok(Json(products.0.lock().unwrap().reserve(&asked)))
}

async fn release(products: FakeProducts, _: Call, asked: Release) -> HandlerResult<Release> {
    let Body(asked) = asked.release;
    products.release(asked.placement_id);
    Ok(NoContent)
}

async fn look_up_products(
    products: FakeProducts,
    _: Call,
    asked: LookUpProducts,
) -> HandlerResult<LookUpProducts> {
    let Body(wanted) = asked.wanted;
    let state = products.0.lock().unwrap();
    let found = wanted.ids.into_iter().filter_map(|id| state.shown(id));
    let items = found.filter(|product| product.status == catalogue::ProductStatus::Active).collect();
    Ok(Json(ProductList { items }))
}
