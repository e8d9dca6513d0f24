//! The file that declares activities run as child processes. See ACTIVITIES.md.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    time::Duration,
};

use serde::Deserialize;

use super::child::ChildActivity;
use crate::error::WorkerError;

/// How long a child has between SIGTERM and SIGKILL unless the file says otherwise, in seconds.
const DEFAULT_GRACE_SECONDS: f64 = 10.0;

/// The environment that children are given unless the file says otherwise: what programs need to start and to find their files.
const DEFAULT_ENVIRONMENT: &[&str] = &["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/// What the file says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ActivitiesFile {
    pub(crate) task_queue: String,
    /// Empty: those of the worker host.
    pub(crate) namespaces: Vec<String>,
    pub(crate) max_concurrent: Option<usize>,
    pub(crate) activities: Vec<ChildActivity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    task_queue: String,
    #[serde(default)]
    namespaces: Vec<String>,
    max_concurrent: Option<usize>,
    #[serde(default, rename = "activity")]
    activities: Vec<ActivityText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityText {
    name: String,
    command: Vec<String>,
    grace_seconds: Option<f64>,
    environment: Option<Vec<String>>,
    #[serde(default)]
    set_environment: BTreeMap<String, String>,
    working_directory: Option<String>,
}

impl ActivitiesFile {
    /// Reads and checks a file. Relative folders in it are relative to its own.
    pub(crate) fn read(path: &Path) -> Result<Self, WorkerError> {
        let wrong = |reason: String| WorkerError::ActivitiesFile {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(wrong)
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let file: FileText = toml::from_str(text).map_err(|error| error.to_string())?;
        if file.task_queue.is_empty() {
            return Err(
                "task_queue is empty; name the task queue that the activities serve".to_owned(),
            );
        }
        if file.max_concurrent == Some(0) {
            return Err("max_concurrent is 0; no activity could ever run".to_owned());
        }
        let mut names = HashSet::new();
        for activity in &file.activities {
            if !names.insert(&activity.name) {
                return Err(format!("activity {} is there twice", activity.name));
            }
        }
        let activities = file
            .activities
            .into_iter()
            .map(|activity| activity.check(folder))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            task_queue: file.task_queue,
            namespaces: file.namespaces,
            max_concurrent: file.max_concurrent,
            activities,
        })
    }
}

impl ActivityText {
    fn check(self, folder: &Path) -> Result<ChildActivity, String> {
        let name = self.name;
        if name.is_empty() {
            return Err("an activity has an empty name".to_owned());
        }
        if self.command.first().is_none_or(String::is_empty) {
            return Err(format!(
                "activity {name} has an empty command; write it as [\"program\", \"argument\"]"
            ));
        }
        let grace =
            Duration::try_from_secs_f64(self.grace_seconds.unwrap_or(DEFAULT_GRACE_SECONDS))
                .map_err(|error| format!("grace_seconds of activity {name}: {error}"))?;
        let pass_environment = match self.environment {
            Some(names) => names,
            None => DEFAULT_ENVIRONMENT
                .iter()
                .map(|&name| name.to_owned())
                .collect(),
        };
        for variable in pass_environment.iter().chain(self.set_environment.keys()) {
            if variable.is_empty() || variable.contains(['=', '\0']) {
                return Err(format!(
                    "activity {name}: {variable:?} is no name of an environment variable"
                ));
            }
        }
        Ok(ChildActivity {
            name,
            command: self.command,
            grace,
            pass_environment,
            set_environment: self.set_environment,
            // Without one, children start where the file is, so that its paths mean the same wherever the host was started.
            working_directory: folder.join(self.working_directory.unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ActivitiesFile, String> {
        ActivitiesFile::parse(text, Path::new("/etc/sundial"))
    }

    #[test]
    fn a_whole_file_is_understood() {
        let file = parse(
            r#"
            task_queue = "payments"
            namespaces = ["default", "test"]
            max_concurrent = 8

            [[activity]]
            name = "charge"
            command = ["python3", "charge.py"]
            grace_seconds = 2.5
            environment = ["PATH", "API_KEY"]
            set_environment = { MODE = "live" }
            working_directory = "charge"

            [[activity]]
            name = "refund"
            command = ["./refund"]
            "#,
        )
        .unwrap();
        assert_eq!(file.task_queue, "payments");
        assert_eq!(file.namespaces, ["default", "test"]);
        assert_eq!(file.max_concurrent, Some(8));
        let [charge, refund] = file.activities.as_slice() else {
            panic!("two activities")
        };
        assert_eq!(charge.command, ["python3", "charge.py"]);
        assert_eq!(charge.grace, Duration::from_millis(2_500));
        assert_eq!(charge.pass_environment, ["PATH", "API_KEY"]);
        assert_eq!(charge.set_environment["MODE"], "live");
        assert_eq!(charge.working_directory, Path::new("/etc/sundial/charge"));
        assert_eq!(refund.grace, Duration::from_secs(10));
        assert!(refund.pass_environment.contains(&"PATH".to_owned()));
        assert_eq!(refund.working_directory, Path::new("/etc/sundial/"));
    }

    fn check_refused(text: &str, reason: &str) {
        let message = parse(text).unwrap_err();
        assert!(message.contains(reason), "{message}");
    }

    #[test]
    fn what_can_not_work_is_refused_with_its_reason() {
        check_refused("", "task_queue");
        check_refused("task_queue = ''", "task_queue is empty");
        check_refused(
            "task_queue = 'q'\nmax_concurrent = 0",
            "max_concurrent is 0",
        );
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = 'a'\ncommand = []",
            "empty command",
        );
        check_refused("task_queue = 'q'\n[[activity]]\nname = 'a'", "command");
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = ''\ncommand = ['x']",
            "empty name",
        );
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = 'a'\ncommand = ['x']\n[[activity]]\nname = 'a'\ncommand = ['y']",
            "activity a is there twice",
        );
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = 'a'\ncommand = ['x']\ngrace_seconds = -1.0",
            "grace_seconds of activity a",
        );
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = 'a'\ncommand = ['x']\nenvironment = ['A=B']",
            "\"A=B\"",
        );
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_line() {
        check_refused(
            "task_queue = 'q'\n[[activity]]\nname = 'a'\ncomand = ['x']",
            "line 4",
        );
    }
}
