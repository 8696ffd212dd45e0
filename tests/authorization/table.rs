//! The table: who gets what from each public operation. It is written by hand, from what the product promises and not
//! from what the code declares, and must be read and changed as such.

use endpoint::Permission;
use std::collections::BTreeMap;

/// Who asks, in the order of the columns. `none` is staff without any permission; the names that follow are staff
/// with just that one.
pub const PEOPLE: [&str; 14] = [
    "nobody", "disabled", "other", "owner", "none", "products", "orders", "payments", "settings", "admin",
    "key", "keyless", "revoked", "guest",
];

/// The programs among them: with a key to orders, with one to products only, and with one to orders that was revoked. All
/// three keys are an administrator's.
pub const PROGRAMS: [&str; 3] = ["key", "keyless", "revoked"];

/// Somebody without an account, with the key of an order that they have placed.
pub const GUEST: &str = "guest";

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
    /// 410 for all callers: a shop that has an administrator has nothing to set up.
    Over,
    /// 403: its signature decides, and nothing else that a caller may show.
    Unsigned,
}

/// - A disabled account is one that was an admin's, with a token from that time. What is not good, or no longer, is refused
///   also where everybody may call.
/// - The account, the order, its payment, refund and fulfilment are the owner's. Accounts that stand for
///   themselves (`get_user`) are of one more customer: to accounts of others nobody has a right by owning them.
/// - What staff prepare (drafts of products and of orders) is not there for customers, be it for them.
/// - Staff for orders see the accounts of customers, and staff for settings those of staff too.
/// - An address is its account's alone: not even an admin sees where somebody lives, but in an order.
/// - A basket is its user's alone, and a guest's is anybody's who knows its id, which nobody can guess.
/// - Orders and payments are seen by staff for orders and by staff for payments; money is moved by the latter.
/// - A session is ended by a caller that is signed in with it or another one of the account: not even by an admin, who can
///   switch the account off.
/// - A program does what staff with its permissions do, no matter who made its key; what is for people in person (their
///   sessions, passwords, names, and keys) it does not.
/// - A guest has the one order that was placed so, and what is of it, and is nobody's account.
/// - Confirming a payment is what its customer does at the bank: nobody can do that for them.
const TABLE: &str = "
operation                    nobody disabled other owner none products orders payments settings admin key  keyless revoked guest

register                     done   done     done  done  done done     done   done     done     done  done done    done    done
set_up                       410    410      410   410   410  410      410    410      410      410   410  410     410     410
login                        done   done     done  done  done done     done   done     done     done  done done    done    done
refresh_token                done   done     done  done  done done     done   done     done     done  done done    done    done
validate_token               done   done     done  done  done done     done   done     done     done  done done    done    done
logout                       401    401      done  done  done done     done   done     done     done  403  403     401     403
change_password              401    401      done  done  done done     done   done     done     done  403  403     401     403
forgot_password              done   done     done  done  done done     done   done     done     done  done done    done    done
reset_password               done   done     done  done  done done     done   done     done     done  done done    done    done
ask_for_verification         401    401      done  done  done done     done   done     done     done  403  403     401     403
verify_email                 done   done     done  done  done done     done   done     done     done  done done    done    done
get_me                       401    401      done  done  done done     done   done     done     done  done done    401     403
update_me                    401    401      done  done  done done     done   done     done     done  403  403     401     403
list_sessions                401    401      done  done  done done     done   done     done     done  403  403     401     403
end_session                  401    401      404   done  404  404      404    404      404      404   403  403     401     403
end_other_sessions           401    401      done  done  done done     done   done     done     done  403  403     401     403
list_addresses               401    401      none  done  none none     none   none     none     none  403  403     401     403
get_address                  401    401      404   done  404  404      404    404      404      404   403  403     401     403
add_address                  401    401      done  done  done done     done   done     done     done  403  403     401     403
update_address               401    401      404   done  404  404      404    404      404      404   403  403     401     403
remove_address               401    401      404   done  404  404      404    404      404      404   403  403     401     403
create_api_key               401    401      403   403   403  403      403    403      done     done  403  403     401     403
list_api_keys                401    401      403   403   403  403      403    403      done     done  403  403     401     403
get_api_key                  401    401      403   403   403  403      403    403      done     done  403  403     401     403
revoke_api_key               401    401      403   403   403  403      403    403      done     done  403  403     401     403
list_users                   401    401      403   403   403  403      done   403      done     done  done 403     401     403
list_users/by_words          401    401      403   403   403  403      done   403      done     done  done 403     401     403
get_user                     401    401      403   403   403  403      done   403      done     done  done 403     401     403
get_user/of_staff            401    401      403   403   403  403      404    403      done     done  404  403     401     403
update_user                  401    401      403   403   403  403      403    403      403      done  403  403     401     403
get_jwks                     done   done     done  done  done done     done   done     done     done  done done    done    done

