//! How far a slice reaches that Go's `append` has grown: `slice` can extend a list to that, with zeros.

use super::Element;

/// Sizes of memory that Go hands out, up to 32 KiB; above it goes by pages.
const CLASSES: [usize; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
];
const LARGEST: usize = 32_768;
const PAGE: usize = 8_192;
/// Larger blocks that hold pointers begin with a header.
const HEADER_FROM: usize = 512;

fn round_up(bytes: usize, pointers: bool) -> usize {
    let header = if pointers && bytes > HEADER_FROM {
        8
    } else {
        0
    };
    let wanted = bytes + header;
    let class = CLASSES.iter().copied().find(|class| *class >= wanted);
    let given = match class {
        Some(class) => class,
        None if wanted <= LARGEST => LARGEST,
        None => bytes.div_ceil(PAGE) * PAGE + header,
    };
    given - header
}

/// The capacity after growing from `capacity` to hold `len` items.
pub(crate) fn grown(capacity: usize, len: usize, element: Element) -> usize {
    if len <= capacity {
        return capacity;
    }
    let (size, pointers) = match element {
        Element::Int => (8, false),
        Element::Byte => (1, false),
        Element::Any | Element::Text => (16, true),
        Element::List => (24, true),
    };
    // Small slices double, large ones grow by a quarter, and by a bit more in between.
    let wanted = match len {
        _ if len > capacity * 2 => len,
        _ if capacity < 256 => capacity * 2,
        _ => {
            let mut growing = std::iter::successors(Some(capacity), |n| Some(n + (n + 768) / 4));
            growing.find(|n| *n >= len).unwrap_or(len)
        }
    };
    round_up(wanted * size, pointers) / size
}

/// The capacity after appending `len` items one by one to a slice of `capacity`.
pub(crate) fn appended(capacity: usize, len: usize, element: Element) -> usize {
    let mut growing = std::iter::successors(Some(capacity), |n| Some(grown(*n, n + 1, element)));
    growing.find(|n| *n >= len).unwrap_or(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_those_of_go() {
        let ints: Vec<usize> = [0, 3, 5, 9, 300, 1000, 5000]
            .map(|n| appended(0, n, Element::Int))
            .to_vec();
        assert_eq!(ints, [0, 4, 8, 16, 512, 1280, 5120]);
        let anys: Vec<usize> = [3, 5, 40, 300, 1000, 9000]
            .map(|n| appended(0, n, Element::Any))
            .to_vec();
        assert_eq!(anys, [4, 8, 71, 303, 1023, 11264]);
        assert_eq!(appended(10, 11, Element::Text), 20);
    }
}
