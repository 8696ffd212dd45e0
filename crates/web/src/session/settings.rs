//! How the shop presents itself.

use crate::texts;
use contracts::{payments::PaymentMethods, products::StockDisplay};
use kernel::Currency;
use languages::Zone;

/// The settings of the shop that pages show or need.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// The name of the shop.
    pub name: String,
    /// Where the contact link leads; none: there is no such link.
    pub contact: Option<String>,
    /// The seller, at the foot of printed documents; none: name and contact.
    pub imprint: Option<String>,
    /// The public URL, such as `https://shop.example`; none: the host of the request.
    pub public_url: Option<String>,
    /// Whether the home page is that of the demo, with a drawing of a teapot.
    pub shows_teapot: bool,
    /// The currency of all prices.
    pub currency: Currency,
    /// The time zone of the pages.
    pub time_zone: Zone,
    /// How customers see stock, as in products.
    pub show_stock: StockDisplay,
    /// Up to this many units the stock of a product is low, as in products.
    pub low_stock: i64,
    /// The most units of a line, as in orders.
    pub line_units_max: i64,
    /// The payment methods of a checkout.
    pub payment_methods: PaymentMethods,
}
impl Default for WebSettings {
    fn default() -> Self {
        let name = texts::SHOP.to_owned();
        let (contact, imprint, public_url) = (None, None, None);
        WebSettings {
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

impl WebSettings {
    /// The seller at the foot of printed documents: name and contact where no imprint is set.
    pub(crate) fn imprint_line(&self) -> String {
        let contact = self.contact.as_deref().map(|at| at.strip_prefix("mailto:").unwrap_or(at));
        let usual =
            || [Some(self.name.as_str()), contact].into_iter().flatten().collect::<Vec<_>>().join(", ");
        self.imprint.clone().unwrap_or_else(usual)
    }
}
