//! The forms of texts, and the countries.

use contracts::text_patterns::{COUNTRY, EMAIL, LINE, NEW_EMAIL, PICTURE_ADDRESS, PROSE, SKU, USERNAME};
use endpoint::TextPattern;
use serde_json::json;

const FORMS: [&TextPattern; 8] =
    [&LINE, &PROSE, &SKU, &USERNAME, &EMAIL, &NEW_EMAIL, &COUNTRY, &PICTURE_ADDRESS];

#[test]
fn what_is_held_is_what_the_document_says() {
    let around = ["", "a", "AB", "a@b.c", "a@b", "@b.c", "a@b..c", "a@@b.c", "a@b.c.", "/a", "//a"];
    let hosts = ["https://example.com:80/a.jpg", "https://example.com", "http://a:b/", "/", "/a b", "A"];
    let hosts: Vec<&str> = hosts
        .into_iter()
        .chain(["http://a:65535/", "http://a:65536/", "http://a:/", "/a/./b", "/..", "/a/%2e%2E?", "/a?/../"])
        .collect();
    for form in FORMS {
        let schema = jsonschema::draft202012::new(&json!({"pattern": form.regex})).unwrap();
        let same = |text: &str| {
            assert_eq!((form.holds)(text), schema.is_valid(&json!(text)), "{:?} by {}", text, form.regex);
        };
        around.iter().chain(&hosts).for_each(|text| same(text));
        for blanks in (0..6).map(|n| "\t".repeat(n)) {
            [format!("{blanks}a"), format!("a{blanks}"), format!("{blanks}a{blanks}"), blanks]
                .iter()
                .for_each(|text| same(text));
        }
        same(&format!("{}@b.c", "é".repeat(64)));
        same(&format!("{}@b.c", "é".repeat(65)));
        for c in (0..=0x3100).chain([0xfeff, 0xffff, 0x1f600]).filter_map(char::from_u32) {
            let around = [format!("{c}a@b.c{c}"), format!("{c}abc{c}"), format!("/a{c}"), format!("{c}B")];
            let within = [c.to_string(), format!("a{c}@b.c"), format!("a@b{c}.c"), format!("a{c}bcd")];
            around.iter().chain(&within).for_each(|text| same(text));
        }
    }
}

#[test]
fn a_picture_has_an_address_that_a_page_can_show() {
    for good in [
        "https://example.com/a.jpg",
        "http://cdn.example.com:8080/a%20b.png?w=2&h=1#x",
        "https://example.com/",
        "/demo/pictures/teapot.svg",
        "https://example.com:65535/a..b/.c/...?d=/../e",
        "/a",
        "/",
    ] {
        assert!((PICTURE_ADDRESS.holds)(good), "{good}");
    }
    for bad in [
        "",
        "teapot.jpg",
        "//example.com/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "ftp://example.com/a.jpg",
        "HTTPS://example.com/a.jpg",
        "https://example.com",
        "https:///a.jpg",
        "https://ada:secret@example.com/a.jpg",
        "https://example.com:/a.jpg",
        "https://example.com:123456/a.jpg",
        "https://example.com:65536/a.jpg",
        "https://example.com/a/../b.jpg",
        "/./a",
        "/..?a",
        "https://example.com/a b.jpg",
        "/a\"b",
        "/a\\b",
        "/a\nb",
        "/kännchen.jpg",
    ] {
        assert!(!(PICTURE_ADDRESS.holds)(bad), "{bad}");
    }
}

#[test]
fn there_are_as_many_as_iso_counts_and_one_more() {
    let codes: Vec<&str> = contracts::countries::CODES.split(' ').collect();
    assert!(codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| code.len() == 2), "{codes:?}");
    assert_eq!(codes.len(), 249 + 1);
}

#[test]
fn what_is_left_to_its_users_is_no_country() {
    let is_there = |code: &str| contracts::countries::country_is_there(code, &()).is_ok();
    assert!(["DE", "GB", "US", "XK", "ZW"].into_iter().all(is_there));
    assert!(!["AA", "QM", "QZ", "XA", "XX", "ZZ", "UK", "EU"].into_iter().any(is_there));
    // told by the pattern, and not twice
    assert!(is_there("de") && is_there(""));
}

#[test]
fn a_postal_code_is_needed_where_each_address_has_one() {
    use contracts::{
        Address,
        auth::NewAddress,
        countries::{PostalCodeRule, postal_code_rule, region_is_needed},
    };
    use endpoint::ValidateRequest;
    let found = |country: &str, code: Option<&str>| {
        let mut address =
            serde_json::json!({"name": "Ada", "line1": "1 Way", "city": "Town", "country": country});
        if let Some(code) = code {
            address["postal_code"] = code.into();
        }
        let address: Address = serde_json::from_value(address).unwrap();
        let mut faults = Vec::new();
        NewAddress { address, default: false }.check(&mut faults);
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    for country in ["HK", "AE", "QA", "PA", "IE", "JM", "XK", "CL"] {
        for code in [None, Some(""), Some("00000")] {
            assert_eq!(found(country, code), [], "{country} {code:?}");
        }
    }
    let missing = [("/address/postal_code".to_owned(), "required".to_owned())];
    for country in ["DE", "GB", "US", "JP", "BR"] {
        assert_eq!(found(country, None), missing, "{country}");
        assert_eq!(found(country, Some("")), missing, "{country}");
        assert_eq!(found(country, Some("10115")), [], "{country}");
    }
    // each code of the tables is one of a country, and of one table
    let codes: Vec<&str> = contracts::countries::CODES.split(' ').collect();
    let rules = |rule| codes.iter().filter(|code| postal_code_rule(code) == rule).count();
    assert_eq!((rules(PostalCodeRule::Required), rules(PostalCodeRule::Absent)), (77, 62));
    assert_eq!(codes.iter().filter(|code| region_is_needed(code)).count(), 8);
}
