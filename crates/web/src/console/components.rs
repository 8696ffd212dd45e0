//! The components of the console, in addition to those of all pages.

use super::status_badges;
use crate::{
    session::{page_error::PageError, request::RequestContext},
    texts::{self as t, Text, console as c},
    ui::{
        components::{AFTER_TAG, Badge, error_line, refusal, stepper, ways, with_sign},
        form::{FieldErrors, Form, said_of, sentence},
        icons,
    },
};
use contracts::{fulfilments::FulfilmentStatus, orders::OrderStatus};
use endpoint::{ApiError, Problem, client::CallError, http::StatusCode};
use kernel::{Currency, Language};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// Why an action was not done, or that its outcome is unknown.
#[derive(Debug, Clone)]
pub(super) struct ActionError {
    pub(super) status: StatusCode,
    title: String,
    more: Vec<String>,
    /// The errors of the form's fields.
    pub(super) faults: FieldErrors,
    /// Whether the response was lost: the same form is sent again with the same key.
    pub(super) may_be_done: bool,
    /// Whether nothing is wrong, and the user has to choose.
    is_a_choice: bool,
}

impl ActionError {
    /// The error of an action; a [`PageError`] where it is not about the form.
    ///
    /// # Errors
    /// Without a session, or where the resource does not exist or is not accessible.
    pub(super) fn of<X: ApiError>(error: CallError<X>) -> Result<ActionError, PageError> {
        if error.outcome_unknown() {
            let trouble =
                ActionError::said(StatusCode::GATEWAY_TIMEOUT, c::NOT_KNOWN.text(), c::NOT_KNOWN_MORE.text());
            return Ok(ActionError { may_be_done: true, ..trouble });
        }
        match error {
            CallError::Refused(refusal) => {
                let row = refusal.row();
                let data = serde_json::to_value(&refusal).unwrap_or_default();
                let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::CONFLICT);
                let mut trouble = ActionError::refused_by(status, row.code, row.title());
                trouble.more.extend(details(&data));
                trouble.more.extend(as_it_is(row.code, &data));
                Ok(trouble)
            }
            CallError::Problem(problem) => match problem.status {
                400 | 409 | 412 | 413 | 422 => Ok(ActionError::refused(&problem)),
                500.. => Ok(ActionError::said(
                    StatusCode::SERVICE_UNAVAILABLE,
                    t::NOT_REACHED.text(),
                    t::NOT_REACHED_MORE.text(),
                )),
                _ => Err(CallError::<X>::Problem(problem).into()),
            },
            CallError::Broken(broken) => {
                tracing::warn!(%broken, "a service could not be asked");
                Ok(ActionError::said(
                    StatusCode::SERVICE_UNAVAILABLE,
                    t::NOT_REACHED.text(),
                    t::NOT_REACHED_MORE.text(),
                ))
            }
        }
    }
    fn refused(problem: &Problem) -> ActionError {
        let status = match problem.status {
            400 => StatusCode::UNPROCESSABLE_ENTITY,
            status => StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT),
        };
        match FieldErrors::read_as(problem, field_at) {
            Some(faults) => ActionError { status, ..ActionError::in_fields(faults) },
            None => ActionError::refused_by(status, &problem.code, &problem.title),
        }
    }
    /// The error for a code of a service.
    fn refused_by(status: StatusCode, code: &str, title: &str) -> ActionError {
        ActionError::said(status, &t::refused(code, title), c::NOT_DONE.text())
    }
    /// An error with these texts.
    pub(super) fn said(status: StatusCode, title: &str, more: &str) -> ActionError {
        let (title, more) = (title.to_owned(), vec![more.to_owned()]);
        ActionError {
            status,
            title,
            more,
            faults: FieldErrors::default(),
            may_be_done: false,
            is_a_choice: false,
        }
    }
    /// A conflict between two edits, of which the user has to choose one.
    pub(super) fn to_choose(title: &str, more: &str) -> ActionError {
        ActionError { is_a_choice: true, ..ActionError::said(StatusCode::CONFLICT, title, more) }
    }
    /// With one more sentence.
    pub(super) fn with(mut self, more: String) -> ActionError {
        self.more.push(more);
        self
    }
    /// Errors of fields.
    pub(super) fn in_fields(faults: FieldErrors) -> ActionError {
        let title = t::needs_you(faults.iter().count());
        ActionError {
            faults,
            ..ActionError::said(StatusCode::UNPROCESSABLE_ENTITY, &title, c::NOT_DONE.text())
        }
    }
    /// An error of one field.
    pub(super) fn at(field: &str, what: impl Into<String>) -> ActionError {
        let mut faults = FieldErrors::default();
        faults.add(field, what);
        ActionError::in_fields(faults)
    }
    /// With the field names of the form: each pair is a prefix in the contract and in the form.
    pub(super) fn with_names(self, names: &[(&str, &str)]) -> ActionError {
        let mut faults = FieldErrors::default();
        for (field, what) in self.faults.iter() {
            let own =
                names.iter().find_map(|(there, here)| Some(format!("{here}{}", field.strip_prefix(there)?)));
            faults.add(own.as_deref().unwrap_or(field), what);
        }
        ActionError { faults, ..self }
    }
    /// Whether another request has modified the resource in the meantime.
    pub(super) fn is_overtaken(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED
    }
    /// The same for a resource with a version instead of an ETag.
    pub(super) fn overtaken(self) -> ActionError {
        ActionError { status: StatusCode::PRECONDITION_FAILED, ..self }
    }
    /// Where another request has modified the resource: with its current value. The form is then based on that version, so that the user
    /// knows what sending it again replaces.
    pub(super) fn beside(self, now: &str) -> ActionError {
        if self.is_overtaken() { self.with(c::now_it_is(now)) } else { self }
    }
    /// In one or two sentences, for one of several items.
    pub(super) fn briefly(&self) -> String {
        let more = self.more.iter().filter(|more| *more != c::NOT_DONE.text());
        let all = [&self.title].into_iter().chain(more).map(|said| sentence(said));
        all.collect::<Vec<_>>().join(" ")
    }
    /// Above the form, with links to its fields; with scripts it receives the focus.
    pub(super) fn banner(&self) -> Markup {
        self.banner_by_row(|_| None)
    }
    /// The same for fields of named items, which `name_of` knows.
    pub(super) fn banner_by_name<'a>(&self, name_of: impl Fn(&str) -> Option<&'a str>) -> Markup {
        let of = |(field, what)| match name_of(field) {
            Some(name) => (field, c::of_article(name, &sentence(what))),
            None => (field, what.to_owned()),
        };
        self.banner_saying(&self.faults.iter().map(of).collect::<Vec<_>>())
    }
    /// The same for a form with rows of fields, sorted and with the row's number: `place_of` returns the row of a field, counted from 0,
    /// and its position in the row.
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

