//! The last backup of an embedded deployment, and why the last automatic one was not written.

use crate::{
    session::app::Backups,
    texts::console as c,
    ui::{
        components::{banner, moment},
        format,
    },
};
use maud::{Markup, html};

pub(super) fn section(backups: &Backups) -> Markup {
    let Backups { last, failed, is_automatic } = backups;
    html! {
        @if let Some(why) = failed {
            (banner("bad", c::BACKUP_FAILED.text(), html! { p { (why) } }))
        }
        section.card {
            div.card-head { h2 { (c::BACKUPS) } }
            div.card-body {
                @match last {
                    Some((at, bytes)) => { p { (c::LAST_BACKUP) (moment(*at)) ", " (format::megabytes(*bytes)) } }
                    None => { p { (c::NO_BACKUP) } }
                }
                @if !is_automatic { p.small.quiet { (c::NO_AUTOMATIC_BACKUPS) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_backup_and_the_failure_after_it_are_shown() {
        let at = "2026-03-04T05:06:07Z".parse().expect("a time");
        let good = Backups { last: Some((at, 12_345_678)), failed: None, is_automatic: true };
        let shown = section(&good).into_string();
        assert!(shown.contains("2026-03-04T05:06:07") && shown.contains("13\u{a0}MB"), "{shown}");
        assert!(!shown.contains("banner") && !shown.contains(c::NO_AUTOMATIC_BACKUPS.text()), "{shown}");
        let failed =
            section(&Backups { failed: Some("the disk <is> full".to_owned()), ..good }).into_string();
        assert!(failed.contains("banner") && failed.contains("the disk &lt;is&gt; full"), "{failed}");
        let none = section(&Backups::default()).into_string();
        assert!(none.contains(c::NO_BACKUP.text()) && none.contains("ORDO_BACKUP_TO"), "{none}");
    }
}
