//! What providers told by themselves, each once.

use db::{Result, Tx, params, statements};
use kernel::Timestamp;
use payment_provider::ProviderEvent;

statements! {
    INSERT = "insert into provider_inbox (provider, event_id, key, outcome, received_at)
              values ($1, $2, $3, $4, $5) on conflict (provider, event_id) do nothing";
}

/// True when it was not known.
pub(crate) async fn insert(
    tx: &mut Tx,
    provider: &str,
    event: &ProviderEvent,
    now: Timestamp,
) -> Result<bool> {
    let values = params![provider, &event.id, &event.key, &event.outcome, now];
    Ok(tx.run(&INSERT, values).await? == 1)
}
