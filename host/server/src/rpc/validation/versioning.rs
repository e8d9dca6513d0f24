//! Worker versions as workers and clients name them.

use sundial_core::{DeploymentVersion, Limits};
use temporalio_protos::temporal::api::{
    deployment::v1::{WorkerDeploymentOptions, WorkerDeploymentVersion},
    enums::v1::{TaskQueueKind, VersioningBehavior, WorkerVersioningMode},
    taskqueue::v1::TaskQueue,
    workflow::v1::{
        VersioningOverride,
        versioning_override::{Override, PinnedOverrideBehavior},
    },
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
    deployment_name(&options.deployment_name, limits)?;
    build_id(&options.build_id, limits)?;
    Ok(Some(DeploymentVersion {
        deployment_name: options.deployment_name.clone(),
        build_id: options.build_id.clone(),
    }))
}

/// A version that a request must name: its old form ("deployment.build"), or its new one told as the old. What is wrong
/// with either is told of the old one.
pub(crate) fn parsed(version: &str) -> Result<DeploymentVersion, RpcError> {
    read(version).map_err(|_| {
        invalid(format!(
            "invalid version string {version:?}, expected format is \"<deployment_name>.<build_id>\""
        ))
    })
}

/// Like [`parsed`], of the methods that say what exactly is wrong.
pub(crate) fn parsed_with_reason(version: &str) -> Result<DeploymentVersion, RpcError> {
    read(version).map_err(|why| invalid(format!("invalid version string: {why}")))
}

/// The old form of a version.
pub(crate) fn old_form(version: &WorkerDeploymentVersion) -> String {
    format!("{}.{}", version.deployment_name, version.build_id)
}

/// The deployment ends where the first delimiter is, of the old form or of the new one, since it can hold neither.
fn read(version: &str) -> Result<DeploymentVersion, String> {
    let (deployment_name, build_id) = version.split_once(['.', ':']).ok_or_else(|| {
        format!("expected delimiter ':' or '.' not found in version string {version}")
    })?;
    if deployment_name.is_empty() {
        return Err(format!(
            "deployment name is empty in version string {version}"
        ));
    }
    if build_id.is_empty() {
        return Err(format!("build id is empty in version string {version}"));
    }
    Ok(DeploymentVersion {
        deployment_name: deployment_name.to_owned(),
        build_id: build_id.to_owned(),
    })
}

/// An override says what it is: a version, named wholly, or that the run moves along.
#[allow(deprecated, reason = "clients still send the old forms")]
pub(crate) fn override_of(of: Option<&VersioningOverride>) -> Result<(), RpcError> {
    let Some(of) = of else { return Ok(()) };
    match &of.r#override {
        Some(Override::Pinned(pinned)) => {
            if pinned.version.is_none() {
                return Err(invalid("must provide version if override is pinned."));
            }
            if pinned.behavior() == PinnedOverrideBehavior::Unspecified {
                return Err(invalid(
                    "must specify pinned override behavior if override is pinned.",
                ));
            }
            return Ok(());
        }
        Some(Override::AutoUpgrade(true) | Override::OneTime(_)) => return Ok(()),
        Some(Override::AutoUpgrade(false)) | None => {}
    }
    match of.behavior() {
        VersioningBehavior::Pinned if !of.pinned_version.is_empty() => {
            parsed(&of.pinned_version).map(|_| ())
        }
        VersioningBehavior::Pinned => Err(invalid(
            "must provide deployment (deprecated) or pinned version if behavior is 'PINNED'",
        )),
        VersioningBehavior::AutoUpgrade if !of.pinned_version.is_empty() => Err(invalid(
            "only provide pinned version if behavior is 'PINNED'",
        )),
        VersioningBehavior::AutoUpgrade => Ok(()),
        VersioningBehavior::Unspecified => Err(invalid("override behavior is required")),
    }
}

/// The name of a deployment: there, not too long, without the characters that end it in a version.
pub(crate) fn deployment_name(value: &str, limits: &Limits) -> Result<(), RpcError> {
    const FIELD: &str = "WorkerDeploymentName";
    present_and_short(FIELD, value, limits)?;
    for delimiter in ['.', ':'] {
        if value.contains(delimiter) {
            return Err(invalid(format!(
                "worker deployment name cannot contain '{delimiter}'"
            )));
        }
    }
    not_reserved(FIELD, value)
}

