//! Measuring two things in turns, so that whatever else the machine does hits both.

use lacre_tests::Fault;
use std::fmt;
use std::time::{Duration, Instant};

/// A line of the table.
pub(crate) struct Line {
    /// What is measured.
    pub(crate) what: String,
    /// How ours did, with unit.
    pub(crate) ours: String,
    /// Who the peer is and how it did.
    pub(crate) peer: String,
    /// How many times as good as the peer ours is.
    pub(crate) ratio: f64,
    /// The ratio to reach.
    pub(crate) goal: f64,
}

impl Line {
    /// Whether the goal is reached.
    pub(crate) fn met(&self) -> bool {
        self.ratio >= self.goal
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.met() { "met" } else { "**missed**" };
        let Self {
            what,
            ours,
            peer,
            ratio,
            goal,
        } = self;
        write!(
            f,
            "| {what} | {ours} | {peer} | {ratio:.2} | ≥ {goal} | {verdict} |"
        )
    }
}

/// What measuring two things in turns gave.
pub(crate) struct Measured {
    /// Median time of ours.
    pub(crate) ours: Duration,
    /// Median time of the peer.
    pub(crate) peer: Duration,
    /// Median over the rounds of the peer's time divided by ours.
    pub(crate) ratio: f64,
}

/// Runs both once unmeasured, then in turns for so many rounds, each going first every other time.
///
/// # Errors
/// What either of them says.
pub(crate) fn in_turns(
    rounds: usize,
    mut ours: impl FnMut() -> Result<(), Fault>,
    mut peer: impl FnMut() -> Result<(), Fault>,
) -> Result<Measured, Fault> {
    ours()?;
    peer()?;
    let (mut our_times, mut peer_times, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let (our_time, peer_time) = if round % 2 == 0 {
            let our_time = time(&mut ours)?;
            (our_time, time(&mut peer)?)
        } else {
            let peer_time = time(&mut peer)?;
            (time(&mut ours)?, peer_time)
        };
        ratios.push(peer_time.as_secs_f64() / our_time.as_secs_f64());
        our_times.push(our_time);
        peer_times.push(peer_time);
    }
    ratios.sort_by(f64::total_cmp);
    our_times.sort();
    peer_times.sort();
    let no_rounds = "nothing was measured: no rounds";
    Ok(Measured {
        ours: *our_times.get(rounds / 2).ok_or(no_rounds)?,
        peer: *peer_times.get(rounds / 2).ok_or(no_rounds)?,
        ratio: *ratios.get(rounds / 2).ok_or(no_rounds)?,
    })
}

fn time(work: &mut impl FnMut() -> Result<(), Fault>) -> Result<Duration, Fault> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

/// A duration in milliseconds.
pub(crate) fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}
