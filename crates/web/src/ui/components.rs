//! The components of pages; the design language describes the use of each.

use crate::{
    texts::{self as t, Text},
    ui::{
        form::{CSRF_FIELD, FieldErrors, Form, sentence},
        format,
        icons::{self, Glyph, Icon},
    },
};
use contracts::{Image, orders::Line};
use kernel::{Currency, Timestamp};
use maud::{Markup, PreEscaped, Render, html};
use std::borrow::Cow;

impl Render for Icon {
    fn render(&self) -> Markup {
        html! { svg.icon viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(self.0)) } }
    }
}
impl Render for Glyph {
    fn render(&self) -> Markup {
        html! { svg.glyph viewBox="0 0 16 16" aria-hidden="true" { (PreEscaped(self.0)) } }
    }
}

/// A status: its glyph, its tone (`good`, `wait`, `info`, `bad`, `back`, or none) and its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Badge(pub(crate) Glyph, pub(crate) &'static str, pub(crate) &'static str);
impl Render for Badge {
    fn render(&self) -> Markup {
        html! { span.{ "badge " (self.1) } { (self.0) (self.2) } }
    }
}

/// A ring of five arcs: how many stations an order has reached; the newest is copper.
pub(crate) fn ring(stations: usize) -> Markup {
    let arcs = |count: usize| {
        let mut dashes = "15 5 ".repeat(count.saturating_sub(1));
        dashes.push_str("15 5 0 100");
        dashes
    };
    html! {
        svg.ring viewBox="0 0 24 24" aria-hidden="true" {
            circle.base cx="12" cy="12" r="9" pathLength="100" stroke-dasharray="15 5" {}
            @if stations > 0 {
                circle.fill cx="12" cy="12" r="9" pathLength="100" stroke-dasharray=(arcs(stations)) {}
            }
            @if (1..5).contains(&stations) {
                circle.head cx="12" cy="12" r="9" pathLength="100" stroke-dasharray="15 85"
                    stroke-dashoffset={ "-" ((stations - 1) * 20) } {}
            }
        }
    }
}

/// The total of a line without cancelled units; none where all are cancelled.
pub(crate) fn line_total(line: &Line) -> Option<String> {
    line.remaining_total.filter(|_| line.quantity > line.cancelled).map(format::money)
}
/// The total of a line after its earlier total, where units were cancelled; where both are long, a narrow page shows them in a row
/// of their own.
pub(crate) fn sum_of_line(before: Option<&Line>, total: Option<String>) -> Markup {
    let total = total.unwrap_or_default();
    let before = before.filter(|line| line.cancelled > 0);
    let length = before.map_or(0, |line| format::money(line.total).chars().count()) + total.chars().count();
    html! {
        span.n.long[length > SHORT_SUM] {
            @if let Some(line) = before { (line_total_before(line)) }
            (total)
        }
    }
}
/// The longest total, in characters, that fits alongside a name: “€1,234.00”.
const SHORT_SUM: usize = 9;

/// The total before units were cancelled.
pub(crate) fn line_total_before(line: &Line) -> Markup {
    html! { @if line.cancelled > 0 { s.quiet { span.sr { (t::BEFORE) " " } (format::money(line.total)) } " " } }
}

/// A name for places where the full name is nearby: the beginning of a very long one. A character of three bytes, such as a Chinese
/// one, counts as two, because it is about twice as wide.
pub(crate) fn brief(name: &str) -> Cow<'_, str> {
    const WIDTH: usize = 70;
    let mut width = 0;
    let end = name.char_indices().find(|(_, letter)| {
        width += if letter.len_utf8() > 2 { 2 } else { 1 };
        width > WIDTH
    });
    match end {
        Some((end, _)) => format!("{}…", name[..end].trim_end()).into(),
        None => name.into(),
    }
}

