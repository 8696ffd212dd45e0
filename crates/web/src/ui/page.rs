//! A page of the shop, and what stands around it as far as that depends on the request.

use crate::{
    texts::Language,
    ui::{
        assets::Assets,
        metadata::{Location, Metadata},
    },
};
use endpoint::http::StatusCode;
use maud::Markup;

/// A page.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) main: Markup,
    /// The only way to another page: what is begun here is to be finished.
    pub(crate) back: Option<Markup>,
    /// The words that were looked for, in the field of the search.
    pub(crate) sought: String,
    /// Looks again after so many seconds where scripts are off.
    pub(crate) again_s: Option<u32>,
    /// What search engines are told of it.
    pub(crate) about: Metadata,
}
impl Page {
    pub(crate) fn new(title: impl Into<String>, main: Markup) -> Self {
        let status = StatusCode::OK;
        let (back, again_s, about) = (None, None, Metadata::default());
        Page { status, title: title.into(), main, back, sought: String::new(), again_s, about }
    }
    pub(crate) fn back_by(self, way: Markup) -> Self {
        Page { back: Some(way), ..self }
    }
    pub(crate) fn about(self, about: Metadata) -> Self {
        Page { about, ..self }
    }
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Page { status, ..self }
    }
}

/// What the head of every page is made of.
pub(crate) struct Appearance<'a> {
    /// What the shop is called.
    pub(crate) shop: &'a str,
    pub(crate) assets: &'a Assets,
    pub(crate) language: Language,
    /// `light` or `dark`, where the visitor has chosen.
    pub(crate) theme: Option<&'static str>,
    /// `off`, where single keys do nothing.
    pub(crate) shortcuts: Option<&'static str>,
}

/// What stands around a page of one request.
pub(crate) struct PageFrame<'a> {
    pub(crate) appearance: Appearance<'a>,
    pub(crate) location: Location<'a>,
    /// The token of the forms in the frame.
    pub(crate) csrf: &'a str,
    /// Path and query of the page: switches of language and theme lead back there.
    pub(crate) here: String,
    /// The fields that were typed on the page, by their names: they travel along with such a switch.
    pub(crate) typed: Vec<(&'a str, &'a str)>,
    /// Where a link leads by which customers ask.
    pub(crate) contact: Option<&'a str>,
    /// The name of the account that is signed in.
    pub(crate) user_name: Option<&'a str>,
    /// Whether the console is open to that account.
    pub(crate) is_staff: bool,
    /// Units in the basket that are on sale.
    pub(crate) basket_units: i64,
    /// Whether all in the basket is no longer sold.
    pub(crate) is_basket_unsold: bool,
}
