//! Prices, greeks, implied volatilities and slices against independent reference values (`tests/data`).

use market::black::{self, ImpliedVolError};
use market::calendar::Calendar;
use market::contract::{Right, Settlement};
use market::curve::BillCurve;
use market::math;
use market::surface::{IndexLevels, ModelParams, Slice, TermStructure, ssvi};
use market::svi::RawSvi;
use market::vix::VixTerm;

use crate::tables::{Row, named_rows as rows};

fn right(row: &Row) -> Right {
    if row.text("cp") == "C" {
        Right::Call
    } else {
        Right::Put
    }
}

/// Within `relative` of the wanted value, or within `absolute`.
fn close(id: &str, what: &str, found: f64, wanted: f64, relative: f64, absolute: f64) {
    let miss = (found - wanted).abs();
    assert!(
        miss <= relative * wanted.abs() || miss <= absolute,
        "row {id} {what}: {found:e}, wanted {wanted:e}"
    );
}

#[test]
fn w24_prices_and_greeks_equal_the_reference() {
    let table = rows("black_prices.csv");
    assert_eq!(table.len(), 400);
    for row in &table {
        let n = |c: &str| row.number(c);
        let (x, k, t, r, q, sigma) = (n("x"), n("k"), n("t"), n("r"), n("q"), n("sigma"));
        let found = if row.text("model") == "black76" {
            black::greeks(right(row), x, k, t, math::exp(-r * t), sigma)
        } else {
            black::greeks_merton(right(row), x, k, t, r, q, sigma)
        };
        let id = row.text("id");
        close(id, "price", found.price, n("price"), 1e-9, 1e-11 * x);
        for (what, found) in [
            ("delta", found.delta),
            ("gamma", found.gamma),
            ("vega", found.vega),
            ("theta_per_year", found.theta),
            ("rho", found.rho),
        ] {
            close(id, what, found, n(what), 1e-8, 1e-10);
        }
    }
}

#[test]
fn w24_implied_volatility_inverts_prices_and_refuses_the_impossible() {
    for row in &rows("implied_vol.csv") {
        let n = |c: &str| row.number(c);
        let id = row.text("id");
        let found = black::implied_vol(right(row), n("f"), n("k"), n("t"), n("df"), n("price"));
        match row.text("status") {
            "ok" => {
                let wanted = n("sigma");
                let tolerance = f64::max(1e3 * n("sigma_per_ulp"), 1e-8);
                let found = found.unwrap_or_else(|e| panic!("row {id}: {e}"));
                assert!(
                    (found - wanted).abs() <= tolerance,
                    "row {id}: {found}, wanted {wanted} +- {tolerance:e}"
                );
            }
            "above_max" => assert!(
                matches!(found, Err(ImpliedVolError::AboveLimit { .. })),
                "row {id}: {found:?}"
            ),
            "expired" => assert_eq!(found, Err(ImpliedVolError::BadInput), "row {id}"),
            "below_intrinsic" | "zero_price" | "at_intrinsic" => {
                assert!(
                    matches!(found, Err(ImpliedVolError::BelowIntrinsic { .. })),
                    "row {id}: {found:?}"
                )
            }
            other => panic!("row {id}: unknown status {other}"),
        }
    }
}

#[test]
fn raw_svi_and_its_density_equal_the_reference() {
    let sets = rows("svi_sets.csv");
    for row in &rows("svi_points.csv") {
        let set = sets
            .iter()
            .find(|s| s.text("set") == row.text("set"))
            .expect("a set");
        let s = |c: &str| set.number(c);
        let svi = RawSvi {
            a: s("a"),
            b: s("b"),
            rho: s("rho"),
            m: s("m"),
            sigma: s("sigma"),
        };
        let k = row.number("k");
        for (what, found) in [
            ("w", svi.total_variance(k)),
            ("dw", svi.slope(k)),
            ("d2w", svi.curvature(k)),
            ("g", svi.density_factor(k)),
        ] {
            close(row.text("set"), what, found, row.number(what), 1e-10, 1e-10);
        }
    }
    for set in &sets {
        let s = |c: &str| set.number(c);
        let svi = RawSvi {
            a: s("a"),
            b: s("b"),
            rho: s("rho"),
            m: s("m"),
            sigma: s("sigma"),
        };
        assert!(
            (svi.density_factor(s("argmin_k")) - s("min_g")).abs() < 1e-10,
            "{}",
            set.text("set")
        );
        let is_butterfly = set.text("arbitrage") == "butterfly";
        assert_eq!(s("min_g") < 0.0, is_butterfly, "{}", set.text("set"));
    }
}

