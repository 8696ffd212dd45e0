//! The table of an error enum: status, code and words of each variant.

use crate::doc_text::{doc, snake_case};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Ident, LitInt, LitStr, Result, Variant, spanned::Spanned};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(refusals) = &input.data else {
        return Err(Error::new(name.span(), "refusals are an enum"));
    };
    check_wire_form(input)?;
    let (mut arms, mut rows, mut said) = (Vec::new(), Vec::new(), Vec::new());
    for (i, variant) in refusals.variants.iter().enumerate() {
        let ErrorRow { status, code, doc } = row(variant)?;
        let id = &variant.ident;
        arms.push(quote!(Self::#id { .. } => &<Self as ::endpoint::ProblemSet>::ROWS[#i]));
        rows.push(quote!(::endpoint::ErrorSpec { status: #status, code: #code, doc: #doc }));
        if let Some(says) = variant.attrs.iter().find(|a| a.path().is_ident("says")) {
            let method: Ident = says.parse_args()?;
            said.push(quote!(Self::#id { .. } => self.#method(),));
        }
    }
    let said = (!said.is_empty()).then(|| {
        quote! {
            fn said(&self) -> ::core::option::Option<::std::string::String> {
                match self { #(#said)* _ => ::core::option::Option::None }
            }
        }
    });
    Ok(quote! {
        impl ::endpoint::ProblemSet for #name {
            const ROWS: &'static [::endpoint::ErrorSpec] = &[#(#rows),*];
            fn row(&self) -> &'static ::endpoint::ErrorSpec {
                match self { #(#arms),* }
            }
            #said
        }
    })
}

struct ErrorRow {
    status: u16,
    code: String,
    doc: String,
}

fn row(variant: &Variant) -> Result<ErrorRow> {
    let status = variant.attrs.iter().find(|a| a.path().is_ident("status"));
    let status = status.ok_or_else(|| Error::new(variant.span(), "which status? #[status(409)]"))?;
    let number: LitInt = status.parse_args()?;
    let status: u16 = number.base10_parse()?;
    if !(400..600).contains(&status) {
        return Err(Error::new(number.span(), "the status of a refusal is 400 to 599"));
    }
    let doc = doc(&variant.attrs);
    if doc.is_empty() {
        let what = "say what happened and what to do: the first line of the comment is the title";
        return Err(Error::new(variant.span(), what));
    }
    if serde_words(&variant.attrs)?.iter().any(|(key, _)| key == "rename") {
        return Err(Error::new(variant.span(), "the code is the variant's name: rename the variant"));
    }
    Ok(ErrorRow { status, code: snake_case(&variant.ident.to_string()), doc })
}

/// On the wire a refusal is an object whose member `code` tells the variant.
fn check_wire_form(input: &DeriveInput) -> Result<()> {
    let words = serde_words(&input.attrs)?;
    let says = |key: &str, value: &str| words.iter().any(|(k, v)| k == key && v.as_deref() == Some(value));
    if says("tag", "code") && says("rename_all", "snake_case") {
        return Ok(());
    }
    let what = "refusals are written with #[serde(tag = \"code\", rename_all = \"snake_case\")]";
    Err(Error::new(input.ident.span(), what))
}

fn serde_words(attributes: &[Attribute]) -> Result<Vec<(String, Option<String>)>> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let value = match meta.value() {
                Ok(value) => Some(value.parse::<LitStr>()?.value()),
                Err(_) => None,
            };
            words.push((key, value));
            Ok(())
        })?;
    }
    Ok(words)
}
