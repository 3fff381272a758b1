//! Go templates (Helm charts): text that becomes YAML only later. They are told from broken YAML by taking the actions
//! out: if the rest reads, nothing else was wrong.

use crate::span::Span;
use crate::yaml::Loader;
use zeroize::Zeroizing;

/// If `text` does not read because of template actions, where the first of those that matter stands; `text` begins
/// at byte `start` and failed at `failed`.
pub(crate) fn find(text: &str, start: usize, failed: usize) -> Option<Span> {
    let actions = actions(text, start);
    let first = *actions.first()?;
    let failed_line = line_of(text, failed);
    let culprit = actions
        .iter()
        .copied()
        .find(|a| a.end > failed_line.start && a.start < failed_line.end);
    let plain = without_actions(text, &actions)?;
    match Loader::default().first(&plain, start, true) {
        Ok(first_document) if first_document.rest.is_none() => Some(culprit.unwrap_or(first)),
        Ok(_) => culprit,
        Err(fault) => {
            let line = line_of(text, fault.offset);
            let still = actions
                .iter()
                .any(|a| a.end > line.start && a.start < line.end);
            still.then_some(culprit.unwrap_or(first))
        }
    }
}

/// Everything between `{{` and `}}`; an action that does not end goes on to the end of the text.
fn actions(text: &str, start: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let open = at + open;
        let close = text
            .get(open..)
            .and_then(|rest| rest.find("}}"))
            .map_or(text.len(), |n| open + n + 2);
        found.push(Span::new(open, close));
        at = close;
    }
    found
}

/// The same text, as long as before: actions that fill their lines are blank, those within a line are a word.
fn without_actions(text: &str, actions: &[Span]) -> Option<Zeroizing<String>> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut at = 0;
    for action in actions {
        out.push_str(text.get(at..action.start)?);
        let fill = if alone(text, *action) { ' ' } else { 'x' };
        for c in text.get(action.start..action.end)?.chars() {
            match c {
                '\n' | '\r' => out.push(c),
                _ => (0..c.len_utf8()).for_each(|_| out.push(fill)),
            }
        }
        at = action.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// True if nothing but blanks and other actions share the lines of `action`.
fn alone(text: &str, action: Span) -> bool {
    let before = text
        .get(..action.start)
        .map_or("", |t| t.rsplit('\n').next().unwrap_or(""));
    let after = text
        .get(action.end..)
        .map_or("", |t| t.split('\n').next().unwrap_or(""));
    before.trim().is_empty() && after.trim().is_empty()
        || (before.trim_start().starts_with("{{")
            && before.trim_end().ends_with("}}")
            && after.trim().is_empty())
        || (before.trim().is_empty()
            && after.trim_start().starts_with("{{")
            && after.trim_end().ends_with("}}"))
}

fn line_of(text: &str, offset: usize) -> Span {
    let offset = offset.min(text.len());
    let bytes = text.as_bytes();
    let start = bytes
        .get(..offset)
        .and_then(|b| b.iter().rposition(|&b| b == b'\n'))
        .map_or(0, |n| n + 1);
    let end = bytes
        .get(offset..)
        .and_then(|b| b.iter().position(|&b| b == b'\n'))
        .map_or(text.len(), |n| offset + n);
    Span::new(start, end)
}
