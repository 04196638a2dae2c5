//! The bench `scan`: all modules of a large workspace, beside merely reading its files.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;
use thinking_modules::scan::{Scan, Targets};

use super::comparison::{Bound, Comparison, Results};

const ROUNDS: usize = 10;
const PACKAGES: usize = 200;
const MODULES: usize = 10;

pub(super) fn run() -> Result<Results> {
    let workspace = tempfile::tempdir()?;
    let root = workspace.path();
    let bytes = generate(root)?;
    let comparison = Comparison::interleaved(
        "200 packages of 10 modules",
        ROUNDS,
        || {
            let scan = Scan::of_workspace(root, Targets::All)?;
            let definitions: usize = scan.modules().map(|module| module.items.len()).sum();
            ensure!(scan.modules().count() == PACKAGES * MODULES + 1, "modules are missing");
            ensure!(definitions == PACKAGES * (MODULES - 1) * 3, "definitions are missing");
            ensure!(scan.findings().next().is_none(), "the workspace is not as it was made");
            Ok(())
        },
        || {
            let metadata = MetadataCommand::new().current_dir(root).no_deps().exec()?;
            ensure!(metadata.packages.len() == PACKAGES + 1, "packages are missing");
            for package in &metadata.packages {
                let sources = package.manifest_path.with_file_name("src");
                for entry in fs::read_dir(sources)? {
                    black_box(fs::read_to_string(entry?.path())?);
                }
            }
            Ok(())
        },
    )?;
    let note = format!(
        "the other is `cargo metadata --no-deps` and reading every file, which is the least that a \
         scan has to do; {:.1} MB of source",
        bytes as f64 / 1e6
    );
    let bound = Some(Bound::Within(Duration::from_secs(1)));
    Ok(vec![Comparison { note, bound, ..comparison }].into())
}

/// Writes the workspace and returns how many bytes of source it has.
fn generate(root: &Path) -> Result<usize> {
    let write = |path: &str, text: &str| -> Result<()> {
        let path = root.join(path);
        fs::create_dir_all(path.parent().context("a file lies in a directory")?)?;
        Ok(fs::write(path, text)?)
    };
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"thinking\", \"package-*\"]\n",
    )?;
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    // The attributes count in packages that depend on the framework only.
    write("thinking/Cargo.toml", &package("thinking"))?;
    write("thinking/src/lib.rs", "")?;
    let dependencies = "\n[dependencies]\nthinking = { path = \"../thinking\" }\n";
    let mut bytes = 0;
    for number in 0..PACKAGES {
        let name = format!("package-{number}");
        write(&format!("{name}/Cargo.toml"), &(package(&name) + dependencies))?;
        let modules: String = (1..MODULES).map(|n| format!("mod part_{n};\n")).collect();
        write(&format!("{name}/src/lib.rs"), &modules)?;
        for part in 1..MODULES {
            let source = source(part);
            bytes += source.len();
            write(&format!("{name}/src/part_{part}.rs"), &source)?;
        }
    }
    Ok(bytes)
}

/// Returns a module as people write them: three definitions and some two hundred lines of functions.
fn source(part: usize) -> String {
    let mut text = format!(
        "//! Part {part}.\n\nuse thinking::prelude::*;\n\n#[derive(Debug, Deserialize, Facet)]\n\
         #[facet(name = \"part-{part}\")]\nstruct Settings {{\n    #[facet(default = {part})]\n    \
         width: u32,\n}}\n\n#[component]\npub(crate) struct Part {{\n    settings: \
         Config<Settings>,\n}}\n\n#[step]\nfn work(n: u32, part: Arc<Part>, tx: &mut Tx) -> \
         Result<f64> {{\n    tx.table_mut(ROWS)?.insert(&n, &part.cost(n))?;\n    Ok(f64::from(n))\n\
         }}\n"
    );
    for function in 0..12 {
        text += &format!(
            r#"
/// Adds what the rows cost from `first` on, those below the limit only.
fn total_{function}(rows: &[Row], first: usize, limit: f64) -> Result<f64, Error> {{
    let mut sum = 0.0;
    for (index, row) in rows.iter().enumerate().skip(first) {{
        let cost = match row.kind {{
            Kind::Plain => row.weight * {part}.0,
            Kind::Heavy if index > 3 => row.weight.powi(2) + limit,
            _ => return Err(Error::new(format!("row {{index}} has no cost"))),
        }};
        sum += if cost < limit {{ cost }} else {{ limit }};
    }}
    Ok(sum)
}}
"#
        );
    }
    text
}
