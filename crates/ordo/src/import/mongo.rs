//! `ordo import mongo DIR`: what `mongoexport` wrote of the collections `users`, `products` and `orders` of the system
//! `ecommerce`, each in a separate file: `users.json` (or `.jsonl`, `.ndjson`).
//!
//! The old system knew no payments and counted no stock for its orders, so an imported order moves neither: its line
//! carries what was bought as a text, with its price. One that was settled there, whatever with, owes nothing here: an
//! adjustment takes off what it came to. One that was pending still is, and owes what it owed.

use super::{
    ParsedFiles, ParsedOrder, RowMembers, Status,
    customers::{keep, user},
    extended_json::{amount, digits, member, text, time, time_of_object_id, whole},
    ids::id_of,
    rows::{self, ImportRow},
};
use contracts::{
    Metadata,
    orders::{Adjustment, AdjustmentKind},
    products::NewProduct,
};
use kernel::{Currency, Id, Money, Timestamp, canonical_name::trim, id::UserId};
use orders::ImportedOrder;
use products::ImportedProduct;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// Where the ids come from.
pub(super) const SYSTEM: &str = "mongo";
const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];
/// Characters of a line's title.
const TITLE_MAX: usize = 200;
/// Pieces of a line.
const QUANTITY_MAX: i64 = 1_000_000;
/// Other words that systems of this kind have for the same.
const OTHER_WORDS: [(&str, Status); 9] = [
    ("created", Status::Pending),
    ("new", Status::Pending),
    ("placed", Status::Pending),
    ("paid", Status::Confirmed),
    ("processing", Status::Confirmed),
    ("complete", Status::Completed),
    ("done", Status::Completed),
    ("canceled", Status::Cancelled),
    ("cancel", Status::Cancelled),
];

/// The products of the files, by their ids there.
type KnownProducts = BTreeMap<String, (String, Money)>;

/// Reads the folder.
///
/// # Errors
/// When there is no such file in it, or one cannot be read at all.
pub(super) fn find(folder: &Path, currency: Currency, now: Timestamp) -> Result<ParsedFiles, String> {
    let mut found = ParsedFiles::default();
    let mut known = KnownProducts::new();
    let [users, products, orders] = ["users", "products", "orders"].map(|name| (name, file(folder, name)));
    if [&users, &products, &orders].iter().all(|(_, file)| matches!(file, Ok(None))) {
        return Err(format!(
            "{}: users.json, products.json or orders.json is expected there. Write them with \
             `mongoexport --db=DB --collection=users --out=users.json`.",
            folder.display()
        ));
    }
    for (at, row) in read(users, &mut found)? {
        let names = row.as_ref().map(names_of).unwrap_or_default();
        let user = row.and_then(|row| {
            let id = own_id(&row)?;
            user(&row, |_| user_id(&id), time_of_object_id(&id), now)
        });
        if let Err(why) = &user {
            found.left_out.add(names, &at, why);
        }
        keep(&mut found, at, user);
    }
    for (at, row) in read(products, &mut found)? {
        match row.and_then(|row| product(&row, currency, now)) {
            Ok((id, product)) => {
                let price = product.product.price.read(currency).unwrap_or_else(|_| Money::zero(currency));
                known.insert(id, (product.product.name.clone(), price));
                found.products.push((at, product));
            }
            Err(why) => found.bad.push((at, why)),
        }
    }
    for (at, row) in read(orders, &mut found)? {
        match row.and_then(|row| order(&row, &known, currency, now)) {
            Ok(order) => found.orders.push((at, order)),
            Err(why) => found.bad.push((at, why)),
        }
    }
    Ok(found)
}

type MongoFile<'a> = (&'a str, Result<Option<std::path::PathBuf>, String>);

fn file(folder: &Path, name: &str) -> Result<Option<std::path::PathBuf>, String> {
    let files = ENDINGS.iter().map(|ending| folder.join(format!("{name}.{ending}")));
    let there: Vec<_> = files.filter(|path| path.is_file()).collect();
    match &there[..] {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => Err(format!("{}: there are several files of {name}; keep one of them", folder.display())),
    }
}

fn read((name, file): MongoFile<'_>, found: &mut ParsedFiles) -> Result<Vec<ImportRow>, String> {
    match file? {
        Some(path) => rows::json(&path),
        None => {
            found.remarks.push(format!("there is no file of {name}"));
            Ok(Vec::new())
        }
    }
}

/// What it is called in its old system.
fn own_id(row: &RowMembers) -> Result<String, String> {
    let id = member(row, "_id").and_then(|id| text(id).or_else(|| digits(id)));
    id.filter(|id| (1..=100).contains(&id.len()))
        .ok_or_else(|| "_id: an ObjectId or a text is expected".to_owned())
}

