//! The catalogue of all endpoints: one entry for each, by the service that implements it.
//!
//! The OpenAPI document, the gateway's routes and the tests that cover every endpoint are derived from this list. A test in
//! the binary checks that each service implements exactly these endpoints.

use crate::{
    audit_queries::*, auth::*, events::EventType, facades::*, feed::*, fulfilments::*, notifications::*,
    orders::*, packing_slips::*, payments::*, placements::*, products::*, reservations::*, settlement::*,
    stock::*, system::*,
};
use endpoint::{
    EndpointInfo,
    openapi::{CommonHeader, DocumentBuilder},
};

macro_rules! catalogue {
    ($($service:literal: [$($endpoint:ident),* $(,)?];)*) => {
        /// Returns every endpoint with the service that implements it.
        pub fn endpoints() -> Vec<(&'static str, EndpointInfo)> {
            vec![$($(($service, EndpointInfo::of::<$endpoint>())),*),*]
        }
    };
}

catalogue! {
    "auth": [
        Register, CompleteSetup, GetSetupStatus, Login, RefreshToken, ValidateToken, Logout, ChangePassword, ForgotPassword,
        ResetPassword, GetMe, UpdateMe, ListSessions, EndSession, EndOtherSessions, ListUsers, GetUser, UpdateUser,
        ListAddresses, GetAddress, AddAddress, UpdateAddress, RemoveAddress,
        CreateApiKey, ListApiKeys, GetApiKey, RevokeApiKey, GetJwks, ReadRevocations, LookUpApiKey, LookUpUser, LookUpUsers,
        GetPasswordReset, FindUser, EnsureAccount, RequestEmailVerification, VerifyEmail, LookUpVerification, FindVerifiedAccount, ReadFeed, GetServiceStatus, RunAuditQuery,
        ResolveDeadLetter,
    ];
    "products": [
        CreateProduct, GetProduct, ListProducts, ReplaceProduct, UpdateProduct, DeleteProduct, ListMovements,
        AdjustStock, CreateProductOnBehalf, FindProducts, UpdateProductOnBehalf, DeleteProductOnBehalf, LookUpProducts, GetLastEditor, Reserve, Release, ReadFeed, GetServiceStatus, RunAuditQuery,
        ResolveDeadLetter,
    ];
    "orders": [
        PlaceOrder, GetOrder, GetOrderByNumber, ListOrders, ListOrdersOfUser, GetOverview, GetSalesTotals, ListActivity, PayOrder, CancelOrder, SetOrderStatus, RefundOrder,
        HoldOrder, ReleaseOrder, UpdateOrder, DraftOrder, ListDrafts, GetDraft, UpdateDraft, DeleteDraft, PlaceDraft,
        ListPaymentsOfOrder, ListRefundsOfOrder, AddNote, ListNotes,
        ListHistory, GetOrderDetails, GetContact, CreateFulfilment, ListFulfilments, GetFulfilment, PackFulfilment,
        ShipFulfilment, UpdateFulfilment, DeliverFulfilment, CancelFulfilment, FailFulfilment, ReturnFulfilment, ResolvePlacements,
        LookUpPlacements, LookUpOrders,
        CreateBasket, GetMyBasket, GetBasket, AddToBasket, UpdateBasket, MergeBasket, PlaceBasket,
        PlaceOrderOnBehalf, LookUpOrder, SetOrderStatusOnBehalf, ReadFeed, GetServiceStatus, RunAuditQuery, ResolveDeadLetter,
    ];
    "payments": [
        GetPayment, ConfirmPayment, CapturePayment, VoidPayment, RefundPayment, GetRefund, ListRefunds,
        WithdrawRefund, SettleRefund, ListUnknownCharges, RefundUnknownCharge, ReceivePaymentWebhook,
        Pay, ClosePayment, SetAmountDue, CaptureAmountDue, RecordOffline, RestorePayment, RequestRefund, ListRefundsFor, AssignOrderAccount, ReadFeed, GetServiceStatus, RunAuditQuery,
        ResolveDeadLetter,
    ];
    "notifications": [
        ListEvents, StreamEvents, ListMails, GetMail, GetServiceStatus, RunAuditQuery, ResolveDeadLetter,
        SaveAuditReport,
    ];
}

/// Endpoints that the program serves next to each service, from that service's database: an audit reads all of them alike.
pub const BESIDE: [&str; 1] = ["run_audit_query"];

