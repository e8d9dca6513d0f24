//! Lists and counts of runs.
//!
//! The order is Temporal's: open runs first, then by close time, latest first; equals by start time, latest first, then
//! the newest. An index per status has that order, so a list is a merge of at most nine scans that stop at the page's
//! end, and a count reads index entries only.

mod access;
mod attributes;
mod clause;

use std::{collections::BTreeMap, sync::Arc};

use prost::Message;
use sundial_core::{
    Archetype, DeploymentVersion, NamespaceId, RunId, RunKey, Timestamp, Visibility,
};
use temporalio_protos::temporal::api::common::v1::{Memo, SearchAttributes};

use self::{
    access::{Access, Scan},
    clause::Clause,
};
use crate::{
    attributes::{AttributeTypes, attribute_types_key, read_attribute_types},
    error::StoreError,
    filter::{self, Condition, Filter, TextColumn, Words},
    page_token::ListPosition,
    records::{
        ids::{archetype_of, corrupt, limit_number, run_id_of, run_namespace_key},
        metadata,
    },
    sql::{Dialect, Row, Sql},
    visibility::{CountGroup, ListPage, ListQuery, ListedRun, RunCount},
};

/// The close time of an open run, so that open runs come first in lists.
pub(crate) const OPEN: i64 = i64::MAX;

/// The close time as rows have it.
pub(crate) fn listed_close_time(visibility: &Visibility) -> i64 {
    // A clock that was set back must not break the rule that lists rely on: no run closes before it starts.
    visibility.close_time.map_or(OPEN, |time| {
        time.0.max(visibility.start_time.0).min(OPEN - 1)
    })
}

const LISTING: &str = "listing runs";
const COUNTING: &str = "counting runs";
/// Rows that one page holds at most, whatever the caller wants.
const MAX_PAGE: usize = 10_000;
/// With more runs than this behind a range of workflow ids, sorting them costs more than scanning for a page of them.
const MANY: i64 = 20_000;

const ORDER: &str = " ORDER BY close_time DESC, start_time DESC, run_key DESC";

pub(crate) async fn list(
    database: &dyn Sql,
    namespace_key: Option<i64>,
    archetype: Archetype,
    query: &ListQuery,
) -> Result<ListPage, StoreError> {
    let filter = read_filter(database, query.namespace_id, archetype, &query.filter).await?;
    if filter.grouped_by_status {
        return Err(StoreError::InvalidFilter(
            "operation is not supported: 'group by' clause".into(),
        ));
    }
    let list = (query.namespace_id, archetype, query.filter.as_str());
    let after = ListPosition::from_token(&query.page_token, list)?;
    let Some(namespace_key) = namespace_key else {
        return Ok(ListPage::default());
    };
    let namespace_key = run_namespace_key(namespace_key, archetype);
    let page_size = query.page_size.clamp(1, MAX_PAGE);
    let mut sql = Clause::new(database.dialect());
    let mut clause = access::where_clause(&mut sql, namespace_key, &filter);
    if let Some(after) = after {
        let position = [after.close_time, after.start_time, after.run]
            .map(|part| sql.parameter(part))
            .join(", ");
        clause.push_str(&format!(
            " AND (close_time, start_time, run_key) < ({position})"
        ));
    }
    let scans = settle(database, namespace_key, &filter)
        .await?
        .scans(&mut sql, &clause, &filter);
    if scans.is_empty() {
        return Ok(ListPage::default());
    }
    let tail = format!(
        "{ORDER} LIMIT {}",
        sql.parameter(limit_number(page_size + 1))
    );
    let pages: Vec<String> = scans
        .iter()
        .map(|scan| {
            let Scan { from, clause, .. } = scan;
            format!("SELECT * FROM (SELECT run_key, close_time, start_time FROM {from} WHERE {clause}{tail}) scan")
        })
        .collect();
    sql.push("WITH page AS (")
        .push(&pages.join(" UNION ALL "))
        .push(&tail);
    sql.push(&select_rows(database.dialect()));
    let rows = fetch(database, sql, LISTING).await?;
    let mut page = ListPage {
        runs: rows
            .iter()
            .take(page_size)
            .map(|row| listed_run(row, query.namespace_id, archetype))
            .collect::<Result<_, _>>()?,
        next_page_token: Vec::new(),
    };
    if rows.len() > page_size {
        page.next_page_token = position_of(&rows[page_size - 1])?.to_token(list);
    }
    page.runs.shrink_to_fit();
    Ok(page)
}

