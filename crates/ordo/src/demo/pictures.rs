//! The demo's pictures: drawn for it, one style for all, part of the program.

use contracts::Image;

macro_rules! pictures {
    ($($name:literal),* $(,)?) => {
        /// Each by where it is served, as SVG.
        pub const PICTURES: &[(&str, &str)] =
            &[$((concat!("/demo/pictures/", $name, ".svg"), include_str!(concat!("pictures/", $name, ".svg")))),*];
    };
}

pictures! {
    "advent-box", "assam", "bowl-celadon", "bowl-iron", "caddy", "cloth", "cup-ash", "cup-celadon", "cup-iron",
    "earl-grey", "genmaicha", "gift-box", "gyokuro", "herbs", "hojicha", "honey", "kettle", "matcha", "mug",
    "oolong", "pitcher", "plate", "sampler", "saucer", "scoop", "sencha", "silver-needle", "strainer", "teapot",
    "teapot-glass", "teapot-iron", "teapot-sand", "timer", "tray", "whisk",
}

/// A picture of this name, as products have it.
pub(super) fn image((name, alt): (&str, &str)) -> Image {
    Image { url: format!("/demo/pictures/{name}.svg"), alt: alt.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::ITEMS, *};
    use std::collections::BTreeSet;

    #[test]
    fn each_product_has_a_picture_and_each_picture_a_product() {
        let drawn: BTreeSet<String> = PICTURES.iter().map(|(path, _)| (*path).to_owned()).collect();
        let shown: BTreeSet<String> = ITEMS.iter().map(|item| image(item.picture).url).collect();
        assert_eq!(drawn, shown);
        assert_eq!(shown.len(), ITEMS.len(), "two products share a picture");
    }

    #[test]
    fn a_picture_is_small_and_does_nothing() {
        for (path, svg) in PICTURES {
            assert!(svg.len() < 2_048, "{path}: {} bytes", svg.len());
            assert!(
                svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 240\">"),
                "{path}"
            );
            for word in ["<script", "<style", "style=", "href", "<image", "<foreignObject", "onload", "http:"]
            {
                let (_, drawing) = svg.split_once('>').unwrap();
                assert!(!drawing.contains(word), "{path}: {word}");
            }
        }
    }
}
