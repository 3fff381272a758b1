//! The order in which goyaml.v2 writes keys: letters last, runs of digits by their number (`a2` before `a10`).

/// Sorts by `key` in that order. Not the library's sort: numbers beyond 64 bits wrap around as they do in Go, the
/// order is then no order, and that must not end in a panic.
pub(super) fn sorted<T: Copy>(items: Vec<T>, key: impl Fn(&T) -> &str + Copy) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let (left, right) = items.split_at_checked(items.len() / 2).unwrap_or_default();
    let mut left = sorted(left.to_vec(), key).into_iter().peekable();
    let mut right = sorted(right.to_vec(), key).into_iter().peekable();
    let mut merged = Vec::with_capacity(items.len());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(l), Some(r)) if less(key(r), key(l)) => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        };
        match next {
            Some(item) => merged.push(item),
            None => return merged,
        }
    }
}

fn less(a: &str, b: &str) -> bool {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let Some(at) = a.iter().zip(&b).position(|(x, y)| x != y) else {
        return a.len() < b.len();
    };
    let (Some(&x), Some(&y)) = (a.get(at), b.get(at)) else {
        return false;
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x < y,
        (false, false) => {}
        (_, y_is_letter) => return y_is_letter,
    }
    // Within a number that has begun before, a zero counts.
    let common = a.get(..at).unwrap_or_default();
    let in_number = common
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_digit())
        .any(|&c| c != '0');
    let head = i64::from((x == '0' || y == '0') && in_number);
    let (x_number, x_digits) = number(head, a.get(at..).unwrap_or_default());
    let (y_number, y_digits) = number(head, b.get(at..).unwrap_or_default());
    if x_number != y_number {
        x_number < y_number
    } else if x_digits != y_digits {
        x_digits < y_digits
    } else {
        x < y
    }
}

fn number(head: i64, text: &[char]) -> (i64, usize) {
    let digits = text.iter().map_while(|c| c.to_digit(10));
    digits.fold((head, 0), |(n, count), digit| {
        (n.wrapping_mul(10).wrapping_add(i64::from(digit)), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_as_goyaml_orders_them() {
        // As recorded from goyaml.v2.
        let expected = [
            "",
            "-",
            ".dockercfg",
            "_",
            "0",
            "1",
            "01",
            "2",
            "10",
            "A",
            "Z",
            "a",
            "a-1",
            "a.b",
            "a1",
            "a01",
            "a2",
            "a10",
            "a100",
            "aa",
            "b",
            "é",
        ];
        let mut shuffled = expected.to_vec();
        shuffled.reverse();
        assert_eq!(sorted(shuffled, |s| s), expected);
    }
}