pub(crate) async fn count(
    database: &dyn Sql,
    namespace_key: Option<i64>,
    namespace_id: NamespaceId,
    archetype: Archetype,
    filter: &str,
) -> Result<RunCount, StoreError> {
    let filter = read_filter(database, namespace_id, archetype, filter).await?;
    let Some(namespace_key) = namespace_key else {
        return Ok(RunCount::default());
    };
    let namespace_key = run_namespace_key(namespace_key, archetype);
    let mut sql = Clause::new(database.dialect());
    let clause = access::where_clause(&mut sql, namespace_key, &filter);
    let scans = if is_workflow_id_alone(&filter) {
        vec![Scan {
            from: database.dialect().runs_by("runs_by_workflow_id"),
            clause,
            status: Some(0),
        }]
    } else {
        settle(database, namespace_key, &filter)
            .await?
            .scans(&mut sql, &clause, &filter)
    };
    if scans.is_empty() {
        return Ok(RunCount::default());
    }
    let counts: Vec<String> = scans
        .iter()
        .map(|Scan { from, clause, status }| match status {
            Some(status) => format!("SELECT {status} AS status, count(*) FROM {from} WHERE {clause}"),
            None => format!("SELECT * FROM (SELECT status, count(*) FROM {from} WHERE {clause} GROUP BY status) scan"),
        })
        .collect();
    sql.push(&counts.join(" UNION ALL "));
    let mut by_status: BTreeMap<i32, i64> = BTreeMap::new();
    for row in fetch(database, sql, COUNTING).await? {
        let count = row.integer(1)?;
        if count > 0 {
            *by_status.entry(row.small(0)?).or_default() += count;
        }
    }
    let total = by_status.values().sum();
    let groups = by_status
        .into_iter()
        .map(|(status, count)| CountGroup { status, count })
        .collect();
    Ok(RunCount {
        total,
        groups: if filter.grouped_by_status {
            groups
        } else {
            Vec::new()
        },
    })
}

/// A count that needs nothing but the index by workflow id.
fn is_workflow_id_alone(filter: &Filter) -> bool {
    !filter.grouped_by_status
        && matches!(
            &filter.condition,
            Some(filter::Condition::Text(filter::TextColumn::WorkflowId, _))
        )
}

pub(crate) async fn closed_before(
    database: &dyn Sql,
    namespace_key: Option<i64>,
    namespace_id: NamespaceId,
    closed_before: Timestamp,
    limit: usize,
) -> Result<Vec<RunKey>, StoreError> {
    const DOING: &str = "listing closed runs";
    let Some(namespace_key) = namespace_key else {
        return Ok(Vec::new());
    };
    let mut sql = Clause::new(database.dialect());
    let namespaces = [Archetype::Workflow, Archetype::Activity]
        .map(|archetype| sql.parameter(run_namespace_key(namespace_key, archetype)));
    let before = sql.parameter(closed_before.0);
    let limit = sql.parameter(limit_number(limit));
    let from = database.dialect().runs_by("runs_by_status");
    let scans: Vec<String> = filter::StatusSet::ALL
        .numbers()
        .flat_map(|status| namespaces.iter().map(move |namespace| (status, namespace)))
        .map(|(status, namespace)| {
            format!(
                "SELECT * FROM (SELECT run_key, close_time FROM {from} \
                 WHERE status = {status} AND namespace_key = {namespace} AND close_time < {before} \
                 ORDER BY close_time LIMIT {limit}) scan"
            )
        })
        .collect();
    sql.push("SELECT r.workflow_id, r.run_id, r.namespace_key FROM (")
        .push(&scans.join(" UNION ALL "))
        .push(&format!(" ORDER BY close_time LIMIT {limit}) p JOIN runs r ON r.run_key = p.run_key ORDER BY r.close_time"));
    let rows = fetch(database, sql, DOING).await?;
    let key = |row: &Row| {
        Ok(RunKey {
            namespace_id,
            archetype: archetype_of(row.integer(2)?),
            workflow_id: Arc::from(row.text(0)?),
            run_id: run_id_of(row.bytes(1)?)?,
        })
    };
    rows.iter().map(key).collect()
}

async fn read_filter(
    database: &dyn Sql,
    namespace_id: NamespaceId,
    archetype: Archetype,
    text: &str,
) -> Result<Filter, StoreError> {
    let stored = match text.is_empty() {
        true => None,
        false => metadata::get(database, &attribute_types_key(namespace_id)).await?,
    };
    let types = match stored {
        Some(stored) => read_attribute_types(&stored)?,
        None => AttributeTypes::new(),
    };
    let words = Words {
        archetype,
        types: &types,
    };
    filter::read(text, words).map_err(|error| StoreError::InvalidFilter(error.0))
}

