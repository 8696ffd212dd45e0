//! A page of the shop, and what surrounds it as far as that depends on the request.

use crate::{
    texts::Language,
    ui::{
        assets::Assets,
        metadata::{Location, PageMetadata},
    },
};
use endpoint::http::StatusCode;
use maud::Markup;

/// A page.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) main: Markup,
    /// The only link in the header, for pages with a task that must not be interrupted.
    pub(crate) back: Option<Markup>,
    /// The words in the search field.
    pub(crate) sought: String,
    /// Without scripts, the page reloads after this many seconds.
    pub(crate) again_s: Option<u32>,
    /// Its metadata for search engines.
    pub(crate) about: PageMetadata,
}
impl Page {
    pub(crate) fn new(title: impl Into<String>, main: Markup) -> Self {
        let status = StatusCode::OK;
        let (back, again_s, about) = (None, None, PageMetadata::default());
        Page { status, title: title.into(), main, back, sought: String::new(), again_s, about }
    }
    pub(crate) fn back_by(self, way: Markup) -> Self {
        Page { back: Some(way), ..self }
    }
    pub(crate) fn about(self, about: PageMetadata) -> Self {
        Page { about, ..self }
    }
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Page { status, ..self }
    }
}

/// What the head of every page is made of.
pub(crate) struct Appearance<'a> {
    /// The name of the shop.
    pub(crate) shop: &'a str,
    pub(crate) assets: &'a Assets,
    pub(crate) language: Language,
    /// `light` or `dark`, where chosen.
    pub(crate) theme: Option<&'static str>,
    /// `off`, where single-key shortcuts are off.
    pub(crate) shortcuts: Option<&'static str>,
}

/// What surrounds a page of one request.
pub(crate) struct PageFrame<'a> {
    pub(crate) appearance: Appearance<'a>,
    pub(crate) location: Location<'a>,
    /// The token of the forms in the frame.
    pub(crate) csrf: &'a str,
    /// Path and query of the page, to which switches of language and theme lead back.
    pub(crate) here: String,
    /// Names and values of the fields that were typed on the page; such a switch carries them along.
    pub(crate) typed: Vec<(&'a str, &'a str)>,
    /// Where the contact link leads.
    pub(crate) contact: Option<&'a str>,
    /// The name of the signed-in account.
    pub(crate) user_name: Option<&'a str>,
    /// Whether the account can open the console.
    pub(crate) is_staff: bool,
    /// Units in the basket that are on sale.
    pub(crate) basket_units: i64,
    /// Whether the basket holds only products that are no longer sold.
    pub(crate) is_basket_unsold: bool,
}
