//! Namespaces as rows.

use prost::Message;
use sqlx::{Connection, Row, sqlite::SqliteRow};
use sundial_core::NamespaceId;
use temporalio_protos::temporal::api::namespace::v1::{NamespaceConfig, NamespaceInfo};

use super::{
    Shared,
    alarms::limit_number,
    errors::{corrupt, from_sqlx, is_constraint, while_doing},
    runs::namespace_id_of,
};
use crate::{error::StoreError, namespaces::NamespaceRecord};

const READING: &str = "reading namespaces";
const STORING: &str = "storing a namespace";

pub(super) async fn create(shared: &Shared, namespace: &NamespaceRecord) -> Result<(), StoreError> {
    let (info, config) = encode(namespace);
    sqlx::query("INSERT INTO namespaces (id, name, revision, info, config) VALUES (?, ?, 1, ?, ?)")
        .bind(namespace.id.0.as_bytes().as_slice())
        .bind(&namespace.name)
        .bind(info)
        .bind(config)
        .execute(&mut *shared.write.take().await?)
        .await
        .map(|_| ())
        .map_err(|error| refusal(error, namespace))
}

pub(super) async fn update(
    shared: &Shared,
    namespace: &NamespaceRecord,
) -> Result<i64, StoreError> {
    let (info, config) = encode(namespace);
    let mut connection = shared.write.take().await?;
    let mut transaction = connection.begin().await.map_err(while_doing(STORING))?;
    let revision: Option<i64> = sqlx::query_scalar(
        "UPDATE namespaces SET name = ?3, revision = revision + 1, info = ?4, config = ?5 \
         WHERE id = ?1 AND revision = ?2 RETURNING revision",
    )
    .bind(namespace.id.0.as_bytes().as_slice())
    .bind(namespace.revision)
    .bind(&namespace.name)
    .bind(info)
    .bind(config)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(|error| refusal(error, namespace))?;
    let known = shared
        .keys
        .namespace(namespace.id, &mut transaction)
        .await
        .map_err(while_doing(STORING))?;
    transaction.commit().await.map_err(while_doing(STORING))?;
    let what = format!("namespace {}", namespace.name);
    match (revision, known) {
        (Some(revision), _) => Ok(revision),
        (None, Some(_)) => Err(StoreError::Stale { what }),
        (None, None) => Err(StoreError::NotFound { what }),
    }
}

pub(super) async fn by_name(
    shared: &Shared,
    name: &str,
) -> Result<Option<NamespaceRecord>, StoreError> {
    let row = sqlx::query("SELECT id, name, revision, info, config FROM namespaces WHERE name = ?")
        .bind(name)
        .fetch_optional(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(READING))?;
    row.as_ref().map(record_of).transpose()
}

pub(super) async fn by_id(
    shared: &Shared,
    id: NamespaceId,
) -> Result<Option<NamespaceRecord>, StoreError> {
    let row = sqlx::query("SELECT id, name, revision, info, config FROM namespaces WHERE id = ?")
        .bind(id.0.as_bytes().as_slice())
        .fetch_optional(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(READING))?;
    row.as_ref().map(record_of).transpose()
}

pub(super) async fn list(
    shared: &Shared,
    after_name: Option<&str>,
    limit: usize,
) -> Result<Vec<NamespaceRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, revision, info, config FROM namespaces WHERE ?1 IS NULL OR name > ?1 ORDER BY name LIMIT ?2",
    )
    .bind(after_name)
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    rows.iter().map(record_of).collect()
}

fn encode(namespace: &NamespaceRecord) -> (Vec<u8>, Vec<u8>) {
    let mut info = namespace.info.clone();
    info.id = namespace.id.to_string();
    info.name.clone_from(&namespace.name);
    (info.encode_to_vec(), namespace.config.encode_to_vec())
}

fn refusal(error: sqlx::Error, namespace: &NamespaceRecord) -> StoreError {
    if is_constraint(&error) {
        StoreError::AlreadyExists {
            what: format!("namespace {}", namespace.name),
        }
    } else {
        from_sqlx(STORING, error)
    }
}

fn record_of(row: &SqliteRow) -> Result<NamespaceRecord, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let name: String = row.try_get(1).map_err(failed)?;
    let damaged =
        |error: prost::DecodeError| corrupt(format!("the record of namespace {name}: {error}"));
    Ok(NamespaceRecord {
        id: namespace_id_of(row.try_get(0).map_err(failed)?)?,
        revision: row.try_get(2).map_err(failed)?,
        info: NamespaceInfo::decode(row.try_get::<&[u8], _>(3).map_err(failed)?)
            .map_err(damaged)?,
        config: NamespaceConfig::decode(row.try_get::<&[u8], _>(4).map_err(failed)?)
            .map_err(damaged)?,
        name,
    })
}
