//! What pages of the console are put together of, beside the parts of all pages.

use super::status_badges;
use crate::{
    session::{page_error::Stop, request::Visit},
    texts::{self as t, Text, console as c},
    ui::{
        components::{AFTER_TAG, Badge, error_line, refusal, stepper, ways, with_sign},
        form::{Faults, Form, said_of, sentence},
        icons,
    },
};
use contracts::{fulfilments::FulfilmentStatus, orders::OrderStatus};
use endpoint::{ApiError, Problem, client::CallError, http::StatusCode};
use kernel::{Currency, Language};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// Why something was not done, or why nobody knows whether it was.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    title: String,
    more: Vec<String>,
    /// What is wrong with the fields of the form.
    pub(super) faults: Faults,
    /// Its answer is lost: the same form is sent again with the same key.
    pub(super) may_be_done: bool,
    /// Nothing went wrong: somebody has to choose.
    is_a_choice: bool,
}

impl Trouble {
    /// From what a service said; a reason for another page where it is none of the form's.
    ///
    /// # Errors
    /// Where nobody is signed in, or what was asked about is not there, or not theirs.
    pub(super) fn of<X: ApiError>(error: CallError<X>) -> Result<Trouble, Stop> {
        if error.outcome_unknown() {
            let trouble =
                Trouble::said(StatusCode::GATEWAY_TIMEOUT, c::NOT_KNOWN.say(), c::NOT_KNOWN_MORE.say());
            return Ok(Trouble { may_be_done: true, ..trouble });
        }
        match error {
            CallError::Refused(refusal) => {
                let row = refusal.row();
                let data = serde_json::to_value(&refusal).unwrap_or_default();
                let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::CONFLICT);
                let mut trouble = Trouble::refused_by(status, row.code, row.title());
                trouble.more.extend(details(&data));
                trouble.more.extend(as_it_is(row.code, &data));
                Ok(trouble)
            }
            CallError::Problem(problem) => match problem.status {
                400 | 409 | 412 | 413 | 422 => Ok(Trouble::refused(&problem)),
                500.. => Ok(Trouble::said(
                    StatusCode::SERVICE_UNAVAILABLE,
                    t::NOT_REACHED.say(),
                    t::NOT_REACHED_MORE.say(),
                )),
                _ => Err(CallError::<X>::Problem(problem).into()),
            },
            CallError::Broken(broken) => {
                tracing::warn!(%broken, "a service could not be asked");
                Ok(Trouble::said(
                    StatusCode::SERVICE_UNAVAILABLE,
                    t::NOT_REACHED.say(),
                    t::NOT_REACHED_MORE.say(),
                ))
            }
        }
    }
    fn refused(problem: &Problem) -> Trouble {
        let status = match problem.status {
            400 => StatusCode::UNPROCESSABLE_ENTITY,
            status => StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT),
        };
        match Faults::read_as(problem, field_at) {
            Some(faults) => Trouble { status, ..Trouble::in_fields(faults) },
            None => Trouble::refused_by(status, &problem.code, &problem.title),
        }
    }
    /// What a service's code means.
    fn refused_by(status: StatusCode, code: &str, title: &str) -> Trouble {
        Trouble::said(status, &t::refused(code, title), c::NOT_DONE.say())
    }
    /// In our own words.
    pub(super) fn said(status: StatusCode, title: &str, more: &str) -> Trouble {
        let (title, more) = (title.to_owned(), vec![more.to_owned()]);
        Trouble { status, title, more, faults: Faults::default(), may_be_done: false, is_a_choice: false }
    }
    /// What two people want, of which one has to choose.
    pub(super) fn to_choose(title: &str, more: &str) -> Trouble {
        Trouble { is_a_choice: true, ..Trouble::said(StatusCode::CONFLICT, title, more) }
    }
    /// With one more sentence.
    pub(super) fn with(mut self, more: String) -> Trouble {
        self.more.push(more);
        self
    }
    /// Fields that the form's own look has found wrong.
    pub(super) fn in_fields(faults: Faults) -> Trouble {
        let title = t::needs_you(faults.iter().count());
        Trouble { faults, ..Trouble::said(StatusCode::UNPROCESSABLE_ENTITY, &title, c::NOT_DONE.say()) }
    }
    /// One of them.
    pub(super) fn at(field: &str, what: impl Into<String>) -> Trouble {
        let mut faults = Faults::default();
        faults.add(field, what);
        Trouble::in_fields(faults)
    }
    /// With fields called as the form has them: each pair is how a name begins, there and here.
    pub(super) fn with_names(self, names: &[(&str, &str)]) -> Trouble {
        let mut faults = Faults::default();
        for (field, what) in self.faults.iter() {
            let own =
                names.iter().find_map(|(there, here)| Some(format!("{here}{}", field.strip_prefix(there)?)));
            faults.add(own.as_deref().unwrap_or(field), what);
        }
        Trouble { faults, ..self }
    }
    /// Whether somebody else has changed it meanwhile.
    pub(super) fn is_overtaken(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED
    }
    /// The same where a version says that, and no ETag.
    pub(super) fn overtaken(self) -> Trouble {
        Trouble { status: StatusCode::PRECONDITION_FAILED, ..self }
    }
    /// Where somebody else has changed it meanwhile: what it is now, beside what is wanted. The form that comes again is based on
    /// that, so that whoever sends it once more knows what they replace.
    pub(super) fn beside(self, now: &str) -> Trouble {
        if self.is_overtaken() { self.with(c::now_it_is(now)) } else { self }
    }
    /// In one sentence or two, where it is told of one among several things.
    pub(super) fn briefly(&self) -> String {
        let more = self.more.iter().filter(|more| *more != c::NOT_DONE.say());
        let all = [&self.title].into_iter().chain(more).map(|said| sentence(said));
        all.collect::<Vec<_>>().join(" ")
    }
    /// Above the form, with the way to each field; where scripts are on it has the focus.
    pub(super) fn banner(&self) -> Markup {
        self.banner_by_row(|_| None)
    }
    /// The same of fields that are of something with a name, which `name_of` knows.
    pub(super) fn banner_by_name<'a>(&self, name_of: impl Fn(&str) -> Option<&'a str>) -> Markup {
        let of = |(field, what)| match name_of(field) {
            Some(name) => (field, c::of_article(name, &sentence(what))),
            None => (field, what.to_owned()),
        };
        self.banner_saying(&self.faults.iter().map(of).collect::<Vec<_>>())
    }
    /// The same of a form with rows of fields, in their order and with the number of the row: `place_of` knows of which row a
    /// field is, counted from 0, and its place in it.
    pub(super) fn banner_by_row(&self, place_of: fn(&str) -> Option<(usize, usize)>) -> Markup {
        let mut faults: Vec<(&str, &str)> = self.faults.iter().collect();
        faults.sort_by_key(|(field, _)| place_of(field).unwrap_or((usize::MAX, 0)));
        let said = faults.iter().map(|(field, what)| match place_of(field) {
            Some((row, _)) => (*field, c::of_line(row + 1, &sentence(what))),
            None => (*field, (*what).to_owned()),
        });
        self.banner_saying(&said.collect::<Vec<_>>())
    }
    fn banner_saying(&self, said: &[(&str, String)]) -> Markup {
        let tone = if self.may_be_done || self.is_a_choice { "wait" } else { "bad" };
        let text = html! {
            @if !said.is_empty() { (ways(said.iter().map(|(field, what)| (*field, what.as_str())))) }
            @for more in &self.more { p { (sentence(more)) } }
        };
        refusal(tone, &self.title, text)
    }
}

