//! The shop's own images: files of a folder, at `/pictures/{name}`.
//!
//! Because a path from a client opens a file here, little is permitted: a plain name with the extension of an image, of a
//! regular file within the folder. SVG is excluded, because it can contain scripts. A file is sent in chunks and closed
//! between them, so that a slow client occupies neither memory nor a file descriptor.

use crate::static_content::has;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use endpoint::{
    CommonError,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use futures_util::stream;
use kernel::{BoxFuture, Env};
use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind},
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};

/// The path prefix.
pub(crate) const PLACE: &str = "/pictures/";
const KINDS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("gif", "image/gif"),
];
/// Maximum size of an image. Larger ones make pages slow.
const BYTES_MAX: u64 = 5 << 20;
/// Maximum length of a file name in common file systems.
const NAME_MAX: usize = 255;
/// Size of a chunk, which is the part of an image in memory.
const PIECE_BYTES: u64 = 64 << 10;
/// The cache lifetime, short enough for a replaced image to appear soon.
const KEPT: &str = "public, max-age=300";
/// Maximum number of concurrent disk accesses. Databases and passwords use the same threads, most of which must stay
/// available if the disk of the folder hangs.
const TURNS: usize = 4;
/// Timeout of a disk access.
const WITHIN: Duration = Duration::from_secs(10);
/// Interval between log messages about images, so that clients cannot fill the log.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Number of seconds after which a client can retry if an image cannot be read at present.
const COME_BACK_AFTER_S: u32 = 10;

#[derive(Clone)]
pub(crate) struct ImageFolder {
    folder: Arc<Path>,
    disk: Disk,
    told: Arc<Mutex<Option<Instant>>>,
}

impl ImageFolder {
    pub(crate) fn new(env: &Env, folder: &Path) -> Self {
        let disk = Disk { env: env.clone(), turns: Arc::new(Semaphore::new(TURNS)) };
        ImageFolder { folder: folder.into(), disk, told: Arc::default() }
    }

    /// Returns the image at this path, or 304 if the client has it. None if it does not exist.
    ///
    /// # Errors
    /// When it cannot be determined at present whether the image exists.
    pub(crate) async fn answer(
        &self,
        path: &str,
        asked: &HeaderMap,
    ) -> Result<Option<Response>, CommonError> {
        let Some(name) = path.strip_prefix(PLACE) else { return Ok(None) };
        let Some(kind) = kind_of(name) else { return Ok(None) };
        let (folder, wanted) = (self.folder.clone(), name.to_owned());
        match self.disk.ask(move || find(&folder, &wanted)).await {
            Ok(found) => Ok(found.and_then(|picture| self.show(picture, kind, asked))),
            Err(error) => {
                self.tell(name, &error);
                refusal(&error).map_or(Ok(None), Err)
            }
        }
    }

    /// Returns whether an image exists at this path. True if that cannot be determined at present.
    async fn has(&self, path: &str) -> bool {
        // the query is for caches only
        let name = path.split('?').next().and_then(|path| path.strip_prefix(PLACE));
        let Some(name) = name.filter(|name| kind_of(name).is_some()) else { return false };
        let (folder, wanted) = (self.folder.clone(), name.to_owned());
        match self.disk.ask(move || find(&folder, &wanted)).await {
            Ok(found) => found.is_some(),
            Err(error) => refusal(&error).is_some(),
        }
    }

    fn show(&self, picture: Picture, kind: &'static str, asked: &HeaderMap) -> Option<Response> {
        let etag = picture.stamp.etag();
        let bytes = picture.stamp.bytes;
        let mut response = Response::default();
        if has(asked, &etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = self.send(picture);
            response.headers_mut().insert(header::CONTENT_LENGTH, bytes.into());
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
        headers.insert(header::ETAG, HeaderValue::from_str(&etag).ok()?);
        Some(response)
    }

    /// Returns the image as a body. If it cannot be read completely, the response is aborted, so that clients do not take
    /// it for complete.
    fn send(&self, picture: Picture) -> Body {
        let (pictures, picture) = (self.clone(), Arc::new(picture));
        Body::from_stream(stream::try_unfold(0, move |at| {
            let (pictures, picture) = (pictures.clone(), picture.clone());
            async move {
                if at >= picture.stamp.bytes {
                    return Ok(None);
                }
                let read = picture.clone();
                let piece = pictures.disk.ask(move || read.piece(at)).await;
                let piece = piece.inspect_err(|error| pictures.tell(&picture.name, error))?;
                let next = at + piece.len() as u64;
                Ok::<_, io::Error>(Some((piece, next)))
            }
        }))
    }

    /// Logs why an image cannot be read, for the operator who placed it in the folder.
    fn tell(&self, name: &str, error: &io::Error) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::warn!(name, %error, "image cannot be served");
        }
    }
}

