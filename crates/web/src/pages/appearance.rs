//! Light, dark, or as the system is; whether single keys do something; and in which language.

use crate::{
    shown::{Shown, Stop},
    texts::Language,
    visit::{Visit, theme_named},
};

pub(crate) async fn choose(visit: Visit) -> Result<Shown, Stop> {
    match visit.form.given("keys") {
        Some(keys) => visit.heed_keys(keys != "off"),
        None => visit.look(theme_named(visit.form.text("theme"))),
    }
    Ok(Shown::there(visit.next().unwrap_or_else(|| "/".to_owned())))
}

pub(crate) async fn speak(visit: Visit) -> Result<Shown, Stop> {
    if let Some(language) = Language::named(visit.form.text("language")) {
        visit.speak(language);
    }
    Ok(Shown::there(visit.next().unwrap_or_else(|| "/".to_owned())))
}
