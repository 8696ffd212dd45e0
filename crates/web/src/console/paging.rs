//! The links between the pages of a list. A cursor leads forwards only, so a page's address contains the cursors of the pages before it.

use super::components::address;
use crate::{
    session::request::RequestContext,
    texts::{self as t, console as c},
    ui::icons,
};
use maud::{Markup, html};

const CURSOR: &str = "cursor";
const CAME_BY: &str = "by";
/// Separates cursors; no cursor contains it.
const THEN: char = '.';
/// Beyond this length the oldest cursors are dropped, and an empty one marks the gap.
const LENGTH_MAX: usize = 2000;

/// The page of a list that an address names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageLinks<'a> {
    /// Its cursor; empty on the first page.
    cursor: &'a str,
    /// The cursors of the pages before it, except for the first page; the oldest come first.
    came_by: &'a str,
}

impl<'a> PageLinks<'a> {
    pub(super) fn of(visit: &'a RequestContext) -> Self {
        PageLinks::new(visit.query.text(CURSOR), visit.query.text(CAME_BY))
    }
    fn new(cursor: &'a str, came_by: &'a str) -> Self {
        let is_of_cursors = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c) || c == THEN;
        let is_sound = came_by.len() <= LENGTH_MAX && came_by.chars().all(is_of_cursors);
        // the way to a page with an invalid address is unknown
        PageLinks { cursor, came_by: if is_sound { came_by } else { "." } }
    }
    pub(super) fn cursor(&self) -> Option<String> {
        Some(self.cursor).filter(|cursor| !cursor.is_empty()).map(str::to_owned)
    }
    pub(super) fn is_first(&self) -> bool {
        self.cursor.is_empty()
    }
    /// The address of this page in the list at `list`.
    pub(super) fn here(&self, list: &str) -> String {
        at(list, self.cursor, self.came_by)
    }
    /// The address of the next page in the list at `list`.
    pub(super) fn next(&self, list: &str, cursor: &str) -> String {
        let came_by = match (self.cursor, self.came_by) {
            ("", _) => String::new(),
            (this, "") => this.to_owned(),
            (this, before) => format!("{before}{THEN}{this}"),
        };
        let mut kept = &came_by[..];
        while kept.len() >= LENGTH_MAX {
            kept = kept.trim_start_matches(THEN).split_once(THEN).map_or("", |(_, later)| later);
        }
        let is_cut = kept.len() < came_by.len();
        at(list, cursor, &if is_cut { format!("{THEN}{kept}") } else { came_by })
    }
    /// The address of the next page where this one lists nothing, so that no link leads back to it. After the first page, that is the only
    /// one before.
    pub(super) fn further(&self, list: &str, cursor: &str) -> String {
        at(list, cursor, if self.is_first() { "." } else { self.came_by })
    }
    /// The address of the page after one with this many items, if there is one.
    pub(super) fn then(&self, list: &str, cursor: Option<&str>, listed: usize) -> Option<String> {
        cursor.map(|cursor| if listed > 0 { self.next(list, cursor) } else { self.further(list, cursor) })
    }
    /// The address of the previous page, where that is not the first; none where it is unknown.
    fn before(&self, list: &str) -> Option<String> {
        let (earlier, last) = self.came_by.rsplit_once(THEN).unwrap_or(("", self.came_by));
        let is_cut = self.came_by.starts_with(THEN) && earlier.is_empty();
        (!last.is_empty()).then(|| at(list, last, if is_cut { "." } else { earlier }))
    }
    /// Links to the first, the previous and the next page of the list at `list`.
    pub(super) fn pager(&self, list: &str, next: Option<&str>) -> Markup {
        let before = self.before(list);
        // from the second page, both links would lead to the first
        let is_second = !self.is_first() && self.came_by.is_empty();
        html! {
            @if !self.is_first() || next.is_some() {
                nav.card-foot.pager aria-label=(t::PAGES) {
                    @if !self.is_first() && !is_second { a.btn.btn-small href=(list) rel="first" { (c::FIRST_PAGE) } }
                    @if is_second { a.btn.btn-small href=(list) rel="prev" { (icons::LEFT) (c::PAGE_BEFORE) } }
                    @if let Some(before) = before { a.btn.btn-small href=(before) rel="prev" { (icons::LEFT) (c::PAGE_BEFORE) } }
                    @if let Some(next) = next { a.btn.btn-small.push href=(next) rel="next" { (c::NEXT_PAGE) (icons::RIGHT) } }
                }
            }
        }
    }
}

