//! A request to place an order, read and checked as far as that needs nobody else.

use super::{PaymentTerms, PlaceError, TOMBSTONES_MAX};
use crate::{
    Orders,
    basket::{Basket, BasketLine},
    order::{Order, PersonalData, RequestedLine, Viewer},
    workflows::{
        access::{self, viewer},
        initial_payment::InitialPayment,
        payments::OFFLINE,
        requested_lines,
    },
};
use contracts::{
    orders::{
        Adjustment, NewOrder, Order as View, PaymentMethod, PlaceBasketRequest, PlaceDraftRequest,
        PlaceOrderError,
    },
    payments::{EXISTING_CHARGE, PaymentMethods},
    reservations::{ReserveLine, UnpaidHolder},
};
use endpoint::{CommonError, FieldError, Permission};
use flow::idempotency::{body_hash, digest};
use kernel::{
    Currency, Language, Money, MoneyInput, Timestamp,
    canonical_name::{email_key, mailbox},
    id::{Id, LineId, PlacementId, ProductId, UserId},
};
use ordo_http::{Call, Principal};
use std::collections::BTreeMap;
use uuid::Uuid;

const ROUTE: &str = "POST /v1/orders";
/// What the payment of a total of 0 is made with: nothing.
const NO_METHOD: &str = "none";

/// What is placed.
pub(super) enum PlacementSource<'a> {
    /// What a request has brought, under its key.
    New { key: &'a str, new: Box<NewOrder> },
    /// What staff have prepared, as it was read, and its person; in which language they are written to, where that is said.
    Draft { draft: Box<Order>, person: Box<PersonalData>, language: Option<Language> },
    /// What somebody has put into a basket, as it was read, and what they say of the order besides.
    Basket { basket: Box<Basket>, new: Box<NewOrder> },
}

pub(super) struct Request<'a> {
    pub(super) call: &'a Call,
    /// The account, not the token.
    pub(super) caller: UserId,
    /// Whose order it must be.
    pub(super) owner: UserId,
    /// Who that is, where it is somebody without an account.
    pub(super) guest: Option<Guest>,
    pub(super) viewer: Viewer,
    pub(super) body_hash: [u8; 32],
    pub(super) lines: Vec<RequestedLine>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) expected: Option<Money>,
    pub(super) payment: Option<PaymentMethod>,
    pub(super) now: Timestamp,
    /// On which terms it is placed.
    pub(super) terms: PaymentTerms,
    pub(super) origin: PlacementSource<'a>,
}

/// Somebody without an account who orders.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub(super) email: String,
    /// What the address is compared by.
    pub(super) email_key: String,
}

impl<'a> Request<'a> {
    pub(super) fn read(s: &Orders, call: &'a Call, key: &'a str, new: NewOrder) -> Result<Self, PlaceError> {
        let prices = prices_set(&new);
        if !prices.is_empty() && !call.holds(Permission::Orders) {
            return Err(CommonError::for_staff(Permission::Orders, prices).into());
        }
        let currency = s.settings.currency;
        let mut errors = Vec::new();
        let lines = requested_lines::lines(&new.lines, currency, &mut errors);
        let adjustments = requested_lines::adjustments(&new.adjustments, currency, &mut errors);
        let expected = expected(new.expected_total.as_ref(), currency, &mut errors);
        if !errors.is_empty() {
            return Err(CommonError::InvalidRequest { errors }.into());
        }
        errors.extend(requested_lines::below_zero(&adjustments));
        errors.extend(payable(new.payment.as_ref()));
        if is_nothing_to_sell(call, &lines) {
            let why = "an order has at least one product; what else is wanted comes with it, or by staff";
            errors.push(FieldError::no_product("/lines", why));
        }
        unless_unfit(errors)?;
        let caller = call.user()?;
        Ok(Request {
            call,
            caller,
            owner: caller,
            guest: None,
            viewer: viewer(call),
            body_hash: body_hash(&new),
            lines,
            adjustments,
            expected,
            payment: new.payment.clone(),
            now: s.env.now(),
            terms: PaymentTerms::DueDate,
            origin: PlacementSource::New { key, new: Box::new(new) },
        })
    }

