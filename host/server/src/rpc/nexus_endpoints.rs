//! Nexus endpoints: what requests may say, in Temporal's words. OperatorService has the methods.

use prost::Message;
use temporalio_protos::temporal::api::{
    nexus::v1::{EndpointSpec, endpoint_target::Variant},
    operatorservice::v1::{
        CreateNexusEndpointRequest, CreateNexusEndpointResponse, DeleteNexusEndpointRequest,
        DeleteNexusEndpointResponse, GetNexusEndpointRequest, GetNexusEndpointResponse,
        ListNexusEndpointsRequest, ListNexusEndpointsResponse, UpdateNexusEndpointRequest,
        UpdateNexusEndpointResponse,
    },
    taskqueue::v1::TaskQueue,
};
use uuid::Uuid;

use super::{
    backend::Backend,
    status::{RpcError, failed_precondition, invalid, not_found},
    validation::task_queue,
};

/// Bytes of a name. Temporal: 200.
const NAME_BYTES: usize = 200;
/// Bytes of a description. Temporal: 20,000.
const DESCRIPTION_BYTES: usize = 20_000;
/// Temporal: 100 unless asked otherwise.
const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

impl Backend {
    pub(super) async fn create_nexus_endpoint(
        &self,
        request: CreateNexusEndpointRequest,
    ) -> Result<CreateNexusEndpointResponse, RpcError> {
        let spec = self.checked_spec(request.spec).await?;
        let now = self.engine.clock().now();
        let endpoints = &self.engine.nexus().endpoints;
        let endpoint = endpoints.create(Uuid::new_v4(), spec, now).await?;
        Ok(CreateNexusEndpointResponse {
            endpoint: Some(endpoint),
        })
    }

    pub(super) async fn update_nexus_endpoint(
        &self,
        request: UpdateNexusEndpointRequest,
    ) -> Result<UpdateNexusEndpointResponse, RpcError> {
        let spec = self.checked_spec(request.spec).await?;
        let id = endpoint_id(&request.id).map_err(invalid)?;
        let now = self.engine.clock().now();
        let endpoints = &self.engine.nexus().endpoints;
        let endpoint = endpoints.update(id, request.version, spec, now).await?;
        Ok(UpdateNexusEndpointResponse {
            endpoint: Some(endpoint),
        })
    }

    pub(super) async fn delete_nexus_endpoint(
        &self,
        request: DeleteNexusEndpointRequest,
    ) -> Result<DeleteNexusEndpointResponse, RpcError> {
        let no_version =
            (request.version <= 0).then(|| "endpoint version is non-positive".to_owned());
        let id = match (endpoint_id(&request.id), no_version) {
            (Ok(id), None) => id,
            (Err(issue), None) | (Ok(_), Some(issue)) => return Err(invalid(issue)),
            (Err(first), Some(second)) => return Err(invalid(format!("{first}, {second}"))),
        };
        self.engine.nexus().endpoints.delete(id).await?;
        Ok(DeleteNexusEndpointResponse {})
    }

    pub(super) fn get_nexus_endpoint(
        &self,
        request: &GetNexusEndpointRequest,
    ) -> Result<GetNexusEndpointResponse, RpcError> {
        let id = endpoint_id(&request.id).map_err(invalid)?;
        match self.engine.nexus().endpoints.get(id) {
            Some(endpoint) => Ok(GetNexusEndpointResponse {
                endpoint: Some(endpoint),
            }),
            None => Err(not_found(format!(
                "Nexus endpoint with ID `{id}` not found"
            ))),
        }
    }

