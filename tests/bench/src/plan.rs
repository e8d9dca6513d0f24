//! What a workflow of the benchmark does: read from its type's name, decided from counts alone.

/// The behaviour of one workflow type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// So many activities, one after the other.
    Activities(u32),
    /// Waits for so many signals.
    Signals(u32),
    /// Waits for a timer of so many hours.
    Sleep(u32),
}

/// What the workflow does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Complete,
    ScheduleActivity(u32),
    StartTimer { hours: u32 },
    Wait,
}

impl Plan {
    /// The type's name, which a worker reads back.
    pub(crate) fn workflow_type(self) -> String {
        match self {
            Self::Activities(count) => format!("activities-{count}"),
            Self::Signals(count) => format!("signals-{count}"),
            Self::Sleep(hours) => format!("sleep-{hours}"),
        }
    }

    pub(crate) fn parse(workflow_type: &str) -> Option<Self> {
        let (kind, count) = workflow_type.split_once('-')?;
        let count = count.parse().ok()?;
        match kind {
            "activities" => Some(Self::Activities(count)),
            "signals" => Some(Self::Signals(count)),
            "sleep" => Some(Self::Sleep(count)),
            _ => None,
        }
    }

    /// After `done` activities were completed, or signals came. A sleeping workflow is asked once.
    pub(crate) fn next(self, done: u32) -> Step {
        match self {
            Self::Activities(count) | Self::Signals(count) if done >= count => Step::Complete,
            Self::Activities(_) => Step::ScheduleActivity(done),
            Self::Signals(_) => Step::Wait,
            Self::Sleep(hours) => Step::StartTimer { hours },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_its_name() {
        for plan in [Plan::Activities(10), Plan::Signals(3), Plan::Sleep(24)] {
            assert_eq!(Plan::parse(&plan.workflow_type()), Some(plan));
        }
        assert_eq!(Plan::parse("activities"), None);
        assert_eq!(Plan::parse("other-1"), None);
    }

    #[test]
    fn activities_come_one_after_the_other() {
        let steps: Vec<Step> = (0..3).map(|done| Plan::Activities(2).next(done)).collect();
        assert_eq!(
            steps,
            [
                Step::ScheduleActivity(0),
                Step::ScheduleActivity(1),
                Step::Complete
            ]
        );
    }
}
