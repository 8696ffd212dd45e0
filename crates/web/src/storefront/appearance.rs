//! The switches of theme, single-key shortcuts and language. The input of a refused form is carried along: it is shown again on the
//! page to which the switch leads back, also without scripts.

use crate::{
    session::{
        page_error::PageError,
        request::{RequestContext, theme_named},
        response::PageResponse,
        settings_return,
    },
    texts::Language,
    ui::{layout::TYPED, metadata},
};
use contracts::auth::{MeChange, UpdateMe};
use endpoint::{Body, IfMatch};
use std::time::Duration;

/// How long the page waits until the account has stored the language.
const REMEMBERED_WITHIN: Duration = Duration::from_secs(2);

pub(crate) async fn set_theme_or_shortcuts(visit: RequestContext) -> Result<PageResponse, PageError> {
    match visit.form.given("keys") {
        Some(keys) => visit.set_shortcuts(keys != "off"),
        None => visit.set_theme(theme_named(visit.form.text("theme"))),
    }
    Ok(redirect_back(&visit))
}

pub(crate) async fn set_language(visit: RequestContext) -> Result<PageResponse, PageError> {
    if let Some(language) = Language::named(visit.form.text("language")) {
        visit.set_language(language);
        if visit.session.is_some() {
            remember(&visit, language).await;
        }
    }
    Ok(redirect_back(&visit))
}

fn redirect_back(visit: &RequestContext) -> PageResponse {
    let place = without_language(&visit.next().unwrap_or_else(|| "/".to_owned()));
    let typed: Vec<(&str, &str)> =
        visit.form.pairs().filter_map(|(name, value)| Some((name.strip_prefix(TYPED)?, value))).collect();
    if !typed.is_empty() {
        settings_return::keep(visit, &place, &typed);
    }
    PageResponse::redirect(place)
}

/// An address without its language: the one that was chosen since then applies.
fn without_language(place: &str) -> String {
    let Some((path, query)) = place.split_once('?') else { return place.to_owned() };
    let is_language = |pair: &&str| pair.split('=').next() == Some(metadata::LANGUAGE);
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_language(pair)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// Emails to the account will be in this language. The pages are, even where the account cannot store it.
async fn remember(visit: &RequestContext, language: Language) {
    let change = Body(MeChange { language: Some(language), ..MeChange::default() });
    let cx = visit.cx.clone().within(REMEMBERED_WITHIN);
    if let Err(error) = visit.web.needs.auth.call(&cx, UpdateMe { based_on: IfMatch(None), change }).await {
        tracing::info!(%error, "an account was not told the language that its owner has chosen");
    }
}
