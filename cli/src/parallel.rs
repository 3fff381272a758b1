//! Work on many things at once, in the order in which they came.

use std::sync::OnceLock;

use rayon::prelude::*;

/// From so many things on threads are worth their start.
const MANY: usize = 8;

/// `work` on each of `items`, at once if they are many; results in the order of `items`.
pub(crate) fn map<'a, T: Sync, R: Send>(
    items: &'a [T],
    work: impl Fn(&'a T) -> R + Sync + Send,
) -> Vec<R> {
    if items.len() < MANY {
        return items.iter().map(work).collect();
    }
    start_threads();
    items.par_iter().map(work).collect()
}

/// The same with items that are used up.
pub(crate) fn map_into<T: Send, R: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if items.len() < MANY {
        return items.into_iter().map(work).collect();
    }
    start_threads();
    items.into_par_iter().map(work).collect()
}

/// Two threads for each processor: while one waits for the disk, the other can compute.
fn start_threads() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        // Where it cannot be done, rayon starts threads of its own choice.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(processors.saturating_mul(2))
            .build_global();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        for many in [0, 1, MANY - 1, MANY, 1000] {
            let items: Vec<usize> = (0..many).collect();
            let doubled: Vec<usize> = items.iter().map(|n| n * 2).collect();
            assert_eq!(map(&items, |n| n * 2), doubled);
            assert_eq!(map_into(items, |n| n * 2), doubled);
        }
    }
}
