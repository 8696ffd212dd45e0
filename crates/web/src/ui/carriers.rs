//! Carriers whose tracking pages are known.

use form_urlencoded::byte_serialize;
use maud::{Markup, html};

/// Each carrier's name and its tracking page up to the number.
const KNOWN: [(&str, &str); 7] = [
    ("DHL", "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode="),
    ("DPD", "https://tracking.dpd.de/status/de_DE/parcel/"),
    ("GLS", "https://gls-group.eu/DE/de/paketverfolgung?match="),
    ("Hermes", "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#"),
    ("UPS", "https://www.ups.com/track?tracknum="),
    ("FedEx", "https://www.fedex.com/fedextrack/?trknbr="),
    ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels="),
];

/// Their names, as suggestions; any other carrier can be entered.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().map(|(name, _)| name)
}

/// The tracking page of a parcel, for a known carrier.
fn page(carrier: &str, number: &str) -> Option<String> {
    let (_, begins) = KNOWN.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(carrier.trim()))?;
    // carriers print the number in groups and expect it without
    let number: String = number.split_whitespace().collect();
    let encoded: String = byte_serialize(number.as_bytes()).collect();
    (!encoded.is_empty()).then(|| format!("{begins}{encoded}"))
}

/// A tracking number; for a known carrier a link to its tracking page, without a referrer.
pub(crate) fn number(carrier: Option<&str>, number: &str) -> Markup {
    html! {
        @match carrier.and_then(|carrier| page(carrier, number)) {
            Some(page) => a.mono.wrap-any href=(page) rel="noopener noreferrer" { (number) },
            None => span.mono.wrap-any { (number) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_to_the_page_of_a_carrier_that_is_known() {
        let dpd = "https://tracking.dpd.de/status/de_DE/parcel/";
        for (carrier, number, leads) in [
            ("DPD", "0150 5123\u{a0}4567", Some(format!("{dpd}015051234567"))),
            (" dpd ", "A-1", Some(format!("{dpd}A-1"))),
            // it is no way out of the address
            ("DPD", "../?q=1&b#\"ü", Some(format!("{dpd}..%2F%3Fq%3D1%26b%23%22%C3%BC"))),
            ("DPD", " ", None),
            ("DPD Express", "1", None),
            ("A friend", "1", None),
        ] {
            assert_eq!(page(carrier, number), leads, "{carrier} {number}");
        }
        assert!(KNOWN.iter().all(|(_, page)| page.starts_with("https://")));
        let link = number(Some("DPD"), "1").into_string();
        assert_eq!(
            link,
            format!("<a class=\"mono wrap-any\" href=\"{dpd}1\" rel=\"noopener noreferrer\">1</a>")
        );
        assert_eq!(number(None, "1").into_string(), "<span class=\"mono wrap-any\">1</span>");
    }
}