/// What an order may call a user.
fn names_of(row: &RowMembers) -> Vec<String> {
    let id = own_id(row).ok().map(|id| user_id(&id).to_string());
    let name = |name: &str| member(row, name).and_then(text).map(|name| trim(&name).to_owned());
    [id, name("username"), name("email")].into_iter().flatten().collect()
}

fn needed<'a>(row: &'a RowMembers, name: &str) -> Result<&'a Value, String> {
    member(row, name).ok_or_else(|| format!("{name} is missing"))
}

fn product(
    row: &RowMembers,
    currency: Currency,
    now: Timestamp,
) -> Result<(String, ImportedProduct), String> {
    let id = own_id(row)?;
    let made_at = time_of_object_id(&id);
    let line =
        |name: &str| member(row, name).map(|value| text(value).ok_or(format!("{name}: a text is expected")));
    let price = amount(needed(row, "price")?, currency).map_err(|why| format!("price: {why}"))?;
    let stock = member(row, "stock").map_or(Some(0), whole);
    let stock = stock.ok_or("stock: a whole number is expected")?;
    let metadata = Metadata::from([("imported_id".to_owned(), id.clone())]);
    let changes = member(row, "version").map_or(Some(0), |version| u32::try_from(whole(version)?).ok());
    let changes =
        changes.ok_or_else(|| format!("version: a whole number from 0 to {} is expected", u32::MAX))?;
    let product = NewProduct {
        sku: None,
        name: trim(&line("name").ok_or("name is missing")??).to_owned(),
        description: line("description").transpose()?.unwrap_or_default(),
        images: Vec::new(),
        price: price.into(),
        stock,
        backorder: false,
        status: Default::default(),
        metadata,
    };
    let created_at = made_at.filter(|at| *at <= now).unwrap_or(now);
    let product = ImportedProduct { id: id_of(SYSTEM, &id, made_at), product, created_at, changes };
    product.check(currency).map_err(|wrong| wrong.to_string())?;
    Ok((id, product))
}

fn order(
    row: &RowMembers,
    known: &KnownProducts,
    currency: Currency,
    now: Timestamp,
) -> Result<ParsedOrder, String> {
    let id = own_id(row)?;
    let made_at =
        ["created_at", "date", "timestamp"].iter().find_map(|name| member(row, name).and_then(time));
    let made_at = made_at.or_else(|| time_of_object_id(&id));
    let buyer = needed(row, "user_id")?;
    let buyer = text(buyer).or_else(|| digits(buyer)).ok_or("user_id: a text is expected")?;
    let buyer = trim(&buyer).to_owned();
    let product = needed(row, "product_id")?;
    let product = text(product).or_else(|| digits(product)).ok_or("product_id: a text is expected")?;
    let quantity = member(row, "quantity").map_or(Some(1), whole).filter(|n| (1..=QUANTITY_MAX).contains(n));
    let quantity =
        quantity.ok_or_else(|| format!("quantity: a number from 1 to {QUANTITY_MAX} is expected"))?;
    let status = status(row)?;
    let (name, price) = known.get(&product).map_or((None, None), |(name, price)| (Some(name), Some(*price)));
    let total = match member(row, "total_price") {
        Some(value) => amount(value, currency).map_err(|why| format!("total_price: {why}"))?,
        None => {
            let price = price.ok_or("total_price is missing, and products.json does not have the product")?;
            price.times(quantity).map_err(|_| "it comes to too much")?
        }
    };
    let (unit_price, adjustments) = prices(total, price, quantity, status)?;
    let mut metadata = Metadata::from([
        ("imported_id".to_owned(), id.clone()),
        ("imported_status".to_owned(), status.word().to_owned()),
        ("imported_total".to_owned(), total.decimal()),
    ]);
    let here: kernel::id::ProductId = id_of(SYSTEM, &product, time_of_object_id(&product));
    metadata.insert("imported_product".to_owned(), here.to_string());
    let title = name.cloned().unwrap_or_else(|| format!("Product {product}"));
    let order = ImportedOrder {
        id: id_of(SYSTEM, &id, made_at),
        placement_id: id_of(SYSTEM, &id, made_at),
        line_id: id_of(SYSTEM, &id, made_at),
        // until it is looked up
        user_id: Id::from_uuid(Default::default()),
        email: None,
        name: None,
        title: title.chars().filter(|c| !c.is_control()).take(TITLE_MAX).collect(),
        quantity,
        unit_price,
        adjustments,
        metadata,
        placed_at: made_at.filter(|at| *at <= now).unwrap_or(now),
    };
    Ok(ParsedOrder { order, buyer, status })
}

fn status(row: &RowMembers) -> Result<Status, String> {
    let Some(value) = member(row, "status") else { return Ok(Status::Pending) };
    let word = trim(&text(value).ok_or("status: a text is expected")?).to_lowercase();
    let known = Status::ALL.map(|(status, word)| (word, status)).into_iter().chain(OTHER_WORDS);
    let status = known.into_iter().find(|(known, _)| *known == word).map(|(_, status)| status);
    status.ok_or_else(|| {
        let words = Status::ALL.map(|(_, word)| word).join(", ");
        format!("status: {word:?} is none that is known. Write one of {words}")
    })
}

