//! A trigger over the sessions of a dataset: yes, no, or which input is missing; and why.

use std::fmt::{self, Write};
use std::sync::Arc;

use market::decimal::Fixed;
use market::history::MarketView;

use crate::column::Column;
use crate::compute::SignalContext;
use crate::trigger::{Test, Trigger};

/// One test of a signal at a close.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The signal, source or series.
    pub signal: String,
    /// Its value, in its unit.
    pub value: Option<f64>,
    /// Its unit; may be empty.
    pub unit: &'static str,
    /// What is asked of it.
    pub test: Test,
    /// Whether it passes; none where the signal has no value.
    pub holds: Option<bool>,
    /// What the value must gain to reach the nearest level of the test; negative: what it must lose.
    pub distance: Option<f64>,
}

/// What a trigger says at a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth<'a> {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It cannot be told: this signal has no value. Who needs the answer holds back.
    Missing(&'a str),
}

impl Truth<'_> {
    /// Whether it holds; missing is no.
    pub fn is_yes(self) -> bool {
        self == Truth::Yes
    }
}

/// A trigger with the columns it reads, evaluated at every session.
#[derive(Clone, Debug)]
pub struct TriggerColumn {
    node: Node,
    /// Names of the signals that may be missing.
    inputs: Vec<String>,
}

/// As [`Truth`], with the missing input as its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Yes,
    No,
    Missing(usize),
}

#[derive(Clone, Debug)]
struct Node {
    form: Form,
    parts: Vec<Node>,
    states: Vec<State>,
}

#[derive(Clone, Debug)]
enum Form {
    Signal {
        name: String,
        column: Arc<Column>,
        test: Test,
    },
    Named(String),
    /// At least so many of the parts, and the words for it.
    Count {
        least: usize,
        words: String,
    },
    Not,
    For(usize),
    Within(usize),
    CoolDown(usize),
    Latch,
}

impl TriggerColumn {
    pub(crate) fn new(trigger: &Trigger, context: SignalContext<'_>) -> TriggerColumn {
        let mut inputs = Vec::new();
        let node = Node::new(trigger, context, &mut inputs);
        TriggerColumn { node, inputs }
    }

    /// What it says at today's close.
    #[inline]
    pub fn at(&self, view: MarketView<'_>) -> Truth<'_> {
        match self.node.states[view.position()] {
            State::Yes => Truth::Yes,
            State::No => Truth::No,
            State::Missing(input) => Truth::Missing(&self.inputs[input]),
        }
    }

    /// Why, in a trader's words and with the numbers: `contango_z -1.83 < -1.5: yes`.
    pub fn why(&self, view: MarketView<'_>) -> String {
        let mut text = String::new();
        self.tell(view, &mut text);
        text
    }

    /// Appends what [`TriggerColumn::why`] gives.
    pub fn tell(&self, view: MarketView<'_>, out: &mut String) {
        self.node.tell(view, out);
    }

    /// The same, one condition a line, each line indented by its depth.
    pub fn lines(&self, view: MarketView<'_>) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        self.node.lines(view, 0, &mut lines);
        lines
    }
}

impl TriggerColumn {
    /// Every test of a signal it is made of, with its numbers at today's close; those of named triggers included.
    pub fn conditions(&self, view: MarketView<'_>) -> Vec<Condition> {
        let mut found = Vec::new();
        self.node.conditions(view, &mut found);
        found
    }
}

impl Node {
    fn conditions(&self, view: MarketView<'_>, out: &mut Vec<Condition>) {
        if let Form::Signal { name, column, test } = &self.form {
            let value = column.at(view);
            out.push(Condition {
                signal: name.clone(),
                value,
                unit: column.unit(),
                test: *test,
                holds: match self.states[view.position()] {
                    State::Yes => Some(true),
                    State::No => Some(false),
                    State::Missing(_) => None,
                },
                distance: value.map(|now| test.distance(now)),
            });
        }
        self.parts
            .iter()
            .for_each(|part| part.conditions(view, out));
    }