/// A slice with nothing but a shape; a year to expiry makes total variance and squared volatility the same number.
fn shape(theta: f64, rho: f64, psi: f64) -> Slice {
    Slice {
        expiry: "2024-01-02".parse().expect("a date"),
        settlement: Settlement::Pm,
        dte: 365,
        t: 1.0,
        forward: 1.0,
        log_forward: 0.0,
        discount: 1.0,
        atm_vol: theta.sqrt(),
        psi,
        rho,
        theta,
        phi: psi / theta.sqrt(),
    }
}

#[test]
fn ssvi_and_its_density_equal_the_reference() {
    for row in &rows("ssvi.csv") {
        let n = |c: &str| row.number(c);
        let slice = shape(n("theta"), n("rho"), n("psi"));
        close("ssvi", "phi", slice.phi, n("phi"), 1e-10, 0.0);
        close(
            "ssvi",
            "w",
            slice.total_variance(-0.05),
            n("w_at_k_m0.05"),
            1e-10,
            0.0,
        );
        close(
            "ssvi",
            "w",
            ssvi(slice.theta, slice.phi, slice.rho, -0.05),
            n("w_at_k_m0.05"),
            1e-10,
            0.0,
        );
        // The grid of the reference: forty deviations to each side, in steps of 1/2000.
        let deviation = slice.theta.sqrt();
        let grid =
            (-80_000..=80_000).map(|i| slice.density_factor(f64::from(i) / 2000.0 * deviation));
        let least = grid.fold(f64::INFINITY, f64::min);
        close("ssvi", "min_g", least, n("min_g"), 1e-10, 1e-10);
        assert_eq!(
            least >= 0.0,
            n("density_ok") == 1.0,
            "theta {} rho {} psi {}",
            n("theta"),
            n("rho"),
            n("psi")
        );
    }
}

fn levels(row: &Row) -> IndexLevels {
    let some = |c: &str| (!row.text(c).is_empty()).then(|| row.number(c));
    IndexLevels {
        spot: if row.has("spot") {
            row.number("spot")
        } else {
            4000.0
        },
        vix9d: some("vix9d"),
        vix: row.number("vix"),
        vix3m: row.number("vix3m"),
        vix6m: some("vix6m"),
        skew: if row.has("skew") { some("skew") } else { None },
    }
}

#[test]
fn the_surface_equals_the_specification() {
    let table = rows("surface_spec.csv");
    assert!(table.len() > 400);
    for row in &table {
        let n = |c: &str| row.number(c);
        let (date, expiry) = (row.date("date"), row.date("expiry"));
        // The specification takes the continuous rate as given; the curve turns a bond-equivalent yield into it.
        let bills = BillCurve::new(&[(1.0, 200.0 * (math::exp(n("r") / 2.0) - 1.0))]);
        let params = ModelParams {
            dividend_yield: n("q"),
            ..ModelParams::default()
        };
        let term = TermStructure::new(Calendar::nyse(), date, &levels(row), &bills, &params, &[]);
        let slice = term.slice(expiry, Settlement::Pm);
        let id = format!("{date} {expiry}");
        close(&id, "tau", term.clock(expiry), n("tau"), 1e-9, 0.0);
        close(
            &id,
            "sigma_vs",
            term.variance_swap_vol(expiry),
            n("sigma_vs"),
            1e-9,
            0.0,
        );
        close(&id, "sigma_atm", slice.atm_vol, n("sigma_atm"), 1e-9, 0.0);
        close(&id, "psi", slice.psi, n("psi"), 1e-9, 0.0);
        close(&id, "rho", slice.rho, n("rho"), 1e-9, 0.0);
        close(&id, "iv", slice.vol(n("strike")), n("iv"), 1e-9, 0.0);
        close(
            &id,
            "price",
            slice.price(right(row), n("strike")),
            n("price"),
            1e-9,
            1e-9,
        );
    }
}

