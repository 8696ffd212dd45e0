//! A request to place an order, read and checked as far as that needs nobody else.

use super::{Failed, TOMBSTONES_MAX, Terms, basket::version_placed};
use crate::{
    Orders,
    basket::{Basket, BasketLine},
    order::{Order, Person, Viewer, WantedLine},
    workflows::{
        access::{self, viewer},
        paying::OFFLINE,
        wanted,
        wishing::Wish,
    },
};
use contracts::{
    orders::{
        Adjustment, BasketPlacing, DraftPlacing, NewOrder, Order as View, PaymentMethod, PlaceOrderError,
    },
    payments::{EXISTING_CHARGE, PaymentMethods},
    reservations::{ReserveLine, UnpaidHolder},
};
use endpoint::{Common, Fault, Permission};
use flow::idempotency::{body_hash, digest};
use kernel::{
    Currency, Language, Money, MoneyIn, Timestamp,
    id::{Id, LineId, PlacementId, ProductId, UserId},
    spelling::{email_key, mailbox},
};
use ordo_http::{Call, Who};
use std::collections::BTreeMap;

const ROUTE: &str = "POST /v1/orders";
/// What the payment of a total of 0 is made with: nothing.
const NO_METHOD: &str = "none";

/// What is placed.
pub(super) enum Origin<'a> {
    /// What a request has brought, under its key.
    New { key: &'a str, new: Box<NewOrder> },
    /// What staff have prepared, as it was read, and its person; in which language they are written to, where that is said.
    Draft { draft: Box<Order>, person: Box<Person>, language: Option<Language> },
    /// What somebody has put into a basket, as it was read, and what they say of the order besides.
    Basket { basket: Box<Basket>, new: Box<NewOrder> },
}

pub(super) struct Request<'a> {
    pub(super) call: &'a Call,
    /// The account, not the token.
    pub(super) caller: UserId,
    /// Whose order it is to be.
    pub(super) owner: UserId,
    /// Who that is, where it is somebody without an account.
    pub(super) guest: Option<Guest>,
    pub(super) viewer: Viewer,
    pub(super) body_hash: [u8; 32],
    pub(super) lines: Vec<WantedLine>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) expected: Option<Money>,
    pub(super) payment: Option<PaymentMethod>,
    pub(super) now: Timestamp,
    /// On which terms it is placed.
    pub(super) terms: Terms,
    pub(super) origin: Origin<'a>,
}

/// Somebody without an account who orders.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub(super) email: String,
    /// What the address is compared by.
    pub(super) email_key: String,
}

