//! Checksums of a file's pages: what changes a page past them is found, and whatever ends a process leaves them right.

use crate::on_both::SCHEMA;
use db::{
    Db, Sql, migrate, params,
    sqlite::{Checkpoints, Durability, Options, PageVerification, Sqlite, pages},
};
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use testkit::{real_env::env, temp_dir::TempDir};

pub(crate) const PUT: Sql = Sql::both(
    "insert into parts(id, whole, note) values ($1, 0, $2) on conflict (id) do update set note = excluded.note",
);
const NOTES: Sql = Sql::both("select id, note from parts order by id");
pub(crate) const PAGE: usize = 4096;

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A file of a process that keeps its checksums.
pub(crate) struct DatabaseWithChecksums {
    pub(crate) folder: TempDir,
    random: Random,
}

impl DatabaseWithChecksums {
    pub(crate) fn new(seed: u64) -> DatabaseWithChecksums {
        DatabaseWithChecksums { folder: TempDir::new(), random: Random(seed) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// It is opened, written in `rounds` commits, and left as a kill leaves it, or as its end does.
    pub(crate) async fn written(&mut self, rounds: usize) -> Db {
        let db = open(&self.path(), Checkpoints::Kept);
        migrate(&db, "test", SCHEMA).await.unwrap();
        for _ in 0..rounds {
            self.write(&db).await;
        }
        rest(&db).await;
        db
    }

    /// One commit in some hundred pages: the log is copied after some twenty of these.
    pub(crate) async fn write(&mut self, db: &Db) {
        let mut tx = db.begin().await.unwrap();
        for _ in 0..160 {
            let note = char::from(b'a' + self.random.below(26) as u8).to_string().repeat(3000);
            tx.run(&PUT, params![self.random.below(1200) as i64, note]).await.unwrap();
        }
        tx.commit("test").await.unwrap();
        db.durable().await.unwrap();
    }

    /// The files as they are, in another folder.
    pub(crate) fn copy(&self) -> TempDir {
        let copy = TempDir::new();
        for name in ["test.db", "test.db-wal", "test.db-checksums", ".test.db-told"] {
            if self.folder.path().join(name).exists() {
                fs::copy(self.folder.path().join(name), copy.path().join(name)).unwrap();
            }
        }
        copy
    }
}

/// What was written while the log was copied is copied with a later commit.
pub(crate) async fn rest(db: &Db) {
    for n in 0..5 {
        settled(db).await;
        let mut tx = db.begin().await.unwrap();
        tx.run(&PUT, params![0, format!("{n} ").repeat(1500)]).await.unwrap();
        tx.commit("test").await.unwrap();
        db.durable().await.unwrap();
    }
    settled(db).await;
}

/// Until the log is copied, if it is due: a separate thread copies it.
pub(crate) async fn settled(db: &Db) {
    // a commit is acknowledged before the copy is queued, and holds the writer until then
    db.begin().await.unwrap().rollback().await.unwrap();
    while !db.sqlite().unwrap().is_log_at_rest() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub(crate) fn open(path: &Path, checkpoints: Checkpoints) -> Db {
    let options =
        Options { durability: Durability::Barrier, checkpoints, log_frames: 4000, ..Options::default() };
    Sqlite::open(path, env(), options).unwrap().into()
}

pub(crate) async fn notes(db: &Db) -> Vec<(i64, String)> {
    let rows = db.query(&NOTES, &[]).await.unwrap();
    rows.iter().map(|row| (row.get("id").unwrap(), row.get("note").unwrap())).collect()
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

pub(crate) fn is_changed(found: &PageVerification) -> bool {
    matches!(found, PageVerification::Changed(_))
}

#[tokio::test]
async fn each_changed_bit_of_a_file_is_found() {
    let mut kept = DatabaseWithChecksums::new(1);
    let db = kept.written(60).await;
    db.close().await.unwrap();
    drop(db);
    assert_eq!(pages(&kept.path()).unwrap(), PageVerification::Sound);
    let whole = fs::read(kept.path()).unwrap();
    assert!(whole.len() > 500 * PAGE, "{} bytes", whole.len());
    for _ in 0..222 {
        let bit = kept.random.below(8 * whole.len() as u64);
        change(&kept.path(), |bytes| bytes[(bit / 8) as usize] ^= 1 << (bit % 8));
        assert!(is_changed(&pages(&kept.path()).unwrap()), "bit {bit}");
        fs::write(kept.path(), &whole).unwrap();
    }
}

#[tokio::test]
async fn a_changed_bit_of_a_file_with_a_log_is_found_or_counts_for_nothing() {
    let mut kept = DatabaseWithChecksums::new(2);
    let db = kept.written(30).await;
    let whole = fs::read(kept.path()).unwrap();
    while fs::read(kept.path()).unwrap() == whole {
        kept.write(&db).await;
    }
    // it was copied, and there is a little more in the log now
    rest(&db).await;
    kept.write(&db).await;
    settled(&db).await;
    let (copy, expected) = (kept.copy(), notes(&db).await);
    let path = copy.path().join("test.db");
    let (whole, log) = (fs::read(&path).unwrap(), fs::read(path.with_extension("db-wal")).unwrap());
    let sums = fs::read(path.with_extension("db-checksums")).unwrap();
    let told = fs::read(copy.path().join(".test.db-told")).unwrap();
    let mut found = 0;
    for _ in 0..100 {
        let bit = kept.random.below(8 * whole.len() as u64);
        change(&path, |bytes| bytes[(bit / 8) as usize] ^= 1 << (bit % 8));
        if is_changed(&pages(&path).unwrap()) {
            found += 1;
        } else {
            let db = open(&path, Checkpoints::Kept);
            assert_eq!(notes(&db).await, expected, "bit {bit}");
        }
        for (file, content) in [
            ("test.db", &whole),
            ("test.db-wal", &log),
            ("test.db-checksums", &sums),
            (".test.db-told", &told),
        ] {
            fs::write(copy.path().join(file), content).unwrap();
        }
        let _ = fs::remove_file(copy.path().join("test.db-shm"));
    }
    assert!(found >= 20, "{found} of 100");
}

#[tokio::test]
async fn a_page_from_before_and_a_file_that_is_cut_off_are_found() {
    let mut kept = DatabaseWithChecksums::new(3);
    let db = kept.written(40).await;
    db.close().await.unwrap();
    drop(db);
    let before = fs::read(kept.path()).unwrap();
    let db = kept.written(40).await;
    db.close().await.unwrap();
    drop(db);
    let now = fs::read(kept.path()).unwrap();
    let differ = |n: &usize| before[n * PAGE..][..PAGE] != now[n * PAGE..][..PAGE];
    let old = (1..before.len() / PAGE).find(differ).unwrap();
    change(&kept.path(), |bytes| bytes[old * PAGE..][..PAGE].copy_from_slice(&before[old * PAGE..][..PAGE]));
    let page = old + 1;
    assert_eq!(
        pages(&kept.path()).unwrap(),
        PageVerification::Changed(format!("page {page} is not as it was written"))
    );
    for end in [now.len() - 100, now.len() - 7 * PAGE] {
        fs::write(kept.path(), &now[..end]).unwrap();
        assert!(is_changed(&pages(&kept.path()).unwrap()));
    }
}

/// Without them a changed page would be taken as it is; who deletes the file says that it may be.
#[tokio::test]
async fn checksums_that_are_cut_off_are_found() {
    let mut kept = DatabaseWithChecksums::new(14);
    let db = kept.written(60).await;
    let in_use = kept.copy();
    db.close().await.unwrap();
    drop(db);
    for (folder, is_at_rest) in [(in_use.path(), false), (kept.folder.path(), true)] {
        let (path, sums) = (folder.join("test.db"), folder.join("test.db-checksums"));
        assert_eq!(pages(&path).unwrap(), PageVerification::Sound);
        let whole = fs::read(&sums).unwrap();
        for end in [0, 10, 64, 64 + 4, 64 + 400, whole.len() - 4] {
            fs::write(&sums, &whole[..end]).unwrap();
            // the last pages may be in the log
            let is_found = is_changed(&pages(&path).unwrap()) || (!is_at_rest && end == whole.len() - 4);
            assert!(is_found, "cut off at {end} of {}, at rest: {is_at_rest}", whole.len());
        }
        if is_at_rest {
            // a process that does not keep them takes none of it away
            fs::write(&sums, &whole[..whole.len() - 64]).unwrap();
            drop(open(&path, Checkpoints::Never));
            assert!(is_changed(&pages(&path).unwrap()), "after another process");
        }
        fs::write(&sums, vec![0; whole.len()]).unwrap();
        assert!(is_changed(&pages(&path).unwrap()), "zeros");
        fs::remove_file(&sums).unwrap();
        assert!(matches!(pages(&path).unwrap(), PageVerification::Unknown(_)));
    }
}

/// The checksums are written before the pages: whatever of the pages was written when the process ended, the log has them.
#[tokio::test]
async fn a_process_that_ends_while_the_log_is_copied_finds_its_file_sound() {
    let mut kept = DatabaseWithChecksums::new(4);
    let db = kept.written(10).await;
    let mut copied = 0;
    for _ in 0..60 {
        let before = fs::read(kept.path()).unwrap();
        kept.write(&db).await;
        settled(&db).await;
        let after = fs::read(kept.path()).unwrap();
        if before == after {
            continue;
        }
        copied += 1;
        let expected = notes(&db).await;
        for share in [0, 50, 100] {
            let copy = kept.copy();
            let path = copy.path().join("test.db");
            let mixed = after.chunks(PAGE).enumerate().map(|(n, page)| {
                let old = before.get(n * PAGE..(n + 1) * PAGE);
                old.filter(|_| kept.random.below(100) >= share).unwrap_or(page)
            });
            fs::write(&path, mixed.collect::<Vec<_>>().concat()).unwrap();
            assert_eq!(pages(&path).unwrap(), PageVerification::Sound);
            let again = open(&path, Checkpoints::Kept);
            assert_eq!(notes(&again).await, expected);
            assert_eq!(pages(&path).unwrap(), PageVerification::Sound, "its log was copied at the start");
        }
    }
    assert!(copied >= 3, "the log was copied {copied} times");
}

#[tokio::test]
async fn what_readers_and_other_processes_do_beside_leaves_the_file_sound() {
    let mut kept = DatabaseWithChecksums::new(5);
    let db = kept.written(5).await;
    let guest = open(&kept.path(), Checkpoints::Never);
    for round in 0..8 {
        // somebody checks the log for long, so that only its beginning is copied
        let moment = db.snapshot().await.unwrap();
        let seen = moment.query(&NOTES, &[]).await.unwrap().len();
        for _ in 0..6 {
            kept.write(&db).await;
            kept.write(&guest).await;
        }
        assert_eq!(db.sqlite().unwrap().look_at_pages(16).await, None);
        settled(&db).await;
        let copy = kept.copy();
        assert_eq!(pages(&copy.path().join("test.db")).unwrap(), PageVerification::Sound, "round {round}");
        assert_eq!(moment.query(&NOTES, &[]).await.unwrap().len(), seen);
    }
    let expected = notes(&db).await;
    guest.close().await.unwrap();
    drop(guest);
    db.close().await.unwrap();
    drop(db);
    assert_eq!(pages(&kept.path()).unwrap(), PageVerification::Sound);
    let db = open(&kept.path(), Checkpoints::Kept);
    assert_eq!(notes(&db).await, expected);
}

#[tokio::test]
async fn damage_of_a_running_file_or_of_its_log_is_met() {
    let mut kept = DatabaseWithChecksums::new(6);
    let db = kept.written(60).await;
    let sqlite = db.sqlite().unwrap();
    assert_eq!(sqlite.look_at_pages(16).await, None);
    // a page that is not in the log, in which nothing that can be read tells
    let PageVerification::Sound = pages(&kept.copy().path().join("test.db")).unwrap() else {
        panic!("it is sound")
    };
    change_in_place(&kept.path(), 300 * PAGE + 2000);
    assert!(sqlite.look_at_pages(16).await.is_some());
    assert!(db.durable().await.unwrap_err().message.contains("page 301 is not as it was written"));
    // the log, before it is copied
    let mut kept = DatabaseWithChecksums::new(7);
    let db = kept.written(2).await;
    change_in_place(&kept.path().with_extension("db-wal"), 32 + 24 + 100);
    let mut told = Ok(());
    for n in 0..60 {
        let mut tx = db.begin().await.unwrap();
        for _ in 0..160 {
            let id = kept.random.below(1200) as i64;
            tx.run(&PUT, params![id, format!("{n} ").repeat(1000)]).await.unwrap();
        }
        tx.commit("test").await.unwrap();
        told = db.durable().await;
        if told.is_err() {
            break;
        }
    }
    let until = Instant::now() + Duration::from_secs(5);
    while told.is_ok() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
        told = db.durable().await;
    }
    assert!(told.unwrap_err().message.contains("the log beside the file is not as it was written"));
}

/// A bit, by a write into the file that is open.
pub(crate) fn change_in_place(path: &Path, at: usize) {
    use std::os::unix::fs::FileExt;
    let file = fs::File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at as u64).unwrap();
    file.write_all_at(&[byte[0] ^ 4], at as u64).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_copied_beside_those_who_write_and_begins_anew() {
    let mut kept = DatabaseWithChecksums::new(13);
    let db = kept.written(1).await;
    let until = Instant::now() + Duration::from_secs(3);
    let mut writers = Vec::new();
    for first in 0..4 {
        let db = db.clone();
        writers.push(tokio::spawn(async move {
            let mut written = 0;
            while Instant::now() < until {
                let mut tx = db.begin().await.unwrap();
                for id in 0..40 {
                    let note = format!("{written} ").repeat(500);
                    tx.run(&PUT, params![first * 300 + id, note]).await.unwrap();
                }
                tx.commit("test").await.unwrap();
                db.durable().await.unwrap();
                written += 40;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            written
        }));
    }
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    settled(&db).await;
    assert_eq!(db.sqlite().unwrap().look_at_pages(16).await, None);
    let (copy, expected) = (kept.copy(), notes(&db).await);
    let path = copy.path().join("test.db");
    assert_eq!(pages(&path).unwrap(), PageVerification::Sound);
    let log = fs::metadata(path.with_extension("db-wal")).unwrap().len() / PAGE as u64;
    println!("{written} pages written, {log} in the log");
    assert!(
        written > 8_000 && log < written / 2 + 6_000,
        "{written} pages written, {log} in the log: it never began anew"
    );
    assert_eq!(notes(&open(&path, Checkpoints::Kept)).await, expected);
}

#[tokio::test]
async fn another_program_is_noticed() {
    let mut kept = DatabaseWithChecksums::new(8);
    let db = kept.written(66).await;
    // as after a kill: a command that only checks the folder copies the log
    let copy = kept.copy();
    let path = copy.path().join("test.db");
    let look = |text: &str| Connection::open(&path).unwrap().execute_batch(text).unwrap();
    look("select * from parts");
    assert_eq!(
        pages(&path).unwrap(),
        PageVerification::Unknown("another program has written it since, or its log is gone")
    );
    // once it is known again, and after an orderly end
    let again = open(&path, Checkpoints::Kept);
    assert!(matches!(again.sqlite().unwrap().pages(), Some(PageVerification::Unknown(_))));
    drop(again);
    assert!(matches!(pages(&path).unwrap(), PageVerification::Unknown(_)), "nobody has checked it");
    let again = open(&path, Checkpoints::Kept);
    again.sqlite().unwrap().renew_pages().await.unwrap();
    assert_eq!(notes(&again).await, notes(&db).await);
    again.close().await.unwrap();
    drop(again);
    look("select * from parts");
    assert_eq!(pages(&path).unwrap(), PageVerification::Sound, "it has only looked");
    look("update parts set note = 'mine' where id = (select min(id) from parts)");
    assert!(is_changed(&pages(&path).unwrap()));
    // it stays so until somebody accepts it
    let again = open(&path, Checkpoints::Kept);
    kept.write(&again).await;
    again.close().await.unwrap();
    drop(again);
    let again = open(&path, Checkpoints::Kept);
    assert!(is_changed(again.sqlite().unwrap().pages().unwrap()));
    again.sqlite().unwrap().renew_pages().await.unwrap();
    again.close().await.unwrap();
    drop(again);
    assert_eq!(pages(&path).unwrap(), PageVerification::Sound);
    // who opens it without checksums leaves none
    drop(open(&path, Checkpoints::Automatic));
    assert_eq!(pages(&path).unwrap(), PageVerification::Unknown("there are no checksums of its pages"));
}

/// Every row, so that each page of them is written again, until the log is copied.
async fn rewrite_all(db: &Db) {
    const ALL: Sql = Sql::both("update parts set whole = whole + 1");
    for _ in 0..8 {
        let mut tx = db.begin().await.unwrap();
        tx.run(&ALL, &[]).await.unwrap();
        tx.commit("test").await.unwrap();
    }
}

#[tokio::test]
async fn damage_that_was_found_is_not_made_good_by_what_is_written_over_it() {
    let mut kept = DatabaseWithChecksums::new(9);
    let db = kept.written(60).await;
    let middle = 300 * PAGE + 2000;
    change_in_place(&kept.path(), middle);
    assert!(db.sqlite().unwrap().look_at_pages(16).await.is_some());
    rewrite_all(&db).await;
    settled(&db).await;
    let copy = kept.copy();
    assert!(is_changed(&pages(&copy.path().join("test.db")).unwrap()), "found while it ran");
    assert!(db::sqlite::are_known_changed(&copy.path().join("test.db")).unwrap());
    // and where a start has found it, what that or another process writes
    let mut kept = DatabaseWithChecksums::new(9);
    let db = kept.written(60).await;
    db.close().await.unwrap();
    drop(db);
    change_in_place(&kept.path(), middle);
    for checkpoints in [Checkpoints::Kept, Checkpoints::Never] {
        rewrite_all(&open(&kept.path(), checkpoints)).await;
        assert!(is_changed(&pages(&kept.path()).unwrap()), "{checkpoints:?}");
    }
    // until the right file is put back
    let mut kept = DatabaseWithChecksums::new(9);
    kept.written(60).await.close().await.unwrap();
    let whole = fs::read(kept.path()).unwrap();
    change_in_place(&kept.path(), middle);
    drop(open(&kept.path(), Checkpoints::Kept));
    assert!(is_changed(&pages(&kept.path()).unwrap()));
    fs::write(kept.path(), whole).unwrap();
    let db = open(&kept.path(), Checkpoints::Kept);
    assert_eq!(db.sqlite().unwrap().pages(), Some(&PageVerification::Sound));
    db.close().await.unwrap();
    drop(db);
    assert_eq!(pages(&kept.path()).unwrap(), PageVerification::Sound);
}

#[tokio::test]
async fn damage_is_found_when_the_page_is_written_anew() {
    let mut kept = DatabaseWithChecksums::new(10);
    let db = kept.written(60).await;
    change_in_place(&kept.path(), 300 * PAGE + 2000);
    let mut told = Ok(());
    for _ in 0..30 {
        rewrite_all(&db).await;
        told = db.durable().await;
        if told.is_err() {
            break;
        }
    }
    assert!(told.unwrap_err().message.contains("page 301 is not as it was written"));
    assert!(is_changed(&pages(&kept.copy().path().join("test.db")).unwrap()));
}

#[tokio::test]
async fn a_log_that_has_lost_what_was_noted_of_it_and_a_file_that_is_empty_are_found() {
    let mut kept = DatabaseWithChecksums::new(11);
    let db = kept.written(10).await;
    // noted, copied in part, and not started again
    let moment = db.snapshot().await.unwrap();
    assert!(!moment.query(&NOTES, &[]).await.unwrap().is_empty());
    for _ in 0..20 {
        kept.write(&db).await;
    }
    settled(&db).await;
    let copy = kept.copy();
    let path = copy.path().join("test.db");
    assert_eq!(pages(&path).unwrap(), PageVerification::Sound);
    change(&path.with_extension("db-wal"), |bytes| bytes[32 + 40 * (24 + PAGE) + 500] ^= 1);
    assert!(is_changed(&pages(&path).unwrap()), "from the middle of the log on nothing counts");
    change(&path.with_extension("db-wal"), |bytes| bytes[5] ^= 1);
    assert!(is_changed(&pages(&path).unwrap()), "nothing of the log counts");
    fs::write(&path, "").unwrap();
    assert!(is_changed(&pages(&path).unwrap()));
}

/// A start that accepts it writes before it is done, and may be killed there.
#[tokio::test]
async fn a_log_that_was_lost_is_reported_again_after_a_kill_until_that_is_accepted() {
    let mut kept = DatabaseWithChecksums::new(14);
    let db = kept.written(3).await;
    db.close().await.unwrap();
    drop(db);
    let db = open(&kept.path(), Checkpoints::Kept);
    kept.write(&db).await;
    let mut folder = kept.copy();
    fs::remove_file(folder.path().join("test.db-wal")).unwrap();
    for kill in 0..3 {
        let killed = DatabaseWithChecksums { folder, random: Random(kill) };
        assert!(is_changed(&pages(&killed.path()).unwrap()), "after {kill} kills");
        let db = open(&killed.path(), Checkpoints::Kept);
        kept.write(&db).await;
        folder = killed.copy();
    }
    let mut accepted = DatabaseWithChecksums { folder, random: Random(9) };
    let db = open(&accepted.path(), Checkpoints::Kept);
    db.sqlite().unwrap().renew_pages().await.unwrap();
    accepted.write(&db).await;
    let copy = accepted.copy();
    assert_eq!(pages(&copy.path().join("test.db")).unwrap(), PageVerification::Sound);
    fs::remove_file(copy.path().join("test.db-wal")).unwrap();
    assert!(is_changed(&pages(&copy.path().join("test.db")).unwrap()), "it is told again what is durable");
}

#[tokio::test]
async fn what_a_guest_has_written_after_an_orderly_end_is_no_change_whoever_copies_it() {
    let mut kept = DatabaseWithChecksums::new(12);
    let db = kept.written(10).await;
    db.close().await.unwrap();
    drop(db);
    let guest = open(&kept.path(), Checkpoints::Never);
    kept.write(&guest).await;
    let expected = notes(&guest).await;
    drop(guest);
    assert_eq!(pages(&kept.path()).unwrap(), PageVerification::Sound);
    Connection::open(kept.path()).unwrap().execute_batch("select * from parts").unwrap();
    assert!(matches!(pages(&kept.path()).unwrap(), PageVerification::Unknown(_)));
    assert_eq!(notes(&open(&kept.path(), Checkpoints::Kept)).await, expected);
}