    pub(super) fn list_nexus_endpoints(
        &self,
        request: &ListNexusEndpointsRequest,
    ) -> Result<ListNexusEndpointsResponse, RpcError> {
        let endpoints = &self.engine.nexus().endpoints;
        if !request.name.is_empty() {
            return Ok(ListNexusEndpointsResponse {
                endpoints: endpoints.named(&request.name).into_iter().collect(),
                ..Default::default()
            });
        }
        let limit = match usize::try_from(request.page_size) {
            Ok(0) | Err(_) => DEFAULT_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let after = match request.next_page_token.as_slice() {
            [] => None,
            token => Some(Uuid::from_slice(token).map_err(|_| invalid("invalid next page token"))?),
        };
        let mut found = endpoints.list(after, limit + 1);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().and_then(|last| Uuid::try_parse(&last.id).ok());
        let next_page_token = match last {
            Some(last) if has_more => last.as_bytes().to_vec(),
            Some(_) | None => Vec::new(),
        };
        Ok(ListNexusEndpointsResponse {
            next_page_token,
            endpoints: found,
        })
    }

    /// What is wrong is said at once, all of it.
    async fn checked_spec(&self, spec: Option<EndpointSpec>) -> Result<EndpointSpec, RpcError> {
        let spec = spec.unwrap_or_default();
        let mut issues = Vec::new();
        issues.extend(name_issue(&spec.name));
        if spec
            .description
            .as_ref()
            .is_some_and(|description| description.encoded_len() > DESCRIPTION_BYTES)
        {
            issues.push(format!(
                "description size exceeds limit of {DESCRIPTION_BYTES}"
            ));
        }
        let variant = spec
            .target
            .as_ref()
            .and_then(|target| target.variant.as_ref());
        match variant {
            None => issues.push("empty target variant".into()),
            Some(Variant::Worker(worker)) => {
                if worker.namespace.is_empty() {
                    issues.push("target namespace not set".into());
                } else if let Err(error) = self.namespaces().by_name(&worker.namespace).await {
                    return Err(failed_precondition(format!(
                        "could not verify namespace referenced by target exists: {error}"
                    )));
                }
                let mut queue = TaskQueue {
                    name: worker.task_queue.clone(),
                    ..Default::default()
                };
                if let Err(error) = task_queue::normalize(Some(&mut queue), &self.limits) {
                    issues.push(format!("invalid target task queue: \"{error}\""));
                }
            }
            Some(Variant::External(external)) => match external.url.split_once("://") {
                _ if external.url.is_empty() => issues.push("empty target URL".into()),
                Some(("http" | "https", _)) => {}
                scheme => issues.push(format!(
                    "invalid target URL scheme: \"{}\", expected http or https",
                    scheme.map_or("", |(scheme, _)| scheme)
                )),
            },
        }
        if issues.is_empty() {
            return Ok(spec);
        }
        Err(invalid(issues.join(", ")))
    }
}

fn name_issue(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("endpoint name not set".into());
    }
    if name.len() > NAME_BYTES {
        return Some(format!(
            "endpoint name exceeds length limit of {NAME_BYTES}"
        ));
    }
    let letters = name.as_bytes();
    let is_well_formed = letters.len() > 1
        && letters[0].is_ascii_alphabetic()
        && letters[letters.len() - 1].is_ascii_alphanumeric()
        && letters
            .iter()
            .all(|letter| letter.is_ascii_alphanumeric() || *letter == b'-');
    (!is_well_formed).then(|| {
        r#"endpoint name must match the regex: "^[a-zA-Z][a-zA-Z0-9\\-]*[a-zA-Z0-9]$""#.to_owned()
    })
}

/// The id, or what is wrong with it.
fn endpoint_id(id: &str) -> Result<Uuid, String> {
    if id.is_empty() {
        return Err("endpoint ID not set".into());
    }
    Uuid::try_parse(id).map_err(|_| {
        format!(
            "malformed endpoint ID: \"invalid UUID length: {}\"",
            id.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_letters_digits_and_hyphens_and_does_not_end_in_one() {
        for good in ["ok", "a-b", "A1"] {
            assert_eq!(name_issue(good), None, "{good}");
        }
        for bad in ["", "a", "1a", "a-", "a_b", "a b"] {
            assert!(name_issue(bad).is_some(), "{bad}");
        }
    }
}
