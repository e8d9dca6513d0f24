//! Requests to other runs as rows.

use sundial_core::{Transfer, TransferRow};

use super::ids::{corrupt, limit_number, run_key_of};
use crate::{
    error::StoreError,
    sql::{Row, Sql, Statement},
};

/// Kinds as they are stored; the numbers are in databases, so none is ever used again for another kind.
mod kind {
    pub(super) const START_CHILD: i64 = 1;
    pub(super) const SIGNAL_EXTERNAL: i64 = 2;
    pub(super) const CANCEL_EXTERNAL: i64 = 3;
    pub(super) const CHILD_CLOSED: i64 = 4;
    pub(super) const PARENT_CLOSED_CANCEL: i64 = 5;
    pub(super) const PARENT_CLOSED_TERMINATE: i64 = 6;
    pub(super) const START_NEXUS_OPERATION: i64 = 7;
    pub(super) const CANCEL_NEXUS_OPERATION: i64 = 8;
    pub(super) const COMPLETION_CALLBACK: i64 = 9;
}

/// A transfer, column by column.
#[derive(Debug, Default)]
pub(crate) struct TransferColumns<'a> {
    pub(crate) kind: i64,
    pub(crate) initiated_event_id: i64,
    pub(crate) namespace: Option<&'a str>,
    pub(crate) workflow_id: Option<&'a str>,
    pub(crate) run_id: Option<&'a str>,
}

impl<'a> TransferColumns<'a> {
    pub(crate) fn of(transfer: &'a Transfer) -> Self {
        let on_event = |kind, initiated_event_id: &i64| Self {
            kind,
            initiated_event_id: *initiated_event_id,
            ..Self::default()
        };
        match transfer {
            Transfer::StartChild { initiated_event_id } => {
                on_event(kind::START_CHILD, initiated_event_id)
            }
            Transfer::SignalExternal { initiated_event_id } => {
                on_event(kind::SIGNAL_EXTERNAL, initiated_event_id)
            }
            Transfer::CancelExternal { initiated_event_id } => {
                on_event(kind::CANCEL_EXTERNAL, initiated_event_id)
            }
            Transfer::StartNexusOperation { scheduled_event_id } => {
                on_event(kind::START_NEXUS_OPERATION, scheduled_event_id)
            }
            Transfer::CancelNexusOperation { scheduled_event_id } => {
                on_event(kind::CANCEL_NEXUS_OPERATION, scheduled_event_id)
            }
            Transfer::CompletionCallback { index } => on_event(kind::COMPLETION_CALLBACK, index),
            Transfer::ChildClosed => on_event(kind::CHILD_CLOSED, &0),
            Transfer::ParentClosed {
                namespace,
                workflow_id,
                run_id,
                terminate,
            } => Self {
                kind: if *terminate {
                    kind::PARENT_CLOSED_TERMINATE
                } else {
                    kind::PARENT_CLOSED_CANCEL
                },
                initiated_event_id: 0,
                namespace: Some(namespace),
                workflow_id: Some(workflow_id),
                run_id: Some(run_id),
            },
        }
    }
}

pub(crate) async fn read(
    sql: &dyn Sql,
    shard_id: i32,
    after_id: i64,
    limit: usize,
) -> Result<Vec<TransferRow>, StoreError> {
    let statement = Statement::new(
        "SELECT n.id, r.workflow_id, r.run_id, r.namespace_key, t.transfer_id, t.kind, t.initiated_event_id, t.target_namespace, \
         t.target_workflow_id, t.target_run_id FROM transfers t \
         JOIN runs r ON r.run_key = t.run_key JOIN namespaces n ON n.namespace_key = abs(r.namespace_key) \
         WHERE t.shard_id = $1 AND t.transfer_id > $2 ORDER BY t.transfer_id LIMIT $3",
    );
    let statement = statement
        .bind(i64::from(shard_id))
        .bind(after_id)
        .bind(limit_number(limit));
    let rows = sql.read("reading transfers", statement).await?;
    rows.iter().map(transfer_of).collect()
}

fn transfer_of(row: &Row) -> Result<TransferRow, StoreError> {
    let text = |index: usize| {
        row.text_or_null(index)
            .map(|text| text.unwrap_or_default().to_owned())
    };
    let initiated_event_id = row.integer(6)?;
    let parent_closed = |terminate: bool| {
        Ok(Transfer::ParentClosed {
            namespace: text(7)?,
            workflow_id: text(8)?,
            run_id: text(9)?,
            terminate,
        })
    };
    let transfer = match row.integer(5)? {
        kind::START_CHILD => Transfer::StartChild { initiated_event_id },
        kind::SIGNAL_EXTERNAL => Transfer::SignalExternal { initiated_event_id },
        kind::CANCEL_EXTERNAL => Transfer::CancelExternal { initiated_event_id },
        kind::START_NEXUS_OPERATION => Transfer::StartNexusOperation {
            scheduled_event_id: initiated_event_id,
        },
        kind::CANCEL_NEXUS_OPERATION => Transfer::CancelNexusOperation {
            scheduled_event_id: initiated_event_id,
        },
        kind::COMPLETION_CALLBACK => Transfer::CompletionCallback {
            index: initiated_event_id,
        },
        kind::CHILD_CLOSED => Transfer::ChildClosed,
        kind::PARENT_CLOSED_CANCEL => parent_closed(false)?,
        kind::PARENT_CLOSED_TERMINATE => parent_closed(true)?,
        other => return Err(corrupt(format!("a transfer of the unknown kind {other}"))),
    };
    Ok(TransferRow {
        id: row.integer(4)?,
        run: run_key_of(row)?,
        transfer,
    })
}
