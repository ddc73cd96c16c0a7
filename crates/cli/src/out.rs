//! Results on stdout. A reader who has seen enough (`alvh … | head`) ends the program quietly; that is no fault.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Writes to stdout; ends the process with code 0 where nobody reads any more, and with code 1 where writing fails.
pub fn write(text: Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => {
            eprintln!("alvh: cannot write the results to stdout: {e}");
            std::process::exit(1);
        }
    }
}

/// `print!` for results.
macro_rules! out {
    ($($part:tt)*) => { $crate::out::write(format_args!($($part)*)) };
}

/// `println!` for results.
macro_rules! outln {
    () => { $crate::out::write(format_args!("\n")) };
    ($($part:tt)*) => { $crate::out::write(format_args!("{}\n", format_args!($($part)*))) };
}

pub(crate) use {out, outln};
