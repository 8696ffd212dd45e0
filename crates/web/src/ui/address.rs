//! The fields of an address, at checkout and in the account, and their validation.

use super::postcode;
use crate::{
    texts as t,
    ui::{
        components::Field,
        form::{FieldErrors, Form},
    },
};
use contracts::{
    Address,
    countries::{PostalCodeRule, postal_code_rule, region_is_needed},
};
use maud::{Markup, html};

const NAME: Field = Field::new("name", t::FULL_NAME).autocomplete("shipping name");
const LINE1: Field = Field::new("line1", t::STREET).autocomplete("shipping address-line1");
const LINE2: Field = Field::new("line2", t::FLOOR).autocomplete("shipping address-line2").optional();
const POSTAL_CODE: Field =
    Field::new("postal_code", t::POSTAL_CODE).autocomplete("shipping postal-code").width("w2");
const CITY: Field = Field::new("city", t::CITY).autocomplete("shipping address-level2").width("w4");
const REGION: Field = Field::new("region", t::REGION).autocomplete("shipping address-level1").width("w3");
const COUNTRY: Field = Field::new("country", t::COUNTRY).autocomplete("shipping country").width("w3");

/// The fields, in the order of the page.
pub(crate) const FIELDS: [Field; 7] = [NAME, LINE1, LINE2, POSTAL_CODE, CITY, REGION, COUNTRY];

/// Validates an address. A stored postal code of the same country is accepted, and so is a missing region where the stored address
/// has none: the API accepts more than forms do, and nobody has to complete what they do not change.
pub(crate) fn check_address<'a>(
    form: &Form,
    stored: impl IntoIterator<Item = &'a Address>,
    faults: &mut FieldErrors,
) {
    let of_country = |address: &&Address| address.country == form.text("country");
    let stored: Vec<&Address> = stored.into_iter().filter(of_country).collect();
    faults.demand(form, "name", &t::ENTER_NAME);
    faults.demand(form, "line1", &t::ENTER_STREET);
    if !stored.iter().any(|address| address.postal_code.trim() == form.text("postal_code")) {
        postcode::check(form, faults);
    }
    faults.demand(form, "city", &t::ENTER_CITY);
    let has_region = |address: &&Address| address.region.as_ref().is_some_and(|of| !of.trim().is_empty());
    if region_is_needed(form.text("country")) && stored.iter().all(has_region) {
        faults.demand(form, "region", &t::ENTER_REGION);
    }
    if !t::is_country(form.text("country")) {
        faults.add("country", t::CHOOSE_COUNTRY);
    }
}

/// Whether any field of the address has input, except for the country, which is never empty.
pub(crate) fn has_address(form: &Form) -> bool {
    ["name", "line1", "line2", "postal_code", "city", "region"]
        .iter()
        .any(|field| !form.text(field).is_empty())
}

/// The submitted address; a value that differs from the stored one only in surrounding blanks stays as stored.
pub(crate) fn address_over(form: &Form, stored: &Address) -> Address {
    let text = |name: &str, stored: &str| form.text_or_stored(name, stored);
    let optional = |name: &str, stored: &Option<String>| {
        let text = text(name, stored.as_deref().unwrap_or_default());
        if text.is_empty() { stored.clone().filter(|stored| stored.is_empty()) } else { Some(text) }
    };
    Address {
        name: text("name", &stored.name),
        line1: text("line1", &stored.line1),
        line2: optional("line2", &stored.line2),
        city: text("city", &stored.city),
        postal_code: text("postal_code", &stored.postal_code),
        region: optional("region", &stored.region),
        country: text("country", &stored.country),
    }
}

/// The submitted address.
pub(crate) fn address(form: &Form) -> Address {
    let text = |name| form.text(name).to_owned();
    Address {
        name: text("name"),
        line1: text("line1"),
        line2: form.given("line2"),
        city: text("city"),
        postal_code: text("postal_code"),
        region: form.given("region"),
        country: text("country"),
    }
}

/// The input fields.
pub(crate) fn address_inputs(form: &Form, faults: &FieldErrors) -> Markup {
    let country = form.text("country");
    let has_code = postal_code_rule(country) == PostalCodeRule::Required;
    let postal_code = if has_code { POSTAL_CODE } else { POSTAL_CODE.optional() };
    let region = if region_is_needed(country) { REGION } else { REGION.optional() };
    html! {
        (NAME.show(form, faults))
        (LINE1.show(form, faults))
        (LINE2.show(form, faults))
        (postal_code.show(form, faults))
        (CITY.show(form, faults))
        (region.show(form, faults))
        (COUNTRY.choice(form, faults, &t::countries()))
    }
}

/// A form that is filled with an address.
pub(crate) fn form_of(address: &Address) -> Form {
    let Address { name, line1, line2, city, postal_code, region, country } = address;
    let mut fields = form_urlencoded::Serializer::new(String::new());
    fields.extend_pairs([("name", name), ("line1", line1), ("city", city)]);
    fields.extend_pairs([("postal_code", postal_code), ("country", country)]);
    fields.append_pair("line2", line2.as_deref().unwrap_or_default());
    fields.append_pair("region", region.as_deref().unwrap_or_default());
    Form::parse(fields.finish().as_bytes())
}