/// What a form that comes again is based on: what it was sent with, and what is there now where somebody has changed that.
pub(super) fn based_on(form: &Form, trouble: Option<&Trouble>, now: String) -> String {
    form.given("etag").filter(|_| !trouble.is_some_and(Trouble::is_overtaken)).unwrap_or(now)
}

/// What a form of the console calls the member at a pointer: by its last word, in a list with the row behind it.
pub(super) fn field_at(pointer: &str) -> String {
    let mut words = pointer.rsplit('/');
    let name = words.next().unwrap_or_default();
    match words.next().filter(|row| row.parse::<usize>().is_ok()) {
        Some(row) => format!("{name}-{row}"),
        None => name.to_owned(),
    }
}

/// Where something stands by now that could not be moved on from there: somebody else was faster.
fn as_it_is(code: &str, data: &Value) -> Option<String> {
    let status = data.get("current_status")?;
    let (is_over, name) = match code {
        "illegal_fulfilment_transition" => {
            let status = FulfilmentStatus::deserialize(status).ok()?;
            let Badge(.., name) = status_badges::parcel(status);
            (status == FulfilmentStatus::Cancelled, name)
        }
        "illegal_transition" => {
            let status = OrderStatus::deserialize(status).ok()?;
            let is_over = matches!(status, OrderStatus::Cancelling | OrderStatus::Cancelled);
            (is_over, status_badges::status(status).2)
        }
        _ => return None,
    };
    Some(if is_over { c::CANCELLED_MEANWHILE.into() } else { c::now_it_is(name) })
}

