//! `lacre seal` as a process: what it seals opens, and what goes wrong around it breaks nothing.
#![cfg(test)]

mod support;
#[cfg(unix)]
mod surroundings;
mod values;
