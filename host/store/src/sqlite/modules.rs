//! Modules as rows, and the bytes of components in pieces.
//!
//! A component may be tens of megabytes, so each piece is a transaction of its own and commits of runs go on between
//! them; the version's row comes last and makes it all visible.

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};
use sundial_core::{NamespaceId, Timestamp};

use super::{
    Shared,
    errors::{from_sqlx, unavailable, while_doing},
    runs::namespace_id_of,
};
use crate::{
    compression::{pack, unpack},
    error::StoreError,
    modules::{MODULE_CHUNK_BYTES, ModuleVersion},
};

/// Bits of a chunk key that hold the index.
const INDEX_BITS: u32 = 20;
const READING: &str = "reading modules";
const STORING: &str = "storing a module";

pub(super) async fn put(
    shared: &Shared,
    version: &ModuleVersion,
    component: &[u8],
) -> Result<bool, StoreError> {
    let Some(namespace_key) = shared.namespace_key(version.namespace_id).await? else {
        return Err(StoreError::NotFound {
            what: format!("namespace {}", version.namespace_id),
        });
    };
    let (component_key, complete) = component_row(shared, version).await?;
    if !complete {
        for (index, chunk) in (0_i64..).zip(component.chunks(MODULE_CHUNK_BYTES)) {
            put_chunk(
                shared,
                (component_key << INDEX_BITS) | index,
                chunk.to_vec(),
            )
            .await?;
        }
    }
    let mut connection = shared.write.take().await?;
    let stored: Result<bool, sqlx::Error> = async {
        let mut transaction = connection.begin().await?;
        sqlx::query("UPDATE components SET complete = 1 WHERE component_key = ?")
            .bind(component_key)
            .execute(&mut *transaction)
            .await?;
        let inserted = sqlx::query(
            "INSERT INTO modules (namespace_key, name, digest, task_queue, pushed_at, definitions) \
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(namespace_key)
        .bind(&version.name)
        .bind(&version.digest)
        .bind(&version.task_queue)
        .bind(version.pushed_at.0)
        .bind(&version.definitions)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(inserted > 0)
    }
    .await;
    stored.map_err(while_doing(STORING))
}

async fn component_row(
    shared: &Shared,
    version: &ModuleVersion,
) -> Result<(i64, bool), StoreError> {
    sqlx::query_as(
        "INSERT INTO components (digest, size, complete) VALUES (?, ?, 0) \
         ON CONFLICT (digest) DO UPDATE SET size = size RETURNING component_key, complete",
    )
    .bind(&version.digest)
    .bind(version.size)
    .fetch_one(&mut *shared.write.take().await?)
    .await
    .map_err(while_doing(STORING))
}

async fn put_chunk(shared: &Shared, chunk_key: i64, chunk: Vec<u8>) -> Result<(), StoreError> {
    // Milliseconds of compression do not belong on the runtime's threads.
    let (codec, bytes) = tokio::task::spawn_blocking(move || {
        let packed = pack(&chunk);
        let codec = packed.codec();
        match packed {
            crate::compression::Packed::Plain => (codec, chunk),
            crate::compression::Packed::Zstd(bytes) => (codec, bytes),
        }
    })
    .await
    .map_err(|error| unavailable("compressing a module", error))?;
    sqlx::query(
        "INSERT OR REPLACE INTO component_chunks (chunk_key, codec, bytes) VALUES (?, ?, ?)",
    )
    .bind(chunk_key)
    .bind(codec)
    .bind(bytes)
    .execute(&mut *shared.write.take().await?)
    .await
    .map(|_| ())
    .map_err(while_doing(STORING))
}

const SELECT_VERSIONS: &str = "SELECT n.id, m.name, m.digest, m.task_queue, c.size, m.pushed_at, m.definitions \
     FROM modules m JOIN namespaces n ON n.namespace_key = m.namespace_key JOIN components c ON c.digest = m.digest \
     WHERE (?1 IS NULL OR n.id = ?1) AND (?2 IS NULL OR m.name = ?2) AND (?3 IS NULL OR m.digest = ?3) \
     ORDER BY m.pushed_at DESC, m.module_key DESC LIMIT ?4";

pub(super) async fn versions(
    shared: &Shared,
    namespace_id: Option<NamespaceId>,
    name: Option<&str>,
) -> Result<Vec<ModuleVersion>, StoreError> {
    select(shared, namespace_id, name, None, -1).await
}

pub(super) async fn by_digest(
    shared: &Shared,
    namespace_id: NamespaceId,
    digest: &str,
) -> Result<Option<ModuleVersion>, StoreError> {
    Ok(select(shared, Some(namespace_id), None, Some(digest), 1)
        .await?
        .pop())
}

/// A negative limit is none.
async fn select(
    shared: &Shared,
    namespace_id: Option<NamespaceId>,
    name: Option<&str>,
    digest: Option<&str>,
    limit: i64,
) -> Result<Vec<ModuleVersion>, StoreError> {
    let rows = sqlx::query(SELECT_VERSIONS)
        .bind(namespace_id.map(|id| id.0.as_bytes().to_vec()))
        .bind(name)
        .bind(digest)
        .bind(limit)
        .fetch_all(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(READING))?;
    rows.iter().map(version_of).collect()
}

fn version_of(row: &SqliteRow) -> Result<ModuleVersion, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    Ok(ModuleVersion {
        namespace_id: namespace_id_of(row.try_get(0).map_err(failed)?)?,
        name: row.try_get(1).map_err(failed)?,
        digest: row.try_get(2).map_err(failed)?,
        task_queue: row.try_get(3).map_err(failed)?,
        size: row.try_get(4).map_err(failed)?,
        pushed_at: Timestamp(row.try_get(5).map_err(failed)?),
        definitions: row.try_get(6).map_err(failed)?,
    })
}

pub(super) async fn chunk(
    shared: &Shared,
    digest: &str,
    index: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    if index >> INDEX_BITS != 0 {
        return Ok(None);
    }
    let found: Option<(i32, Vec<u8>)> = sqlx::query_as(
        "SELECT codec, bytes FROM component_chunks WHERE chunk_key = \
         (SELECT component_key FROM components WHERE digest = ?1 AND complete = 1) * 1048576 + ?2",
    )
    .bind(digest)
    .bind(index)
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    found.map(|(codec, bytes)| unpack(codec, bytes)).transpose()
}

/// Removes what uploads that broke off left.
pub(super) async fn clear_incomplete(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let keys: Vec<i64> =
        sqlx::query_scalar("DELETE FROM components WHERE complete = 0 RETURNING component_key")
            .fetch_all(&mut *connection)
            .await?;
    for key in keys {
        sqlx::query("DELETE FROM component_chunks WHERE chunk_key BETWEEN ? AND ?")
            .bind(key << INDEX_BITS)
            .bind((key << INDEX_BITS) | ((1 << INDEX_BITS) - 1))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
