//! Signals: what the operating system's handler does, and running the script's handlers at the next
//! instruction boundary.
//!
//!   arrived (handler: a bit is set, the attention word too, the waker is written to)
//!     -> the VM attends -> the script's handler is called, or `KeyboardInterrupt` raised
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::objects::heap::attention;
use crate::objects::value::Value;
use crate::vm::{Result, Vm};

/// Number of signals that there are, plus one.
pub const COUNT: i32 = 65;

#[derive(Default)]
pub struct Signals {
    /// A bit for each signal that has arrived.
    arrived: Arc<AtomicU64>,
    /// What scripts have set, by signal. `None` stands for the default.
    pub handlers: HashMap<i32, Value>,
    caught: Vec<i32>,
    pipe: Option<Arc<OwnedFd>>,
    /// `SIGINT` raises `KeyboardInterrupt` unless a script says otherwise.
    pub interrupts: bool,
}

impl Vm {
    /// From now on the process's interrupts are the script's `KeyboardInterrupt`s.
    pub fn catch_interrupts(&mut self) {
        self.asyncs.signals.interrupts = true;
        self.catch_signal(2);
    }

    /// Sees to it that a signal is noted when it arrives. Whether the system lets us.
    pub(crate) fn catch_signal(&mut self, signal: i32) -> bool {
        if self.asyncs.signals.caught.contains(&signal) {
            return true;
        }
        if signal_hook_registry::FORBIDDEN.contains(&signal) {
            return false;
        }
        let Some(pipe) = self.signal_pipe() else {
            return false;
        };
        let arrived = self.asyncs.signals.arrived.clone();
        let word = self.attention.clone();
        // SAFETY: the action only touches atomics and writes a byte to a pipe that is open already:
        // all of that may be done in a signal handler.
        let registered = unsafe {
            signal_hook_registry::register(signal, move || {
                arrived.fetch_or(1 << (signal as u64 & 63), Ordering::SeqCst);
                word.fetch_or(attention::SIGNAL, Ordering::SeqCst);
                let _ = rustix::io::write(&*pipe, b"!");
            })
        };
        if registered.is_ok() {
            self.asyncs.signals.caught.push(signal);
        }
        registered.is_ok()
    }

    /// The pipe that handlers write to. A thread reads from it and wakes the isolate, as waking is
    /// not for signal handlers.
    fn signal_pipe(&mut self) -> Option<Arc<OwnedFd>> {
        use rustix::pipe::{PipeFlags, pipe_with};
        if let Some(pipe) = &self.asyncs.signals.pipe {
            return Some(pipe.clone());
        }
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).ok()?;
        let _ = rustix::io::ioctl_fionbio(&writer, true);
        let waker = self.host_waker();
        let read = move || {
            let mut bytes = [0u8; 16];
            while rustix::io::read(&reader, &mut bytes[..]).is_ok_and(|n| n > 0) {
                waker.wake();
            }
        };
        let builder = std::thread::Builder::new().name("signals".into());
        builder.stack_size(64 * 1024).spawn(read).ok()?;
        let writer = Arc::new(writer);
        self.asyncs.signals.pipe = Some(writer.clone());
        Some(writer)
    }

    /// Runs the handlers of the signals that have arrived.
    pub(crate) fn run_signal_handlers(&mut self) -> Result<()> {
        let arrived = self.asyncs.signals.arrived.swap(0, Ordering::SeqCst);
        for signal in 1..COUNT {
            if arrived & (1 << (signal as u64 & 63)) != 0 {
                self.run_signal_handler(signal)?;
            }
        }
        Ok(())
    }

    fn run_signal_handler(&mut self, signal: i32) -> Result<()> {
        match self.asyncs.signals.handlers.get(&signal).cloned() {
            Some(handler) if handler.as_obj().is_some() => {
                let frame = match self.frame_at(0) {
                    Some(frame) => frame.value(),
                    None => Value::None,
                };
                self.call(&handler, &[Value::Int(i64::from(signal)), frame])
                    .map(drop)
            }
            // SIG_IGN
            Some(Value::Int(1)) => Ok(()),
            None if signal == 2 && self.asyncs.signals.interrupts => {
                let class = self.exc.KeyboardInterrupt.clone();
                Err(self.error_with(&class, vec![]))
            }
            _ => {
                let _ = self.flush_stdout();
                self.default_action(signal);
                Ok(())
            }
        }
    }

    /// What the system does with a signal that nobody handles.
    fn default_action(&mut self, signal: i32) {
        // SIGCHLD, SIGCONT, SIGURG, SIGWINCH are ignored by default.
        if !matches!(signal, 17 | 18 | 23 | 28) {
            std::process::exit(128 + signal);
        }
    }
}
