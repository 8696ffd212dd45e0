//! Icons (24 × 24, strokes) and the glyphs of statuses (16 × 16): ○ an order, ◇ a payment, ▢ a parcel. The shape identifies the
//! subject, the fill its progress.

/// An icon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Icon(pub(crate) &'static str);
/// The glyph of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glyph(pub(crate) &'static str);

pub(crate) const SEARCH: Icon = Icon(r#"<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>"#);
pub(crate) const BASKET: Icon = Icon(
    r#"<path d="M4 9h16l-1.6 9.2a2 2 0 0 1-2 1.8H7.6a2 2 0 0 1-2-1.8zM8 9l3-5.5M16 9l-3-5.5M10 13v3.5M14 13v3.5"/>"#,
);
pub(crate) const USER: Icon =
    Icon(r#"<circle cx="12" cy="8" r="3.75"/><path d="M4.75 20a7.25 7.25 0 0 1 14.5 0"/>"#);
pub(crate) const CHECK: Icon = Icon(r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#);
pub(crate) const MENU: Icon = Icon(r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#);
pub(crate) const X: Icon = Icon(r#"<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>"#);
pub(crate) const PLUS: Icon = Icon(r#"<path d="M12 5.5v13M5.5 12h13"/>"#);
pub(crate) const MINUS: Icon = Icon(r#"<path d="M5.5 12h13"/>"#);
pub(crate) const RIGHT: Icon = Icon(r#"<path d="m9.5 6 6 6-6 6"/>"#);
pub(crate) const DOWN: Icon = Icon(r#"<path d="m6 9.5 6 6 6-6"/>"#);
pub(crate) const TRUCK: Icon = Icon(
    r#"<path d="M3 6.5h11.5v10H3zM14.5 10h3.7l2.8 3v3.5h-6.5z"/><circle cx="7.5" cy="17.5" r="1.8"/><circle cx="17" cy="17.5" r="1.8"/>"#,
);
pub(crate) const BOX: Icon = Icon(r#"<path d="M4 8 12 4l8 4v8.5L12 20.5 4 16.5zM4 8l8 4 8-4M12 12v8.5"/>"#);
pub(crate) const LOCK: Icon = Icon(
    r#"<rect x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>"#,
);
pub(crate) const ALERT: Icon = Icon(r#"<path d="M12 4.2 21 19.5H3zM12 10v4.2M12 16.9v.1"/>"#);
pub(crate) const INFO: Icon = Icon(r#"<circle cx="12" cy="12" r="8.25"/><path d="M12 11.2v5M12 7.9v.1"/>"#);
pub(crate) const COPY: Icon = Icon(
    r#"<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>"#,
);
pub(crate) const KEY: Icon =
    Icon(r#"<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8.500-8.500M15 8.500l3 3"/>"#);
pub(crate) const LOGOUT: Icon = Icon(r#"<path d="M10 4.5H5v15h5M14.5 8l4.5 4-4.5 4M19 12H9.5"/>"#);
pub(crate) const REPLAY: Icon = Icon(r#"<path d="M5 12a7 7 0 1 1 2.200 5.100M5 18.500v-4.300h4.300"/>"#);

pub(crate) const PRINT: Icon =
    Icon(r#"<path d="M7 8.5V4h10v4.5M7 17H4.5v-6.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2V17H17M7 14h10v6H7z"/>"#);

pub(crate) const RISE: Icon = Icon(r#"<path d="M6.5 17.5 17.5 6.5M9 6.5h8.5V15"/>"#);
pub(crate) const FALL: Icon = Icon(r#"<path d="M6.5 6.5 17.5 17.5M17.5 9v8.5H9"/>"#);

pub(crate) const LEFT: Icon = Icon(r#"<path d="m14.5 6-6 6 6 6"/>"#);
pub(crate) const UP: Icon = Icon(r#"<path d="m6 14.5 6-6 6 6"/>"#);
pub(crate) const FILTER: Icon = Icon(r#"<path d="M4 7h16M7 12h10M10 17h4"/>"#);
pub(crate) const MORE: Icon =
    Icon(r#"<circle cx="6" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="18" cy="12" r="1"/>"#);
pub(crate) const USERS: Icon = Icon(
    r#"<circle cx="9" cy="8.5" r="3.25"/><path d="M2.75 19.5a6.25 6.25 0 0 1 12.5 0M15.5 5.5a3.25 3.25 0 0 1 0 6M17.5 14a6.2 6.2 0 0 1 3.75 5.5"/>"#,
);
pub(crate) const HOME: Icon = Icon(r#"<path d="m4 11 8-6.5 8 6.5v8.5h-5.5v-5h-5v5H4z"/>"#);
pub(crate) const ORDERS: Icon = Icon(
    r#"<path d="M9 6.5h11M9 12h11M9 17.5h11"/><path d="M4.5 6.5h.6M4.5 12h.6M4.5 17.5h.6" stroke-width="2.4"/>"#,
);
pub(crate) const TAG: Icon =
    Icon(r#"<path d="M4 4.5h7.5l8.5 8.5-7 7L4.5 11.5z"/><circle cx="8.5" cy="8.8" r="1.1"/>"#);
pub(crate) const MAIL: Icon =
    Icon(r#"<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7.5 8 6 8-6"/>"#);
pub(crate) const PULSE: Icon = Icon(r#"<path d="M3 12.5h4l2.5-7 4.5 13 2.7-6H21"/>"#);
pub(crate) const BOLT: Icon = Icon(r#"<path d="M13 3.5 5 13.5h6l-1 7 8-10h-6z"/>"#);
pub(crate) const STAFF: Icon =
    Icon(r#"<circle cx="8" cy="15.5" r="3.75"/><path d="m10.8 12.7 8.2-8.2M15.5 8l2.5 2.5"/>"#);
pub(crate) const EXTERNAL: Icon = Icon(r#"<path d="M13.5 4.5h6v6M19.5 4.5 11 13M17 14v5.5H4.5V7H10"/>"#);

pub(crate) const O_DRAFT: Glyph = Glyph(r#"<circle stroke-dasharray="2.200 2.400" cx="8" cy="8" r="6"/>"#);
pub(crate) const O_CONFIRMED: Glyph = Glyph(
    r#"<circle cx="8" cy="8" r="6"/><path class="f" d="M8 4.200a3.800 3.800 0 0 1 0 7.600z" stroke="none"/>"#,
);
pub(crate) const O_HOLD: Glyph = Glyph(
    r#"<circle class="f" cx="8" cy="8" r="6"/><path class="k" d="M6.400 5.800v4.400M9.600 5.800v4.400"/>"#,
);
pub(crate) const O_PENDING: Glyph = Glyph(
    r#"<circle cx="8" cy="8" r="6"/><path class="f" d="M8 8V4.200A3.800 3.800 0 0 1 11.800 8z" stroke="none"/>"#,
);
pub(crate) const O_COMPLETED: Glyph =
    Glyph(r#"<circle class="f" cx="8" cy="8" r="6"/><path class="k" d="m5.200 8.300 2 2 3.700-4.100"/>"#);
pub(crate) const O_CANCELLING: Glyph =
    Glyph(r#"<circle stroke-dasharray="2.200 2.400" cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>"#);
pub(crate) const O_CANCELLED: Glyph = Glyph(r#"<circle cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>"#);
pub(crate) const O_EXPIRED: Glyph = Glyph(r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.900V8l2 1.500"/>"#);
pub(crate) const P_UNPAID: Glyph = Glyph(r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/>"#);
pub(crate) const P_PENDING: Glyph =
    Glyph(r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path d="M6 8h.100M8 8h.100M10 8h.100"/>"#);
pub(crate) const P_AUTHORIZED: Glyph = Glyph(
    r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path class="f" d="M3.600 8h8.800L8 12.400z" stroke="none"/>"#,
);
pub(crate) const P_PAID: Glyph = Glyph(
    r#"<path class="f" d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path class="k" d="m5.500 8.200 1.800 1.800 3.200-3.600"/>"#,
);
pub(crate) const P_PARTIALLY_REFUNDED: Glyph = Glyph(
    r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path class="f" d="M8 3.600v8.800L3.600 8z" stroke="none"/>"#,
);
pub(crate) const P_REFUNDED: Glyph = Glyph(
    r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path d="M10.600 8H5.900M7.700 6.200 5.900 8l1.800 1.800"/>"#,
);
pub(crate) const P_VOIDED: Glyph =
    Glyph(r#"<path d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path d="m5.700 10.300 4.600-4.600"/>"#);
pub(crate) const P_FAILED: Glyph = Glyph(
    r#"<path class="f" d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path class="k" d="M8 5v3.500M8 10.600v.1"/>"#,
);
pub(crate) const P_UNKNOWN: Glyph = Glyph(
    r#"<path stroke-dasharray="2.200 2.400" d="M8 1.6 14.400 8 8 14.400 1.600 8z"/><path d="M8 5v3.500M8 10.600v.1"/>"#,
);
pub(crate) const F_PENDING: Glyph =
    Glyph(r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/>"#);
pub(crate) const F_UNFULFILLED: Glyph = Glyph(
    r#"<rect stroke-dasharray="2.200 2.400" x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/>"#,
);
pub(crate) const F_PACKED: Glyph = Glyph(
    r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path d="M2.500 6h11M8 2.500V6"/>"#,
);
pub(crate) const F_PARTIALLY_SHIPPED: Glyph = Glyph(
    r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path class="f" d="M2.600 4.400v7.200a1.800 1.800 0 0 0 1.800 1.800H8V2.600H4.400a1.800 1.800 0 0 0-1.800 1.800z" stroke="none"/>"#,
);
pub(crate) const F_SHIPPED: Glyph = Glyph(
    r#"<rect class="f" x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path class="k" d="M4.800 8h6M8.600 5.600 11 8l-2.400 2.400"/>"#,
);
pub(crate) const F_PARTIALLY_DELIVERED: Glyph = Glyph(
    r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path class="f" d="M2.600 8v3.600a1.800 1.800 0 0 0 1.800 1.800h7.200a1.800 1.800 0 0 0 1.800-1.800V8z" stroke="none"/>"#,
);
pub(crate) const F_DELIVERED: Glyph = Glyph(
    r#"<rect class="f" x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path class="k" d="m5.200 8.300 2 2 3.700-4.100"/>"#,
);
pub(crate) const F_CANCELLED: Glyph = Glyph(
    r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path d="m6 6 4 4M10 6l-4 4"/>"#,
);
pub(crate) const F_FAILED: Glyph = Glyph(
    r#"<rect class="f" x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path class="k" d="M8 4.700v4M8 11.100v.1"/>"#,
);
pub(crate) const F_RETURNED: Glyph = Glyph(
    r#"<rect x="2.250" y="2.250" width="11.500" height="11.500" rx="2.200"/><path d="M11.200 8H5.400M7.500 5.800 5.300 8l2.200 2.200"/>"#,
);
pub(crate) const OK: Glyph =
    Glyph(r#"<circle class="f" cx="8" cy="8" r="6"/><path class="k" d="m5.200 8.300 2 2 3.700-4.100"/>"#);
pub(crate) const WARN: Glyph = Glyph(
    r#"<path class="f" d="M8 2.200 14.600 13.600H1.400z"/><path class="k" d="M8 6.200v3.200M8 11.500v.1"/>"#,
);
/// Something changed, and nothing is wrong with it.
pub(crate) const NEWS: Glyph =
    Glyph(r#"<circle class="f" cx="8" cy="8" r="6.800"/><path class="k" d="M8 7.400v4M8 4.700v.1"/>"#);
/// Something was deleted.
pub(crate) const GONE: Glyph = Glyph(r#"<circle cx="8" cy="8" r="5.800"/><path d="M4 12 12 4"/>"#);
pub(crate) const LETTER: Glyph =
    Glyph(r#"<rect x="2" y="3.500" width="12" height="9" rx="1.500"/><path d="m2.500 5 5.500 4 5.500-4"/>"#);
pub(crate) const NOTE: Glyph = Glyph(r#"<path d="M3.500 2.500h9v7l-3.500 4h-5.500z"/><path d="M6 6h4"/>"#);
pub(crate) const DOT: Glyph = Glyph(r#"<circle class="f" cx="8" cy="8" r="2.500"/>"#);
pub(crate) const LEVEL_0: Glyph = Glyph(
    r#"<path d="M3 13v-3M8 13V7M13 13V3" stroke-width="2.400" opacity=".35"/><path d="m2.500 2.500 11 11"/>"#,
);
pub(crate) const LEVEL_1: Glyph = Glyph(
    r#"<path d="M3 13v-3" stroke-width="2.400"/><path d="M8 13V7M13 13V3" stroke-width="2.400" opacity=".3"/>"#,
);
pub(crate) const LEVEL_2: Glyph = Glyph(
    r#"<path d="M3 13v-3M8 13V7" stroke-width="2.400"/><path d="M13 13V3" stroke-width="2.400" opacity=".3"/>"#,
);
pub(crate) const LEVEL_3: Glyph = Glyph(r#"<path d="M3 13v-3M8 13V7M13 13V3" stroke-width="2.400"/>"#);
