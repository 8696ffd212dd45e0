//! The table: who gets what from each public operation. It is written by hand, from what the product promises and
//! not from what the code declares, and is to be read and changed as such.

use std::collections::BTreeMap;

/// Who asks, in the order of the columns. `none` is staff without any permission; the names that follow are staff
/// with just that one.
pub const PEOPLE: [&str; 10] =
    ["nobody", "disabled", "other", "owner", "none", "products", "orders", "payments", "settings", "admin"];

/// The staff among them, with their permissions.
pub const STAFF: [&str; 4] = ["products", "orders", "payments", "settings"];

/// What somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It is done, and the answer shows it.
    Done,
    /// An answer in which nothing of the owner's is.
    Nothing,
    /// 401: who are you?
    Unauthenticated,
    /// 403: not you.
    Forbidden,
    /// 404: for you there is no such thing, and it looks as if there were none at all.
    NotThere,
    /// 410: a shop that has an administrator has nothing to set up, whoever asks.
    Over,
}

/// - A disabled account is one that was an admin's, with a token from that time.
/// - The account, the order, its payment, refund and fulfilment are the owner's. Accounts that stand for
///   themselves (`get_user`) are of one more customer: to accounts of others nobody has a right by owning them.
/// - What staff prepare (drafts of products and of orders) is not there for customers, be it for them.
/// - Orders and payments are seen by staff for orders and by staff for payments; money is moved by the latter.
/// - Confirming a payment is what its customer does at the bank: nobody can do that for them.
const TABLE: &str = "
operation                    nobody disabled other owner none products orders payments settings admin

register                     done   done     done  done  done done     done   done     done     done
set_up                       410    410      410   410   410  410      410    410      410      410
login                        done   done     done  done  done done     done   done     done     done
refresh_token                done   done     done  done  done done     done   done     done     done
validate_token               done   done     done  done  done done     done   done     done     done
logout                       401    401      done  done  done done     done   done     done     done
get_me                       401    401      done  done  done done     done   done     done     done
update_me                    401    401      done  done  done done     done   done     done     done
list_users                   401    401      403   403   403  403      403    403      done     done
get_user                     401    401      403   403   403  403      403    403      done     done
update_user                  401    401      403   403   403  403      403    403      403      done
get_jwks                     done   done     done  done  done done     done   done     done     done

create_product               401    401      403   403   403  done     403    403      403      done
get_product                  done   done     done  done  done done     done   done     done     done
get_product/draft            404    404      404   404   404  done     404    404      404      done
list_products                done   done     done  done  done done     done   done     done     done
list_products/drafts         none   none     none  none  none done     none   none     none     done
replace_product              401    401      403   403   403  done     403    403      403      done
update_product               401    401      403   403   403  done     403    403      403      done
delete_product               401    401      403   403   403  done     403    403      403      done
list_movements               401    401      403   403   403  done     403    403      403      done
adjust_stock                 401    401      403   403   403  done     403    403      403      done

place_order                  401    401      done  done  done done     done   done     done     done
place_order/price_of_its_own 401    401      403   403   403  403      done   403      403      done
place_order/adjustments      401    401      403   403   403  403      done   403      403      done
get_order                    401    401      404   done  404  404      done   done     404      done
list_orders                  401    401      none  done  none none     done   done     none     done
list_orders/of_user          401    401      none  done  none none     done   done     none     done
list_orders/by_number        401    401      none  done  none none     done   done     none     done
list_orders_of_user          401    401      404   done  404  404      done   done     404      done
pay_order                    401    401      404   done  404  404      done   done     404      done
pay_order/offline            401    401      404   403   404  404      403    done     404      done
cancel_order                 401    401      404   done  404  404      done   403      404      done
cancel_order/some_lines      401    401      404   403   404  404      done   403      404      done
set_order_status             401    401      403   403   403  403      done   403      403      done
set_order_status/confirmed   401    401      403   403   403  403      403    403      403      done
set_order_status/cancelled   401    401      403   403   403  403      done   403      403      done
update_order                 401    401      404   done  404  404      done   403      404      done
hold_order                   401    401      403   403   403  403      done   403      403      done
release_order                401    401      403   403   403  403      done   403      403      done
draft_order                  401    401      403   403   403  403      done   403      403      done
update_draft                 401    401      403   403   403  403      done   403      403      done
delete_draft                 401    401      403   403   403  403      done   403      403      done
place_draft                  401    401      403   403   403  403      done   403      403      done
get_order/draft              401    401      404   404   404  404      done   done     404      done
list_orders/drafts           401    401      none  none  none none     done   done     none     done
refund_order                 401    401      403   403   403  403      403    done     403      done
read_history                 401    401      404   done  404  404      done   done     404      done
create_fulfilment            401    401      403   403   403  403      done   403      403      done
list_fulfilments             401    401      404   done  404  404      done   done     404      done
get_fulfilment               401    401      404   done  404  404      done   done     404      done
pack_fulfilment              401    401      403   403   403  403      done   403      403      done
ship_fulfilment              401    401      403   403   403  403      done   403      403      done
deliver_fulfilment           401    401      403   403   403  403      done   403      403      done
cancel_fulfilment            401    401      403   403   403  403      done   403      403      done
fail_fulfilment              401    401      403   403   403  403      done   403      403      done
return_fulfilment            401    401      403   403   403  403      done   403      403      done

get_payment                  401    401      404   done  404  404      done   done     404      done
confirm_payment              401    401      404   done  404  404      404    404      404      404
capture_payment              401    401      403   403   403  403      403    done     403      done
void_payment                 401    401      403   403   403  403      403    done     403      done
refund_payment               401    401      403   403   403  403      403    done     403      done
withdraw_refund              401    401      403   403   403  403      403    done     403      done
settle_refund                401    401      403   403   403  403      403    done     403      done
list_refunds                 401    401      404   done  404  404      done   done     404      done
get_refund                   401    401      404   done  404  404      done   done     404      done

list_events                  401    401      403   403   403  403      done   403      403      done
list_mails                   401    401      403   403   403  403      done   403      403      done
";

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The operation, and a word where there are several requests for one.
    pub name: &'static str,
    pub cells: BTreeMap<&'static str, Cell>,
}

impl Row {
    pub fn operation(&self) -> &'static str {
        self.name.split('/').next().unwrap()
    }
    /// Whether it is the operation itself, and not one of its special cases.
    pub fn is_plain(&self) -> bool {
        !self.name.contains('/')
    }
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    assert_eq!(head, PEOPLE, "the columns are not the people");
    lines.map(row).collect()
}

fn row(line: &'static str) -> Row {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap();
    let cells: Vec<Cell> = words.map(|word| cell(name, word)).collect();
    assert_eq!(cells.len(), PEOPLE.len(), "{name} has a cell for each of {PEOPLE:?}");
    Row { name, cells: PEOPLE.into_iter().zip(cells).collect() }
}

fn cell(name: &str, word: &str) -> Cell {
    match word {
        "done" => Cell::Done,
        "none" => Cell::Nothing,
        "401" => Cell::Unauthenticated,
        "403" => Cell::Forbidden,
        "404" => Cell::NotThere,
        "410" => Cell::Over,
        _ => panic!("{name}: what is {word}?"),
    }
}
