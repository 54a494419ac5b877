//! How an isolate waits when it has nothing to do, and its clock. The only file that knows of the
//! operating system's clock and of waiting.

use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Duration;

use super::isolate::Alarm;
use crate::vm::{Result, Vm};

/// Wakes a waiting isolate from another thread: through the future that drives it, or, when nobody
/// does, through a condition of its own.
#[derive(Default)]
pub struct Waker {
    alarm: OnceLock<Arc<Alarm>>,
    woken: Mutex<bool>,
    signal: Condvar,
}

impl Waker {
    pub fn wake(&self) {
        if let Some(alarm) = self.alarm.get() {
            return alarm.ring();
        }
        if let Ok(mut woken) = self.woken.lock() {
            *woken = true;
            self.signal.notify_one();
        }
    }

    /// Holds the thread until woken, or until the time is over.
    fn wait(&self, time: Option<Duration>) {
        let Ok(woken) = self.woken.lock() else {
            return;
        };
        let guard = match time {
            _ if *woken => Some(woken),
            Some(time) => self.signal.wait_timeout(woken, time).ok().map(|w| w.0),
            None => self.signal.wait(woken).ok(),
        };
        if let Some(mut woken) = guard {
            *woken = false;
        }
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
        if !self.suspend_host(time) {
            let waker = self.asyncs.host.waker.clone();
            waker.wait(time);
        }
    }

    /// What other threads wake this isolate with.
    pub fn host_waker(&mut self) -> Arc<Waker> {
        let waker = self.asyncs.host.waker.clone();
        if let Some(alarm) = self.alarm() {
            let _ = waker.alarm.set(alarm);
        }
        waker
    }

    /// Sleeps on the main line of execution. Signals are handled meanwhile.
    pub fn sleep_host(&mut self, time: Duration) -> Result<()> {
        let end = self.monotonic() + time.as_secs_f64();
        let mut left = time;
        loop {
            self.wait_host(Some(left));
            self.run_attention()?;
            let rest = end - self.monotonic();
            if rest <= 0.0 {
                return Ok(());
            }
            left = Duration::from_secs_f64(rest);
        }
    }

    /// The monotonic clock, in seconds.
    pub fn monotonic(&self) -> f64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
    }
}
