//! Helpers of the tests that run against real programs, and of the test that holds the house's plan.

pub mod house;
