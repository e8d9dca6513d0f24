//! Modules as rows, and the bytes of components in pieces.
//!
//! A component may be tens of megabytes, so each piece is a transaction of its own and commits of runs go on between
//! them; the version's row comes last and makes it all visible.

use std::sync::Arc;

use sundial_core::{NamespaceId, Timestamp};

use super::ids::{namespace_id_of, no_namespace, read_namespace_key};
use crate::{
    compression::{Packed, pack, unpack},
    error::StoreError,
    modules::{MODULE_CHUNK_BYTES, ModuleVersion},
    sql::{Row, Sql, Statement},
};

/// Bits of a chunk key that hold the index.
const INDEX_BITS: u32 = 20;
const READING: &str = "reading modules";
const STORING: &str = "storing a module";

pub(crate) async fn put(
    sql: &dyn Sql,
    version: &ModuleVersion,
    component: &[u8],
) -> Result<bool, StoreError> {
    let Some(namespace_key) = read_namespace_key(sql, version.namespace_id).await? else {
        return Err(no_namespace(version.namespace_id));
    };
    let (component_key, complete) = component_row(sql, version).await?;
    if !complete {
        for (index, chunk) in (0_i64..).zip(component.chunks(MODULE_CHUNK_BYTES)) {
            put_chunk(sql, (component_key << INDEX_BITS) | index, chunk.to_vec()).await?;
        }
        let completed = Statement::new(
            "UPDATE components SET complete = 1 WHERE component_key = $1 RETURNING component_key",
        );
        sql.write(STORING, completed.bind(component_key)).await?;
    }
    let inserted = Statement::new(
        "INSERT INTO modules (namespace_key, name, digest, task_queue, pushed_at, definitions) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING module_key",
    )
    .bind(namespace_key)
    .bind(&version.name)
    .bind(&version.digest)
    .bind(&version.task_queue)
    .bind(version.pushed_at.0)
    .bind(version.definitions.as_slice());
    Ok(!sql.write(STORING, inserted).await?.is_empty())
}

async fn component_row(sql: &dyn Sql, version: &ModuleVersion) -> Result<(i64, bool), StoreError> {
    let statement = Statement::new(
        "INSERT INTO components (digest, size, complete) VALUES ($1, $2, 0) \
         ON CONFLICT (digest) DO UPDATE SET size = components.size RETURNING component_key, complete",
    );
    let rows = sql
        .write(STORING, statement.bind(&version.digest).bind(version.size))
        .await?;
    match rows.first() {
        Some(row) => Ok((row.integer(0)?, row.integer(1)? != 0)),
        None => Err(super::ids::corrupt(format!(
            "component {} can't be stored",
            version.digest
        ))),
    }
}

async fn put_chunk(sql: &dyn Sql, chunk_key: i64, chunk: Vec<u8>) -> Result<(), StoreError> {
    // Milliseconds of compression do not belong on the runtime's threads.
    let (codec, bytes) = tokio::task::spawn_blocking(move || {
        let packed = pack(&chunk);
        let codec = packed.codec();
        match packed {
            Packed::Plain => (codec, chunk),
            Packed::Zstd(bytes) => (codec, bytes),
        }
    })
    .await
    .map_err(|error| StoreError::Unavailable {
        doing: "compressing a module".into(),
        source: Arc::new(error),
    })?;
    let statement = Statement::new(
        "INSERT INTO component_chunks (chunk_key, codec, bytes) VALUES ($1, $2, $3) \
         ON CONFLICT (chunk_key) DO UPDATE SET codec = excluded.codec, bytes = excluded.bytes RETURNING chunk_key",
    );
    let statement = statement.bind(chunk_key).bind(i64::from(codec)).bind(bytes);
    sql.write(STORING, statement).await.map(|_| ())
}

pub(crate) async fn versions(
    sql: &dyn Sql,
    namespace_id: Option<NamespaceId>,
    name: Option<&str>,
) -> Result<Vec<ModuleVersion>, StoreError> {
    select(sql, namespace_id, name, None, i64::MAX).await
}

pub(crate) async fn by_digest(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    digest: &str,
) -> Result<Option<ModuleVersion>, StoreError> {
    Ok(select(sql, Some(namespace_id), None, Some(digest), 1)
        .await?
        .pop())
}

async fn select(
    sql: &dyn Sql,
    namespace_id: Option<NamespaceId>,
    name: Option<&str>,
    digest: Option<&str>,
    limit: i64,
) -> Result<Vec<ModuleVersion>, StoreError> {
    let statement = Statement::new(
        "SELECT n.id, m.name, m.digest, m.task_queue, c.size, m.pushed_at, m.definitions \
         FROM modules m JOIN namespaces n ON n.namespace_key = m.namespace_key \
         JOIN components c ON c.digest = m.digest \
         WHERE ($1 IS NULL OR n.id = $1) AND ($2 IS NULL OR m.name = $2) AND ($3 IS NULL OR m.digest = $3) \
         ORDER BY m.pushed_at DESC, m.module_key DESC LIMIT $4",
    );
    let statement = statement
        .bind(namespace_id.map(|id| id.0.as_bytes().to_vec()))
        .bind(name)
        .bind(digest)
        .bind(limit);
    let rows = sql.read(READING, statement).await?;
    rows.iter().map(version_of).collect()
}

fn version_of(row: &Row) -> Result<ModuleVersion, StoreError> {
    Ok(ModuleVersion {
        namespace_id: namespace_id_of(row.bytes(0)?)?,
        name: row.text(1)?.to_owned(),
        digest: row.text(2)?.to_owned(),
        task_queue: row.text(3)?.to_owned(),
        size: row.integer(4)?,
        pushed_at: Timestamp(row.integer(5)?),
        definitions: row.bytes(6)?.to_vec(),
    })
}

pub(crate) async fn chunk(
    sql: &dyn Sql,
    digest: &str,
    index: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    if index >> INDEX_BITS != 0 {
        return Ok(None);
    }
    let statement = Statement::new(
        "SELECT codec, bytes FROM component_chunks WHERE chunk_key = \
         (SELECT component_key FROM components WHERE digest = $1 AND complete = 1) * 1048576 + $2",
    );
    let mut rows = sql
        .read(READING, statement.bind(digest).bind(i64::from(index)))
        .await?;
    let bytes = |row: &mut Row| unpack(row.small(0)?, row.take_bytes(1)?);
    rows.first_mut().map(bytes).transpose()
}

/// Removes what uploads that broke off left.
pub(crate) fn incomplete_cleared() -> [Statement; 2] {
    [
        Statement::new(
            "DELETE FROM component_chunks WHERE EXISTS (SELECT 1 FROM components WHERE complete = 0 \
             AND chunk_key BETWEEN component_key * 1048576 AND component_key * 1048576 + 1048575)",
        ),
        Statement::new("DELETE FROM components WHERE complete = 0"),
    ]
}
