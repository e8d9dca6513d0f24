//! Overlap policies: which of the actions that are due may begin while an earlier one runs.

use temporalio_protos::temporal::api::enums::v1::ScheduleOverlapPolicy as Policy;

use super::state::BufferedAction;

/// What becomes of a buffer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Turn {
    /// Begin at once, beside whatever runs.
    pub(super) beside: Vec<BufferedAction>,
    /// Begins at once, alone: those after it wait.
    pub(super) alone: Option<BufferedAction>,
    /// Wait until what runs has closed.
    pub(super) waiting: Vec<BufferedAction>,
    /// What runs is asked to stop.
    pub(super) cancel: bool,
    /// What runs is stopped.
    pub(super) terminate: bool,
    /// Actions that are given up.
    pub(super) skipped: i64,
}

/// Goes through a buffer in order. `resolve` gives an action its policy; the schedule's own is asked for late, so that
/// a change of it holds for what waits.
pub(super) fn take_turn(
    buffer: &[BufferedAction],
    is_running: bool,
    resolve: impl Fn(Policy) -> Policy,
) -> Turn {
    let mut turn = Turn::default();
    for action in buffer {
        let policy = resolve(action.overlap_policy());
        if policy != Policy::AllowAll && !is_running && turn.alone.is_none() {
            turn.alone = Some(*action);
            continue;
        }
        match policy {
            Policy::AllowAll => turn.beside.push(*action),
            Policy::BufferAll => turn.waiting.push(*action),
            Policy::BufferOne if turn.waiting.is_empty() => turn.waiting.push(*action),
            Policy::BufferOne | Policy::Skip | Policy::Unspecified => turn.skipped += 1,
            // The one in the way has not begun: it is replaced.
            Policy::CancelOther | Policy::TerminateOther if !is_running => {
                turn.alone = Some(*action);
            }
            Policy::CancelOther => {
                turn.cancel = true;
                turn.waiting.push(*action);
            }
            Policy::TerminateOther => {
                turn.terminate = true;
                turn.waiting.push(*action);
            }
        }
    }
    if turn.cancel || turn.terminate {
        // They would be stopped in the same breath.
        turn.beside.clear();
    }
    turn
}

impl BufferedAction {
    pub(super) fn overlap_policy(&self) -> Policy {
        Policy::try_from(self.overlap_policy).unwrap_or(Policy::Unspecified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Actions are named by their nominal times: 1, 2, ...
    fn check(policies: &[Policy], is_running: bool) -> String {
        let buffer: Vec<BufferedAction> = (1..)
            .zip(policies)
            .map(|(nominal, policy)| BufferedAction {
                nominal,
                overlap_policy: *policy as i32,
                ..Default::default()
            })
            .collect();
        let turn = take_turn(&buffer, is_running, |policy| policy);
        let names = |actions: &[BufferedAction]| {
            let names: Vec<String> = actions.iter().map(|a| a.nominal.to_string()).collect();
            names.join(",")
        };
        format!(
            "alone {} beside {} waiting {} skipped {}{}{}",
            names(turn.alone.as_slice()),
            names(&turn.beside),
            names(&turn.waiting),
            turn.skipped,
            if turn.cancel { " cancel" } else { "" },
            if turn.terminate { " terminate" } else { "" },
        )
    }

    #[test]
    fn skip_takes_the_first_and_gives_up_the_rest() {
        let policies = [Policy::Skip; 3];
        assert_eq!(
            check(&policies, false),
            "alone 1 beside  waiting  skipped 2"
        );
        assert_eq!(check(&policies, true), "alone  beside  waiting  skipped 3");
    }

    #[test]
    fn buffer_one_keeps_one_waiting() {
        let policies = [Policy::BufferOne; 3];
        assert_eq!(
            check(&policies, false),
            "alone 1 beside  waiting 2 skipped 1"
        );
        assert_eq!(check(&policies, true), "alone  beside  waiting 1 skipped 2");
    }

    #[test]
    fn buffer_all_keeps_all_waiting() {
        let policies = [Policy::BufferAll; 3];
        assert_eq!(
            check(&policies, false),
            "alone 1 beside  waiting 2,3 skipped 0"
        );
        assert_eq!(
            check(&policies, true),
            "alone  beside  waiting 1,2,3 skipped 0"
        );
    }

    #[test]
    fn cancel_and_terminate_replace_what_has_not_begun_and_stop_what_runs() {
        let policies = [Policy::CancelOther; 2];
        assert_eq!(
            check(&policies, false),
            "alone 2 beside  waiting  skipped 0"
        );
        assert_eq!(
            check(&policies, true),
            "alone  beside  waiting 1,2 skipped 0 cancel"
        );
        let policies = [Policy::TerminateOther, Policy::AllowAll];
        assert_eq!(
            check(&policies, false),
            "alone 1 beside 2 waiting  skipped 0"
        );
        assert_eq!(
            check(&policies, true),
            "alone  beside  waiting 1 skipped 0 terminate"
        );
    }

    #[test]
    fn allow_all_begins_all_at_once() {
        let policies = [Policy::AllowAll; 2];
        for is_running in [false, true] {
            assert_eq!(
                check(&policies, is_running),
                "alone  beside 1,2 waiting  skipped 0"
            );
        }
    }
}
