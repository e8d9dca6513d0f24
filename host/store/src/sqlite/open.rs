//! Opening a database file: lock, checks, migrations, the connections, and the numbers that each opening takes.

use std::{
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    Durability, SqliteOptions,
    connections::Connections,
    errors::{unavailable, while_doing},
    lock::FileLock,
    schema,
    statements::fetch,
};
use crate::{
    error::StoreError,
    records::{ids::corrupt, modules::incomplete_cleared},
};

/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Nobody else writes, but a backup program may hold the file for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages in the write-ahead log before it is copied into the database: 40 MB. At SQLite's own 1,000 every tenth
/// commit waits for the copy.
const CHECKPOINT_PAGES: &str = "10000";
/// A log that a long reader made larger than this is cut back, in bytes.
const LOG_LIMIT_BYTES: &str = "67108864";
/// Page cache of the writing connection, in KiB (SQLite's sign): the indexes' hot ends fit.
const WRITE_CACHE: &str = "-8192";
/// Page cache of each reading connection, in KiB. Mapping the file into memory instead gained nothing that could be
/// measured, and counts as resident memory.
const READ_CACHE: &str = "-4096";
/// Texts that the writing connection keeps prepared. A script with 64 rows in every table takes 250 KB, most take far
/// less; a load that goes on has a few dozen shapes of them.
const WRITE_STATEMENTS: usize = 64;
/// Texts that each reading connection keeps prepared; all that there are, but for filters.
const READ_STATEMENTS: usize = 32;
/// Databases up to this size are checked page by page when opened; it takes at most 50 ms.
const FULL_CHECK_BYTES: u64 = 8 * 1024 * 1024;
/// Run keys that each opening reserves; the committer reserves more when they run out.
pub(super) const RUN_KEY_BLOCK: i64 = 65_536;

/// An open database.
pub(super) struct Opened {
    pub(super) lock: FileLock,
    pub(super) write: Connections,
    pub(super) read: Connections,
    pub(super) epoch: i64,
    pub(super) next_run_key: i64,
}

pub(super) async fn open(path: &Path, options: &SqliteOptions) -> Result<Opened, StoreError> {
    let path = absolute(path)?;
    let lock = FileLock::acquire(&path)?;
    let size = check_header(&path)?;
    let settings = connect_options(&path, options);
    let write = Connections::new(
        settings
            .clone()
            .create_if_missing(true)
            .statement_cache_capacity(WRITE_STATEMENTS)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .pragma("journal_size_limit", LOG_LIMIT_BYTES)
            .pragma("cache_size", WRITE_CACHE),
        1,
    );
    let (epoch, next_run_key) = {
        let mut connection = write.take().await?;
        schema::migrate(&mut connection, &path).await?;
        check_content(&mut connection, size).await?;
        take_numbers(&mut connection).await?
    };
    let read = Connections::new(
        settings
            .statement_cache_capacity(READ_STATEMENTS)
            .pragma("query_only", "on")
            .pragma("cache_size", READ_CACHE),
        options.read_connections,
    );
    Ok(Opened {
        lock,
        write,
        read,
        epoch,
        next_run_key,
    })
}

fn connect_options(path: &Path, options: &SqliteOptions) -> SqliteConnectOptions {
    let synchronous = match options.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::None => SqliteSynchronous::Off,
    };
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .synchronous(synchronous)
        .foreign_keys(true)
        .disable_statement_logging()
}

/// The file's own place, so that a symbolic link does not lead to a second lock.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    if path.exists() {
        return path
            .canonicalize()
            .map_err(|error| unavailable(format!("resolving {}", path.display()), error));
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = parent.canonicalize().map_err(|error| {
        unavailable(format!("resolving the folder {}", parent.display()), error)
    })?;
    match path.file_name() {
        Some(name) => Ok(folder.join(name)),
        None => Err(StoreError::Foreign {
            path: path.to_owned(),
            why: "the path names no file".into(),
        }),
    }
}