create_product               401    401      403   403   403  done     403    403      403      done  403  done    401     403
get_product                  done   401      done  done  done done     done   done     done     done  done done    401     done
get_product/draft            404    401      404   404   404  done     404    404      404      done  404  done    401     404
list_products                done   401      done  done  done done     done   done     done     done  done done    401     done
list_products/drafts         none   401      none  none  none done     none   none     none     done  none done    401     none
replace_product              401    401      403   403   403  done     403    403      403      done  403  done    401     403
update_product               401    401      403   403   403  done     403    403      403      done  403  done    401     403
delete_product               401    401      403   403   403  done     403    403      403      done  403  done    401     403
list_movements               401    401      403   403   403  done     403    403      403      done  403  done    401     403
adjust_stock                 401    401      403   403   403  done     403    403      403      done  403  done    401     403

create_basket                done   401      done  done  done done     done   done     done     done  done done    401     done
get_my_basket                401    401      404   done  404  404      404    404      404      404   404  404     401     403
get_basket                   404    401      404   done  404  404      404    404      404      404   404  404     401     404
get_basket/of_a_guest        done   401      done  done  done done     done   done     done     done  done done    401     done
add_to_basket                404    401      404   done  404  404      404    404      404      404   404  404     401     404
add_to_basket/of_a_guest     done   401      done  done  done done     done   done     done     done  done done    401     done
update_basket                404    401      404   done  404  404      404    404      404      404   404  404     401     404
update_basket/of_a_guest     done   401      done  done  done done     done   done     done     done  done done    401     done
merge_basket                 401    401      done  done  done done     done   done     done     done  done done    401     403
merge_basket/of_a_user       401    401      404   done  404  404      404    404      404      404   404  404     401     403
place_basket                 404    401      404   done  404  404      404    404      404      404   404  404     401     404
place_basket/of_a_guest      done   401      done  done  done done     done   done     done     done  done done    401     done

place_order                  401    401      done  done  done done     done   done     done     done  done done    401     403
place_order/price_of_its_own 401    401      403   403   403  403      done   403      403      done  done 403     401     403
place_order/adjustments      401    401      403   403   403  403      done   403      403      done  done 403     401     403
get_order                    401    401      404   done  404  404      done   done     404      done  done 404     401     404
get_order_by_number          401    401      404   done  404  404      done   done     404      done  done 404     401     404
list_orders                  401    401      none  done  none none     done   done     none     done  done none    401     403
list_orders/of_user          401    401      404   done  404  404      done   done     404      done  done 404     401     403
list_orders/by_number        401    401      none  done  none none     done   done     none     done  done none    401     403
list_orders/by_words         401    401      none  done  none none     done   done     none     done  done none    401     403
list_orders_of_user          401    401      404   done  404  404      done   done     404      done  done 404     401     403
read_overview                401    401      403   403   403  403      done   403      403      done  done 403     401     403
pay_order                    401    401      404   done  404  404      done   done     404      done  done 404     401     404
pay_order/offline            401    401      404   403   404  404      403    done     404      done  403  404     401     404
cancel_order                 401    401      404   done  404  404      done   403      404      done  done 404     401     404
cancel_order/some_lines      401    401      404   403   404  404      done   403      404      done  done 404     401     404
set_order_status             401    401      403   403   403  403      done   403      403      done  done 403     401     403
set_order_status/confirmed   401    401      403   403   403  403      403    403      403      done  403  403     401     403
set_order_status/cancelled   401    401      403   403   403  403      done   403      403      done  done 403     401     403
update_order                 401    401      404   done  404  404      done   403      404      done  done 404     401     404
hold_order                   401    401      403   403   403  403      done   403      403      done  done 403     401     403
release_order                401    401      403   403   403  403      done   403      403      done  done 403     401     403
draft_order                  401    401      403   403   403  403      done   403      403      done  done 403     401     403
list_drafts                  401    401      403   403   403  403      done   403      403      done  done 403     401     403
get_draft                    401    401      403   403   403  403      done   403      403      done  done 403     401     403
update_draft                 401    401      403   403   403  403      done   403      403      done  done 403     401     403
delete_draft                 401    401      403   403   403  403      done   403      403      done  done 403     401     403
place_draft                  401    401      403   403   403  403      done   403      403      done  done 403     401     403
get_order/draft              401    401      404   404   404  404      done   done     404      done  done 404     401     404
list_orders/drafts           401    401      none  none  none none     done   done     none     done  done none    401     403
refund_order                 401    401      403   403   403  403      403    done     403      done  403  403     401     403
list_payments_of_order       401    401      404   done  404  404      done   done     404      done  done 404     401     404
list_refunds_of_order        401    401      404   done  404  404      done   done     404      done  done 404     401     404
add_note                     401    401      403   403   403  403      done   403      403      done  done 403     401     403
list_notes                   401    401      403   403   403  403      done   403      403      done  done 403     401     403
read_whole_order             401    401      404   done  404  404      done   done     404      done  done 404     401     404
read_history                 401    401      404   done  404  404      done   done     404      done  done 404     401     404
create_fulfilment            401    401      403   403   403  403      done   403      403      done  done 403     401     403
list_fulfilments             401    401      404   done  404  404      done   done     404      done  done 404     401     404
get_fulfilment               401    401      404   done  404  404      done   done     404      done  done 404     401     404
pack_fulfilment              401    401      403   403   403  403      done   403      403      done  done 403     401     403
ship_fulfilment              401    401      403   403   403  403      done   403      403      done  done 403     401     403
update_fulfilment            401    401      403   403   403  403      done   403      403      done  done 403     401     403
deliver_fulfilment           401    401      403   403   403  403      done   403      403      done  done 403     401     403
cancel_fulfilment            401    401      403   403   403  403      done   403      403      done  done 403     401     403
fail_fulfilment              401    401      403   403   403  403      done   403      403      done  done 403     401     403
return_fulfilment            401    401      403   403   403  403      done   403      403      done  done 403     401     403

