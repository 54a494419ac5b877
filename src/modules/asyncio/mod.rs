//! The native half of `asyncio`: the module `_asyncio`, one room per primitive. The other half is in
//! `stdlib/asyncio`.

pub mod event_loop;
pub mod future;
pub mod handle;
pub mod registry;
pub mod task;

use crate::modules::NativeModule;
use crate::objects::header::Gc;
use crate::objects::module::Module;
use crate::vm::{Result, Vm};

pub static ASYNCIO: NativeModule = NativeModule {
    name: "_asyncio",
    doc: "Futures, tasks and the event loop.",
    functions: registry::FUNCTIONS,
    init,
};

fn init(vm: &mut Vm, module: &Gc<Module>) -> Result<()> {
    let types = vm.async_types();
    for (name, value) in [
        ("Future", types.future.value()),
        ("Task", types.task.value()),
        ("Handle", types.handle.value()),
        ("TimerHandle", types.timer_handle.value()),
        ("_LoopCore", types.event_loop.value()),
        ("InvalidStateError", types.invalid_state.value()),
        ("CancelledError", vm.exc.CancelledError.value()),
    ] {
        vm.set_in(module, name, value);
    }
    let cancelled = vm.exc.CancelledError.clone();
    let name = vm.intern("__module__");
    let value = vm.new_str("asyncio.exceptions");
    cancelled.dict().set_str(&name, value, &vm.heap);
    cancelled.changed();
    Ok(())
}
