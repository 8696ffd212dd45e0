//! The fields of an address, at checkout and in the account, and what they must hold.

use crate::{
    form::{Faults, Form},
    parts::Field,
    texts as t,
};
use contracts::Address;
use maud::{Markup, html};

const NAME: Field = Field::new("name", t::FULL_NAME).autocomplete("shipping name");
const LINE1: Field = Field::new("line1", t::STREET).autocomplete("shipping address-line1");
const LINE2: Field = Field::new("line2", t::FLOOR).autocomplete("shipping address-line2").optional();
const POSTAL_CODE: Field =
    Field::new("postal_code", t::POSTAL_CODE).autocomplete("shipping postal-code").width("w2");
const CITY: Field = Field::new("city", t::CITY).autocomplete("shipping address-level2").width("w4");
const COUNTRY: Field = Field::new("country", t::COUNTRY).autocomplete("shipping country");

/// What an address must have.
pub(super) fn check_address(form: &Form, faults: &mut Faults) {
    for (field, what) in [
        ("name", t::ENTER_NAME),
        ("line1", t::ENTER_STREET),
        ("postal_code", t::ENTER_POSTAL_CODE),
        ("city", t::ENTER_CITY),
    ] {
        faults.demand(form, field, &what);
    }
    if !t::COUNTRIES.contains(&form.text("country")) {
        faults.add("country", t::CHOOSE_COUNTRY);
    }
}

pub(super) fn address(form: &Form) -> Address {
    let text = |name| form.text(name).to_owned();
    Address {
        name: text("name"),
        line1: text("line1"),
        line2: form.given("line2"),
        city: text("city"),
        postal_code: text("postal_code"),
        region: None,
        country: text("country"),
    }
}

/// The fields of an address.
pub(super) fn address_inputs(form: &Form, faults: &Faults) -> Markup {
    html! {
        (NAME.show(form, faults))
        (LINE1.show(form, faults))
        (LINE2.show(form, faults))
        (POSTAL_CODE.show(form, faults))
        (CITY.show(form, faults))
        (COUNTRY.choice(form, faults, &t::countries()))
    }
}
