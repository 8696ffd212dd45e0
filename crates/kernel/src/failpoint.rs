//! Fail points, at which a test can end the process: before and after each commit and each external call.
//!
//! A disarmed point, as always in production, costs one relaxed load. A test arms a point by name
//! (`ORDO_FAILPOINT=orders.place_order/committed@3`), and the process aborts at the third pass, as after a power failure:
//! no destructor runs, and nothing is flushed. The name of a point that several services share ends with the service
//! (`flow.publish/called:orders`). If armed with `?`, every pass is printed to standard error and nothing aborts, so that a
//! test can find the points on a code path.

use crate::retry_scope;
use std::{
    fmt::{self, Display},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The side before an external call.
const CALLING: &str = "calling";
/// Arms no point, but prints every pass.
const TELL: &str = "?";

static ARMED: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<FailPointPlan>> = Mutex::new(None);

enum FailPointPlan {
    Tell,
    End { point: String, passes_left: u64 },
}

/// Arms a point, given as `NAME/SIDE` or `NAME/SIDE@N` (abort at the Nth pass, by default the first); `?` prints every
/// pass.
///
/// # Errors
/// When the text does not have this format.
pub fn arm(spec: &str) -> Result<(), String> {
    let made = if spec == TELL { FailPointPlan::Tell } else { end_at(spec)? };
    if let Ok(mut plan) = PLAN.lock() {
        *plan = Some(made);
        ARMED.store(true, Ordering::SeqCst);
    }
    Ok(())
}

fn end_at(spec: &str) -> Result<FailPointPlan, String> {
    let (point, passes) = spec.rsplit_once('@').unwrap_or((spec, "1"));
    let passes_left = passes.parse().ok().filter(|n| *n > 0 && point.contains('/'));
    let passes_left = passes_left
        .ok_or_else(|| format!("`{spec}`: expected NAME/SIDE or NAME/SIDE@N with N of at least 1"))?;
    Ok(FailPointPlan::End { point: point.to_owned(), passes_left })
}

/// Passes the point `{name}/{side}`. Aborts the process if a test has armed it.
pub fn pass(name: &str, side: &str) {
    pass_in(name, side, "");
}

/// Passes the point `{name}/{side}:{service}`, which is separate for each service.
///
/// # Panics
/// In test builds, before a call inside a transaction (R2).
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
    /// Empty if only one service has the point.
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
        Some(FailPointPlan::Tell) => eprintln!("failpoint {passed}: passed"),
        Some(FailPointPlan::End { point, passes_left }) if *point == passed => {
            *passes_left = passes_left.saturating_sub(1);
            if *passes_left == 0 {
                eprintln!("failpoint {passed}: ending the process");
                std::process::abort();
            }
        }
        _ => {}
    }
}
