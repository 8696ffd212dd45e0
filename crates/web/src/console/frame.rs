//! The frame of every page of the console: its sections as far as the user may open them, search, and the user menu.

use crate::{
    session::{api_status, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, Text, console as c},
    ui::{
        components::post,
        form::WORDS_MAX,
        icons::{self, Icon},
        layout::{MARK, back, head, languages, shortcuts, told},
        metadata::unlisted,
    },
};
use endpoint::{Permission, http::StatusCode};
use maud::{DOCTYPE, Markup, html};

/// A section of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConsoleSection {
    Home,
    Orders,
    Products,
    Customers,
    Mails,
    System,
    Staff,
    ApiKeys,
    /// Only in the navigation bar of a phone.
    More,
}

impl ConsoleSection {
    pub(super) const ALL: [ConsoleSection; 8] = [
        ConsoleSection::Home,
        ConsoleSection::Orders,
        ConsoleSection::Products,
        ConsoleSection::Customers,
        ConsoleSection::Mails,
        ConsoleSection::System,
        ConsoleSection::Staff,
        ConsoleSection::ApiKeys,
    ];

    pub(super) const fn path(self) -> &'static str {
        match self {
            ConsoleSection::Home => "/console",
            ConsoleSection::Orders => "/console/orders",
            ConsoleSection::Products => "/console/products",
            ConsoleSection::Customers => "/console/customers",
            ConsoleSection::Mails => "/console/mails",
            ConsoleSection::System => "/console/system",
            ConsoleSection::Staff => "/console/staff",
            ConsoleSection::ApiKeys => "/console/api-keys",
            ConsoleSection::More => "/console/more",
        }
    }
    pub(super) fn name(self) -> &'static str {
        match self {
            ConsoleSection::Home => c::HOME.text(),
            ConsoleSection::Orders => c::ORDERS.text(),
            ConsoleSection::Products => c::PRODUCTS.text(),
            ConsoleSection::Customers => c::CUSTOMERS.text(),
            ConsoleSection::Mails => c::MAILS.text(),
            ConsoleSection::System => c::SYSTEM.text(),
            ConsoleSection::Staff => c::STAFF.text(),
            ConsoleSection::ApiKeys => c::API_KEYS.text(),
            ConsoleSection::More => c::MORE.text(),
        }
    }
    pub(super) const fn icon(self) -> Icon {
        match self {
            ConsoleSection::Home => icons::HOME,
            ConsoleSection::Orders => icons::ORDERS,
            ConsoleSection::Products => icons::TAG,
            ConsoleSection::Customers => icons::USERS,
            ConsoleSection::Mails => icons::MAIL,
            ConsoleSection::System => icons::PULSE,
            ConsoleSection::Staff => icons::STAFF,
            ConsoleSection::ApiKeys => icons::KEY,
            ConsoleSection::More => icons::MORE,
        }
    }
    /// Whether a member of staff may open it.
    pub(super) fn is_open_to(self, staff: &Staff) -> bool {
        match self {
            ConsoleSection::Home | ConsoleSection::More => true,
            ConsoleSection::Orders | ConsoleSection::Mails => staff.may(Permission::Orders),
            ConsoleSection::Products => staff.may(Permission::Products),
            ConsoleSection::Customers => staff.may(Permission::Orders) || staff.may(Permission::Settings),
            ConsoleSection::System | ConsoleSection::Staff | ConsoleSection::ApiKeys => {
                staff.may(Permission::Settings)
            }
        }
    }
    /// Whether it is in the navigation bar of a phone; the others are behind “More”.
    const fn is_first(self) -> bool {
        matches!(
            self,
            ConsoleSection::Home
                | ConsoleSection::Orders
                | ConsoleSection::Products
                | ConsoleSection::Customers
        )
    }
    /// The heading above it, where a group of sections starts.
    fn begins(self) -> Option<&'static str> {
        match self {
            ConsoleSection::Mails => Some(c::SHOP_GROUP.text()),
            ConsoleSection::System => Some(c::OPERATE_GROUP.text()),
            _ => None,
        }
    }
}

/// A page of the console.
pub(super) struct ConsolePage<'a> {
    pub(super) staff: &'a Staff,
    pub(super) room: Option<ConsoleSection>,
    pub(super) title: &'a str,
    pub(super) status: StatusCode,
    /// Without scripts, the page reloads after this many seconds.
    pub(super) again_s: Option<u32>,
}

