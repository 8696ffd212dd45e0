//! How far feeds have been heard, and whose turn it is to hear them.

use db::{Db, Result, Tx, params, statements};
use kernel::{Timestamp, time::AHEAD};
use uuid::Uuid;

statements! {
    READ = "select position from heard where producer = $1";
    WRITE = "insert into heard (producer, position) values ($1, $2)
             on conflict (producer) do update set position = excluded.position
             where excluded.position > heard.position";
    /// A lease that ends in times to come was given by a clock that has been set back: it is over.
    HELD = "select producer from heard where producer = $1 and holder <> $2 and held_until > $3 and held_until < $4";
    TAKE = "insert into heard (producer, position, turn, holder, held_until) values ($1, 0, 1, $2, $4)
            on conflict (producer) do update
            set turn = heard.turn + 1, holder = excluded.holder, held_until = excluded.held_until
            where heard.holder is null or heard.holder = excluded.holder or heard.held_until <= $3
                or heard.held_until > $5
            returning turn";
    RENEW = "update heard set held_until = $4 where producer = $1 and turn = $2 and holder = $3";
    GIVE_BACK = "update heard set holder = null, held_until = null
                 where producer = $1 and turn = $2 and holder = $3";
    /// A position never goes back, whoever asks.
    WRITE_IN_TURN = "update heard set position = case when position < $4 then $4 else position end
                     where producer = $1 and turn = $2 and holder = $3";
}

pub(crate) async fn position(db: &Db, producer: &str) -> Result<i64> {
    db.query_opt(&READ, params![producer]).await?.map_or(Ok(0), |row| row.get("position"))
}

pub(crate) async fn advance(tx: &mut Tx, producer: &str, position: i64) -> Result<()> {
    tx.run(&WRITE, params![producer, position]).await.map(drop)
}

pub(crate) async fn is_held_by_another(db: &Db, producer: &str, me: Uuid, now: Timestamp) -> Result<bool> {
    Ok(db.query_opt(&HELD, params![producer, me, now, now.plus(AHEAD)]).await?.is_some())
}

/// The number of our turn, where it is nobody else's.
pub(crate) async fn take_turn(
    tx: &mut Tx,
    producer: &str,
    me: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<i64>> {
    let row = tx.query_opt(&TAKE, params![producer, me, now, until, now.plus(AHEAD)]).await?;
    row.map(|row| row.get("turn")).transpose()
}

/// False when it is another's by now.
pub(crate) async fn renew_turn(
    tx: &mut Tx,
    producer: &str,
    (turn, me): (i64, Uuid),
    until: Timestamp,
) -> Result<bool> {
    Ok(tx.run(&RENEW, params![producer, turn, me, until]).await? == 1)
}

/// Nobody's turn it is then; that of another one stays its own.
pub(crate) async fn give_back_turn(tx: &mut Tx, producer: &str, (turn, me): (i64, Uuid)) -> Result<()> {
    tx.run(&GIVE_BACK, params![producer, turn, me]).await.map(drop)
}

/// False when it is another's by now.
pub(crate) async fn advance_in_turn(
    tx: &mut Tx,
    producer: &str,
    (turn, me): (i64, Uuid),
    position: i64,
) -> Result<bool> {
    Ok(tx.run(&WRITE_IN_TURN, params![producer, turn, me, position]).await? == 1)
}
