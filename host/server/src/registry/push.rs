//! Uploads: a header, then the component in pieces.
//!
//! What can be refused is refused as early as possible: by the header alone, then by the digest, then by looking into
//! the component. Nothing is stored before all of that, and the memory is freed whatever the end.

use std::{sync::Arc, time::Duration};

use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use sundial_core::{DeploymentVersion, NamespaceInfo};
use sundial_proto::registry::{
    self as proto, PushHeader, PushRequest, PushResponse, WorkflowDefinition, push_request::Part,
};
use sundial_store::ModuleVersion;
use temporalio_protos::temporal::api::enums::v1::TaskQueueType;
use tonic::Status;

use super::{
    COMPONENT_SIZE_BYTES, PIECE_SIZE_BYTES, catalog, names,
    service::{News, Registry},
};
use crate::{
    deployments::RoutingChange,
    rpc::status::{RpcError, invalid},
};

/// An upload that brings nothing for so long is given up.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// As changes of the deployment that come from a push are signed.
const IDENTITY: &str = "module-registry";

/// Takes one upload.
pub(super) async fn push(
    registry: &Registry,
    mut pieces: impl Stream<Item = Result<PushRequest, Status>> + Unpin,
) -> Result<PushResponse, Status> {
    let header = match next(&mut pieces).await? {
        Some(Part::Header(header)) => header,
        Some(Part::Data(_)) => {
            return Err(invalid("the first message of an upload must be its header").into());
        }
        None => return Err(invalid("an upload has a header and at least one piece").into()),
    };
    let namespace = registry.namespace(&header.namespace).await?;
    check_header(registry, &header)?;
    let version = ModuleVersion {
        namespace_id: namespace.id,
        name: header.name.clone(),
        digest: header.digest.clone(),
        task_queue: header.task_queue.clone(),
        size: header.size,
        pushed_at: registry.clock.now(),
        definitions: Vec::new(),
    };
    if let Some(known) = registry.find(&version).await.map_err(RpcError::from)? {
        // The rest of an earlier upload may be missing, if the server was stopped in the midst of it.
        route(registry, &namespace, &known, true).await?;
        let version = registry.shown(&namespace, &known).await?;
        return Ok(PushResponse {
            version: Some(version),
            created: false,
        });
    }
    let permit = registry.uploads.acquire().await;
    let component = Arc::new(receive(&mut pieces, &header).await?);
    let workflows = inspect(registry, component.clone()).await?;
    let version = ModuleVersion {
        definitions: catalog::encode_definitions(workflows),
        ..version
    };
    let created = registry
        .store
        .put_module(&version, &component)
        .await
        .map_err(RpcError::from)?;
    drop(component);
    drop(permit);
    route(registry, &namespace, &version, header.keep_current).await?;
    let shown = registry.shown(&namespace, &version).await?;
    if created {
        announce(registry, &namespace, shown.clone());
    }
    Ok(PushResponse {
        version: Some(shown),
        created,
    })
}

/// The next message, in time.
async fn next(
    pieces: &mut (impl Stream<Item = Result<PushRequest, Status>> + Unpin),
) -> Result<Option<Part>, Status> {
    match tokio::time::timeout(PIECE_TIMEOUT, pieces.next()).await {
        Err(_) => Err(Status::deadline_exceeded(format!(
            "the upload brought nothing for {} s; send it again",
            PIECE_TIMEOUT.as_secs()
        ))),
        Ok(None) => Ok(None),
        Ok(Some(message)) => match message?.part {
            Some(part) => Ok(Some(part)),
            None => Err(invalid("a message of an upload is neither header nor data").into()),
        },
    }
}

fn check_header(registry: &Registry, header: &PushHeader) -> Result<(), Status> {
    names::module(&header.name)?;
    names::digest(&header.digest)?;
    names::queue(&header.task_queue, &registry.limits)?;
    if header.size <= 0 {
        return Err(invalid(format!(
            "the component's size is {}; it must be positive",
            header.size
        ))
        .into());
    }
    if header.size > COMPONENT_SIZE_BYTES {
        return Err(Status::resource_exhausted(format!(
            "the component has {} bytes, the limit is {COMPONENT_SIZE_BYTES}; strip it, or split the module",
            header.size
        )));
    }
    Ok(())
}

/// Gathers the pieces and compares size and digest with what the header says.
async fn receive(
    pieces: &mut (impl Stream<Item = Result<PushRequest, Status>> + Unpin),
    header: &PushHeader,
) -> Result<Vec<u8>, Status> {
    let size = usize::try_from(header.size).unwrap_or(usize::MAX);
    let mut component = Vec::new();
    component.try_reserve_exact(size).map_err(|_| {
        Status::resource_exhausted(format!(
            "no memory for a component of {size} bytes now; try again later"
        ))
    })?;
    let mut hasher = Sha256::new();
    while component.len() < size {
        let Some(part) = next(pieces).await? else {
            return Err(invalid(format!(
                "the upload ended after {} of {size} bytes",
                component.len()
            ))
            .into());
        };
        let Part::Data(piece) = part else {
            return Err(invalid("an upload has one header").into());
        };
        if piece.len() > PIECE_SIZE_BYTES {
            return Err(invalid(format!(
                "a piece of the upload has {} bytes, the limit is {PIECE_SIZE_BYTES}",
                piece.len()
            ))
            .into());
        }
        if component.len() + piece.len() > size {
            return Err(invalid(format!(
                "the upload has more than the {size} bytes that its header says"
            ))
            .into());
        }
        hasher.update(&piece);
        component.extend_from_slice(&piece);
    }
    let digest = hexadecimal(&hasher.finalize());
    if digest != header.digest {
        return Err(invalid(format!(
            "the component's digest is {digest}, its header says {}; the file changed or was damaged on its way",
            header.digest
        ))
        .into());
    }
    Ok(component)
}

