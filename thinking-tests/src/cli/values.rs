//! `--config`: what `tests.toml` and its variables come to, as lines.

use thinking_runtime::FacetReport;

/// Renders each value and where it comes from, a line each.
pub(super) fn values(report: &FacetReport) -> String {
    let lines: Vec<(String, String)> = report
        .keys
        .iter()
        .map(|key| {
            let origin = key.origin.as_ref().map_or("default".to_owned(), ToString::to_string);
            let value = key.value.as_ref().map_or("unset".to_owned(), ToString::to_string);
            (format!("{} = {value}", key.key), origin)
        })
        .collect();
    let width = lines.iter().map(|(value, _)| value.chars().count()).max().unwrap_or(0);
    let lines = lines.iter().map(|(value, origin)| format!("{value:width$}  # {origin}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    //! What is set, what is not, and tables of both.

    use expect_test::expect;

    use super::*;

    #[test]
    fn each_key_has_its_value_or_its_default() {
        let dir = tempfile::tempdir().unwrap();
        let text = "[workspace]\nresolver = \"3\"\n";
        std::fs::write(dir.path().join("Cargo.toml"), text).unwrap();
        let text = "timeout = \"5m\"\n[coverage]\nfail_under = 80.5\n";
        std::fs::write(dir.path().join("tests.toml"), text).unwrap();
        let report = crate::front::config(dir.path(), &[]).unwrap();
        expect![[r#"
            backend = "auto"                                                    # default
            coverage.cases = true                                               # default
            coverage.directory = unset                                          # default
            coverage.enabled = unset                                            # default
            coverage.exclude = ["**/tests/**", "**/tests.rs", "**/benches/**"]  # default
            coverage.fail_under = 80.5                                          # tests.toml:3
            coverage.html = true                                                # default
            coverage.json = true                                                # default
            coverage.lcov = true                                                # default
            fail_fast = false                                                   # default
            history.enabled = true                                              # default
            history.keep = 200                                                  # default
            history.path = unset                                                # default
            html.enabled = true                                                 # default
            html.path = unset                                                   # default
            jobs = unset                                                        # default
            junit.dialect = "extended"                                          # default
            junit.enabled = true                                                # default
            junit.path = unset                                                  # default
            profiles = []                                                       # default
            retries = unset                                                     # default
            timeout = "5m"                                                      # tests.toml:1
        "#]]
        .assert_eq(&values(&report));
    }
}