/// A time in the shop's time zone, short, with the exact time as its title.
pub(crate) fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(format::exact(at)) { (format::minute(at)) span.zone { " " (format::zone_of(at)) } } }
}
/// The same; a time in another year is a day with its year.
pub(crate) fn moment_of_a_year(at: Timestamp, now: Timestamp) -> Markup {
    if format::year(at) == format::year(now) { moment(at) } else { day(at) }
}
/// A day, with the exact time as its title.
pub(crate) fn day(at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(format::exact(at)) { (format::day(at)) } }
}

/// A form with a CSRF token. Only the server validates it, in the language of the page and next to each field.
pub(crate) fn post(csrf: &str, action: &str, class: &str, content: Markup) -> Markup {
    post_by(csrf, None, action, class, content)
}
/// The same with an ID, for buttons outside of the form.
pub(crate) fn post_by(csrf: &str, id: Option<&str>, action: &str, class: &str, content: Markup) -> Markup {
    html! {
        form id=[id] class=(class) method="post" action=(action) novalidate {
            input type="hidden" name=(CSRF_FIELD) value=(csrf);
            (content)
        }
    }
}

/// The end of a form: its action, then the link back. The order is the same everywhere, and from top to bottom on a phone; the Enter
/// key presses the first button.
pub(crate) fn ends(deed: &Markup, back: &str, without: &str) -> Markup {
    html! { div.ends { (deed) a.btn href=(back) { (without) } } }
}

/// Follows the opening tag of each `textarea`: browsers drop one line break there, which must not be the value's.
pub(crate) const AFTER_TAG: &str = "\n";

/// The most characters of a field with one line,
const LINE_CHARS_MAX: usize = 2000;
/// and of one with several lines.
const AREA_CHARS_MAX: usize = 10_000;

/// A field of a form: label, hint, control, error, in this order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    name: &'static str,
    label: Text,
    hint: Option<Text>,
    kind: &'static str,
    autocomplete: Option<&'static str>,
    width: &'static str,
    is_optional: bool,
}
impl Field {
    pub(crate) const fn new(name: &'static str, label: Text) -> Self {
        let (hint, autocomplete) = (None, None);
        Field { name, label, hint, kind: "text", autocomplete, width: "", is_optional: false }
    }
    pub(crate) const fn kind(self, kind: &'static str) -> Self {
        Field { kind, ..self }
    }
    pub(crate) const fn hint(self, hint: Text) -> Self {
        Field { hint: Some(hint), ..self }
    }
    pub(crate) const fn autocomplete(self, what: &'static str) -> Self {
        Field { autocomplete: Some(what), ..self }
    }
    pub(crate) const fn width(self, width: &'static str) -> Self {
        Field { width, ..self }
    }
    pub(crate) const fn optional(self) -> Self {
        Field { is_optional: true, ..self }
    }
    /// With its value and its error. A password is never written back.
    pub(crate) fn show(self, form: &Form, faults: &FieldErrors) -> Markup {
        let value = if self.kind == "password" { "" } else { self.repeated(form, LINE_CHARS_MAX) };
        let control = |described: Option<String>, is_bad: bool| {
            html! {
                input.input id=(self.name) name=(self.name) type=(self.kind) value=(value)
                    autocomplete=[self.autocomplete]
                    aria-describedby=[described] aria-invalid=[is_bad.then_some("true")];
            }
        };
        self.around(faults, control)
    }
    /// As a list of choices. An unknown value is added to them, so that submitting the form does not change it.
    pub(crate) fn choice(self, form: &Form, faults: &FieldErrors, choices: &[(&str, String)]) -> Markup {
        let chosen = self.repeated(form, LINE_CHARS_MAX);
        let control = |described: Option<String>, is_bad: bool| {
            html! {
                select.select id=(self.name) name=(self.name) autocomplete=[self.autocomplete]
                    aria-describedby=[described] aria-invalid=[is_bad.then_some("true")] {
                    @if !choices.iter().any(|(value, _)| *value == chosen) { option value=(chosen) selected { (chosen) } }
                    @for (value, text) in choices {
                        option value=(value) selected[*value == chosen] { (text) }
                    }
                }
            }
        };
        self.around(faults, control)
    }
    /// With several lines.
    pub(crate) fn area(self, form: &Form, faults: &FieldErrors) -> Markup {
        let control = |described: Option<String>, is_bad: bool| {
            html! {
                textarea.textarea id=(self.name) name=(self.name) rows="3" aria-describedby=[described]
                    aria-invalid=[is_bad.then_some("true")] { (AFTER_TAG) (self.repeated(form, AREA_CHARS_MAX)) }
            }
        };
        self.around(faults, control)
    }
    /// The submitted value, cut one character after the longest valid text, so that it stays too long.
    fn repeated(self, form: &Form, chars_max: usize) -> &str {
        let typed = form.raw(self.name);
        typed.char_indices().nth(chars_max + 1).map_or(typed, |(end, _)| &typed[..end])
    }
    fn around(self, faults: &FieldErrors, control: impl Fn(Option<String>, bool) -> Markup) -> Markup {
        let error = faults.of(self.name);
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let wrong = error.map(|_| format!("{}-error", self.name));
        let described: Vec<String> = hint.iter().chain(&wrong).cloned().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div.{ "field " (self.width) @if error.is_some() { " bad" } } {
                label for=(self.name) {
                    (self.label) @if self.is_optional { " " span.quiet { (t::OPTIONAL) } }
                }
                @if let Some(text) = self.hint { p.hint id=[hint.as_deref()] { (text) } }
                (control(described.clone(), error.is_some()))
                @if let Some(text) = error { (error_line(wrong.as_deref(), text)) }
            }
        }
    }
}

