//! stdout is the result, stderr the talk.

use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{Color, Talk};
use crate::listing::printable;
use crate::problem::Problem;

/// Tells the user things; shared by all threads of a command.
#[derive(Debug)]
pub(crate) struct Ui {
    quiet: bool,
    choice: ColorChoice,
    bar: ProgressBar,
}

impl Ui {
    pub(crate) fn new(talk: &Talk) -> Self {
        let choice = match talk.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            quiet: talk.quiet,
            choice,
            bar: ProgressBar::hidden(),
        }
    }

    /// Writes a finished result to stdout in one piece.
    pub(crate) fn result(&self, bytes: &[u8]) -> Result<(), Problem> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|e| Problem::io("could not write to stdout", e))
    }

    /// True when stdout is a person's screen, where no secret may appear unasked.
    pub(crate) fn result_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    pub(crate) fn error(&self, problem: &Problem) {
        self.say("error", AnsiColor::Red, problem);
    }

    pub(crate) fn warn(&self, problem: &Problem) {
        if !self.quiet {
            self.say("warning", AnsiColor::Yellow, problem);
        }
    }

    /// A line of information.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.line(&format!("{}\n", harmless(text)));
        }
    }

    /// Shows a bar for `total` steps of `what`, when stderr is a terminal and the work lasts long enough to be watched.
    pub(crate) fn start_progress(&self, what: &'static str, total: usize) {
        if self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let style = ProgressStyle::with_template("{msg} [{bar:32}] {pos}/{len} ({eta})")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar
            .set_length(u64::try_from(total).unwrap_or(u64::MAX));
        self.bar.set_style(style);
        self.bar.set_message(what);
        self.bar
            .set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        self.bar.enable_steady_tick(Duration::from_millis(250));
    }

    /// One step done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    pub(crate) fn end_progress(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, word: &str, color: AnsiColor, problem: &Problem) {
        let style = Style::new().bold().fg_color(Some(color.into()));
        let what = harmless(&problem.to_string());
        let mut text = format!("{style}{word}:{style:#} {what}\n");
        if let Some(mend) = &problem.mend {
            text.push_str(&format!("  help: {}\n", harmless(mend)));
        }
        self.line(&text);
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| {
            let mut err = AutoStream::new(io::stderr(), self.choice).lock();
            // A closed stderr leaves nobody to tell.
            let _ = err.write_all(text.as_bytes());
        });
    }
}

/// Names from files may hold control characters, which could rewrite what stands on the screen.
fn harmless(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}
