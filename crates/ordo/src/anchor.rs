//! The anchor of an embedded shop: a file beside the databases that says how far they had come. Databases that are behind it, or
//! have another history, were replaced by an older copy or have lost their end, and a shop that goes on with them would take
//! paid orders for unpaid ones. So it does not start, unless the operator accepts the loss: then a new epoch begins.
//!
//! The anchor is written after the state that it records is durable, once a second at most, so that the databases are never
//! behind it by themselves. The number of the epoch is in the database file, too: one without its anchor, or from an earlier
//! epoch, is found.

use crate::{
    data_dir::DataDir,
    databases::Databases,
    exit_code::{Failure, unusable},
    stores::of_service,
};
use auth::EpochEnded;
use db::sqlite::Sqlite;
use flow::feed::{self, Mark};
use kernel::{Env, Timestamp, secret::RootSecret};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Mutex, time::sleep};

/// In the data folder.
const FILE: &str = "anchor.json";
/// How far the anchor may be behind: it does not record what was acknowledged in the last second before a crash.
const EACH: Duration = Duration::from_secs(1);

/// Of a folder that was copied while a process worked in it.
pub(crate) const COPIED: &str = "The data folder was copied while the shop ran.";

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AnchorRecord {
    /// The epoch, from 1; each loss that was accepted begins the next one.
    epoch: u32,
    /// When that was.
    since: Timestamp,
    /// Before the epoch or the process that works with the databases now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<IdlePeriod>,
    /// The newest event of each service that has any.
    services: BTreeMap<String, Mark>,
    /// How many sessions and API keys have ended: that of a key is no event.
    #[serde(default)]
    revocations: i64,
    /// While a process works with the database file: that file, and this one. Of a copy that was made in the meantime, one of
    /// them is another file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_use: Option<FilesInUse>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct FilesInUse {
    database: FileId,
    /// Each time that it is written, which replaces it; a copy over it leaves the file that was there.
    anchor: Option<FileId>,
}

/// The identity of a file, regardless of its name and its writers: a copy has another one, and a snapshot of the whole disk has
/// the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct FileId {
    number: u64,
    /// When it was created; none where the file system does not say.
    created: Option<Timestamp>,
}

impl FileId {
    fn of(file: &fs::Metadata) -> FileId {
        FileId { number: file.ino(), created: file.created().ok().map(Timestamp::from_system) }
    }

    fn at(path: &Path) -> Result<FileId, Failure> {
        fs::metadata(path).map(|file| FileId::of(&file)).map_err(|error| unusable(path, &error))
    }

    /// A file system, or a version of the system, may not say when.
    fn may_be(self, other: FileId) -> bool {
        let is_other_time = self.created.zip(other.created).is_some_and(|(one, other)| one != other);
        self.number == other.number && !is_other_time
    }
}

/// Whether the folder was copied while a process worked in it: its files may be of several moments, and each of them be sound.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn is_copy_of_busy_folder(folder: &DataDir) -> Result<bool, Failure> {
    let path = folder.file(FILE);
    let Some(in_use) = read(&path)?.and_then(|known| known.in_use) else { return Ok(false) };
    let is_same = in_use.database.may_be(FileId::at(&folder.database())?);
    let here = FileId::at(&path)?;
    Ok(!is_same || !in_use.anchor.is_none_or(|anchor| anchor.may_be(here)))
}

/// The time in which no process worked with the databases, before an epoch or a process began. Work that fell due in it is not
/// overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdlePeriod {
    from: Timestamp,
    until: Timestamp,
}

/// How long a process may take after its start to do the work that has fallen due before.
const CATCHES_UP: Duration = Duration::from_secs(60);

impl IdlePeriod {
    /// The moment as of which databases at rest are audited, if their newest rows are of `newest`: the time at rest does not count
    /// until the work after it has lasted for [`CATCHES_UP`].
    pub(crate) fn last_worked(rest: Option<IdlePeriod>, newest: Timestamp) -> Timestamp {
        let Some(IdlePeriod { from, until }) = rest else { return newest };
        match newest.since(until) {
            worked if worked < CATCHES_UP => from.plus(worked).min(newest),
            _ => newest,
        }
    }
}

