//! The stated error of the model: which era and height a session is of, what fades, and whose draws are whose.

use market::error_model::{
    ERAS, ErrorPart, ErrorScale, era, errors_of_world, memory, scales, vix_height,
};

use crate::tables::day;

#[test]
fn an_era_begins_on_the_first_of_its_month() {
    for (date, place) in [
        ("2008-10-10", 0),
        ("2020-12-31", 0),
        ("2021-01-01", 1),
        ("2022-04-30", 1),
        ("2022-05-01", 2),
        ("2024-12-31", 2),
        ("2025-01-01", 3),
        ("2025-01-31", 3),
    ] {
        assert_eq!(era(day(date)), place, "{date}: {}", ERAS[place]);
    }
}

#[test]
fn a_height_of_vix_begins_at_its_edge() {
    for (vix, place) in [
        (9.0, 0),
        (14.99, 0),
        (15.0, 1),
        (19.99, 1),
        (20.0, 2),
        (29.99, 2),
        (30.0, 3),
        (80.0, 3),
    ] {
        assert_eq!(vix_height(vix), place, "{vix}");
    }
}

#[test]
fn the_levels_error_fades_by_half_and_the_skews_hardly() {
    let of = ErrorPart::ALL.map(memory);
    assert_eq!(of, [0.52, 0.93, 0.52, 0.52]);
}

/// Four streams a world: no part of one world is drawn with the numbers of another.
#[test]
fn each_part_of_each_world_has_draws_of_its_own() {
    let sessions = [
        ("2023-03-01", 14.0),
        ("2023-03-02", 22.0),
        ("2024-03-01", 31.0),
    ]
    .map(|(date, vix)| (day(date), vix));
    for world in [0, 1, 7] {
        let found = errors_of_world(&sessions, 5, world);
        let column = |place: u64| {
            let part = ErrorPart::ALL[place as usize];
            let of: Vec<_> = sessions
                .iter()
                .map(|(date, vix)| scales(part, *date, *vix))
                .collect();
            let scale = ErrorScale {
                level: of.iter().map(|s| s.level).collect(),
                group: sessions.iter().map(|(date, _)| era(*date)).collect(),
                noise: of.iter().map(|s| s.noise).collect(),
                memory: memory(part),
            };
            scale.draw(5, 4 * world + place)
        };
        let parts = |of: fn(&market::history::PricingError) -> f64| {
            found.iter().map(of).collect::<Vec<f64>>()
        };
        assert_eq!(parts(|e| e.spx_level), column(0));
        assert_eq!(parts(|e| e.spx_skew), column(1));
        assert_eq!(parts(|e| e.vix_level), column(2));
        assert_eq!(parts(|e| e.vix_near), column(3));
    }
}