/// What a refusal says of single lines.
fn details(data: &Value) -> Vec<String> {
    let errors = data.get("errors").and_then(Value::as_array).into_iter().flatten();
    errors.filter_map(said_of).collect()
}

/// The faults of the form that was sent; none on a page that was just asked for.
pub(super) fn faults(trouble: Option<&Trouble>) -> Faults {
    trouble.map_or(Faults::default(), |trouble| trouble.faults.clone())
}

/// The key of a form: what is sent twice is done once. It stays where it is not known whether it was done.
pub(super) fn once(visit: &Visit, deed: &str, trouble: Option<&Trouble>) -> Markup {
    let sent = visit.form.text("key");
    let is_same = visit.form.text("deed") == deed && trouble.is_some_and(|trouble| trouble.may_be_done);
    let key = if is_same { sent.to_owned() } else { visit.web.needs.env.uuid().to_string() };
    html! {
        input type="hidden" name="deed" value=(deed);
        input type="hidden" name="key" value=(key);
    }
}

/// What was done, once, on the page to which it led.
pub(super) fn done(what: Option<&str>) -> Markup {
    html! { @if let Some(what) = what { div.banner.good role="status" { (icons::CHECK) h2 { (what) } } } }
}

/// A button that asks before it does something: opened, it says what follows, and beside the deed stands the way back. Of what
/// is asked of one thing, whose name is `group`, one question is open at a time.
pub(super) fn asked(
    group: &str,
    is_loud: bool,
    what: &Markup,
    more: Text,
    deed: &Markup,
    back: &str,
) -> Markup {
    html! {
        details.asked name=(group) {
            summary.btn.btn-primary[is_loud] { (what) }
            div.stack.gap-3.below { p.small { (more) } (way_back(deed, back)) }
        }
    }
}

/// The end of such a question: a script closes it, and without one the page begins anew.
pub(super) fn way_back(deed: &Markup, back: &str) -> Markup {
    html! { div.ends { (deed) a.btn href=(back) data-closes { (c::LEAVE_IT) } } }
}

