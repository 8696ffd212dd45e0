//! What is written into fields, and a look at what a page has made of it: text, and nothing else.

use crate::routes;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::chromium::Chromium;

/// Each ends what it may stand in (an attribute, a field, a title), and makes something that runs or that bears `data-evil`.
pub(super) const LONG: &str = "\" data-evil onfocus=window.ran=1 autofocus ' data-evil '></textarea></title>\
                    <img src=x onerror=window.ran=1 data-evil><script>window.ran=1</script>";
/// Where the field takes no more than a hundred characters.
const MIDDLE: &str = "\"'><img src=x onerror=window.ran=1 data-evil>";
/// Or twenty.
const SHORT: &str = "\"><b data-evil>";
/// Where an address is asked for.
const ADDRESS: &str = "javascript:window.ran=1//\"'><img src=x onerror=window.ran=1 data-evil>";
/// Which of them fields get that take no long text, by their names up to a number or an id.
const KINDS: [(&str, &str); 8] = [
    ("carrier", MIDDLE),
    ("city", MIDDLE),
    ("region", MIDDLE),
    ("number", MIDDLE),
    ("postal_code", SHORT),
    ("sku", MIDDLE),
    ("tracking_number", MIDDLE),
    ("url", ADDRESS),
];

/// The browser's message for a field for numbers whose content is none.
const QUIET: &str = "cannot be parsed, or is out of range";

/// Fields that people write in.
const TEXTS: &str = "input:not([type=hidden], [type=radio], [type=checkbox], [type=date]), textarea";

/// Fills the form that leads to an address (or, with a `*`, begins so), and sends it. What is given stands in its fields;
/// null is nothing that is given, where a later pattern would give something.
const FILL: &str = "
    const [action, given, kinds, first, texts] = arguments;
    const fits = (pattern, text) => pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
    const forms = [...document.forms].filter(form => fits(action, form.getAttribute('action') ?? ''));
    // of forms that lead to the same place, the one with the button that is pressed
    const pressed = given.find(([name]) => name === 'do')?.[1];
    const form = forms.find(form => [...form.elements].some(it => it.name === 'do' && it.value === pressed)) ?? forms[0];
    if (!form) return `no form leads to ${action}`;
    const fields = [...form.elements].filter(field => field.name && field.localName !== 'button');
    for (const [name, value] of given) {
        if (fields.some(field => fits(name, field.name))) continue;
        // as a button says it that was pressed
        form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
    }
    const typed = [];
    for (const field of fields) {
        const value = given.find(([pattern]) => fits(pattern, field.name))?.[1] ?? null;
        if (value !== null && ['radio', 'checkbox'].includes(field.type)) field.checked = field.value === value;
        else if (value !== null) {
            field.value = value;
            if (field.value !== value) return `${field.name} does not take ${value}`;
        } else if (field.matches(texts)) {
            const isSecret = field.type === 'password', mark = first + typed.length;
            if (field.localName === 'input') field.type = 'text';
            field.value = `~${mark}~${kinds[field.name.split('-')[0]] ?? kinds.other}`;
            typed.push([field.name, isSecret]);
        }
    }
    document.documentElement.dataset.left = '';
    HTMLFormElement.prototype.submit.call(form);
    return {action: form.getAttribute('action'), typed};
";

/// What the page that is shown is made of.
const LOOK: &str = "
    // data for search engines is text to a browser; what ended it early would be no JSON
    const isData = e => { try { return e.type === 'application/ld+json' && !!JSON.parse(e.text); } catch { return false; } };
    const isMade = e => e.matches('script:not([src])') && !isData(e) || [...e.attributes].some(({name, value}) =>
        name === 'data-evil' || name.startsWith('on')
        || ['href', 'src', 'action', 'formaction'].includes(name) && /^\\s*javascript:/i.test(value));
    const forms = [...document.forms].filter(form => form.getAttribute('action'));
    const written = form => [...form.elements].filter(field => field.name && field.matches(arguments[0]));
    return {
        path: location.pathname,
        origin: location.origin,
        ran: window.ran !== undefined,
        made: [...document.querySelectorAll('*')].filter(isMade).map(e => e.outerHTML.slice(0, 200)),
        marks: [...document.documentElement.outerHTML.matchAll(/~(\\d+)~/g)].map(found => Number(found[1])),
        isRefused: document.querySelector('.banner.bad[tabindex]') !== null,
        posts: forms.filter(form => form.getAttribute('method') === 'post').map(form => form.getAttribute('action')),
        fields: forms.flatMap(form => written(form).map(field => [form.getAttribute('action'), field.name])),
        links: [...document.querySelectorAll('a[href^=\"/\"]')].map(link => link.getAttribute('href')),
    };
