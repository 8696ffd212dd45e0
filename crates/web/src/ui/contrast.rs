//! The contrast of the stylesheet's colours, light and dark: WCAG 2.2, 1.4.3 (text, 4.5:1) and 1.4.11 (borders of fields, focus
//! rings, lamps and marks of charts, 3:1). A browser's checker covers text only.

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../../assets/ordo.css");

/// Backgrounds of text.
const PAPERS: [&str; 4] = ["canvas", "surface", "raised", "sunken"];
/// Colours of text on each of them.
const INKS: [&str; 4] = ["ink", "ink-2", "ink-3", "accent-ink"];
/// Further pairs of text and background.
const PAIRS: [(&str, &str); 10] = [
    ("on-accent", "accent"),
    ("on-accent", "accent-press"),
    ("on-accent", "danger"),
    ("accent-ink", "accent-soft"),
    ("good-fg", "good-bg"),
    ("wait-fg", "wait-bg"),
    ("info-fg", "info-bg"),
    ("bad-fg", "bad-bg"),
    ("back-fg", "back-bg"),
    ("ink-2", "mute-bg"),
];
/// What is drawn on each background: borders of fields, focus rings, lamps and marks of charts.
const MARKS: [&str; 7] = ["edge", "accent", "bad-fg", "light-good", "light-wait", "light-bad", "copper"];

/// The luminance of each opaque colour.
type Colours = BTreeMap<&'static str, f64>;

/// The light and the dark theme.
fn colours() -> [Colours; 2] {
    let mut found = [Colours::new(), Colours::new()];
    for token in STYLE.split("--").filter_map(|rest| rest.split(';').next()) {
        let Some((name, value)) = token.split_once(": light-dark(") else { continue };
        let both: Vec<_> = value.split("oklch(").skip(1).map(|one| one.split(')').next().unwrap()).collect();
        for (colours, one) in found.iter_mut().zip(&both) {
            let parts: Vec<f64> = one.split_whitespace().map_while(|part| part.parse().ok()).collect();
            if let (&[lightness, chroma, hue], false) = (&parts[..], one.contains('/')) {
                colours.insert(name, luminance(lightness, chroma, hue));
            }
        }
    }
    found
}

/// The luminance of an OKLCH colour, through linear sRGB (Ottosson, “A perceptual color space for image processing”, 2020), with the
/// weights of WCAG.
fn luminance(lightness: f64, chroma: f64, hue: f64) -> f64 {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let cube = |x: f64, y: f64| (lightness + x * a + y * b).powi(3);
    let (l, m, s) = (
        cube(0.396_337_777_4, 0.215_803_757_3),
        cube(-0.105_561_345_8, -0.063_854_172_8),
        cube(-0.089_484_177_5, -1.291_485_548),
    );
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s;
    let shown = |part: f64| part.clamp(0.0, 1.0);
    0.2126 * shown(red) + 0.7152 * shown(green) + 0.0722 * shown(blue)
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The pairs with less contrast than this.
fn too_near(pairs: &[(&'static str, &'static str)], least: f64) -> Vec<String> {
    let mut wrong = Vec::new();
    for (colours, theme) in colours().iter().zip(["light", "dark"]) {
        for (one, other) in pairs {
            let found = contrast(colours[one], colours[other]);
            if found < least {
                wrong.push(format!("{theme}: {one} on {other} is {found:.2}"));
            }
        }
    }
    wrong
}

fn on_each_paper(names: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    names.iter().flat_map(|name| PAPERS.map(|paper| (*name, paper))).collect()
}

#[test]
fn black_on_white_is_twenty_one_and_red_on_white_is_four() {
    assert!((contrast(luminance(0.0, 0.0, 0.0), luminance(1.0, 0.0, 0.0)) - 21.0).abs() < 0.01);
    // #ff0000
    let red = luminance(0.627_955, 0.257_683, 29.233_9);
    assert!((contrast(red, luminance(1.0, 0.0, 0.0)) - 3.998).abs() < 0.01);
}

#[test]
fn text_can_be_read_on_what_it_stands_on() {
    assert_eq!(too_near(&on_each_paper(&INKS), 4.5), [""; 0]);
    assert_eq!(too_near(&PAIRS, 4.5), [""; 0]);
}

#[test]
fn edges_rings_lamps_and_marks_can_be_seen() {
    assert_eq!(too_near(&on_each_paper(&MARKS), 3.0), [""; 0]);
}
