//! What every payment provider must do, tried out through the interface that payments uses.
//!
//! A crate of a provider runs [`conforms`] against the provider's own test environment.

use bytes::Bytes;
use contracts::payments::CaptureMode;
use db::Db;
use endpoint::{Raw, http::HeaderMap};
use kernel::{Currency, Env, Money, Timestamp, id::OrderId};
use payment_provider::{
    AbandonCharge, Capture, Charge, ChargeStatus, GuardedProvider, ListCharges, ListedCharge, Provider,
    ProviderError, ProviderEvent, ProviderRefund, ProviderRefundStatus, ProviderResult, SubmitCharge, Void,
};
use std::{collections::BTreeSet, fmt::Debug, sync::Arc, time::Duration};

/// Longer than any provider takes for an answer.
const WITHIN: Duration = Duration::from_secs(20);
/// More than the tolerance of any provider's signatures.
const LONG_AGO: Duration = Duration::from_secs(24 * 60 * 60);

/// Signs a webhook about the operation with this key, at this moment.
pub type Sign = dyn Fn(&str, Timestamp) -> Raw + Send + Sync;

/// A provider in its test environment.
pub struct Candidate {
    /// The provider.
    pub provider: Arc<dyn Provider>,
    /// Where what is asked is written down before.
    pub db: Db,
    /// Clock and identifiers.
    pub env: Env,
    /// A method that is charged at once.
    pub good: &'static str,
    /// One more.
    pub good_too: &'static str,
    /// One that is declined.
    pub declined: &'static str,
    /// One whose customer must do something first, and has done it when the charge goes on.
    pub needs_action: &'static str,
    /// A webhook about the operation with this key, signed by the provider at this moment.
    pub sign: Box<Sign>,
}

/// Tries out everything that payments relies on.
///
/// # Panics
/// With the first rule that is broken.
pub async fn conforms(candidate: Candidate) {
    let trial = Trial {
        provider: GuardedProvider::new(candidate.provider.clone(), WITHIN, candidate.db.clone()),
        begun: candidate.env.now(),
        candidate,
    };
    trial.names_itself_and_its_methods();
    trial.believes_only_its_own_webhooks();
    trial.charges_once_for_a_key().await;
    trial.goes_on_once_for_a_key().await;
    trial.captures_voids_and_refunds_once_for_a_key().await;
    trial.answers_what_became_of_a_key().await;
    trial.never_charges_what_was_abandoned().await;
    trial.lists_what_was_charged().await;
}

struct Trial {
    candidate: Candidate,
    provider: GuardedProvider,
    begun: Timestamp,
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn refused<T: Debug + PartialEq>(said: ProviderResult<T>, what: &str) {
    assert_eq!(said, Err(ProviderError::KeyUsed), "a key that was used for another {what} is refused");
}

impl Trial {
    /// A name of a test's own, whatever ran before in the same test environment.
    fn key(&self, name: &str) -> String {
        format!("{name}-{:016x}", self.candidate.env.random_u64())
    }

    fn request(&self, name: &str, method: &str, capture: CaptureMode) -> SubmitCharge {
        SubmitCharge {
            key: self.key(name),
            order_id: self.candidate.env.id(),
            amount: euros(4900),
            method: method.to_owned(),
            capture,
            goes_on: None,
        }
    }

    async fn charge(&self, name: &str, capture: CaptureMode) -> (SubmitCharge, Charge, String) {
        let request = self.request(name, self.candidate.good, capture);
        let charge = self.provider.submit(request.clone()).await.unwrap();
        let reference = charge.reference.clone().unwrap();
        (request, charge, reference)
    }

    /// All charges of this trial, by the provider's own list.
    async fn listed(&self) -> Vec<ListedCharge> {
        let mut list = ListCharges { since: self.begun.minus(Duration::from_secs(1)), after: None };
        let mut all = Vec::new();
        loop {
            let page = self.provider.list_charges(list.clone()).await.unwrap();
            all.extend(page.charges);
            match page.next {
                Some(next) => list.after = Some(next),
                None => return all,
            }
        }
    }

