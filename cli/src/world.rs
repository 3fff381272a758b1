//! Time and chance, for the templates that ask for them.

use jiff::Timestamp;
use lacre_template::Ambient;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng as _, SeedableRng as _};

use crate::problem::Problem;

/// The world as it is now: the system's clock, and a generator seeded by the system.
pub(crate) struct World(StdRng);

impl World {
    /// # Errors
    /// That the system has no random numbers to give, without which no template may run that asks for some.
    pub(crate) fn new() -> Result<Self, Problem> {
        StdRng::try_from_rng(&mut SysRng)
            .map(Self)
            .map_err(|e| Problem::new(format!("the system gives no random numbers: {e}")))
    }
}

impl Ambient for World {
    fn now(&mut self) -> (i64, u32) {
        let now = Timestamp::now();
        // Before 1970 the parts of a second would be negative.
        (
            now.as_second(),
            u32::try_from(now.subsec_nanosecond()).unwrap_or(0),
        )
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_worlds_throw_the_same_dice() {
        let throw = || {
            let mut bytes = [0; 16];
            World::new().unwrap().random(&mut bytes);
            bytes
        };
        assert_ne!(throw(), throw());
        assert_ne!(throw(), [0; 16]);
    }

    #[test]
    fn it_is_later_than_when_this_was_written() {
        assert!(World::new().unwrap().now().0 > 1_767_000_000);
    }
}
