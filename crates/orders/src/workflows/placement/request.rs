//! A request to place an order, read and checked as far as that needs nobody else.

use super::{
    PlaceError,
    origin::{Guest, OrderOrigin},
};
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
    Address, Metadata,
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
    canonical_name::email_key,
    id::{Id, PlacementId, ProductId, UserId},
};
use ordo_http::{Call, Principal};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the payment of a total of 0 is made with: nothing.
const NO_METHOD: &str = "none";

pub(super) struct Request<'a> {
    pub(super) call: &'a Call,
    /// The account, not the token.
    pub(super) caller: UserId,
    /// Whose order it must be.
    pub(super) owner: UserId,
    pub(super) viewer: Viewer,
    pub(super) body_hash: [u8; 32],
    pub(super) lines: Vec<RequestedLine>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) expected: Option<Money>,
    pub(super) payment: Option<PaymentMethod>,
    /// The language of emails to the customer, if the request states one.
    pub(super) language: Option<Language>,
    /// The personal data without the contact. A draft has all of it.
    pub(super) person: PersonalData,
    pub(super) metadata: Metadata,
    pub(super) now: Timestamp,
    pub(super) origin: OrderOrigin,
}

impl<'a> Request<'a> {
    pub(super) fn read(
        s: &Orders,
        call: &'a Call,
        new: NewOrder,
        origin: impl Fn(UserId) -> OrderOrigin,
    ) -> Result<Self, PlaceError> {
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
            viewer: viewer(call),
            body_hash: body_hash(&new),
            lines,
            adjustments,
            expected,
            payment: new.payment,
            language: new.language,
            person: addressed(new.shipping_address, new.note),
            metadata: new.metadata,
            now: s.env.now(),
            origin: origin(caller),
        })
    }

    /// A draft that must be placed as it is now.
    pub(super) fn of_draft(
        s: &Orders,
        call: &'a Call,
        (draft, person): (Order, PersonalData),
        placing: &PlaceDraftRequest,
    ) -> Result<Self, PlaceError> {
        let expected = checked(s, placing.expected_total.as_ref(), placing.payment.as_ref())?;
        Ok(Request {
            call,
            caller: call.user()?,
            owner: draft.user_id,
            viewer: viewer(call),
            body_hash: body_hash(placing),
            lines: draft.wanted(),
            adjustments: draft.adjustments.clone(),
            expected,
            payment: placing.payment.clone(),
            language: placing.language,
            person,
            metadata: draft.metadata.clone(),
            now: s.env.now(),
            origin: OrderOrigin::draft(s, draft),
        })
    }

    /// A basket that must be placed as it is now.
    pub(super) fn of_basket(
        s: &Orders,
        call: &'a Call,
        basket: Basket,
        placing: &PlaceBasketRequest,
    ) -> Result<Self, PlaceError> {
        let expected = checked(s, placing.expected_total.as_ref(), placing.payment.as_ref())?;
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
            viewer: viewer(call),
            body_hash: body_hash(placing),
            lines: basket.lines.iter().map(wanted).collect(),
            adjustments: Vec::new(),
            expected,
            payment: placing.payment.clone(),
            language: placing.language,
            person: addressed(placing.shipping_address.clone(), placing.note.clone()),
            metadata: placing.metadata.clone(),
            now: s.env.now(),
            origin: OrderOrigin::basket(s, basket, guest),
        })
    }

    /// The order as the caller can see it.
    pub(super) fn shown(&self, order: &Order, person: &PersonalData) -> View {
        access::shown(self.call, order, person)
    }

    /// What the order's ID is derived from, besides the time: an order that is placed again after a restore has lost it is
    /// recognized by it, and its charge pays for it. With other content it is another order.
    pub(super) fn id_source(&self) -> Uuid {
        self.origin.id_source(match self.origin.basket {
            Some(_) => body_hash(&(self.owner, self.stock())),
            None => self.body_hash,
        })
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

    /// Whether the limits of customers apply. They do not apply to staff.
    fn is_limited(&self) -> bool {
        self.origin.is_limited && !self.call.holds(Permission::Orders)
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

    /// The holder of the stock until the order is paid, if the limits of unpaid orders apply.
    pub(super) fn unpaid_holder(&self) -> Option<UnpaidHolder> {
        self.is_limited().then(|| self.origin.unpaid_holder(self.owner))
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

/// The personal data of a request, without the contact. The address is trimmed after the hash of the body was calculated.
fn addressed(address: Option<Address>, note: Option<String>) -> PersonalData {
    PersonalData { address: address.map(Address::trimmed), note, ..PersonalData::default() }
}

/// The expected total of a request to place a draft or basket, once its members are checked.
fn checked(
    s: &Orders,
    total: Option<&MoneyInput>,
    payment: Option<&PaymentMethod>,
) -> Result<Option<Money>, PlaceError> {
    let mut errors = Vec::new();
    let expected = expected(total, s.settings.currency, &mut errors);
    if !errors.is_empty() {
        return Err(CommonError::InvalidRequest { errors }.into());
    }
    unless_unfit(payable(payment).into_iter().collect())?;
    Ok(expected)
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
