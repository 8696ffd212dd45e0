//! The addresses that an account keeps: 50 at most, and one of them is the default as long as there are any.
//!
//! Who changes them holds the account's row, so that no two changes meet. No event tells of them: nobody acts on where
//! somebody lives.

use crate::{
    state::Auth,
    store::{accounts, addresses},
};
use contracts::auth::{AddAddressError, AddressChange, KeptAddress, NewAddress};
use db::Tx;
use endpoint::{Common, Created, Fail, Fault, IfMatch, Nothing, Unproved, etag as tags};
use flow::{
    Claim, KeyId,
    idempotency::{claim, settle},
};
use kernel::{
    Timestamp,
    id::{AddressId, UserId},
};

/// The most addresses of one account.
const OF_ACCOUNT_MAX: u32 = 50;

/// The ETag of what is shown of an address.
pub(crate) fn etag(address: &KeptAddress) -> String {
    tags::of(&[address.version])
}

/// Adds one.
pub(crate) async fn add(
    auth: &Auth,
    user: UserId,
    new: NewAddress,
    once: Option<(KeyId, [u8; 32])>,
) -> Result<KeptAddress, Fail<AddAddressError>> {
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    accounts::lock(&mut tx, user).await?.ok_or(Common::unproved(Unproved::NotAccepted))?;
    if let Some((key, hash)) = once {
        match claim(&mut tx, key, hash, now).await? {
            Claim::Fresh => {}
            Claim::OtherBody => {
                tx.rollback().await?;
                return Err(Common::KeyReused.into());
            }
            Claim::Replay { resource, .. } => {
                tx.rollback().await?;
                let id: AddressId = resource.parse().map_err(Fail::broken)?;
                // one that was removed since is not added again
                return Ok(addresses::find(&auth.db, user, id).await?.ok_or(Common::KeyReused)?);
            }
        }
    }
    let others = addresses::count(&mut tx, user).await?;
    if others >= i64::from(OF_ACCOUNT_MAX) {
        tx.rollback().await?;
        return Err(Fail::Refused(AddAddressError::TooManyAddresses { limit: OF_ACCOUNT_MAX }));
    }
    let default = new.default || others == 0;
    if default {
        addresses::clear_default(&mut tx, user, now).await?;
    }
    let (id, address) = (auth.env.id(), new.address);
    let made = KeptAddress { id, address, default, version: 1, created_at: now, updated_at: now };
    addresses::insert(&mut tx, user, &made).await?;
    if let Some((key, _)) = once {
        // without the answer: it says where somebody lives
        settle(&mut tx, key, made.id, None::<Created<KeptAddress>>).await?;
    }
    tx.commit("auth.add_address").await?;
    Ok(made)
}

/// Changes one; a change to what it is already is none.
pub(crate) async fn update(
    auth: &Auth,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
    change: AddressChange,
) -> Result<KeptAddress, Fail<Nothing>> {
    let mut tx = auth.db.begin().await?;
    let after = match changed(&mut tx, user, id, based_on, change, auth.env.now()).await {
        Ok(after) => after,
        Err(refused) => {
            tx.rollback().await?;
            return Err(refused);
        }
    };
    tx.commit("auth.update_address").await?;
    Ok(after)
}

async fn changed(
    tx: &mut Tx,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
    AddressChange { address, default }: AddressChange,
    now: Timestamp,
) -> Result<KeptAddress, Fail<Nothing>> {
    let before = held(tx, user, id, based_on).await?;
    if before.default && default == Some(false) {
        let why = "true is expected: make another address the default instead";
        return Err(Common::Unprocessable { errors: vec![Fault::invalid("/default", why)] }.into());
    }
    let address = address.unwrap_or_else(|| before.address.clone());
    let default = default.unwrap_or(before.default);
    if address == before.address && default == before.default {
        return Ok(before);
    }
    if default && !before.default {
        addresses::clear_default(tx, user, now).await?;
    }
    let after = KeptAddress { address, default, version: before.version + 1, updated_at: now, ..before };
    addresses::update(tx, user, &after).await?;
    Ok(after)
}

/// Removes one.
pub(crate) async fn remove(
    auth: &Auth,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
) -> Result<(), Fail<Nothing>> {
    let mut tx = auth.db.begin().await?;
    let gone = match held(&mut tx, user, id, based_on).await {
        Ok(gone) => gone,
        Err(refused) => {
            tx.rollback().await?;
            return Err(refused);
        }
    };
    addresses::delete(&mut tx, user, id).await?;
    if gone.default
        && let Some(next) = addresses::newest(&mut tx, user).await?
    {
        addresses::set_default(&mut tx, user, next.id, auth.env.now()).await?;
    }
    tx.commit("auth.remove_address").await?;
    Ok(())
}

/// The address as it is, which nobody else changes until the transaction ends.
async fn held(
    tx: &mut Tx,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
) -> Result<KeptAddress, Fail<Nothing>> {
    accounts::lock(tx, user).await?.ok_or(Common::unproved(Unproved::NotAccepted))?;
    let address = addresses::read(tx, user, id).await?.ok_or(Common::NotFound)?;
    based_on.allows(&etag(&address))?;
    Ok(address)
}
