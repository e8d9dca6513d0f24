//! Downloads: the version, then the component in pieces, one in memory at a time.

use futures::{Stream, stream};
use sundial_core::NamespaceInfo;
use sundial_proto::registry::{self as proto, GetResponse};
use tonic::Status;

use super::service::Registry;
use crate::rpc::status::{RpcError, not_found};

/// Begins a download; an unknown digest is refused before the stream begins.
pub(super) async fn download(
    registry: &Registry,
    namespace: &NamespaceInfo,
    digest: &str,
) -> Result<impl Stream<Item = Result<GetResponse, Status>> + use<>, Status> {
    let found = registry
        .store
        .module_by_digest(namespace.id, digest)
        .await
        .map_err(RpcError::from)?
        .ok_or_else(|| {
            not_found(format!(
                "no module with digest {digest} in namespace {:?}",
                namespace.name
            ))
        })?;
    let version = registry.shown(namespace, &found).await?;
    let start = Progress {
        version: Some(version),
        digest: found.digest,
        piece: 0,
        size: found.size,
        sent: 0,
    };
    let store = registry.store.clone();
    Ok(stream::try_unfold(start, move |mut progress| {
        let store = store.clone();
        async move {
            if progress.sent >= progress.size && progress.version.is_none() {
                return Ok(None);
            }
            let piece = store
                .module_chunk(&progress.digest, progress.piece)
                .await
                .map_err(RpcError::from)?
                .ok_or_else(|| {
                    RpcError::Internal(format!(
                        "the stored component {} ends after {} of {} bytes",
                        progress.digest, progress.sent, progress.size
                    ))
                })?;
            progress.piece += 1;
            progress.sent += i64::try_from(piece.len()).unwrap_or(i64::MAX);
            let response = GetResponse {
                version: progress.version.take(),
                data: piece,
            };
            Ok(Some((response, progress)))
        }
    }))
}

/// Where a download is.
struct Progress {
    version: Option<proto::ModuleVersion>,
    digest: String,
    piece: u32,
    size: i64,
    sent: i64,
}
