//! Lists and counts of runs.
//!
//! The order is Temporal's: open runs first, then by close time, latest first; equals by start time, latest first, then
//! the newest. An index per status has that order, so a list is a merge of at most nine scans that stop at the page's
//! end, and a count reads index entries only.

use std::{collections::BTreeMap, sync::Arc};

use prost::Message;
use sqlx::{Row, sqlite::SqliteRow};
use sundial_core::{DeploymentVersion, NamespaceId, RunId, RunKey, Timestamp, Visibility};
use temporalio_protos::temporal::api::common::v1::{Memo, SearchAttributes};

use super::{
    Shared,
    access::{self, Access, Scan},
    alarms::limit_number,
    errors::{corrupt, from_sqlx, while_doing},
    runs::run_id_of,
    tables::OPEN,
    where_clause::Sql,
};
use crate::{
    error::StoreError,
    filter::{self, Condition, Filter, TextColumn},
    page_token::ListPosition,
    visibility::{CountGroup, ListPage, ListQuery, ListedRun, RunCount},
};

const LISTING: &str = "listing runs";
const COUNTING: &str = "counting runs";
/// Rows that one page holds at most, whatever the caller wants.
const MAX_PAGE: usize = 10_000;
/// With more runs than this behind a range of workflow ids, sorting them costs more than scanning for a page of them.
const MANY: i64 = 20_000;

const ORDER: &str = " ORDER BY close_time DESC, start_time DESC, run_key DESC";

pub(super) async fn list(shared: &Shared, query: &ListQuery) -> Result<ListPage, StoreError> {
    let filter = read_filter(&query.filter)?;
    if filter.grouped_by_status {
        return Err(StoreError::InvalidFilter(
            "operation is not supported: 'GROUP BY' clause".into(),
        ));
    }
    let after = ListPosition::from_token(&query.page_token, query.namespace_id, &query.filter)?;
    let Some(namespace_key) = shared.namespace_key(query.namespace_id).await? else {
        return Ok(ListPage::default());
    };
    let page_size = query.page_size.clamp(1, MAX_PAGE);
    let mut sql = Sql::default();
    let mut clause = access::where_clause(&mut sql, namespace_key, &filter);
    if let Some(after) = after {
        let position = [after.close_time, after.start_time, after.run]
            .map(|part| sql.parameter(part))
            .join(", ");
        clause.push_str(&format!(
            " AND (close_time, start_time, run_key) < ({position})"
        ));
    }
    let scans = settle(shared, namespace_key, &filter)
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
            format!("SELECT * FROM (SELECT run_key, close_time, start_time FROM {from} WHERE {clause}{tail})")
        })
        .collect();
    sql.push("WITH page AS (")
        .push(&pages.join(" UNION ALL "))
        .push(&tail);
    sql.push(SELECT_ROWS);
    let rows = fetch(shared, sql, LISTING).await?;
    let mut page = ListPage {
        runs: rows
            .iter()
            .take(page_size)
            .map(|row| listed_run(row, query.namespace_id))
            .collect::<Result<_, _>>()?,
        next_page_token: Vec::new(),
    };
    if rows.len() > page_size {
        page.next_page_token =
            position_of(&rows[page_size - 1])?.to_token(query.namespace_id, &query.filter);
    }
    page.runs.shrink_to_fit();
    Ok(page)
}

