//! Reading rows into the heads of queues, beside the loop.

use std::time::Duration;

use sundial_core::Task;
use sundial_store::StoreError;

use super::{QueueName, backlog::Read, event::Answered, service::Service};

/// After a failed read.
const PAUSE: Duration = Duration::from_secs(1);

/// Rows that were read, or not.
pub(super) struct Page {
    queue: QueueName,
    read: Read,
    result: Result<Vec<Task>, StoreError>,
}

impl Service {
    /// Looks for queues with rows.
    pub(super) fn read_backlogs(&mut self, pause: Duration) {
        let store = self.store.clone();
        self.answers.push(Box::pin(async move {
            tokio::time::sleep(pause).await;
            Answered::Backlogs(store.backlogs().await)
        }));
    }

    pub(super) fn take_backlogs(
        &mut self,
        result: Result<Vec<sundial_store::QueueBacklog>, StoreError>,
    ) {
        let backlogs = match result {
            Ok(backlogs) => backlogs,
            Err(error) => {
                tracing::warn!(%error, "task queues could not be read; trying again soon");
                self.read_backlogs(PAUSE);
                return;
            }
        };
        for backlog in backlogs {
            let key = &backlog.queue;
            let name = QueueName {
                namespace_id: key.namespace_id,
                kind: key.kind,
                name: key.name.clone(),
            };
            let queue = self.queue(&name);
            queue.backlog(key.version.as_ref()).add_source(
                key,
                backlog.first_task_id,
                backlog.tasks,
            );
            self.start_reads(&name);
        }
    }

    /// Begins the reads that a queue wants.
    pub(super) fn start_reads(&mut self, name: &QueueName) {
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        for backlog in queue.backlogs.values_mut() {
            while let Some(read) = backlog.next_read(self.next_read_id) {
                self.next_read_id += 1;
                let (store, queue) = (self.store.clone(), name.clone());
                self.answers.push(Box::pin(async move {
                    let result = store
                        .queue_tasks(&read.key, read.after_id, read.limit)
                        .await;
                    Answered::Page(Page {
                        queue,
                        read,
                        result,
                    })
                }));
            }
        }
    }

    pub(super) fn take_page(&mut self, page: Page) {
        let Page {
            queue: name,
            read,
            result,
        } = page;
        let Some(queue) = self.queues.get_mut(&name) else {
            return;
        };
        let backlog = queue.backlog(read.key.version.as_ref());
        match result {
            Ok(rows) => {
                // A row tells that its queue is a worker's own; after a restart nothing else does.
                let normal_queue = rows
                    .first()
                    .filter(|task| task.queue == name.name)
                    .and_then(|task| task.normal_queue.clone());
                if !backlog.fill(&read, rows) {
                    return;
                }
                if let Some(normal_queue) = normal_queue {
                    queue.normal_queue.get_or_insert(normal_queue);
                    if self.fall_back_if_gone(&name) {
                        return;
                    }
                }
                self.serve(&name);
                self.start_reads(&name);
            }
            Err(error) => {
                if backlog.read_failed(&read) {
                    tracing::warn!(queue = %name.name, %error, "a task queue could not be read; trying again soon");
                    self.retry_reads_later(name);
                }
            }
        }
    }

    fn retry_reads_later(&mut self, name: QueueName) {
        let at = self.now.plus(sundial_core::time::Span(
            i64::try_from(PAUSE.as_nanos()).unwrap_or(i64::MAX),
        ));
        self.look_at(name, at);
    }
}
