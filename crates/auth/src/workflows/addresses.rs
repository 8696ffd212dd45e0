//! The addresses that an account keeps: 50 at most, and one of them is the default as long as there are any.
//!
//! A change locks the account's row, so that no two changes meet. No event is published: no other service needs the
//! addresses.

use crate::{
    state::Auth,
    store::{accounts, addresses},
};
use contracts::{
    Address,
    auth::{AddAddressError, AddressChange, NewAddress, SavedAddress},
};
use db::Tx;
use endpoint::{
    CommonError, Created, FieldError, HandlerError, IfMatch, NoErrors, UnauthenticatedReason, etag as tags,
};
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
pub(crate) fn etag(address: &SavedAddress) -> String {
    tags::of(&[address.version])
}

pub(crate) async fn add(
    auth: &Auth,
    user: UserId,
    new: NewAddress,
    once: Option<(KeyId, [u8; 32])>,
) -> Result<SavedAddress, HandlerError<AddAddressError>> {
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    accounts::lock(&mut tx, user).await?.ok_or(CommonError::unproved(UnauthenticatedReason::NotAccepted))?;
    if let Some((key, hash)) = once {
        match claim(&mut tx, key, hash, now).await? {
            Claim::Fresh => {}
            Claim::BodyMismatch => {
                tx.rollback().await?;
                return Err(CommonError::KeyReused.into());
            }
            Claim::Replay { resource, .. } => {
                tx.rollback().await?;
                let id: AddressId = resource.parse().map_err(HandlerError::internal)?;
                // one that was removed since is not added again
                return Ok(addresses::find(&auth.db, user, id).await?.ok_or(CommonError::KeyReused)?);
            }
        }
    }
    let others = addresses::count(&mut tx, user).await?;
    if others >= i64::from(OF_ACCOUNT_MAX) {
        tx.rollback().await?;
        return Err(HandlerError::Declared(AddAddressError::TooManyAddresses { limit: OF_ACCOUNT_MAX }));
    }
    let default = new.default || others == 0;
    if default {
        addresses::clear_default(&mut tx, user, now).await?;
    }
    let (id, address) = (auth.env.id(), new.address.trimmed());
    let made = SavedAddress { id, address, default, version: 1, created_at: now, updated_at: now };
    addresses::insert(&mut tx, user, &made).await?;
    if let Some((key, _)) = once {
        // without the answer: it says where somebody lives
        settle(&mut tx, key, made.id, None::<Created<SavedAddress>>).await?;
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
) -> Result<SavedAddress, HandlerError<NoErrors>> {
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
) -> Result<SavedAddress, HandlerError<NoErrors>> {
    let before = held(tx, user, id, based_on).await?;
    if before.default && default == Some(false) {
        let why = "true is expected: make another address the default instead";
        return Err(CommonError::Unprocessable { errors: vec![FieldError::invalid("/default", why)] }.into());
    }
    // a stored address that is sent back stays as it is
    let address = address.filter(|address| *address != before.address);
    let address = address.map_or_else(|| before.address.clone(), Address::trimmed);
    let default = default.unwrap_or(before.default);
    if address == before.address && default == before.default {
        return Ok(before);
    }
    if default && !before.default {
        addresses::clear_default(tx, user, now).await?;
    }
    let after = SavedAddress { address, default, version: before.version + 1, updated_at: now, ..before };
    addresses::update(tx, user, &after).await?;
    Ok(after)
}

/// Removes one.
pub(crate) async fn remove(
    auth: &Auth,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
) -> Result<(), HandlerError<NoErrors>> {
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

/// The current address, locked until the transaction ends.
async fn held(
    tx: &mut Tx,
    user: UserId,
    id: AddressId,
    based_on: &IfMatch,
) -> Result<SavedAddress, HandlerError<NoErrors>> {
    accounts::lock(tx, user).await?.ok_or(CommonError::unproved(UnauthenticatedReason::NotAccepted))?;
    let address = addresses::read(tx, user, id).await?.ok_or(CommonError::NotFound)?;
    based_on.allows(&etag(&address))?;
    Ok(address)
}
