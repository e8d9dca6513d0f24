//! The store on SQLite: the contract of all stores, and what only a file can do wrong.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says where it stopped"
)]

#[macro_use]
mod contract;

use std::{fs, path::PathBuf, sync::Arc};

use sundial_store::{Durability, SqliteOptions, SqliteStore, Store, StoreError};
use tempfile::TempDir;

use crate::contract::{
    Harness,
    sample::{commit, created, key, namespace_id, prepared},
};

/// A file in a folder that goes with it.
pub(crate) struct SqliteHarness {
    folder: TempDir,
}

impl Default for SqliteHarness {
    fn default() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }
}

impl SqliteHarness {
    /// SQLite is always there.
    pub(crate) async fn prepare() -> Option<Self> {
        Some(Self::default())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("sundial.db")
    }

    async fn try_open(&self) -> Result<SqliteStore, StoreError> {
        let options = SqliteOptions {
            durability: Durability::None,
            ..SqliteOptions::default()
        };
        SqliteStore::open(self.path(), &options).await
    }

    async fn refusal(&self) -> StoreError {
        match self.try_open().await {
            Ok(_) => panic!("the file was opened"),
            Err(error) => error,
        }
    }

    /// A closed database with a run in it, in one file.
    async fn filled(&self) {
        let store = self.open().await;
        let lease = prepared(&*store).await;
        for number in 0..200 {
            commit(
                &*store,
                lease,
                vec![created(&key("order", number), &[7; 500])],
            )
            .await;
        }
        store.close().await;
        assert!(!self.folder.path().join("sundial.db-wal").exists());
    }
}

#[async_trait::async_trait]
impl Harness for SqliteHarness {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.try_open().await.unwrap())
    }
}

store_contract!(SqliteHarness);

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_closed() {
    let harness = SqliteHarness::default();
    let store = harness.open().await;
    assert!(matches!(harness.refusal().await, StoreError::InUse { .. }));
    // A symbolic link leads to the same lock.
    #[cfg(unix)]
    {
        let link = harness.folder.path().join("link.db");
        std::os::unix::fs::symlink(harness.path(), &link).unwrap();
        let refused = SqliteStore::open(&link, &SqliteOptions::default()).await;
        assert!(matches!(refused.err(), Some(StoreError::InUse { .. })));
    }
    store.close().await;
    harness.try_open().await.unwrap();
}

