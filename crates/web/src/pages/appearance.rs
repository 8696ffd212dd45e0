//! Light, dark, or as the system is; whether single keys do something; and in which language.

use crate::{
    shown::{Shown, Stop},
    texts::Language,
    visit::{Visit, theme_named},
};
use contracts::auth::{MeChange, UpdateMe};
use endpoint::{Body, IfMatch};
use std::time::Duration;

/// How long the page waits until the account knows it.
const REMEMBERED_WITHIN: Duration = Duration::from_secs(2);

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
        if visit.session.is_some() {
            remember(&visit, language).await;
        }
    }
    Ok(Shown::there(visit.next().unwrap_or_else(|| "/".to_owned())))
}

/// Mails to the account are written in it from now on. The pages speak it all the same where that cannot be noted.
async fn remember(visit: &Visit, language: Language) {
    let change = Body(MeChange { language: Some(language), ..MeChange::default() });
    let cx = visit.cx.clone().within(REMEMBERED_WITHIN);
    if let Err(error) = visit.web.needs.auth.call(&cx, UpdateMe { based_on: IfMatch(None), change }).await {
        tracing::info!(%error, "an account was not told the language that its owner has chosen");
    }
}
