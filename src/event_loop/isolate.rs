//! The isolate as one Rust future.
//!
//! The interpreter runs on a stack of its own (a stackful coroutine), so that whatever it is doing
//! (also deep inside a native that called back) it can wait for the host without holding up the
//! host's thread: it switches back to the future's `poll`, which waits through Tokio.
//!
//!   poll --resume--> running --`suspend_host`--> waiting (timer, wake-up) --poll--> running
//!   running --returns--> done
#![allow(unsafe_code)]

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult, Yielder};

use crate::vm::Vm;

/// Part of the stack that nested natives leave free for what cannot be bounded by counting.
const RESERVE: usize = 256 * 1024;
/// Stack of the command line's isolate. The operating system gives memory as it is touched.
pub const MAIN_STACK: usize = 256 * 1024 * 1024;
/// Stack of an embedded isolate.
pub const EMBEDDED_STACK: usize = 16 * 1024 * 1024;

/// What the interpreter waits for.
struct Wait {
    until: Option<Instant>,
}

type HostYielder = Yielder<(), Wait>;

/// How the running interpreter reaches the future that drives it.
pub struct Suspender {
    yielder: *const HostYielder,
    alarm: Arc<Alarm>,
}

/// Wakes a waiting isolate from any thread.
#[derive(Default)]
pub struct Alarm {
    rung: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Alarm {
    /// The isolate's wait ends, or its next one does not begin.
    pub fn ring(&self) {
        self.rung.store(true, Ordering::Release);
        let waker = self.waker.lock().ok().and_then(|mut w| w.take());
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn listen(&self, cx: &Context<'_>) {
        if let Ok(mut waker) = self.waker.lock() {
            *waker = Some(cx.waker().clone());
        }
    }
}

impl Vm {
    /// Gives the host's thread back until `time` is over or the alarm rings; `None`: however long
    /// that takes. False when nobody drives this isolate, and so nothing was waited for.
    pub fn suspend_host(&mut self, time: Option<Duration>) -> bool {
        let Some(suspender) = &self.suspender else {
            return false;
        };
        if suspender.alarm.rung.swap(false, Ordering::AcqRel) {
            return true;
        }
        let until = time.and_then(|t| Instant::now().checked_add(t));
        // SAFETY: the yielder lives on the isolate's stack as long as the interpreter runs on it.
        unsafe { (*suspender.yielder).suspend(Wait { until }) };
        true
    }

    /// What other threads ring to wake this isolate, when it is driven.
    pub fn alarm(&self) -> Option<Arc<Alarm>> {
        self.suspender.as_ref().map(|s| s.alarm.clone())
    }
}

/// An isolate that runs `job` to its end. Not `Send`: it stays on the thread that polls it.
pub struct IsolateFuture<T> {
    coroutine: Coroutine<(), Wait, T, DefaultStack>,
    alarm: Arc<Alarm>,
    timer: Option<Timer>,
    waiting: Option<Wait>,
}

impl<T: 'static> IsolateFuture<T> {
    /// Makes an isolate of `stack_size` bytes of stack. `job` gets the new interpreter; the
    /// interpreter goes when it returns.
    ///
    /// # Errors
    /// When the stack cannot be allocated.
    pub fn new(
        stack_size: usize,
        job: impl FnOnce(&mut Vm) -> T + 'static,
    ) -> std::io::Result<Self> {
        let stack = DefaultStack::new(stack_size)?;
        let limit = stack.limit().get() + RESERVE;
        let alarm = Arc::<Alarm>::default();
        let ring = alarm.clone();
        let coroutine = Coroutine::with_stack(stack, move |yielder: &HostYielder, ()| {
            let mut vm = Vm::new();
            vm.stack_limit.set(limit);
            vm.suspender = Some(Suspender {
                yielder,
                alarm: ring,
            });
            let result = job(&mut vm);
            vm.suspender = None;
            result
        });
        Ok(IsolateFuture {
            coroutine,
            alarm,
            timer: None,
            waiting: None,
        })
    }

    /// Whether the wait is over.
    fn is_due(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(wait) = &self.waiting else {
            return true;
        };
        self.alarm.listen(cx);
        if self.alarm.rung.swap(false, Ordering::AcqRel) {
            return true;
        }
        let Some(until) = wait.until else {
            return false;
        };
        if Instant::now() >= until {
            return true;
        }
        self.timer
            .get_or_insert_with(Timer::new)
            .poll_until(until, cx)
            .is_ready()
    }
}

impl<T: 'static> Future for IsolateFuture<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        loop {
            if !self.is_due(cx) {
                return Poll::Pending;
            }
            self.waiting = None;
            match self.coroutine.resume(()) {
                CoroutineResult::Yield(wait) => self.waiting = Some(wait),
                CoroutineResult::Return(result) => return Poll::Ready(result),
            }
        }
    }
}

/// A timer more precise than Tokio's, which rounds up to whole milliseconds.
struct Timer {
    #[cfg(target_os = "linux")]
    fd: Option<tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Timer {
    fn new() -> Timer {
        Timer {
            #[cfg(target_os = "linux")]
            fd: timer_fd(),
            sleep: None,
        }
    }

    fn poll_until(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        #[cfg(target_os = "linux")]
        if let Some(fd) = &self.fd
            && set_timer(fd, until)
        {
            return match fd.poll_read_ready(cx) {
                Poll::Ready(Ok(mut guard)) => {
                    guard.clear_ready();
                    // Armed again above, so readiness is of an earlier wait unless the time is over.
                    if Instant::now() >= until {
                        return Poll::Ready(());
                    }
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Ready(Err(_)) => Poll::Ready(()),
                Poll::Pending => Poll::Pending,
            };
        }
        let mut sleep = Box::pin(tokio::time::sleep_until(until.into()));
        let state = sleep.as_mut().poll(cx);
        self.sleep = Some(sleep);
        state
    }
}

#[cfg(target_os = "linux")]
fn timer_fd() -> Option<tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>> {
    use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
    let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
    let fd = timerfd_create(TimerfdClockId::Monotonic, flags).ok()?;
    // SAFETY: the descriptor is owned, never exchanged, and closed only with the `AsyncFd`.
    unsafe { tokio::io::unix::AsyncFd::register_with_interest(fd, tokio::io::Interest::READABLE) }
        .ok()
}

#[cfg(target_os = "linux")]
fn set_timer(fd: &tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>, until: Instant) -> bool {
    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    let left = until
        .saturating_duration_since(Instant::now())
        .max(Duration::from_nanos(1));
    let value = Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()) as _,
    };
    let spec = Itimerspec {
        it_interval: Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
        it_value: value,
    };
    timerfd_settime(fd.get_ref(), TimerfdTimerFlags::empty(), &spec).is_ok()
}

/// Runs `job` in an isolate on this thread, which drives it with a Tokio runtime of its own.
/// The exit code for the process: that of the job, or 1 when no runtime could be made.
pub fn run_on_main(job: impl FnOnce(&mut Vm) -> u8 + 'static) -> u8 {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("apy: cannot start: {error}");
            return 1;
        }
    };
    let _guard = runtime.enter();
    match IsolateFuture::new(MAIN_STACK, job) {
        Ok(isolate) => runtime.block_on(isolate),
        Err(error) => {
            eprintln!("apy: cannot start: {error}");
            1
        }
    }
}
