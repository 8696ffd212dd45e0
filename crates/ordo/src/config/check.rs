//! Whether the settings can be used, each by itself; which of them go together is for [`crate::topology`] to say.

use super::{Config, quoted};
use crate::{compat, exit_code::Failure, logs};
use contracts::auth::ForgotPasswordRequest;
use endpoint::{ValidateRequest, http::Uri};
use gateway::Cidr;
use kernel::Secret;
use languages::Zone;

/// Ten years: beyond any use, and far from the end of time.
const SECONDS_MAX: u64 = 10 * 366 * 24 * 60 * 60;
/// Fewer than the connections that a process takes: those who only ask are still to get one.
const STREAMS_MAX: u32 = 9_000;
/// Each reads all of the data.
const BACKUP_EVERY_MIN: u64 = 60;
const BACKUPS_MAX: u32 = 10_000;
const DAYS_MAX: u32 = 10 * 366;
/// It is shown in one line above each page.
const NAME_MAX: usize = 60;
/// It is shown in a few lines at the foot of a document.
const IMPRINT_MAX: usize = 300;
/// From less than any order has to what services hand one another (8 MiB with what is around it).
const BODY_BYTES: std::ops::RangeInclusive<u32> = 1024..=4 << 20;
/// As many as a line of an order can have.
const UNITS_MAX: u32 = 1_000_000;
/// More than a server of PostgreSQL has by default.
const CONNECTIONS_MAX: u32 = 1000;
/// A replica is checked several times within the least, and nobody means more than the most by "a moment".
const LAG_MS: std::ops::RangeInclusive<u64> = 100..=60_000;
/// What runs and what is still taken are not to keep a machine from being switched off.
const LEAVE_MAX: u64 = 60 * 60;

/// Where a link to the shop's contact leads, if it can lead there.
pub(crate) fn contact_address(contact: &str) -> Option<String> {
    let mut found = Vec::new();
    ForgotPasswordRequest { email: contact.to_owned() }.check(&mut found);
    if found.is_empty() {
        return Some(format!("mailto:{contact}"));
    }
    let uri: Uri = contact.parse().ok()?;
    let is_of_web =
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty());
    is_of_web.then(|| contact.to_owned())
}

/// Whether something is said, in one line of at most so many characters.
fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// What is wrong with them, with the name of each that cannot be used.
pub(super) fn check(config: &Config) -> Vec<String> {
    let mut found = amounts(config);
    found.extend(units(config));
    found.extend(databases(config));
    let mut wrong = |what: String| found.push(what);
    let is_good = |text: &str| hex::decode(text).is_ok_and(|bytes| bytes.len() == 32);
    if let Some(secret) = config.secret.as_ref().map(Secret::expose)
        && !is_good(secret)
    {
        let why = match is_good(secret.trim()) {
            true => ", and nothing around them: a blank stands before or after them. Take it out",
            false => ", as `openssl rand -hex 32` prints them",
        };
        wrong(format!("`secret`: 64 hexadecimal digits are expected{why}"));
    }
    folders(config).into_iter().for_each(&mut wrong);
    if let Err(why) = logs::check(&config.log) {
        wrong(format!("`log`: {why}"));
    }
    if let Err(why) = bus::nats::check_prefix(&config.bus_prefix) {
        wrong(format!("`bus_prefix`: {why}"));
    }
    if let Err(e) = gateway::check_origins(&config.cors_origins) {
        wrong(format!("`cors_origins`: {e}"));
    }
    if let Some(url) = &config.public_url
        && (url == "*" || gateway::check_origins(std::slice::from_ref(url)).is_err())
    {
        wrong(format!(
            "`public_url`: scheme and host of the shop's address are expected, such as https://shop.example, without a \
             slash or a path at the end, not {}",
            quoted(url)
        ));
    }
    if let Some(name) = &config.shop_name
        && !is_line(name, NAME_MAX)
    {
        wrong(format!(
            "`shop_name`: 1 to {NAME_MAX} characters in one line are expected, such as Halm & Ton, not {}",
            quoted(name)
        ));
    }
    if let Some(imprint) = &config.shop_imprint
        && !is_line(imprint, IMPRINT_MAX)
    {
        wrong(format!(
            "`shop_imprint`: 1 to {IMPRINT_MAX} characters in one line are expected, not {}, such as Halm & Ton GmbH, Karl-Heine-Straße 90, 04229 Leipzig. VAT DE 312 445 901",
            quoted(imprint)
        ));
    }
    if let Some(contact) = &config.shop_contact
        && contact_address(contact).is_none()
    {
        wrong(format!(
            "`shop_contact`: an email address or the address of a page is expected, such as help@shop.example or \
             https://shop.example/contact, not {}",
            quoted(contact)
        ));
    }
    if Zone::named(&config.time_zone).is_none() {
        wrong(format!(
            "`time_zone`: {} is no time zone. Use an IANA name such as Europe/Berlin, or UTC",
            quoted(&config.time_zone)
        ));
    }
    compat::settings::check(config).into_iter().for_each(|failure| wrong(failure.to_string()));
    if let Err(failure) = proxies(config) {
        wrong(failure.to_string());
    }
    found
}