    async fn charged_for(&self, order: OrderId) -> (usize, i64) {
        let listed = self.listed().await;
        let of_order: Vec<_> = listed.iter().filter(|listed| listed.order_id == order).collect();
        (of_order.len(), of_order.iter().map(|listed| listed.charge.captured - listed.charge.refunded).sum())
    }

    fn names_itself_and_its_methods(&self) {
        let Candidate { provider, good, good_too, declined, needs_action, .. } = &self.candidate;
        let name = provider.name();
        let is_word = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(is_word && (1..=40).contains(&name.len()), "{name} is a word of an address");
        assert!(provider.key_life() >= Duration::from_secs(60 * 60), "a key outlives any retry of a request");
        let methods = provider.methods();
        for method in [good, good_too, declined, needs_action].into_iter().chain(methods.offered) {
            assert!((methods.knows)(method), "{method}");
        }
    }

    fn believes_only_its_own_webhooks(&self) {
        let Candidate { env, sign, .. } = &self.candidate;
        let (now, key) = (env.now(), self.key("webhook"));
        let good = sign(&key, now);
        let told = self.provider.verify(&good, now).unwrap().unwrap();
        assert!(
            matches!(&told, ProviderEvent { key: told, id, .. } if *told == key && !id.is_empty()),
            "{told:?}"
        );
        assert_eq!(self.provider.verify(&good, now), Ok(Some(told)), "the same one twice is the same event");
        let mut longer = good.body.to_vec();
        longer.push(b' ');
        let cut: Bytes = good.body.slice(1..);
        let forged = [
            Raw { headers: HeaderMap::new(), ..good.clone() },
            Raw { body: longer.into(), ..good.clone() },
            Raw { body: cut, ..good.clone() },
            Raw { body: Bytes::new(), ..good.clone() },
            Raw { body: sign(&self.key("other"), now).body, ..good.clone() },
            sign(&key, now.minus(LONG_AGO)),
            sign(&key, now.plus(LONG_AGO)),
        ];
        for webhook in forged {
            assert!(self.provider.verify(&webhook, now).is_err(), "{webhook:?}");
        }
    }

    async fn charges_once_for_a_key(&self) {
        let Candidate { env, good, good_too, declined, .. } = &self.candidate;
        for method in [good, declined] {
            let made = self.request("charge", method, CaptureMode::Automatic);
            let charge = self.provider.submit(made.clone()).await.unwrap();
            assert_eq!(self.provider.submit(made.clone()).await, Ok(charge.clone()));
            let taken = if method == good { 4900 } else { 0 };
            assert_eq!(charge.captured, taken, "{method}");
            assert_eq!(matches!(charge.standing, ChargeStatus::Failed(_)), method == declined, "{method}");
            let dollars = Money::new(4900, "USD".parse().unwrap());
            let others = [
                ("method", SubmitCharge { method: (*good_too).to_owned(), ..made.clone() }),
                ("amount", SubmitCharge { amount: euros(4901), ..made.clone() }),
                ("amount", SubmitCharge { amount: euros(4899), ..made.clone() }),
                ("currency", SubmitCharge { amount: dollars, ..made.clone() }),
                ("capture", SubmitCharge { capture: CaptureMode::Manual, ..made.clone() }),
                ("order", SubmitCharge { order_id: env.id(), ..made.clone() }),
                ("charge", SubmitCharge { goes_on: charge.reference.clone(), ..made.clone() }),
            ];
            for (what, other) in others {
                refused(self.provider.submit(other.clone()).await, what);
                let elsewhere = if what == "order" { (0, 0) } else { (1, taken) };
                assert_eq!(self.charged_for(other.order_id).await, elsewhere, "{method}, {what}");
            }
            assert_eq!(self.charged_for(made.order_id).await, (1, taken));
            assert_eq!(self.provider.query(made.key).await, Ok(Some(charge)));
        }
    }

