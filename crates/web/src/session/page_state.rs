//! What pages store for all requests: one value of each type, created when it is first read. The layers above store theirs here, so
//! that this layer names none of them.

use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The values, by their types.
#[derive(Default)]
pub(crate) struct PageStates(Mutex<BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl PageStates {
    /// The value of this type, the same for each call.
    pub(crate) fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(state).downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_one_value() {
        let states = PageStates::default();
        states.get::<Mutex<u8>>().lock().unwrap().clone_from(&7);
        assert_eq!(
            (*states.get::<Mutex<u8>>().lock().unwrap(), *states.get::<Mutex<u16>>().lock().unwrap()),
            (7, 0)
        );
    }
}
