//! The list of flags, laid out as pflag does: names in a column, help in the next.

use super::table::FLAGS;

/// The usage text, one line per listed flag.
pub(in crate::kubeseal) fn usage() -> String {
    let rows: Vec<(String, String)> = FLAGS
        .iter()
        .filter(|flag| flag.deprecated.is_none())
        .map(|flag| {
            let mut left = match flag.short {
                Some(short) => format!("  -{short}, --{}", flag.name),
                None => format!("      --{}", flag.name),
            };
            if !flag.value.is_empty() {
                left.push(' ');
                left.push_str(flag.value);
            }
            let mut right = flag.help.to_owned();
            if !flag.default.is_empty() {
                right.push_str(&format!(" (default {})", flag.default));
            }
            (left, right)
        })
        .collect();
    let width = rows.iter().map(|(left, _)| left.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(left, right)| format!("{left:width$}   {right}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_flag_has_one_line_and_the_names_are_sorted() {
        let text = usage();
        assert_eq!(text.lines().filter(|line| line.contains("--")).count(), 54);
        let names: Vec<&str> = FLAGS.iter().map(|flag| flag.name).collect();
        assert!(names.is_sorted());
        assert!(!text.contains("--rotate"));
        assert!(text.starts_with("      --add_dir_header                      Accepted"));
        assert!(
            text.contains("\n  -o, --format string                       Format of the output")
        );
    }
}
