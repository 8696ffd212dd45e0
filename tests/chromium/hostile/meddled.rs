//! Forms whose every field somebody has changed who knows more than a page offers: hidden ones, choices, dates and boxes, too.
//! Whatever comes of it, nothing runs, nothing breaks, and nobody is led elsewhere.

use super::{
    EVE, PASSWORD,
    trial::{LONG, Trial},
};
use crate::routes;
use serde_json::json;
use std::collections::BTreeSet;

/// The forms that are sent to be acted on: the number of each, where it leads, and what is in it.
const FORMS: &str = "
    return [...document.forms].map((form, n) => [n, form.getAttribute('action') ?? '', form.getAttribute('method'),
        [...new Set([...form.elements].map(field => field.name.split('-')[0]))].sort().join()])
        .filter(([, action, method]) => action && method === 'post');
";
/// Fills all of a form, but for what is kept, and sends it as by the first of its buttons.
const MEDDLE: &str = "
    const [n, text, elsewhere, kept] = arguments, form = document.forms[n];
    const pressed = form.querySelector('button[name]');
    for (const field of [...form.elements]) {
        if (!field.name || kept.includes(field.name) || field.localName === 'button') continue;
        if (field.localName === 'select') field.add(new Option(text, text, true, true));
        else {
            if (['radio', 'checkbox'].includes(field.type)) field.checked = true;
            else if (field.localName === 'input' && field.type !== 'hidden') field.type = 'text';
            field.removeAttribute('maxlength');
            // where it leads on
            field.value = field.value.startsWith('/') ? elsewhere : text;
        }
    }
    if (pressed) {
        const {name, value} = pressed;
        form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
    }
    document.documentElement.dataset.left = '';
    HTMLFormElement.prototype.submit.call(form);
";
/// No page of the shop, for a browser that takes it for an address.
const ELSEWHERE: &str = "//elsewhere.invalid/";

/// What a form is not acted on without; and by what else it is known as the one that was shown, of which more is shown again.
const KEPT: [&[&str]; 2] = [&["csrf"], &["csrf", "key", "deed"]];

/// A form, by where it leads and by the names in it.
type FormKey = (String, String);

/// Ends the session: it is tried last.
const LEAVES: &str = "/sign-out";

/// Which forms were tried.
#[derive(Default)]
pub(super) struct TamperedForms(BTreeSet<FormKey>);

impl TamperedForms {
    /// Where those lead that were tried.
    pub(super) fn routes(&self) -> BTreeSet<String> {
        self.0.iter().map(|(route, _)| route.clone()).collect()
    }

    /// Those of all pages that were seen, and the one that ends the session at last.
    pub(super) async fn everywhere(&mut self, t: &mut Trial<'_>) {
        // an order is paid for before it is cancelled, and a customer's own form is tried before that of staff
        let (last, first): (Vec<_>, Vec<_>) =
            t.all_pages().into_iter().rev().partition(|page| page.ends_with("/cancel"));
        for page in first.into_iter().chain(last) {
            self.on(t, &page, false).await;
        }
        self.on(t, "/account", true).await;
    }

    /// Each form of a page that is like none before.
    pub(super) async fn on(&mut self, t: &mut Trial<'_>, page: &str, leaves: bool) {
        t.see(page).await;
        // an earlier one may have ended the session
        if t.is_at("/sign-in").await && page != "/sign-in" {
            t.fill("/sign-in", &[("who", Some(EVE)), ("password", Some(PASSWORD))]).await;
            t.see(page).await;
        }
        let (all, mut is_shown) = (routes::forms(), true);
        let forms = t.browser.run(FORMS, json!([])).await;
        for form in forms.as_array().unwrap() {
            let route = routes::route(&all, form[1].as_str().unwrap()).to_owned();
            let known = (route.clone(), form[3].to_string());
            if (route == LEAVES && !leaves) || self.0.contains(&known) {
                continue;
            }
            let tries = if known.1.contains("deed") { 2 } else { 1 };
            for kept in KEPT.iter().take(tries) {
                if !std::mem::take(&mut is_shown) {
                    t.see(page).await;
                }
                // what was done by an earlier try may have taken it away
                let still = t.browser.run(FORMS, json!([])).await;
                if !still.as_array().unwrap().contains(form) {
                    break;
                }
                self.0.insert(known.clone());
                t.browser.run(MEDDLE, json!([form[0], LONG, ELSEWHERE, kept])).await;
                t.comes_to(&format!("{page}, with a form to {route} that was changed")).await;
            }
        }
    }
}
