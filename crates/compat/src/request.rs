//! What was asked for, as a handler reads it.

use crate::{
    form::BodyForm,
    response::{FacadeError, refused},
};
use endpoint::{
    Context,
    http::{HeaderMap, HeaderValue, header},
};
use kernel::Secret;
use percent_encoding::percent_decode_str;
use std::{collections::BTreeMap, str::FromStr};

/// A request whose operation is known. It has no `Debug`: its path, query and body can hold tokens.
pub(crate) struct FacadeRequest {
    /// What travels to the services that are asked for it.
    pub(crate) cx: Context,
    pub(crate) path: BTreeMap<&'static str, String>,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) form: Result<BodyForm, FacadeError>,
}

impl FacadeRequest {
    /// The members of the body.
    ///
    /// # Errors
    /// 400 when it is no JSON object.
    pub(crate) fn form(&self) -> Result<&BodyForm, FacadeError> {
        self.form.as_ref().map_err(Clone::clone)
    }

    /// A part of the path.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A part of the path that names something; what cannot is not there.
    ///
    /// # Errors
    /// 404 with this sentence.
    pub(crate) fn named<T: FromStr>(&self, name: &str, not_there: &str) -> Result<T, FacadeError> {
        self.part(name).parse().map_err(|_| refused(404, not_there))
    }

    /// A part of the path that is one of the originals' integers: digits, and no sign.
    ///
    /// # Errors
    /// 404 with this sentence.
    pub(crate) fn number(&self, name: &str, not_there: &str) -> Result<i64, FacadeError> {
        if !self.part(name).bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused(404, not_there));
        }
        self.named(name, not_there)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.into_iter().find(|(n, _)| *n == name)?;
        percent_decode_str(&value.replace('+', " ")).decode_utf8().ok().map(|value| value.into_owned())
    }

    /// The token of `Authorization: Bearer`.
    pub(crate) fn bearer(&self) -> Option<Secret> {
        let (scheme, token) = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token.trim()))
    }

    /// What travels along where this token's owner asks for it.
    pub(crate) fn with_token(&self, token: &Secret) -> Context {
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok();
        let bearer = bearer.map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Context { bearer, ..self.cx.clone() }
    }
}