/// The price of one, and what is added so that it all comes to what it came to; for what is settled, nothing is left.
fn prices(
    total: Money,
    price: Option<Money>,
    quantity: i64,
    status: Status,
) -> Result<(Money, Vec<Adjustment>), String> {
    let currency = total.currency;
    let too_much = |_| "it comes to too much".to_owned();
    // the price of today, where it is that of then; else rounded up, and what is too much taken off
    let then = Money::new(total.minor / quantity + i64::from(total.minor % quantity != 0), currency);
    let is_then = |price: &Money| price.times(quantity).is_ok_and(|sum| sum == total);
    let unit_price = price.filter(is_then).unwrap_or(then);
    let over = unit_price.times(quantity).map_err(too_much)?.minor - total.minor;
    let mut adjustments = Vec::new();
    let mut take_off = |title: &str, minor: i64| {
        if minor > 0 {
            let (kind, amount) = (AdjustmentKind::Discount, Money::new(-minor, currency));
            adjustments.push(Adjustment { kind, title: title.to_owned(), amount });
        }
    };
    take_off("Rounding", over);
    if !matches!(status, Status::Pending | Status::Cancelled) {
        take_off(compat::SETTLED, total.minor);
    }
    Ok((unit_price, adjustments))
}

/// The account of a buyer, by an id of the old system.
pub(super) fn user_id(called: &str) -> UserId {
    id_of(SYSTEM, called, time_of_object_id(called))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const EUR: Currency = Currency::EUR;

    fn of(minor: i64) -> Money {
        Money::new(minor, EUR)
    }

    fn found(row: serde_json::Value) -> Result<ParsedOrder, String> {
        let members = row.as_object().unwrap();
        let known = KnownProducts::from([("p1".to_owned(), ("Teapot".to_owned(), of(2450)))]);
        order(members, &known, EUR, Timestamp::from_seconds(2_000_000_000))
    }

    fn sum(price: Money, quantity: i64, adjustments: &[Adjustment]) -> i64 {
        price.minor * quantity + adjustments.iter().map(|adjustment| adjustment.amount.minor).sum::<i64>()
    }

    #[test]
    fn lines_and_adjustments_come_to_what_it_came_to_or_to_nothing_where_it_is_settled() {
        for total in [0, 1, 4900, 7000, 9999] {
            for quantity in [1, 2, 3, 7] {
                for price in [None, Some(of(2450)), Some(of(1))] {
                    let (unit, adjustments) = prices(of(total), price, quantity, Status::Pending).unwrap();
                    assert_eq!(sum(unit, quantity, &adjustments), total, "{total} {quantity} {price:?}");
                    let (unit, adjustments) = prices(of(total), price, quantity, Status::Shipped).unwrap();
                    assert_eq!(sum(unit, quantity, &adjustments), 0, "{total} {quantity} {price:?}");
                }
            }
        }
        let (unit, adjustments) = prices(of(4900), Some(of(2450)), 2, Status::Pending).unwrap();
        assert_eq!((unit, adjustments.len()), (of(2450), 0), "the price of then");
    }

    #[test]
    fn an_order_is_read_with_what_the_old_system_left_out() {
        let least = found(json!({"_id": "o1", "user_id": 7, "product_id": "p1"})).unwrap();
        assert_eq!((least.buyer.as_str(), least.status), ("7", Status::Pending));
        assert_eq!(
            (least.order.title.as_str(), least.order.quantity, least.order.unit_price),
            ("Teapot", 1, of(2450))
        );
        let gone =
            json!({"_id": "o1", "user_id": "ann", "product_id": "p2", "quantity": "2", "total_price": "5"});
        assert_eq!(found(gone).unwrap().order.title, "Product p2");
        let worded = json!({"_id": "o1", "user_id": "ann", "product_id": "p1", "status": " Canceled "});
        assert_eq!(found(worded).unwrap().status, Status::Cancelled);
    }

    #[test]
    fn what_is_wrong_with_an_order_is_told_by_its_member() {
        let good =
            json!({"_id": "o1", "user_id": "ann", "product_id": "p1", "quantity": 1, "total_price": 5});
        assert!(found(good.clone()).is_ok());
        for (member, value) in [
            ("_id", json!(null)),
            ("_id", json!("x".repeat(101))),
            ("user_id", json!([])),
            ("product_id", json!(null)),
            ("quantity", json!(0)),
            ("quantity", json!(1.5)),
            ("quantity", json!(1_000_001)),
            ("total_price", json!(-1)),
            ("total_price", json!("free")),
            ("status", json!("lost")),
        ] {
            let mut row = good.clone();
            row[member] = value.clone();
            let why = found(row).map(drop).unwrap_err();
            assert!(why.contains(member), "{member} {value}: {why}");
        }
    }
}