/// The way to go, after a look whether a range of workflow ids holds few rows.
async fn settle<'f>(
    database: &dyn Sql,
    namespace_key: i64,
    filter: &'f Filter,
) -> Result<Access<'f>, StoreError> {
    let access = Access::of(filter);
    let mut ids = filter
        .condition
        .as_ref()
        .map_or(&[][..], Condition::required)
        .iter();
    let range = ids.rfind(|part| matches!(part, Condition::Text(TextColumn::WorkflowId, _)));
    let (Access::WorkflowIds, Some(range)) = (access, range) else {
        return Ok(access);
    };
    let range = Filter {
        condition: Some(range.clone()),
        grouped_by_status: false,
    };
    let mut sql = Clause::new(database.dialect());
    let clause = access::where_clause(&mut sql, namespace_key, &range);
    sql.push(&format!(
        "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {clause} LIMIT {MANY}) found",
        database.dialect().runs_by("runs_by_workflow_id")
    ));
    let rows = fetch(database, sql, LISTING).await?;
    let found: i64 = match rows.first() {
        Some(row) => row.integer(0)?,
        None => 0,
    };
    Ok(if found < MANY {
        access
    } else {
        Access::Everything
    })
}

async fn fetch(
    database: &dyn Sql,
    sql: Clause,
    doing: &'static str,
) -> Result<Vec<Row>, StoreError> {
    if sql.has_too_many_parameters() {
        return Err(StoreError::InvalidFilter(
            "operation is not supported: so many values in one query".into(),
        ));
    }
    database.read(doing, sql.finish()).await
}

fn select_rows(dialect: Dialect) -> String {
    let name = |column: &str| dialect.name_of(&format!("r.{column}"));
    format!(
        ") SELECT r.run_key, r.workflow_id, r.run_id, r.status, {}, {}, r.start_time, \
         r.execution_time, r.close_time, r.history_length, r.history_size_bytes, {}, {}, r.parent_workflow_id, \
         r.parent_run_id, r.root_workflow_id, r.root_run_id, r.first_run_id, r.memo, r.search_attributes \
         FROM page p CROSS JOIN runs r WHERE r.run_key = p.run_key \
         ORDER BY p.close_time DESC, p.start_time DESC, p.run_key DESC",
        name("workflow_type"),
        name("task_queue"),
        name("deployment"),
        name("build_id"),
    )
}

fn position_of(row: &Row) -> Result<ListPosition, StoreError> {
    Ok(ListPosition {
        close_time: row.integer(8)?,
        start_time: row.integer(6)?,
        run: row.integer(0)?,
    })
}

fn listed_run(
    row: &Row,
    namespace_id: NamespaceId,
    archetype: Archetype,
) -> Result<ListedRun, StoreError> {
    let run_id = run_id_of(row.bytes(2)?)?;
    let key = RunKey {
        namespace_id,
        archetype,
        workflow_id: Arc::from(row.text(1)?),
        run_id,
    };
    let other_run =
        |workflow: usize, run: usize| -> Result<Option<(Arc<str>, RunId)>, StoreError> {
            match (row.text_or_null(workflow)?, row.bytes_or_null(run)?) {
                (Some(workflow_id), Some(run_id)) => {
                    Ok(Some((Arc::from(workflow_id), run_id_of(run_id)?)))
                }
                (None, Some([])) => Ok(Some((Arc::clone(&key.workflow_id), key.run_id))),
                (Some(_), None) | (None, Some(_) | None) => Ok(None),
            }
        };
    let version = match (row.text_or_null(11)?, row.text_or_null(12)?) {
        (Some(deployment), Some(build_id)) => Some(DeploymentVersion {
            deployment_name: deployment.to_owned(),
            build_id: build_id.to_owned(),
        }),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let close_time = row.integer(8)?;
    let visibility = Visibility {
        workflow_type: row.text(4)?.to_owned(),
        task_queue: row.text(5)?.to_owned(),
        status: row.small(3)?,
        start_time: Timestamp(row.integer(6)?),
        execution_time: Timestamp(row.integer(7)?),
        close_time: (close_time != OPEN).then_some(Timestamp(close_time)),
        history_length: row.integer_or_null(9)?.unwrap_or(0),
        history_size_bytes: row.integer_or_null(10)?.unwrap_or(0),
        parent: other_run(13, 14)?,
        root: other_run(15, 16)?,
        first_run_id: row.bytes_or_null(17)?.map_or(Ok(run_id), run_id_of)?,
        memo: message::<Memo>(row, 18)?,
        search_attributes: message::<SearchAttributes>(row, 19)?,
        version,
    };
    Ok(ListedRun { key, visibility })
}

fn message<M: Message + Default>(row: &Row, index: usize) -> Result<Option<M>, StoreError> {
    let bytes = row.bytes_or_null(index)?;
    bytes
        .map(|bytes| {
            M::decode(bytes)
                .map_err(|error| corrupt(format!("memo or search attributes of a run: {error}")))
        })
        .transpose()
}