/// That of the databases in this folder, where an epoch has begun.
///
/// # Errors
/// When the anchor cannot be read.
pub(crate) fn rest(data: &Path) -> Result<Option<IdlePeriod>, Failure> {
    Ok(read(&data.join(FILE))?.and_then(|known| known.rest))
}

/// What is done with data that are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LossPolicy {
    /// The start fails, and says what is lost.
    Refuse,
    /// A new epoch begins.
    Accept,
}

/// Keeps the anchor up to date; cheap to clone.
#[derive(Clone)]
pub(crate) struct Anchor {
    path: PathBuf,
    databases: Databases,
    env: Env,
    written: Arc<Mutex<AnchorState>>,
}

struct AnchorState {
    known: AnchorRecord,
    /// How many commits the file had had then.
    commits: u64,
}

/// Checks that the databases are no older than their anchor says; a finding also says whether they were changed. Returns whether a
/// loss was accepted.
///
/// # Errors
/// [`Failure::Data`] with what is missing, and what to do.
pub(crate) async fn check(
    folder: &DataDir,
    databases: &Databases,
    is_new: bool,
    (loss, changed): (LossPolicy, Vec<String>),
    (env, secret): (&Env, &RootSecret),
) -> Result<bool, Failure> {
    let mut faults = match faults(folder, databases, is_new).await {
        // the changes are reported in any case: a database that cannot be read adds no finding
        Err(_) if loss == LossPolicy::Refuse && !changed.is_empty() => Vec::new(),
        faults => faults?,
    };
    // by the checksums alone it is known that something is lost, and not what
    let is_unclear = faults.is_empty() && !changed.is_empty() && loss == LossPolicy::Refuse;
    let newest = if is_unclear { databases.last_at_work().await.ok().flatten() } else { None };
    faults.splice(0..0, changed);
    faults.extend(newest.map(|time| format!("The newest event in the databases is of {time}.")));
    if faults.is_empty() {
        return Ok(false);
    }
    let faults = faults.join("\n");
    if loss == LossPolicy::Refuse {
        return Err(refused(&faults));
    }
    let path = folder.file(FILE);
    let of_anchor = read(&path)?.map_or(0, |known| known.epoch);
    tracing::warn!(lost = faults, "loss accepted");
    let worked_until = worked_until(folder, databases).await?;
    begin_epoch(folder, databases, (of_anchor, worked_until), (env, secret)).await.map(|_| true)
}

/// The moment as of which these databases would be audited before a process works with them.
///
/// # Errors
/// When they cannot be read.
pub(crate) async fn worked_until(
    folder: &DataDir,
    databases: &Databases,
) -> Result<Option<Timestamp>, Failure> {
    // an anchor that cannot be read is replaced
    let rest = read(&folder.file(FILE)).ok().flatten().and_then(|known| known.rest);
    Ok(databases.last_at_work().await?.map(|newest| IdlePeriod::last_worked(rest, newest)))
}

/// The start fails with these faults, a line for each, and names the ways out.
pub(crate) fn refused(faults: &str) -> Failure {
    Failure::Data(format!(
        "{faults}\nRestore the newest backup, or put the newest databases back. To go on without what is lost, start once with \
         `ordo serve --accept-loss`: docs/backup-and-restore.md says what that means."
    ))
}

