//! Filters over the search attributes that users registered.

use std::sync::Arc;

use prost::Message;
use sundial_core::RunKey;
use sundial_store::{ListQuery, Store, StoreError, attribute_types_key};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, SearchAttributes},
    operatorservice::v1::AddSearchAttributesRequest,
};

use super::{
    Harness,
    sample::{commit, created, key, namespace_id, prepared, visibility, write},
};

/// Type names with their numbers in `temporal.api.enums.v1.IndexedValueType`.
const TYPES: [(&str, i32); 7] = [
    ("Text", 1),
    ("Keyword", 2),
    ("Int", 3),
    ("Double", 4),
    ("Bool", 5),
    ("Datetime", 6),
    ("KeywordList", 7),
];

/// Attributes named after their types.
fn attributes(values: &[(&str, &str)]) -> SearchAttributes {
    let payload = |kind: &str, data: &str| Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            ("type".to_owned(), kind.as_bytes().to_vec()),
        ]
        .into(),
        data: data.as_bytes().to_vec(),
        ..Default::default()
    };
    SearchAttributes {
        indexed_fields: values
            .iter()
            .map(|(kind, data)| (format!("My{kind}"), payload(kind, data)))
            .collect(),
    }
}

async fn with_samples(harness: &dyn Harness) -> Arc<dyn Store> {
    let store = harness.open().await;
    let lease = prepared(&*store).await;
    let types = AddSearchAttributesRequest {
        search_attributes: TYPES
            .iter()
            .map(|(kind, number)| (format!("My{kind}"), *number))
            .collect(),
        ..Default::default()
    };
    store
        .put_metadata(
            &attribute_types_key(namespace_id(1)),
            &types.encode_to_vec(),
        )
        .await
        .unwrap();
    let runs: [(RunKey, &[(&str, &str)]); 4] = [
        (
            key("a", 1),
            &[
                ("Text", "\"The quick brown fox\""),
                ("Keyword", "\"alpha\""),
                ("Int", "1"),
                ("Double", "1.5"),
                ("Bool", "true"),
                ("Datetime", "\"2024-01-01T00:00:00Z\""),
                ("KeywordList", "[\"red\", \"green\"]"),
            ],
        ),
        (
            key("b", 2),
            &[
                ("Text", "\"Lazy dogs\""),
                ("Keyword", "\"beta\""),
                ("Int", "20"),
                ("Double", "2"),
                ("Bool", "false"),
                ("Datetime", "\"2024-06-01T00:00:00.5+02:00\""),
                ("KeywordList", "[\"blue\"]"),
            ],
        ),
        // Not of the type, and so found by nothing.
        (
            key("c", 3),
            &[
                ("Int", "\"many\""),
                ("Keyword", "7"),
                ("Bool", "\"x\""),
                ("Datetime", "\"soon\""),
            ],
        ),
        (key("d", 4), &[]),
    ];
    let created = runs
        .iter()
        .map(|(run, values)| {
            let mut row = created(run, b"state");
            if let Some(visibility) = &mut row.visibility {
                visibility.search_attributes = Some(attributes(values));
            }
            row
        })
        .collect();
    commit(&*store, lease, created).await;
    let mut changed = write(&key("d", 4), b"state");
    let mut shown = visibility(&key("d", 4));
    let mut values = attributes(&[("Keyword", "\"delta\"")]);
    for (name, data) in [
        ("TemporalScheduledById", "\"nightly\""),
        ("BuildIds", "[\"unversioned\", \"unversioned:one\"]"),
        ("TemporalWorkflowVersioningBehavior", "\"Pinned\""),
    ] {
        let payload = Payload {
            data: data.as_bytes().to_vec(),
            ..Default::default()
        };
        values.indexed_fields.insert(name.to_owned(), payload);
    }
    shown.search_attributes = Some(values);
    changed.visibility = Some(shown);
    commit(&*store, lease, vec![changed]).await;
    store
}

