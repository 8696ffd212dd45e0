//! The catalogue of all endpoints: one line for each, by the service that answers it.
//!
//! The OpenAPI document, the gateway's routes and the tests that walk over every endpoint come from this list.
//! A test in the binary holds that each service answers just these.

use crate::{
    audit_queries::*, auth::*, events::EventType, facades::*, feed::*, fulfilments::*, notifications::*,
    orders::*, packing_slips::*, payments::*, placements::*, products::*, reservations::*, settlement::*,
    stock::*, system::*,
};
use endpoint::{
    EndpointInfo,
    openapi::{CommonHeader, Document},
};

macro_rules! catalogue {
    ($($service:literal: [$($endpoint:ident),* $(,)?];)*) => {
        /// Every endpoint, with the service that answers it.
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
        PlaceOrderOnBehalf, LookUpOrder, SetOrderStatusOnBehalf, ReadFeed, GetServiceStatus, RunAuditQuery, ResolveDeadLetter, SaveAuditReport,
    ];
    "payments": [
        GetPayment, ConfirmPayment, CapturePayment, VoidPayment, RefundPayment, GetRefund, ListRefunds,
        WithdrawRefund, SettleRefund, ListUnknownCharges, RefundUnknownCharge, ReceivePaymentWebhook,
        Pay, ClosePayment, SetAmountDue, CaptureAmountDue, RecordOffline, RestorePayment, RequestRefund, ListRefundsFor, AssignOrderAccount, ReadFeed, GetServiceStatus, RunAuditQuery,
        ResolveDeadLetter,
    ];
    "notifications": [ListEvents, StreamEvents, ListMails, GetMail, GetServiceStatus, RunAuditQuery, ResolveDeadLetter];
}

/// What the program answers beside each service, out of its database: an audit looks into all of them alike.
pub const BESIDE: [&str; 1] = ["run_audit_query"];

/// What each group of endpoints is about: the first word of their paths.
const TAGS: &[(&str, &str)] = &[
    (".well-known", "The public keys of access tokens."),
    ("register", "Making an account."),
    ("setup", "Making the first administrator."),
    ("login", "Signing in."),
    ("logout", "Signing out."),
    ("password", "Changing a password, and choosing a new one."),
    ("email", "Verifying an e-mail address."),
    ("token", "Refreshing and checking tokens."),
    ("me", "The account that is signed in, its sessions and its addresses."),
    ("users", "Accounts, for staff."),
    ("api-keys", "Keys with which programs call the API."),
    ("products", "The catalogue and its stock."),
    ("baskets", "What somebody means to order."),
    ("orders", "Placing, paying, cancelling and following orders."),
    ("fulfilments", "What is packed and shipped together."),
    ("payments", "Payments of orders, and their refunds."),
    ("refunds", "Refunds."),
    ("unknown-charges", "Charges that the payment provider has made and the shop has forgotten."),
    ("webhooks", "Where payment providers tell what has happened on their side."),
    ("events", "The public log of events."),
    ("mails", "The built-in mailbox."),
];

/// What the gateway says with every answer, by headers.
const HEADERS: [CommonHeader; 4] = [
    CommonHeader {
        name: "X-Request-Id",
        about: "The request, as the logs name it: yours, where you sent one.",
        always: true,
        pattern: "^[A-Za-z0-9_.-]{8,64}$",
        example: "req_00000000000000000000000000000001",
    },
    CommonHeader {
        name: "Traceparent",
        about: "The trace that the request belongs to (W3C Trace Context): yours, where you sent one.",
        always: true,
        pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        example: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
    },
    CommonHeader {
        name: "RateLimit-Policy",
        about: "The limits that count this request, each with its quota `q` and the seconds `w` that it is for. Absent where \
            the shop has set no limits.",
        always: false,
        pattern: r#"^"[a-z-]+";q=[0-9]+;w=[0-9]+(, "[a-z-]+";q=[0-9]+;w=[0-9]+)*$"#,
        example: r#""requests";q=3000;w=60"#,
    },
    CommonHeader {
        name: "RateLimit",
        about: "Of each of these limits what remains (`r`), and in how many seconds all of it is there again (`t`).",
        always: false,
        pattern: r#"^"[a-z-]+";r=[0-9]+;t=[0-9]+(, "[a-z-]+";r=[0-9]+;t=[0-9]+)*$"#,
        example: r#""requests";r=2999;t=1"#,
    },
];

/// How the API is used, for people, in Markdown: the document's `x-guide`.
pub const GUIDE: &str = include_str!("guide.md");
/// The document's description. Generators copy it into each file that they write, so that it is short.
const ABOUT: &str = "An order backend: accounts, products with stock, orders, payments and notifications. How it is used is \
    in the [guide](/docs/guide), which `x-guide` has as Markdown.";

/// The OpenAPI document of the public endpoints.
pub fn document(version: &str) -> Document {
    let public = endpoints().into_iter().map(|(_, listing)| listing).filter(|l| !l.route.is_internal());
    let document = Document::new("Ordo", version)
        .about(ABOUT)
        .extend("x-guide", GUIDE.into())
        .with(&public.collect::<Vec<_>>());
    let document = HEADERS.iter().fold(document, |document, header| document.answers_with(header));
    let document = EventType::describe_data(document).extend("x-events", EventType::data_schemas());
    TAGS.iter().fold(document, |document, (name, about)| document.tag(name, about))
}