    fn new(trigger: &Trigger, context: SignalContext<'_>, inputs: &mut Vec<String>) -> Node {
        let sessions = context.history.sessions().len();
        let form = match trigger {
            Trigger::Signal { signal, test } => Form::Signal {
                name: signal.clone(),
                column: context.column(signal),
                test: *test,
            },
            Trigger::Named(name) => Form::Named(name.clone()),
            Trigger::All(of) => Form::Count {
                least: of.len(),
                words: "all of".to_string(),
            },
            Trigger::Any(_) => Form::Count {
                least: 1,
                words: "any of".to_string(),
            },
            Trigger::AtLeast { k, of } => Form::Count {
                least: *k,
                words: format!("at least {k} of {}", of.len()),
            },
            Trigger::Not(_) => Form::Not,
            Trigger::For { sessions, .. } => Form::For(*sessions),
            Trigger::Within { sessions, .. } => Form::Within(*sessions),
            Trigger::CoolDown { sessions, .. } => Form::CoolDown(*sessions),
            Trigger::Latch { .. } => Form::Latch,
        };
        let inner = match trigger {
            Trigger::Named(name) => context.definitions.triggers.get(name).into_iter().collect(),
            other => other.parts(),
        };
        let parts: Vec<Node> = inner
            .into_iter()
            .map(|part| Node::new(part, context, inputs))
            .collect();
        let states = form.states(&parts, sessions, inputs);
        Node {
            form,
            parts,
            states,
        }
    }

    /// Appends the condition and, in brackets, its parts.
    fn tell(&self, view: MarketView<'_>, out: &mut String) {
        self.tell_head(view, out);
        if let Form::Signal { .. } = self.form {
            return;
        }
        out.push_str(" (");
        for (at, part) in self.parts.iter().enumerate() {
            out.push_str(if at > 0 { "; " } else { "" });
            part.tell(view, out);
        }
        out.push(')');
    }

    fn lines(&self, view: MarketView<'_>, depth: usize, out: &mut Vec<(usize, String)>) {
        let mut head = String::new();
        self.tell_head(view, &mut head);
        out.push((depth, head));
        self.parts
            .iter()
            .for_each(|part| part.lines(view, depth + 1, out));
    }