    /// A draft that must be placed as it is now.
    pub(super) fn of_draft(
        s: &Orders,
        call: &'a Call,
        (draft, person): (Order, PersonalData),
        placing: &PlaceDraftRequest,
    ) -> Result<Self, PlaceError> {
        let mut errors = Vec::new();
        let expected = expected(placing.expected_total.as_ref(), s.settings.currency, &mut errors);
        if !errors.is_empty() {
            return Err(CommonError::InvalidRequest { errors }.into());
        }
        errors.extend(payable(placing.payment.as_ref()));
        unless_unfit(errors)?;
        Ok(Request {
            call,
            caller: call.user()?,
            owner: draft.user_id,
            guest: None,
            viewer: viewer(call),
            body_hash: body_hash(placing),
            lines: draft.wanted(),
            adjustments: draft.adjustments.clone(),
            expected,
            payment: placing.payment.clone(),
            now: s.env.now(),
            terms: PaymentTerms::DueDate,
            origin: PlacementSource::Draft {
                draft: Box::new(draft),
                person: Box::new(person),
                language: placing.language,
            },
        })
    }

    /// A basket that must be placed as it is now.
    pub(super) fn of_basket(
        s: &Orders,
        call: &'a Call,
        basket: Basket,
        placing: &PlaceBasketRequest,
    ) -> Result<Self, PlaceError> {
        let mut errors = Vec::new();
        let expected = expected(placing.expected_total.as_ref(), s.settings.currency, &mut errors);
        if !errors.is_empty() {
            return Err(CommonError::InvalidRequest { errors }.into());
        }
        errors.extend(payable(placing.payment.as_ref()));
        unless_unfit(errors)?;
        let guest = guest(call, placing)?;
        let caller = match guest {
            // the same for every caller and every repeat
            Some(_) => Id::from_uuid(digest(&["guest", &basket.id.to_string()])),
            None => call.user()?,
        };
        let wanted = |line: &BasketLine| RequestedLine::Product {
            product_id: line.product_id,
            quantity: line.quantity,
        };
        Ok(Request {
            call,
            caller,
            owner: caller,
            guest,
            viewer: viewer(call),
            body_hash: body_hash(placing),
            lines: basket.lines.iter().map(wanted).collect(),
            adjustments: Vec::new(),
            expected,
            payment: placing.payment.clone(),
            now: s.env.now(),
            terms: PaymentTerms::DueDate,
            origin: PlacementSource::Basket {
                basket: Box::new(basket),
                new: Box::new(placing.clone().into()),
            },
        })
    }

    /// The order as the caller can see it.
    pub(super) fn shown(&self, order: &Order, person: &PersonalData) -> View {
        access::shown(self.call, order, person)
    }

    /// Whether what is placed is kept here and may have changed since it was last tried: then its id is in the place of
    /// the key.
    pub(super) fn is_kept(&self) -> bool {
        !matches!(self.origin, PlacementSource::New { .. })
    }

    pub(super) fn is_draft(&self) -> bool {
        matches!(self.origin, PlacementSource::Draft { .. })
    }

    /// Step 1: P(n). The placement of a draft depends on the draft alone, not on the caller. A basket whose attempts are exhausted
    /// starts again when it is changed, because its owner has no second basket.
    pub(super) fn placement(&self, n: usize) -> PlacementId {
        let is_worn = n >= TOMBSTONES_MAX;
        let n = n.to_string();
        Id::from_uuid(match &self.origin {
            PlacementSource::New { key, .. } => digest(&[&self.caller.to_string(), ROUTE, key, &n]),
            PlacementSource::Draft { draft, .. } => digest(&["draft", &draft.id.to_string(), &n]),
            PlacementSource::Basket { basket, .. } if is_worn => {
                digest(&["basket", &basket.id.to_string(), &basket.version_placed().to_string(), &n])
            }
            PlacementSource::Basket { basket, .. } => digest(&["basket", &basket.id.to_string(), &n]),
        })
    }

