//! Light, dark, or as the system is; whether single keys do something; and in which language. What was typed into a form that
//! was refused travels along with a switch: without scripts, too, it stands once more on the page to which that leads back.

use crate::{
    session::{
        page_error::Stop,
        request::{Visit, theme_named},
        response::Shown,
        settings_return,
    },
    texts::Language,
    ui::{layout::TYPED, metadata},
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
    Ok(led_back(&visit))
}

pub(crate) async fn speak(visit: Visit) -> Result<Shown, Stop> {
    if let Some(language) = Language::named(visit.form.text("language")) {
        visit.speak(language);
        if visit.session.is_some() {
            remember(&visit, language).await;
        }
    }
    Ok(led_back(&visit))
}

fn led_back(visit: &Visit) -> Shown {
    let place = without_language(&visit.next().unwrap_or_else(|| "/".to_owned()));
    let typed: Vec<(&str, &str)> =
        visit.form.pairs().filter_map(|(name, value)| Some((name.strip_prefix(TYPED)?, value))).collect();
    if !typed.is_empty() {
        settings_return::keep(visit, &place, &typed);
    }
    Shown::there(place)
}

/// An address without the language that it asks for: what was chosen since counts.
fn without_language(place: &str) -> String {
    let Some((path, query)) = place.split_once('?') else { return place.to_owned() };
    let is_language = |pair: &&str| pair.split('=').next() == Some(metadata::LANGUAGE);
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_language(pair)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// Mails to the account are written in it from now on. The pages speak it all the same where that cannot be noted.
async fn remember(visit: &Visit, language: Language) {
    let change = Body(MeChange { language: Some(language), ..MeChange::default() });
    let cx = visit.cx.clone().within(REMEMBERED_WITHIN);
    if let Err(error) = visit.web.needs.auth.call(&cx, UpdateMe { based_on: IfMatch(None), change }).await {
        tracing::info!(%error, "an account was not told the language that its owner has chosen");
    }
}