/// What of the databases is behind their anchor, a line for each.
///
/// # Errors
/// When they cannot be read.
pub(crate) async fn faults(
    folder: &DataDir,
    databases: &Databases,
    is_new: bool,
) -> Result<Vec<String>, Failure> {
    let path = folder.file(FILE);
    let known = read(&path)?;
    let epoch = file_of(databases)?.epoch().await?;
    let Some(known) = known else {
        return Ok(match epoch {
            // written by a version that knew no anchor
            0 => Vec::new(),
            _ => vec![format!(
                "{} is missing, and the databases had one: whether they are the newest cannot be told.",
                path.display()
            )],
        });
    };
    if is_new {
        return Ok(vec![format!(
            "the databases are gone: {} tells of a shop that was here.",
            path.display()
        )]);
    }
    let mut faults = Vec::new();
    // the first anchor was written, and the databases do not say so yet
    let is_interrupted = (epoch, known.epoch) == (0, 1);
    if epoch != known.epoch && !is_interrupted {
        faults.push(format!(
            "the databases are from epoch {epoch}, and the anchor is from epoch {}: they are of another time.",
            known.epoch
        ));
    }
    let ended = revocations(databases).await?;
    if ended < known.revocations {
        faults.push(format!(
            "auth: {} of the ends of sessions and API keys are missing: they would be valid again.",
            known.revocations - ended
        ));
    }
    for (service, db) in databases.of_services() {
        let Some(mark) = known.services.get(service) else { continue };
        let found = feed::at(db, mark.seq).await.map_err(|error| of_service(service, error))?;
        if found.is_some_and(|found| found.event == mark.event) {
            continue;
        }
        let last = feed::last(db).await.map_err(|error| of_service(service, error))?;
        let (seq, until) = last.map_or((0, String::new()), |last| (last.seq, format!(" of {}", last.time)));
        faults.push(match seq < mark.seq {
            true => format!(
                "{service}: {} missing: the database ends with event {seq}{until}, and has had event {} of {}.",
                events(mark.seq - seq),
                mark.seq,
                mark.time
            ),
            false => format!(
                "{service}: event {} of {} is not the one that was there: the database is of another history.",
                mark.seq, mark.time
            ),
        });
    }
    Ok(faults)
}

fn events(count: i64) -> String {
    if count == 1 { "1 event is".to_owned() } else { format!("{count} events are") }
}

/// Begins an epoch after this one and that of the databases: all credentials from before it end, since some may have been revoked in the lost time.
/// Interrupted, it begins again at the next start, or, where only charges were lost, has ended credentials and begun in payments.
///
/// # Errors
/// When the anchor or the databases cannot be written.
pub(crate) async fn begin_epoch(
    folder: &DataDir,
    databases: &Databases,
    (after, worked_until): (u32, Option<Timestamp>),
    (env, secret): (&Env, &RootSecret),
) -> Result<Epoch, Failure> {
    let epoch = file_of(databases)?.epoch().await?.max(after) + 1;
    let path = folder.file(FILE);
    let ended = auth::begin_epoch(&databases.auth, env, secret)
        .await
        .map_err(|error| of_service(auth::NAME, error))?;
    let begun = payments::begin_epoch(&databases.payments, env).await;
    begun.map_err(|error| of_service(payments::NAME, error))?;
    begin(&path, databases, (epoch, worked_until), env).await?;
    let (sessions_ended, api_keys_revoked) = (ended.sessions, ended.api_keys);
    tracing::warn!(epoch, sessions_ended, api_keys_revoked, "new epoch started");
    Ok(Epoch { epoch, ended })
}

/// An epoch that has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch {
    /// Its number.
    pub(crate) epoch: u32,
    /// What was valid before it.
    pub(crate) ended: EpochEnded,
}

/// The anchor first: databases that say that they have one have it, whatever a power cut leaves. One that is ahead of its databases
/// is refused and begun again, or, where it is the first, finished by the next start.
async fn begin(
    path: &Path,
    databases: &Databases,
    (epoch, worked_until): (u32, Option<Timestamp>),
    env: &Env,
) -> Result<AnchorRecord, Failure> {
    let (services, revocations) = (marks(databases).await?, revocations(databases).await?);
    let since = env.now();
    let rest = worked_until.map(|from| IdlePeriod { from, until: since });
    let known = AnchorRecord { epoch, since, rest, services, revocations, in_use: None };
    databases.orders.durable().await?;
    let folder = path.parent().unwrap_or(Path::new("."));
    write(path, &known)
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(|error| unusable(path, &error))?;
    file_of(databases)?.set_epoch(epoch).await?;
    Ok(known)
}

/// The newest event of each service that has any.
async fn marks(databases: &Databases) -> Result<BTreeMap<String, Mark>, Failure> {
    let mut marks = BTreeMap::new();
    for (service, db) in databases.of_services() {
        if let Some(mark) = feed::last(db).await.map_err(|error| of_service(service, error))? {
            marks.insert(service.to_owned(), mark);
        }
    }
    Ok(marks)
}

async fn revocations(databases: &Databases) -> Result<i64, Failure> {
    Ok(auth::revocations(&databases.auth).await?)
}

/// The file of the services, in which each has a namespace.
fn file_of(databases: &Databases) -> Result<&Sqlite, Failure> {
    databases.orders.sqlite().ok_or_else(|| Failure::other("the databases of the shop are in no file"))
}