/// Refuses what is no SQLite file before SQLite touches it, and a file that was cut off. Gives the size in bytes.
fn check_header(path: &Path) -> Result<u64, StoreError> {
    /// Where SQLite's header says all that is looked at here.
    const HEADER_BYTES: u64 = 100;
    let failed = |error| unavailable(format!("reading {}", path.display()), error);
    let foreign = |why: &str| StoreError::Foreign {
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(failed(error)),
    };
    if !metadata.is_file() {
        return Err(foreign("it is not a file"));
    }
    if metadata.len() == 0 {
        return Ok(0);
    }
    let mut header = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(HEADER_BYTES)
        .read_to_end(&mut header)
        .map_err(failed)?;
    if !header.starts_with(MAGIC) {
        return Err(foreign("it does not begin as an SQLite file does"));
    }
    match claimed_bytes(&header) {
        // While there is a log, the file may rightly be shorter than its header says.
        Some(claimed) if claimed > metadata.len() && !has_log(path) => Err(corrupt(format!(
            "the file has {} of its {claimed} bytes",
            metadata.len()
        ))),
        Some(_) => Ok(metadata.len()),
        None => Err(corrupt("the file ends within its header")),
    }
}

fn claimed_bytes(header: &[u8]) -> Option<u64> {
    let page_bytes = u16::from_be_bytes(header.get(16..18)?.try_into().ok()?);
    let pages = u32::from_be_bytes(header.get(28..32)?.try_into().ok()?);
    // 1 stands for 65,536, which does not fit.
    let page_bytes = if page_bytes == 1 {
        65_536
    } else {
        u64::from(page_bytes)
    };
    Some(page_bytes * u64::from(pages))
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0)
}

/// Finds the damage that can be found without reading a large file whole.
async fn check_content(connection: &mut SqliteConnection, size: u64) -> Result<(), StoreError> {
    if size > FULL_CHECK_BYTES {
        return Ok(());
    }
    let problems: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_all(connection)
        .await
        .map_err(while_doing("checking the database"))?;
    match problems.first() {
        Some(first) if first != "ok" => Err(corrupt(first.replace('\n', " "))),
        Some(_) | None => Ok(()),
    }
}

/// A new epoch and a block of run keys, durable before anything uses them. Clears left-overs on the way.
async fn take_numbers(connection: &mut SqliteConnection) -> Result<(i64, i64), StoreError> {
    let failed = while_doing("starting a new epoch");
    let taken: Result<(i64, i64), sqlx::Error> = async {
        let mut transaction = connection.begin().await?;
        let epoch = sqlx::query_scalar(
            "UPDATE counters SET value = value + 1 WHERE name = 'epoch' RETURNING value",
        )
        .fetch_one(&mut *transaction)
        .await?;
        let next_run_key = reserve_run_keys(&mut transaction).await?;
        // Queues of workers that are gone.
        sqlx::query(
            "DELETE FROM task_queues WHERE NOT EXISTS \
             (SELECT 1 FROM tasks WHERE tasks.queue_key = task_queues.queue_key)",
        )
        .execute(&mut *transaction)
        .await?;
        for statement in incomplete_cleared() {
            fetch(&mut transaction, statement).await?;
        }
        transaction.commit().await?;
        Ok((epoch, next_run_key))
    }
    .await;
    taken.map_err(failed)
}

/// Takes the next [`RUN_KEY_BLOCK`] run keys; gives the first.
pub(super) async fn reserve_run_keys(
    connection: &mut SqliteConnection,
) -> Result<i64, sqlx::Error> {
    let end: i64 = sqlx::query_scalar(
        "UPDATE counters SET value = value + ? WHERE name = 'next_run_key' RETURNING value",
    )
    .bind(RUN_KEY_BLOCK)
    .fetch_one(connection)
    .await?;
    Ok(end - RUN_KEY_BLOCK)
}
