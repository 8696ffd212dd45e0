//! Points at which a test may end the process: before and after each commit and each call outside.
//!
//! Unarmed, as always in production, a point costs one relaxed load. A test arms one by name
//! (`ORDO_FAILPOINT=orders.place_order/committed@3`), and the process aborts there at the third pass,
//! as if the power had gone: no destructor runs, nothing is flushed.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

static ARMED: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<Plan>> = Mutex::new(None);

struct Plan {
    name: String,
    passes_left: u64,
}

/// Arms one point, from `NAME` or `NAME@N` (abort at the Nth pass; 1 without it).
///
/// # Errors
/// When N is not a number from 1.
pub fn arm(spec: &str) -> Result<(), String> {
    let (name, passes) = spec.rsplit_once('@').unwrap_or((spec, "1"));
    let passes_left = passes.parse().ok().filter(|n| *n > 0);
    let passes_left =
        passes_left.ok_or_else(|| format!("`{spec}`: NAME or NAME@N with N from 1 is expected"))?;
    if let Ok(mut plan) = PLAN.lock() {
        *plan = Some(Plan { name: name.to_owned(), passes_left });
        ARMED.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// Passes the point `{name}/{side}`; aborts the process where a test has armed it.
pub fn pass(name: &str, side: &str) {
    if ARMED.load(Ordering::Relaxed) {
        pass_armed(name, side);
    }
}

#[cold]
fn pass_armed(name: &str, side: &str) {
    let Ok(mut plan) = PLAN.lock() else { return };
    let Some(plan) = plan.as_mut() else { return };
    if plan.name.strip_suffix(side).and_then(|n| n.strip_suffix('/')) != Some(name) {
        return;
    }
    plan.passes_left = plan.passes_left.saturating_sub(1);
    if plan.passes_left == 0 {
        eprintln!("failpoint {name}/{side}: ending the process");
        std::process::abort();
    }
}