#[tokio::test]
async fn a_store_dropped_without_closing_loses_nothing() {
    let harness = SqliteHarness::default();
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    commit(&*store, lease, vec![created(&key("order", 1), b"state")]).await;
    drop(store);
    // The committer lets go a moment after the last handle is gone.
    let reopened = loop {
        match harness.try_open().await {
            Err(StoreError::InUse { .. }) => tokio::task::yield_now().await,
            other => break other.unwrap(),
        }
    };
    let run = reopened
        .load_run(namespace_id(1), "order", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(run.state, b"state");
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_and_left_alone() {
    let harness = SqliteHarness::default();
    let text = b"this is no database, it is a text file that is long enough to have a header of a hundred bytes...........";
    fs::write(harness.path(), text).unwrap();
    let refused = harness.refusal().await;
    assert!(matches!(refused, StoreError::Foreign { .. }));
    assert!(refused.to_string().ends_with("is not a Sundial database (it does not begin as an SQLite file does); give the path of another file"), "{refused}");
    assert_eq!(fs::read(harness.path()).unwrap(), text);
}

#[tokio::test]
async fn a_folder_is_refused() {
    let harness = SqliteHarness::default();
    let refused = SqliteStore::open(harness.folder.path(), &SqliteOptions::default()).await;
    assert!(matches!(refused.err(), Some(StoreError::Foreign { .. })));
    let refused = SqliteStore::open(
        harness.folder.path().join("no/such/folder.db"),
        &SqliteOptions::default(),
    )
    .await;
    assert!(matches!(
        refused.err(),
        Some(StoreError::Unavailable { .. })
    ));
}

#[tokio::test]
async fn an_empty_file_becomes_a_database() {
    let harness = SqliteHarness::default();
    fs::write(harness.path(), b"").unwrap();
    assert_eq!(harness.open().await.epoch(), 1);
}

/// Changes four bytes of SQLite's header: 60 is the user version, 68 the application id.
fn patch_header(harness: &SqliteHarness, offset: usize, value: u32) {
    let mut bytes = fs::read(harness.path()).unwrap();
    bytes[offset..offset + 4].copy_from_slice(&value.to_be_bytes());
    fs::write(harness.path(), bytes).unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let harness = SqliteHarness::default();
    harness.filled().await;
    patch_header(&harness, 60, 4_000);
    let refused = harness.refusal().await;
    assert!(
        matches!(refused, StoreError::Newer { found: 4_000, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("use the newer program"));
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let harness = SqliteHarness::default();
    harness.filled().await;
    for application_id in [0, 5] {
        patch_header(&harness, 68, application_id);
        let refused = harness.refusal().await;
        assert!(matches!(refused, StoreError::Foreign { .. }), "{refused}");
    }
}

#[tokio::test]
async fn a_truncated_file_is_refused() {
    let harness = SqliteHarness::default();
    harness.filled().await;
    let bytes = fs::read(harness.path()).unwrap();
    for keep in [50, 4_096, bytes.len() - 4_096, bytes.len() - 1] {
        fs::write(harness.path(), &bytes[..keep]).unwrap();
        let refused = harness.refusal().await;
        assert!(
            matches!(refused, StoreError::Corrupt { .. }),
            "{keep}: {refused}"
        );
    }
}

#[tokio::test]
async fn damaged_pages_are_refused() {
    let harness = SqliteHarness::default();
    harness.filled().await;
    let bytes = fs::read(harness.path()).unwrap();
    for page in [0, 1, 5, bytes.len() / 4_096 - 1] {
        let mut damaged = bytes.clone();
        let from = (page * 4_096).max(100);
        damaged[from..(page + 1) * 4_096].fill(0xa5);
        fs::write(harness.path(), damaged).unwrap();
        let refused = harness.refusal().await;
        assert!(
            matches!(refused, StoreError::Corrupt { .. }),
            "page {page}: {refused}"
        );
        assert!(refused.to_string().contains("restore it from a backup"));
    }
}

#[tokio::test]
async fn an_upload_that_broke_off_is_cleared_away() {
    let harness = SqliteHarness::default();
    let store = harness.try_open().await.unwrap();
    store
        .create_namespace(&contract::sample::namespace(1, "default"))
        .await
        .unwrap();
    let version = sundial_store::ModuleVersion {
        namespace_id: namespace_id(1),
        name: "shop".into(),
        digest: "abc".into(),
        task_queue: "main".into(),
        size: 9_000_000,
        pushed_at: sundial_core::Timestamp(1),
        definitions: Vec::new(),
    };
    let component = vec![1; 9_000_000];
    let mut upload = Box::pin(store.put_module(&version, &component));
    // Each of its nine pieces takes two polls, or one if the database's thread is faster than this one: so this ends
    // somewhere in the middle.
    for _ in 0..5 {
        assert!(futures::poll!(&mut upload).is_pending());
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    }
    drop(upload);
    assert_eq!(store.module_chunk("abc", 0).await.unwrap(), None);
    store.close().await;
    let store = harness.try_open().await.unwrap();
    assert!(store.put_module(&version, &component).await.unwrap());
    assert_eq!(
        store.module_chunk("abc", 8).await.unwrap().unwrap().len(),
        9_000_000 - 8 * 1024 * 1024
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child process of the test below"]
async fn child_that_commits_until_it_is_killed() {
    let path = std::env::var_os("SUNDIAL_STORE_TEST_FILE").expect("the parent names the file");
    let store: Arc<dyn Store> = Arc::new(
        SqliteStore::open(path, &SqliteOptions::default())
            .await
            .unwrap(),
    );
    let lease = if store.namespace_by_name("default").await.unwrap().is_some() {
        contract::sample::lease(&*store, 0).await
    } else {
        prepared(&*store).await
    };
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..8_u128 {
        let store = Arc::clone(&store);
        callers.spawn(async move {
            for number in 0.. {
                let run = key(
                    "order",
                    (store.epoch() as u128) << 64 | caller << 32 | number,
                );
                let mut write = created(&run, b"state");
                write.history = Some(contract::sample::batch(1, 20));
                write.tasks_added = vec![contract::sample::task(
                    store.epoch() << 40 | (caller as i64) << 32 | number as i64,
                    &run,
                )];
                commit(&*store, lease, vec![write]).await;
                // One write, so that no line is cut.
                use std::io::Write;
                std::io::stderr()
                    .lock()
                    .write_all(format!("stored {}\n", run.run_id).as_bytes())
                    .unwrap();
            }
        });
    }
    while callers.join_next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    use std::{
        io::{BufRead, BufReader},
        process::{Command, Stdio},
    };
    let harness = SqliteHarness::default();
    let mut acknowledged = Vec::new();
    for kill_after in [3, 40, 150] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "child_that_commits_until_it_is_killed",
                "--exact",
                "--nocapture",
                "--ignored",
            ])
            .env("SUNDIAL_STORE_TEST_FILE", harness.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        for _ in 0..kill_after {
            let line = lines
                .next()
                .expect("the child goes on until it is killed")
                .unwrap();
            assert!(line.starts_with("stored "), "{line}");
            acknowledged.push(line);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died counts too; a last line may be cut.
        acknowledged.extend(
            lines
                .map_while(Result::ok)
                .filter(|line| line.len() == "stored ".len() + 36),
        );
    }
    let store = harness.open().await;
    for line in &acknowledged {
        let run_id = sundial_core::RunId::parse(line.strip_prefix("stored ").unwrap()).unwrap();
        let run = store
            .load_run(namespace_id(1), "order", Some(run_id))
            .await
            .unwrap()
            .unwrap();
        let event = store.read_event(&run.key, 20).await.unwrap();
        assert_eq!(event, Some(contract::sample::event(20)), "{line}");
    }
    // No run without its task, whether acknowledged or not.
    let runs = store.count_runs(namespace_id(1), "").await.unwrap().total;
    assert_eq!(store.backlogs().await.unwrap()[0].tasks, runs);
}