/// The same of folders.
fn folders(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    if config.data.as_os_str().is_empty() {
        found.push("`data`: the name of a folder is expected, such as ./ordo-data".to_owned());
    }
    for (name, path) in [
        ("data", Some(&config.data)),
        ("pictures", config.pictures.as_ref()),
        ("backup_to", config.backup_to.as_ref()),
    ] {
        if let Some(path) = path.filter(|path| path.starts_with("~")) {
            let path = quoted(&path.display().to_string());
            found.push(format!(
                "`{name}`: `~` stands for no folder in a setting. Write the whole path, not {path}"
            ));
        }
    }
    found
}

/// The same of the addresses of databases, which are not shown: they may carry a password.
fn databases(config: &Config) -> Vec<String> {
    let each = [
        ("database_url", &config.database_url),
        ("auth_database_url", &config.auth_database_url),
        ("products_database_url", &config.products_database_url),
        ("orders_database_url", &config.orders_database_url),
        ("payments_database_url", &config.payments_database_url),
        ("notifications_database_url", &config.notifications_database_url),
        ("database_read_url", &config.database_read_url),
        ("auth_database_read_url", &config.auth_database_read_url),
        ("products_database_read_url", &config.products_database_read_url),
        ("orders_database_read_url", &config.orders_database_read_url),
        ("notifications_database_read_url", &config.notifications_database_read_url),
    ];
    let mistake = |(name, url): (&str, &Option<Secret>)| {
        let url = url.as_ref()?.expose();
        let error = db::postgres::check(url).err()?;
        let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        // of any other text the parser says only where it gave up
        let why = if is_url { format!(": {error}") } else { ". It begins with postgres://".to_owned() };
        Some(format!(
            "`{name}`: the address of a PostgreSQL database, such as postgres://ordo@127.0.0.1:5432/ordo, is expected{why}"
        ))
    };
    each.into_iter().filter_map(mistake).collect()
}

