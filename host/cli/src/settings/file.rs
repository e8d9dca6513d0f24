//! The settings file: where it is looked for, and how it is read. Also the folders that the XDG rules name.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use crate::problem::Problem;

/// What was read: the file, and its values as text.
type File = (PathBuf, BTreeMap<String, String>);

/// Reads the named file, or the first that is there of `sundial.toml` in this folder and `sundial/sundial.toml`
/// in the user's configuration folder.
pub(super) fn read(
    named: Option<&Path>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<File>, Problem> {
    let named = named
        .map(Path::to_owned)
        .or_else(|| environment("SUNDIAL_CONFIG").map(PathBuf::from));
    let path = match named {
        Some(path) => path,
        None => match candidates(environment)
            .into_iter()
            .find(|path| path.is_file())
        {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Problem::new(format!(
            "can't read the settings file {}: {error}",
            path.display()
        ))
    })?;
    let values = parse(&path, &text)?;
    Ok(Some((path, values)))
}

/// Where compiled components and tools are kept unless told otherwise.
pub(super) fn cache_folder() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    base.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("sundial")
}

pub(super) fn unknown_key(path: &Path, key: &str, known: &[&str]) -> Problem {
    let problem = Problem::new(format!("{}: there is no setting `{key}`", path.display()));
    match known
        .iter()
        .min_by_key(|name| distance(key, name))
        .filter(|name| distance(key, name) <= 3)
    {
        Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
        None => problem.hint("`sundial config` lists all settings"),
    }
}

fn candidates(environment: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let base = environment("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| environment("HOME").map(|home| Path::new(&home).join(".config")));
    let mut paths = vec![PathBuf::from("sundial.toml")];
    paths.extend(base.map(|base| base.join("sundial/sundial.toml")));
    paths
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, String>, Problem> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        Problem::new(format!("{}: {}", path.display(), error.to_string().trim()))
    })?;
    table
        .into_iter()
        .map(|(key, value)| Ok((key.clone(), value_text(path, &key, value)?)))
        .collect()
}

fn value_text(path: &Path, key: &str, value: toml::Value) -> Result<String, Problem> {
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(yes) => Ok(yes.to_string()),
        toml::Value::Array(items) => {
            let texts: Result<Vec<_>, _> = items
                .into_iter()
                .map(|item| value_text(path, key, item))
                .collect();
            Ok(texts?.join(","))
        }
        other @ (toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_)) => {
            Err(Problem::new(format!(
                "{}: `{key}` can't be a {}",
                path.display(),
                other.type_str()
            )))
        }
    }
}

/// How many letters must change to make `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_text_numbers_and_lists() {
        let values = parse(
            Path::new("f"),
            "port = 8\naddress = 'a:1'\nnamespaces = ['x', 'y']",
        )
        .expect("it is good");
        let values: Vec<_> = values
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(values, ["address=a:1", "namespaces=x,y", "port=8"]);
    }

    #[test]
    fn a_file_that_is_not_toml_is_refused_with_its_place() {
        let problem = parse(Path::new("f"), "port 8")
            .expect_err("there is no `=`")
            .to_string();
        assert!(
            problem.starts_with("f: TOML parse error at line 1"),
            "{problem}"
        );
    }

    #[test]
    fn distance_counts_changed_letters() {
        let pairs = [
            ("port", "port"),
            ("prot", "port"),
            ("", "ip"),
            ("adress", "address"),
        ];
        assert_eq!(pairs.map(|(a, b)| distance(a, b)), [0, 2, 2, 1]);
    }
}
