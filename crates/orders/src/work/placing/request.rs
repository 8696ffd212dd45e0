//! A request to place an order, read and checked as far as that needs nobody else.

use crate::{
    Orders,
    order::{Viewer, WantedLine, adjustment_amount},
    work::{access::viewer, wishing::Wish},
};
use contracts::{
    orders::{Adjustment, NewLine, NewOrder},
    reservations::ReserveLine,
};
use endpoint::{Common, Fault, Permission};
use flow::idempotency::{body_hash, digest};
use kernel::{
    Currency, Money, MoneyIn, Timestamp,
    id::{Id, PlacementId, ProductId, UserId},
};
use ordo_http::Call;
use std::collections::BTreeMap;

const ROUTE: &str = "POST /v1/orders";
/// What the payment of a total of 0 is made with: nothing.
const NO_METHOD: &str = "none";

pub(super) struct Request<'a> {
    pub(super) call: &'a Call,
    /// The account, not the token.
    pub(super) caller: UserId,
    pub(super) viewer: Viewer,
    pub(super) body_hash: [u8; 32],
    pub(super) lines: Vec<WantedLine>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) expected: Option<Money>,
    pub(super) new: NewOrder,
    pub(super) now: Timestamp,
    key: &'a str,
}

impl<'a> Request<'a> {
    pub(super) fn read(s: &Orders, call: &'a Call, key: &'a str, new: NewOrder) -> Result<Self, Common> {
        let sets_prices =
            !new.adjustments.is_empty() || new.lines.iter().any(|line| line.unit_price.is_some());
        if sets_prices && !call.holds(Permission::Orders) {
            return Err(Common::Forbidden);
        }
        let currency = s.settings.currency;
        let mut errors = Vec::new();
        let lines = new.lines.iter().enumerate();
        let lines = lines.filter_map(|(index, line)| wanted(index, line, currency, &mut errors)).collect();
        let adjustments = adjustments(&new, currency, &mut errors);
        let expected = new
            .expected_total
            .as_ref()
            .and_then(|total| read(total, "/expected_total", currency, &mut errors));
        if !errors.is_empty() {
            return Err(Common::InvalidRequest { errors });
        }
        Ok(Request {
            call,
            caller: call.user()?,
            viewer: viewer(call),
            body_hash: body_hash(&new),
            lines,
            adjustments,
            expected,
            new,
            now: s.env.now(),
            key,
        })
    }

    /// Step 1: P(n).
    pub(super) fn placement(&self, n: usize) -> PlacementId {
        Id::from_uuid(digest(&[&self.caller.to_string(), ROUTE, self.key, &n.to_string()]))
    }

    /// What is to be reserved: quantities summed by product.
    pub(super) fn stock(&self) -> Vec<ReserveLine> {
        let mut products: BTreeMap<ProductId, i64> = BTreeMap::new();
        for line in &self.lines {
            if let WantedLine::Product { product_id, quantity } = line {
                // 100 lines of a million pieces are far from the end of the numbers
                *products.entry(*product_id).or_insert(0) += quantity;
            }
        }
        products.into_iter().map(|(product_id, quantity)| ReserveLine { product_id, quantity }).collect()
    }

    pub(super) fn takes_stock(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, WantedLine::Product { .. }))
    }

    /// The wish to pay: with the method that was sent, or without any where there is nothing to pay.
    pub(super) fn wish(&self, placement_id: PlacementId, total: Money) -> Option<Wish> {
        let staff = self.viewer == Viewer::Staff;
        match &self.new.payment {
            Some(payment) => {
                Some(Wish { placement_id, method: payment.method.clone(), capture: payment.capture, staff })
            }
            None if total.minor == 0 => {
                Some(Wish { placement_id, method: NO_METHOD.to_owned(), capture: Default::default(), staff })
            }
            None => None,
        }
    }
}

fn read(money: &MoneyIn, pointer: &str, currency: Currency, errors: &mut Vec<Fault>) -> Option<Money> {
    let read = money.read(currency);
    read.map_err(|error| errors.push(Fault::new(pointer, "invalid", error.to_string()))).ok()
}

fn wanted(index: usize, line: &NewLine, currency: Currency, errors: &mut Vec<Fault>) -> Option<WantedLine> {
    let quantity = line.quantity;
    if let Some(product_id) = line.product_id {
        return Some(WantedLine::Product { product_id, quantity });
    }
    let unit_price = match &line.unit_price {
        Some(price) => read(price, &format!("/lines/{index}/unit_price"), currency, errors)?,
        None => Money::zero(currency),
    };
    Some(WantedLine::Custom { title: line.title.clone().unwrap_or_default(), unit_price, quantity })
}

fn adjustments(new: &NewOrder, currency: Currency, errors: &mut Vec<Fault>) -> Vec<Adjustment> {
    let mut adjustments = Vec::with_capacity(new.adjustments.len());
    for (index, one) in new.adjustments.iter().enumerate() {
        let pointer = format!("/adjustments/{index}/amount");
        if let Some(amount) = read(&one.amount, &pointer, currency, errors) {
            let amount = adjustment_amount(one.kind, amount);
            adjustments.push(Adjustment { kind: one.kind, title: one.title.clone(), amount });
        }
    }
    adjustments
}
