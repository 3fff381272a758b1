//! Which text goyaml.v2 takes for a timestamp: four layouts in the hands of Go's `time.Parse`.

/// True for `2001-12-14`, `2001-12-14T21:59:43.1Z`, `2001-12-14t21:59:43-05:00` and `2001-12-14 21:59:43`.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let Some(rest) = date(text.as_bytes()) else {
        return false;
    };
    match rest {
        [] => true,
        [b'T' | b't', rest @ ..] => clock(rest).is_some_and(zone),
        [b' ', rest @ ..] => {
            let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
            rest.get(blanks..)
                .and_then(clock)
                .is_some_and(<[u8]>::is_empty)
        }
        _ => false,
    }
}

fn date(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = year
        .iter()
        .fold(0_u32, |n, &b| n * 10 + u32::from(b - b'0'));
    let (month, rest) = number(rest.strip_prefix(b"-")?)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, rest) = number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Go takes a comma, too, and any number of digits.
    match rest {
        [b'.' | b',', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            Some(if digits == 0 {
                rest
            } else {
                fraction.get(digits..)?
            })
        }
        _ => Some(rest),
    }
}

fn zone(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |a: &u8, b: &u8| {
                (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'))
            };
            two(h1, h2).is_some_and(|h| h <= 24) && two(m1, m2).is_some_and(|m| m <= 60)
        }
        _ => false,
    }
}

/// One digit, or two if two are there.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [a, b, rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => {
            Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest))
        }
        [a, rest @ ..] if a.is_ascii_digit() => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_layouts_are_timestamps() {
        for text in [
            "2001-12-14",
            "2001-1-2",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14T21:59:43Z",
            "2001-12-14T1:2:3,5Z",
            "2001-12-14 21:59:43",
            "2001-12-14   21:59:43.123456789012",
            "2000-02-29",
            "0000-01-01",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn what_go_refuses_is_no_timestamp() {
        for text in [
            "2001-13-14",
            "2001-02-29",
            "2001-12-32",
            "2001-12-14T21:59:43",
            "2001-12-14T24:00:00Z",
            "2001-12-14 21:59:43Z",
            "2001-12-14 ",
            "2001-12-14T21:59:43.Z",
            "2001-12-14T21:59:43+5",
            "01-12-14",
            "2001-12",
            "2001-12-14T21:59Z",
            "2001-1-",
            "20011-1-1",
            "2001-001-1",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