impl<'a> Request<'a> {
    pub(super) fn read(s: &Orders, call: &'a Call, key: &'a str, new: NewOrder) -> Result<Self, Failed> {
        let prices = prices_set(&new);
        if !prices.is_empty() && !call.holds(Permission::Orders) {
            return Err(Common::for_staff(Permission::Orders, prices).into());
        }
        let currency = s.settings.currency;
        let mut errors = Vec::new();
        let lines = wanted::lines(&new.lines, currency, &mut errors);
        let adjustments = wanted::adjustments(&new.adjustments, currency, &mut errors);
        let expected = expected(new.expected_total.as_ref(), currency, &mut errors);
        if !errors.is_empty() {
            return Err(Common::InvalidRequest { errors }.into());
        }
        errors.extend(wanted::below_zero(&adjustments));
        errors.extend(payable(new.payment.as_ref()));
        if is_nothing_to_sell(call, &lines) {
            let why = "an order has at least one product; what else is wanted comes with it, or by staff";
            errors.push(Fault::no_product("/lines", why));
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
            terms: Terms::Usual,
            origin: Origin::New { key, new: Box::new(new) },
        })
    }

    /// A draft that is to be placed as it is now.
    pub(super) fn of_draft(
        s: &Orders,
        call: &'a Call,
        (draft, person): (Order, Person),
        placing: &DraftPlacing,
    ) -> Result<Self, Failed> {
        let mut errors = Vec::new();
        let expected = expected(placing.expected_total.as_ref(), s.settings.currency, &mut errors);
        if !errors.is_empty() {
            return Err(Common::InvalidRequest { errors }.into());
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
            terms: Terms::Usual,
            origin: Origin::Draft {
                draft: Box::new(draft),
                person: Box::new(person),
                language: placing.language,
            },
        })
    }

    /// A basket that is to be placed as it is now.
    pub(super) fn of_basket(
        s: &Orders,
        call: &'a Call,
        basket: Basket,
        placing: &BasketPlacing,
    ) -> Result<Self, Failed> {
        let mut errors = Vec::new();
        let expected = expected(placing.expected_total.as_ref(), s.settings.currency, &mut errors);
        if !errors.is_empty() {
            return Err(Common::InvalidRequest { errors }.into());
        }
        errors.extend(payable(placing.payment.as_ref()));
        unless_unfit(errors)?;
        let guest = guest(call, placing)?;
        let caller = match guest {
            // the same for whoever places it, however often
            Some(_) => Id::from_uuid(digest(&["guest", &basket.id.to_string()])),
            None => call.user()?,
        };
        let wanted =
            |line: &BasketLine| WantedLine::Product { product_id: line.product_id, quantity: line.quantity };
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
            terms: Terms::Usual,
            origin: Origin::Basket { basket: Box::new(basket), new: Box::new(placing.clone().into()) },
        })
    }

    /// The order, as whoever places it sees it.
    pub(super) fn shown(&self, order: &Order, person: &Person) -> View {
        access::shown(self.call, order, person)
    }

    /// Whether what is placed is kept here and may have changed since it was last tried: then its id is in the place of
    /// the key.
    pub(super) fn is_kept(&self) -> bool {
        !matches!(self.origin, Origin::New { .. })
    }

    pub(super) fn is_draft(&self) -> bool {
        matches!(self.origin, Origin::Draft { .. })
    }

    /// Step 1: P(n). That of a draft is the draft's, whoever places it. A basket that was given up too often begins anew
    /// whenever it is changed: nobody has a second one to go on with.
    pub(super) fn placement(&self, n: usize) -> PlacementId {
        let is_worn = n >= TOMBSTONES_MAX;
        let n = n.to_string();
        Id::from_uuid(match &self.origin {
            Origin::New { key, .. } => digest(&[&self.caller.to_string(), ROUTE, key, &n]),
            Origin::Draft { draft, .. } => digest(&["draft", &draft.id.to_string(), &n]),
            Origin::Basket { basket, .. } if is_worn => {
                digest(&["basket", &basket.id.to_string(), &version_placed(basket).to_string(), &n])
            }
            Origin::Basket { basket, .. } => digest(&["basket", &basket.id.to_string(), &n]),
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
        let fault = Fault::unknown_payment_method("/payment/method", why);
        Err(PlaceOrderError::UnknownPaymentMethod { errors: vec![fault] })
    }

    /// Whether the limits of what customers order apply: not to staff, nor to what staff have prepared, nor to façades, whose clients
    /// know of none.
    fn is_limited(&self) -> bool {
        !self.is_draft() && self.terms == Terms::Usual && !self.call.holds(Permission::Orders)
    }

    /// Refuses more units than a line or an order of a customer can have.
    pub(super) fn check_units(&self, s: &Orders) -> Result<(), Common> {
        if !self.is_limited() {
            return Ok(());
        }
        let (line_max, order_max) = (s.settings.line_units_max, s.settings.order_units_max);
        let fault = |pointer: String, what: &str, limit: i64| {
            let detail = format!("at most {limit} units can be ordered in one {what}; ask the shop for more");
            Fault::too_many_units(pointer, detail).with("limit", limit)
        };
        let quantities = || self.lines.iter().map(WantedLine::quantity);
        let lines = quantities().enumerate().filter(|(_, quantity)| *quantity > line_max);
        let mut errors: Vec<Fault> =
            lines.map(|(index, _)| fault(format!("/lines/{index}/quantity"), "line", line_max)).collect();
        if quantities().fold(0, i64::saturating_add) > order_max {
            errors.push(fault("/lines".to_owned(), "order", order_max));
        }
        if errors.is_empty() { Ok(()) } else { Err(Common::Unprocessable { errors }) }
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

    /// How many of them can be given up.
    pub(super) fn placements(&self) -> usize {
        match self.origin {
            Origin::Basket { .. } => 2 * TOMBSTONES_MAX,
            Origin::New { .. } | Origin::Draft { .. } => TOMBSTONES_MAX,
        }
    }

    /// The ids of its lines: a draft's stay what they are.
    pub(super) fn line_ids(&self, s: &Orders) -> impl FnMut() -> LineId {
        let mut known = match &self.origin {
            Origin::New { .. } | Origin::Basket { .. } => Vec::new(),
            Origin::Draft { draft, .. } => draft.lines.iter().map(|line| line.id).collect(),
        }
        .into_iter();
        let env = s.env.clone();
        move || known.next().unwrap_or_else(|| env.id())
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

    /// Its products, each once.
    pub(super) fn products(&self) -> Vec<ProductId> {
        self.stock().into_iter().map(|line| line.product_id).collect()
    }

    pub(super) fn takes_stock(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, WantedLine::Product { .. }))
    }

    /// The wish to pay: with the method that was sent, or without any where there is nothing to pay.
    pub(super) fn wish(&self, placement_id: PlacementId, total: Money) -> Option<Wish> {
        let staff = self.viewer == Viewer::Staff;
        match &self.payment {
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

/// Who places a basket without an account, where that is so: they must say where mails go.
fn guest(call: &Call, placing: &BasketPlacing) -> Result<Option<Guest>, Common> {
    if !matches!(call.who, Who::Nobody | Who::Guest { .. }) {
        return Ok(None);
    }
    let Some(email) = placing.email.clone() else {
        // right in form: whoever is signed in leaves it out
        let fault = Fault::required("/email", "say where mails about the order go, or sign in");
        return Err(Common::Unprocessable { errors: vec![fault] });
    };
    match email_key(&email) {
        Some(email_key) => Ok(Some(Guest { email, email_key })),
        None => {
            let what = "an e-mail address such as ada@example.com is expected";
            Err(Common::Unprocessable { errors: vec![Fault::invalid("/email", what)] })
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
fn is_nothing_to_sell(call: &Call, lines: &[WantedLine]) -> bool {
    let is_by_customer =
        matches!(call.who, Who::User { .. } | Who::Key { .. }) && !call.holds(Permission::Orders);
    is_by_customer && !lines.iter().any(|line| matches!(line, WantedLine::Product { .. }))
}

/// An order is placed with a method that a provider charges. Money in hand is in nobody's hand yet, and recording it
/// takes staff; what the provider does not know, payments says.
fn payable(payment: Option<&PaymentMethod>) -> Option<Fault> {
    let why = match payment?.method.as_str() {
        OFFLINE => "money in hand is recorded once the order is placed, by POST /v1/orders/{id}/payments",
        EXISTING_CHARGE => "an order that is only being placed has no charge yet",
        _ => return None,
    };
    Some(Fault::unknown_payment_method("/payment/method", why))
}

/// Refuses what does not fit. A method alone is refused by the code that it has wherever one is sent.
fn unless_unfit(errors: Vec<Fault>) -> Result<(), Failed> {
    match &errors[..] {
        [] => Ok(()),
        [only] if only.code == "unknown_payment_method" => {
            Err(PlaceOrderError::UnknownPaymentMethod { errors }.into())
        }
        _ => Err(Common::Unprocessable { errors }.into()),
    }
}

fn expected(total: Option<&MoneyIn>, currency: Currency, errors: &mut Vec<Fault>) -> Option<Money> {
    wanted::money(total?, "/expected_total", currency, errors)
}
