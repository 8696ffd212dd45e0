//! The derive `Endpoint`: from a struct of parts and one attribute to the whole declaration.

use crate::doc_text::{doc, snake_case};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{
    Data, DeriveInput, Error, Expr, Fields, LitStr, Result, Type, meta::ParseNestedMeta, spanned::Spanned,
};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let EndpointArgs { published, method, path, scope, reply, error, within, repeatable, guarded } =
        words(input)?;
    let parts = parts(input)?;
    check_path(&path, &parts)?;
    let operation = published.map_or_else(|| snake_case(&name.to_string()), |name| name.value());
    let doc = doc(&input.attrs);
    let fields: Vec<_> = parts.iter().map(|p| &p.field).collect();
    let names: Vec<_> = parts.iter().map(|p| p.field.to_string()).collect();
    let abouts: Vec<_> = parts.iter().map(|p| &p.about).collect();
    let types: Vec<_> = parts.iter().map(|p| &p.of).collect();
    Ok(quote! {
        impl ::endpoint::Endpoint for #name {
            const ROUTE: ::endpoint::Route = ::endpoint::Route {
                name: #operation,
                method: ::endpoint::http::Method::#method,
                path: #path,
                scope: {
                    #[allow(unused_imports)]
                    use ::endpoint::{Permission::{self, *}, Scope::{self, *}};
                    #scope
                },
                within_ms: #within,
                repeatable: #repeatable,
                guarded: #guarded,
                keyed: false #(|| <#types as ::endpoint::RequestPart>::KEYED)*,
                takes_key: false #(|| <#types as ::endpoint::RequestPart>::TAKES_KEY)*,
                takes_etag: false #(|| <#types as ::endpoint::RequestPart>::TAKES_ETAG)*,
                has_body: false #(|| <#types as ::endpoint::RequestPart>::BODY)*,
                is_raw: false #(|| <#types as ::endpoint::RequestPart>::RAW)*,
                doc: #doc,
            }
            .checked(0 #(+ <#types as ::endpoint::RequestPart>::BODY as usize)*);
            type Reply = #reply;
            type Error = #error;
            fn write(&self, out: &mut ::endpoint::Outgoing) {
                let _ = &out;
                #(::endpoint::RequestPart::write(&self.#fields, #names, out);)*
            }
            fn read(
                __incoming: &::endpoint::Incoming<'_>,
            ) -> ::core::result::Result<Self, ::std::vec::Vec<::endpoint::FieldError>> {
                let _ = &__incoming;
                // every part is read, so that one answer names all that is wrong
                #[allow(unused_mut)]
                let mut __faults = ::std::vec::Vec::new();
                #(let #fields = ::endpoint::read_part::<#types>(#names, __incoming, &mut __faults);)*
                match (#(#fields,)*) {
                    (#(::core::option::Option::Some(#fields),)*) => {
                        ::core::result::Result::Ok(Self { #(#fields),* })
                    }
                    #[allow(unreachable_patterns)]
                    _ => ::core::result::Result::Err(__faults),
                }
            }
            fn describe(operation: &mut ::endpoint::openapi::OperationBuilder<'_>) {
                let _ = &operation;
                #(<#types as ::endpoint::RequestPart>::describe(#names, #abouts, operation);)*
            }
        }
        // what `checked` refuses is refused when this is compiled, not when it is first called
        const _: ::endpoint::Route = <#name as ::endpoint::Endpoint>::ROUTE;
    })
}

/// What `#[endpoint(…)]` says.
struct EndpointArgs {
    /// The operation's name, where clients know it by another one than the type's.
    published: Option<LitStr>,
    method: Ident,
    path: LitStr,
    scope: Expr,
    reply: Type,
    error: TokenStream,
    within: TokenStream,
    repeatable: bool,
    guarded: bool,
}

fn words(input: &DeriveInput) -> Result<EndpointArgs> {
    let (mut place, mut scope, mut reply, mut error, mut within) = (None, None, None, None, None);
    let mut published = None;
    let (mut repeatable, mut guarded) = (false, false);
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("endpoint")) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().cloned().ok_or_else(|| meta.error("a word is expected"))?;
            match word.to_string().as_str() {
                "get" | "post" | "put" | "patch" | "delete" => once(&mut place, (word, path(&meta)?), &meta),
                "name" => once(&mut published, meta.value()?.parse::<LitStr>()?, &meta),
                "scope" => once(&mut scope, meta.value()?.parse()?, &meta),
                "reply" => once(&mut reply, meta.value()?.parse()?, &meta),
                "error" => once(&mut error, meta.value()?.parse::<Type>()?, &meta),
                "within" => once(&mut within, meta.value()?.parse::<Expr>()?, &meta),
                "repeatable" => {
                    repeatable = true;
                    Ok(())
                }
                "guarded" => {
                    guarded = true;
                    Ok(())
                }
                other => Err(meta.error(format!(
                    "`{other}` is not known; known are name, get|post|put|patch|delete, scope, reply, error, within, repeatable, guarded"
                ))),
            }
        })?;
    }
    let missing = |what: &str| Error::new(input.ident.span(), format!("#[endpoint(…)] needs {what}"));
    let (method, path) = place.ok_or_else(|| missing("a method and a path, as in post = \"/v1/orders\""))?;
    Ok(EndpointArgs {
        published,
        method: format_ident!("{}", method.to_string().to_uppercase()),
        path,
        scope: scope.ok_or_else(|| missing("a scope, as in scope = User"))?,
        reply: reply.ok_or_else(|| missing("a reply, as in reply = Json<Order>"))?,
        error: error.map_or_else(|| quote!(::endpoint::NoErrors), |t| quote!(#t)),
        within: within.map_or_else(|| quote!(::endpoint::Route::WITHIN_MS), |t| quote!(#t)),
        repeatable,
        guarded,
    })
}

fn once<T>(place: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("this is said twice")),
    }
}

fn path(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let path: LitStr = meta.value()?.parse()?;
    if path.value().starts_with('/') {
        Ok(path)
    } else {
        Err(Error::new(path.span(), "a path begins with /"))
    }
}

/// A field of the struct, and where it travels.
struct Part {
    field: Ident,
    of: Type,
    about: String,
}

fn parts(input: &DeriveInput) -> Result<Vec<Part>> {
    let Data::Struct(parts) = &input.data else {
        return Err(Error::new(input.ident.span(), "an endpoint is a struct of its parts"));
    };
    match &parts.fields {
        Fields::Named(named) => {
            let parts = named.named.iter().filter_map(|f| {
                let field = f.ident.clone()?;
                Some(Part { field, of: f.ty.clone(), about: doc(&f.attrs) })
            });
            Ok(parts.collect())
        }
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(unnamed) => Err(Error::new(unnamed.span(), "name the parts")),
    }
}

/// A `{name}` in the path and a field `name: Path<…>` go together.
fn check_path(path: &LitStr, parts: &[Part]) -> Result<()> {
    let text = path.value();
    let in_path: Vec<&str> =
        text.split('{').skip(1).filter_map(|s| s.split_once('}')).map(|(name, _)| name).collect();
    let is_path = |of: &Type| match of {
        Type::Path(of) => of.path.segments.last().is_some_and(|s| s.ident == "Path"),
        _ => false,
    };
    let fields: Vec<&Ident> = parts.iter().filter(|p| is_path(&p.of)).map(|p| &p.field).collect();
    if let Some(field) = fields.iter().find(|f| !in_path.iter().any(|name| **f == name)) {
        return Err(Error::new(field.span(), format!("the path has no {{{field}}}")));
    }
    if let Some(name) = in_path.iter().find(|name| !fields.iter().any(|f| *f == *name)) {
        return Err(Error::new(path.span(), format!("{{{name}}} needs a field `{name}: Path<…>`")));
    }
    Ok(())
}