/// The description of each group of endpoints. A group is named after the first segment of their paths.
const TAGS: &[(&str, &str)] = &[
    (".well-known", "The public keys of access tokens."),
    ("register", "Registration of accounts."),
    ("setup", "Creation of the first administrator."),
    ("login", "Sign-in."),
    ("logout", "Sign-out."),
    ("password", "Password changes and resets."),
    ("email", "Verification of email addresses."),
    ("token", "Refresh and validation of tokens."),
    ("me", "The signed-in account, its sessions and its addresses."),
    ("users", "Accounts, for staff."),
    ("api-keys", "Keys for programmatic access to the API."),
    ("products", "The products of the catalogue and their stock."),
    ("baskets", "Baskets of customers and guests."),
    ("orders", "Placement, payment, cancellation and tracking of orders."),
    ("fulfilments", "Units of an order that are packed and shipped together."),
    ("payments", "Payments of orders."),
    ("refunds", "Refunds of payments."),
    ("unknown-charges", "Charges that exist at the payment provider, but not in the shop."),
    ("webhooks", "Endpoints for webhooks of payment providers."),
    ("events", "The public event log."),
    ("mails", "The built-in mailbox."),
];

/// Headers that the gateway adds to every response.
const HEADERS: [CommonHeader; 4] = [
    CommonHeader {
        name: "X-Request-Id",
        about: "The ID of the request, as in the logs. The value that you sent, if you sent one.",
        always: true,
        pattern: "^[A-Za-z0-9_.-]{8,64}$",
        example: "req_00000000000000000000000000000001",
    },
    CommonHeader {
        name: "Traceparent",
        about: "The trace to which the request belongs (W3C Trace Context). The value that you sent, if you sent one.",
        always: true,
        pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        example: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
    },
    CommonHeader {
        name: "RateLimit-Policy",
        about: "The rate limits that apply to this request, each with its quota `q` and its window `w` in seconds. Absent \
            if the shop has configured no limits.",
        always: false,
        pattern: r#"^"[a-z-]+";q=[0-9]+;w=[0-9]+(, "[a-z-]+";q=[0-9]+;w=[0-9]+)*$"#,
        example: r#""requests";q=3000;w=60"#,
    },
    CommonHeader {
        name: "RateLimit",
        about: "The remaining quota `r` of each of these limits, and the number of seconds `t` until it is fully restored.",
        always: false,
        pattern: r#"^"[a-z-]+";r=[0-9]+;t=[0-9]+(, "[a-z-]+";r=[0-9]+;t=[0-9]+)*$"#,
        example: r#""requests";r=2999;t=1"#,
    },
];

/// The guide to the API, in Markdown. Its links lead to files of the repository.
pub const GUIDE: &str = include_str!("guide.md");
/// What the links of the guide lead to in a running shop.
const GUIDE_LINKS: [(&str, &str); 5] = [
    ("](#", "](/docs/guide#"),
    ("](../../../docs/generated/errors.md#field-errors", "](/docs/problems#faults"),
    ("](../../../docs/generated/errors.md", "](/docs/problems"),
    ("](../../../docs/generated/events.md", "](/docs/events"),
    ("](../../../docs/openapi.json", "](/openapi.json"),
];
/// The document's description. It is short, because generators copy it into every file that they write.
const ABOUT: &str = "An order backend: accounts, products with stock, orders, payments and notifications. The \
    [guide](/docs/guide) explains how to use the API; `x-guide` contains it as Markdown.";

/// Returns the guide as a shop serves it.
fn served_guide() -> String {
    GUIDE_LINKS.iter().fold(GUIDE.to_owned(), |guide, (file, page)| guide.replace(file, page))
}

/// Returns the OpenAPI document of the public endpoints.
pub fn document(version: &str) -> DocumentBuilder {
    let public = endpoints().into_iter().map(|(_, listing)| listing).filter(|l| !l.route.is_internal());
    let document = DocumentBuilder::new("Ordo", version)
        .about(ABOUT)
        .extend("x-guide", served_guide().into())
        .with(&public.collect::<Vec<_>>());
    let document = HEADERS.iter().fold(document, |document, header| document.answers_with(header));
    let document = EventType::describe_data(document).extend("x-events", EventType::data_schemas());
    TAGS.iter().fold(document, |document, (name, about)| document.tag(name, about))
}
