//! Links from the IDs in a service's text to their pages.

use kernel::id::{OrderId, ProductId, UserId};
use maud::{Markup, html};

/// A text in which each ID that has a page is a link.
pub(super) fn linked(text: &str) -> Markup {
    html! {
        @for part in parts(text) {
            @match room(part) {
                Some(room) => a.mono href={ "/console/" (room) "/" (part) } { (part) },
                None => (part),
            }
        }
    }
}

fn room(id: &str) -> Option<&'static str> {
    match id.split_once('_')? {
        ("ord", _) => id.parse::<OrderId>().ok().map(|_| "orders"),
        ("prd", _) => id.parse::<ProductId>().ok().map(|_| "products"),
        ("usr", _) => id.parse::<UserId>().ok().map(|_| "customers"),
        _ => None,
    }
}

/// Words and separators.
fn parts(text: &str) -> Vec<&str> {
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_of_id(c) != is_of_id(first)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_to_their_pages_wherever_they_stand() {
        let order = "ord_01h455vb4pex5vsknk084sn02q";
        let link = format!("<a class=\"mono\" href=\"/console/orders/{order}\">{order}</a>");
        for (text, shown) in [
            (order.to_owned(), link.clone()),
            (format!("of {order}: 1 < 2"), format!("of {link}: 1 &lt; 2")),
            (
                "ord_1 of pay_01h455vb4pex5vsknk084sn02q".to_owned(),
                "ord_1 of pay_01h455vb4pex5vsknk084sn02q".to_owned(),
            ),
            (String::new(), String::new()),
        ] {
            assert_eq!(linked(&text).into_string(), shown);
        }
    }
}