/// A build id: there, and not too long.
pub(crate) fn build_id(value: &str, limits: &Limits) -> Result<(), RpcError> {
    const FIELD: &str = "BuildID";
    present_and_short(FIELD, value, limits)?;
    not_reserved(FIELD, value)
}

/// Both halves of a version must fit into one id, with what Temporal writes before and between them.
fn present_and_short(field: &str, value: &str, limits: &Limits) -> Result<(), RpcError> {
    const AROUND: usize = "temporal-sys-worker-deployment-version".len() + ":".len();
    if value.is_empty() {
        return Err(invalid(format!("{field} cannot be empty")));
    }
    if value.len() > (limits.id_length_bytes - AROUND) / 2 {
        return Err(invalid(format!(
            "size of {field} larger than the maximum allowed"
        )));
    }
    no_zero_byte(value, field)
}

fn not_reserved(field: &str, value: &str) -> Result<(), RpcError> {
    if value.starts_with("__") {
        return Err(invalid(format!("{field} cannot start with '__'")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::workflow::v1::versioning_override::PinnedOverride;

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
            "worker deployment name cannot contain '.'"
        );
        assert_eq!(
            check("__x", "abc", versioned),
            "WorkerDeploymentName cannot start with '__'"
        );
        assert_eq!(
            check("order", "abc", WorkerVersioningMode::Unversioned),
            "None"
        );
    }

    #[test]
    fn a_version_is_read_at_its_first_delimiter() {
        let check = |version: &str| match read(version) {
            Ok(read) => format!("{} and {}", read.deployment_name, read.build_id),
            Err(why) => why,
        };
        assert_eq!(check("d.b"), "d and b");
        assert_eq!(check("d:b"), "d and b");
        assert_eq!(check("d.b:c.e"), "d and b:c.e");
        assert_eq!(
            check("nothing"),
            "expected delimiter ':' or '.' not found in version string nothing"
        );
        assert_eq!(check(".b"), "deployment name is empty in version string .b");
        assert_eq!(check("d."), "build id is empty in version string d.");
        let error = parsed(".").expect_err("has neither");
        assert_eq!(
            error.to_string(),
            r#"invalid version string ".", expected format is "<deployment_name>.<build_id>""#
        );
    }

    #[test]
    fn both_halves_of_a_version_fit_into_one_id() {
        let limits = Limits::default();
        assert!(build_id(&"x".repeat(480), &limits).is_ok());
        let error = build_id(&"x".repeat(481), &limits).expect_err("is too long");
        assert_eq!(
            error.to_string(),
            "size of BuildID larger than the maximum allowed"
        );
    }

    #[test]
    #[allow(deprecated, reason = "clients still send the old forms")]
    fn an_override_says_what_it_is() {
        let check = |of: VersioningOverride| {
            override_of(Some(&of)).map_or_else(|error| error.to_string(), |()| "fine".into())
        };
        let pinned = |version: Option<WorkerDeploymentVersion>,
                      behavior: PinnedOverrideBehavior| {
            check(VersioningOverride {
                r#override: Some(Override::Pinned(PinnedOverride {
                    version,
                    behavior: behavior as i32,
                })),
                ..Default::default()
            })
        };
        let old = |behavior: VersioningBehavior, version: &str| {
            check(VersioningOverride {
                behavior: behavior as i32,
                pinned_version: version.into(),
                ..Default::default()
            })
        };
        assert!(override_of(None).is_ok());
        assert_eq!(
            pinned(None, PinnedOverrideBehavior::Pinned),
            "must provide version if override is pinned."
        );
        let version = Some(WorkerDeploymentVersion::default());
        assert_eq!(
            pinned(version.clone(), PinnedOverrideBehavior::Unspecified),
            "must specify pinned override behavior if override is pinned."
        );
        assert_eq!(pinned(version, PinnedOverrideBehavior::Pinned), "fine");
        assert_eq!(
            check(VersioningOverride::default()),
            "override behavior is required"
        );
        assert_eq!(old(VersioningBehavior::Pinned, "d.b"), "fine");
        assert!(old(VersioningBehavior::Pinned, "d").contains("invalid version string"));
        assert!(old(VersioningBehavior::Pinned, "").contains("must provide deployment"));
        assert_eq!(old(VersioningBehavior::AutoUpgrade, ""), "fine");
        assert!(old(VersioningBehavior::AutoUpgrade, "d.b").contains("only provide"));
    }
}
