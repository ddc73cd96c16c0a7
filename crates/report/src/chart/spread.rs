//! Labels at the ends of lines, moved apart until none covers another.

/// Places near `wanted` that are at least `gap` apart and inside 0..=`height`; same order of input.
pub fn spread(wanted: &[f64], gap: f64, height: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let mut places = wanted.to_vec();
    let mut floor = 0.0;
    for &at in &order {
        places[at] = places[at].max(floor);
        floor = places[at] + gap;
    }
    let mut ceiling = height;
    for &at in order.iter().rev() {
        places[at] = places[at].min(ceiling);
        ceiling = places[at] - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn equal_places_move_apart_and_stay_inside() {
        let places = spread(&[95.0, 96.0, 97.0, 10.0], 10.0, 100.0);
        assert_eq!(places, [80.0, 90.0, 100.0, 10.0]);
    }

    #[test]
    fn far_places_stay() {
        assert_eq!(spread(&[50.0, 10.0], 14.0, 100.0), [50.0, 10.0]);
    }
}
