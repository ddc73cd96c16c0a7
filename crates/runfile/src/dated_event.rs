//! Days known in advance to move the index, which no calendar of releases has.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};

/// A day known in advance to move the index: an election, the end of a debt ceiling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedEvent {
    /// The day; one without a session acts on the next.
    pub date: NaiveDate,
    /// Its extra variance, in sessions.
    pub sessions: f64,
    /// The first close at which the market knew of it; earlier sessions are priced without it.
    pub known_from: NaiveDate,
}

impl DatedEvent {
    pub(crate) fn check_all(events: &BTreeMap<String, DatedEvent>) -> Result<(), KeyError> {
        events.iter().try_for_each(|(name, event)| {
            let key = format!("model.dated_events.{name}");
            check_range(format!("{key}.sessions"), event.sessions, 0.0, 20.0)?;
            if event.known_from > event.date {
                return Err(KeyError::at(
                    key,
                    format!(
                        "known_from {} must not be after date {}",
                        event.known_from, event.date
                    ),
                ));
            }
            Ok(())
        })
    }

    pub(crate) fn priced(&self) -> market::surface::DatedEvent {
        market::surface::DatedEvent {
            date: self.date,
            sessions: self.sessions,
            known_from: self.known_from,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::RunConfig;
    use crate::published_index::PublishedIndex;

    /// The shipped CNDR run with settings, or what is wrong with them.
    fn with(settings: &[&str]) -> Result<RunConfig, String> {
        let mut assembly = PublishedIndex::Cndr.assembly().expect("it ships");
        for setting in settings {
            assembly.set(setting).map_err(|e| e.to_string())?;
        }
        assembly.finish("cndr.toml").map_err(|e| e.to_string())
    }

    #[test]
    fn keys_of_the_model_are_read_priced_and_stored() {
        let event = r#"model.dated_events.election={date="2024-11-06",sessions=2.0,known_from="2023-01-03"}"#;
        let config = with(&["model.rho_shift=0.2", event]).expect("a run");
        let params = config.model_params();
        assert_eq!(params.rho_shift, 0.2);
        assert_eq!(params.dated_events.len(), 1);
        assert_eq!(params.dated_events[0].sessions, 2.0);
        let stored: RunConfig = toml::from_str(&config.to_toml()).expect("it reads again");
        assert_eq!(stored, config);
        let plain = with(&[]).expect("a run");
        assert!(
            !plain.to_toml().contains("rho_shift"),
            "a key left out stays out"
        );
        assert!(plain.model_params().dated_events.is_empty());
    }

    #[test]
    fn a_wrong_key_or_value_is_named_with_what_is_allowed() {
        let event = |text: &str| format!("model.dated_events.vote={{{text}}}");
        for (setting, words) in [
            (
                "model.rho_shift=3".to_string(),
                ["model.rho_shift", "-1 to 1"],
            ),
            (
                event(r#"date="2024-11-06",sessions=2.0,known_from="2024-12-01""#),
                [
                    "model.dated_events.vote",
                    "must not be after date 2024-11-06",
                ],
            ),
            (
                event(r#"date="2024-11-06",sessions=-1.0,known_from="2024-01-02""#),
                ["model.dated_events.vote.sessions", "0 to 20"],
            ),
            (
                event(r#"date="2024-11-06",session=1.0,known_from="2024-01-02""#),
                ["session", "did you mean \"sessions\"?"],
            ),
        ] {
            let message = with(&[&setting]).expect_err("it is wrong");
            for word in words {
                assert!(
                    message.contains(word),
                    "{setting}: no {word:?} in {message}"
                );
            }
        }
    }

    #[test]
    fn a_sweep_has_one_model() {
        let config = with(&[
            "model.index_implied_level=true",
            "execution.fill_at=next_session",
        ]);
        let message = config
            .expect("a run")
            .check_part_of("a sweep")
            .expect_err("no sweep")
            .to_string();
        assert!(message.contains("model.index_implied_level"), "{message}");
    }
}