/// The address of a list with its page. A fragment stays at the end.
fn at(list: &str, cursor: &str, came_by: &str) -> String {
    let (list, place) = list.find('#').map_or((list, ""), |place| list.split_at(place));
    let page = address("", [(CURSOR, cursor), (CAME_BY, came_by)]);
    let page = if list.contains('?') { page.replacen('?', "&", 1) } else { page };
    format!("{list}{page}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an address says of the page.
    fn read(address: &str) -> (String, String) {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
            found.map_or(String::new(), |(_, value)| value.into_owned())
        };
        (value(CURSOR), value(CAME_BY))
    }

    #[test]
    fn each_page_leads_back_by_the_way_that_one_came() {
        let list = "/list?q=a%26b";
        let (mut cursor, mut came_by) = (String::new(), String::new());
        for next in ["A1", "B_2", "C-3"] {
            let place = PageLinks::new(&cursor, &came_by).next(list, next);
            assert!(place.starts_with(list), "{place}");
            (cursor, came_by) = read(&place);
        }
        assert_eq!((cursor.as_str(), came_by.as_str()), ("C-3", "A1.B_2"));
        for before in ["B_2", "A1"] {
            let place = PageLinks::new(&cursor, &came_by).before(list).expect("a page before");
            (cursor, came_by) = read(&place);
            assert_eq!(cursor, before);
        }
        let second = PageLinks::new(&cursor, &came_by);
        assert_eq!(second.before(list), None);
        let shown = second.pager(list, None).into_string();
        assert!(shown.contains("rel=\"prev\"") && !shown.contains("rel=\"first\""), "{shown}");
        assert_eq!(PageLinks::new("", "").next("/list", "A1"), "/list?cursor=A1");
        assert_eq!(PageLinks::new("", "").next("/list#here", "A1"), "/list?cursor=A1#here");
        // a page that lists nothing is not one that somebody came by
        let (cursor, came_by) =
            read(&PageLinks::new("B_2", "A1").then(list, Some("C-3"), 0).expect("a next page"));
        assert_eq!((cursor.as_str(), came_by.as_str()), ("C-3", "A1"));
        let (cursor, came_by) = read(&PageLinks::new("", "").further(list, "A1"));
        let later = PageLinks::new(&cursor, &came_by);
        assert_eq!(later.before(list), None);
        let shown = later.pager(list, None).into_string();
        assert!(!shown.contains("rel=\"prev\"") && shown.contains("rel=\"first\""), "{shown}");
    }

    #[test]
    fn what_would_grow_too_long_leads_back_as_far_as_it_goes() {
        let (mut cursor, mut came_by) = (String::new(), String::new());
        for n in 0..100 {
            (cursor, came_by) = read(&PageLinks::new(&cursor, &came_by).next("/list", &format!("{n:0>90}")));
            assert!(came_by.len() <= LENGTH_MAX, "{n}: {}", came_by.len());
        }
        let mut pages = 0;
        while let Some(place) = PageLinks::new(&cursor, &came_by).before("/list") {
            (cursor, came_by) = read(&place);
            pages += 1;
            assert_eq!(cursor, format!("{:0>90}", 99 - pages));
        }
        assert_eq!(pages, 21);
        // no further: what comes before that is no second page
        let shown = PageLinks::new(&cursor, &came_by).pager("/list", None).into_string();
        assert!(shown.contains("rel=\"first\"") && !shown.contains("rel=\"prev\""), "{shown}");
        // and what somebody made up leads nowhere
        for made_up in ["a/b", "\u{e4}", &"a".repeat(LENGTH_MAX + 1), ".", "..", "a.."] {
            assert_eq!(PageLinks::new("A1", made_up).before("/list"), None, "{made_up}");
        }
    }
}
