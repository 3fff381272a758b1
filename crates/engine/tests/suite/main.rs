//! The plan and the diagnosis: tables and properties.
#![cfg(test)]

mod diagnose;
mod plan;
mod properties;
mod support;
mod templates;
