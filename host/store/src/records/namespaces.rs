//! Namespaces as rows.

use prost::Message;
use sundial_core::NamespaceId;
use temporalio_protos::temporal::api::namespace::v1::{NamespaceConfig, NamespaceInfo};

use super::ids::{corrupt, limit_number, namespace_id_of};
use crate::{
    error::StoreError,
    namespaces::NamespaceRecord,
    sql::{Row, Sql, Statement},
};

const READING: &str = "reading namespaces";
const STORING: &str = "storing a namespace";
const REMOVING: &str = "removing a namespace";

pub(crate) async fn create(sql: &dyn Sql, namespace: &NamespaceRecord) -> Result<(), StoreError> {
    let (info, config) = encode(namespace);
    let statement = Statement::new(
        "INSERT INTO namespaces (id, name, revision, info, config) VALUES ($1, $2, 1, $3, $4) \
         ON CONFLICT DO NOTHING RETURNING namespace_key",
    );
    let statement = statement
        .bind(namespace.id)
        .bind(&namespace.name)
        .bind(info)
        .bind(config);
    if sql.write(STORING, statement).await?.is_empty() {
        return Err(taken(namespace));
    }
    Ok(())
}

pub(crate) async fn update(sql: &dyn Sql, namespace: &NamespaceRecord) -> Result<i64, StoreError> {
    let (info, config) = encode(namespace);
    let statement = Statement::new(
        "UPDATE namespaces SET name = $3, revision = revision + 1, info = $4, config = $5 \
         WHERE id = $1 AND revision = $2 \
         AND NOT EXISTS (SELECT 1 FROM namespaces other WHERE other.name = $3 AND other.id != $1) RETURNING revision",
    );
    let statement = statement
        .bind(namespace.id)
        .bind(namespace.revision)
        .bind(&namespace.name)
        .bind(info)
        .bind(config);
    if let Some(row) = sql.write(STORING, statement).await?.first() {
        return row.integer(0);
    }
    let what = format!("namespace {}", namespace.name);
    match by_id(sql, namespace.id).await? {
        None => Err(StoreError::NotFound { what }),
        Some(stored) if stored.revision != namespace.revision => Err(StoreError::Stale { what }),
        Some(_) => Err(taken(namespace)),
    }
}

pub(crate) async fn by_name(
    sql: &dyn Sql,
    name: &str,
) -> Result<Option<NamespaceRecord>, StoreError> {
    let statement =
        Statement::new("SELECT id, name, revision, info, config FROM namespaces WHERE name = $1");
    let rows = sql.read(READING, statement.bind(name)).await?;
    rows.first().map(record_of).transpose()
}

pub(crate) async fn by_id(
    sql: &dyn Sql,
    id: NamespaceId,
) -> Result<Option<NamespaceRecord>, StoreError> {
    let statement =
        Statement::new("SELECT id, name, revision, info, config FROM namespaces WHERE id = $1");
    let rows = sql.read(READING, statement.bind(id)).await?;
    rows.first().map(record_of).transpose()
}

pub(crate) async fn list(
    sql: &dyn Sql,
    after_name: Option<&str>,
    limit: usize,
) -> Result<Vec<NamespaceRecord>, StoreError> {
    let statement = Statement::new(
        "SELECT id, name, revision, info, config FROM namespaces WHERE $1 IS NULL OR name > $1 ORDER BY name LIMIT $2",
    );
    let statement = statement.bind(after_name).bind(limit_number(limit));
    let rows = sql.read(READING, statement).await?;
    rows.iter().map(record_of).collect()
}

pub(crate) async fn delete(sql: &dyn Sql, id: NamespaceId) -> Result<bool, StoreError> {
    // Whoever has the row changes the namespace alone; it is removed last, since the others refer to it.
    let first = Statement::new(
        "UPDATE namespaces SET revision = revision + 1 WHERE id = $1 RETURNING namespace_key",
    );
    let rest = [
        "DELETE FROM jobs WHERE namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1)",
        "DELETE FROM queue_data WHERE namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1)",
        "DELETE FROM modules WHERE namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1)",
        "DELETE FROM deployments WHERE namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1)",
        "DELETE FROM namespaces WHERE id = $1",
    ]
    .map(|text| Statement::new(text).bind(id));
    let found = sql.transact(REMOVING, first.bind(id), rest.into()).await?;
    Ok(!found.is_empty())
}

fn taken(namespace: &NamespaceRecord) -> StoreError {
    StoreError::AlreadyExists {
        what: format!("namespace {}", namespace.name),
    }
}

fn encode(namespace: &NamespaceRecord) -> (Vec<u8>, Vec<u8>) {
    let mut info = namespace.info.clone();
    info.id = namespace.id.to_string();
    info.name.clone_from(&namespace.name);
    (info.encode_to_vec(), namespace.config.encode_to_vec())
}

fn record_of(row: &Row) -> Result<NamespaceRecord, StoreError> {
    let name = row.text(1)?.to_owned();
    let damaged =
        |error: prost::DecodeError| corrupt(format!("the record of namespace {name}: {error}"));
    Ok(NamespaceRecord {
        id: namespace_id_of(row.bytes(0)?)?,
        revision: row.integer(2)?,
        info: NamespaceInfo::decode(row.bytes(3)?).map_err(damaged)?,
        config: NamespaceConfig::decode(row.bytes(4)?).map_err(damaged)?,
        name,
    })
}
