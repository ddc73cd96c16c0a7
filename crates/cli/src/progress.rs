//! Progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere, nothing when quiet.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{
    HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// Seconds before which no rate is told: the first items say little about the rest.
const SETTLED: f64 = 2.0;

/// Whole items per second since the phase began, such as `5,240/s`.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    let seconds = state.elapsed().as_secs_f64();
    if seconds > 0.0 {
        let _ = write!(
            out,
            "{}/s",
            HumanCount((state.pos() as f64 / seconds).round() as u64)
        );
    }
}

/// Time left at the rate of the whole phase so far; nothing before that rate has settled.
fn left(state: &ProgressState, out: &mut dyn Write) {
    let seconds = state.elapsed().as_secs_f64();
    if let Some(left) = seconds_left(seconds, state.pos(), state.len().unwrap_or(0)) {
        let _ = write!(
            out,
            "eta {}",
            HumanDuration(std::time::Duration::from_secs_f64(left))
        );
    }
}

fn seconds_left(elapsed: f64, done: u64, all: u64) -> Option<f64> {
    let told = elapsed >= SETTLED && done > 0;
    told.then(|| elapsed * all.saturating_sub(done) as f64 / done as f64)
}

/// Shows how far a long job is.
pub struct Progress {
    state: Option<Mutex<State>>,
}

struct State {
    bar: Option<ProgressBar>,
    phase: &'static str,
}

impl Progress {
    /// Shows nothing if `quiet`.
    pub fn new(quiet: bool) -> Progress {
        if quiet {
            return Progress { state: None };
        }
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:16} {bar:30} {pos}/{len} {rate} {left}")
                .map(|style| style.with_key("rate", rate).with_key("left", left));
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Progress {
            state: Some(Mutex::new(State { bar, phase: "" })),
        }
    }

    /// `done` of `all` items of a phase are finished.
    pub fn tell(&self, phase: &'static str, done: usize, all: usize) {
        let Some(state) = &self.state else { return };
        let Ok(mut state) = state.lock() else { return };
        if let Some(bar) = &state.bar {
            if state.phase != phase {
                bar.reset();
                bar.set_message(phase);
            }
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        } else if done == all && state.phase != phase {
            eprintln!("{phase}: {all} done");
        }
        if done == all || state.bar.is_some() {
            state.phase = phase;
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        let Some(state) = &self.state else { return };
        if let Ok(state) = state.lock()
            && let Some(bar) = &state.bar
        {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::seconds_left;

    #[test]
    fn the_time_left_is_that_of_the_whole_phase_and_none_at_its_start() {
        assert_eq!(seconds_left(0.1, 3, 1_000), None);
        assert_eq!(seconds_left(5.0, 0, 1_000), None);
        assert_eq!(seconds_left(10.0, 250, 1_000), Some(30.0));
        assert_eq!(seconds_left(10.0, 1_000, 1_000), Some(0.0));
    }
}
