//! Pictures that stand alone, for Markdown: the same charts with their words inside.

mod grids;
mod spread;
mod time;

pub use grids::{heat, ribbons};
pub use spread::{bars, cloud, ranges};
pub use time::{lines, strips};

use std::fmt::Arguments;

use maud::{PreEscaped, Render, html};

use super::html::theme;
use super::markup::{Text, shape};

/// Width of every picture.
const WIDTH: f64 = 960.0;

const RULES: &str = "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;fill:var(--ink)}\n\
    .t{font-weight:600;font-size:13px}.q{fill:var(--mute)}.e{text-anchor:end}.m{text-anchor:middle}\n\
    path{fill:none}.line{stroke-width:1.6;stroke-linejoin:round}.line.twin{stroke-width:1.2;stroke-dasharray:1.5 2.5}\n\
    .grid{stroke:var(--grid)}.zero{stroke:var(--mute)}.r0{fill:var(--r0)}.r1{fill:var(--r1)}.r2{fill:var(--r2)}\n\
    .r3{fill:var(--r3)}.fill{stroke:none;fill:var(--c)}circle.fill{stroke:var(--bg);stroke-width:1.5}\
    .mark{stroke:var(--mute);stroke-dasharray:2 3}\
    .event{stroke:var(--mute)}.back{stroke:var(--faint);stroke-width:1.4}.open{fill:var(--bg);stroke-dasharray:none}\n";

/// A picture under construction.
struct Canvas {
    height: f64,
    body: String,
}

impl Canvas {
    /// An empty picture with its title.
    fn new(title: &str, height: f64) -> Canvas {
        let mut canvas = Canvas {
            height,
            body: String::new(),
        };
        canvas.text(10.0, 18.0, "t", title);
        canvas
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let [x, y] = [x, y].map(|place| format!("{place:.1}"));
        html! { text class=(class) x=(x) y=(y) { (Text(text)) } "\n" }.render_to(&mut self.body);
    }

    fn shape(&mut self, element: Arguments<'_>) {
        shape(element).render_to(&mut self.body);
        self.body.push('\n');
    }

    fn path(&mut self, class: &str, d: &str) {
        self.shape(format_args!("path class=\"{class}\" d=\"{d}\""));
    }

    fn styled_path(&mut self, style: &str, d: &str) {
        self.shape(format_args!("path style=\"{style}\" d=\"{d}\""));
    }

    fn rect(&mut self, class: &str, [x, y, width, height]: [f64; 4]) {
        self.shape(format_args!(
            "rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\""
        ));
    }

    fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        self.shape(format_args!(
            "circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\""
        ));
    }

    /// The picture, with the words for those who cannot see it.
    fn finish(self, spoken: &str) -> String {
        let width = WIDTH.to_string();
        let height = self.height.to_string();
        let rules = theme::picture_rules() + RULES + &theme::shade_rules();
        let ground = format_args!("rect width=\"100%\" height=\"100%\" style=\"fill:var(--bg)\"");
        let picture = html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height)
                role="img" {
                "\n" title { (Text(spoken)) }
                "\n" style { "\n" (PreEscaped(rules)) }
                "\n" (shape(ground))
                "\n" (PreEscaped(self.body))
            }
            "\n"
        };
        picture.into_string()
    }
}
