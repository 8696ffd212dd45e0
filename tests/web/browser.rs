//! A browser without scripts: cookies, forms and links, and a look at the markup that is as strict as it can be.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use testkit::http_client::HttpClient;

/// Elements that have no end.
const VOID: [&str; 6] = ["meta", "link", "img", "input", "br", "hr"];

/// A browser of one person; cheap to clone, and the clone has the same cookies at first.
#[derive(Clone)]
pub(crate) struct Browser {
    plain: HttpClient,
    host: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Headers that it sends besides.
    pub(crate) says: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct PageResult {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: usize,
}

/// A tag as it stands in the markup.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The text that follows it.
    pub(crate) text: String,
    /// In which form it stands, by the number of that.
    form: Option<usize>,
    pub(crate) is_end: bool,
    is_closed: bool,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl Browser {
    pub(crate) fn new(url: &str) -> Self {
        let host = url.trim_start_matches("http://").to_owned();
        Browser { plain: HttpClient::new(url), host, cookies: BTreeMap::new(), says: Vec::new() }
    }
    /// One that knows the shop by another name.
    pub(crate) fn at(url: &str, host: &str) -> Self {
        Browser { host: host.to_owned(), ..Self::new(url) }
    }
    pub(crate) async fn get(&mut self, path: &str) -> PageResult {
        self.send(Method::GET, path, Bytes::new()).await
    }
    /// GET, and wherever it leads.
    pub(crate) async fn open(&mut self, path: &str) -> PageResult {
        let seen = self.get(path).await;
        self.followed(seen).await
    }
    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)]) -> PageResult {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, body.into()).await
    }
    /// Sends a form as it is written.
    pub(crate) async fn post_written(&mut self, path: &str, body: String) -> PageResult {
        self.send(Method::POST, path, body.into()).await
    }
    /// Sends the form of a page that leads to `action`, with these fields filled in.
    pub(crate) async fn submit(
        &mut self,
        page: &PageResult,
        action: &str,
        fields: &[(&str, &str)],
    ) -> PageResult {
        self.post(action, &page.form(action, fields)).await
    }
    /// The same, and wherever it leads.
    pub(crate) async fn submit_and_follow(
        &mut self,
        page: &PageResult,
        action: &str,
        fields: &[(&str, &str)],
    ) -> PageResult {
        let seen = self.submit(page, action, fields).await;
        self.followed(seen).await
    }
    /// Looks at a page until it shows these words.
    pub(crate) async fn until(&mut self, path: &str, words: &str) -> PageResult {
        let mut seen = self.get(path).await;
        for _ in 0..200 {
            if seen.words().contains(words) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen = self.get(path).await;
        }
        seen.shows(words);
        seen
    }
    async fn followed(&mut self, mut seen: PageResult) -> PageResult {
        for _ in 0..5 {
            if seen.status != 303 {
                break;
            }
            seen = self.get(&seen.location()).await;
        }
        seen
    }
    async fn send(&mut self, method: Method, path: &str, body: Bytes) -> PageResult {
        let path = path.split('#').next().unwrap();
        let mut request =
            Request::builder().method(method.clone()).uri(path).header(header::HOST, &self.host);
        if method == Method::POST && self.says.iter().all(|(name, _)| *name != "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request = request.header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        for (name, value) in &self.says {
            request = request.header(*name, value);
        }
        let said = self.plain.send(request.body(body).unwrap()).await.unwrap();
        for cookie in said.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match rest.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let text = String::from_utf8_lossy(&said.bytes).into_owned();
        PageResult { status: said.code(), headers: said.headers, text, bytes: said.bytes.len() }
    }
}

