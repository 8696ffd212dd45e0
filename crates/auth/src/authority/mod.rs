//! What verifiers of tokens ask: over this service's own database, or over the network.

mod own;
mod remote;

pub use own::own_authority;
pub use remote::remote_authority;
