//! The name under which this process is shown by the server, unless one is given.

/// Process id and host name, as Temporal's SDKs do it.
pub(crate) fn default_identity() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let host = if host.is_empty() { "localhost" } else { host };
    format!("{}@{host}", std::process::id())
}
