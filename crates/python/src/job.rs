//! Long calls: off the interpreter's lock, on a thread of their own, ended by Ctrl-C.

use std::ffi::OsString;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alvh_cli::Stop;
use alvh_cli::host::{self, Listener};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Stack of the thread a call runs on [bytes]: as much as the first thread of a program has.
const STACK: usize = 8 << 20;
/// How often signals are asked for and progress is told.
const TICK: Duration = Duration::from_millis(20);

/// What was told last: phase, done, all.
type Told = Arc<Mutex<Option<(&'static str, usize, usize)>>>;

/// The exception of the package for an error of the library.
pub fn exception(py: Python<'_>, error: &host::Error) -> PyErr {
    if error.exit_code == 130 {
        return PyKeyboardInterrupt::new_err(error.message.clone());
    }
    let made = py
        .import("alvh._errors")
        .and_then(|module| module.call_method1("of", (error.exit_code, &error.message)));
    made.map_or_else(|failed| failed, PyErr::from_value)
}

/// A host's wish for progress: what is told from any thread, and who hears it here.
pub struct Hearer {
    told: Told,
    callback: Option<Py<PyAny>>,
}

impl Hearer {
    /// Nobody, or a Python function of phase, done and all.
    pub fn new(callback: Option<Py<PyAny>>) -> Hearer {
        Hearer {
            told: Told::default(),
            callback,
        }
    }

    /// What the library tells.
    pub fn listener(&self) -> Listener {
        let told = self.told.clone();
        Listener(Arc::new(move |phase, done, all| {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some((phase, done, all));
        }))
    }

    fn pass_on(&self, py: Python<'_>) -> PyResult<()> {
        let news = self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let (Some(callback), Some(news)) = (&self.callback, news) {
            callback.call1(py, news)?;
        }
        Ok(())
    }
}

/// Runs a job to its end, or until Python has a signal or the progress function raises: then the job is asked to stop, and
/// ends by itself without having written anything half.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    hearer: &Hearer,
    job: impl FnOnce(&Stop) -> Result<T, host::Error> + Send + 'static,
) -> PyResult<T> {
    let stop = Arc::new(Stop::new());
    let (send, receive) = channel();
    let own = stop.clone();
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = send.send(job(&own));
        })?;
    let receive = Mutex::new(receive);
    loop {
        match wait(py, &receive) {
            Ok(result) => {
                hearer.pass_on(py)?;
                return result.map_err(|error| exception(py, &error));
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Err(raised) = py.check_signals().and_then(|()| hearer.pass_on(py)) {
                    stop.raise();
                    return Err(raised);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                let error = host::Error {
                    message: "internal fault: the call ended without a result".into(),
                    exit_code: 1,
                };
                return Err(exception(py, &error));
            }
        }
    }
}

fn wait<T: Send>(py: Python<'_>, receive: &Mutex<Receiver<T>>) -> Result<T, RecvTimeoutError> {
    py.allow_threads(|| {
        let receive = receive.lock().unwrap_or_else(PoisonError::into_inner);
        receive.recv_timeout(TICK)
    })
}

/// Runs a command line without the program's name and returns what it prints on stdout.
#[pyfunction]
#[pyo3(signature = (args, progress=None))]
pub fn command(
    py: Python<'_>,
    args: Vec<OsString>,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let args: Vec<OsString> = std::iter::once("alvh".into()).chain(args).collect();
    let hearer = Hearer::new(progress);
    let listener = hearer.listener();
    run(py, &hearer, move |stop| {
        host::command(&args, Some(listener), stop)
    })
}

/// The program `alvh` with these arguments, the program's name first: prints, and returns the exit code.
#[pyfunction]
pub fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    let stop = Arc::new(Stop::new());
    let (send, receive) = channel();
    let own = stop.clone();
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let _ = send.send(alvh_cli::main(args, &own));
        })?;
    let receive = Mutex::new(receive);
    loop {
        match wait(py, &receive) {
            Ok(code) => return Ok(code),
            Err(RecvTimeoutError::Disconnected) => return Ok(1),
            Err(RecvTimeoutError::Timeout) => {
                if py.check_signals().is_err() && stop.interrupt() {
                    return Ok(130);
                }
            }
        }
    }
}
