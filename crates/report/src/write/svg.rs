//! Pictures that stand alone, for Markdown: the same charts with their words inside.

mod grids;
mod spread;
mod time;

pub use grids::{heat, ribbons};
pub use spread::{bars, cloud, ranges};
pub use time::{lines, strips};

use super::html::theme;
use crate::text::html as escape;

/// Width of every picture.
const WIDTH: f64 = 960.0;

const RULES: &str = "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;fill:var(--ink)}\n\
    .t{font-weight:600;font-size:13px}.q{fill:var(--mute)}.e{text-anchor:end}.m{text-anchor:middle}\n\
    path{fill:none}.line{stroke-width:1.6;stroke-linejoin:round}.line.twin{stroke-width:1.2;stroke-dasharray:1.5 2.5}\n\
    .grid{stroke:var(--grid)}.zero{stroke:var(--mute)}.r0{fill:var(--r0)}.r1{fill:var(--r1)}.r2{fill:var(--r2)}\n\
    .r3{fill:var(--r3)}.fill{stroke:none;fill:var(--c)}circle.fill{stroke:var(--bg);stroke-width:1.5}\
    .mark{stroke:var(--mute);stroke-dasharray:2 3}.open{fill:var(--bg);stroke-dasharray:none}\n";

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
        self.body.push_str(&format!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n",
            escape(text)
        ));
    }

    fn path(&mut self, class: &str, d: &str) {
        self.body
            .push_str(&format!("<path class=\"{class}\" d=\"{d}\"/>\n"));
    }

    fn styled_path(&mut self, style: &str, d: &str) {
        self.body
            .push_str(&format!("<path style=\"{style}\" d=\"{d}\"/>\n"));
    }

    fn rect(&mut self, class: &str, [x, y, width, height]: [f64; 4]) {
        self.body.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>\n"
        ));
    }

    fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        self.body.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>\n"
        ));
    }

    /// The picture, with the words for those who cannot see it.
    fn finish(self, spoken: &str) -> String {
        let Canvas { height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\">\n<title>{}</title>\n<style>\n{}{RULES}{}</style>\n\
             <rect width=\"100%\" height=\"100%\" style=\"fill:var(--bg)\"/>\n{body}</svg>\n",
            escape(spoken),
            theme::picture_rules(),
            theme::shade_rules()
        )
    }
}
