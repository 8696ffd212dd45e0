//! Makes the next signing key when it is due.

use super::{Auth, ROTATE_KEYS, set};
use db::Result;
use std::time::Duration;

/// A look at least this often, however far the next key is: settings and clocks change.
const DAILY: Duration = Duration::from_secs(24 * 3600);
/// And not more often than this.
const MINUTELY: Duration = Duration::from_secs(60);

pub(crate) async fn rotate_keys(auth: Auth) -> Result<()> {
    let look_again = auth.keyring.rotate().await?;
    let wait = look_again.since(auth.env.now()).clamp(MINUTELY, DAILY);
    let mut tx = auth.db.begin().await?;
    set(&mut tx, ROTATE_KEYS, wait).await?;
    tx.commit("auth.look_at_keys_again").await
}
