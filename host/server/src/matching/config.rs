//! UpdateTaskQueueConfig: what users set for a queue. It is stored before anything is answered, and holds from then on.

use std::time::Duration;

use sundial_store::{QueueData, StoreError};
use temporalio_protos::temporal::api::taskqueue::v1::{RateLimitConfig, TaskQueueConfig};
use tokio::sync::oneshot;

use super::{
    Matching, QueueName,
    event::{Answered, Event},
    queue_data::QueueRecord,
    service::Service,
    versions::data_key,
};

/// How often a change is made again because somebody else changed the queue's data.
const ATTEMPTS: usize = 20;
/// The pause before that.
const PAUSE: Duration = Duration::from_millis(5);
/// Fairness keys of a queue that may have weights of their own. Temporal: 1,000.
const WEIGHTS: usize = 1000;

/// A change of a queue's configuration. What it leaves out stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ConfigChange {
    /// The rate of the whole queue.
    pub queue_rate_limit: Option<RateLimitConfig>,
    /// The rate of each fairness key of the usual weight.
    pub fairness_key_rate_limit: Option<RateLimitConfig>,
    /// Weights of fairness keys.
    pub set_weights: Vec<(String, f32)>,
    /// Keys that have no weight of their own any more.
    pub unset_weights: Vec<String>,
}

/// Why a queue's configuration was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConfigError {
    /// It would have more weights than it may.
    #[error("fairness weight overrides update rejected: exceeding maximum key size")]
    TooManyWeights,
    /// It was not stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The stored configuration, and the revision of the queue's data that it came with.
pub(super) struct Configured {
    config: TaskQueueConfig,
    revision: i64,
}

/// Whom to tell.
pub(super) type Teller = oneshot::Sender<Result<TaskQueueConfig, ConfigError>>;

impl Matching {
    /// Changes what was set for a queue. Gives all that is set now.
    pub async fn configure(
        &self,
        queue: QueueName,
        change: ConfigChange,
    ) -> Result<TaskQueueConfig, ConfigError> {
        let (answer, result) = oneshot::channel();
        self.tell(Event::Configure {
            queue,
            change,
            answer,
        });
        // Without an answer the loop is gone, and with it the server.
        result.await.unwrap_or(Err(StoreError::Closed.into()))
    }
}

impl Service {
    /// Stores a change beside the loop.
    pub(super) fn configure(&mut self, queue: QueueName, change: ConfigChange, answer: Teller) {
        // So that the queue is here when the answer comes.
        self.queue(&queue);
        let (store, key) = (self.store.clone(), data_key(&queue));
        self.answers.push(Box::pin(async move {
            let mut attempts = 0;
            let result = loop {
                attempts += 1;
                let stored = match store.queue_data(&key).await {
                    Ok(stored) => stored,
                    Err(error) => break Err(error.into()),
                };
                let (revision, body) = stored.map_or((0, Vec::new()), |data: QueueData| {
                    (data.revision, data.body)
                });
                let mut record = QueueRecord::decode_or_new(&queue, &body);
                let config = match changed(record.config.unwrap_or_default(), &change) {
                    Ok(config) => config,
                    Err(error) => break Err(error),
                };
                record.config = Some(config.clone());
                match store.put_queue_data(&key, revision, record.encode()).await {
                    Ok(revision) => break Ok(Configured { config, revision }),
                    Err(StoreError::Stale { .. }) if attempts < ATTEMPTS => {
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(error) => break Err(error.into()),
                }
            };
            Answered::Configured {
                queue,
                result,
                answer,
            }
        }));
    }

    /// A change was stored, or not.
    pub(super) fn configured(
        &mut self,
        name: &QueueName,
        result: Result<Configured, ConfigError>,
        answer: Teller,
    ) {
        let now = self.now;
        let told = result.map(|configured| {
            let queue = self.queue(name);
            // Another change may have been faster to get here.
            if configured.revision > queue.data.revision {
                queue.data.revision = configured.revision;
                queue
                    .limits
                    .set_config(Some(configured.config.clone()), now);
                self.serve(name);
            }
            configured.config
        });
        // Who asked may be gone; it holds all the same.
        let _ = answer.send(told);
    }
}

fn changed(
    mut config: TaskQueueConfig,
    change: &ConfigChange,
) -> Result<TaskQueueConfig, ConfigError> {
    if let Some(limit) = &change.queue_rate_limit {
        config.queue_rate_limit = Some(limit.clone());
    }
    if let Some(limit) = &change.fairness_key_rate_limit {
        config.fairness_keys_rate_limit_default = Some(limit.clone());
    }
    let weights = &mut config.fairness_weight_overrides;
    for key in &change.unset_weights {
        weights.remove(key);
    }
    for (key, weight) in &change.set_weights {
        weights.insert(key.clone(), *weight);
    }
    if weights.len() > WEIGHTS {
        return Err(ConfigError::TooManyWeights);
    }
    Ok(config)
}
