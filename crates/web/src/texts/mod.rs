//! Every text of the pages, in English, in one place. Each has a name and its parameters, as messages of Fluent have:
//! another language is another module of the same names.

mod account;
mod around;
mod buying;
pub(crate) mod console;
mod countries;
mod shop;

pub(crate) use account::*;
pub(crate) use around::*;
pub(crate) use buying::*;
pub(crate) use countries::*;
pub(crate) use shop::*;