    /// What the order's ID is derived from, beside the time: an order that is placed again after a restore has lost it is
    /// recognized by it, and so is its charge. A draft has its ID already.
    pub(super) fn id_source(&self) -> Uuid {
        match &self.origin {
            PlacementSource::New { key, .. } => digest(&["order", &self.caller.to_string(), ROUTE, key]),
            PlacementSource::Draft { draft, .. } => draft.id.uuid(),
            PlacementSource::Basket { basket, .. } => digest(&["order of basket", &basket.id.to_string()]),
        }
    }

    /// Refuses a payment method that the payment provider does not know.
    pub(super) fn check_method(&self, methods: PaymentMethods) -> Result<(), PlaceOrderError> {
        let method = self.payment.as_ref().map(|payment| payment.method.as_str());
        if method.is_none_or(methods.knows) {
            return Ok(());
        }
        let such_as = methods.offered.first().map(|first| format!(", such as {first}")).unwrap_or_default();
        let why = format!("the payment provider does not know this method; use one of its tokens{such_as}");
        let fault = FieldError::unknown_payment_method("/payment/method", why);
        Err(PlaceOrderError::UnknownPaymentMethod { errors: vec![fault] })
    }

    /// Whether the limits of what customers order apply: not to staff, nor to what staff have prepared, nor to façades, whose clients
    /// know of none.
    fn is_limited(&self) -> bool {
        !self.is_draft() && self.terms == PaymentTerms::DueDate && !self.call.holds(Permission::Orders)
    }

    /// Refuses more units than a line or an order of a customer can have.
    pub(super) fn check_units(&self, s: &Orders) -> Result<(), CommonError> {
        if !self.is_limited() {
            return Ok(());
        }
        let (line_max, order_max) = (s.settings.line_units_max, s.settings.order_units_max);
        let fault = |pointer: String, what: &str, limit: i64| {
            let detail = format!("at most {limit} units can be ordered in one {what}; ask the shop for more");
            FieldError::too_many_units(pointer, detail).with("limit", limit)
        };
        let quantities = || self.lines.iter().map(RequestedLine::quantity);
        let lines = quantities().enumerate().filter(|(_, quantity)| *quantity > line_max);
        let mut errors: Vec<FieldError> =
            lines.map(|(index, _)| fault(format!("/lines/{index}/quantity"), "line", line_max)).collect();
        if quantities().fold(0, i64::saturating_add) > order_max {
            errors.push(fault("/lines".to_owned(), "order", order_max));
        }
        if errors.is_empty() { Ok(()) } else { Err(CommonError::Unprocessable { errors }) }
    }

    /// For whom stock is reserved until the order is paid, where the limits of unpaid orders apply. One guest is one mailbox,
    /// however its address is spelled: products is told an ID that follows from it.
    pub(super) fn unpaid_holder(&self) -> Option<UnpaidHolder> {
        if !self.is_limited() {
            return None;
        }
        Some(match &self.guest {
            Some(guest) => {
                let id = Id::from_uuid(digest(&["unpaid orders of", &mailbox(&guest.email_key)]));
                UnpaidHolder { id, is_guest: true }
            }
            None => UnpaidHolder { id: self.owner, is_guest: false },
        })
    }

    /// How many of them can be abandoned.
    pub(super) fn placements(&self) -> usize {
        match self.origin {
            PlacementSource::Basket { .. } => 2 * TOMBSTONES_MAX,
            PlacementSource::New { .. } | PlacementSource::Draft { .. } => TOMBSTONES_MAX,
        }
    }

    /// The ids of its lines: a draft's stay what they are.
    pub(super) fn line_ids(&self, s: &Orders) -> impl FnMut() -> LineId {
        let mut known = match &self.origin {
            PlacementSource::New { .. } | PlacementSource::Basket { .. } => Vec::new(),
            PlacementSource::Draft { draft, .. } => draft.lines.iter().map(|line| line.id).collect(),
        }
        .into_iter();
        let env = s.env.clone();
        move || known.next().unwrap_or_else(|| env.id())
    }

    /// What must be reserved: quantities summed by product.
    pub(super) fn stock(&self) -> Vec<ReserveLine> {
        let mut products: BTreeMap<ProductId, i64> = BTreeMap::new();
        for line in &self.lines {
            if let RequestedLine::Product { product_id, quantity } = line {
                // 100 lines of a million units are far from the end of the numbers
                *products.entry(*product_id).or_insert(0) += quantity;
            }
        }
        products.into_iter().map(|(product_id, quantity)| ReserveLine { product_id, quantity }).collect()
    }

