//! Worker deployments and their versions as rows.

use prost::Message;
use sundial_core::{DeploymentVersion, NamespaceId};
use temporalio_protos::temporal::api::deployment::v1::{
    WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
};

use super::ids::{corrupt, limit_number, no_namespace, read_namespace_key};
use crate::{
    deployments::{Deployment, DeploymentChange, DeploymentVersionRecord},
    error::StoreError,
    sql::{Row, Sql, Statement},
};

const READING: &str = "reading deployments";
const STORING: &str = "storing a deployment";

pub(crate) async fn get(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    name: &str,
) -> Result<Option<Deployment>, StoreError> {
    let statement = Statement::new(
        "SELECT name, revision, info FROM deployments WHERE name = $2 AND namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1)",
    );
    let rows = sql
        .read(READING, statement.bind(namespace_id).bind(name))
        .await?;
    rows.first()
        .map(|row| deployment_of(row, namespace_id))
        .transpose()
}

pub(crate) async fn list(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    after_name: Option<&str>,
    limit: usize,
) -> Result<Vec<Deployment>, StoreError> {
    let statement = Statement::new(
        "SELECT name, revision, info FROM deployments WHERE namespace_key = \
         (SELECT namespace_key FROM namespaces WHERE id = $1) AND ($2 IS NULL OR name > $2) ORDER BY name LIMIT $3",
    );
    let statement = statement
        .bind(namespace_id)
        .bind(after_name)
        .bind(limit_number(limit));
    let rows = sql.read(READING, statement).await?;
    rows.iter()
        .map(|row| deployment_of(row, namespace_id))
        .collect()
}

fn deployment_of(row: &Row, namespace_id: NamespaceId) -> Result<Deployment, StoreError> {
    let name = row.text(0)?.to_owned();
    let info = WorkerDeploymentInfo::decode(row.bytes(2)?)
        .map_err(|error| corrupt(format!("the record of deployment {name}: {error}")))?;
    Ok(Deployment {
        namespace_id,
        name,
        revision: row.integer(1)?,
        info,
    })
}

pub(crate) async fn versions(
    sql: &dyn Sql,
    namespace_id: NamespaceId,
    name: &str,
) -> Result<Vec<DeploymentVersionRecord>, StoreError> {
    let statement = Statement::new(
        "SELECT v.build_id, v.info FROM deployment_versions v JOIN deployments d USING (deployment_key) \
         WHERE d.name = $2 AND d.namespace_key = (SELECT namespace_key FROM namespaces WHERE id = $1) \
         ORDER BY v.version_key DESC",
    );
    let rows = sql
        .read(READING, statement.bind(namespace_id).bind(name))
        .await?;
    let version = |row: &Row| {
        let build_id = row.text(0)?.to_owned();
        let info = WorkerDeploymentVersionInfo::decode(row.bytes(1)?).map_err(|error| {
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

pub(crate) async fn change(sql: &dyn Sql, change: &DeploymentChange) -> Result<i64, StoreError> {
    let Some(namespace_key) = read_namespace_key(sql, change.namespace_id).await? else {
        return Err(no_namespace(change.namespace_id));
    };
    let rest = match &change.info {
        Some(_) => versions_written(namespace_key, change),
        None => Vec::new(),
    };
    let rows = sql
        .transact(STORING, deployment_written(namespace_key, change), rest)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(StoreError::Stale {
            what: format!("deployment {}", change.name),
        }),
    }
}

/// Gives the new revision, or no row if the revision was not the expected one.
fn deployment_written(namespace_key: i64, change: &DeploymentChange) -> Statement {
    let text = match (&change.info, change.expected_revision) {
        (None, _) => {
            "DELETE FROM deployments WHERE namespace_key = $1 AND name = $2 AND revision = $3 RETURNING revision + 1"
        }
        (Some(_), 0) => {
            "INSERT INTO deployments (namespace_key, name, revision, info) VALUES ($1, $2, 1 + $3, $4) \
             ON CONFLICT DO NOTHING RETURNING revision"
        }
        (Some(_), _) => {
            "UPDATE deployments SET revision = revision + 1, info = $4 \
             WHERE namespace_key = $1 AND name = $2 AND revision = $3 RETURNING revision"
        }
    };
    let statement = Statement::new(text)
        .bind(namespace_key)
        .bind(&change.name)
        .bind(change.expected_revision);
    match &change.info {
        Some(info) => statement.bind(encode_without_summaries(info)),
        None => statement,
    }
}

fn encode_without_summaries(info: &WorkerDeploymentInfo) -> Vec<u8> {
    let mut info = info.clone();
    info.version_summaries.clear();
    info.encode_to_vec()
}

fn versions_written(namespace_key: i64, change: &DeploymentChange) -> Vec<Statement> {
    let put = change.versions_put.iter().map(|version| {
        Statement::new(
            "INSERT INTO deployment_versions (deployment_key, build_id, info) \
             SELECT deployment_key, $3, $4 FROM deployments WHERE namespace_key = $1 AND name = $2 \
             ON CONFLICT (deployment_key, build_id) DO UPDATE SET info = excluded.info",
        )
        .bind(namespace_key)
        .bind(&change.name)
        .bind(&version.version.build_id)
        .bind(version.info.encode_to_vec())
    });
    let removed = change.versions_removed.iter().map(|build_id| {
        Statement::new(
            "DELETE FROM deployment_versions WHERE build_id = $3 AND deployment_key = \
             (SELECT deployment_key FROM deployments WHERE namespace_key = $1 AND name = $2)",
        )
        .bind(namespace_key)
        .bind(&change.name)
        .bind(build_id)
    });
    put.chain(removed).collect()
}
