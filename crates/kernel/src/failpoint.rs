//! Points at which a test may end the process: before and after each commit and each call outside.
//!
//! Unarmed, as always in production, a point costs one relaxed load. A test arms one by name
//! (`ORDO_FAILPOINT=orders.place_order/committed@3`), and the process aborts there at the third pass,
//! as if the power had gone: no destructor runs, nothing is flushed. A point that several services share has
//! the service's name at its end (`flow.publish/called:orders`). Armed with `?`, every pass is told on
//! standard error and nothing ends, so that a test can learn which points lie on a way.

use crate::retry_scope;
use std::{
    fmt::{self, Display},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The side before a call to the outside.
const CALLING: &str = "calling";
/// Arms no point, but tells every pass.
const TELL: &str = "?";

static ARMED: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<Plan>> = Mutex::new(None);

enum Plan {
    Tell,
    End { point: String, passes_left: u64 },
}

/// Arms one point, from `NAME/SIDE` or `NAME/SIDE@N` (abort at the Nth pass; 1 without it); `?` tells every pass.
///
/// # Errors
/// When it is not of that form.
pub fn arm(spec: &str) -> Result<(), String> {
    let made = if spec == TELL { Plan::Tell } else { end_at(spec)? };
    if let Ok(mut plan) = PLAN.lock() {
        *plan = Some(made);
        ARMED.store(true, Ordering::SeqCst);
    }
    Ok(())
}

fn end_at(spec: &str) -> Result<Plan, String> {
    let (point, passes) = spec.rsplit_once('@').unwrap_or((spec, "1"));
    let passes_left = passes.parse().ok().filter(|n| *n > 0 && point.contains('/'));
    let passes_left =
        passes_left.ok_or_else(|| format!("`{spec}`: NAME/SIDE or NAME/SIDE@N with N from 1 is expected"))?;
    Ok(Plan::End { point: point.to_owned(), passes_left })
}

/// Passes the point `{name}/{side}`; aborts the process where a test has armed it.
pub fn pass(name: &str, side: &str) {
    pass_in(name, side, "");
}

/// Passes the point `{name}/{side}:{service}`, which each service has for itself.
///
/// # Panics
/// In builds for tests, before a call inside a transaction (R2).
pub fn pass_in(name: &str, side: &str, service: &str) {
    if side == CALLING {
        retry_scope::assert_no_open_transaction(name);
    }
    if ARMED.load(Ordering::Relaxed) {
        pass_armed(&Point { name, side, service });
    }
}

struct Point<'a> {
    name: &'a str,
    side: &'a str,
    /// Empty where no other service has it.
    service: &'a str,
}

impl Display for Point<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.service.is_empty() { "" } else { ":" };
        write!(f, "{}/{}{colon}{}", self.name, self.side, self.service)
    }
}

#[cold]
fn pass_armed(passed: &Point<'_>) {
    let Ok(mut plan) = PLAN.lock() else { return };
    let passed = passed.to_string();
    match plan.as_mut() {
        Some(Plan::Tell) => eprintln!("failpoint {passed}: passed"),
        Some(Plan::End { point, passes_left }) if *point == passed => {
            *passes_left = passes_left.saturating_sub(1);
            if *passes_left == 0 {
                eprintln!("failpoint {passed}: ending the process");
                std::process::abort();
            }
        }
        _ => {}
    }
}
