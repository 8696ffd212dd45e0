//! What search engines and other sites are told of a page: description, address, languages, and of a product its data.

use crate::texts::{self as t, Language};
use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// The member of an address that names the language of its page.
pub(crate) const LANGUAGE: &str = "lang";
/// Characters of a description: more is cut by those who show it.
const DESCRIPTION_MAX: usize = 160;

/// What a page tells of itself.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    /// What it is about, in a sentence; the shop's own where there is none.
    pub(crate) description: Option<String>,
    /// Path and query of the page, without what only sorts or narrows it; its path where there is none.
    pub(crate) address: Option<String>,
    /// Whether search engines shall list it.
    pub(crate) is_listed: bool,
    /// The product that is sold on it.
    pub(crate) product: Option<ProductMetadata>,
}

/// What a page tells of the product that is sold on it.
#[derive(Debug)]
pub(crate) struct ProductMetadata {
    /// The path of its picture.
    pub(crate) image: Option<String>,
    /// The product as schema.org describes it.
    pub(crate) data: Value,
}

/// Where a page is, for the addresses that it tells of itself.
pub(crate) struct Location<'a> {
    /// Where customers find the shop, such as `https://shop.example`.
    pub(crate) site: Option<String>,
    pub(crate) path: &'a str,
    pub(crate) language: Language,
    /// The language that the address asks for.
    pub(crate) asked_language: Option<Language>,
}

/// The elements for the head of a page. One that is not found is told as little of as possible.
pub(crate) fn elements(
    about: &Metadata,
    title: &str,
    is_found: bool,
    shop: &str,
    location: &Location<'_>,
) -> Markup {
    let description = about.description.clone().unwrap_or_else(|| t::about_shop(shop));
    let description = shortened(&description);
    let site = location.site.as_ref().filter(|_| is_found);
    let path = about.address.as_deref().unwrap_or(location.path);
    let image = about.product.as_ref().and_then(|product| product.image.as_deref());
    html! {
        meta name="description" content=(description);
        @if !about.is_listed || !is_found { (unlisted()) }
        meta property="og:site_name" content=(shop);
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta property="og:type" content=(if about.product.is_some() { "product" } else { "website" });
        meta property="og:locale" content=(locale(location.language));
        @if let Some(site) = site {
            @let address = address_in(site, path, location.asked_language);
            link rel="canonical" href=(address);
            meta property="og:url" content=(address);
            @for language in Language::ALL {
                link rel="alternate" hreflang=(language.code()) href=(address_in(site, path, Some(language)));
            }
            link rel="alternate" hreflang="x-default" href=(address_in(site, path, None));
            @if let Some(image) = image { meta property="og:image" content={ (site) (image) }; }
            @if let Some(product) = &about.product {
                script type="application/ld+json" { (script_text(&product.data)) }
            }
        }
    }
}

/// For pages that no search engine shall list.
pub(crate) fn unlisted() -> Markup {
    html! { meta name="robots" content="noindex"; }
}

/// The address of a page in a language, or in the one that a browser prefers.
fn address_in(site: &str, path: &str, language: Option<Language>) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    match language {
        Some(language) => format!("{site}{path}{mark}{LANGUAGE}={}", language.code()),
        None => format!("{site}{path}"),
    }
}

/// A language as Open Graph names it, with a country.
fn locale(language: Language) -> &'static str {
    match language {
        Language::English => "en_GB",
        Language::German => "de_DE",
    }
}

/// JSON within a script element, whose end no text in it can be taken for.
fn script_text(data: &Value) -> PreEscaped<String> {
    let mut text = String::new();
    for letter in data.to_string().chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)))
            }
            other => text.push(other),
        }
    }
    PreEscaped(text)
}

/// In one line of at most so many characters.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DESCRIPTION_MAX) {
        None => line,
        Some(_) => {
            let cut: String = line.chars().take(DESCRIPTION_MAX - 1).collect();
            // at a blank, where there is one near the end
            let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
            format!("{}…", cut[..end].trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_of_a_product_ends_the_script_that_it_stands_in() {
        let data = json!({"name": "</script><script>alert(1)</script> & \u{2028} \"tea\""});
        let PreEscaped(text) = script_text(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), data);
    }

    #[test]
    fn a_description_is_a_short_line() {
        assert_eq!(shortened("Thrown by hand,\n and fired  twice."), "Thrown by hand, and fired twice.");
        for long in ["a ".repeat(400), "ä".repeat(400)] {
            let short = shortened(&long);
            assert!(short.chars().count() <= DESCRIPTION_MAX && short.ends_with('…'), "{short}");
        }
    }

    #[test]
    fn every_language_has_an_address() {
        let german = Some(Language::German);
        assert_eq!(
            address_in("https://a.example", "/search?q=tea", german),
            "https://a.example/search?q=tea&lang=de"
        );
        assert_eq!(address_in("https://a.example", "/", german), "https://a.example/?lang=de");
        assert_eq!(address_in("https://a.example", "/", None), "https://a.example/");
    }
}
