//! A provider in memory that keeps its word: a key has one effect, a planted refusal holds, nothing is charged
//! that was not asked for.

use contracts::payments::{CaptureMode, Failure};
use payment_provider::{
    AbandonCharge, Charge, ChargeStatus, ProviderRefund, ProviderRefundStatus, SubmitCharge,
};
use std::collections::BTreeMap;

/// An honest provider: a key once, refusals planted, never more than was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Provider {
    pub(crate) charges: Vec<Charge>,
    /// Of what is processing, what was asked for.
    asked: BTreeMap<usize, i64>,
    /// By key: the charge, or nothing where a refusal is planted.
    pub(crate) keys: BTreeMap<String, Option<usize>>,
    pub(crate) refunds: BTreeMap<String, (usize, i64)>,
}

impl Provider {
    pub(crate) fn submit(&mut self, submit: &SubmitCharge) -> Charge {
        if let Some(known) = self.keys.get(&submit.key) {
            return self.show(*known);
        }
        let index = match &submit.goes_on {
            Some(charge) => self.index(charge),
            None => {
                let reference = Some(format!("ch_{}", self.charges.len()));
                let standing = ChargeStatus::Processing;
                self.charges.push(Charge { reference, standing, authorized: 0, captured: 0, refunded: 0 });
                self.charges.len() - 1
            }
        };
        self.keys.insert(submit.key.clone(), Some(index));
        let goes_on = submit.goes_on.is_some();
        let charge = &mut self.charges[index];
        if goes_on && !matches!(charge.standing, ChargeStatus::RequiresAction { .. }) {
            return charge.clone();
        }
        charge.standing = match submit.method.as_str() {
            "declined" => ChargeStatus::Failed(failure("declined")),
            "action" if !goes_on => ChargeStatus::RequiresAction { url: "https://example".into() },
            "slow" => {
                self.asked.insert(index, submit.amount.minor);
                ChargeStatus::Processing
            }
            _ => {
                charge.authorized = submit.amount.minor;
                if submit.capture == CaptureMode::Manual {
                    ChargeStatus::Authorized
                } else {
                    charge.captured = submit.amount.minor;
                    ChargeStatus::Captured
                }
            }
        };
        charge.clone()
    }
    /// What was "processing" is charged now.
    pub(crate) fn settle(&mut self) {
        let processing = |(_, charge): &(usize, &mut Charge)| charge.standing == ChargeStatus::Processing;
        if let Some((index, charge)) = self.charges.iter_mut().enumerate().find(processing) {
            let amount = self.asked[&index];
            (charge.authorized, charge.captured, charge.standing) = (amount, amount, ChargeStatus::Captured);
        }
    }
    pub(crate) fn lapse(&mut self) {
        if let Some(charge) = self.charges.iter_mut().find(|c| c.standing == ChargeStatus::Authorized) {
            charge.standing = ChargeStatus::Expired;
        }
    }
    pub(crate) fn query(&self, key: &str) -> Option<Charge> {
        self.keys.get(key).map(|known| self.show(*known))
    }
    pub(crate) fn abandon(&mut self, abandon: &AbandonCharge) -> Charge {
        let by_key = self.keys.entry(abandon.key.clone()).or_insert(None);
        let index = by_key.or(abandon.charge.as_ref().map(|charge| number(charge)));
        let Some(index) = index else { return dead() };
        let charge = &mut self.charges[index];
        if matches!(charge.standing, ChargeStatus::RequiresAction { .. } | ChargeStatus::Processing) {
            charge.standing = ChargeStatus::Failed(failure("abandoned"));
        }
        charge.clone()
    }
    pub(crate) fn capture(&mut self, key: &str, charge: &str, amount: i64) -> Charge {
        let index = self.index(charge);
        if self.keys.insert(key.to_owned(), Some(index)).is_none()
            && self.charges[index].standing == ChargeStatus::Authorized
        {
            self.charges[index].captured = amount.min(self.charges[index].authorized);
            self.charges[index].standing = ChargeStatus::Captured;
        }
        self.charges[index].clone()
    }
    pub(crate) fn void(&mut self, key: &str, charge: &str) -> Charge {
        let index = self.index(charge);
        self.keys.insert(key.to_owned(), Some(index));
        if self.charges[index].standing == ChargeStatus::Authorized {
            self.charges[index].standing = ChargeStatus::Voided;
        }
        self.charges[index].clone()
    }
    pub(crate) fn give_back(&mut self, refund: &ProviderRefund) -> ProviderRefundStatus {
        if !self.refunds.contains_key(&refund.key) {
            let index = self.index(&refund.charge);
            let left = self.charges[index].captured - self.refunded(index);
            if refund.amount.minor > left {
                return ProviderRefundStatus::Refused { why: "not that much is left".into() };
            }
            self.refunds.insert(refund.key.clone(), (index, refund.amount.minor));
        }
        ProviderRefundStatus::Succeeded { amount: refund.amount.minor }
    }
    pub(crate) fn refunded(&self, index: usize) -> i64 {
        self.refunds.values().filter(|(of, _)| *of == index).map(|(_, amount)| amount).sum()
    }
    pub(crate) fn index(&self, charge: &str) -> usize {
        let index = number(charge);
        assert!(index < self.charges.len());
        index
    }
    pub(crate) fn show(&self, known: Option<usize>) -> Charge {
        known.map_or_else(dead, |index| self.charges[index].clone())
    }
}

fn number(charge: &str) -> usize {
    charge.trim_start_matches("ch_").parse().expect("it is one of ours")
}
fn failure(code: &str) -> Failure {
    Failure { code: code.into(), message: "no".into() }
}
fn dead() -> Charge {
    let standing = ChargeStatus::Failed(failure("abandoned"));
    Charge { reference: None, standing, authorized: 0, captured: 0, refunded: 0 }
}