/// A field of money with the currency sign on the side that the language requires.
pub(crate) fn with_sign(currency: Currency, control: Markup) -> Markup {
    let sign = html! { span { (format::sign(currency)) } };
    html! {
        div.affix { @if format::sign_is_first() { (sign) (control) } @else { (control) (sign) } }
    }
}

/// The error of a field, next to it.
pub(crate) fn error_line(id: Option<&str>, text: &str) -> Markup {
    html! { p.error id=[id] { (icons::ALERT) span { (sentence(text)) } } }
}

/// The errors of a form, above it, each with a link to its field.
pub(crate) fn summary(faults: &FieldErrors, more: Option<&str>) -> Markup {
    summary_of(&[], faults, more)
}
/// The same in the order of these fields; an error that fits any field is shown with the field's name.
pub(crate) fn summary_of(fields: &[Field], faults: &FieldErrors, more: Option<&str>) -> Markup {
    let names: Vec<(&str, Text)> = fields.iter().map(|field| (field.name, field.label)).collect();
    let faults = faults.summed(&names);
    html! {
        @if !faults.is_empty() {
            (refusal("bad", &t::needs_you(faults.len()), html! {
                (ways(faults.iter().map(|(field, what)| (*field, what.as_str()))))
                @if let Some(more) = more { p { (more) } }
            }))
        }
    }
}

/// Errors with links to their fields.
pub(crate) fn ways<'a>(faults: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    html! { ul { @for (field, what) in faults { li { a href={ "#" (field) } { (sentence(what)) } } } } }
}

/// Why a form was refused (`bad`) or is not done yet (`wait`). It receives the focus.
pub(crate) fn refusal(tone: &str, title: &str, text: Markup) -> Markup {
    notice(tone, true, title, text)
}

/// A lasting state or a failure: `bad`, `wait`, `good` or none.
pub(crate) fn banner(tone: &str, title: &str, text: Markup) -> Markup {
    notice(tone, false, title, text)
}

/// The same with the sign of a badge.
pub(crate) fn banner_of(Badge(sign, tone, title): Badge, text: Markup) -> Markup {
    html! { div.{ "banner " (tone) } role="status" { (sign) h2 { (title) } (text) } }
}

/// On a page that updates itself: shown by a script while no service responds.
pub(crate) fn not_live() -> Markup {
    html! { div data-not-live hidden { (banner("wait", t::console::NOT_LIVE.text(), html! { p { (t::console::NOT_LIVE_MORE) } })) } }
}

