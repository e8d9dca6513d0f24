//! The row that lists and counts read.

use std::{collections::BTreeSet, sync::Arc};

use temporalio_protos::temporal::api::common::v1::{Payload, SearchAttributes};

use super::{Run, state::RunRef};
use crate::{ids::RunId, json::json_string, time::Timestamp, write::Visibility};

impl Run {
    /// The row for lists and counts.
    pub(crate) fn visibility(&self) -> Visibility {
        let closed = self.is_closed();
        let reference = |r: &RunRef| {
            RunId::parse(&r.run_id)
                .ok()
                .map(|run_id| (Arc::from(r.workflow_id.as_str()), run_id))
        };
        Visibility {
            workflow_type: self.head.workflow_type.clone(),
            task_queue: self.head.task_queue.clone(),
            status: self.head.status,
            start_time: Timestamp(self.head.start_time),
            execution_time: Timestamp(self.head.execution_time),
            close_time: self.closed_at(),
            history_length: if closed {
                self.head.next_event_id - 1
            } else {
                0
            },
            history_size_bytes: if closed {
                i64::try_from(self.head.history_size_bytes).unwrap_or(i64::MAX)
            } else {
                0
            },
            state_transition_count: if closed {
                self.head.transition_count
            } else {
                0
            },
            parent: self.head.parent.as_ref().and_then(reference),
            root: self.head.root.as_ref().and_then(reference),
            first_run_id: RunId::parse(&self.head.first_run_id).unwrap_or(self.key.run_id),
            memo: self.head.memo.clone(),
            search_attributes: self.listed_search_attributes(),
            version: self.listed_version(),
        }
    }

    /// The run's own, and what of it is paused.
    pub(crate) fn listed_search_attributes(&self) -> Option<SearchAttributes> {
        let own = self.head.search_attributes.clone();
        let paused = self.what_is_paused();
        if paused.is_empty() {
            return own;
        }
        let mut listed = own.unwrap_or_default();
        listed
            .indexed_fields
            .insert(PAUSE_INFO.into(), keyword_list(&paused));
        Some(listed)
    }

    /// The run and why it is paused, and the types of activities that are. The words are Temporal's.
    fn what_is_paused(&self) -> Vec<String> {
        let run = self.head.pause.iter().flat_map(|pause| {
            let reason = (!pause.reason.is_empty()).then(|| format!("Reason:{}", pause.reason));
            [format!("Workflow:{}", self.key.workflow_id)]
                .into_iter()
                .chain(reason)
        });
        let activities: BTreeSet<String> = self
            .activities
            .iter()
            .filter(|(_, activity)| activity.pause.is_some())
            .map(|(_, activity)| format!("property:activityType={}", activity.activity_type))
            .collect();
        run.chain(activities).collect()
    }
}

/// The search attribute by which paused runs are found, and those with paused activities.
const PAUSE_INFO: &str = "TemporalPauseInfo";

fn keyword_list(words: &[String]) -> Payload {
    let words: Vec<String> = words.iter().map(|word| json_string(word)).collect();
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            ("type".to_owned(), b"KeywordList".to_vec()),
        ]
        .into(),
        data: format!("[{}]", words.join(",")).into_bytes(),
        ..Default::default()
    }
}
