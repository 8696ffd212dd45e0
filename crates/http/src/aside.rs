//! The place that a request has at work ([`crate::admission`]), and how it leaves that while it waits for something which takes no
//! processor of this process.

use crate::admission::{Admission, Admitted};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    /// The place of the request that this task works on.
    static PLACE: Arc<RequestSlot>;
}

struct RequestSlot(Mutex<Stage>);

enum Stage {
    AtWork(Admitted),
    /// It waits, and others are let in.
    Aside,
    /// What goes on with it is nobody's request any more.
    Answered,
}

impl RequestSlot {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves it to others, where it is had.
    fn leave(&self) -> Option<Admission> {
        let mut stage = self.stage();
        let Stage::AtWork(admitted) = &*stage else { return None };
        let admission = admitted.admission().cloned();
        *stage = Stage::Aside;
        admission
    }

    /// Has one again, unless the request was answered in the meantime.
    fn come_back(&self, admission: &Admission) {
        let mut stage = self.stage();
        if matches!(*stage, Stage::Aside) {
            *stage = Stage::AtWork(admission.resume());
        }
    }
}

/// Gives the place back when the request was answered, or nobody waits for it any more.
struct UntilAnswered(Arc<RequestSlot>);
impl Drop for UntilAnswered {
    fn drop(&mut self) {
        *self.0.stage() = Stage::Answered;
    }
}

/// What waits comes back however its waiting ends.
struct WhileAside(Option<(Arc<RequestSlot>, Admission)>);
impl Drop for WhileAside {
    fn drop(&mut self) {
        if let Some((place, admission)) = self.0.take() {
            place.come_back(&admission);
        }
    }
}

impl Admitted {
    /// Works on the request, which is at work until that ends.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> T {
        let place = Arc::new(RequestSlot(Mutex::new(Stage::AtWork(self))));
        let _answered = UntilAnswered(place.clone());
        PLACE.scope(place, work).await
    }
}

/// Whether this task works on a request that was let in.
pub(crate) fn is_admitted() -> bool {
    PLACE.try_with(|_| ()).is_ok()
}

/// Work for a task of its own, which has the place of the request that this task works on: it steps aside for that one, too, as
/// long as that is not answered.
pub fn on_its_behalf<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let place = PLACE.try_with(Clone::clone).ok();
    async move {
        match place {
            Some(place) => PLACE.scope(place, work).await,
            None => work.await,
        }
    }
}

/// Waits for something that takes no processor of this process; others are let in in the meantime.
pub async fn step_aside<T>(wait: impl Future<Output = T>) -> T {
    let place = PLACE.try_with(Clone::clone).ok();
    let left = place.and_then(|place| place.leave().map(|admission| (place, admission)));
    let _aside = WhileAside(left);
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