    /// Its products, each once.
    pub(super) fn products(&self) -> Vec<ProductId> {
        self.stock().into_iter().map(|line| line.product_id).collect()
    }

    pub(super) fn takes_stock(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, RequestedLine::Product { .. }))
    }

    /// The initial payment: with the method that was sent, or without any where there is nothing to pay.
    pub(super) fn wish(&self, placement_id: PlacementId, total: Money) -> Option<InitialPayment> {
        let staff = self.viewer == Viewer::Staff;
        match &self.payment {
            Some(payment) => Some(InitialPayment {
                placement_id,
                method: payment.method.clone(),
                capture: payment.capture,
                staff,
            }),
            None if total.minor == 0 => Some(InitialPayment {
                placement_id,
                method: NO_METHOD.to_owned(),
                capture: Default::default(),
                staff,
            }),
            None => None,
        }
    }
}

/// Who places a basket without an account, where that is so: they must say where mails go.
fn guest(call: &Call, placing: &PlaceBasketRequest) -> Result<Option<Guest>, CommonError> {
    if !matches!(call.who, Principal::Anonymous | Principal::Guest { .. }) {
        return Ok(None);
    }
    let Some(email) = placing.email.clone() else {
        // well formed: signed-in customers omit the member
        let fault = FieldError::required("/email", "say where mails about the order go, or sign in");
        return Err(CommonError::Unprocessable { errors: vec![fault] });
    };
    match email_key(&email) {
        Some(email_key) => Ok(Some(Guest { email, email_key })),
        None => {
            let what = "an e-mail address such as ada@example.com is expected";
            Err(CommonError::Unprocessable { errors: vec![FieldError::invalid("/email", what)] })
        }
    }
}

/// Where an order says what things cost.
fn prices_set(new: &NewOrder) -> Vec<String> {
    let of_lines = new.lines.iter().enumerate().filter(|(_, line)| line.unit_price.is_some());
    let of_lines = of_lines.map(|(index, _)| format!("/lines/{index}/unit_price"));
    of_lines.chain((!new.adjustments.is_empty()).then(|| "/adjustments".to_owned())).collect()
}

/// Custom lines cost nothing until staff have set a price. An order of nothing else would be confirmed at once, as
/// often as somebody likes: customers by themselves order products. A service that acts for one, such as the front of
/// a shop that has no catalogue, knows what it does.
fn is_nothing_to_sell(call: &Call, lines: &[RequestedLine]) -> bool {
    let is_by_customer = matches!(call.who, Principal::User { .. } | Principal::ApiKey { .. })
        && !call.holds(Permission::Orders);
    is_by_customer && !lines.iter().any(|line| matches!(line, RequestedLine::Product { .. }))
}

/// An order is placed with a method that a provider charges. Money in hand is in nobody's hand yet, and recording it
/// takes staff; what the provider does not know, payments says.
fn payable(payment: Option<&PaymentMethod>) -> Option<FieldError> {
    let why = match payment?.method.as_str() {
        OFFLINE => "money in hand is recorded once the order is placed, by POST /v1/orders/{id}/payments",
        EXISTING_CHARGE => "an order that is only being placed has no charge yet",
        _ => return None,
    };
    Some(FieldError::unknown_payment_method("/payment/method", why))
}

/// Refuses what does not fit. A method alone is refused by the code that it has wherever one is sent.
fn unless_unfit(errors: Vec<FieldError>) -> Result<(), PlaceError> {
    match &errors[..] {
        [] => Ok(()),
        [only] if only.code == "unknown_payment_method" => {
            Err(PlaceOrderError::UnknownPaymentMethod { errors }.into())
        }
        _ => Err(CommonError::Unprocessable { errors }.into()),
    }
}

fn expected(total: Option<&MoneyInput>, currency: Currency, errors: &mut Vec<FieldError>) -> Option<Money> {
    requested_lines::money(total?, "/expected_total", currency, errors)
}