impl PageResult {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> PageResult {
        assert_eq!(self.status, status, "{} {}", self.location(), self.text);
        self
    }
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub(crate) fn location(&self) -> String {
        self.header("location").to_owned()
    }
    /// What somebody reads.
    pub(crate) fn words(&self) -> String {
        let tags = self.tags();
        let read = tags.iter().filter(|tag| tag.name != "script" || tag.is_end);
        read.map(|tag| tag.text.as_str()).collect::<Vec<_>>().join(" ")
    }
    #[track_caller]
    pub(crate) fn shows(&self, words: &str) -> &PageResult {
        assert!(self.words().contains(words), "the page does not show {words:?}: {}", self.words());
        self
    }
    #[track_caller]
    pub(crate) fn hides(&self, words: &str) -> &PageResult {
        assert!(!self.words().contains(words), "the page shows {words:?}: {}", self.words());
        self
    }
    /// Where its links lead, on this server.
    pub(crate) fn links(&self) -> BTreeSet<String> {
        let tags = self.tags();
        let links = tags.iter().filter(|tag| tag.name == "a").map(|tag| tag.get("href").to_owned());
        links.filter(|link| link.starts_with('/')).collect()
    }
    /// The fields of the form that leads to `action`, as they stand there, with these filled in. As browsers do: a `textarea` has
    /// no line break behind its tag, an `input` of one line has none at all, a choice without a chosen one is its first, and each
    /// line break is sent as CR LF.
    #[track_caller]
    pub(crate) fn form(&self, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let tags = self.tags();
        let form = tags.iter().find(|tag| tag.name == "form" && tag.get("action") == action);
        let form = form.unwrap_or_else(|| panic!("no form leads to {action}: {}", self.words())).form;
        let mut sent: Vec<(String, String)> = Vec::new();
        let mut select = String::new();
        for tag in tags.iter().filter(|tag| tag.form == form) {
            let kind = tag.get("type");
            match tag.name.as_str() {
                "input"
                    if matches!(kind, "radio" | "checkbox") && !tag.attributes.contains_key("checked") => {}
                "input" => {
                    let value = tag.get("value");
                    let value =
                        if kind == "hidden" { value.to_owned() } else { value.replace(['\r', '\n'], "") };
                    sent.push((tag.get("name").to_owned(), value));
                }
                "textarea" if !tag.is_end => {
                    let value = tag.text.strip_prefix('\n').unwrap_or(&tag.text);
                    sent.push((tag.get("name").to_owned(), value.to_owned()));
                }
                "select" => select = tag.get("name").to_owned(),
                // those of a `datalist` are not sent
                "option" if !tag.is_end && !select.is_empty() => {
                    let is_chosen = tag.attributes.contains_key("selected");
                    if is_chosen || !sent.iter().any(|(known, _)| *known == select) {
                        sent.retain(|(known, _)| *known != select);
                        sent.push((select.clone(), tag.get("value").to_owned()));
                    }
                }
                _ => {}
            }
        }
        for (name, value) in fields {
            sent.retain(|(known, _)| known != name);
            sent.push(((*name).to_owned(), (*value).to_owned()));
        }
        for (_, value) in &mut sent {
            *value = value.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        }
        sent
    }
    /// A field's value, as it stands in the page.
    pub(crate) fn value(&self, field: &str) -> String {
        let tags = self.tags();
        tags.iter().find(|tag| tag.get("name") == field).map_or(String::new(), |tag| {
            match tag.name.as_str() {
                "textarea" => tag.text.strip_prefix('\n').unwrap_or(&tag.text).to_owned(),
                _ => tag.get("value").to_owned(),
            }
        })
    }

    /// Every tag, in order.
    ///
    /// # Panics
    /// Where the markup is not well formed: each element ends where it should, attributes stand in quotation marks and
    /// once, and no `<` or `&` stands for itself.
    #[track_caller]
    pub(crate) fn tags(&self) -> Vec<Tag> {
        let mut rest = self.text.strip_prefix("<!DOCTYPE html>").unwrap_or(&self.text);
        let (mut tags, mut open, mut forms, mut form) = (Vec::new(), Vec::<String>::new(), 0, None);
        while let Some(begun) = rest.strip_prefix('<') {
            let (mut tag, after) = tag(begun);
            let (text, after) = after.split_at(after.find('<').unwrap_or(after.len()));
            tag.text = unescaped(text);
            rest = after;
            if tag.is_end {
                assert_eq!(open.pop().as_ref(), Some(&tag.name), "in {}", self.text);
                if tag.name == "form" {
                    form = None;
                }
            } else if !tag.is_closed && !VOID.contains(&tag.name.as_str()) {
                open.push(tag.name.clone());
            }
            if tag.name == "form" && !tag.is_end {
                forms += 1;
                form = Some(forms);
            }
            tag.form = form;
            tags.push(tag);
        }
        assert!(rest.is_empty() && open.is_empty(), "{open:?} {rest}");
        tags
    }
}

fn tag(begun: &str) -> (Tag, &str) {
    let (is_end, begun) = begun.strip_prefix('/').map_or((false, begun), |rest| (true, rest));
    let end = begun.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
    let (name, mut rest) = begun.split_at(end);
    assert!(!name.is_empty(), "a tag without a name: {}", begun.chars().take(80).collect::<String>());
    let mut tag = Tag { name: name.to_owned(), is_end, ..Tag::default() };
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        if let Some(after) = rest.strip_prefix("/>") {
            tag.is_closed = true;
            return (tag, after);
        }
        let end = rest.find(['=', '>', ' ', '/']).unwrap();
        let (attribute, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(after) => after.split_once('"').unwrap(),
            None => ("", after),
        };
        let is_name = attribute.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':'));
        assert!(is_name && !attribute.is_empty(), "an attribute called {attribute:?}");
        assert!(!value.contains('<'), "{value}");
        let twice = tag.attributes.insert(attribute.to_owned(), unescaped(value));
        assert!(twice.is_none(), "{attribute} stands there twice");
        rest = after;
    }
}

fn unescaped(text: &str) -> String {
    for part in text.split('&').skip(1) {
        let is_named = ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| part.starts_with(name));
        assert!(is_named, "an & stands for itself: {text}");
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}