/// The same of numbers.
fn amounts(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    let mut wrong = |what: String| found.push(what);
    for (name, seconds) in [
        ("access_token_ttl", config.access_token_ttl),
        ("refresh_token_ttl", config.refresh_token_ttl),
        ("payment_due", config.payment_due),
        ("guest_payment_due", config.guest_payment_due),
        ("hold", config.hold),
        ("provider_timeout", config.provider_timeout),
        ("database_connect_timeout", config.database_connect_timeout),
        ("database_statement_timeout", config.database_statement_timeout),
        ("database_lock_timeout", config.database_lock_timeout),
        ("authorization_life", config.authorization_life),
    ] {
        if !(1..=SECONDS_MAX).contains(&seconds) {
            wrong(format!("`{name}`: from 1 to {SECONDS_MAX} seconds are expected, not {seconds}"));
        }
    }
    for (name, count, range, unit) in [
        ("mails_kept_days", config.mails_kept_days, 1..=DAYS_MAX, "days"),
        ("events_kept_days", config.events_kept_days, 1..=DAYS_MAX, "days"),
        ("baskets_kept_days", config.baskets_kept_days, 1..=DAYS_MAX, "days"),
        ("backup_keep", config.backup_keep, 1..=BACKUPS_MAX, "backups"),
        ("database_pool", config.database_pool, 1..=CONNECTIONS_MAX, "connections"),
        ("streams_max", config.streams_max, 1..=STREAMS_MAX, "streams"),
        ("body_bytes_max", config.body_bytes_max, BODY_BYTES, "bytes"),
    ] {
        if !range.contains(&count) {
            let (least, most) = (range.start(), range.end());
            wrong(format!("`{name}`: from {least} to {most} {unit} are expected, not {count}"));
        }
    }
    if !(BACKUP_EVERY_MIN..=SECONDS_MAX).contains(&config.backup_every) {
        wrong(format!(
            "`backup_every`: from {BACKUP_EVERY_MIN} to {SECONDS_MAX} seconds are expected, not {}",
            config.backup_every
        ));
    }
    if config.low_stock < 0 {
        wrong(format!("`low_stock`: 0 units or more are expected, not {}", config.low_stock));
    }
    for (name, count) in [
        ("requests_per_minute", config.requests_per_minute),
        ("sign_ins_per_minute", config.sign_ins_per_minute),
    ] {
        if count == 0 {
            wrong(format!("`{name}`: at least 1 is expected, not 0; ORDO_RATE_LIMIT=off lifts this limit"));
        }
    }
    if !matches!(config.emails_per_address_per_hour, 0 | 4..=100_000) {
        wrong(format!(
            "`emails_per_address_per_hour`: from 4 to 100000 emails are expected, or 0 for no limit, not {}",
            config.emails_per_address_per_hour
        ));
    }
    if !LAG_MS.contains(&config.database_read_lag_ms) {
        let (least, most, lag) = (LAG_MS.start(), LAG_MS.end(), config.database_read_lag_ms);
        wrong(format!("`database_read_lag_ms`: from {least} to {most} milliseconds are expected, not {lag}"));
    }
    if !matches!(config.bus_replicas, 1..=5) {
        wrong(format!(
            "`bus_replicas`: from 1 to 5 servers are expected, not {}; 3 in a cluster of three or more",
            config.bus_replicas
        ));
    }
    if config.leave > LEAVE_MAX {
        wrong(format!("`leave`: up to {LEAVE_MAX} seconds are expected, not {}", config.leave));
    }
    if config.in_flight_max == 0 {
        wrong("`in_flight_max`: at least 1 is expected, not 0".to_owned());
    }
    found
}

/// The same of what customers can order.
fn units(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    let mut wrong = |what: String| found.push(what);
    for (name, units) in
        [("order_line_units_max", config.order_line_units_max), ("order_units_max", config.order_units_max)]
    {
        if !(1..=UNITS_MAX).contains(&units) {
            wrong(format!("`{name}`: from 1 to {UNITS_MAX} units are expected, not {units}"));
        }
    }
    for (name, percent) in [
        ("unpaid_stock_percent", config.unpaid_stock_percent),
        ("unpaid_stock_percent_guests", config.unpaid_stock_percent_guests),
        ("unpaid_stock_percent_customer", config.unpaid_stock_percent_customer),
    ] {
        if percent > 100 {
            wrong(format!("`{name}`: from 0 to 100 percent are expected, not {percent}"));
        }
    }
    found
}

/// The networks of the trusted proxies.
pub(crate) fn proxies(config: &Config) -> Result<Vec<Cidr>, Failure> {
    let each = config.trusted_proxies.iter().map(|text| text.parse());
    each.collect::<Result<_, _>>().map_err(|e| Failure::Config(format!("`trusted_proxies`: {e}")))
}
