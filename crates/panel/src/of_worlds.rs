//! What came of the worlds of a study.

use chrono::NaiveDate;
use runfile::study_worlds::WorldsSpec;
use study::inputs::WindowInputs;
use worlds::stress::Stress;

use crate::spec::StudyWindow;
use crate::world_cell::WorldCell;

/// The worlds of a study.
#[derive(Clone, Debug)]
pub struct OfWorlds {
    /// How they were drawn.
    pub spec: WorldsSpec,
    /// The stresses some of them were forced to hold, in turn.
    pub stresses: Vec<Stress>,
    /// Their sessions: first, last, and how many.
    pub span: (NaiveDate, NaiveDate, usize),
    /// Days of the dataset they were drawn from: first, last, and how many.
    pub drawn_from: (NaiveDate, NaiveDate, usize),
    /// World by world.
    pub cells: Vec<WorldCell>,
    /// Spans of the dataset as long as a world, the last of them on the sessions of the worlds.
    pub real: Vec<(StudyWindow, WorldCell)>,
    /// How the series that prices rest on stood in the days that were drawn.
    pub inputs: Vec<WindowInputs>,
    /// Worlds that were in the store.
    pub known: usize,
}