/// A control of a form, where its id is made as the page is.
pub(super) struct Input<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) width: &'a str,
    pub(super) value: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) mode: Option<&'a str>,
    /// Of which money it is an amount.
    pub(super) money: Option<Currency>,
    pub(super) optional: bool,
    pub(super) kind: &'a str,
    /// The id of a list of what may be meant.
    pub(super) list: Option<&'a str>,
    /// It is a number of pieces, of at most so many.
    pub(super) most: Option<i64>,
}
impl<'a> Input<'a> {
    pub(super) const fn new(name: &'a str, label: &'a str) -> Self {
        let (hint, mode, money, list, most) = (None, None, None, None, None);
        Input {
            name,
            label,
            width: "",
            value: "",
            hint,
            mode,
            money,
            optional: false,
            kind: "text",
            list,
            most,
        }
    }
    /// How many pieces of what the label names, of at most so many.
    pub(super) const fn pieces(name: &'a str, label: &'a str, most: i64) -> Self {
        Input { kind: "number", mode: Some("numeric"), most: Some(most), ..Input::new(name, label) }
    }
    pub(super) fn show(&self, faults: &Faults) -> Markup {
        let error = faults.of(self.name);
        let (hint, wrong) = (format!("{}-hint", self.name), format!("{}-error", self.name));
        let described: Vec<&str> =
            self.hint.map(|_| hint.as_str()).into_iter().chain(error.map(|_| wrong.as_str())).collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let control = html! {
            input.input[self.most.is_none()] id=(self.name) name=(self.name) type=(self.kind) value=(self.value) inputmode=[self.mode]
                min=[self.most.map(|_| 0)] max=[self.most] list=[self.list] aria-describedby=[described] aria-invalid=[error.map(|_| "true")] autocomplete="off";
        };
        html! {
            div.{ "field " (self.width) @if error.is_some() { " bad" } } {
                label for=(self.name) { (self.label) @if self.optional { " " span.quiet { (t::OPTIONAL) } } }
                @if let Some(text) = self.hint { p.hint id=(hint) { (text) } }
                @match (self.money, self.most) {
                    (Some(currency), _) => (with_sign(currency, control)),
                    (None, Some(_)) => (stepper((&t::less_of(self.label), &t::more_of(self.label)), &control)),
                    (None, None) => (control),
                }
                @if let Some(text) = error { (error_line(Some(&wrong), text)) }
            }
        }
    }
}

/// An optional text of several lines.
pub(super) fn prose(name: &str, label: &str, value: &str, faults: &Faults) -> Markup {
    let (error, wrong) = (faults.of(name), format!("{name}-error"));
    html! {
        div.field.bad[error.is_some()] {
            label for=(name) { (label) " " span.quiet { (t::OPTIONAL) } }
            textarea.textarea id=(name) name=(name) rows="3" aria-describedby=[error.map(|_| wrong.as_str())]
                aria-invalid=[error.map(|_| "true")] { (AFTER_TAG) (value) }
            @if let Some(text) = error { (error_line(Some(&wrong), text)) }
        }
    }
}

/// In which language somebody is written to.
pub(super) fn mails_in(language: Language) -> Markup {
    html! { div { dt { (c::MAILS_IN) } dd lang=(language.code()) { (language.own_name()) } } }
}

/// What was sent in a field of the form of this deed; otherwise what the page begins with.
pub(super) fn sent<'a>(form: &'a Form, deed: &str, name: &str, otherwise: &'a str) -> &'a str {
    if form.text("deed") == deed { form.raw(name) } else { otherwise }
}

/// One of several in a filter.
pub(super) fn select(name: &str, label: &str, chosen: &str, choices: &[(&str, Text)]) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select.select id=(name) name=(name) {
                @if !choices.iter().any(|(value, _)| *value == chosen) { option value=(chosen) selected { (chosen) } }
                @for (value, text) in choices { option value=(value) selected[*value == chosen] { (text) } }
            }
        }
    }
}

/// A filter that holds; the link is the same list without it.
pub(super) fn chip(text: &str, without: &str) -> Markup {
    html! { a.chip href=(without) { (text) span.sr { (c::REMOVE) } (icons::X) } }
}

/// What the keys do in a list.
pub(super) fn list_keys() -> Markup {
    html! {
        span.row.keys.push.small.quiet {
            span { kbd { "j" } " " kbd { "k" } " " (c::MOVE) }
            span { kbd { "x" } " " (c::PICKS) }
            span { kbd { "Enter" } " " (c::OPENS) }
            span { kbd { "/" } " " (c::SEARCHES) }
            span { kbd { "?" } " " (c::ALL_KEYS) }
        }
    }
}

/// From a page that a list leads to, what a script offers: the ways to those before and after it.
pub(super) fn beside() -> Markup {
    html! {
        span.push.row.gap-3.small.quiet.wide-only data-beside hidden {
            a data-way="j" hidden { kbd { "j" } " " (c::NEXT) }
            a data-way="k" hidden { kbd { "k" } " " (c::PREVIOUS) }
        }
    }
}

/// The address of a page with the given members of its query; those without a value are left out.
pub(super) fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
