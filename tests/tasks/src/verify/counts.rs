//! How many tests passed and failed, read from what test runners print.

/// Tests, or checks that are one test each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl Counts {
    /// One check.
    pub(super) fn of_one(passed: bool) -> Self {
        Self {
            passed: passed.into(),
            failed: (!passed).into(),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    /// A runner that failed without naming a failed test failed as a whole, and one that ran nothing checks nothing.
    pub(super) fn given(self, succeeded: bool) -> Self {
        let is_contradiction = (!succeeded && self.failed == 0) || self == Self::default();
        if is_contradiction {
            self.and(Self::of_one(false))
        } else {
            self
        }
    }

    /// `test result: ok. 12 passed; 0 failed; ...`, once for each test binary.
    pub(super) fn of_cargo(line: &str) -> Self {
        match line.strip_prefix("test result: ") {
            Some(rest) => Self {
                passed: before(rest, "passed"),
                failed: before(rest, "failed"),
            },
            None => Self::default(),
        }
    }

    /// `12 passed, 1 failed, 2 errors in 3.21s`, the last line of pytest -q.
    pub(super) fn of_pytest(line: &str) -> Self {
        let line = line.trim_matches(|letter| letter == '=' || letter == ' ');
        let is_summary =
            line.contains(" in ") && line.starts_with(|letter: char| letter.is_ascii_digit());
        match is_summary {
            true => Self {
                passed: before(line, "passed"),
                failed: before(line, "failed") + before(line, "error") + before(line, "errors"),
            },
            false => Self::default(),
        }
    }

    /// `--- PASS: TestName (0.01s)`, once for each test; subtests are indented.
    pub(super) fn of_go(line: &str) -> Self {
        Self {
            passed: line.starts_with("--- PASS: ").into(),
            failed: line.starts_with("--- FAIL: ").into(),
        }
    }

    /// `# pass 12` and `# fail 1`, at the end of what Node's test runner prints for machines.
    pub(super) fn of_node(line: &str) -> Self {
        let number = |word| {
            let rest = line.strip_prefix(word)?;
            rest.trim().parse::<usize>().ok()
        };
        Self {
            passed: number("# pass ").unwrap_or_default(),
            failed: number("# fail ").unwrap_or_default(),
        }
    }
}

/// The number in front of a word.
fn before(line: &str, word: &str) -> usize {
    let words: Vec<&str> = line
        .split([' ', ',', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .filter(|pair| pair[1] == word)
        .filter_map(|pair| pair[0].parse::<usize>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: usize, failed: usize) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn cargo_s_results_are_read() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(Counts::of_cargo(line), counts(12, 2));
        assert_eq!(Counts::of_cargo("test tests::a ... ok"), counts(0, 0));
    }

    #[test]
    fn pytest_s_summary_is_read() {
        assert_eq!(
            Counts::of_pytest("3 failed, 40 passed, 1 skipped, 2 errors in 12.30s"),
            counts(40, 5)
        );
        assert_eq!(
            Counts::of_pytest("===== 1 passed in 0.01s ====="),
            counts(1, 0)
        );
        assert_eq!(
            Counts::of_pytest("2 tests passed the first look"),
            counts(0, 0)
        );
    }

    #[test]
    fn go_s_tests_are_counted_without_their_subtests() {
        assert_eq!(Counts::of_go("--- PASS: TestTimer (0.10s)"), counts(1, 0));
        assert_eq!(Counts::of_go("--- FAIL: TestSignal (0.10s)"), counts(0, 1));
        assert_eq!(
            Counts::of_go("    --- PASS: TestTimer/sub (0.10s)"),
            counts(0, 0)
        );
    }

    #[test]
    fn node_s_totals_are_read() {
        assert_eq!(Counts::of_node("# pass 12"), counts(12, 0));
        assert_eq!(Counts::of_node("# fail 2"), counts(0, 2));
        assert_eq!(Counts::of_node("# passing through"), counts(0, 0));
        assert_eq!(Counts::of_node("ok 3 - # pass 4"), counts(0, 0));
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_or_runs_none_counts_as_failed() {
        assert_eq!(counts(3, 0).given(false), counts(3, 1));
        assert_eq!(counts(3, 1).given(false), counts(3, 1));
        assert_eq!(counts(0, 0).given(true), counts(0, 1));
        assert_eq!(counts(3, 0).given(true), counts(3, 0));
    }
}
