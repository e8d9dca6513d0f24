//! Settings: each is resolved once, from flag, environment, file and default, in this order, and then passed on.
//!
//! The table below is the manual: names in the file, in the environment, defaults, and what each one means.

mod file;
mod value;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use serde::Serialize;
use sundial_server::HttpApi;

pub(crate) use value::{ByteSize, DatabaseAddress, FromText, Secret, without_password};

use crate::problem::Problem;

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub(crate) enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Environment {
        /// Its name.
        variable: &'static str,
    },
    /// The settings file.
    File {
        /// Where it is.
        path: PathBuf,
    },
    /// Nobody said otherwise.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => write!(f, "flag"),
            Self::Environment { variable } => write!(f, "environment, {variable}"),
            Self::File { path } => write!(f, "file, {}", path.display()),
            Self::Default => write!(f, "default"),
        }
    }
}

/// One line of `sundial config`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    #[serde(flatten)]
    pub(crate) origin: Origin,
    pub(crate) about: &'static str,
}

/// Makes `Settings`, `Overrides` and the resolution of each field out of one table.
macro_rules! settings {
    ($($(#[doc = $about:literal])+ $name:ident: $type:ty = $default:expr, $variable:literal;)+) => {
        /// All settings, resolved.
        #[derive(Clone, Debug)]
        pub(crate) struct Settings {
            /// The file that was read, if there was one.
            pub(crate) file: Option<PathBuf>,
            $($(#[doc = $about])+ pub(crate) $name: Setting<$type>,)+
        }

        /// What the command line says, as text: everything else falls back to environment, file and default.
        // Without Debug: what the command line says is not all to be shown.
        #[derive(Clone, Default)]
        pub(crate) struct Overrides {
            /// The settings file to read instead of looking for one.
            pub(crate) config: Option<PathBuf>,
            $(pub(crate) $name: Option<String>,)+
        }

        impl Settings {
            fn resolve(
                overrides: Overrides,
                environment: &dyn Fn(&str) -> Option<String>,
                file: Option<(PathBuf, BTreeMap<String, String>)>,
            ) -> Result<Self, Problem> {
                let (path, mut file) = match file {
                    Some((path, values)) => (Some(path), values),
                    None => (None, BTreeMap::new()),
                };
                let settings = Self {
                    $($name: resolve_one(
                        stringify!($name),
                        overrides.$name,
                        ($variable, environment($variable)),
                        path.as_deref().zip(file.remove(stringify!($name))),
                        || $default,
                    )?,)+
                    file: path,
                };
                if let (Some(path), Some(unknown)) = (&settings.file, file.keys().next()) {
                    return Err(file::unknown_key(path, unknown, &[$(stringify!($name)),+]));
                }
                Ok(settings)
            }

            /// Every setting, in the order of the table.
            pub(crate) fn entries(&self) -> Vec<Entry> {
                vec![$(Entry {
                    name: stringify!($name),
                    value: self.$name.value.to_text(),
                    origin: self.$name.origin.clone(),
                    about: concat!($($about),+).trim(),
                }),+]
            }
        }
    };
}

settings! {
    /// The server that client commands and `sundial worker` talk to, as host:port.
    address: String = "127.0.0.1:7233".to_owned(), "SUNDIAL_ADDRESS";
    /// The namespace that client commands work in.
    namespace: String = "default".to_owned(), "SUNDIAL_NAMESPACE";
    /// Whether connections to the server use TLS; an address with https://, or one of the next five, says so too.
    tls: bool = false, "SUNDIAL_TLS";
    /// PEM file of the authority that signed the server's certificate, where the system does not know it.
    tls_ca_path: Option<PathBuf> = None, "SUNDIAL_TLS_CA_PATH";
    /// PEM file of the certificate that this client shows to the server.
    tls_cert_path: Option<PathBuf> = None, "SUNDIAL_TLS_CERT_PATH";
    /// PEM file of that certificate's private key.
    tls_key_path: Option<PathBuf> = None, "SUNDIAL_TLS_KEY_PATH";
    /// The name that the server's certificate must have, where it is not the address's own.
    tls_server_name: Option<String> = None, "SUNDIAL_TLS_SERVER_NAME";
    /// The key that is sent with each call, as Temporal Cloud wants one. It goes over TLS alone.
    api_key: Option<Secret> = None, "SUNDIAL_API_KEY";
    /// The address that `sundial dev` and `sundial server` listen on.
    ip: std::net::IpAddr = std::net::Ipv4Addr::LOCALHOST.into(), "SUNDIAL_IP";
    /// The port that `sundial dev` and `sundial server` listen on.
    port: u16 = 7233, "SUNDIAL_PORT";
    /// The port of their HTTP API: a number, `beside` for ten above the port of gRPC, or `off`.
    http_port: HttpApi = HttpApi::Beside, "SUNDIAL_HTTP_PORT";
    /// The database of `sundial dev` and `sundial server`: a file, or for the server postgres://user:password@host/database.
    database: DatabaseAddress = DatabaseAddress::File(PathBuf::from(".sundial/sundial.db")), "SUNDIAL_DATABASE";
    /// PEM file of the certificate that `sundial server` shows; with it, only TLS is spoken.
    server_tls_cert_path: Option<PathBuf> = None, "SUNDIAL_SERVER_TLS_CERT_PATH";
    /// PEM file of that certificate's private key.
    server_tls_key_path: Option<PathBuf> = None, "SUNDIAL_SERVER_TLS_KEY_PATH";
    /// PEM file of the authority that must have signed the certificate of each client; without it, clients need none.
    server_tls_client_ca_path: Option<PathBuf> = None, "SUNDIAL_SERVER_TLS_CLIENT_CA_PATH";
    /// Where `sundial server`, `dev` and `worker` answer GET /metrics for Prometheus, and GET /health, as IP:PORT.
    metrics_address: Option<std::net::SocketAddr> = None, "SUNDIAL_METRICS_ADDRESS";
    /// Namespaces that the server registers at start and the worker host serves, separated by commas.
    namespaces: Vec<String> = vec!["default".to_owned()], "SUNDIAL_NAMESPACES";
    /// A folder of components that the worker host runs instead of those in the registry.
    modules: Option<PathBuf> = None, "SUNDIAL_MODULES";
    /// The task queue of the components in that folder.
    task_queue: String = sundial_worker::WorkerOptions::default().task_queue_for_folder, "SUNDIAL_TASK_QUEUE";
    /// The file that declares the activities that the worker host runs itself.
    activities: Option<PathBuf> = None, "SUNDIAL_ACTIVITIES";
    /// Memory that one run may have.
    memory_limit: ByteSize = ByteSize(sundial_sandbox::SandboxOptions::default().memory_limit_bytes), "SUNDIAL_MEMORY_LIMIT";
    /// CPU time that one activation may take, in milliseconds.
    cpu_limit_ms: u64 = sundial_sandbox::SandboxOptions::default().cpu_limit_ms, "SUNDIAL_CPU_LIMIT_MS";
    /// Memory that all live runs together may keep; the least recently used go first.
    cache_limit: ByteSize = ByteSize(sundial_worker::WorkerOptions::default().cache_limit_bytes), "SUNDIAL_CACHE_LIMIT";
    /// Where components and their compiled code are kept, so that neither is made twice.
    cache_dir: PathBuf = file::cache_folder(), "SUNDIAL_CACHE_DIR";
    /// What is logged to stderr: a level, or a filter as the crate tracing-subscriber reads it.
    log: String = "warn".to_owned(), "SUNDIAL_LOG";
}

impl Settings {
    /// Resolves every setting from the command line, this process's environment and the settings file.
    pub(crate) fn load(overrides: Overrides) -> Result<Self, Problem> {
        let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let file = file::read(overrides.config.as_deref(), &environment)?;
        Self::resolve(overrides, &environment, file)
    }

    /// Where the sandbox keeps compiled components.
    pub(crate) fn compiled_folder(&self) -> PathBuf {
        self.cache_dir.value.join("compiled")
    }

    /// Where the worker host keeps components that it fetched from a registry.
    pub(crate) fn modules_folder(&self) -> PathBuf {
        self.cache_dir.value.join("modules")
    }
}

fn resolve_one<T: FromText>(
    name: &'static str,
    flag: Option<String>,
    (variable, environment): (&'static str, Option<String>),
    file: Option<(&Path, String)>,
    default: impl FnOnce() -> T,
) -> Result<Setting<T>, Problem> {
    let (text, origin) = match (flag, environment, file) {
        (Some(text), _, _) => (text, Origin::Flag),
        (None, Some(text), _) => (text, Origin::Environment { variable }),
        (None, None, Some((path, text))) => (
            text,
            Origin::File {
                path: path.to_owned(),
            },
        ),
        (None, None, None) => {
            return Ok(Setting {
                value: default(),
                origin: Origin::Default,
            });
        }
    };
    match T::from_text(&text) {
        Ok(value) => Ok(Setting { value, origin }),
        Err(expected) => Err(Problem::new(format!(
            "setting {name} ({origin}) is `{}`, which is not {expected}",
            without_password(&text)
        ))
        .hint("see `sundial config` for all settings and what each one means")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(
        flag: Option<&str>,
        environment: Option<&str>,
        file: &[(&str, &str)],
    ) -> Result<Settings, Problem> {
        let file = (!file.is_empty()).then(|| {
            let values = file
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect();
            (PathBuf::from("sundial.toml"), values)
        });
        let overrides = Overrides {
            port: flag.map(str::to_owned),
            ..Overrides::default()
        };
        let environment = |name: &str| {
            environment
                .filter(|_| name == "SUNDIAL_PORT")
                .map(str::to_owned)
        };
        Settings::resolve(overrides, &environment, file)
    }

    fn port(flag: Option<&str>, environment: Option<&str>, file: &[(&str, &str)]) -> (u16, String) {
        let settings = resolve(flag, environment, file).expect("these values are good");
        (settings.port.value, settings.port.origin.to_string())
    }

    #[test]
    fn a_flag_wins_over_environment_file_and_default() {
        let file = [("port", "4")];
        assert_eq!(port(Some("2"), Some("3"), &file), (2, "flag".into()));
        assert_eq!(
            port(None, Some("3"), &file),
            (3, "environment, SUNDIAL_PORT".into())
        );
        assert_eq!(port(None, None, &file), (4, "file, sundial.toml".into()));
        assert_eq!(port(None, None, &[]), (7233, "default".into()));
    }

    #[test]
    fn a_bad_value_names_setting_origin_and_what_was_expected() {
        let problem = resolve(None, Some("seven"), &[]).expect_err("`seven` is no port");
        insta::assert_snapshot!(problem, @"setting port (environment, SUNDIAL_PORT) is `seven`, which is not a number from 0 to 65535");
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused_with_the_nearest_name() {
        let problem = resolve(None, None, &[("prot", "1")]).expect_err("`prot` is no setting");
        insta::assert_snapshot!(problem, @"sundial.toml: there is no setting `prot`");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `port`?"));
    }
}
