//! What workflows may set as search attributes, and what becomes of what they set.

use temporalio_protos::temporal::api::{
    command::v1::{
        ContinueAsNewWorkflowExecutionCommandAttributes,
        StartChildWorkflowExecutionCommandAttributes,
        UpsertWorkflowSearchAttributesCommandAttributes, command::Attributes,
    },
    common::v1::{Payload, SearchAttributes, WorkflowType},
    enums::v1::CommandType,
    taskqueue::v1::TaskQueue,
    workflowservice::v1::RespondWorkflowTaskCompletedRequest,
};

use crate::{
    run::harness::{House, after, command},
    search_attributes::{AttributeType, AttributeTypes},
};

fn payload(data: &str) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: data.as_bytes().to_vec(),
        ..Default::default()
    }
}

fn fields(name: &str, data: &str) -> Option<SearchAttributes> {
    Some(SearchAttributes {
        indexed_fields: [(name.to_owned(), payload(data))].into(),
    })
}

/// Answers the task that a worker has with one command, where `Size` is registered as a whole number and `Color` as a keyword.
fn answer(
    house: &mut House,
    command_type: CommandType,
    attributes: impl Into<Attributes>,
) -> String {
    let types = AttributeTypes::from([
        ("Size".to_owned(), AttributeType::Int),
        ("Color".to_owned(), AttributeType::Keyword),
    ]);
    let request = RespondWorkflowTaskCompletedRequest {
        commands: vec![command(command_type, attributes)],
        ..Default::default()
    };
    let token = house.token.clone();
    house.log.clear();
    let _ = house.act(|run, cx| run.complete_workflow_task(cx, &request, &token, &types));
    house.log.clone()
}

fn upsert(house: &mut House, name: &str, data: &str) -> String {
    let attributes = UpsertWorkflowSearchAttributesCommandAttributes {
        search_attributes: fields(name, data),
    };
    answer(
        house,
        CommandType::UpsertWorkflowSearchAttributes,
        attributes,
    )
}

/// What upserting this is refused with.
fn refusal_of_upsert(name: &str, data: &str) -> String {
    refusal(&upsert(&mut after("start\npoll"), name, data))
}

fn refusal(log: &str) -> String {
    let refused = log
        .lines()
        .find_map(|line| line.trim().strip_prefix("refused: "));
    refused.unwrap_or("nothing").to_owned()
}

#[test]
fn search_attributes_are_merged_and_emptied() {
    let mut house = after("start\npoll");
    upsert(&mut house, "Size", "1");
    let shown = |house: &House| {
        let row = house.runs[0]
            .visibility
            .clone()
            .and_then(|row| row.search_attributes);
        let found = row.and_then(|mut found| found.indexed_fields.remove("Size"));
        found.map(|found| String::from_utf8(found.data).unwrap())
    };
    assert_eq!(shown(&house).as_deref(), Some("1"));
    house.play("signal one\npoll");
    upsert(&mut house, "Size", "[]");
    assert_eq!(shown(&house), None);
}

#[test]
fn an_upsert_of_what_is_not_registered_or_not_of_its_type_fails_the_task() {
    assert_eq!(
        refusal_of_upsert("Weight", "1"),
        "CommandsRefused: BadSearchAttributes: Namespace default has no mapping defined for search attribute Weight"
    );
    assert_eq!(
        refusal_of_upsert("Size", "true"),
        "CommandsRefused: BadSearchAttributes: invalid value for search attribute Size of type Int: true"
    );
    assert_eq!(
        refusal_of_upsert("RunId", "1"),
        "CommandsRefused: BadSearchAttributes: RunId attribute can't be set in SearchAttributes"
    );
}

#[test]
fn attributes_that_are_too_large_end_the_run() {
    let log = upsert(
        &mut after("start\npoll"),
        "Color",
        &format!("\"{}\"", "x".repeat(2050)),
    );
    assert!(log.contains("WorkflowExecutionTerminated"), "{log}");
    assert_eq!(
        refusal(&log),
        "CommandsRefused: BadSearchAttributes: search attribute Color value size 2052 exceeds size limit 2048"
    );
}

#[test]
fn what_follows_a_run_and_its_children_are_checked_likewise() {
    let continued = |name: &str, data: &str| {
        let attributes = ContinueAsNewWorkflowExecutionCommandAttributes {
            workflow_type: Some(WorkflowType { name: "T".into() }),
            task_queue: Some(TaskQueue {
                name: "q".into(),
                ..Default::default()
            }),
            search_attributes: fields(name, data),
            ..Default::default()
        };
        let kind = CommandType::ContinueAsNewWorkflowExecution;
        refusal(&answer(&mut after("start\npoll"), kind, attributes))
    };
    assert_eq!(
        continued("Weight", "1"),
        "CommandsRefused: BadSearchAttributes: Namespace default has no mapping defined for search attribute Weight"
    );
    assert_eq!(
        continued("Size", "true"),
        "CommandsRefused: BadSearchAttributes: invalid SearchAttributes on ContinueAsNewWorkflowExecutionCommand: \
         invalid value for search attribute Size of type Int: true. WorkflowType=T TaskQueue=q"
    );
    assert_eq!(continued("Size", "1"), "nothing");
    let child = |name: &str, data: &str| {
        let attributes = StartChildWorkflowExecutionCommandAttributes {
            workflow_id: "c".into(),
            workflow_type: Some(WorkflowType { name: "T".into() }),
            search_attributes: fields(name, data),
            ..Default::default()
        };
        let kind = CommandType::StartChildWorkflowExecution;
        refusal(&answer(&mut after("start\npoll"), kind, attributes))
    };
    assert_eq!(
        child("Size", "true"),
        "CommandsRefused: BadSearchAttributes: invalid SearchAttributes on StartChildWorkflowCommand: \
         invalid value for search attribute Size of type Int: true. WorkflowId=c WorkflowType=T Namespace=default"
    );
    assert_eq!(child("Size", "1"), "nothing");
}