";

/// A field, by where its form leads and by its name up to a number or an id.
type Field = (String, String);

/// Somebody who writes such things wherever that can be done, and looks at every page.
pub(super) struct Trial<'a> {
    pub(super) browser: &'a Chromium,
    url: String,
    routes: BTreeSet<String>,
    /// Where what bears which mark was written.
    written: BTreeMap<u64, String>,
    /// The marks that pages showed, each with the routes of these.
    seen: BTreeMap<u64, BTreeSet<String>>,
    /// The fields that pages have, and those that were written in.
    fields: BTreeSet<Field>,
    tried: BTreeSet<Field>,
    /// Where forms lead that pages have.
    pub(super) posts: BTreeSet<String>,
    /// A page of each route that was looked at, and all links to pages.
    pub(super) pages: BTreeMap<String, String>,
    links: BTreeSet<String>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(browser: &'a Chromium, url: &str) -> Self {
        let all = routes::pages().union(&routes::forms()).cloned().collect();
        Trial {
            browser,
            url: url.to_owned(),
            routes: all,
            written: BTreeMap::new(),
            seen: BTreeMap::new(),
            fields: BTreeSet::new(),
            tried: BTreeSet::new(),
            posts: BTreeSet::new(),
            pages: BTreeMap::new(),
            links: BTreeSet::new(),
        }
    }

    /// From now on, pages are looked at there: where they were before.
    pub(super) fn moved(&mut self, url: &str) -> String {
        std::mem::replace(&mut self.url, url.to_owned())
    }

    /// A text that is written where no form asks for it.
    pub(super) fn text(&mut self, what: &str) -> String {
        let kind = KINDS.iter().find(|(name, _)| *name == what.rsplit('.').next().unwrap());
        format!("~{}~{}", self.mark(what), kind.map_or(LONG, |(_, text)| *text))
    }
    fn mark(&mut self, what: &str) -> u64 {
        let mark = self.next();
        self.written.insert(mark, what.to_owned());
        mark
    }
    fn next(&self) -> u64 {
        self.written.last_key_value().map_or(1, |(last, _)| last + 1)
    }
    fn field(&self, action: &str, name: &str) -> Field {
        let name = name.split('-').next().unwrap();
        (routes::route(&self.routes, action).to_owned(), name.to_owned())
    }

    /// Where a picture is that the shop has: the sign of its pages.
    pub(super) async fn icon(&self) -> String {
        self.browser.go(&self.url).await;
        let place = "return document.querySelector('link[rel=icon]').getAttribute('href')";
        self.browser.run(place, json!([])).await.as_str().unwrap().to_owned()
    }

    /// Looks at a page.
    pub(super) async fn see(&mut self, path: &str) {
        self.browser.go(&format!("{}{path}", self.url)).await;
        self.look(path).await;
    }

    /// Looks at what is shown: nothing of it was made by what people wrote. Returns whether something was refused.
    pub(super) async fn look(&mut self, at: &str) -> bool {
        let found = self.browser.run(LOOK, json!([TEXTS])).await;
        assert_eq!(found["made"], json!([]), "made at {at} by what was written");
        assert_eq!(found["ran"], false, "something ran at {at}");
        assert_eq!(found["origin"], self.url, "{at} leads elsewhere");
        // and it repeats the status of a form that was refused
        let complaints = self.browser.complaints_but_for("4").await;
        let loud: Vec<_> = complaints.iter().filter(|what| !what.contains(QUIET)).collect();
        assert!(loud.is_empty(), "{at}: {loud:?}");
        let texts = |name: &str| {
            found[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        self.links.extend(texts("links"));
        let posts = texts("posts");
        self.posts.extend(posts.iter().map(|action| routes::route(&self.routes, action).to_owned()));
        for field in found["fields"].as_array().unwrap() {
            self.fields.insert(self.field(field[0].as_str().unwrap(), field[1].as_str().unwrap()));
        }
        let path = found["path"].as_str().unwrap();
        let route = routes::route(&self.routes, path).to_owned();
        for mark in found["marks"].as_array().unwrap().iter().filter_map(Value::as_u64) {
            self.seen.entry(mark).or_default().insert(route.clone());
        }
        self.pages.entry(route).or_insert_with(|| path.to_owned());
        found["isRefused"].as_bool().unwrap()
    }

    /// Writes into all fields of the form on the page that is shown, but for those that are given, and sends it.
    pub(super) async fn fill(&mut self, action: &str, given: &[(&str, Option<&str>)]) -> bool {
        let kinds: BTreeMap<&str, &str> = KINDS.into_iter().chain([("other", LONG)]).collect();
        let sent = self.browser.run(FILL, json!([action, given, kinds, self.next(), TEXTS])).await;
        assert!(sent.is_object(), "{sent}");
        let action = sent["action"].as_str().unwrap();
        for field in sent["typed"].as_array().unwrap() {
            let name = field[0].as_str().unwrap();
            let mark = self.mark(&format!("{name} of {action}"));
            if field[1] == true {
                // no page shows a password
                self.seen.entry(mark).or_default();
            }
            self.tried.insert(self.field(action, name));
        }
        self.comes_to(action).await
    }

    /// Looks at what a form that was sent leads to, once that is shown.
    pub(super) async fn comes_to(&mut self, at: &str) -> bool {
        self.browser.text("html:not([data-left]) h1").await;
        self.look(at).await
    }

    /// A form of a page that does not take what was written: it is shown again.
    pub(super) async fn refused(&mut self, page: &str, action: &str, given: &[(&str, Option<&str>)]) {
        self.see(page).await;
        assert!(self.fill(action, given).await, "{action} takes it");
    }
    /// One that does.
    pub(super) async fn taken(&mut self, page: &str, action: &str, given: &[(&str, Option<&str>)]) {
        self.see(page).await;
        assert!(!self.fill(action, given).await, "{action}: {}", self.browser.text("main").await);
    }

    /// Asks for a page with such texts in its address.
    pub(super) async fn asked(&mut self, path: &str, names: &BTreeSet<String>) {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let route = routes::route(&self.routes, path).to_owned();
        for name in names {
            let mark = self.mark(&format!("?{name} of {route}"));
            query.append_pair(name, &format!("~{mark}~{LONG}"));
            self.tried.insert((route.clone(), name.clone()));
        }
        self.see(&format!("{path}?{}", query.finish())).await;
    }

    /// Follows every link that was seen, to each page once.
    pub(super) async fn walk(&mut self) {
        let mut walked = BTreeSet::new();
        loop {
            let is_page = |link: &&String| {
                !link.contains(['?', '#']) && !link.starts_with("/docs") && !link.starts_with("/assets")
            };
            let Some(next) = self.links.iter().filter(is_page).find(|link| !walked.contains(*link)).cloned()
            else {
                return;
            };
            self.see(&next).await;
            walked.insert(next);
        }
    }

    /// Whether the page that is shown has this path.
    pub(super) async fn is_at(&self, path: &str) -> bool {
        self.browser.run("return location.pathname", json!([])).await == path
    }
    /// A page of each route, and all others that links lead to.
    pub(super) fn all_pages(&self) -> BTreeSet<String> {
        let bare = |link: &&String| !link.contains(['?', '#']) && !link.starts_with("/docs");
        self.links.iter().filter(bare).chain(self.pages.values()).cloned().collect()
    }

    /// A link that was seen, which begins and ends so.
    #[track_caller]
    pub(super) fn link(&self, begins: &str, ends: &str) -> String {
        let found = self.links.iter().find(|link| link.starts_with(begins) && link.ends_with(ends));
        found.unwrap_or_else(|| panic!("no link to {begins}…{ends}")).clone()
    }

    /// What was written, and shown nowhere.
    pub(super) fn unseen(&self) -> BTreeSet<&str> {
        let unseen = self.written.iter().filter(|(mark, _)| !self.seen.contains_key(mark));
        unseen.map(|(_, what)| what.as_str()).collect()
    }
    /// Whether a page of this route showed what was written there.
    pub(super) fn is_seen_at(&self, what: &str, route: &str) -> bool {
        let of_it = self.written.iter().filter(|(_, written)| *written == what);
        of_it.filter_map(|(mark, _)| self.seen.get(mark)).any(|routes| routes.contains(route))
    }
    /// Fields that nobody wrote in.
    pub(super) fn untried(&self) -> Vec<&Field> {
        self.fields.difference(&self.tried).collect()
    }
}
