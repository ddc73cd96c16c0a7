//! What a study file may say only together with its books and arms.

use policy::hedge::Hedge;
use runfile::KeyError;
use runfile::book_rule::Book;
use runfile::study_claim::StudyMeasure;
use runfile::study_file::StudyFile;
use signals::SignalDefinitions;
use signals::key_error::suggestion;

/// Whether weekdays are said exactly where books enter by weekday.
pub(super) fn check_weekdays(spec: &StudyFile, books: &[Book]) -> Result<(), KeyError> {
    let own = books.iter().filter(|book| book.has_own_days());
    let own: Vec<&str> = own.map(|book| book.name.as_str()).collect();
    let fault = match (own.first(), spec.weekdays.is_empty()) {
        (None, true) => return Err(KeyError::empty("weekdays")),
        (None, false) => return Ok(()),
        (Some(_), _) if own.len() < books.len() => {
            let other = books.iter().find(|book| !book.has_own_days());
            let other = other.map_or("", |book| book.name.as_str());
            format!(
                "{:?} has days of its own and {other:?} has none; they need studies of their own",
                own[0]
            )
        }
        (Some(_), true) => return Ok(()),
        (Some(name), false) => {
            format!("the entries of {name:?} have days of their own: leave this key out")
        }
    };
    Err(KeyError::at("weekdays", fault))
}

/// Whether every trigger and signal of a claim is in the words of its arm, and every layer one of its arm.
pub(super) fn check_words(spec: &StudyFile, hedges: &[Hedge]) -> Result<(), KeyError> {
    let hedge = |arm: &str| hedges.iter().find(|hedge| hedge.name == arm);
    for (name, claim) in &spec.claims {
        let at = |key: &str| format!("claims.{name}.measure.{key}");
        if let Some((arm, trigger)) = claim.measure.trigger() {
            let at = at("trigger");
            trigger.check(&at)?;
            if let Some(hedge) = hedge(arm) {
                hedge.definitions().check_trigger(&at, trigger)?;
            }
        }
        match &claim.measure {
            StudyMeasure::ConditionDifference { arm, signal, .. } => {
                let definitions = hedge(arm).map(Hedge::definitions);
                let check = |own: SignalDefinitions| own.check_source(&at("signal"), signal);
                definitions.map_or(Ok(()), check)?;
            }
            StudyMeasure::LayerYield { arm, layer, .. } => {
                check_layers(&at("layer"), hedge(arm), std::slice::from_ref(layer))?;
            }
            StudyMeasure::FlaggedYield { arm, layers, .. } => {
                check_layers(&at("layers"), hedge(arm), layers)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an arm has some layers.
fn check_layers(at: &str, hedge: Option<&Hedge>, layers: &[String]) -> Result<(), KeyError> {
    let Some(hedge) = hedge else { return Ok(()) };
    let known: Vec<String> = hedge.layers.iter().map(|own| own.name.clone()).collect();
    match layers.iter().find(|layer| !known.contains(layer)) {
        None => Ok(()),
        Some(layer) => Err(KeyError::at(
            at,
            format!(
                "{} has no layer {layer:?}{}",
                hedge.name,
                suggestion(layer, &known)
            ),
        )),
    }
}
