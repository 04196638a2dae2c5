//! Named databases from dbs.toml
