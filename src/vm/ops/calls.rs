//! Making functions, calls with `*` and `**`, and returns that are not the plain case.
#![allow(unsafe_code)]

use std::sync::Arc;

use crate::bytecode::code::{Capture, flags};
use crate::bytecode::op::FunctionAttr;
use crate::bytecode::{Code, CodeKind, Const};
use crate::objects::dict::Dict;
use crate::objects::function::{CellObj, CodeObj, Function, Linked};
use crate::objects::header::Gc;
use crate::objects::list::{List, Tuple};
use crate::objects::native::Keywords;
use crate::objects::number::{ComplexObj, IntObj};
use crate::objects::str::Str;
use crate::objects::value::Value;
use crate::vm::call::{Called, clear_registers};
use crate::vm::frame::{ENTRY, Frame, INIT};
use crate::vm::run::{Exit, Flow};
use crate::vm::{Result, Vm};

impl Vm {
    // ---- linking -----------------------------------------------------------------------------

    /// Turns a code object's constants and names into values of this isolate.
    #[cold]
    pub(crate) fn link<'a>(&mut self, code: &'a CodeObj) -> &'a Linked {
        let c = code.code.clone();
        let consts = c.consts.iter().map(|k| self.constant(k)).collect();
        let intern = |names: &[Arc<str>]| names.iter().map(|n| self.heap.intern_str(n)).collect();
        let linked = Linked {
            consts,
            names: intern(&c.names),
            varnames: intern(&c.varnames),
            freevars: intern(&c.freevars),
            sites: c.sites.iter().map(|_| Default::default()).collect(),
            simple: c.kwonly == 0
                && !c.has(flags::VARARGS | flags::VARKEYWORDS)
                && !c.is_suspendable(),
        };
        code.set_linked(linked)
    }

    /// The value of a constant.
    pub(crate) fn constant(&mut self, k: &Const) -> Value {
        match k {
            Const::None => Value::None,
            Const::True => Value::TRUE,
            Const::False => Value::FALSE,
            Const::Ellipsis => Value::Ellipsis,
            Const::Int(n) => Value::Int(*n),
            Const::BigInt(n) => self
                .heap
                .alloc(&self.types.int, IntObj((**n).clone()))
                .into(),
            Const::Float(x) => Value::Float(*x),
            Const::Complex(re, im) => self
                .heap
                .alloc(&self.types.complex, ComplexObj { re: *re, im: *im })
                .into(),
            Const::Str(text) => match text.as_str() {
                Some(s)
                    if s.len() <= 32
                        && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
                {
                    self.intern(s).into()
                }
                _ => self.new_str(Str::from_wtf8(text.0.to_vec())),
            },
            Const::Bytes(data) => self.new_bytes(data.to_vec()),
            Const::Tuple(items) => {
                let items = items.iter().map(|k| self.constant(k)).collect();
                self.new_tuple(items).into()
            }
            Const::FrozenSet(items) => {
                let items: Vec<Value> = items.iter().map(|k| self.constant(k)).collect();
                let tuple = self.new_tuple(items).value();
                let class = self.types.frozenset.value();
                // Constants are hashable, so this does not fail.
                self.call(&class, &[tuple]).unwrap_or_default()
            }
            Const::Code(code) => self.new_code(code.clone()).into(),
        }
    }

    pub fn new_code(&mut self, code: Arc<Code>) -> Gc<CodeObj> {
        self.heap.alloc(&self.types.code, CodeObj::new(code))
    }

    // ---- functions ---------------------------------------------------------------------------

    /// A function of `code` in `globals`, with the cells of its free variables.
    pub fn new_function(
        &mut self,
        code: &Gc<CodeObj>,
        globals: &Gc<Dict>,
        builtins: &Gc<Dict>,
        closure: Box<[Gc<CellObj>]>,
    ) -> Gc<Function> {
        let c = code.code.clone();
        let name = self.intern(&c.name).value();
        let qualname = if c.name == c.qualname {
            name.clone()
        } else {
            self.new_str(&*c.qualname)
        };
        let doc = match c.consts.first() {
            Some(Const::Str(_)) if c.has(flags::HAS_DOCSTRING) => {
                self.linked(code).consts[0].clone()
            }
            _ => Value::None,
        };
        let module = globals.get_str(&self.names.__name__).unwrap_or(Value::None);
        let function = Function {
            code: code.clone().into(),
            globals: globals.clone(),
            builtins: builtins.clone(),
            defaults: Value::Unbound.into(),
            kwdefaults: Value::Unbound.into(),
            closure,
            name: name.into(),
            qualname: qualname.into(),
            module: module.into(),
            doc: doc.into(),
            annotations: Value::Unbound.into(),
            type_params: Value::Unbound.into(),
        };
        self.heap.alloc(&self.types.function, function)
    }

    pub(crate) unsafe fn make_function(&mut self, frame: *mut Frame, k: usize) -> Value {
        // SAFETY: the running frame; captured registers hold cells, as the compiler made them.
        unsafe {
            let Some(code) = (&(*(*frame).linked).consts)[k]
                .downcast::<CodeObj>()
                .cloned()
            else {
                return Value::None;
            };
            let outer = &*(*frame).func;
            let mut closure = Vec::with_capacity(code.code.captures.len());
            for capture in &code.code.captures {
                let cell = match capture {
                    Capture::Cell(reg) => (*(*frame).regs.add(reg.0 as usize))
                        .downcast::<CellObj>()
                        .cloned(),
                    Capture::Free(idx) => outer.closure.get(*idx as usize).cloned(),
                };
                closure.push(cell.unwrap_or_else(|| {
                    self.heap
                        .alloc(&self.types.cell, CellObj::new(Value::Unbound))
                }));
            }
            let (globals, builtins) = (outer.globals.clone(), outer.builtins.clone());
            self.new_function(&code, &globals, &builtins, closure.into())
                .into()
        }
    }

    pub(crate) fn set_function_attr(function: &Gc<Function>, which: u16, value: Value) {
        let place = match FunctionAttr::from_number(which) {
            Some(FunctionAttr::Defaults) => &function.defaults,
            Some(FunctionAttr::KwDefaults) => &function.kwdefaults,
            Some(FunctionAttr::Annotations) => &function.annotations,
            Some(FunctionAttr::TypeParams) => &function.type_params,
            None => return,
        };
        drop(place.replace(value));
    }

    pub(crate) unsafe fn load_build_class(&mut self, frame: *mut Frame) -> Result<Value> {
        let found = unsafe {
            (*(*frame).func)
                .builtins
                .get_str(&self.names.__build_class__)
        };
        match found {
            Some(func) => Ok(func),
            None => {
                let error = self.exc.NameError.clone();
                Err(self.error(&error, "__build_class__ not found"))
            }
        }
    }

    /// Runs a class body in `namespace`; gives the class cell or `None`.
    pub fn run_class_body(&mut self, body: &Value, namespace: Value) -> Result<Value> {
        match body.downcast::<Function>().cloned() {
            Some(function) => self.call_function(&function, &[], Keywords::default(), namespace),
            None => Err(self.type_error("__build_class__: func must be a function")),
        }
    }

    /// Runs module or `exec` code. `locals` is unbound when it is the globals.
    pub fn run_code(
        &mut self,
        code: &Gc<CodeObj>,
        globals: &Gc<Dict>,
        locals: Value,
        closure: Box<[Gc<CellObj>]>,
    ) -> Result<Value> {
        let builtins = self.builtins_of(globals);
        let function = self.new_function(code, globals, &builtins, closure);
        let locals = match locals {
            Value::Obj(ref o) if o == globals.obj() => Value::Unbound,
            other => other,
        };
        // A function body that is run for its effect, as `exec(f.__code__)`, has no namespace.
        let locals = if code.code.kind == CodeKind::Function {
            Value::Unbound
        } else {
            locals
        };
        self.call_function(&function, &[], Keywords::default(), locals)
    }

    /// The builtins that code in `globals` sees: its `__builtins__`, or the isolate's.
    pub fn builtins_of(&mut self, globals: &Gc<Dict>) -> Gc<Dict> {
        match globals.get_str(&self.names.__builtins__) {
            Some(Value::Obj(o)) => match (
                o.downcast::<Dict>(),
                o.downcast::<crate::objects::module::Module>(),
            ) {
                (Some(dict), _) => dict.clone(),
                (_, Some(module)) => module.dict.clone(),
                _ => self.builtins.clone(),
            },
            _ => self.builtins.clone(),
        }
    }

    // ---- calls -------------------------------------------------------------------------------

    /// `p[0](*p[1], **p[2])`
    pub(crate) unsafe fn call_ex(&mut self, p: *mut Value, _ret: u16) -> Result<Called> {
        // SAFETY: three registers of the running frame.
        unsafe {
            let callee = (*p).clone();
            let args = (*p.add(1)).take();
            let items = self.star_args(&callee, &args)?;
            drop(args);
            let kwargs = (*p.add(2)).take();
            let (names, values): (Vec<Value>, Vec<Value>) = match kwargs.downcast::<Dict>() {
                Some(dict) => dict.items().into_iter().unzip(),
                None => Default::default(),
            };
            drop(kwargs);
            let kw = Keywords {
                names: &names,
                values: &values,
            };
            let result = self.call_with(&callee, &items, kw);
            clear_registers(p, 3);
            result.map(Some)
        }
    }

    fn star_args(&mut self, callee: &Value, args: &Value) -> Result<Vec<Value>> {
        if let Some(tuple) = args.downcast::<Tuple>() {
            return Ok(tuple.items().to_vec());
        }
        if let Some(list) = args.downcast::<List>() {
            return Ok(list.snapshot());
        }
        match self.collect(args) {
            Err(e)
                if e.is_a(&self.exc.TypeError)
                    && !self
                        .type_of(args)
                        .has_slot(crate::objects::names::Slot::Iter) =>
            {
                let (callee, name) = (self.callable_name(callee)?, self.type_name(args));
                Err(self.type_error(format!(
                    "{callee} argument after * must be an iterable, not {name}"
                )))
            }
            other => other,
        }
    }

    /// A return from a generator, from `__init__` or out of a nested run.
    pub(crate) unsafe fn return_slow(&mut self, frame: *mut Frame, result: Value) -> Result<Flow> {
        // SAFETY: the running frame.
        unsafe {
            if !(*frame).generator.is_null() {
                return self.generator_return(frame, result);
            }
            let (flags, ret) = ((*frame).flags, (*frame).ret);
            let mut result = result;
            if flags & INIT != 0 {
                if !result.is_none() {
                    let name = self.type_name(&result);
                    return Err(
                        self.type_error(format!("__init__() should return None, not '{name}'"))
                    );
                }
                result = (*frame).keep.clone();
            }
            self.pop_frame(frame);
            if flags & ENTRY != 0 {
                return Ok(Flow::Exit(Exit::Return(result)));
            }
            *(*self.frame).regs.add(ret as usize) = result;
            Ok(Flow::Switch)
        }
    }
}
