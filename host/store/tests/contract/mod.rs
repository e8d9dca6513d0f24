//! What every store must do, whatever its database. A database's test file opens it through a [`Harness`] and names
//! the tests once, by [`store_contract`].

pub(crate) mod activities;
pub(crate) mod alarms;
pub(crate) mod attributes;
pub(crate) mod commits;
pub(crate) mod counts;
pub(crate) mod deployments;
pub(crate) mod filters;
pub(crate) mod histories;
pub(crate) mod jobs;
pub(crate) mod leases;
pub(crate) mod lists;
pub(crate) mod modules;
pub(crate) mod namespaces;
pub(crate) mod runs;
pub(crate) mod sample;
pub(crate) mod tasks;

use std::sync::Arc;

use sundial_store::Store;

/// A database that lasts as long as the harness, opened and closed at will.
#[async_trait::async_trait]
pub(crate) trait Harness: Send + Sync {
    /// Opens it; the caller closes it before the next opening.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Runs every test of the contract on fresh databases of one kind.
macro_rules! store_contract {
    ($harness:ident) => {
        store_contract! { $harness;
            leases: the_epoch_grows_with_every_opening, a_shard_is_taken_with_a_higher_epoch_each_time,
                a_commit_under_an_old_or_unknown_lease_is_refused, a_released_lease_is_lost,
                metadata_is_agreed_on_once;
            runs: a_run_comes_back_as_it_was_committed, a_run_survives_reopening, an_unknown_run_is_none,
                the_newest_run_is_the_current_one, parts_are_replaced_and_removed,
                a_deleted_run_leaves_nothing, an_older_run_does_not_become_current_when_the_newest_is_deleted,
                a_new_run_is_current_after_the_old_one_was_deleted, workflow_ids_are_apart_in_namespaces;
            commits: many_callers_commit_at_once, a_contradiction_fails_only_its_own_batch,
                a_run_that_exists_is_not_created_again, a_batch_is_stored_whole_or_not_at_all,
                several_writes_of_a_run_in_one_batch_fold, a_large_batch_is_stored,
                a_commit_after_closing_is_refused, a_run_written_by_a_new_process_needs_no_loading;
            histories: a_history_is_read_in_both_directions, a_page_ends_at_its_byte_limit_and_goes_on,
                a_range_may_begin_and_end_within_a_batch, one_event_is_found, large_events_come_back_whole,
                an_unknown_history_is_empty, events_beyond_the_limit_are_refused;
            tasks: tasks_of_a_queue_come_in_order, queues_are_told_apart, a_backlog_is_counted_after_reopening,
                removed_tasks_are_gone, a_task_added_and_removed_is_never_seen, queue_settings_have_revisions;
            alarms: runs_wake_in_order, alarms_are_paged, an_alarm_moves_and_goes, alarms_are_apart_in_shards,
                transfers_of_all_kinds_come_back;
            lists: a_listed_run_shows_everything, open_runs_come_first_then_the_latest_to_close,
                pages_join_without_gap_or_repeat, pages_stay_stable_while_runs_start,
                every_filter_finds_its_runs, a_token_of_another_list_is_refused, bad_filters_are_refused,
                an_unknown_namespace_is_empty, a_prefix_with_many_matches_is_listed,
                runs_closed_before_a_time_are_found;
            filters: filters_agree_with_a_model;
            attributes: every_type_is_found_by_what_it_takes, an_attribute_that_nobody_registered_is_refused;
            counts: counts_agree_with_lists, counts_are_grouped_by_status;
            activities: an_activity_and_a_workflow_may_share_an_id, a_task_names_its_activity,
                activities_are_listed_by_their_own_words;
            namespaces: a_namespace_is_found_by_name_and_id, a_taken_name_is_refused, an_update_needs_the_revision,
                a_deleted_namespace_takes_its_jobs_along,
                namespaces_are_paged_by_name, a_text_with_a_zero_byte_is_refused;
            modules: a_module_comes_back_in_chunks, the_same_push_changes_nothing, bytes_are_shared_between_names,
                versions_come_newest_first, a_module_of_an_unknown_namespace_is_refused;
            deployments: a_deployment_is_created_changed_and_removed, a_change_needs_the_revision,
                versions_are_put_and_removed, deployments_are_paged_by_name;
            jobs: a_job_is_created_changed_and_removed, a_job_that_exists_or_has_no_namespace_is_refused,
                a_change_of_a_job_needs_the_revision, jobs_are_listed_latest_first_by_kind_and_namespace,
                jobs_wake_in_order, jobs_to_wake_are_paged_also_within_a_moment;
        }
    };
    ($harness:ident; $($module:ident: $($name:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(harness) = <$crate::$harness>::prepare().await else {
                    return;
                };
                $crate::contract::$module::$name(&harness).await;
            })+
        })+
    };
}
