//! Go templates (Helm charts): text that becomes YAML only later. They are told from broken YAML by taking the actions
//! out: if the rest reads, nothing else was wrong.

use crate::span::Span;
use crate::yaml::Loader;
use zeroize::Zeroizing;

/// If `text` does not read because of template actions: the action to blame. `failed` is where reading failed.
pub(crate) fn find(text: &str, failed: usize) -> Option<Span> {
    let actions = actions(text);
    let first = *actions.first()?;
    let on_line = |offset: usize| {
        let line = line_of(text, offset);
        actions
            .iter()
            .copied()
            .find(move |a| a.end > line.start && a.start < line.end)
    };
    let culprit = on_line(failed);
    let plain = without_actions(text, &actions)?;
    match Loader::default().first(&plain, 0, true) {
        Ok(document) if document.rest.is_none() => Some(culprit.unwrap_or(first)),
        Ok(_) => culprit,
        // Actions can stand where no word can, such as between a key and its colon.
        Err(fault) => on_line(fault.offset).map(|still| culprit.unwrap_or(still)),
    }
}

/// Everything between `{{` and `}}`; an action that does not end goes on to the end of the text.
fn actions(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
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
    for (action, alone) in actions.iter().zip(alone(text, actions)) {
        out.push_str(text.get(at..action.start)?);
        let fill = if alone { ' ' } else { 'x' };
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

/// For each action, whether nothing but blanks and other actions share its lines.
fn alone(text: &str, actions: &[Span]) -> Vec<bool> {
    let starts = actions.iter().map(|a| a.start).chain([text.len()]);
    let ends = [0].into_iter().chain(actions.iter().map(|a| a.end));
    let gaps: Vec<&str> = ends
        .zip(starts)
        .map(|(end, start)| text.get(end..start).unwrap_or_default())
        .collect();
    let blank = |text: &str| text.trim().is_empty();
    let mut before = true;
    let mut alone: Vec<bool> = Vec::with_capacity(actions.len());
    for gap in gaps.iter().take(actions.len()) {
        before = gap
            .rsplit_once('\n')
            .map_or(before && blank(gap), |(_, line)| blank(line));
        alone.push(before);
    }
    let mut after = true;
    for (alone, gap) in alone.iter_mut().zip(gaps.iter().skip(1)).rev() {
        after = gap
            .split_once('\n')
            .map_or(after && blank(gap), |(line, _)| blank(line));
        *alone &= after;
    }
    alone
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
