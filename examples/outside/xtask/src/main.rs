//! The workspace's own commands: `cargo xtask test`.

fn main() -> std::process::ExitCode {
    thinking_tests::cli::main()
}
