//! Colours of the page, once for light and once for dark. The reader's system chooses, the switch overrules it
//! without JavaScript, and paper is always light.
//!
//! `c0` to `c9` draw series (their dashes are in `style.css`), `r0` to `r3` regimes from calm to wild. All have a
//! contrast to the background that text needs (WCAG AA, 4.5), regimes the 3 that pictures need; a test computes it.

use crate::style::SLOTS;

const LIGHT: &str = "--bg:#ffffff;--card:#f6f7f9;--ink:#1b1f24;--mute:#545d68;--faint:#8a929c;--rule:#d5dae0;--grid:#e4e8ec;\
    --link:#0062a8;--warn:#8a4300;--warnbg:#fff3e2;--up:#0062a8;--down:#c04a00;\
    --c0:#1b1f24;--c1:#0062a8;--c2:#c04a00;--c3:#007a5a;--c4:#9b2f7a;--c5:#8a6100;--c6:#5a4fcf;--c7:#b3261e;\
    --c8:#00707c;--c9:#6b5b4d;--r0:#6699bd;--r1:#4a86b5;--r2:#2a6ba3;--r3:#084c84;\
    --p1:#e6f1fa;--p2:#c6dff3;--p3:#9fc8ea;--p4:#77b0de;--m1:#fdecdd;--m2:#fad3b5;--m3:#f4b285;--m4:#eb955b;color-scheme:light";

const DARK: &str = "--bg:#14171b;--card:#1d2126;--ink:#e9ecef;--mute:#a3adb8;--faint:#79828c;--rule:#3a4149;--grid:#2a3037;\
    --link:#6cb6ff;--warn:#ffc27a;--warnbg:#33260f;--up:#6cb6ff;--down:#ff9b5e;\
    --c0:#f2f4f6;--c1:#6cb6ff;--c2:#ff9b5e;--c3:#3ddbb0;--c4:#f29bd6;--c5:#f0c95c;--c6:#b3a8ff;--c7:#ff8f88;\
    --c8:#5fd3e0;--c9:#d0bda8;--r0:#41709a;--r1:#5289b8;--r2:#7fb5e3;--r3:#c3e3ff;\
    --p1:#1b2b3a;--p2:#1d3d5a;--p3:#1f4f7b;--p4:#21629c;--m1:#33271d;--m2:#4f3423;--m3:#6e4225;--m4:#8c4e22;color-scheme:dark";

/// Dashes of the series' slots [CSS pixels]; with the colour of the same slot they tell a line apart twice.
const DASHES: [&str; SLOTS] = [
    "", "", "8 3", "3 2.5", "9 3 2 3", "14 4", "", "10 3", "4 3", "16 3 4 3",
];

/// One rule per slot: its colour and its dash.
pub fn series_rules() -> String {
    DASHES
        .iter()
        .enumerate()
        .map(|(slot, dash): (usize, &&str)| {
            let dash = if dash.is_empty() {
                String::new()
            } else {
                format!(";stroke-dasharray:{dash}")
            };
            format!(".s{slot}{{stroke:var(--c{slot});--c:var(--c{slot}){dash}}}\n")
        })
        .collect()
}

/// Length of the piece of line beside a name [CSS pixels].
const KEY: f64 = 26.0;
/// Dash and gap of a twin's line [CSS pixels].
const TWIN: [f64; 2] = [1.5, 2.5];

/// One rule per slot for the piece of line beside a name, and one for its twin: the dashes of the line as a background.
pub fn key_rules() -> String {
    DASHES.iter().enumerate().map(|(slot, dash): (usize, &&str)| {
        let dashes: Vec<f64> = dash
            .split_whitespace()
            .filter_map(|length| length.parse().ok())
            .collect();
        format!(
            ".k-{slot},.k-{slot}-twin{{--c:var(--c{slot})}}\n.k-{slot}{{--d:{}}}\n.k-{slot}-twin{{--d:{};--w:1.5px}}\n",
            dashed(&dashes),
            dashed(&TWIN)
        )
    }).collect()
}