    async fn goes_on_once_for_a_key(&self) {
        let needs_action = self.candidate.needs_action;
        let first = self.request("action", needs_action, CaptureMode::Automatic);
        let other = self.request("action", needs_action, CaptureMode::Automatic);
        let waits = self.provider.submit(first.clone()).await.unwrap();
        let waits_too = self.provider.submit(other.clone()).await.unwrap();
        assert!(
            matches!(&waits.standing, ChargeStatus::RequiresAction { url } if url.starts_with("https://")),
            "{waits:?}"
        );
        let key = self.key("goes-on");
        let goes_on = SubmitCharge { key, goes_on: waits.reference.clone(), ..first.clone() };
        let charge = self.provider.submit(goes_on.clone()).await.unwrap();
        assert_eq!((&charge.reference, &charge.standing), (&waits.reference, &ChargeStatus::Captured));
        assert_eq!(self.provider.submit(goes_on.clone()).await, Ok(charge.clone()));
        assert_eq!(
            self.provider.submit(first.clone()).await,
            Ok(charge),
            "the first request is told how it stands"
        );
        let of_other = SubmitCharge { goes_on: waits_too.reference, ..goes_on.clone() };
        refused(self.provider.submit(of_other).await, "charge");
        refused(self.provider.submit(SubmitCharge { goes_on: None, ..goes_on }).await, "charge");
        assert_eq!(self.charged_for(first.order_id).await, (1, 4900));
        assert_eq!(self.charged_for(other.order_id).await, (1, 0));
    }

    async fn captures_voids_and_refunds_once_for_a_key(&self) {
        let provider = &self.provider;
        let (first, authorized, charge) = self.charge("manual", CaptureMode::Manual).await;
        let (second, _, other) = self.charge("manual", CaptureMode::Manual).await;
        let (third, _, voided) = self.charge("manual", CaptureMode::Manual).await;
        assert_eq!((&authorized.standing, authorized.authorized), (&ChargeStatus::Authorized, 4900));
        let capture = Capture { key: self.key("capture"), charge: charge.clone(), amount: euros(4000) };
        let captured = provider.capture(capture.clone()).await.unwrap();
        assert_eq!((captured.captured, provider.capture(capture.clone()).await), (4000, Ok(captured)));
        refused(provider.capture(Capture { amount: euros(4900), ..capture.clone() }).await, "amount");
        refused(provider.capture(Capture { charge: other.clone(), ..capture }).await, "charge");
        let void = Void { key: self.key("void"), charge: voided };
        let done = provider.void(void.clone()).await.unwrap();
        assert_eq!(
            (&done.standing, provider.void(void.clone()).await),
            (&ChargeStatus::Voided, Ok(done.clone()))
        );
        refused(provider.void(Void { charge: other.clone(), ..void }).await, "charge");
        let refund = ProviderRefund { key: self.key("refund"), charge, amount: euros(1000) };
        let returned = Ok(ProviderRefundStatus::Succeeded { amount: 1000 });
        assert_eq!(provider.refund(refund.clone()).await, returned);
        assert_eq!(provider.refund(refund.clone()).await, returned);
        refused(provider.refund(ProviderRefund { amount: euros(1001), ..refund.clone() }).await, "amount");
        refused(provider.refund(ProviderRefund { charge: other.clone(), ..refund.clone() }).await, "charge");
        let asked = provider.query_refund(refund.key.clone(), refund.charge.clone()).await;
        assert_eq!(asked, returned.map(Some));
        // it gives back nothing of another charge
        let of_other = provider.query_refund(refund.key.clone(), other).await;
        assert!(matches!(of_other, Ok(Some(ProviderRefundStatus::Refused { .. }))), "{of_other:?}");
        // one that was refused is refused for what was asked for, and for nothing else
        let too_much = ProviderRefund { key: self.key("refund"), amount: euros(9000), ..refund };
        let said = provider.refund(too_much.clone()).await;
        assert!(matches!(said, Ok(ProviderRefundStatus::Refused { .. })), "{said:?}");
        refused(provider.refund(ProviderRefund { amount: euros(1), ..too_much }).await, "amount");
        for (order, left) in [(first.order_id, 3000), (second.order_id, 0), (third.order_id, 0)] {
            assert_eq!(self.charged_for(order).await, (1, left));
        }
    }

