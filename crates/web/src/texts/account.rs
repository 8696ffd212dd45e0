//! Accounts.

use super::said::{say, texts};

texts! {
    CHANGED_MEANWHILE,     SIGN_IN, SIGN_OUT, NEW_HERE, MAKE_AN_ACCOUNT, MAKE_AN_ACCOUNT_TITLE, MAKE_ACCOUNT, HAVE_ONE,
    EMAIL_OR_USERNAME, EMAIL, EMAIL_HINT, USERNAME, PASSWORD, PASSWORD_HINT, FORGOTTEN, STAY_SIGNED_IN,
    BASKET_COMES_ALONG, DO_NOT_GO_TOGETHER, DO_NOT_GO_TOGETHER_MORE, SET_A_NEW_PASSWORD, ENTER_WHO, ENTER_PASSWORD, ORDER_BY_LINK, ORDER_BY_LINK_MORE, SWITCHED_OFF, SWITCHED_OFF_MORE,
    TOO_OFTEN, ACCOUNT_MADE, NOTHING_SAVED, NO_MAIL_SENT, NOT_SIGNED_IN, YOUR_NAME, ENTER_EMAIL, EMAIL_TAKEN, COMMON_PASSWORD, PASSWORD_LENGTH, NO_ACCOUNT_MADE,
    SET_UP, SET_UP_MORE, SETUP_CODE, SETUP_CODE_HINT, SETUP_EMAIL_HINT, ENTER_SETUP_CODE, NOT_THE_SETUP_CODE, SETUP_EMAIL_TAKEN, NOT_SET_UP,
    MAKE_ADMINISTRATOR, SET_UP_ALREADY, SET_UP_ALREADY_MORE,
    FORGOTTEN_TITLE, FORGOTTEN_MORE, SEND_MAIL, MAIL_SENT, MAIL_SENT_MORE, PASSWORD_IS_SET, PASSWORD_IS_SET_MORE, NEW_PASSWORD_TITLE,
    NEW_PASSWORD_MORE, CODE, CODE_HINT, ENTER_CODE, CODE_NOT_GOOD, SEND_ANOTHER_CODE, NEW_PASSWORD, SET_PASSWORD, PASSWORD_STAYS,
    BACK_TO_SIGN_IN, OVERVIEW, ORDERS, PROFILE, SESSIONS, CALLED, YOUR_ACCOUNT, NOTHING_NEEDS_YOU,
    LATEST_ORDERS, ALL_ORDERS, CHANGE, NONE_YET, MEMBER_SINCE, NO_ORDERS, NO_ORDERS_MORE, NEWEST, OLDER,
    STATE, DATE, CONTENTS, SAVE_NAME, NAME_SAVED, PASSWORD_SAVED, CURRENT_PASSWORD, ENTER_CURRENT_PASSWORD,
    WRONG_PASSWORD, CHANGE_PASSWORD, CHANGE_PASSWORD_MORE, SESSIONS_MORE, SESSIONS_ALONE, UNKNOWN_BROWSER, LAST_USED,
    THIS_ONE, END, END_OTHERS,
    ADDRESSES, ADDRESSES_MORE, ADD_ADDRESS, CHANGE_ADDRESS, SAVE_ADDRESS, NO_ADDRESSES,
    NO_ADDRESSES_MORE, TOO_MANY_ADDRESSES, DEFAULT_ADDRESS, MAKE_DEFAULT, REMOVE_ADDRESS, REMOVE_ADDRESS_QUESTION,
    REMOVE_ADDRESS_MORE, KEEP_ADDRESS_HERE, REMOVE_IT, CANCEL, DEVELOPER, PERSONAL_TOKEN,
    TOKEN_MORE, TOKEN_NOT_SHOWN, SHOW_TOKEN, COPY, COPIED, NOT_COPIED, WHOLE_TOKEN, EXPIRES, ISSUED, TOKEN_ENDS, EXAMPLE, EXAMPLE_HINT, API_ASKED, API_CONNECTED,
    API_DEGRADED, API_OFFLINE, IS_VERIFIED, IS_NOT_VERIFIED, VERIFY, VERIFY_TITLE, VERIFY_MORE, VERIFY_WHY,
    SEND_VERIFICATION, VERIFICATION_SENT, VERIFIED_TITLE, VERIFIED_MORE, LINK_NOT_GOOD, LINK_NOT_GOOD_MORE, TO_YOUR_PROFILE,
}

pub(crate) fn wait_seconds(seconds: u64) -> String {
    say("wait-seconds", [("seconds", seconds.into())])
}
pub(crate) fn account_made_more(email: &str) -> String {
    say("account-made-more", [("email", email.into())])
}
pub(crate) fn hello(name: &str) -> String {
    say("hello", [("name", name.into())])
}
pub(crate) fn wait_for_payment(count: usize) -> String {
    say("wait-for-payment", [("count", count.into())])
}
pub(crate) fn session_on(browser: &str) -> String {
    say("session-on", [("browser", browser.into())])
}
/// What a browser calls itself, as people call it.
pub(crate) fn browser(agent: &str) -> String {
    let named = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let what = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let on = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ]);
    match (what, on) {
        (Some(what), Some(on)) => say("browser-on", [("browser", what.into()), ("system", on.into())]),
        (Some(what), None) => what.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
pub(crate) fn changed_to(now: &str) -> String {
    say("changed-to", [("now", now.into())])
}
/// How long something is good at least: in whole hours, or in minutes where it is less than an hour. What was made just now is good
/// for all of its hours: a minute is not counted.
pub(crate) fn expires_in(seconds: i64) -> String {
    const HOUR: i64 = 3600;
    match seconds.max(0) {
        left if left >= HOUR => say("expires-in-hours", [("count", ((left + 60) / HOUR).into())]),
        left => say("expires-in-minutes", [("count", (left / 60).into())]),
    }
}
/// Which address a button is about, for whoever does not see where it stands.
pub(crate) fn of_address(line: &str) -> String {
    say("of-address", [("line", line.into())])
}
