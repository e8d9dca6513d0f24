//! Filters against a model: what SQL makes of any filter is what the filter says.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sundial_store::ListedRun;

use super::{
    Harness,
    lists::{list, with_samples},
    sample::{namespace_id, run_id},
};

/// A test with its meaning; `None` for a value that is absent.
type Leaf = (&'static str, fn(&ListedRun) -> Option<bool>);

const LEAVES: &[Leaf] = &[
    ("WorkflowId = 'order-1'", |run| {
        Some(&*run.key.workflow_id == "order-1")
    }),
    ("WorkflowId != 'order-1'", |run| {
        Some(&*run.key.workflow_id != "order-1")
    }),
    ("WorkflowId STARTS_WITH 'order'", |run| {
        Some(run.key.workflow_id.starts_with("order"))
    }),
    ("WorkflowId IN ('order-2', 'child-1')", |run| {
        Some(["order-2", "child-1"].contains(&&*run.key.workflow_id))
    }),
    ("WorkflowType = 'Order'", |run| {
        Some(run.visibility.workflow_type == "Order")
    }),
    ("WorkflowType > 'Child'", |run| {
        Some(run.visibility.workflow_type.as_str() > "Child")
    }),
    ("TaskQueue NOT STARTS_WITH 'ref'", |run| {
        Some(!run.visibility.task_queue.starts_with("ref"))
    }),
    ("ExecutionStatus = 'Running'", |run| {
        Some(run.visibility.status == 1)
    }),
    ("ExecutionStatus IN ('Completed', 'Failed')", |run| {
        Some([2, 3].contains(&run.visibility.status))
    }),
    ("StartTime > 1000", |run| {
        Some(run.visibility.start_time.0 > 1_000)
    }),
    ("StartTime BETWEEN 1500 AND 2000", |run| {
        Some((1_500..=2_000).contains(&run.visibility.start_time.0))
    }),
    ("CloseTime > 3000", |run| {
        run.visibility.close_time.map(|time| time.0 > 3_000)
    }),
    ("CloseTime NOT IN (3000, 4000)", |run| {
        run.visibility.close_time.map(|time| time.0 != 3_000)
    }),
    ("CloseTime IS NULL", |run| {
        Some(run.visibility.close_time.is_none())
    }),
    ("HistoryLength < 10", |run| {
        run.visibility
            .close_time
            .map(|_| run.visibility.history_length < 10)
    }),
    ("ExecutionDuration NOT BETWEEN 400 AND 600", |run| {
        let close = run.visibility.close_time?;
        Some(!(400..=600).contains(&(close.0 - run.visibility.execution_time.0)))
    }),
    ("ParentWorkflowId = 'order-1'", |run| {
        Some(&*run.visibility.parent.as_ref()?.0 == "order-1")
    }),
    ("ParentWorkflowId IS NOT NULL", |run| {
        Some(run.visibility.parent.is_some())
    }),
    ("RootWorkflowId != 'order-1'", |run| {
        Some(&*run.visibility.root.as_ref()?.0 != "order-1")
    }),
    ("RunId > '00000000-0000-0000-0000-000000001002'", |run| {
        Some(run.key.run_id > run_id(2))
    }),
    ("RunId = '00000000-0000-0000-0000-000000001003'", |run| {
        Some(run.key.run_id == run_id(3))
    }),
    ("TemporalWorkerDeployment = 'shop'", |run| {
        Some(run.visibility.version.as_ref()?.deployment_name == "shop")
    }),
    ("TemporalWorkerDeploymentVersion != 'shop:v1'", |run| {
        Some(run.visibility.version.as_ref()?.build_id != "v1")
    }),
];

#[derive(Clone, Debug)]
enum Tree {
    Leaf(usize),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Leaf(index) => LEAVES[*index].0.to_owned(),
            Self::Not(inner) => format!("NOT ({})", inner.text()),
            Self::And(left, right) => format!("({} AND {})", left.text(), right.text()),
            Self::Or(left, right) => format!("({} OR {})", left.text(), right.text()),
        }
    }

    /// The three-valued logic of SQL.
    fn holds(&self, run: &ListedRun) -> Option<bool> {
        match self {
            Self::Leaf(index) => LEAVES[*index].1(run),
            Self::Not(inner) => inner.holds(run).map(|holds| !holds),
            Self::And(left, right) => match (left.holds(run), right.holds(run)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.holds(run), right.holds(run)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    (0..LEAVES.len())
        .prop_map(Tree::Leaf)
        .prop_recursive(4, 16, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
                (inner.clone(), inner.clone())
                    .prop_map(|(left, right)| Tree::And(Box::new(left), Box::new(right))),
                (inner.clone(), inner)
                    .prop_map(|(left, right)| Tree::Or(Box::new(left), Box::new(right))),
            ]
        })
}

pub(crate) async fn filters_agree_with_a_model(harness: &dyn Harness) {
    const CASES: usize = 400;
    let store = harness.open().await;
    with_samples(&*store).await;
    let all = list(&*store, "", 100, Vec::new()).await.runs;
    let mut runner = TestRunner::deterministic();
    for _ in 0..CASES {
        let tree = trees().new_tree(&mut runner).unwrap().current();
        let text = tree.text();
        let expected: Vec<&ListedRun> = all
            .iter()
            .filter(|run| tree.holds(run) == Some(true))
            .collect();
        let found = list(&*store, &text, 100, Vec::new()).await.runs;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text}");
        let counted = store.count_runs(namespace_id(1), &text).await.unwrap();
        assert_eq!(counted.total, expected.len() as i64, "{text}");
    }
}
