//! The program `alvh`: the process around [`alvh_cli::main`], with what only a program may install.

/// Ten thousand cells ask for memory a hundred million times, from every thread (docs/performance.md).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

static STOP: alvh_cli::Stop = alvh_cli::Stop::new();

fn main() -> std::process::ExitCode {
    std::panic::set_hook(Box::new(alvh_cli::say_fault));
    let _ = ctrlc::set_handler(|| {
        if STOP.interrupt() {
            std::process::exit(130);
        }
    });
    alvh_cli::main(std::env::args_os(), &STOP).into()
}
