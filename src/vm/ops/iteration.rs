//! Asynchronous iteration, awaiting.
#![allow(unsafe_code)]

use crate::bytecode::code::flags;
use crate::bytecode::op::AwaitContext;
use crate::objects::exceptions::Exc;
use crate::objects::generator::{GenKind, Generator};
use crate::objects::names::Slot;
use crate::objects::value::Value;
use crate::vm::frame::Frame;
use crate::vm::{Result, Vm};

impl Vm {
    pub(crate) fn get_aiter(&mut self, src: &Value) -> Result<Value> {
        let src = src.clone();
        let name = self.type_name(&src);
        let Some(iter) = self.call_slot(&src, Slot::AIter, &[])? else {
            return Err(self.type_error(format!(
                "'async for' requires an object with __aiter__ method, got {name}"
            )));
        };
        if !self.type_of(&iter).has_slot(Slot::ANext) {
            let got = self.type_name(&iter);
            return Err(self.type_error(format!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {got}"
            )));
        }
        Ok(iter)
    }

    pub(crate) fn get_anext(&mut self, src: &Value) -> Result<Value> {
        let src = src.clone();
        let name = self.type_name(&src);
        let Some(step) = self.call_slot(&src, Slot::ANext, &[])? else {
            return Err(self.type_error(format!(
                "'async for' requires an iterator with __anext__ method, got {name}"
            )));
        };
        match self.awaitable_iter(&step)? {
            Some(iter) => Ok(iter),
            None => {
                let got = self.type_name(&step);
                let error = self.type_error(format!(
                    "'async for' received an invalid object from __anext__: {got}"
                ));
                Err(error)
            }
        }
    }

    pub(crate) fn end_async_for(&mut self, error: Value) -> Result<()> {
        let error = self.as_exc(error);
        if error.is_a(&self.exc.StopAsyncIteration) {
            Ok(())
        } else {
            Err(error)
        }
    }

    /// The iterator that awaiting a value runs; `None` when it cannot be awaited.
    pub fn awaitable_iter(&mut self, value: &Value) -> Result<Option<Value>> {
        if let Some(generator) = value.downcast::<Generator>() {
            let iterable =
                unsafe { (&(*(*generator.frame.get()).code).code).has(flags::ITERABLE_COROUTINE) };
            match generator.kind {
                GenKind::Coroutine => return Ok(Some(value.clone())),
                GenKind::Generator if iterable => return Ok(Some(value.clone())),
                _ => {}
            }
        }
        if let Some(iter) = self.await_future(value)? {
            return Ok(Some(iter));
        }
        let Some(iter) = self.call_slot(value, Slot::Await, &[])? else {
            return Ok(None);
        };
        if iter
            .downcast::<Generator>()
            .is_some_and(|g| g.kind == GenKind::Coroutine)
        {
            return Err(self.type_error("__await__() returned a coroutine"));
        }
        if !self.type_of(&iter).has_slot(Slot::Next) {
            let name = self.type_name(&iter);
            return Err(self.type_error(format!(
                "__await__() returned non-iterator of type '{name}'"
            )));
        }
        Ok(Some(iter))
    }

    pub(crate) fn get_awaitable(&mut self, src: &Value, ctx: u16) -> Result<Value> {
        let src = src.clone();
        if let Some(iter) = self.awaitable_iter(&src)? {
            if let Some(coroutine) = iter.downcast::<Generator>()
                && coroutine.kind == GenKind::Coroutine
                && coroutine.delegate.borrow().is_some()
            {
                return Err(self.runtime_error("coroutine is being awaited already"));
            }
            return Ok(iter);
        }
        Err(self.not_awaitable(&src, ctx))
    }

    fn not_awaitable(&mut self, src: &Value, ctx: u16) -> Exc {
        let name = self.type_name(src);
        let message = match AwaitContext::from_number(ctx) {
            Some(AwaitContext::AEnter) => {
                format!(
                    "'async with' received an object from __aenter__ that does not implement __await__: {name}"
                )
            }
            Some(AwaitContext::AExit) => {
                format!(
                    "'async with' received an object from __aexit__ that does not implement __await__: {name}"
                )
            }
            _ => format!("object {name} can't be used in 'await' expression"),
        };
        self.type_error(message)
    }

    pub(crate) unsafe fn get_yield_from_iter(
        &mut self,
        frame: *mut Frame,
        src: &Value,
    ) -> Result<Value> {
        let src = src.clone();
        if let Some(generator) = src.downcast::<Generator>() {
            match generator.kind {
                GenKind::Coroutine => {
                    let allowed = unsafe {
                        (&(*(*frame).code).code).has(flags::COROUTINE | flags::ITERABLE_COROUTINE)
                    };
                    if !allowed {
                        return Err(self.type_error(
                            "cannot 'yield from' a coroutine object in a non-coroutine generator",
                        ));
                    }
                    return Ok(src);
                }
                GenKind::Generator => return Ok(src),
                GenKind::AsyncGenerator => {}
            }
        }
        self.iter(&src)
    }
}
