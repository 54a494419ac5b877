//! How an isolate waits when it has nothing to do, and its clock. The only file that knows of the
//! operating system's clock and of threads.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::vm::Vm;

/// Wakes a waiting isolate from another thread.
#[derive(Default)]
pub struct Waker {
    woken: Mutex<bool>,
    signal: Condvar,
}

impl Waker {
    pub fn wake(&self) {
        if let Ok(mut woken) = self.woken.lock() {
            *woken = true;
            self.signal.notify_one();
        }
    }

    /// Waits until woken, or until the time is over.
    fn wait(&self, time: Option<Duration>) {
        let Ok(mut woken) = self.woken.lock() else {
            return;
        };
        if !*woken {
            woken = match time {
                Some(time) => match self.signal.wait_timeout(woken, time) {
                    Ok((guard, _)) => guard,
                    Err(_) => return,
                },
                None => match self.signal.wait(woken) {
                    Ok(guard) => guard,
                    Err(_) => return,
                },
            };
        }
        *woken = false;
    }
}

/// What the isolate has going on outside.
#[derive(Default)]
pub struct Host {
    pub waker: Arc<Waker>,
    /// Number of operations whose end will put something into a ready queue.
    pub operations: usize,
}

impl Vm {
    /// Waits until the time is over or the host has something; `None`: however long that takes.
    pub fn wait_host(&mut self, time: Option<Duration>) {
        let _ = self.flush_stdout();
        let waker = self.asyncs.host.waker.clone();
        waker.wait(time);
    }

    /// The monotonic clock, in seconds.
    pub fn monotonic(&self) -> f64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
    }
}
