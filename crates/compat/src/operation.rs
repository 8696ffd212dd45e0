//! An operation of a façade: what is asked for, what it does, and what its document says of it.

use crate::{request::FacadeRequest, response::FacadeError, response::FacadeResponse};
use endpoint::http::Method;
use kernel::BoxFuture;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;
use std::{future::Future, sync::Arc};

/// What an operation is, before it has a handler.
#[derive(Debug, Clone)]
pub(crate) struct FacadeOperation {
    pub(crate) method: Method,
    /// With `{name}` for what differs.
    pub(crate) path: &'static str,
    /// The same operation under other paths.
    pub(crate) also: &'static [&'static str],
    pub(crate) says: &'static str,
    /// Members of the body: `name`, `name?` where it may be missing, `name#` for a number or a text of one.
    pub(crate) takes: &'static [&'static str],
    pub(crate) query: &'static [&'static str],
    pub(crate) signed_in: bool,
    /// Whether its token may come in another way than `Authorization`.
    pub(crate) another_way: bool,
    /// Whether it costs a password's hash, as signing in and registering do.
    pub(crate) hashes: bool,
    /// Whether it shows a password, as signing in does.
    pub(crate) shows_password: bool,
    pub(crate) answers: Vec<(u16, &'static str, Schema)>,
    pub(crate) refuses: Vec<(u16, &'static str)>,
}

fn operation(method: Method, path: &'static str, says: &'static str) -> FacadeOperation {
    let (also, takes, query): (&[_], &[_], &[_]) = (&[], &[], &[]);
    let (answers, refuses) = (Vec::new(), Vec::new());
    let (signed_in, another_way, hashes, shows_password) = (false, false, false, false);
    FacadeOperation {
        method,
        path,
        also,
        says,
        takes,
        query,
        signed_in,
        another_way,
        hashes,
        shows_password,
        answers,
        refuses,
    }
}
pub(crate) fn get(path: &'static str, says: &'static str) -> FacadeOperation {
    operation(Method::GET, path, says)
}
pub(crate) fn post(path: &'static str, says: &'static str) -> FacadeOperation {
    operation(Method::POST, path, says)
}
pub(crate) fn put(path: &'static str, says: &'static str) -> FacadeOperation {
    operation(Method::PUT, path, says)
}
pub(crate) fn delete(path: &'static str, says: &'static str) -> FacadeOperation {
    operation(Method::DELETE, path, says)
}

impl FacadeOperation {
    /// It is there under these paths too.
    pub(crate) fn also(self, also: &'static [&'static str]) -> Self {
        FacadeOperation { also, ..self }
    }
    /// Its body has these members.
    pub(crate) fn takes(self, takes: &'static [&'static str]) -> Self {
        FacadeOperation { takes, ..self }
    }
    /// It has these parameters.
    pub(crate) fn query(self, query: &'static [&'static str]) -> Self {
        FacadeOperation { query, ..self }
    }
    /// It takes a token, as `Authorization: Bearer`.
    pub(crate) fn signed_in(self) -> Self {
        FacadeOperation { signed_in: true, ..self }
    }
    /// Or its token comes in the query or in the body.
    pub(crate) fn or_another_way(self) -> Self {
        FacadeOperation { another_way: true, ..self }
    }
    /// It costs a password's hash: a client may not ask for it as often as for others.
    pub(crate) fn hashes(self) -> Self {
        FacadeOperation { hashes: true, ..self }
    }
    /// It signs in: a client that fails too often is refused, and a right password is let in all the same.
    pub(crate) fn signs_in(self) -> Self {
        FacadeOperation { hashes: true, shows_password: true, ..self }
    }
    /// It answers this with such a body.
    pub(crate) fn answers<T: JsonSchema>(mut self, status: u16, what: &'static str) -> Self {
        self.answers.push((status, what, schema::<T>()));
        self
    }
    /// It answers this with the body of an error.
    pub(crate) fn refuses(mut self, status: u16, why: &'static str) -> Self {
        self.refuses.push((status, why));
        self
    }
}

/// The schema of a body, on its own.
pub(crate) fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    settings.for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The shape of a service's errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// The body of a refusal, whose members are texts.
    pub(crate) body: fn(&FacadeError) -> Value,
}

type Handler = dyn Fn(FacadeRequest) -> BoxFuture<Result<FacadeResponse, FacadeError>> + Send + Sync;

/// An operation and what it does.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) operation: FacadeOperation,
    pub(crate) run: Arc<Handler>,
}

/// One service of an original: its operations, and how its errors look.
#[derive(Clone)]
pub(crate) struct LegacyService<S> {
    state: S,
    pub(crate) about: &'static str,
    pub(crate) shape: Shape,
    pub(crate) habits: LegacyQuirks,
    pub(crate) routes: Vec<Route>,
}

/// What an original does with every path and body.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LegacyQuirks {
    /// A slash at the end of a path makes no difference.
    pub(crate) slashes: bool,
    /// Nor does the case of its letters.
    pub(crate) any_case: bool,
    /// Its JSON is indented.
    pub(crate) indents: bool,
}

impl<S: Clone + Send + Sync + 'static> LegacyService<S> {
    /// Without operations yet.
    pub(crate) fn new(state: S, about: &'static str, shape: Shape) -> Self {
        LegacyService { state, about, shape, habits: LegacyQuirks::default(), routes: Vec::new() }
    }
    /// The same, with its original's habits.
    pub(crate) fn with_habits(self, habits: LegacyQuirks) -> Self {
        LegacyService { habits, ..self }
    }
    /// With this operation.
    pub(crate) fn on<Fut>(mut self, operation: FacadeOperation, handler: fn(S, FacadeRequest) -> Fut) -> Self
    where
        Fut: Future<Output = Result<FacadeResponse, FacadeError>> + Send + 'static,
    {
        let state = self.state.clone();
        let run = Arc::new(move |asked| -> BoxFuture<_> { Box::pin(handler(state.clone(), asked)) });
        self.routes.push(Route { operation, run });
        self
    }
}
