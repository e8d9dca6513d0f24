//! Worker versions as workers and clients name them.

use sundial_core::{DeploymentVersion, Limits};
use temporalio_protos::temporal::api::{
    deployment::v1::{WorkerDeploymentOptions, WorkerDeploymentVersion},
    enums::v1::{TaskQueueKind, WorkerVersioningMode},
    taskqueue::v1::TaskQueue,
    workflow::v1::{VersioningOverride, versioning_override::Override},
};

use super::names::no_zero_byte;
use crate::rpc::status::{RpcError, invalid};

/// The version that a worker runs, `None` for an unversioned one.
pub(crate) fn of_worker(
    options: Option<&WorkerDeploymentOptions>,
    queue: Option<&TaskQueue>,
    limits: &Limits,
) -> Result<Option<DeploymentVersion>, RpcError> {
    let Some(options) = options else {
        return Ok(None);
    };
    if let Some(queue) = queue
        && queue.kind == TaskQueueKind::Sticky as i32
        && queue.normal_name.is_empty()
    {
        return Err(invalid(
            "NormalName must be set on sticky queue when UseVersioning is true or DeploymentOptions are set.",
        ));
    }
    if options.worker_versioning_mode() != WorkerVersioningMode::Versioned {
        return Ok(None);
    }
    if options.deployment_name.is_empty() || options.build_id.is_empty() {
        return Err(invalid(
            "Both deployment name and build id must be set when versioning is enabled.",
        ));
    }
    name(&options.deployment_name, "deployment name", limits)?;
    name(&options.build_id, "build ID", limits)?;
    Ok(Some(DeploymentVersion {
        deployment_name: options.deployment_name.clone(),
        build_id: options.build_id.clone(),
    }))
}

/// A version that a request must name, in the new form or in the old one ("deployment.build").
pub(crate) fn named(
    version: Option<&WorkerDeploymentVersion>,
    old: &str,
) -> Result<DeploymentVersion, RpcError> {
    let (deployment_name, build_id) = match version {
        Some(version) => (version.deployment_name.as_str(), version.build_id.as_str()),
        None if old.is_empty() => return Err(invalid("deployment version cannot be empty")),
        None => split_old(old)?,
    };
    if deployment_name.is_empty() {
        return Err(invalid("deployment name cannot be empty"));
    }
    if build_id.is_empty() {
        return Err(invalid("build id cannot be empty"));
    }
    Ok(DeploymentVersion {
        deployment_name: deployment_name.to_owned(),
        build_id: build_id.to_owned(),
    })
}

/// Splits the old form of a version at its first dot.
pub(crate) fn split_old(version: &str) -> Result<(&str, &str), RpcError> {
    version.split_once('.').ok_or_else(|| {
        invalid(format!(
            "invalid version string {version}, should be in the form of <deployment name>.<build id>"
        ))
    })
}

/// A pin to a version names it wholly.
pub(crate) fn override_of(of: Option<&VersioningOverride>) -> Result<(), RpcError> {
    if let Some(Override::Pinned(pinned)) = of.and_then(|of| of.r#override.as_ref()) {
        named(pinned.version.as_ref(), "")?;
    }
    Ok(())
}

/// A deployment's name or a build id: there, not too long, without the characters that old forms use.
pub(crate) fn name(value: &str, what: &str, limits: &Limits) -> Result<(), RpcError> {
    if value.is_empty() {
        return Err(invalid(format!("{what} cannot be empty")));
    }
    if value.len() > limits.id_length_bytes {
        return Err(invalid(format!(
            "size of {what} larger than the maximum allowed"
        )));
    }
    no_zero_byte(value, what)?;
    if value.starts_with("__") {
        return Err(invalid(format!("{what} cannot start with '__'")));
    }
    if what == "deployment name" && value.contains(['.', ':']) {
        return Err(invalid("worker deployment name cannot contain '.' or ':'"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, build: &str, mode: WorkerVersioningMode) -> String {
        let options = WorkerDeploymentOptions {
            deployment_name: name.into(),
            build_id: build.into(),
            worker_versioning_mode: mode as i32,
        };
        match of_worker(Some(&options), None, &Limits::default()) {
            Ok(version) => format!("{:?}", version.map(|v| (v.deployment_name, v.build_id))),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_versioned_worker_names_its_version() {
        let versioned = WorkerVersioningMode::Versioned;
        assert_eq!(
            check("order", "abc", versioned),
            r#"Some(("order", "abc"))"#
        );
        assert_eq!(
            check("order", "", versioned),
            "Both deployment name and build id must be set when versioning is enabled."
        );
        assert_eq!(
            check("a.b", "abc", versioned),
            "worker deployment name cannot contain '.' or ':'"
        );
        assert_eq!(
            check("__x", "abc", versioned),
            "deployment name cannot start with '__'"
        );
        assert_eq!(
            check("order", "abc", WorkerVersioningMode::Unversioned),
            "None"
        );
    }

    #[test]
    fn a_version_is_read_in_both_forms() {
        let new = WorkerDeploymentVersion {
            deployment_name: "d".into(),
            build_id: "b".into(),
        };
        let version = named(Some(&new), "").expect("is a version");
        assert_eq!(named(None, "d.b").expect("is a version"), version);
        assert_eq!(named(None, "d.b.c").expect("is a version").build_id, "b.c");
        assert!(named(None, "").is_err());
        assert!(named(None, "nodot").is_err());
        assert!(named(None, ".b").is_err());
    }
}
