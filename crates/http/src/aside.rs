//! The slot of a running request ([`crate::admission`]), and its release while the request waits for something that uses no
//! processor of this process.

use crate::admission::{Admission, Admitted};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    /// The slot of the request that this task processes.
    static PLACE: Arc<RequestSlot>;
}

struct RequestSlot(Mutex<Stage>);

enum Stage {
    AtWork(Admitted),
    /// The request waits, and others are admitted.
    Aside,
    /// The request has been answered; remaining work needs no slot.
    Answered,
}

impl RequestSlot {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Releases the slot if the request has one.
    fn leave(&self) -> Option<Admission> {
        let mut stage = self.stage();
        let Stage::AtWork(admitted) = &*stage else { return None };
        let admission = admitted.admission().cloned();
        *stage = Stage::Aside;
        admission
    }

    /// Takes a slot again, unless the request has been answered in the meantime.
    fn come_back(&self, admission: &Admission) {
        let mut stage = self.stage();
        if matches!(*stage, Stage::Aside) {
            *stage = Stage::AtWork(admission.resume());
        }
    }
}

/// Releases the slot when the request has been answered or dropped.
struct SlotRelease(Arc<RequestSlot>);
impl Drop for SlotRelease {
    fn drop(&mut self) {
        *self.0.stage() = Stage::Answered;
    }
}

/// Takes the slot again, however the wait ends.
struct SlotReturn(Option<(Arc<RequestSlot>, Admission)>);
impl Drop for SlotReturn {
    fn drop(&mut self) {
        if let Some((place, admission)) = self.0.take() {
            place.come_back(&admission);
        }
    }
}

impl Admitted {
    /// Runs the work of a request, which occupies its slot until then.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> T {
        let place = Arc::new(RequestSlot(Mutex::new(Stage::AtWork(self))));
        let _answered = SlotRelease(place.clone());
        PLACE.scope(place, work).await
    }
}

/// Returns whether this task processes an admitted request.
pub(crate) fn is_admitted() -> bool {
    PLACE.try_with(|_| ()).is_ok()
}

/// Prepares work for a separate task that shares the slot of the current request: it also releases that slot while it
/// waits, as long as the request has not been answered.
pub fn on_its_behalf<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let place = PLACE.try_with(Clone::clone).ok();
    async move {
        match place {
            Some(place) => PLACE.scope(place, work).await,
            None => work.await,
        }
    }
}

/// Waits for something that uses no processor of this process. Other requests are admitted meanwhile.
pub async fn step_aside<T>(wait: impl Future<Output = T>) -> T {
    let place = PLACE.try_with(Clone::clone).ok();
    let left = place.and_then(|place| place.leave().map(|admission| (place, admission)));
    let _aside = SlotReturn(left);
    wait.await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        sync::oneshot,
        task::{spawn, yield_now},
    };

    #[tokio::test]
    async fn whoever_steps_aside_leaves_its_place_and_takes_one_again() {
        let admission = Admission::fixed(1);
        let admitted = admission.enter(false).await.unwrap();
        let other = admission.clone();
        let work = async {
            assert!(is_admitted());
            let inner = step_aside(async { other.enter(false).await.map(drop) }).await;
            assert_eq!((inner, other.at_work()), (Some(()), 1));
        };
        admitted.during(work).await;
        assert!(!is_admitted());
        assert_eq!(admission.at_work(), 0);
    }

    #[tokio::test]
    async fn a_task_steps_aside_on_behalf_of_a_request_until_that_is_answered() {
        let admission = Admission::fixed(1);
        let (outer, (go_on, wait)) = (admission.clone(), oneshot::channel::<()>());
        let (is_over, over) = oneshot::channel();
        let work = async move {
            #[allow(clippy::disallowed_methods, reason = "no node ends here")]
            spawn(on_its_behalf(async {
                step_aside(async { drop(wait.await) }).await;
                is_over.send(is_admitted()).unwrap();
            }));
            yield_now().await;
            assert_eq!(outer.at_work(), 0, "while the task waits");
        };
        admission.enter(false).await.unwrap().during(work).await;
        go_on.send(()).unwrap();
        assert!(over.await.unwrap());
        assert_eq!(admission.at_work(), 0, "what is answered takes no place again");
    }

    #[tokio::test]
    async fn who_is_interrupted_aside_comes_back() {
        let admission = Admission::fixed(1);
        let inner = admission.clone();
        let work = async move {
            tokio::select! { biased; () = step_aside(std::future::pending()) => {}, () = yield_now() => {} }
            assert_eq!(inner.at_work(), 1);
        };
        admission.enter(false).await.unwrap().during(work).await;
        assert_eq!(admission.at_work(), 0);
    }
}
