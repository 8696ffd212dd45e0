//! What search engines and other sites are told of a page: description, address, languages, and of a product its data.

use crate::{
    shown::Page,
    texts::{self as t, Language},
    visit::Visit,
};
use contracts::products::Product;
use endpoint::http::StatusCode;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

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
    /// What is sold on it.
    pub(crate) product: Option<Product>,
}

/// The elements for the head of a page.
pub(crate) fn elements(visit: &Visit, page: &Page) -> Markup {
    let about = &page.about;
    let settings = &visit.web.needs.settings;
    let description = about.description.clone().unwrap_or_else(|| t::about_shop(&settings.name));
    let description = shortened(&description);
    let site = visit.site().filter(|_| page.status == StatusCode::OK);
    let path = about.address.as_deref().unwrap_or(&visit.path);
    let image = about.product.as_ref().and_then(own_image);
    html! {
        meta name="description" content=(description);
        @if !about.is_listed || page.status != StatusCode::OK { (unlisted()) }
        meta property="og:site_name" content=(settings.name);
        meta property="og:title" content=(page.title);
        meta property="og:description" content=(description);
        meta property="og:type" content=(if about.product.is_some() { "product" } else { "website" });
        meta property="og:locale" content=(locale(visit.language));
        @if let Some(site) = &site {
            @let address = address_in(site, path, visit.asked_language());
            link rel="canonical" href=(address);
            meta property="og:url" content=(address);
            @for language in Language::ALL {
                link rel="alternate" hreflang=(language.code()) href=(address_in(site, path, Some(language)));
            }
            link rel="alternate" hreflang="x-default" href=(address_in(site, path, None));
            @if let Some(image) = image { meta property="og:image" content={ (site) (image) }; }
            @if let Some(product) = &about.product {
                script type="application/ld+json" { (script_text(&product_data(product, site))) }
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

fn own_image(product: &Product) -> Option<&str> {
    product.images.iter().find(|image| crate::parts::is_own(image)).map(|image| image.url.as_str())
}

/// A product as schema.org describes it. How many there are is not told.
fn product_data(product: &Product, site: &str) -> Value {
    let availability = match product.available {
        1.. => "https://schema.org/InStock",
        _ if product.backorder => "https://schema.org/BackOrder",
        _ => "https://schema.org/OutOfStock",
    };
    let address = format!("{site}/products/{}", product.id);
    let images = product.images.iter().filter(|image| crate::parts::is_own(image));
    let images: Vec<String> = images.map(|image| format!("{site}{}", image.url)).collect();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.sku,
        "url": address,
        "offers": {
            "@type": "Offer",
            "price": product.price.decimal(),
            "priceCurrency": product.price.currency,
            "availability": availability,
            "url": address,
        },
    });
    if !product.description.trim().is_empty() {
        data["description"] = product.description.trim().into();
    }
    if !images.is_empty() {
        data["image"] = images.into();
    }
    data
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
