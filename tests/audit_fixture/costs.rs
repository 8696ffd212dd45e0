//! What an audit costs: nothing for an order by itself, and for a page of orders as much among many as among few.

use crate::{audit_fixture::is_quiet, shop::Shop};
use ordo::{audit, data_dir::DataDir, databases::Databases};
use serde_json::json;
use std::path::Path;

const FEW: usize = 20;
const TIMES: usize = 4;
/// So small that few orders are several pages.
const SMALL_PAGE: u16 = 4;

fn statements() -> u64 {
    let text = kernel::metrics::text(db::metrics::ALL);
    text.lines().find_map(|line| line.strip_prefix("ordo_statements_total ")).unwrap().parse().unwrap()
}

/// How many statements a look at this folder, which nobody runs, makes with pages of this size.
async fn cost(data: &Path, page: u16) -> u64 {
    let databases = Databases::open_existing(&DataDir::look_at(data).unwrap(), &host::env()).await.unwrap();
    let now = databases.last_at_work().await.unwrap().unwrap();
    let before = statements();
    let looked = audit::look(&databases, now, page).await.unwrap();
    assert!(looked.findings.is_empty() && looked.unreadable.is_empty(), "{looked:?}");
    statements() - before
}

/// A shop with so many orders that are paid, of which each fifth was cancelled and its money went back.
async fn with_orders(many: usize) -> Shop {
    let mut shop = Shop::embedded(&[]);
    let goods = shop.stock_up(&shop.admin().await, &[(1999, 1000)]).await;
    let buyer = shop.customer("ada").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    for n in 0..many {
        let placed = buyer.post("/v1/orders", &format!("order-{n}"), &order).await.expect(201);
        if n.is_multiple_of(5) {
            let cancel = format!("/v1/orders/{}/cancel", placed.text("id"));
            buyer.post(&cancel, &format!("cancel-{n}"), &json!({})).await.expect(200);
        }
    }
    is_quiet(&shop).await;
    shop.server.take().unwrap().kill();
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audit_makes_as_many_statements_for_a_page_of_orders_however_many_there_are() {
    let (few, many) = (with_orders(FEW).await, with_orders(FEW * TIMES).await);
    let data = [&few, &many].map(|shop| shop.launch.data.as_path());
    // on one page are all, and none of them is asked for by itself: a page more of something may be needed for them
    let whole = [cost(data[0], audit::PAGE).await, cost(data[1], audit::PAGE).await];
    // and no page is read more than once
    let small = [cost(data[0], SMALL_PAGE).await, cost(data[1], SMALL_PAGE).await];
    println!("{whole:?} statements with one page of all, {small:?} with pages of {SMALL_PAGE}");
    let more = u64::try_from(FEW * (TIMES - 1)).unwrap();
    assert!(whole[1] < whole[0] + more / 4, "{whole:?}");
    assert!(small[0] > whole[0] && small[1] <= small[0] * u64::try_from(TIMES).unwrap(), "{small:?}");
}
