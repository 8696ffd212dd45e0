//! The names that people sign in with, and what they are compared by.

use contracts::auth::Credentials;
pub(crate) use kernel::canonical_name::{email_key, key};
use kernel::canonical_name::{trim, with_domain_in_letters};
use sha2::{Digest, Sha256};

/// The longest name that an account can have, in characters.
const LONGEST: usize = 254;

/// What an account is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoginName {
    /// By the key of a username.
    Username(String),
    /// By the key of an e-mail address.
    Email(String),
    /// No account can have it: after a sign that no name begins with, a hash of what was given, so that one wrong name does
    /// not count as another.
    Invalid(String),
}

impl LoginName {
    /// What these credentials name. A username has no `@`, so an address given as one is understood.
    pub(crate) fn of(credentials: &Credentials) -> LoginName {
        let given = credentials.username.as_ref().or(credentials.email.as_ref());
        let given = given.map(|given| LoginName::given(given, credentials.email.is_some()));
        given.unwrap_or_else(LoginName::none)
    }
    /// A name that no account can have.
    pub(crate) fn none() -> LoginName {
        LoginName::Invalid(String::new())
    }
    /// What this text names: an address, if it `is_email` or looks like one.
    pub(crate) fn given(given: &str, is_email: bool) -> LoginName {
        // no name has blanks around it, and none was registered with what is invisible there
        let given = trim(given);
        // PostgreSQL's texts have no NUL
        if given.chars().count() > LONGEST || given.contains(char::is_control) {
            // it may be very long, and is only compared
            LoginName::Invalid(format!("\r{}", hex::encode(Sha256::digest(given))))
        } else if is_email || given.contains('@') {
            LoginName::Email(key(given))
        } else {
            LoginName::Username(key(given))
        }
    }
    /// One text for each name, for the count of failures.
    pub(crate) fn text(&self) -> &str {
        match self {
            LoginName::Username(key) | LoginName::Email(key) | LoginName::Invalid(key) => key,
        }
    }
}

/// The key by which a new account with this e-mail address is stored, and its failures are counted.
pub(crate) fn stored_key(email: &str) -> String {
    with_domain_in_letters(&key(email))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Secret;

    fn credentials(username: Option<&str>, email: Option<&str>) -> Credentials {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Credentials {
            username: owned(username),
            email: owned(email),
            password: Secret::new(""),
            device_token: None,
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for alike in ["ADA@EXAMPLE.COM", "ａｄａ@example.com", "Ada@Example.com"] {
            assert_eq!(email_key(alike).as_deref(), Some("ada@example.com"), "{alike}");
        }
        // the sign of the kelvin
        assert_eq!(email_key("\u{212a}ay@x.com").as_deref(), Some("kay@x.com"));
        assert_eq!(key("ÅSE"), key("a\u{30a}se"));
        // what folds into a capital
        assert_eq!(key("\u{210c}ugo"), "hugo");
    }

    #[test]
    fn an_address_that_hides_another_has_no_key() {
        for hiding in ["a\u{ff20}b@x.com", "a\u{202e}b@x.com", "a\u{a0}b@x.com", "a\u{200b}@x.com"] {
            assert_eq!(email_key(hiding), None, "{hiding:?}");
        }
    }

    #[test]
    fn an_address_given_as_a_username_is_understood() {
        let email = LoginName::Email("ada@example.com".into());
        assert_eq!(LoginName::of(&credentials(Some("Ada@example.com"), None)), email);
        assert_eq!(LoginName::of(&credentials(None, Some("ADA@example.com"))), email);
        assert_eq!(LoginName::of(&credentials(Some(" Ada\t"), None)), LoginName::Username("ada".into()));
        let [one, other] = ["a", "b"].map(|name| LoginName::of(&credentials(Some(&name.repeat(255)), None)));
        assert!(matches!((&one, &other), (LoginName::Invalid(_), LoginName::Invalid(_))));
        assert_ne!(one.text(), other.text(), "each is counted by itself");
        // nothing of a megabyte is compared letter by letter, or folded
        let long = LoginName::of(&credentials(None, Some(&"\u{fdfa}".repeat(300_000))));
        assert!(long.text().len() < 100, "{}", long.text().len());
    }
}