    /// Appends the condition itself, without its parts.
    fn tell_head(&self, view: MarketView<'_>, out: &mut String) {
        let days = |n: &usize| {
            if *n == 1 {
                "session".to_string()
            } else {
                format!("{n} sessions")
            }
        };
        match &self.form {
            Form::Signal { name, column, test } => {
                out.push_str(name);
                out.push(' ');
                match column.at(view) {
                    Some(value) => push_number(value, out),
                    None => out.push('?'),
                }
                push(out, format_args!(" {test}"));
                if let Some(before) = column.back(view, 1).filter(|_| test.looks_back()) {
                    out.push_str(", ");
                    push_number(before, out);
                    out.push_str(" before");
                }
            }
            Form::Named(name) => out.push_str(name),
            Form::Count { words, .. } => out.push_str(words),
            Form::Not => out.push_str("not"),
            Form::For(n) => push(out, format_args!("for {}", days(n))),
            Form::Within(n) => push(out, format_args!("within the last {}", days(n))),
            Form::CoolDown(n) => push(out, format_args!("with {} of rest after it fires", days(n))),
            Form::Latch => out.push_str("from the first until the second"),
        }
        out.push_str(match self.states[view.position()] {
            State::Yes => ": yes",
            State::No => ": no",
            State::Missing(_) => ": missing",
        });
    }
}

/// A value as `why` prints it: four significant decimals for small numbers, two for others.
pub fn number(value: f64) -> String {
    let mut text = String::new();
    push_number(value, &mut text);
    text
}

fn push_number(value: f64, out: &mut String) {
    if value != 0.0 && value.abs() < 1.0 {
        push(out, format_args!("{}", Fixed(value, 4)));
    } else {
        push(out, format_args!("{}", Fixed(value, 2)));
    }
}

fn push(out: &mut String, what: fmt::Arguments<'_>) {
    out.write_fmt(what)
        .expect("a text in memory takes every write");
}

impl Form {
    fn states(&self, parts: &[Node], sessions: usize, inputs: &mut Vec<String>) -> Vec<State> {
        let of = |t: usize| parts.iter().map(move |part| part.states[t]);
        match self {
            Form::Signal { name, column, test } => {
                let missing = position(inputs, name);
                test_states(column.values(), *test, missing)
            }
            Form::Count { least, .. } => (0..sessions).map(|t| count(of(t), *least)).collect(),
            Form::Named(_) => parts.first().map(|p| p.states.clone()).unwrap_or_default(),
            Form::Not => parts[0].states.iter().map(|s| opposite(*s)).collect(),
            Form::For(n) => rolled(&parts[0].states, *n, |window| {
                count(window.iter().copied(), *n)
            }),
            Form::Within(n) => rolled(&parts[0].states, *n, |window| {
                count(window.iter().copied(), 1)
            }),
            Form::CoolDown(n) => cooled(&parts[0].states, *n),
            Form::Latch => latched(&parts[0].states, &parts[1].states),
        }
    }
}

fn position(inputs: &mut Vec<String>, name: &str) -> usize {
    if let Some(at) = inputs.iter().position(|n| n == name) {
        return at;
    }
    inputs.push(name.to_string());
    inputs.len() - 1
}

fn test_states(values: &[Option<f64>], test: Test, input: usize) -> Vec<State> {
    let at = |t: usize| {
        let before = t.checked_sub(1).and_then(|i| values[i]);
        let now = values[t]?;
        // A crossing needs to know where it came from.
        let before = if test.looks_back() { before? } else { now };
        Some(test.passes(now, before))
    };
    let state = |passes| match passes {
        Some(true) => State::Yes,
        Some(false) => State::No,
        None => State::Missing(input),
    };
    (0..values.len()).map(|t| state(at(t))).collect()
}

/// At least `least` of these: yes as soon as so many hold, no as soon as they cannot, else what is missing.
fn count(states: impl Iterator<Item = State>, least: usize) -> State {
    let mut yes = 0;
    let mut missing = 0;
    let mut first = None;
    for state in states {
        match state {
            State::Yes => yes += 1,
            State::No => {}
            State::Missing(_) => {
                missing += 1;
                first = first.or(Some(state));
            }
        }
    }
    match first {
        _ if yes >= least => State::Yes,
        Some(input) if yes + missing >= least => input,
        _ => State::No,
    }
}

fn opposite(state: State) -> State {
    match state {
        State::Yes => State::No,
        State::No => State::Yes,
        missing => missing,
    }
}

/// `f` of the last `n` states, or of those there are at the start of the dataset.
fn rolled(states: &[State], n: usize, f: impl Fn(&[State]) -> State) -> Vec<State> {
    (0..states.len())
        .map(|t| f(&states[(t + 1).saturating_sub(n)..=t]))
        .collect()
}

fn cooled(states: &[State], rest: usize) -> Vec<State> {
    let mut left = 0;
    let mut next = |state: &State| {
        if left > 0 {
            left -= 1;
            return State::No;
        }
        if *state == State::Yes {
            left = rest;
        }
        *state
    };
    states.iter().map(&mut next).collect()
}

/// A missing input leaves the latch as it is; before it was ever set a missing `on` is missing.
fn latched(on: &[State], off: &[State]) -> Vec<State> {
    let mut held = false;
    let mut next = |(on, off): (&State, &State)| {
        held = (held || *on == State::Yes) && *off != State::Yes;
        match (held, on) {
            (true, _) => State::Yes,
            (false, State::Missing(_)) if *off != State::Yes => *on,
            (false, _) => State::No,
        }
    };
    on.iter().zip(off).map(&mut next).collect()
}
