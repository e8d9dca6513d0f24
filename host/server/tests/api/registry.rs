//! The module registry: upload, download, lists, watching; uploads that are refused.

use futures::StreamExt;
use sha2::{Digest, Sha256};
use sundial_proto::registry::{
    DescribeRequest, GetRequest, ListRequest, PushHeader, PushRequest, PushResponse, WatchRequest,
    push_request::Part,
};
use tonic::{Code, Status};

use crate::harness::{Fixture, fixture};

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn header(component: &[u8]) -> PushHeader {
    PushHeader {
        namespace: "default".into(),
        name: "order".into(),
        digest: digest(component),
        task_queue: "q".into(),
        size: component.len() as i64,
        keep_current: false,
    }
}

async fn push(
    f: &mut Fixture,
    header: PushHeader,
    component: &[u8],
    piece: usize,
) -> Result<PushResponse, Status> {
    let mut messages = vec![PushRequest {
        part: Some(Part::Header(header)),
    }];
    messages.extend(component.chunks(piece).map(|bytes| PushRequest {
        part: Some(Part::Data(bytes.to_vec())),
    }));
    Ok(f.registry
        .push(futures::stream::iter(messages))
        .await?
        .into_inner())
}

fn component(seed: u8, size: usize) -> Vec<u8> {
    (0..size)
        .map(|index| (index as u8).wrapping_mul(31).wrapping_add(seed))
        .collect()
}

