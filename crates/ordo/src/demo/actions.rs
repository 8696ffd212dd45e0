//! What people do to an order, and how it begins: the words of the demo's story.

use super::people::DemoActor;

/// Something that is done so many minutes after the order began.
pub(super) type TimedAction = (u32, DemoAction);

/// How an order begins. A method is one of the simulated provider's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    /// With a payment.
    Paid(&'static str),
    /// With a payment of which the money is only authorized.
    Authorized(&'static str),
    /// To be paid later.
    Unpaid,
    /// As a draft of staff.
    Drafted,
}

/// What is done. Parcels are counted from 0, in the order in which they were made.
#[derive(Debug, Clone, Copy)]
pub(super) enum DemoAction {
    /// The customer pays, after another try.
    Pay(&'static str),
    /// The customer has done what the provider asked for.
    Confirm,
    /// Staff record money that no provider saw.
    PaidOffline,
    /// Staff place their draft, paid so.
    PlaceDraft(&'static str),
    /// Staff make a parcel of so many of each line; of all that is open where none are named.
    Parcel(&'static [(usize, i64)]),
    /// It is packed.
    Pack(usize),
    /// It leaves.
    Ship(usize),
    /// It arrives.
    Deliver(usize),
    /// It cannot be delivered.
    Fail(usize),
    /// It comes back.
    Return(usize),
    /// It is not sent, and its units are open again.
    Unpack(usize),
    /// Somebody cancels so many of each line; all of it where none are named.
    Cancel(DemoActor, &'static str, &'static [(usize, i64)]),
    /// Staff give so much back, in minor units; all of it where nothing is said.
    Refund(Option<i64>, &'static str),
    /// The money of the last refund was handed over.
    Settle,
    /// The last refund is abandoned.
    Withdraw,
    /// Staff stop it.
    Hold(&'static str),
    /// It goes on.
    Release,
    /// Staff write a note into its data.
    Note(&'static str),
}
