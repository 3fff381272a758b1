//! What one rendering may use, and what it may ask of the world.

use crate::fault::{Bound, Fault};

/// Bounds on one rendering, or on [several together](crate::Template::render_within). The defaults are generous for a Secret, whose own limit is 1 MiB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of output.
    pub output: usize,
    /// Units of work, some fifty million of them to a second: an action costs a few, a bcrypt hash five million.
    pub steps: u64,
    /// Templates within templates, and values within values.
    pub nesting: usize,
    /// Bytes of all values made, whether still in use or not.
    pub allocation: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            output: 4 << 20,
            steps: 200_000_000,
            nesting: 5_000,
            allocation: 128 << 20,
        }
    }
}

/// What a template cannot know by itself. Deterministic templates ask for nothing.
pub trait Ambient {
    /// Seconds since 1970 and nanoseconds.
    fn now(&mut self) -> (i64, u32);
    /// Fills `bytes` with random bytes fit for keys.
    fn random(&mut self, bytes: &mut [u8]);
}

/// What is left of the limits.
pub(crate) struct Budget {
    steps: u64,
    allocation: usize,
    /// Deepest nesting allowed.
    pub(crate) nesting: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            steps: limits.steps,
            allocation: limits.allocation,
            nesting: limits.nesting,
        }
    }

    /// What is left, with so many bytes written.
    pub(crate) fn left(&self, limits: &Limits, written: usize) -> Limits {
        Limits {
            output: limits.output.saturating_sub(written),
            steps: self.steps,
            nesting: limits.nesting,
            allocation: self.allocation,
        }
    }

    /// Uses up steps.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        self.steps = self
            .steps
            .checked_sub(steps)
            .ok_or_else(|| Fault::bound(Bound::Steps))?;
        Ok(())
    }

    /// Uses up memory, before it is taken.
    pub(crate) fn allocate(&mut self, bytes: usize) -> Result<(), Fault> {
        self.allocation = self
            .allocation
            .checked_sub(bytes)
            .ok_or_else(|| Fault::bound(Bound::Allocation))?;
        // Filling memory takes time too.
        self.spend_each(bytes / 256)
    }

    /// Uses up one step for each of `count`.
    pub(crate) fn spend_each(&mut self, count: usize) -> Result<(), Fault> {
        self.spend(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// How much one value may grow to.
    pub(crate) fn room(&self) -> usize {
        self.allocation
    }
}
