//! Hello, world: a workflow, an activity, a result.

use std::time::Duration;

use example_activities::ExampleActivities;
use temporalio_workflow::{
    ActivityOptions, WorkflowContext, WorkflowResult, export_workflow_module, workflow,
    workflow_methods,
};

/// Greets whoever it is started with.
#[workflow]
#[derive(Default)]
pub struct HelloWorld;

#[workflow_methods]
impl HelloWorld {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, name: String) -> WorkflowResult<String> {
        let options = ActivityOptions::start_to_close_timeout(Duration::from_secs(10));
        Ok(ctx
            .execute_activity(ExampleActivities::compose_greeting, name, options)
            .await?)
    }
}

/// The same without an activity: nothing but the sandbox has a part in it.
#[workflow]
#[derive(Default)]
pub struct Greet;

#[workflow_methods]
impl Greet {
    #[run]
    pub async fn run(_ctx: &mut WorkflowContext<Self>, name: String) -> WorkflowResult<String> {
        Ok(format!("hello, {name}"))
    }
}

export_workflow_module!([HelloWorld, Greet]);
