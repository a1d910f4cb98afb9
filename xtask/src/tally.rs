//! Counts tests in what test runners print, so that one line can sum them up.

use std::ops::AddAssign;

/// How many tests passed and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that ran to a good end.
    pub passed: usize,
    /// Tests that failed, or that should have run and did not.
    pub failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// Adds what a line of output counts: `test result:` lines of cargo, summaries of node, Playwright and our Python runner.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result:") {
            self.add_counts(result.split(['.', ';']));
        } else if let Some(count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            match count.split_once(' ') {
                Some(("pass", number)) => self.passed += number.parse().unwrap_or(0),
                Some(("fail" | "cancelled", number)) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        } else {
            self.add_counts(line.split(", "));
        }
    }

    /// `12 passed`, `1 failed`, `2 did not run`, each by itself; anything else counts nothing.
    fn add_counts<'a>(&mut self, parts: impl Iterator<Item = &'a str>) {
        for part in parts {
            let part = part.trim();
            let Some((number, word)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            // Playwright adds the duration: `12 passed (3.2s)`.
            match word.split(" (").next().unwrap_or(word) {
                "passed" => self.passed += number,
                "failed" | "flaky" | "interrupted" | "did not run" => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, passed: usize, failed: usize) {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        assert_eq!(tally, Tally { passed, failed }, "{output}");
    }

    #[test]
    fn cargo_prints_one_line_for_each_binary() {
        check(
            "running 2 tests\ntest a ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            2,
            0,
        );
        check("test result: FAILED. 11 passed; 1 failed; 0 ignored\ntest result: ok. 3 passed; 0 failed", 14, 1);
    }

    #[test]
    fn node_prints_a_word_and_a_number() {
        check("# tests 4\n# suites 0\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0", 3, 1);
        check("ℹ pass 8\nℹ fail 0", 8, 0);
    }

    #[test]
    fn playwright_counts_what_did_not_run_as_failed() {
        check(
            "  ✓  1 [desktop] › demo.spec.ts:4:1 › runs (1.2s)\n\n  1 failed\n    [desktop] › a.spec.ts\n  2 did not run\n  12 passed (3.2s)",
            12,
            3,
        );
    }

    #[test]
    fn the_python_runner_sums_up_in_one_line() {
        check("bell state … ok\n31 passed, 2 failed", 31, 2);
    }

    #[test]
    fn prose_counts_nothing() {
        check("3 tests passed through here, 2 of them failed before\n1 passed test", 0, 0);
    }
}
