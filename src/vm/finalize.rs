//! What waits to be run at an instruction boundary: finalizers, callbacks, collections.

use std::sync::atomic::Ordering;

use crate::objects::generator::{GenKind, GenState, Generator};
use crate::objects::heap::{Pending, attention};
use crate::objects::names::Slot;
use crate::objects::value::Value;

use super::{Result, Vm};

impl Vm {
    /// Does what the attention word asks for.
    #[cold]
    #[inline(never)]
    pub(crate) fn attend(&mut self) -> Result<()> {
        let bits = self.attention.swap(0, Ordering::Relaxed);
        if bits & attention::COLLECT != 0 {
            self.heap.collect();
        }
        if (bits | self.attention.load(Ordering::Relaxed)) & attention::FINALIZE != 0 {
            self.attention
                .fetch_and(!attention::FINALIZE, Ordering::Relaxed);
            self.run_pending();
        }
        let rest =
            bits & (attention::SLICE | attention::SIGNAL | attention::CANCEL | attention::LIMIT);
        if rest != 0 {
            return self.attend_host(rest);
        }
        Ok(())
    }

    /// Runs finalizers and weak reference callbacks. Their errors are reported, not raised.
    pub fn run_pending(&mut self) {
        // Errors and results of what is interrupted must not be disturbed.
        let (raise, result) = (self.pending_raise.take(), self.delegate_result.take());
        let reraising = std::mem::take(&mut self.reraising);
        let yielded = self.async_yielded;
        loop {
            let pending = self.heap.take_pending();
            if pending.is_empty() {
                break;
            }
            for item in pending {
                match item {
                    Pending::Finalize(obj) => self.finalize(&Value::Obj(obj)),
                    Pending::Callback { callback, weakref } => {
                        let weakref = Value::Obj(weakref);
                        if let Err(e) = self.call(&callback, &[weakref]) {
                            self.unraisable(&e, "", &callback);
                        }
                    }
                }
            }
        }
        self.async_yielded = yielded;
        self.pending_raise = raise;
        self.delegate_result = result;
        self.reraising = reraising;
    }

    fn finalize(&mut self, obj: &Value) {
        if let Some(generator) = obj.downcast::<Generator>() {
            let generator = generator.clone();
            return self.finalize_generator(&generator, obj);
        }
        if let Some(future) = obj.downcast::<crate::event_loop::future::Future>() {
            let future = future.clone();
            self.finalize_future(&future);
        }
        let Some(func) = self.type_of(obj).slot(Slot::Del) else {
            return;
        };
        if let Err(e) = self.call_special(&func, obj, &[]) {
            self.unraisable(&e, "", &func);
        }
    }

    fn finalize_generator(
        &mut self,
        generator: &crate::objects::header::Gc<Generator>,
        obj: &Value,
    ) {
        if generator.kind == GenKind::AsyncGenerator {
            let hook = generator.finalizer.take();
            if !hook.is_unbound() && !hook.is_none() {
                if let Err(e) = self.call(&hook, std::slice::from_ref(obj)) {
                    self.unraisable(&e, "", obj);
                }
                return;
            }
        }
        if generator.kind == GenKind::Coroutine && generator.state.get() == GenState::Created {
            self.warn_never_awaited(generator);
            self.finish_generator(generator);
            return;
        }
        if let Err(e) = self.generator_close(generator) {
            self.unraisable(&e, "", obj);
        }
    }
}
