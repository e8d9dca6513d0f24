//! Fan-out: a parent that starts a child for each number, all at once, and adds up what they return.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    ChildWorkflowOptions, WorkflowContext, WorkflowResult, export_workflow_module, join_all,
    workflow, workflow_methods,
};

/// What to square, and where.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Numbers {
    pub numbers: Vec<i64>,
    /// The children's task queue; the parent's own unless given. It may belong to a component in another language.
    #[serde(default)]
    pub child_task_queue: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sum {
    pub total: i64,
    pub children: usize,
}

/// Starts the children and waits for them.
#[workflow]
#[derive(Default)]
pub struct FanOut;

#[workflow_methods]
impl FanOut {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, input: Numbers) -> WorkflowResult<Sum> {
        let squares = input.numbers.iter().enumerate().map(|(index, number)| {
            let options = ChildWorkflowOptions::builder()
                .workflow_id(format!("{}/square/{index}", ctx.workflow_id()))
                .maybe_task_queue(input.child_task_queue.clone())
                .build();
            ctx.start_child_workflow(Square::run, *number, options)
        });
        let mut results = Vec::new();
        for started in join_all(squares).await {
            results.push(started?.result());
        }
        let mut total = 0;
        for square in join_all(results).await {
            total += square?;
        }
        Ok(Sum {
            total,
            children: input.numbers.len(),
        })
    }
}

/// One number's square, after a moment's thought.
#[workflow]
#[derive(Default)]
pub struct Square;

#[workflow_methods]
impl Square {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, number: i64) -> WorkflowResult<i64> {
        ctx.timer(Duration::from_millis(10)).await;
        Ok(number * number)
    }
}

export_workflow_module!([FanOut, Square]);