    async fn answers_what_became_of_a_key(&self) {
        assert_eq!(self.provider.query(self.key("never")).await, Ok(None));
        let (request, charge, reference) = self.charge("asked", CaptureMode::Automatic).await;
        assert_eq!(self.provider.query(request.key).await, Ok(Some(charge)));
        assert_eq!(self.provider.query_refund(self.key("never"), reference).await, Ok(None));
    }

    async fn never_charges_what_was_abandoned(&self) {
        let provider = &self.provider;
        let late = self.request("late", self.candidate.good, CaptureMode::Automatic);
        let abandon = AbandonCharge { key: late.key.clone(), charge: None };
        for _ in 0..2 {
            let said = provider.abandon(abandon.clone()).await.unwrap();
            assert!(matches!(said.standing, ChargeStatus::Failed(_)), "{said:?}");
        }
        let said = provider.submit(late.clone()).await;
        let is_dead =
            |charge: &Charge| matches!(charge.standing, ChargeStatus::Failed(_)) && !charge.holds_money();
        assert!(said.as_ref().is_ok_and(is_dead), "what comes after the refusal charges nothing: {said:?}");
        assert_eq!(self.charged_for(late.order_id).await.1, 0);
        for (capture, standing) in [
            (CaptureMode::Automatic, ChargeStatus::Captured),
            (CaptureMode::Manual, ChargeStatus::Authorized),
        ] {
            let (request, _, reference) = self.charge("stands", capture).await;
            let said =
                provider.abandon(AbandonCharge { key: request.key, charge: Some(reference) }).await.unwrap();
            assert_eq!(said.standing, standing, "what was charged stands");
        }
        let waiting = self.request("waits", self.candidate.needs_action, CaptureMode::Automatic);
        let charge = provider.submit(waiting.clone()).await.unwrap().reference;
        let never = AbandonCharge { key: self.key("goes-on"), charge: charge.clone() };
        let said = provider.abandon(never.clone()).await.unwrap();
        assert!(is_dead(&said), "an earlier submission's charge ends, too: {said:?}");
        let goes_on =
            provider.submit(SubmitCharge { key: never.key, goes_on: charge, ..waiting.clone() }).await;
        assert!(goes_on.as_ref().is_ok_and(is_dead), "{goes_on:?}");
        assert_eq!(self.charged_for(waiting.order_id).await.1, 0);
    }

    /// So many that there is more than a page.
    async fn lists_what_was_charged(&self) {
        let mut made = Vec::new();
        for _ in 0..120 {
            let (request, _, reference) = self.charge("listed", CaptureMode::Automatic).await;
            made.push((request.key, request.order_id, request.amount, reference));
        }
        let listed = self.listed().await;
        let keys: BTreeSet<&str> = listed.iter().map(|listed| listed.key.as_str()).collect();
        assert_eq!(keys.len(), listed.len(), "each charge is on one page");
        for (key, order, amount, reference) in &made {
            let found = listed.iter().find(|listed| listed.key == *key).unwrap();
            assert_eq!((&found.order_id, &found.amount, &found.reference), (order, amount, reference));
        }
        let later = ListCharges { since: self.candidate.env.now().plus(LONG_AGO), after: None };
        assert_eq!(self.provider.list_charges(later).await.unwrap().charges, Vec::new());
    }
}
