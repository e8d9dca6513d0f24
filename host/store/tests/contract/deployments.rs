//! Worker deployments and their versions.

use sundial_core::DeploymentVersion;
use sundial_store::{DeploymentChange, DeploymentVersionRecord, Store, StoreError};
use temporalio_protos::temporal::api::deployment::v1::{
    RoutingConfig, WorkerDeploymentInfo, WorkerDeploymentVersionInfo,
    worker_deployment_info::WorkerDeploymentVersionSummary,
};

use super::{
    Harness,
    sample::{namespace, namespace_id},
};

fn info(modifier: &str) -> WorkerDeploymentInfo {
    WorkerDeploymentInfo {
        name: "shop".into(),
        last_modifier_identity: modifier.into(),
        routing_config: Some(RoutingConfig {
            ramping_version_percentage: 25.0,
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn version(build_id: &str, status: i32) -> DeploymentVersionRecord {
    DeploymentVersionRecord {
        version: DeploymentVersion {
            deployment_name: "shop".into(),
            build_id: build_id.into(),
        },
        info: WorkerDeploymentVersionInfo {
            status,
            ..Default::default()
        },
    }
}

fn change(expected_revision: i64, info: Option<WorkerDeploymentInfo>) -> DeploymentChange {
    DeploymentChange {
        namespace_id: namespace_id(1),
        name: "shop".into(),
        expected_revision,
        info,
        versions_put: Vec::new(),
        versions_removed: Vec::new(),
    }
}

async fn versions(store: &dyn Store) -> Vec<DeploymentVersionRecord> {
    store
        .deployment_versions(namespace_id(1), "shop")
        .await
        .unwrap()
}

pub(crate) async fn a_deployment_is_created_changed_and_removed(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    let mut with_summaries = info("ann");
    with_summaries.version_summaries = vec![WorkerDeploymentVersionSummary::default()];
    let mut creation = change(0, Some(with_summaries));
    creation.versions_put = vec![version("v1", 1)];
    assert_eq!(store.change_deployment(&creation).await.unwrap(), 1);
    let found = store
        .deployment(namespace_id(1), "shop")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.name.as_str(), found.revision, &found.info),
        ("shop", 1, &info("ann"))
    );
    assert_eq!(
        store
            .change_deployment(&change(1, Some(info("bob"))))
            .await
            .unwrap(),
        2
    );
    store.close().await;
    let store = harness.open().await;
    let found = store
        .deployment(namespace_id(1), "shop")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.revision, found.info), (2, info("bob")));
    assert_eq!(store.change_deployment(&change(2, None)).await.unwrap(), 3);
    assert_eq!(
        store.deployment(namespace_id(1), "shop").await.unwrap(),
        None
    );
    assert!(versions(&*store).await.is_empty());
}

pub(crate) async fn a_change_needs_the_revision(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    store
        .change_deployment(&change(0, Some(info("ann"))))
        .await
        .unwrap();
    for stale in [
        change(0, Some(info("eve"))),
        change(2, Some(info("eve"))),
        change(2, None),
    ] {
        assert!(matches!(
            store.change_deployment(&stale).await,
            Err(StoreError::Stale { .. })
        ));
    }
    let elsewhere = DeploymentChange {
        namespace_id: namespace_id(5),
        ..change(0, Some(info("eve")))
    };
    assert!(matches!(
        store.change_deployment(&elsewhere).await,
        Err(StoreError::NotFound { .. })
    ));
    assert_eq!(
        store
            .deployment(namespace_id(1), "shop")
            .await
            .unwrap()
            .unwrap()
            .info,
        info("ann")
    );
}

pub(crate) async fn versions_are_put_and_removed(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    let mut creation = change(0, Some(info("ann")));
    creation.versions_put = vec![version("v1", 1), version("v2", 1)];
    store.change_deployment(&creation).await.unwrap();
    let mut second = change(1, Some(info("ann")));
    second.versions_put = vec![version("v1", 3), version("v3", 2)];
    second.versions_removed = vec!["v2".into(), "unknown".into()];
    store.change_deployment(&second).await.unwrap();
    assert_eq!(
        versions(&*store).await,
        [version("v3", 2), version("v1", 3)]
    );
    // A refused change stores none of its versions.
    let mut stale = change(1, Some(info("ann")));
    stale.versions_put = vec![version("v9", 1)];
    assert!(store.change_deployment(&stale).await.is_err());
    assert_eq!(versions(&*store).await.len(), 2);
}

pub(crate) async fn deployments_are_paged_by_name(harness: &dyn Harness) {
    let store = harness.open().await;
    store
        .create_namespace(&namespace(1, "default"))
        .await
        .unwrap();
    for name in ["c", "a", "b"] {
        let creation = DeploymentChange {
            name: name.into(),
            ..change(0, Some(info("ann")))
        };
        store.change_deployment(&creation).await.unwrap();
    }
    let names = async |after: Option<&str>, limit| {
        let page = store
            .list_deployments(namespace_id(1), after, limit)
            .await
            .unwrap();
        page.into_iter()
            .map(|deployment| deployment.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(None, 2).await, ["a", "b"]);
    assert_eq!(names(Some("b"), 2).await, ["c"]);
    assert!(
        store
            .list_deployments(namespace_id(2), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
}