fn read(path: &Path) -> Result<Option<AnchorRecord>, Failure> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| unusable(path, &error))?,
    };
    let known = serde_json::from_slice(&text).map_err(|error| {
        unusable(
            path,
            &format!("it is damaged ({error}). Put it back from a copy, or restore the newest backup; where the databases are the newest \
             that there are, delete it and start with `ordo serve --accept-loss`"),
        )
    })?;
    Ok(Some(known))
}

/// In one step: after a power cut it is this one, or the one before of the same epoch.
fn write(path: &Path, known: &AnchorRecord) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut options = OpenOptions::new();
    // never one that was there: a file is known by when it was created
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file: File = options.create_new(true).write(true).mode(0o600).open(&part)?;
    let mut known = known.clone();
    if let Some(in_use) = &mut known.in_use {
        in_use.anchor = Some(FileId::of(&file.metadata()?));
    }
    file.write_all(serde_json::to_string(&known)?.as_bytes())?;
    file.sync_data()?;
    fs::rename(&part, path)
}

/// Before other databases take the place of these, which are still unused: they have no anchor then.
///
/// # Errors
/// When it cannot be removed.
pub(crate) async fn lift(folder: &DataDir, databases: &Databases) -> Result<(), Failure> {
    file_of(databases)?.set_epoch(0).await?;
    let path = folder.file(FILE);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(&path, &error)),
        _ => Ok(()),
    }
}

impl Anchor {
    /// The anchor of databases that were checked; their first one where there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) async fn open(folder: &DataDir, databases: &Databases, env: &Env) -> Result<Anchor, Failure> {
        let path = folder.file(FILE);
        let epoch = file_of(databases)?.epoch().await?;
        let mut known = match read(&path)? {
            Some(known) if known.epoch == epoch => known,
            known => {
                // the demo's databases, or those of a version that knew no anchor
                begin(&path, databases, (known.map_or(1, |known| known.epoch), None), env).await?
            }
        };
        let newest = databases.last_at_work().await?;
        known.rest = newest
            .map(|newest| IdlePeriod { from: IdlePeriod::last_worked(known.rest, newest), until: env.now() });
        known.in_use = Some(FilesInUse { database: FileId::at(&folder.database())?, anchor: None });
        write(&path, &known).map_err(|error| unusable(&path, &error))?;
        let written = Arc::new(Mutex::new(AnchorState { known, commits: 0 }));
        Ok(Anchor { path, databases: databases.clone(), env: env.clone(), written })
    }

    /// Keeps it up to date, for as long as the process lives.
    pub(crate) async fn follow(self) {
        let mut failed = false;
        loop {
            sleep(EACH).await;
            match self.keep_up().await {
                Ok(()) => failed = false,
                Err(failure) if !failed => {
                    failed = true;
                    tracing::error!(error = %failure, "anchor could not be updated");
                }
                Err(_) => {}
            }
        }
    }

    /// The databases are closed: what is copied from now on is of one moment.
    ///
    /// # Errors
    /// When it cannot be written: copies are checked then as those of a busy folder.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        let mut written = self.written.lock().await;
        written.known.in_use = None;
        write(&self.path, &written.known).map_err(|error| unusable(&self.path, &error))
    }

    /// Writes it, if there is anything to record.
    ///
    /// # Errors
    /// When the databases are not durable, or it cannot be written.
    pub(crate) async fn keep_up(&self) -> Result<(), Failure> {
        let mut written = self.written.lock().await;
        let commits = file_of(&self.databases)?.commits();
        if commits == written.commits {
            return Ok(());
        }
        let services = marks(&self.databases).await?;
        let revocations = revocations(&self.databases).await?;
        if services != written.known.services || revocations != written.known.revocations {
            self.databases.orders.durable().await?;
            let known = AnchorRecord { services, revocations, ..written.known.clone() };
            let (path, to_write) = (self.path.clone(), known.clone());
            let done = self.env.blocking(move || write(&path, &to_write)).await;
            done.unwrap_or(Ok(())).map_err(|error| unusable(&self.path, &error))?;
            written.known = known;
        }
        written.commits = commits;
        Ok(())
    }
}
