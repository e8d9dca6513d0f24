//! The workflow: greets somebody politely after a moment. What reaches the outside is an activity.

use std::time::Duration;

use my_workflow_activities::{GreetingActivities, Person};
use temporalio_workflow::{
    ActivityOptions, WorkflowContext, WorkflowContextView, WorkflowResult, export_workflow_module,
    workflow, workflow_methods,
};

/// Waits as long as it is told to, and returns a greeting.
#[workflow]
#[derive(Default)]
pub struct MyWorkflow {
    greetings: u32,
}

#[workflow_methods]
impl MyWorkflow {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, name: String) -> WorkflowResult<String> {
        ctx.timer(Duration::from_millis(100)).await;
        let options = ActivityOptions::start_to_close_timeout(Duration::from_secs(10));
        let greeting = ctx
            .execute_activity(
                GreetingActivities::compose_greeting,
                addressed(&name),
                options,
            )
            .await?;
        ctx.state_mut(|state| state.greetings += 1);
        Ok(greeting)
    }

    /// How many greetings there were so far.
    #[query]
    pub fn greetings(&self, _ctx: &WorkflowContextView) -> u32 {
        self.greetings
    }
}

/// Whom to greet. Plain functions like this one are what a unit test reaches best.
fn addressed(name: &str) -> Person {
    Person {
        name: match name.trim() {
            "" => "stranger".to_owned(),
            name => name.to_owned(),
        },
    }
}

export_workflow_module!([MyWorkflow]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_greeted_without_a_name() {
        assert_eq!(addressed(" Ada ").name, "Ada");
        assert_eq!(addressed("").name, "stranger");
    }
}
