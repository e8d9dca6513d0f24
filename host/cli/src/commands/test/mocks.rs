//! What activities and children answer instead of running.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use temporalio_protos::temporal::api::{
    common::v1::Payload,
    failure::v1::{ApplicationFailureInfo, Failure},
};

use super::value;
use crate::problem::Problem;

/// The type of the failure that an activity or a child without a mock ends with.
const NOT_MOCKED: &str = "NotMocked";

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mock {
    pub(super) answer: Result<Payload, Box<Failure>>,
    /// How long it takes, in the workflow's time.
    pub(super) takes: Duration,
}

/// The answers of activities, or of children, by type.
#[derive(Debug)]
pub(super) struct Mocks {
    flag: &'static str,
    answers: HashMap<String, Vec<Mock>>,
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    answered: HashMap<String, usize>,
    missing: BTreeSet<String>,
}

impl Mocks {
    /// Reads the values of `flag`: `NAME=[!]JSON[@TIME]`. A name that is given several times answers so many calls.
    pub(super) fn read(flag: &'static str, texts: &[String]) -> Result<Self, Problem> {
        let mut answers: HashMap<String, Vec<Mock>> = HashMap::new();
        for text in texts {
            let Some((name, answer)) = text.split_once('=').filter(|(name, _)| !name.is_empty())
            else {
                return Err(
                    Problem::new(format!("{flag} `{text}` names nothing to mock"))
                        .hint(format!("write {flag} NAME=JSON")),
                );
            };
            let what = format!("{flag} {name}");
            let (json, takes) = value::split_time(answer);
            let answer = match json.strip_prefix('!') {
                Some(failure) => Err(Box::new(value::failure(&what, failure)?)),
                None => Ok(value::json(&what, json)?),
            };
            let takes = takes.unwrap_or_default();
            answers
                .entry(name.to_owned())
                .or_default()
                .push(Mock { answer, takes });
        }
        Ok(Self {
            flag,
            answers,
            calls: Mutex::default(),
        })
    }

    /// The answer to the next call. The last one that was given answers all that follow.
    pub(super) fn answer(&self, name: &str) -> Mock {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = calls.answered.entry(name.to_owned()).or_default();
        let number = std::mem::replace(answered, *answered + 1);
        let given = self.answers.get(name);
        if let Some(mock) = given.and_then(|given| given.get(number).or(given.last())) {
            return mock.clone();
        }
        calls.missing.insert(name.to_owned());
        let info = ApplicationFailureInfo {
            r#type: NOT_MOCKED.to_owned(),
            non_retryable: true,
            ..Default::default()
        };
        let message = format!("{name} is not mocked: give {}", self.flag_for(name));
        Mock {
            answer: Err(Box::new(value::application_failure(message, info))),
            takes: Duration::ZERO,
        }
    }

    /// The flags that are missing, as they are to be written.
    pub(super) fn missing(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls
            .missing
            .iter()
            .map(|name| self.flag_for(name))
            .collect()
    }

    fn flag_for(&self, name: &str) -> String {
        format!("{} {name}=JSON", self.flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mocks(texts: &[&str]) -> Result<Mocks, Problem> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Mocks::read("--mock", &texts)
    }

    fn text(mock: &Mock) -> String {
        match &mock.answer {
            Ok(payload) => String::from_utf8_lossy(&payload.data).into_owned(),
            Err(failure) => format!("!{}", failure.message),
        }
    }

    #[test]
    fn answers_come_one_after_the_other_and_the_last_one_stays() {
        let mocks = mocks(&["charge=!\"busy\"", "charge={\"a\": \"b=c\"}", "other=1@2h"]).unwrap();
        let said: Vec<String> = (0..3).map(|_| text(&mocks.answer("charge"))).collect();
        assert_eq!(said, ["!busy", "{\"a\": \"b=c\"}", "{\"a\": \"b=c\"}"]);
        assert_eq!(mocks.answer("other").takes, Duration::from_secs(7200));
        assert!(mocks.missing().is_empty());
    }

    #[test]
    fn what_is_not_mocked_fails_and_names_the_flag() {
        let mocks = mocks(&[]).unwrap();
        assert_eq!(
            text(&mocks.answer("charge")),
            "!charge is not mocked: give --mock charge=JSON"
        );
        assert_eq!(mocks.missing(), ["--mock charge=JSON"]);
    }

    #[test]
    fn what_can_not_be_read_is_refused() {
        for wrong in [
            "charge",
            "=1",
            "charge=",
            "charge=x",
            "charge=!x",
            "charge=1@soon",
        ] {
            assert!(mocks(&[wrong]).is_err(), "{wrong}");
        }
    }
}
