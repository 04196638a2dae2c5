//! A calculator for reverse Polish and infix notation, put together by injection.
//!
//! Operators are components that are collected through an interface; a setting chooses between two
//! parsers; two programs use the result.

pub mod calculator;
pub mod cli;
pub mod expression;
pub mod operator;
pub mod operators;
pub mod settings;

pub use calculator::Calculator;
