//! The shop's own pictures: files of a folder, at `/pictures/{name}`.
//!
//! Here an address that somebody typed opens a file, so little is let through: a plain name that ends as a picture's
//! does, of a regular file that lies in the folder. SVG is not among them: it can carry scripts. A file is sent piece
//! by piece and stays open between none of them: who takes it slowly holds neither its bytes nor the file.

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

/// Where they are.
pub(crate) const PLACE: &str = "/pictures/";
const KINDS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("gif", "image/gif"),
];
/// More makes a page slow for everybody who sees it.
const BYTES_MAX: u64 = 5 << 20;
/// File systems know no longer names.
const NAME_MAX: usize = 255;
/// What is in memory of a picture that is being sent.
const PIECE_BYTES: u64 = 64 << 10;
/// For how long nobody asks again: one that was replaced is seen soon.
const KEPT: &str = "public, max-age=300";
/// Checks the disk at a time. Databases and passwords use the same threads: a folder on a disk that is unresponsive
/// leaves them most of these.
const TURNS: usize = 4;
/// A disk that says nothing for so long says nothing.
const WITHIN: Duration = Duration::from_secs(10);
/// The log tells of one picture in so long: nobody fills it by asking.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Who was told that a picture cannot be shown now comes back after this.
const COME_BACK_AFTER_S: u32 = 10;

/// The pictures of a folder.
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

    /// The picture at this path as it was sent, or that the caller has it; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be told at the moment whether there is one.
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

    /// Whether something would be shown at this path. Where it cannot be told at the moment, it is as if there were.
    async fn has(&self, path: &str) -> bool {
        // what stands behind a `?` is for caches
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

    /// The picture as a body. One that cannot be read to its end breaks off, and is not taken for whole.
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

    /// Whoever put it there looks for it without success, and finds here why.
    fn tell(&self, name: &str, error: &io::Error) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::warn!(name, %error, "image cannot be served");
        }
    }
}

/// Tells of addresses whether there is a picture. Of those under `/pictures/` that is whether this gateway would show one, which
/// without a folder it never does; of all others it says that there may be one, for whoever stands before it may have them.
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

/// What a client is told of a look that failed; nothing where the picture is as good as not there, however often somebody
/// looks.
fn refusal(error: &io::Error) -> Option<CommonError> {
    match error.kind() {
        ErrorKind::FileTooLarge => None,
        _ => Some(CommonError::Unavailable { retry_after: COME_BACK_AFTER_S }),
    }
}

/// The media type of a picture of this name, if one may be called so. Nothing is decoded: a `%` is in no name.
fn kind_of(name: &str) -> Option<&'static str> {
    let is_plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-'));
    if !is_plain || name.starts_with('.') || name.len() > NAME_MAX {
        return None;
    }
    let (_, extension) = name.rsplit_once('.')?;
    // cameras shout
    KINDS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|(_, kind)| kind)
}

/// A picture as it was found.
struct Picture {
    /// As it was asked for, and as the log tells of it.
    name: String,
    path: PathBuf,
    stamp: FileStamp,
}

/// What changes with a file. Copies of a folder that keep the times, as gateways have them, have the same ones.
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

/// Looks for it; what is none of ours is not there.
fn find(folder: &Path, name: &str) -> io::Result<Option<Picture>> {
    match look(folder, name) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        told => told,
    }
}

fn look(folder: &Path, name: &str) -> io::Result<Option<Picture>> {
    let folder = folder.canonicalize()?;
    // a link may lead to another place within, as where a whole folder is replaced at once, and nowhere else
    let path = folder.join(name).canonicalize()?;
    // asked before it is opened: opening a pipe waits for somebody to write
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
    /// The piece that begins there; an error where the file is another one already.
    fn piece(&self, at: u64) -> io::Result<Bytes> {
        let file = File::open(&self.path)?;
        if FileStamp::of(&file.metadata()?) != self.stamp {
            return Err(io::Error::other("it was changed while it was sent"));
        }
        let mut piece = vec![0; (self.stamp.bytes - at).min(PIECE_BYTES) as usize];
        file.read_exact_at(&mut piece, at)?;
        Ok(piece.into())
    }
}

/// The way to the disk.
#[derive(Clone)]
struct Disk {
    env: Env,
    turns: Arc<Semaphore>,
}

impl Disk {
    /// Has a thread do what waits for the disk, when it is its turn.
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
            // nothing comes back where the process ends
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
