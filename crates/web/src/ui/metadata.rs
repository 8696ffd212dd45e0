//! Metadata for search engines and other sites: description, address, languages, and the data of a product.

use crate::texts::{self as t, Language};
use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// The query parameter for the language of a page.
pub(crate) const LANGUAGE: &str = "lang";
/// Characters of a description: search engines cut longer ones.
const DESCRIPTION_MAX: usize = 160;

/// The metadata of a page.
#[derive(Debug, Default)]
pub(crate) struct PageMetadata {
    /// A sentence about the page; none: the shop's own.
    pub(crate) description: Option<String>,
    /// Path and query of the page, without sorting and filters; none: its path.
    pub(crate) address: Option<String>,
    /// Whether search engines can list it.
    pub(crate) is_listed: bool,
    /// The product on it.
    pub(crate) product: Option<ProductMetadata>,
}

/// The metadata of a product.
#[derive(Debug)]
pub(crate) struct ProductMetadata {
    /// The path of its picture.
    pub(crate) image: Option<String>,
    /// The product in the vocabulary of schema.org.
    pub(crate) data: Value,
}

/// Where a page is, for its canonical and alternate addresses.
pub(crate) struct Location<'a> {
    /// The public URL of the shop, such as `https://shop.example`.
    pub(crate) site: Option<String>,
    pub(crate) path: &'a str,
    pub(crate) language: Language,
    /// The language of the address.
    pub(crate) asked_language: Option<Language>,
}

/// The elements for the head of a page; fewer for a page with another status than 200.
pub(crate) fn elements(
    about: &PageMetadata,
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

/// For pages that search engines must not list.
pub(crate) fn unlisted() -> Markup {
    html! { meta name="robots" content="noindex"; }
}

/// The address of a page in a language; none: the one that the browser prefers.
fn address_in(site: &str, path: &str, language: Option<Language>) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    match language {
        Some(language) => format!("{site}{path}{mark}{LANGUAGE}={}", language.code()),
        None => format!("{site}{path}"),
    }
}

/// A language in the notation of Open Graph, with a country.
fn locale(language: Language) -> &'static str {
    match language {
        Language::English => "en_GB",
        Language::German => "de_DE",
    }
}

/// JSON in a script element, without anything that could end the element.
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

/// In one line of limited length.
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
