//! The languages of the pages: the language of a request, and its messages.

use endpoint::http::{HeaderMap, header};
use kernel::Language;

/// The files of each folder in `texts`.
mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

tokio::task_local! {
    static NOW: Language;
}

/// The language of a request.
pub(crate) trait WebLanguage: Copy {
    /// The language of the current request; English outside of one.
    fn now() -> Self;
    /// Does `work` in the language.
    fn during<T>(self, work: impl FnOnce() -> T) -> T;
    /// Does `work` in the language.
    async fn throughout<T>(self, work: impl Future<Output = T>) -> T;
    /// The language that the browser prefers (RFC 9110, 12.5.4), of those available.
    fn wanted(headers: &HeaderMap) -> Option<Self>;
    /// Its files of messages.
    fn files(self) -> &'static [&'static str];
}

impl WebLanguage for Language {
    fn now() -> Language {
        NOW.try_with(|language| *language).unwrap_or_default()
    }
    fn during<T>(self, work: impl FnOnce() -> T) -> T {
        NOW.sync_scope(self, work)
    }
    async fn throughout<T>(self, work: impl Future<Output = T>) -> T {
        NOW.scope(self, work).await
    }

    fn wanted(headers: &HeaderMap) -> Option<Language> {
        let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let mut best: Option<(f32, Language)> = None;
        for range in lines.flat_map(|line| line.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
            let Some(language) = Language::named(&primary).filter(|_| weight > 0.0) else { continue };
            if best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    fn files(self) -> &'static [&'static str] {
        match self {
            Language::English => files::EN,
            Language::German => files::DE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn a_browser_gets_what_it_likes_best_of_what_there_is() {
        let wanted = |said: &'static str| {
            let line = (header::ACCEPT_LANGUAGE, HeaderValue::from_static(said));
            Language::wanted(&[line].into_iter().collect())
        };
        assert_eq!(wanted("de"), Some(Language::German));
        assert_eq!(wanted("de-AT, en;q=0.7"), Some(Language::German));
        assert_eq!(wanted("fr, en;q=0.7, de;q=0.8"), Some(Language::German));
        assert_eq!(wanted("EN-us,en;q=0.9,de;q=0.8"), Some(Language::English));
        assert_eq!(wanted("fr, de;q=0"), None);
        assert_eq!(wanted("*"), None);
        assert_eq!(wanted(";;,,q=,de;q=x"), None);
    }
}
