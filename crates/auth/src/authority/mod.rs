//! What verifiers of tokens ask: over this service's own database, or over the network.

mod local;
mod remote;

pub use local::own_authority;
pub use remote::remote_authority;