/// Dashes and gaps by turns, as a gradient with hard edges.
fn dashed(lengths: &[f64]) -> String {
    if lengths.is_empty() {
        return "linear-gradient(var(--c),var(--c))".to_owned();
    }
    let mut stops = String::new();
    let mut at = 0.0;
    for (place, length) in lengths
        .iter()
        .cycle()
        .enumerate()
        .take_while(|(place, _)| *place < 64)
    {
        let end = KEY.min(at + length);
        stops.push_str(&format!(
            ",{} {at}px {end}px",
            if place % 2 == 0 { "var(--c)" } else { "#0000" }
        ));
        at = end;
        if at >= KEY {
            break;
        }
    }
    format!("linear-gradient(90deg{stops})")
}

/// The colours as rules of a picture that stands alone.
pub fn picture_rules() -> String {
    format!(
        ":root{{{LIGHT}}}\n@media(prefers-color-scheme:dark){{:root{{{DARK}}}}}\n{}",
        series_rules()
    )
}

/// Fills of the shades of a heat map, for pictures that stand alone.
pub fn shade_rules() -> String {
    (-4..=4)
        .map(|shade: i32| match shade {
            0 => ".h0{fill:var(--card)}\n".to_owned(),
            _ if shade < 0 => format!(".h{shade}{{fill:var(--m{})}}\n", -shade),
            _ => format!(".h{shade}{{fill:var(--p{shade})}}\n"),
        })
        .collect()
}

/// The rules that choose between the two.
pub fn rules() -> String {
    format!(
        ":root{{{LIGHT}}}\n\
         @media(prefers-color-scheme:dark){{:root:not(:has(#theme-light:checked)){{{DARK}}}}}\n\
         :root:has(#theme-dark:checked){{{DARK}}}\n\
         @media print{{:root:root:has(#theme-auto){{{LIGHT}}}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{DARK, LIGHT};

    fn color(theme: &str, name: &str) -> [f64; 3] {
        let from = theme
            .find(&format!("{name}:#"))
            .unwrap_or_else(|| panic!("{name} has no colour"))
            + name.len()
            + 2;
        [0, 2, 4].map(|at| {
            f64::from(u8::from_str_radix(&theme[from + at..from + at + 2], 16).unwrap()) / 255.0
        })
    }

    /// x^2.4 as x² times the fifth root of x², by Newton's method: no platform's `powf`.
    fn power_2_4(x: f64) -> f64 {
        let square = x * x;
        let step = |root: f64| (4.0 * root + square / (root * root * root * root)) / 5.0;
        square * (0..60).fold(1.0, |root, _| step(root))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: [f64; 3]) -> f64 {
        let linear = color.map(|c| {
            if c <= 0.03928 {
                c / 12.92
            } else {
                power_2_4((c + 0.055) / 1.055)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(theme: &str, name: &str, ground: &str) -> f64 {
        let (a, b) = (
            luminance(color(theme, name)),
            luminance(color(theme, ground)),
        );
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn the_piece_of_line_beside_a_name_has_the_dashes_of_the_line() {
        assert_eq!(
            super::dashed(&[8.0, 3.0]),
            "linear-gradient(90deg,var(--c) 0px 8px,#0000 8px 11px,var(--c) 11px 19px,#0000 19px 22px,var(--c) 22px 26px)"
        );
        assert_eq!(super::dashed(&[]), "linear-gradient(var(--c),var(--c))");
    }

    #[test]
    fn everything_is_readable_on_its_ground() {
        for theme in [LIGHT, DARK] {
            let series: Vec<String> = (0..10).map(|slot| format!("--c{slot}")).collect();
            let text = ["--ink", "--mute", "--link", "--up", "--down"].map(str::to_owned);
            for name in series.iter().chain(&text) {
                let found = contrast(theme, name, "--bg");
                assert!(found >= 4.5, "{name} has a contrast of {found:.2}");
            }
            for name in ["--ink", "--mute"] {
                assert!(contrast(theme, name, "--card") >= 4.5, "{name} on a card");
            }
            assert!(contrast(theme, "--warn", "--warnbg") >= 4.5, "the banner");
            for shade in [
                "--p1", "--p2", "--p3", "--p4", "--m1", "--m2", "--m3", "--m4", "--card",
            ] {
                let found = contrast(theme, "--ink", shade);
                assert!(found >= 4.5, "ink on {shade} has a contrast of {found:.2}");
            }
            assert!(
                contrast(theme, "--faint", "--bg") >= 3.0,
                "curves that stand back"
            );
            for level in 0..4 {
                let found = contrast(theme, &format!("--r{level}"), "--bg");
                assert!(found >= 3.0, "--r{level} has a contrast of {found:.2}");
            }
        }
    }
}