async fn current_of(f: &mut Fixture) -> Option<String> {
    let listed = f
        .registry
        .list(ListRequest {
            namespace: "default".into(),
        })
        .await
        .expect("are listed")
        .into_inner();
    listed
        .modules
        .into_iter()
        .find(|module| module.current)
        .map(|module| module.digest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_comes_back_as_it_was_pushed() {
    let mut f = fixture().await;
    let bytes = component(1, 3 * 1024 * 1024 + 17);
    let pushed = push(&mut f, header(&bytes), &bytes, 1024 * 1024)
        .await
        .expect("is taken");
    assert!(pushed.created);
    let version = pushed.version.expect("is told");
    assert!(version.current);
    assert_eq!(version.workflows[0].workflow_type, "order");
    assert_eq!(current_of(&mut f).await, Some(digest(&bytes)));

    let request = GetRequest {
        namespace: "default".into(),
        digest: digest(&bytes),
    };
    let mut stream = f
        .registry
        .get(request)
        .await
        .expect("is there")
        .into_inner();
    let first = stream.message().await.expect("comes").expect("is there");
    assert_eq!(first.version.map(|v| v.digest), Some(digest(&bytes)));
    let mut downloaded = first.data;
    while let Some(piece) = stream.message().await.expect("comes") {
        assert!(piece.version.is_none());
        downloaded.extend(piece.data);
    }
    assert!(downloaded == bytes);

    let again = push(&mut f, header(&bytes), &bytes, 1024 * 1024)
        .await
        .expect("is known");
    assert!(!again.created);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_version_becomes_current_unless_it_is_told_not_to() {
    let mut f = fixture().await;
    let (first, second, third) = (component(1, 100), component(2, 100), component(3, 100));
    let first_header = PushHeader {
        keep_current: true,
        ..header(&first)
    };
    push(&mut f, first_header, &first, 100)
        .await
        .expect("is taken");
    assert_eq!(
        current_of(&mut f).await,
        Some(digest(&first)),
        "the first is current in any case"
    );
    push(&mut f, header(&second), &second, 100)
        .await
        .expect("is taken");
    assert_eq!(current_of(&mut f).await, Some(digest(&second)));
    let third_header = PushHeader {
        keep_current: true,
        ..header(&third)
    };
    push(&mut f, third_header, &third, 100)
        .await
        .expect("is taken");
    assert_eq!(current_of(&mut f).await, Some(digest(&second)));
    // The same bytes again change nothing, not even which is current.
    push(&mut f, header(&first), &first, 100)
        .await
        .expect("is known");
    assert_eq!(current_of(&mut f).await, Some(digest(&second)));
    let described = f
        .registry
        .describe(DescribeRequest {
            namespace: "default".into(),
            name: "order".into(),
        })
        .await
        .expect("is there")
        .into_inner();
    assert_eq!(described.versions.len(), 3);
    assert_eq!(
        described.versions[0].digest,
        digest(&third),
        "the newest is first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_are_wrong_are_refused_with_words_and_leave_nothing() {
    let mut f = fixture().await;
    let good = component(1, 1000);
    let bad = b"bad component".to_vec();
    let attempts: Vec<(PushHeader, Vec<u8>, usize, Code, &str)> = vec![
        (
            PushHeader {
                name: "Not Valid".into(),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "module name",
        ),
        (
            PushHeader {
                digest: "abc".into(),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "digest",
        ),
        (
            PushHeader {
                digest: digest(b"other"),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "the component's digest is",
        ),
        (
            PushHeader {
                task_queue: String::new(),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "task queue is not set",
        ),
        (
            PushHeader {
                task_queue: "/_sys/x".into(),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "reserved prefix",
        ),
        (
            PushHeader {
                namespace: "nowhere".into(),
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::NotFound,
            "nowhere",
        ),
        (
            PushHeader {
                size: 0,
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "must be positive",
        ),
        (
            PushHeader {
                size: 300 * 1024 * 1024,
                ..header(&good)
            },
            Vec::new(),
            1000,
            Code::ResourceExhausted,
            "the limit is 134217728",
        ),
        (
            PushHeader {
                size: 2000,
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "ended after 1000 of 2000 bytes",
        ),
        (
            PushHeader {
                size: 500,
                ..header(&good)
            },
            good.clone(),
            1000,
            Code::InvalidArgument,
            "more than the 500 bytes",
        ),
        (
            header(&component(1, 2_000_000)),
            component(1, 2_000_000),
            2_000_000,
            Code::InvalidArgument,
            "a piece of the upload has 2000000 bytes",
        ),
        (
            header(&bad),
            bad.clone(),
            1000,
            Code::InvalidArgument,
            "wasi:sockets",
        ),
    ];
    for (header, bytes, piece, code, words) in attempts {
        let status = push(&mut f, header, &bytes, piece).await.expect_err(words);
        assert_eq!(status.code(), code, "{}", status.message());
        assert!(
            status.message().contains(words),
            "{words:?} is in {:?}",
            status.message()
        );
    }
    let headless = vec![PushRequest {
        part: Some(Part::Data(good.clone())),
    }];
    let status = f
        .registry
        .push(futures::stream::iter(headless))
        .await
        .expect_err("has no header");
    assert_eq!(
        status.message(),
        "the first message of an upload must be its header"
    );
    let listed = f
        .registry
        .list(ListRequest {
            namespace: "default".into(),
        })
        .await
        .expect("are listed")
        .into_inner();
    assert!(listed.modules.is_empty());
    push(&mut f, header(&good), &good, 1000)
        .await
        .expect("the server goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_sees_what_is_there_and_what_comes() {
    let mut f = fixture().await;
    let (first, second) = (component(1, 100), component(2, 100));
    push(&mut f, header(&first), &first, 100)
        .await
        .expect("is taken");
    let request = WatchRequest {
        namespace: "default".into(),
    };
    let mut stream = f
        .registry
        .watch(request)
        .await
        .expect("is there")
        .into_inner();
    let mut next = async || stream.next().await.expect("goes on").expect("is no error");
    let there = next().await;
    assert_eq!(there.version.map(|v| v.digest), Some(digest(&first)));
    assert!(!there.caught_up);
    assert!(next().await.caught_up);
    push(&mut f, header(&second), &second, 100)
        .await
        .expect("is taken");
    assert_eq!(
        next().await.version.map(|v| v.digest),
        Some(digest(&second))
    );
    f.server.shutdown().await;
    assert!(
        stream.next().await.is_none_or(|last| last.is_err()),
        "the stream ends with the server"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_module_is_not_found() {
    let mut f = fixture().await;
    let request = GetRequest {
        namespace: "default".into(),
        digest: digest(b"nothing"),
    };
    assert_eq!(
        f.registry
            .get(request)
            .await
            .expect_err("is unknown")
            .code(),
        Code::NotFound
    );
    let request = DescribeRequest {
        namespace: "default".into(),
        name: "nothing".into(),
    };
    assert_eq!(
        f.registry
            .describe(request)
            .await
            .expect_err("is unknown")
            .code(),
        Code::NotFound
    );
}
