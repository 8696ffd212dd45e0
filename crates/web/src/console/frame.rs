//! What stands around every page of the console: the rooms that are open to whoever looks, search, and who that is.

use crate::{
    session::{api_status, request::Visit, response::Shown, staff::Staff},
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

/// A room of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Home,
    Orders,
    Products,
    Customers,
    Mails,
    System,
    Staff,
    ApiKeys,
    /// Stands in the bar of a phone alone.
    More,
}

impl Room {
    pub(super) const ALL: [Room; 8] = [
        Room::Home,
        Room::Orders,
        Room::Products,
        Room::Customers,
        Room::Mails,
        Room::System,
        Room::Staff,
        Room::ApiKeys,
    ];

    pub(super) const fn path(self) -> &'static str {
        match self {
            Room::Home => "/console",
            Room::Orders => "/console/orders",
            Room::Products => "/console/products",
            Room::Customers => "/console/customers",
            Room::Mails => "/console/mails",
            Room::System => "/console/system",
            Room::Staff => "/console/staff",
            Room::ApiKeys => "/console/api-keys",
            Room::More => "/console/more",
        }
    }
    pub(super) fn name(self) -> &'static str {
        match self {
            Room::Home => c::HOME.say(),
            Room::Orders => c::ORDERS.say(),
            Room::Products => c::PRODUCTS.say(),
            Room::Customers => c::CUSTOMERS.say(),
            Room::Mails => c::MAILS.say(),
            Room::System => c::SYSTEM.say(),
            Room::Staff => c::STAFF.say(),
            Room::ApiKeys => c::API_KEYS.say(),
            Room::More => c::MORE.say(),
        }
    }
    pub(super) const fn icon(self) -> Icon {
        match self {
            Room::Home => icons::HOME,
            Room::Orders => icons::ORDERS,
            Room::Products => icons::TAG,
            Room::Customers => icons::USERS,
            Room::Mails => icons::MAIL,
            Room::System => icons::PULSE,
            Room::Staff => icons::STAFF,
            Room::ApiKeys => icons::KEY,
            Room::More => icons::MORE,
        }
    }
    /// Whether it is for them.
    pub(super) fn is_open_to(self, staff: &Staff) -> bool {
        match self {
            Room::Home | Room::More => true,
            Room::Orders | Room::Mails => staff.may(Permission::Orders),
            Room::Products => staff.may(Permission::Products),
            Room::Customers => staff.may(Permission::Orders) || staff.may(Permission::Settings),
            Room::System | Room::Staff | Room::ApiKeys => staff.may(Permission::Settings),
        }
    }
    /// What stands in the bar of a phone; the others are behind “More”.
    const fn is_first(self) -> bool {
        matches!(self, Room::Home | Room::Orders | Room::Products | Room::Customers)
    }
    /// The heading above it where a group of rooms begins.
    fn begins(self) -> Option<&'static str> {
        match self {
            Room::Mails => Some(c::SHOP_GROUP.say()),
            Room::System => Some(c::OPERATE_GROUP.say()),
            _ => None,
        }
    }
}

/// A page of the console.
pub(super) struct Page<'a> {
    pub(super) staff: &'a Staff,
    pub(super) room: Option<Room>,
    pub(super) title: &'a str,
    pub(super) status: StatusCode,
    /// Looks again after so many seconds where scripts are off.
    pub(super) again_s: Option<u32>,
}

impl<'a> Page<'a> {
    pub(super) fn new(staff: &'a Staff, room: Room, title: &'a str) -> Self {
        Page { staff, room: Some(room), title, status: StatusCode::OK, again_s: None }
    }
    pub(super) fn again_in(self, seconds: u32) -> Self {
        Page { again_s: Some(seconds), ..self }
    }
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Page { status, ..self }
    }
    /// With what stands in it.
    pub(super) fn show(&self, visit: &Visit, main: &Markup) -> Shown {
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
        Shown::Whole(self.status, whole)
    }

    /// Whether “More” leads to the open room, on a phone.
    fn is_behind_more(&self) -> Option<&'static str> {
        match self.room {
            Some(Room::More) => Some("page"),
            Some(room) if !room.is_first() => Some("true"),
            _ => None,
        }
    }

    fn side(&self, visit: &Visit) -> Markup {
        let open = Room::ALL.into_iter().filter(|room| room.is_open_to(self.staff));
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
                        a.phone-tab href=(Room::More.path()) aria-current=[self.is_behind_more()] { (icons::MORE) (c::MORE) }
                    }
                    a.only-wide.btn.btn-quiet href="/" { (icons::EXTERNAL) (c::OPEN_THE_SHOP) }
                }
            }
        }
    }

    /// How the API is; where scripts are on it is asked again.
    fn lamp(&self) -> Markup {
        let (state, words) = self.staff.api.shown();
        let words = html! { span { (words) } };
        html! {
            span.push role="status" data-state-of=(api_status::PATH) data-offline=(t::API_OFFLINE)
                data-stale[self.staff.is_api_stale] {
                @if Room::System.is_open_to(self.staff) {
                    a.lamp href=(Room::System.path()) data-state=(state) { (words) }
                } @else { span.lamp data-state=(state) { (words) } }
            }
        }
    }

    fn top(&self, visit: &Visit) -> Markup {
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

/// What single keys do, by what stands on them.
const KEYS: [(&[&str], Text); 6] = [
    (&["/"], c::KEY_SEARCH),
    (&["j", "k"], c::KEY_MOVE),
    (&["x"], c::KEY_PICK),
    (&["Enter"], c::KEY_OPEN),
    (&["?"], c::KEY_KEYS),
    (&["Esc"], c::KEY_CLOSE),
];

/// All of them; where they are switched off stands below, unless it is in sight.
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

/// The way to them.
fn keys_link() -> Markup {
    let place = format!("{}#shortcuts", Room::More.path());
    html! { a.wide-only data-asks-keys href=(place) { (icons::BOLT) (t::SHORTCUTS) kbd.push { "?" } } }
}

/// What a script shows where somebody asks for the keys.
fn keys_asked_for() -> Markup {
    html! {
        dialog.dialog data-keys aria-labelledby="keys" {
            header { h2 id="keys" { (t::SHORTCUTS) } }
            div.stack.gap-3 { (keys(false)) }
            footer { form method="dialog" { button.btn.btn-primary { (c::CLOSE) } } }
        }
    }
}

/// Who is signed in, with more ways from here, how pages look, and the way out.
pub(super) fn menu(visit: &Visit, staff: &Staff, more: Markup) -> Markup {
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
