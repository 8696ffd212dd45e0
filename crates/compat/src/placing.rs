//! Placing an order as a façade does: for one user, of one line, without a time by which it must be paid.

use crate::Compat;
use contracts::{
    facades::PlaceOrderFor,
    orders::{NewLine, NewOrder, Order, PlaceOrderError},
};
use endpoint::{Body, Context, Created, Key, client::CallError};
use kernel::{
    Money,
    id::{ProductId, UserId},
};

/// Of what.
pub(crate) enum Of {
    /// Of a product, so many pieces.
    Product(ProductId, i64),
    /// Of what is in no catalogue, and costs nothing until staff say what.
    Text(String),
}

/// A key that no other request has: the originals' clients send none.
pub(crate) fn new_key(compat: &Compat) -> String {
    format!("facade:{}", compat.env.uuid())
}

/// Places the order; a repeat under the same key places no second one.
pub(crate) async fn place(
    compat: &Compat,
    cx: &Context,
    user: UserId,
    key: String,
    of: Of,
    expected_total: Option<Money>,
) -> Result<Order, CallError<PlaceOrderError>> {
    let (product_id, title, quantity) = match of {
        Of::Product(product, quantity) => (Some(product), None, quantity),
        Of::Text(title) => (None, Some(title), 1),
    };
    let order = NewOrder {
        lines: vec![NewLine { product_id, title, unit_price: None, quantity }],
        expected_total: expected_total.map(Into::into),
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
        payment: None,
    };
    let cx = cx.clone().acting_for(user);
    let Created { body, .. } =
        compat.orders.call(&cx, PlaceOrderFor { key: Key(key), order: Body(order) }).await?;
    Ok(body)
}