fn notice(tone: &str, takes_focus: bool, title: &str, text: Markup) -> Markup {
    let is_bad = tone == "bad";
    let sign = match tone {
        "bad" | "wait" => icons::ALERT.render(),
        "good" => icons::OK.render(),
        "back" => icons::P_REFUNDED.render(),
        _ => icons::INFO.render(),
    };
    html! {
        div.{ "banner " (tone) } role=(if is_bad { "alert" } else { "status" }) tabindex=[takes_focus.then_some("-1")] {
            (sign) h2 { (title) } (text)
        }
    }
}

/// For a page whose filter leaves nothing while more pages follow: a script continues automatically, unless this page shows
/// something that no other page would show.
pub(crate) fn further(next: &str, by_itself: bool) -> Markup {
    let looking = by_itself.then(|| t::console::LOOKING_FURTHER.text());
    let more = html! { p data-looking=[looking] { (t::console::NONE_SO_FAR_MORE) } };
    html! { div role="status" { (nothing(t::console::NONE_SO_FAR.text(), more, Some((next, t::console::LOOK_FURTHER.text())))) } }
}

/// An empty state: why, what to do, and a link.
pub(crate) fn empty(why: &str, what: &str, way: Option<(&str, &str)>) -> Markup {
    nothing(why, html! { p { (what) } }, way)
}

fn nothing(why: &str, what: Markup, way: Option<(&str, &str)>) -> Markup {
    html! {
        div.card.empty {
            svg viewBox="0 0 120 60" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true" {
                rect x="1" y="6" width="118" height="14" rx="3" stroke-dasharray="3 4" {}
                rect x="1" y="24" width="118" height="14" rx="3" stroke-dasharray="3 4" opacity=".7" {}
                rect x="1" y="42" width="118" height="14" rx="3" stroke-dasharray="3 4" opacity=".4" {}
            }
            h2 { (why) }
            (what)
            @if let Some((place, name)) = way { a.btn.btn-primary href=(place) { (name) } }
        }
    }
}

/// The first picture; a drawing where there is none, or none of this shop: pages load nothing from other sites.
pub(crate) fn picture(images: &[Image], with_words: bool) -> Markup {
    let own = images.iter().find(|image| is_own(image));
    html! {
        @match own {
            Some(image) => img src=(image.url) alt=(if with_words { image.alt.as_str() } else { "" })
                width="240" height="240";,
            None => span.no-picture { (icons::BOX) },
        }
    }
}
pub(crate) fn is_own(image: &Image) -> bool {
    image.url.starts_with('/') && !image.url.starts_with("//")
}

/// A number between buttons for one less and one more, which appear with scripts.
pub(crate) fn stepper((less, more): (&str, &str), input: &Markup) -> Markup {
    html! {
        div.qty {
            button type="button" data-step="-1" aria-label=(less) hidden { (icons::MINUS) }
            (input)
            button type="button" data-step="1" aria-label=(more) hidden { (icons::PLUS) }
        }
    }
}

/// A quantity, with buttons that scripts turn into steps.
pub(crate) fn quantity(id: &str, label: &str, value: &str, most: i64, error: Option<&str>) -> Markup {
    let wrong = error.map(|_| format!("{id}-error"));
    html! {
        div.field.bad[error.is_some()] {
            label.sr for=(id) { (label) }
            (stepper((t::ONE_LESS.text(), t::ONE_MORE.text()), &html! {
                input id=(id) name=(id) type="number" min="1" max=(most) value=(value)
                    aria-describedby=[wrong.as_deref()] aria-invalid=[error.map(|_| "true")];
            }))
            @if let Some(text) = error { (error_line(wrong.as_deref(), text)) }
        }
    }
}

#[cfg(test)]
#[test]
fn a_very_long_name_is_told_by_its_beginning() {
    assert_eq!((brief("é").as_ref(), brief(&"é".repeat(70)).chars().count()), ("é", 70));
    assert_eq!(brief(&format!("{} b", "é".repeat(69))), format!("{}…", "é".repeat(69)));
    assert_eq!((brief(&"茶".repeat(35)).chars().count(), brief(&"茶".repeat(36)).chars().count()), (35, 36));
}
