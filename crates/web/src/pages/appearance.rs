//! Light, dark, or as the system is.

use crate::{
    shown::{Shown, Stop},
    visit::{Visit, theme_named},
};

pub(crate) async fn choose(visit: Visit) -> Result<Shown, Stop> {
    visit.look(theme_named(visit.form.text("theme")));
    Ok(Shown::there(visit.next().unwrap_or_else(|| "/".to_owned())))
}