/// Returns a function that tells whether an image exists. For paths under `/pictures/`, it tells whether this gateway would
/// serve it, which is never the case without a folder. For all other URLs it returns true, because a proxy may serve them.
pub fn picture_finder(
    env: &Env,
    folder: Option<&Path>,
) -> impl Fn(String) -> BoxFuture<bool> + Send + Sync + use<> {
    let pictures = folder.map(|folder| ImageFolder::new(env, folder));
    move |path| {
        let pictures = pictures.clone();
        Box::pin(async move {
            match pictures {
                _ if !path.starts_with(PLACE) => true,
                Some(pictures) => pictures.has(&path).await,
                None => false,
            }
        })
    }
}

/// Returns the error for a failed disk access. None if the image is to be treated as missing, however often it is
/// requested.
fn refusal(error: &io::Error) -> Option<CommonError> {
    match error.kind() {
        ErrorKind::FileTooLarge => None,
        _ => Some(CommonError::Unavailable { retry_after: COME_BACK_AFTER_S }),
    }
}

/// Returns the media type of an image name, if the name is permitted. Nothing is decoded: `%` is not permitted in names.
fn kind_of(name: &str) -> Option<&'static str> {
    let is_plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-'));
    if !is_plain || name.starts_with('.') || name.len() > NAME_MAX {
        return None;
    }
    let (_, extension) = name.rsplit_once('.')?;
    // some cameras use upper case
    KINDS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|(_, kind)| kind)
}

/// An image that was found.
struct Picture {
    /// The requested name, as used in the log.
    name: String,
    path: PathBuf,
    stamp: FileStamp,
}

/// The properties of a file that change with it. Copies of a folder with the same modification times, as on several
/// gateways, have the same stamps.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    bytes: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl FileStamp {
    fn of(file: &Metadata) -> Self {
        FileStamp { bytes: file.len(), seconds: file.mtime(), nanoseconds: file.mtime_nsec() }
    }
    fn etag(&self) -> String {
        format!("W/\"{:x}-{:x}.{:x}\"", self.bytes, self.seconds, self.nanoseconds)
    }
}

/// Finds an image. Files that are not permitted are treated as missing.
fn find(folder: &Path, name: &str) -> io::Result<Option<Picture>> {
    match look(folder, name) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        told => told,
    }
}

fn look(folder: &Path, name: &str) -> io::Result<Option<Picture>> {
    let folder = folder.canonicalize()?;
    // a symbolic link can lead to another path within the folder, as when the folder is replaced atomically, but not
    // outside
    let path = folder.join(name).canonicalize()?;
    // checked before it is opened, because opening a pipe would wait for a writer
    if !path.starts_with(&folder) || !fs::metadata(&path)?.is_file() {
        return Ok(None);
    }
    let stamp = FileStamp::of(&File::open(&path)?.metadata()?);
    if stamp.bytes > BYTES_MAX {
        let why = format!("it has {} bytes, and at most {BYTES_MAX} are sent", stamp.bytes);
        return Err(io::Error::new(ErrorKind::FileTooLarge, why));
    }
    Ok(Some(Picture { name: name.to_owned(), path, stamp }))
}

impl Picture {
    /// Reads the chunk at this position. Fails if the file has changed.
    fn piece(&self, at: u64) -> io::Result<Bytes> {
        let file = File::open(&self.path)?;
        if FileStamp::of(&file.metadata()?) != self.stamp {
            return Err(io::Error::other("it was changed during the transfer"));
        }
        let mut piece = vec![0; (self.stamp.bytes - at).min(PIECE_BYTES) as usize];
        file.read_exact_at(&mut piece, at)?;
        Ok(piece.into())
    }
}

#[derive(Clone)]
struct Disk {
    env: Env,
    turns: Arc<Semaphore>,
}

impl Disk {
    /// Runs a disk access on a thread, limited in number.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let asked = async {
            let turn = self.turns.clone().acquire_owned().await;
            let in_turn = move || {
                let _turn = turn; // kept when nobody waits any more: the thread is still busy
                work()
            };
            // no result is returned when the process ends
            self.env.blocking(in_turn).await.unwrap_or_else(|| Err(ErrorKind::Interrupted.into()))
        };
        timeout(WITHIN, asked).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_plain_word_that_ends_as_a_picture_does() {
        for (name, kind) in [
            ("teapot.jpg", "image/jpeg"),
            ("IMG_0815.JPEG", "image/jpeg"),
            ("a.b-c.PNG", "image/png"),
            ("1.webp", "image/webp"),
            ("a.avif", "image/avif"),
            ("a..gif", "image/gif"),
        ] {
            assert_eq!(kind_of(name), Some(kind), "{name}");
        }
        let long = format!("{}.png", "a".repeat(252));
        for name in [
            "",
            ".",
            "..",
            ".png",
            ".hidden.png",
            "teapot",
            "teapot.",
            "a.svg",
            "a.html",
            "a.png.html",
            "png",
            "../a.png",
            "..%2fa.png",
            "%2e%2e",
            "%61.png",
            "a/b.png",
            "a\\b.png",
            "a b.png",
            "a+b.png",
            "ä.png",
            "a.png\0",
            "a.png?",
            &long,
        ] {
            assert_eq!(kind_of(name), None, "{name}");
        }
    }
}
