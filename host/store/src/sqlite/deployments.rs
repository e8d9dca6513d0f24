//! Worker deployments and their versions as rows.

use prost::Message;
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};
use sundial_core::{DeploymentVersion, NamespaceId};
use temporalio_protos::temporal::api::deployment::v1::{
    WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
};

use super::{
    Shared,
    alarms::limit_number,
    errors::{corrupt, from_sqlx, while_doing},
};
use crate::{
    deployments::{Deployment, DeploymentChange, DeploymentVersionRecord},
    error::StoreError,
};

const READING: &str = "reading deployments";
const STORING: &str = "storing a deployment";

pub(super) async fn get(
    shared: &Shared,
    namespace_id: NamespaceId,
    name: &str,
) -> Result<Option<Deployment>, StoreError> {
    let row = sqlx::query(
        "SELECT name, revision, info FROM deployments WHERE name = ?2 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1)",
    )
    .bind(namespace_id.0.as_bytes().as_slice())
    .bind(name)
    .fetch_optional(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    row.map(|row| deployment_of(&row, namespace_id)).transpose()
}

pub(super) async fn list(
    shared: &Shared,
    namespace_id: NamespaceId,
    after_name: Option<&str>,
    limit: usize,
) -> Result<Vec<Deployment>, StoreError> {
    let rows = sqlx::query(
        "SELECT name, revision, info FROM deployments WHERE namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = ?1) AND (?2 IS NULL OR name > ?2) ORDER BY name LIMIT ?3",
    )
    .bind(namespace_id.0.as_bytes().as_slice())
    .bind(after_name)
    .bind(limit_number(limit))
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    rows.iter()
        .map(|row| deployment_of(row, namespace_id))
        .collect()
}

fn deployment_of(row: &SqliteRow, namespace_id: NamespaceId) -> Result<Deployment, StoreError> {
    let failed = |error| from_sqlx(READING, error);
    let name: String = row.try_get(0).map_err(failed)?;
    let info = WorkerDeploymentInfo::decode(row.try_get::<&[u8], _>(2).map_err(failed)?)
        .map_err(|error| corrupt(format!("the record of deployment {name}: {error}")))?;
    Ok(Deployment {
        namespace_id,
        name,
        revision: row.try_get(1).map_err(failed)?,
        info,
    })
}

pub(super) async fn versions(
    shared: &Shared,
    namespace_id: NamespaceId,
    name: &str,
) -> Result<Vec<DeploymentVersionRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT v.build_id, v.info FROM deployment_versions v JOIN deployments d USING (deployment_key) \
         WHERE d.name = ?2 AND d.namespace_key = (SELECT namespace_key FROM namespaces WHERE id = ?1) \
         ORDER BY v.version_key DESC",
    )
    .bind(namespace_id.0.as_bytes().as_slice())
    .bind(name)
    .fetch_all(&mut *shared.read.take().await?)
    .await
    .map_err(while_doing(READING))?;
    let version = |row: &SqliteRow| {
        let failed = |error| from_sqlx(READING, error);
        let build_id: String = row.try_get(0).map_err(failed)?;
        let info = WorkerDeploymentVersionInfo::decode(row.try_get::<&[u8], _>(1).map_err(failed)?)
            .map_err(|error| {
                corrupt(format!("the record of version {name}:{build_id}: {error}"))
            })?;
        Ok(DeploymentVersionRecord {
            version: DeploymentVersion {
                deployment_name: name.to_owned(),
                build_id,
            },
            info,
        })
    };
    rows.iter().map(version).collect()
}

pub(super) async fn change(shared: &Shared, change: &DeploymentChange) -> Result<i64, StoreError> {
    let failed = |error| from_sqlx(STORING, error);
    let mut connection = shared.write.take().await?;
    let mut transaction = connection.begin().await.map_err(failed)?;
    let Some(namespace_key) = shared
        .keys
        .namespace(change.namespace_id, &mut transaction)
        .await
        .map_err(failed)?
    else {
        return Err(StoreError::NotFound {
            what: format!("namespace {}", change.namespace_id),
        });
    };
    let Some((deployment_key, revision)) =
        write_deployment(&mut transaction, namespace_key, change)
            .await
            .map_err(failed)?
    else {
        return Err(StoreError::Stale {
            what: format!("deployment {}", change.name),
        });
    };
    if change.info.is_some() {
        write_versions(&mut transaction, deployment_key, change)
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(revision)
}

/// Key and new revision; `None` if the revision was not the expected one.
async fn write_deployment(
    connection: &mut SqliteConnection,
    namespace_key: i64,
    change: &DeploymentChange,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let statement = match (&change.info, change.expected_revision) {
        (None, _) => {
            "DELETE FROM deployments WHERE namespace_key = ?1 AND name = ?2 AND revision = ?3 \
             RETURNING deployment_key, revision + 1"
        }
        (Some(_), 0) => {
            "INSERT INTO deployments (namespace_key, name, revision, info) VALUES (?1, ?2, 1 + ?3, ?4) \
             ON CONFLICT DO NOTHING RETURNING deployment_key, revision"
        }
        (Some(_), _) => {
            "UPDATE deployments SET revision = revision + 1, info = ?4 \
             WHERE namespace_key = ?1 AND name = ?2 AND revision = ?3 RETURNING deployment_key, revision"
        }
    };
    sqlx::query_as(statement)
        .bind(namespace_key)
        .bind(&change.name)
        .bind(change.expected_revision)
        .bind(change.info.as_ref().map(encode_without_summaries))
        .fetch_optional(connection)
        .await
}

fn encode_without_summaries(info: &WorkerDeploymentInfo) -> Vec<u8> {
    let mut info = info.clone();
    info.version_summaries.clear();
    info.encode_to_vec()
}

async fn write_versions(
    connection: &mut SqliteConnection,
    deployment_key: i64,
    change: &DeploymentChange,
) -> Result<(), sqlx::Error> {
    for version in &change.versions_put {
        sqlx::query(
            "INSERT INTO deployment_versions (deployment_key, build_id, info) VALUES (?, ?, ?) \
             ON CONFLICT (deployment_key, build_id) DO UPDATE SET info = excluded.info",
        )
        .bind(deployment_key)
        .bind(&version.version.build_id)
        .bind(version.info.encode_to_vec())
        .execute(&mut *connection)
        .await?;
    }
    for build_id in &change.versions_removed {
        sqlx::query("DELETE FROM deployment_versions WHERE deployment_key = ? AND build_id = ?")
            .bind(deployment_key)
            .bind(build_id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
