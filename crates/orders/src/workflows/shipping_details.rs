//! The address and the note with which an order is sent.

use crate::order::PersonalData;
use contracts::Address;

/// What an order is sent with, of what its person has written.
#[derive(PartialEq)]
pub(crate) struct ShippingDetails {
    address: Option<Address>,
    note: Option<String>,
}

impl ShippingDetails {
    pub(crate) fn of(person: &PersonalData) -> Self {
        ShippingDetails { address: person.address.clone(), note: person.note.clone() }
    }
    /// The same with what is new; no address and an empty note take the old ones away.
    pub(crate) fn with(self, address: Option<Option<Address>>, note: Option<String>) -> Self {
        let note = note.map_or(self.note, |note| Some(note).filter(|note| !note.is_empty()));
        let address = match address {
            // a stored address that is sent back stays as it is
            Some(to) if to == self.address => to,
            Some(to) => to.map(Address::trimmed),
            None => self.address,
        };
        ShippingDetails { address, note }
    }
    pub(crate) fn write(self, person: &mut PersonalData) {
        (person.address, person.note) = (self.address, self.note);
    }
}
