//! Progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
            let style =
                ProgressStyle::with_template("{msg:16} {bar:30} {pos}/{len} {per_sec} eta {eta}");
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