/// The ETag that a form is based on: the one it was sent with, or the current one after a conflict.
pub(super) fn based_on(form: &Form, trouble: Option<&ActionError>, now: String) -> String {
    form.given("etag").filter(|_| !trouble.is_some_and(ActionError::is_overtaken)).unwrap_or(now)
}

/// The field for a pointer: its last segment, in a list with the row as a suffix.
pub(super) fn field_at(pointer: &str) -> String {
    let mut words = pointer.rsplit('/');
    let name = words.next().unwrap_or_default();
    match words.next().filter(|row| row.parse::<usize>().is_ok()) {
        Some(row) => format!("{name}-{row}"),
        None => name.to_owned(),
    }
}

/// The current status of a resource that another request has moved on in the meantime.
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

/// The details about single lines in a refusal.
fn details(data: &Value) -> Vec<String> {
    let errors = data.get("errors").and_then(Value::as_array).into_iter().flatten();
    errors.filter_map(said_of).collect()
}

/// The errors of the submitted form; none on a page that was just opened.
pub(super) fn faults(trouble: Option<&ActionError>) -> FieldErrors {
    trouble.map_or(FieldErrors::default(), |trouble| trouble.faults.clone())
}

/// The hidden key of a form, so that sending it twice acts once. The key stays while the outcome is unknown.
pub(super) fn once(visit: &RequestContext, deed: &str, trouble: Option<&ActionError>) -> Markup {
    let sent = visit.form.text("key");
    let is_same = visit.form.text("deed") == deed && trouble.is_some_and(|trouble| trouble.may_be_done);
    let key = if is_same { sent.to_owned() } else { visit.web.needs.env.uuid().to_string() };
    html! {
        input type="hidden" name="deed" value=(deed);
        input type="hidden" name="key" value=(key);
    }
}

/// The outcome of an action, shown once on the page to which it redirected.
pub(super) fn done(what: Option<&str>) -> Markup {
    html! { @if let Some(what) = what { div.banner.good role="status" { (icons::CHECK) h2 { (what) } } } }
}

/// A button with a confirmation: opened, it shows the consequence, the action and a way back. Of the buttons with the same `group`, one
/// is open at a time.
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

/// The end of such a confirmation: a script closes it, and without scripts the page reloads.
pub(super) fn way_back(deed: &Markup, back: &str) -> Markup {
    html! { div.ends { (deed) a.btn href=(back) data-closes { (c::LEAVE_IT) } } }
}

/// A form control whose ID is made at run time.
pub(super) struct Input<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) width: &'a str,
    pub(super) value: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) mode: Option<&'a str>,
    /// The currency of an amount.
    pub(super) money: Option<Currency>,
    pub(super) optional: bool,
    pub(super) kind: &'a str,
    /// The ID of a list of suggestions.
    pub(super) list: Option<&'a str>,
    /// The highest value of a quantity.
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
    /// A quantity, up to a maximum.
    pub(super) const fn pieces(name: &'a str, label: &'a str, most: i64) -> Self {
        Input { kind: "number", mode: Some("numeric"), most: Some(most), ..Input::new(name, label) }
    }
    pub(super) fn show(&self, faults: &FieldErrors) -> Markup {
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
pub(super) fn prose(name: &str, label: &str, value: &str, faults: &FieldErrors) -> Markup {
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

/// The language of the account's emails.
pub(super) fn mails_in(language: Language) -> Markup {
    html! { div { dt { (c::MAILS_IN) } dd lang=(language.code()) { (language.own_name()) } } }
}

/// The submitted value of a field in the form of this action; otherwise the initial value.
pub(super) fn sent<'a>(form: &'a Form, deed: &str, name: &str, otherwise: &'a str) -> &'a str {
    if form.text("deed") == deed { form.raw(name) } else { otherwise }
}

/// One choice of a filter.
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

/// An active filter; the link removes it.
pub(super) fn chip(text: &str, without: &str) -> Markup {
    html! { a.chip href=(without) { (text) span.sr { (c::REMOVE) } (icons::X) } }
}

/// The keys of a list.
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

/// On a page that a list leads to, links to the previous and the next item, which a script shows.
pub(super) fn beside() -> Markup {
    html! {
        span.push.row.gap-3.small.quiet.wide-only data-beside hidden {
            a data-way="j" hidden { kbd { "j" } " " (c::NEXT) }
            a data-way="k" hidden { kbd { "k" } " " (c::PREVIOUS) }
        }
    }
}

/// The address of a page with query parameters; those without a value are left out.
pub(super) fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
