//! The page of each URL that accepts POST only: a browser that requests such a URL is redirected there, and so are switches of
//! language and theme on a page about an error.

/// POST-only paths, each with its page; `{}` is an ID.
const FORM_PAGES: [(&str, &str); 19] = [
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

/// The page of a POST-only path; none for other paths.
pub(crate) fn form_page_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let leads = |address: &str| {
        let address: Vec<&str> = address.split('/').collect();
        let same = |(known, part): (&&str, &&str)| known == part || (*known == "{}" && !part.is_empty());
        address.len() == parts.len() && address.iter().zip(&parts).all(same)
    };
    let (_, page) = FORM_PAGES.iter().find(|(address, _)| leads(address))?;
    // an ID is at the same position in both
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
            assert_eq!(form_page_of(address).as_deref(), page, "{address}");
        }
    }
}
