//! The catalogue of all endpoints: one line for each, by the service that answers it.
//!
//! The OpenAPI document, the gateway's routes and the tests that walk over every endpoint come from this list.
//! A test in the binary holds that each service answers just these.

use crate::{
    auth::*, feed::*, fulfilments::*, notifications::*, orders::*, payments::*, placements::*, products::*,
    reservations::*, settlement::*, stock::*,
};
use endpoint::{Listing, openapi::Document};

macro_rules! catalogue {
    ($($service:literal: [$($endpoint:ident),* $(,)?];)*) => {
        /// Every endpoint, with the service that answers it.
        pub fn endpoints() -> Vec<(&'static str, Listing)> {
            vec![$($(($service, Listing::of::<$endpoint>())),*),*]
        }
    };
}

catalogue! {
    "auth": [
        Register, Login, RefreshToken, ValidateToken, Logout, GetMe, UpdateMe, ListUsers, GetUser, UpdateUser,
        GetJwks, ReadRevocations, LookUpUser, ReadFeed,
    ];
    "products": [
        CreateProduct, GetProduct, ListProducts, ReplaceProduct, UpdateProduct, DeleteProduct, ListMovements,
        AdjustStock, Reserve, Release, ReadFeed,
    ];
    "orders": [
        PlaceOrder, GetOrder, ListOrders, ListOrdersOfUser, PayOrder, CancelOrder, SetOrderStatus, RefundOrder,
        ReadHistory, LookUpContact, CreateFulfilment, ListFulfilments, GetFulfilment, PackFulfilment,
        ShipFulfilment, DeliverFulfilment, CancelFulfilment, FailFulfilment, ReturnFulfilment, AskFate, ReadFeed,
    ];
    "payments": [
        GetPayment, ConfirmPayment, CapturePayment, VoidPayment, RefundPayment, GetRefund, ListRefunds,
        ReceiveProviderEvent, Pay, ClosePayment, SetOwed, CaptureOwed, RecordOffline, RequestRefund, ReadFeed,
    ];
    "notifications": [ListEvents, ListMails];
}

/// The OpenAPI document of the public endpoints.
pub fn document(version: &str) -> Document {
    let public = endpoints().into_iter().map(|(_, listing)| listing).filter(|l| !l.route.is_internal());
    Document::new("Ordo", version).with(&public.collect::<Vec<_>>())
}
