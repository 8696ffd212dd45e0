//! How the shop presents itself.

use crate::texts;
use contracts::{payments::PaymentMethods, products::StockDisplay};
use kernel::Currency;
use languages::Zone;

/// How the shop presents itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the shop is called.
    pub name: String,
    /// Where a link leads by which customers ask; none: there is no such link.
    pub contact: Option<String>,
    /// Who sells, as it stands at the foot of papers; none: there stand name and contact.
    pub imprint: Option<String>,
    /// The address by which customers find the shop, such as `https://shop.example`; none: that by which a browser came.
    pub public_url: Option<String>,
    /// Whether its first page is the demo's: a drawing of a teapot, beside words that go with it.
    pub shows_teapot: bool,
    /// In what the shop reckons.
    pub currency: Currency,
    /// The local time of the pages.
    pub time_zone: Zone,
    /// How customers are shown stock, as products has it.
    pub show_stock: StockDisplay,
    /// Up to so many pieces a product counts as low, as products has it.
    pub low_stock: i64,
    /// The most pieces of a line, as orders has it.
    pub line_units_max: i64,
    /// What a checkout offers.
    pub payment_methods: PaymentMethods,
}
impl Default for Settings {
    fn default() -> Self {
        let name = texts::SHOP.to_owned();
        let (contact, imprint, public_url) = (None, None, None);
        Settings {
            name,
            contact,
            imprint,
            public_url,
            shows_teapot: false,
            currency: Currency::EUR,
            time_zone: Zone::default(),
            show_stock: StockDisplay::default(),
            low_stock: 5,
            line_units_max: 1_000,
            payment_methods: PaymentMethods::ANY,
        }
    }
}

impl Settings {
    /// Who sells, at the foot of printed documents: where that is not set, name and contact.
    pub(crate) fn imprint_line(&self) -> String {
        let contact = self.contact.as_deref().map(|at| at.strip_prefix("mailto:").unwrap_or(at));
        let usual =
            || [Some(self.name.as_str()), contact].into_iter().flatten().collect::<Vec<_>>().join(", ");
        self.imprint.clone().unwrap_or_else(usual)
    }
}
