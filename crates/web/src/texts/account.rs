//! Accounts.

pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const NEW_HERE: &str = "New here? ";
pub(crate) const MAKE_AN_ACCOUNT: &str = "Make an account";
pub(crate) const MAKE_AN_ACCOUNT_TITLE: &str = "Make an account";
pub(crate) const MAKE_ACCOUNT: &str = "Make the account";
pub(crate) const HAVE_ONE: &str = "You have one? ";
pub(crate) const EMAIL_OR_USERNAME: &str = "E-mail or username";
pub(crate) const EMAIL: &str = "E-mail";
pub(crate) const EMAIL_HINT: &str = "For confirmations of your orders, and to sign in.";
pub(crate) const USERNAME: &str = "Username";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const PASSWORD_HINT: &str = "8 characters or more, and not a common one.";
pub(crate) const FORGOTTEN: &str = "Forgotten?";
pub(crate) const STAY_SIGNED_IN: &str = "Stay signed in on this device for 30 days";
pub(crate) const BASKET_COMES_ALONG: &str = "Your basket comes along.";
pub(crate) const DO_NOT_GO_TOGETHER: &str = "This name and password do not go together";
pub(crate) const DO_NOT_GO_TOGETHER_MORE: &str = "Try again, or choose a new password by “Forgotten?”.";
pub(crate) const SWITCHED_OFF: &str = "This account is switched off";
pub(crate) const SWITCHED_OFF_MORE: &str = "Ask the shop why.";
pub(crate) const TOO_OFTEN: &str = "Too many tries";
pub(crate) const YOUR_NAME: &str = "Name";
pub(crate) const ENTER_EMAIL: &str = "Enter an e-mail address, such as ada@example.com";
pub(crate) const EMAIL_TAKEN: &str = "This e-mail address has an account. Sign in, or enter another one";
pub(crate) const COMMON_PASSWORD: &str =
    "This password is on the lists that attackers try first. Choose another one";
pub(crate) const PASSWORD_LENGTH: &str = "Enter 8 to 128 characters";
pub(crate) const NO_ACCOUNT_MADE: &str = "No account was made.";
pub(crate) const FORGOTTEN_TITLE: &str = "Choose a new password";
pub(crate) const FORGOTTEN_MORE: &str = "We send a code to your e-mail address.";
pub(crate) const SEND_MAIL: &str = "Send the code";
pub(crate) const MAIL_SENT: &str = "Look into your mailbox";
pub(crate) const MAIL_SENT_MORE: &str =
    "If there is an account with this address, a mail with a code is on its way.";
pub(crate) const NEW_PASSWORD_TITLE: &str = "Set a new password";
pub(crate) const NEW_PASSWORD_MORE: &str = "All your sessions end; sign in with the new password then.";
pub(crate) const CODE: &str = "Code";
pub(crate) const CODE_HINT: &str = "From the mail. It is good for an hour, once.";
pub(crate) const ENTER_CODE: &str = "Enter the code of the mail";
pub(crate) const CODE_NOT_GOOD: &str = "This code is not good, or no longer. Ask for another mail";
pub(crate) const NEW_PASSWORD: &str = "New password";
pub(crate) const SET_PASSWORD: &str = "Set the password";
pub(crate) const PASSWORD_STAYS: &str = "Your password is as it was.";
pub(crate) const BACK_TO_SIGN_IN: &str = "Back to signing in";
pub(crate) const OVERVIEW: &str = "Overview";
pub(crate) const ORDERS: &str = "Orders";
pub(crate) const PROFILE: &str = "Profile";
pub(crate) const DEVICES: &str = "Devices";
pub(crate) const SESSIONS: &str = "Where you are signed in";
pub(crate) const CALLED: &str = "What you are called";
pub(crate) const YOUR_ACCOUNT: &str = "Your account";
pub(crate) const NOTHING_NEEDS_YOU: &str = "Nothing needs you.";
pub(crate) const LATEST_ORDERS: &str = "Latest orders";
pub(crate) const ALL_ORDERS: &str = "All orders";
pub(crate) const CHANGE: &str = "Change";
pub(crate) const NONE_YET: &str = "None yet";
pub(crate) const MEMBER_SINCE: &str = "Here since";
pub(crate) const NO_ORDERS: &str = "No orders yet";
pub(crate) const NO_ORDERS_MORE: &str =
    "They appear here as soon as you place one, with every step they take.";
pub(crate) const NEWEST: &str = "Newest";
pub(crate) const OLDER: &str = "Older";
pub(crate) const STATE: &str = "State";
pub(crate) const DATE: &str = "Date";
pub(crate) const CONTENTS: &str = "Contents";
pub(crate) const SAVE_NAME: &str = "Save the name";
pub(crate) const NAME_SAVED: &str = "Name saved";
pub(crate) const PASSWORD_SAVED: &str = "Password changed. All other sessions have ended";
pub(crate) const CURRENT_PASSWORD: &str = "Current password";
pub(crate) const ENTER_CURRENT_PASSWORD: &str = "Enter the password that you sign in with";
pub(crate) const WRONG_PASSWORD: &str = "This is not your password";
pub(crate) const CHANGE_PASSWORD: &str = "Change the password";
pub(crate) const CHANGE_PASSWORD_MORE: &str = "All other sessions end within a second; this one goes on.";
pub(crate) const SESSIONS_MORE: &str = "End what you do not know. It takes effect within a second.";
pub(crate) const UNKNOWN_BROWSER: &str = "Unknown browser";
pub(crate) const LAST_USED: &str = "last used ";
pub(crate) const THIS_ONE: &str = "This device";
pub(crate) const END: &str = "End";
pub(crate) const END_OTHERS: &str = "End all others";
pub(crate) fn wait_seconds(seconds: u64) -> String {
    if seconds == 1 {
        "Wait a second, and try again.".to_owned()
    } else {
        format!("Wait {seconds} seconds, and try again.")
    }
}
pub(crate) fn hello(name: &str) -> String {
    format!("Hello, {name}")
}
pub(crate) fn wait_for_payment(count: usize) -> String {
    if count == 1 {
        "One order waits for its payment.".to_owned()
    } else {
        format!("{count} orders wait for their payment.")
    }
}
pub(crate) fn session_on(browser: &str) -> String {
    format!(" the session on {browser}")
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
        (Some(what), Some(on)) => format!("{what} on {on}"),
        (Some(what), None) => what.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