async fn inspect(
    registry: &Registry,
    component: Arc<Vec<u8>>,
) -> Result<Vec<WorkflowDefinition>, Status> {
    let inspector = registry.inspector.clone();
    let inspected = tokio::task::spawn_blocking(move || inspector.inspect(&component)).await;
    match inspected {
        Ok(Ok(workflows)) => Ok(workflows),
        Ok(Err(why)) => Err(invalid(why).into()),
        Err(panic) => {
            tracing::error!(%panic, "the inspector of components failed");
            Err(RpcError::Internal(
                "looking into the component failed; the server's log says why".into(),
            )
            .into())
        }
    }
}

/// Makes the version known as one of its deployment, and current unless `keep_current`, or if none is.
async fn route(
    registry: &Registry,
    namespace: &NamespaceInfo,
    version: &ModuleVersion,
    keep_current: bool,
) -> Result<(), RpcError> {
    let deployment_version = DeploymentVersion {
        deployment_name: version.name.clone(),
        build_id: version.digest.clone(),
    };
    registry
        .deployments
        .add_version(
            namespace.id,
            &deployment_version,
            &version.task_queue,
            TaskQueueType::Workflow,
            IDENTITY,
        )
        .await?;
    let current = registry
        .deployments
        .current_build_id(namespace.id, &version.name)
        .await?;
    if keep_current && current.is_some() {
        return Ok(());
    }
    let change = RoutingChange {
        build_id: Some(version.digest.clone()),
        conflict_token: Vec::new(),
        identity: IDENTITY.into(),
        // A module has one queue; if that changes, the old one drains with the old version.
        ignore_missing_task_queues: true,
        allow_no_pollers: true,
    };
    registry
        .deployments
        .set_current(namespace.id, &version.name, &change)
        .await?;
    Ok(())
}

fn announce(registry: &Registry, namespace: &NamespaceInfo, version: proto::ModuleVersion) {
    // Nobody may be watching.
    let _ = registry.news.send(News {
        namespace: namespace.name.clone(),
        version,
    });
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    fn data(bytes: &[u8]) -> Result<PushRequest, Status> {
        Ok(PushRequest {
            part: Some(Part::Data(bytes.to_vec())),
        })
    }

    fn header(size: i64, digest: &str) -> PushHeader {
        PushHeader {
            size,
            digest: digest.into(),
            ..Default::default()
        }
    }

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    async fn check(pieces: Vec<Result<PushRequest, Status>>, header: &PushHeader) -> String {
        match receive(&mut stream::iter(pieces), header).await {
            Ok(component) => format!("{} bytes", component.len()),
            Err(status) => format!("{:?}: {}", status.code(), status.message()),
        }
    }

    #[tokio::test]
    async fn pieces_are_joined_and_their_digest_compared() {
        assert_eq!(
            check(vec![data(b"a"), data(b"bc")], &header(3, ABC)).await,
            "3 bytes"
        );
        assert!(
            check(vec![data(b"abd")], &header(3, ABC)).await.starts_with(
                "InvalidArgument: the component's digest is a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9, its header says ba7816bf"
            )
        );
    }

    #[tokio::test]
    async fn an_upload_that_is_too_short_or_too_long_is_refused() {
        assert_eq!(
            check(vec![data(b"ab")], &header(3, ABC)).await,
            "InvalidArgument: the upload ended after 2 of 3 bytes"
        );
        assert_eq!(
            check(vec![data(b"abcd")], &header(3, ABC)).await,
            "InvalidArgument: the upload has more than the 3 bytes that its header says"
        );
        let large = vec![0; PIECE_SIZE_BYTES + 1];
        assert_eq!(
            check(vec![data(&large)], &header(3_000_000, ABC)).await,
            "InvalidArgument: a piece of the upload has 1048577 bytes, the limit is 1048576"
        );
    }

    #[tokio::test]
    async fn a_second_header_and_an_empty_message_are_refused() {
        let second = Ok(PushRequest {
            part: Some(Part::Header(PushHeader::default())),
        });
        assert_eq!(
            check(vec![second], &header(3, ABC)).await,
            "InvalidArgument: an upload has one header"
        );
        let empty = Ok(PushRequest { part: None });
        assert_eq!(
            check(vec![empty], &header(3, ABC)).await,
            "InvalidArgument: a message of an upload is neither header nor data"
        );
    }
}