async fn found(store: &dyn Store, filter: &str) -> String {
    let query = ListQuery {
        namespace_id: namespace_id(1),
        filter: filter.to_owned(),
        page_size: 10,
        page_token: Vec::new(),
    };
    let page = store
        .list_runs(&query)
        .await
        .unwrap_or_else(|error| panic!("{filter}: {error}"));
    let counted = store.count_runs(namespace_id(1), filter).await.unwrap();
    assert_eq!(counted.total, page.runs.len() as i64, "{filter}");
    let mut ids: Vec<&str> = page.runs.iter().map(|run| &*run.key.workflow_id).collect();
    ids.sort_unstable();
    ids.concat()
}

pub(crate) async fn every_type_is_found_by_what_it_takes(harness: &dyn Harness) {
    let store = with_samples(harness).await;
    for (filter, expected) in [
        ("MyKeyword = 'alpha'", "a"),
        ("MyKeyword != 'alpha'", "bd"),
        ("MyKeyword IN ('alpha', 'delta')", "ad"),
        ("MyKeyword NOT IN ('alpha', 'delta')", "b"),
        ("MyKeyword > 'alpha'", "bd"),
        ("MyKeyword BETWEEN 'b' AND 'c'", "b"),
        ("MyKeyword STARTS_WITH 'al'", "a"),
        ("MyKeyword NOT STARTS_WITH 'al'", "bd"),
        ("MyInt = 1", "a"),
        ("MyInt > 3", "b"),
        ("MyInt BETWEEN 1 AND 20", "ab"),
        ("MyInt NOT BETWEEN 2 AND 30", "a"),
        ("MyInt IS NULL", "cd"),
        ("MyInt IS NOT NULL", "ab"),
        ("MyDouble = 2", "b"),
        ("MyDouble >= 1.5", "ab"),
        ("MyDouble < 1.75", "a"),
        ("MyBool = true", "a"),
        ("MyBool != true", "b"),
        ("MyDatetime = '2024-01-01T00:00:00Z'", "a"),
        ("MyDatetime > '2024-05-31T22:00:00Z'", "b"),
        ("MyDatetime <= 1704067200000000000", "a"),
        ("MyKeywordList = 'red'", "a"),
        ("MyKeywordList != 'red'", "bcd"),
        ("MyKeywordList IN ('blue', 'green')", "ab"),
        ("MyKeywordList NOT IN ('blue', 'black')", "acd"),
        ("MyKeywordList IS NOT NULL", "ab"),
        ("MyText = 'QUICK'", "a"),
        ("MyText = 'lazy cats, quick'", "ab"),
        ("MyText != 'quick'", "bcd"),
        ("MyText = '...'", ""),
        (
            "MyKeyword = 'alpha' OR (MyInt > 3 AND NOT MyBool = true)",
            "ab",
        ),
        ("TemporalScheduledById = 'nightly'", "d"),
        ("BuildIds = 'unversioned:one'", "d"),
        ("BuildIds IN ('unversioned', 'versioned:two')", "d"),
        ("BuildIds != 'unversioned'", "abc"),
        ("BuildIds IS NULL", "abc"),
        ("TemporalWorkflowVersioningBehavior = 'Pinned'", "d"),
        ("TemporalWorkflowVersioningBehavior IS NULL", "abc"),
        ("WorkflowId = 'b' AND MyKeyword = 'beta'", "b"),
    ] {
        assert_eq!(found(&*store, filter).await, expected, "{filter}");
    }
}

pub(crate) async fn an_attribute_that_nobody_registered_is_refused(harness: &dyn Harness) {
    let store = with_samples(harness).await;
    let refused = store.count_runs(namespace_id(1), "Other = 'a'").await;
    assert!(
        matches!(&refused, Err(StoreError::InvalidFilter(why)) if why.ends_with("column name 'Other' is not a valid search attribute")),
        "{refused:?}"
    );
    let elsewhere = store.count_runs(namespace_id(2), "MyInt = 1").await;
    assert!(
        matches!(elsewhere, Err(StoreError::InvalidFilter(_))),
        "{elsewhere:?}"
    );
}
