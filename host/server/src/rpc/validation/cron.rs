//! Cron schedules of starts.

use sundial_core::CronSchedule;

use crate::rpc::status::{RpcError, invalid};

/// Refuses a schedule that can't be kept, in Temporal's words.
pub(crate) fn check(schedule: &str) -> Result<(), RpcError> {
    CronSchedule::check(schedule).map_err(|error| invalid(error.to_string()))
}
