//! The derives behind the crate `endpoint`: [`Endpoint`] for a request that is an endpoint,
//! [`ApiError`] for the ways in which it can be refused.

mod api_error;
mod doc_text;
mod endpoint;

use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct of parts an endpoint; see the crate `endpoint`.
#[proc_macro_derive(Endpoint, attributes(endpoint))]
pub fn endpoint(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    endpoint::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes an enum the refusals of an endpoint; see the crate `endpoint`.
#[proc_macro_derive(ApiError, attributes(status))]
pub fn api_error(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let name = &input.ident;
    let rows = api_error::expand(&input);
    rows.map(|rows| {
        quote! {
            #rows
            impl ::endpoint::ApiError for #name {}
            impl ::core::convert::From<#name> for ::endpoint::HandlerError<#name> {
                fn from(refusal: #name) -> Self {
                    ::endpoint::HandlerError::Declared(refusal)
                }
            }
        }
    })
    .unwrap_or_else(|e| e.to_compile_error())
    .into()
}

/// The table of codes alone: for the common refusals, which belong to no endpoint. `#[says(method)]` at a variant: the
/// enum's method that says what to do in this very case.
#[proc_macro_derive(ProblemSet, attributes(status, says))]
pub fn rows(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    api_error::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}
