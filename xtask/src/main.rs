//! The project's own commands: test, ci, tidy, modules, bench, fuzz, soak, completions.

mod bench;
mod ci;
mod fuzz;
mod modules;
mod soak;
mod terminal;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use thinking_tests::cli::{Shell, TestArguments, complete};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(Box<TestArguments>),
    Ci(ci::Arguments),
    /// Checks the house rules over the files that git tracks
    Tidy,
    Modules(modules::Arguments),
    Bench(bench::Arguments),
    Fuzz(fuzz::Arguments),
    Soak(soak::Arguments),
    /// Prints a script that completes the arguments in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

fn main() -> ExitCode {
    if let Some(code) = thinking_tests::front::run_as_helper() {
        return code;
    }
    let result = match Arguments::parse().command {
        Command::Test(arguments) => return arguments.run(),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Tidy => tidy::run(),
        Command::Modules(arguments) => modules::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Completions { shell } => {
            complete::<Arguments>(shell);
            Ok(ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        terminal::error(error.as_ref());
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    //! What documents tell people to type.

    use std::fs;
    use std::path::Path;

    use super::*;

    /// Lists the commands in a text's code: up to the end of the line or of the code, without comments.
    fn commands(text: &str) -> Vec<String> {
        const BEGIN: &str = "cargo xtask ";
        let (mut commands, mut is_block) = (Vec::new(), false);
        for paragraph in text.split_inclusive('\n') {
            is_block ^= paragraph.trim_start().starts_with("```");
            if let (true, Some((_, command))) = (is_block, paragraph.split_once(BEGIN)) {
                commands.push(command.split(" #").next().unwrap_or_default().trim().to_owned());
            }
        }
        // Code in a line may go on in the next one.
        let inline = text.split("```").step_by(2).collect::<String>();
        let inline = inline.split('`').skip(1).step_by(2);
        let inline = inline
            .filter_map(|code| code.strip_prefix(BEGIN))
            .map(|command| command.split_whitespace().collect::<Vec<_>>().join(" "));
        commands.extend(inline);
        commands
    }

    #[test]
    fn the_commands_of_documents_are_understood() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let mut documents = vec![root.join("README.md"), root.join("ARCHITECTURE.md")];
        for directory in ["docs", "docs/guide", "examples/calculator", "examples/outside"] {
            let files =
                fs::read_dir(root.join(directory)).unwrap().map(|file| file.unwrap().path());
            documents.extend(files.filter(|file| file.extension().is_some_and(|it| it == "md")));
        }
        let mut seen = 0;
        for document in documents {
            for command in commands(&fs::read_to_string(&document).unwrap()) {
                let words = ["xtask".to_owned()].into_iter().chain(shlex::split(&command).unwrap());
                if let Err(error) = Arguments::try_parse_from(words)
                    && error.use_stderr()
                {
                    panic!("`cargo xtask {command}` in {}: {error}", document.display());
                }
                seen += 1;
            }
        }
        assert!(seen > 30, "{seen} commands");
    }
}