/// The reference evaluates the structural form at every tenor; docs/model.md#vix-futures-and-vix-options blends it into the regression from 60 days.
#[test]
fn vix_futures_equal_the_specification() {
    for row in &rows("vix_future_spec.csv") {
        let term = VixTerm::new(row.date("date"), &levels(row), Some(row.number("vvix")));
        let days = row.number("days");
        close(
            row.text("date"),
            "future",
            term.structural(days),
            row.number("future"),
            1e-9,
            0.0,
        );
        let (structural, regression) = (term.structural(days), term.regression(days));
        let share = ((days - 60.0) / 30.0).clamp(0.0, 1.0);
        close(
            row.text("date"),
            "blend",
            term.future(days),
            structural + share * (regression - structural),
            1e-12,
            0.0,
        );
    }
}

/// Bill rates the reference assumed, by date.
fn rate_on(date: &str) -> f64 {
    let table = rows("surface_spec.csv");
    table
        .iter()
        .find(|row| row.text("date") == date)
        .map(|row| row.number("r"))
        .expect("a rate of that date")
}

#[test]
fn vix_options_equal_the_specification() {
    let flat = IndexLevels {
        spot: 4000.0,
        vix9d: None,
        vix: 20.0,
        vix3m: 20.0,
        vix6m: None,
        skew: None,
    };
    for row in &rows("vix_option_spec.csv") {
        let n = |c: &str| row.number(c);
        let (date, days) = (row.date("date"), n("days"));
        let expiry = date + chrono::Days::new(days as u64);
        let term = VixTerm::new(date, &flat, Some(n("vvix")));
        let discount = math::exp(-rate_on(row.text("date")) * days / 365.0);
        let slice = term
            .option_slice(expiry, days as i32, n("future"), discount)
            .expect("time and volatility");
        let id = format!("{date} {days} {}", n("strike"));
        // The table prints its volatility parameters with six digits and prices with all.
        close(&id, "sigma_atm", slice.atm_vol, n("sigma_atm"), 1e-6, 1e-6);
        close(&id, "psi", slice.psi, n("psi"), 1e-6, 1e-6);
        close(&id, "iv", slice.vol(n("strike")), n("iv"), 1e-9, 0.0);
        close(
            &id,
            "price",
            slice.price(right(row), n("strike")),
            n("price"),
            1e-9,
            1e-9,
        );
    }
}

/// SPY put volatilities at month-ends against the model (docs/model.md#errors-of-the-model): the model's own columns to their printed digits,
/// and its error against the market within the stated bars. Rows before the calendar starts are not evaluated.
#[test]
fn the_model_meets_the_put_panel_within_its_stated_error() {
    let mut errors: Vec<f64> = Vec::new();
    for row in &rows("spy_put_panel.csv") {
        let date = row.date("date");
        if chrono::Datelike::year(&date) < 2018 {
            continue;
        }
        let (bills, params) = (BillCurve::default(), ModelParams::default());
        let panel = levels(row);
        let term = TermStructure::new(Calendar::nyse(), date, &panel, &bills, &params, &[]);
        let expiry = date + chrono::Days::new(row.number("dte") as u64);
        let slice = term.slice(expiry, Settlement::Pm);
        let id = format!("{date} {}", row.text("dte"));
        close(
            &id,
            "model_vs",
            term.variance_swap_vol(expiry),
            row.number("model_vs"),
            0.0,
            6e-5,
        );
        close(
            &id,
            "model_atm",
            slice.atm_vol,
            row.number("model_atm"),
            0.0,
            6e-5,
        );
        errors.push(slice.atm_vol - row.number("atm"));
    }
    let n = errors.len() as f64;
    assert_eq!(n, 50.0, "rows from 2018 on");
    let bias = errors.iter().sum::<f64>() / n;
    let rmse = (errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
    // docs/model.md#errors-of-the-model states +0.2 / 0.8 vol points over 2010-2023; half as much again for the part from 2018 on.
    assert!(
        bias.abs() < 0.003 && rmse < 0.012,
        "at the money: bias {bias:.4}, rmse {rmse:.4} over {n}"
    );
}
