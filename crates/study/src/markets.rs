//! The markets that a run is replayed on: that of the headline, and one for every shift of the price model.

use chrono::NaiveDate;
use engine::execution::FillAt;
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory, Pricing};
use market::observations::Observations;
use market::surface::ModelParams;
use runfile::config::{Calibrate, RunConfig};
use tables::MarketRow;

use crate::calibrate::Calibration;
use crate::implied_level::ImpliedLevel;
use crate::replicate::morning::late_morning;

/// What every market of a study is made of.
pub(crate) struct MarketSource<'a> {
    pub config: &'a RunConfig,
    pub observations: &'a Observations,
    pub chains: &'a RawChains,
    pub level: &'a ImpliedLevel,
}

/// One price model, by the name it has in `bands.csv`.
pub(crate) struct Model {
    pub name: String,
    pub params: ModelParams,
}

/// The market of a run whose model has no level implied by indices.
///
/// # Errors
/// Where the observations lack what the simulated sessions need.
pub fn market(
    config: &RunConfig,
    observations: &Observations,
    chains: &RawChains,
    span: (NaiveDate, NaiveDate),
    priced_by: (&ModelParams, i64),
) -> Result<MarketHistory, HistoryError> {
    let source = MarketSource {
        config,
        observations,
        chains,
        level: &ImpliedLevel::default(),
    };
    source.priced(span, priced_by)
}

impl MarketSource<'_> {
    /// The market of one model up to a horizon \[days\], with the quotes, the calibration, the stand-ins and the level
    /// the run asks for.
    pub fn priced(
        &self,
        (first, last): (NaiveDate, NaiveDate),
        (params, horizon_days): (&ModelParams, i64),
    ) -> Result<MarketHistory, HistoryError> {
        let config = self.config;
        let rules = config.input_rules();
        let calibration = match config.model.calibrate {
            Calibrate::None => Calibration::default(),
            // What the chains say of the headline's model; a band's shift comes on top of it, not into it.
            Calibrate::PreviousChains => Calibration::new(
                self.chains,
                self.observations,
                &config.model_params(),
                &rules,
            ),
        };
        let of_session = |date| calibration.params(&self.level.params(params, date), date);
        let pricing = Pricing {
            params: &of_session,
            quotes: config.quotes,
            chains: self.chains,
            inputs: &rules,
        };
        let build = |of: &Observations| {
            MarketHistory::build_priced(of, first, last, &pricing, horizon_days)
        };
        let closes = build(self.observations)?;
        match config.execution.fill_at {
            FillAt::NextSession => Ok(closes),
            FillAt::LateMorning => {
                Ok(closes.with_mornings(build(&late_morning(self.observations))?))
            }
        }
    }
}

/// First and last session any window needs.
pub fn span(config: &RunConfig) -> (NaiveDate, NaiveDate) {
    let first = config
        .windows
        .iter()
        .map(|w| w.first)
        .min()
        .expect("a checked configuration has a window");
    let last = config
        .windows
        .iter()
        .map(|w| w.last)
        .max()
        .expect("a checked configuration has a window");
    (first, last)
}

/// The sessions whose chains a run reads: those of its windows and, where the model follows earlier chains, all before.
pub fn chain_dates(config: &RunConfig) -> std::ops::RangeInclusive<NaiveDate> {
    let (first, last) = span(config);
    match config.model.calibrate {
        Calibrate::None => first..=last,
        Calibrate::PreviousChains => NaiveDate::MIN..=last,
    }
}

/// The headline model, then each shift of the bands.
pub(crate) fn models(config: &RunConfig) -> Vec<Model> {
    let base = config.model_params();
    let shifted = config.bands.atm_shift.iter().map(|shift| Model {
        name: format!("atm_shift={shift}"),
        params: ModelParams {
            atm_shift: base.atm_shift + shift,
            ..base.clone()
        },
    });
    let stretched = config.bands.psi_factor.iter().map(|factor| Model {
        name: format!("psi_factor={factor}"),
        params: ModelParams {
            psi_factor: base.psi_factor * factor,
            ..base.clone()
        },
    });
    let headline = Model {
        name: "base".to_string(),
        params: base.clone(),
    };
    std::iter::once(headline)
        .chain(shifted)
        .chain(stretched)
        .collect()
}

/// The rows of `market.csv`.
pub(crate) fn market_rows(history: &MarketHistory) -> Vec<MarketRow> {
    (0..history.len())
        .map(|t| {
            let today = history.view(t).today();
            let vx_front = today.futures.first().map(|f| f.settle.points());
            MarketRow {
                date: today.date,
                spx_close: Some(today.spot),
                vix: Some(today.vix),
                vx_front,
            }
        })
        .collect()
}

/// Futures settlements that were not published.
pub(crate) fn modelled_futures(history: &MarketHistory) -> usize {
    (0..history.len())
        .map(|t| {
            history
                .view(t)
                .today()
                .futures
                .iter()
                .filter(|f| f.modelled)
                .count()
        })
        .sum()
}