impl<'a> ConsolePage<'a> {
    pub(super) fn new(staff: &'a Staff, room: ConsoleSection, title: &'a str) -> Self {
        ConsolePage { staff, room: Some(room), title, status: StatusCode::OK, again_s: None }
    }
    pub(super) fn again_in(self, seconds: u32) -> Self {
        ConsolePage { again_s: Some(seconds), ..self }
    }
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        ConsolePage { status, ..self }
    }
    /// With its content.
    pub(super) fn show(&self, visit: &RequestContext, main: &Markup) -> PageResponse {
        let title = format!("{}, {}", self.title, t::CONSOLE);
        let whole = html! {
            (DOCTYPE)
            html lang=(visit.language.code()) data-theme=[visit.theme] data-shortcuts=[visit.shortcuts] {
                (head(&visit.appearance(), &title, &visit.web.assets.console, &unlisted(), self.again_s))
                body.console {
                    a.skip href="#main" { (t::SKIP) }
                    (self.side(visit))
                    (self.top(visit))
                    main.c-main id="main" { (main) }
                    (keys_asked_for())
                    (told())
                }
            }
        };
        PageResponse::Document(self.status, whole)
    }

    /// Whether the current section is behind “More” on a phone.
    fn is_behind_more(&self) -> Option<&'static str> {
        match self.room {
            Some(ConsoleSection::More) => Some("page"),
            Some(room) if !room.is_first() => Some("true"),
            _ => None,
        }
    }

    fn side(&self, visit: &RequestContext) -> Markup {
        let open = ConsoleSection::ALL.into_iter().filter(|room| room.is_open_to(self.staff));
        html! {
            aside.c-side aria-label=(c::ROOMS) {
                div {
                    a.brand href="/console" { (MARK) (visit.web.needs.settings.name) }
                    nav aria-label=(t::CONSOLE) {
                        @for room in open {
                            @if let Some(group) = room.begins() { span.group { (group) } }
                            a.only-wide[!room.is_first()] href=(room.path())
                                aria-current=[(Some(room) == self.room).then_some("page")] { (room.icon()) (room.name()) }
                        }
                        a.phone-tab href=(ConsoleSection::More.path()) aria-current=[self.is_behind_more()] { (icons::MORE) (c::MORE) }
                    }
                    a.only-wide.btn.btn-quiet href="/" { (icons::EXTERNAL) (c::OPEN_THE_SHOP) }
                }
            }
        }
    }

    /// The status of the API; with scripts it updates itself.
    fn lamp(&self) -> Markup {
        let (state, words) = self.staff.api.shown();
        let words = html! { span { (words) } };
        html! {
            span.push role="status" data-state-of=(api_status::PATH) data-offline=(t::API_OFFLINE)
                data-stale[self.staff.is_api_stale] {
                @if ConsoleSection::System.is_open_to(self.staff) {
                    a.lamp href=(ConsoleSection::System.path()) data-state=(state) { (words) }
                } @else { span.lamp data-state=(state) { (words) } }
            }
        }
    }

    fn top(&self, visit: &RequestContext) -> Markup {
        html! {
            header.c-top.no-print {
                a.brand href="/console" aria-label=(c::TO_HOME) { (MARK) }
                form.search role="search" action="/console/search" {
                    (icons::SEARCH)
                    input.input type="search" name="q" aria-label=(c::SEARCH_ALL) placeholder=(c::SEARCH_FOR)
                        maxlength=(WORDS_MAX) aria-keyshortcuts="/" value=(if self.room.is_none() { visit.query.text("q") } else { "" });
                    span.brief aria-hidden="true" { (c::SEARCH) }
                    kbd.wide-only { "/" }
                }
                (self.lamp())
                details.menu {
                    summary.btn-quiet.tap {
                        span.sr { (c::your_menu(&self.staff.name)) }
                        span.avatar aria-hidden="true" { (self.staff.initials()) }
                    }
                    div { (menu(visit, self.staff, keys_link())) }
                }
            }
        }
    }
}

/// The single-key shortcuts.
const KEYS: [(&[&str], Text); 6] = [
    (&["/"], c::KEY_SEARCH),
    (&["j", "k"], c::KEY_MOVE),
    (&["x"], c::KEY_PICK),
    (&["Enter"], c::KEY_OPEN),
    (&["?"], c::KEY_KEYS),
    (&["Esc"], c::KEY_CLOSE),
];

/// All shortcuts, with a hint where to turn them off, unless that switch is visible.
pub(super) fn keys(is_switch_in_sight: bool) -> Markup {
    html! {
        dl.shortcuts {
            @for (keys, what) in KEYS {
                div { dt { @for key in keys { kbd { (key) } } } dd { (what) } }
            }
            div { dt { kbd { (c::CTRL) } kbd { "S" } } dd { (c::KEY_SAVE) } }
        }
        @if !is_switch_in_sight { p.small.quiet { (c::KEYS_MORE) } }
    }
}

/// The link to the shortcuts.
fn keys_link() -> Markup {
    let place = format!("{}#shortcuts", ConsoleSection::More.path());
    html! { a.wide-only data-asks-keys href=(place) { (icons::BOLT) (t::SHORTCUTS) kbd.push { "?" } } }
}

/// The dialog with the shortcuts, which a script opens.
fn keys_asked_for() -> Markup {
    html! {
        dialog.dialog data-keys aria-labelledby="keys" {
            header { h2 id="keys" { (t::SHORTCUTS) } }
            div.stack.gap-3 { (keys(false)) }
            footer { form method="dialog" { button.btn.btn-primary { (c::CLOSE) } } }
        }
    }
}

/// The user menu: the account, further links, the switches, and signing out.
pub(super) fn menu(visit: &RequestContext, staff: &Staff, more: Markup) -> Markup {
    let frame = visit.frame();
    let looks = [("light", t::LIGHT), ("dark", t::DARK), ("system", t::LIKE_THE_SYSTEM)];
    let now = visit.theme.unwrap_or("system");
    html! {
        p.who-am-i { strong.wrap-any { (staff.name) } span.small.quiet { (c::role(staff.user.role)) } }
        a href="/account/profile" { (icons::USER) (c::YOUR_PROFILE) }
        (more)
        (post(visit.csrf(), "/appearance", "looks", html! {
            (back(&frame))
            span.small.quiet { (t::APPEARANCE) }
            span.btn-group role="group" aria-label=(t::APPEARANCE) {
                @for (look, name) in looks {
                    button.btn.btn-small name="theme" value=(look) aria-pressed=(if look == now { "true" } else { "false" })
                        aria-current=[(look == now).then_some("true")] { (name) }
                }
            }
        }))
        (post(visit.csrf(), "/appearance", "looks", html! {
            (back(&frame))
            (shortcuts(&frame))
        }))
        (post(visit.csrf(), "/language", "looks", languages(&frame)))
        (post(visit.csrf(), "/sign-out", "", html! { button { (icons::LOGOUT) (t::SIGN_OUT) } }))
    }
}