pub(super) async fn count(
    shared: &Shared,
    namespace_id: NamespaceId,
    filter: &str,
) -> Result<RunCount, StoreError> {
    let filter = read_filter(filter)?;
    let Some(namespace_key) = shared.namespace_key(namespace_id).await? else {
        return Ok(RunCount::default());
    };
    let mut sql = Sql::default();
    let clause = access::where_clause(&mut sql, namespace_key, &filter);
    let scans = if is_workflow_id_alone(&filter) {
        vec![Scan {
            from: "runs INDEXED BY runs_by_workflow_id".into(),
            clause,
            status: Some(0),
        }]
    } else {
        settle(shared, namespace_key, &filter)
            .await?
            .scans(&mut sql, &clause, &filter)
    };
    if scans.is_empty() {
        return Ok(RunCount::default());
    }
    let counts: Vec<String> = scans
        .iter()
        .map(|Scan { from, clause, status }| match status {
            Some(status) => format!("SELECT {status}, count(*) FROM {from} WHERE {clause}"),
            None => format!("SELECT * FROM (SELECT status, count(*) FROM {from} WHERE {clause} GROUP BY status)"),
        })
        .collect();
    sql.push(&counts.join(" UNION ALL "));
    let mut by_status: BTreeMap<i32, i64> = BTreeMap::new();
    for row in fetch(shared, sql, COUNTING).await? {
        let count: i64 = row.try_get(1).map_err(while_doing(COUNTING))?;
        if count > 0 {
            *by_status
                .entry(row.try_get(0).map_err(while_doing(COUNTING))?)
                .or_default() += count;
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

pub(super) async fn closed_before(
    shared: &Shared,
    namespace_id: NamespaceId,
    closed_before: Timestamp,
    limit: usize,
) -> Result<Vec<RunKey>, StoreError> {
    const DOING: &str = "listing closed runs";
    let Some(namespace_key) = shared.namespace_key(namespace_id).await? else {
        return Ok(Vec::new());
    };
    let mut sql = Sql::default();
    let namespace = sql.parameter(namespace_key);
    let before = sql.parameter(closed_before.0);
    let limit = sql.parameter(limit_number(limit));
    let scans: Vec<String> = filter::StatusSet::ALL
        .numbers()
        .map(|status| {
            format!(
                "SELECT * FROM (SELECT run_key, close_time FROM runs INDEXED BY runs_by_status \
                 WHERE status = {status} AND namespace_key = {namespace} AND close_time < {before} \
                 ORDER BY close_time LIMIT {limit})"
            )
        })
        .collect();
    sql.push("SELECT r.workflow_id, r.run_id FROM (")
        .push(&scans.join(" UNION ALL "))
        .push(&format!(" ORDER BY close_time LIMIT {limit}) p JOIN runs r ON r.run_key = p.run_key ORDER BY r.close_time"));
    let rows = fetch(shared, sql, DOING).await?;
    let key = |row: &SqliteRow| {
        Ok(RunKey {
            namespace_id,
            workflow_id: Arc::from(row.try_get::<&str, _>(0).map_err(while_doing(DOING))?),
            run_id: run_id_of(row.try_get(1).map_err(while_doing(DOING))?)?,
        })
    };
    rows.iter().map(key).collect()
}

fn read_filter(text: &str) -> Result<Filter, StoreError> {
    filter::read(text).map_err(|error| StoreError::InvalidFilter(error.0))
}

/// The way to go, after a look whether a range of workflow ids holds few rows.
async fn settle<'f>(
    shared: &Shared,
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
    let mut sql = Sql::default();
    let clause = access::where_clause(&mut sql, namespace_key, &range);
    sql.push(&format!(
        "SELECT count(*) FROM (SELECT 1 FROM runs INDEXED BY runs_by_workflow_id WHERE {clause} LIMIT {MANY})"
    ));
    let rows = fetch(shared, sql, LISTING).await?;
    let found: i64 = match rows.first() {
        Some(row) => row.try_get(0).map_err(while_doing(LISTING))?,
        None => 0,
    };
    Ok(if found < MANY {
        access
    } else {
        Access::Everything
    })
}

async fn fetch(
    shared: &Shared,
    sql: Sql,
    doing: &'static str,
) -> Result<Vec<SqliteRow>, StoreError> {
    if sql.has_too_many_parameters() {
        return Err(StoreError::InvalidFilter(
            "operation is not supported: so many values in one query".into(),
        ));
    }
    let (text, arguments) = sql.finish().map_err(while_doing(doing))?;
    // Safe: every value is a parameter. Not kept prepared: filters are too many kinds.
    sqlx::query_with(sqlx::AssertSqlSafe(text), arguments)
        .persistent(false)
        .fetch_all(&mut *shared.read.take().await?)
        .await
        .map_err(while_doing(doing))
}

const SELECT_ROWS: &str = ") SELECT r.run_key, r.workflow_id, r.run_id, r.status, t.name, q.name, r.start_time, \
     r.execution_time, r.close_time, r.history_length, r.history_size_bytes, d.name, b.name, r.parent_workflow_id, \
     r.parent_run_id, r.root_workflow_id, r.root_run_id, r.first_run_id, r.memo, r.search_attributes \
     FROM page p CROSS JOIN runs r ON r.run_key = p.run_key LEFT JOIN names t ON t.name_key = r.workflow_type \
     LEFT JOIN names q ON q.name_key = r.task_queue LEFT JOIN names d ON d.name_key = r.deployment \
     LEFT JOIN names b ON b.name_key = r.build_id \
     ORDER BY p.close_time DESC, p.start_time DESC, p.run_key DESC";

fn position_of(row: &SqliteRow) -> Result<ListPosition, StoreError> {
    let number = |index: usize| row.try_get(index).map_err(while_doing(LISTING));
    Ok(ListPosition {
        close_time: number(8)?,
        start_time: number(6)?,
        run: number(0)?,
    })
}

fn listed_run(row: &SqliteRow, namespace_id: NamespaceId) -> Result<ListedRun, StoreError> {
    let run_id = run_id_of(column(row, 2)?)?;
    let key = RunKey {
        namespace_id,
        workflow_id: Arc::from(column::<&str>(row, 1)?),
        run_id,
    };
    let other_run =
        |workflow: usize, run: usize| -> Result<Option<(Arc<str>, RunId)>, StoreError> {
            match (
                column::<Option<&str>>(row, workflow)?,
                column::<Option<&[u8]>>(row, run)?,
            ) {
                (Some(workflow_id), Some(run_id)) => {
                    Ok(Some((Arc::from(workflow_id), run_id_of(run_id)?)))
                }
                (None, Some([])) => Ok(Some((Arc::clone(&key.workflow_id), key.run_id))),
                (Some(_), None) | (None, Some(_) | None) => Ok(None),
            }
        };
    let version = match (
        column::<Option<String>>(row, 11)?,
        column::<Option<String>>(row, 12)?,
    ) {
        (Some(deployment_name), Some(build_id)) => Some(DeploymentVersion {
            deployment_name,
            build_id,
        }),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let close_time: i64 = column(row, 8)?;
    let visibility = Visibility {
        workflow_type: column(row, 4)?,
        task_queue: column(row, 5)?,
        status: column(row, 3)?,
        start_time: Timestamp(column(row, 6)?),
        execution_time: Timestamp(column(row, 7)?),
        close_time: (close_time != OPEN).then_some(Timestamp(close_time)),
        history_length: column::<Option<i64>>(row, 9)?.unwrap_or(0),
        history_size_bytes: column::<Option<i64>>(row, 10)?.unwrap_or(0),
        parent: other_run(13, 14)?,
        root: other_run(15, 16)?,
        first_run_id: column::<Option<&[u8]>>(row, 17)?.map_or(Ok(run_id), run_id_of)?,
        memo: message::<Memo>(row, 18)?,
        search_attributes: message::<SearchAttributes>(row, 19)?,
        version,
    };
    Ok(ListedRun { key, visibility })
}

fn column<'r, V>(row: &'r SqliteRow, index: usize) -> Result<V, StoreError>
where
    V: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(index)
        .map_err(|error| from_sqlx(LISTING, error))
}

fn message<M: Message + Default>(row: &SqliteRow, index: usize) -> Result<Option<M>, StoreError> {
    let bytes: Option<&[u8]> = column(row, index)?;
    bytes
        .map(|bytes| {
            M::decode(bytes)
                .map_err(|error| corrupt(format!("memo or search attributes of a run: {error}")))
        })
        .transpose()
}
