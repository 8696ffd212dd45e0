//! Which page a form stands on whose own address shows nothing: there is where a browser that asks for the address is led,
//! and where switches of language and looks lead from a page of errors.

/// Addresses that are only sent to, each with its page; `{}` is an id.
const OWNERS: [(&str, &str); 19] = [
    ("/basket/change", "/basket"),
    ("/orders/{}/pay", "/orders/{}"),
    ("/appearance", "/"),
    ("/language", "/"),
    ("/sign-out", "/"),
    ("/account/verify", "/account/profile"),
    ("/account/password", "/account/profile"),
    ("/account/sessions/end", "/account/sessions"),
    ("/console/api-keys/revoke", "/console/api-keys"),
    ("/console/system/audit", "/console/system"),
    ("/console/system/letters", "/console/system"),
    ("/console/orders/pack", "/console/orders"),
    ("/console/orders/{}/notes", "/console/orders/{}"),
    ("/console/orders/{}/parcels", "/console/orders/{}"),
    ("/console/orders/{}/parcels/{}", "/console/orders/{}"),
    ("/console/orders/{}/refunds/{}", "/console/orders/{}"),
    ("/console/orders/{}/place", "/console/orders/{}"),
    ("/console/orders/{}/release", "/console/orders/{}"),
    ("/console/orders/{}/complete", "/console/orders/{}"),
];

/// The page that an address belongs to which is only sent to; nothing for every other address.
pub(crate) fn page_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let leads = |address: &str| {
        let address: Vec<&str> = address.split('/').collect();
        let same = |(known, part): (&&str, &&str)| known == part || (*known == "{}" && !part.is_empty());
        address.len() == parts.len() && address.iter().zip(&parts).all(same)
    };
    let (_, page) = OWNERS.iter().find(|(address, _)| leads(address))?;
    // an id stands at the same place in both
    let filled = page.split('/').zip(&parts).map(|(known, part)| if known == "{}" { part } else { known });
    Some(filled.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_belongs_to_the_page_that_it_stands_on() {
        for (address, page) in [
            ("/basket/change", Some("/basket")),
            ("/sign-out", Some("/")),
            ("/account/password", Some("/account/profile")),
            ("/orders/ord_1/pay", Some("/orders/ord_1")),
            ("/console/orders/ord_1/parcels/ful_2", Some("/console/orders/ord_1")),
            ("/orders//pay", None),
            ("/basket", None),
            ("/nowhere", None),
        ] {
            assert_eq!(page_of(address).as_deref(), page, "{address}");
        }
    }
}