get_payment                  401    401      404   done  404  404      done   done     404      done  done 404     401     404
confirm_payment              401    401      404   done  404  404      404    404      404      404   404  404     401     404
capture_payment              401    401      403   403   403  403      403    done     403      done  403  403     401     403
void_payment                 401    401      403   403   403  403      403    done     403      done  403  403     401     403
refund_payment               401    401      403   403   403  403      403    done     403      done  403  403     401     403
withdraw_refund              401    401      403   403   403  403      403    done     403      done  403  403     401     403
settle_refund                401    401      403   403   403  403      403    done     403      done  403  403     401     403
list_unknown_charges         401    401      403   403   403  403      403    done     403      done  403  403     401     403
refund_unknown_charge        401    401      403   403   403  403      403    done     403      done  403  403     401     403
list_refunds                 401    401      404   done  404  404      done   done     404      done  done 404     401     404
get_refund                   401    401      404   done  404  404      done   done     404      done  done 404     401     404
receive_payment_webhook      sign   sign     sign  sign  sign sign     sign   sign     sign     sign  sign sign    sign    sign

list_events                  401    401      403   403   403  403      done   403      403      done  done 403     401     403
stream_events                401    401      none  done  none none     done   none     none     done  done none    401     none
list_mails                   401    401      403   403   403  403      done   403      403      done  done 403     401     403
get_mail                     401    401      403   403   403  403      done   403      403      done  done 403     401     403
";

/// A row.
#[derive(Debug, Clone)]
pub struct PermissionRow {
    /// The operation, and a word where there are several requests for one.
    pub name: &'static str,
    pub cells: BTreeMap<&'static str, Cell>,
}

impl PermissionRow {
    pub fn operation(&self) -> &'static str {
        self.name.split('/').next().unwrap()
    }
    /// Whether it is the operation itself, and not one of its special cases.
    pub fn is_plain(&self) -> bool {
        !self.name.contains('/')
    }
    /// The permissions of staff that let them do it. What is nobody's who holds just one takes the permission for money, too:
    /// it records some.
    pub fn opened_by(&self) -> Vec<Permission> {
        let opens = |permission: &Permission| self.cells[permission.name()] == Cell::Done;
        let opening: Vec<Permission> = Permission::ALL.into_iter().filter(opens).collect();
        if opening.is_empty() { vec![Permission::Payments] } else { opening }
    }
}

/// All rows.
pub fn rows() -> Vec<PermissionRow> {
    let mut lines = TABLE.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    assert_eq!(head, PEOPLE, "the columns are not the people");
    lines.map(row).collect()
}

fn row(line: &'static str) -> PermissionRow {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap();
    let cells: Vec<Cell> = words.map(|word| cell(name, word)).collect();
    assert_eq!(cells.len(), PEOPLE.len(), "{name} has a cell for each of {PEOPLE:?}");
    PermissionRow { name, cells: PEOPLE.into_iter().zip(cells).collect() }
}

fn cell(name: &str, word: &str) -> Cell {
    match word {
        "done" => Cell::Done,
        "none" => Cell::Nothing,
        "401" => Cell::Unauthenticated,
        "403" => Cell::Forbidden,
        "404" => Cell::NotThere,
        "410" => Cell::Over,
        "sign" => Cell::Unsigned,
        _ => panic!("{name}: what is {word}?"),
    }
}
