//! Helpers of the tests and benches that run against real programs, and of the test that holds the
//! house's plan. What is missing here is a loud failure, never a skipped test.

pub mod house;
pub mod keys;
pub mod programs;
pub mod templates;

/// What went wrong in a helper; tests unwrap it.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
