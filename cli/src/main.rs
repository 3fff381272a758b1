//! `lacre`: the command line.

fn main() {}
