//! What files can't say about the program: permissions, devices, terminals, servers, and what never appears anywhere.
//! One program, so that it is linked once.

#![cfg(test)]

mod support;

mod canary;
mod certificates;
mod examples;
mod files;
mod generated;
mod keys;
mod many;
#[cfg(unix)]
mod terminal;
