//! A PostgreSQL server of the task's own, for the tests that need one: on loopback, in a folder that goes with it.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    console,
    process::{self, Background, command},
};

/// Where tests look for the address.
pub(crate) const VARIABLE: &str = "SUNDIAL_TEST_POSTGRES";
/// How long a new server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);
const OLDEST_VERSION: u32 = 15;
const USER: &str = "sundial";
/// Of a server that nobody but this machine reaches, and that ends with the task.
const PASSWORD: &str = "secret";

/// A running server. Dropping it ends it and removes its folder.
pub(crate) struct Postgres {
    address: String,
    server: Option<Background>,
    folder: PathBuf,
}

impl Postgres {
    /// Starts a server with an empty database.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = std::env::temp_dir().join(format!("sundial-postgres-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        let mut running = Self {
            address: String::new(),
            server: None,
            folder,
        };
        let user = owner()?;
        let data = running.folder.join("data");
        fs::create_dir(&data)?;
        let password = running.folder.join("password");
        fs::write(&password, PASSWORD)?;
        if let Some((uid, gid)) = user {
            chown(&data, Some(uid), Some(gid))?;
        }
        process::run(as_user(
            command(programs.join("initdb"), Path::new("/"))
                .arg("-D")
                .arg(&data)
                .args(["-U", USER, "--auth=scram-sha-256", "--no-sync", "--pwfile"])
                .arg(&password)
                .stdout(std::process::Stdio::null()),
            user,
        ))?;
        let port = process::free_port(0)?;
        let mut server = command(programs.join("postgres"), Path::new("/"));
        server.arg("-D").arg(&data).arg(format!("-p{port}")).args([
            "-clisten_addresses=127.0.0.1",
            "-cunix_socket_directories=",
            "-clog_min_messages=panic",
        ]);
        running.server = Some(Background::start("PostgreSQL", as_user(&mut server, user))?);
        running.address = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres");
        process::wait_for("PostgreSQL answers", START_LIMIT, || {
            let mut asked = command(programs.join("pg_isready"), Path::new("/"));
            asked.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
            let ready = process::output(&mut asked)?.status.success();
            Ok(ready.then_some(()))
        })?;
        Ok(running)
    }

    /// Its first process.
    pub(crate) fn pid(&self) -> u32 {
        let server = self.server.as_ref();
        server.expect("it runs until it is dropped").pid()
    }

    /// The address of its database, with the password.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.server.take());
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            console::error(&format!("can't remove {}: {error}", self.folder.display()));
        }
    }
}

/// Whether there is a PostgreSQL that [`Postgres::start`] can start.
pub(crate) fn is_installed() -> bool {
    programs().is_ok()
}

/// Runs a command as a user that PostgreSQL accepts.
fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid),
        None => command,
    }
}

/// PostgreSQL refuses to run as root; its package brings a user for it.
fn owner() -> Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("can't read the list of users")?;
    let fields: Vec<&str> = users
        .lines()
        .find(|line| line.starts_with("postgres:"))
        .context("there is no user `postgres` to run PostgreSQL as")?
        .split(':')
        .collect();
    match fields[..] {
        [_, _, uid, gid, ..] => Ok(Some((uid.parse()?, gid.parse()?))),
        _ => bail!("the user `postgres` has no numbers"),
    }
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> Result<PathBuf> {
    let newest = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            (version >= OLDEST_VERSION && programs.join("initdb").exists())
                .then_some((version, programs))
        })
        .max();
    newest.map(|(_, programs)| programs).with_context(|| {
        format!(
            "PostgreSQL {OLDEST_VERSION} or later is not installed: `apt-get install postgresql`"
        )
    })
}
