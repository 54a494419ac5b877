//! The loop: one `match` over the opcodes. Arms are thin: the fast case of the hot ones inline, all
//! else in `ops/`. An error leaves the `match` through `break 'exec`, to be unwound.
#![allow(unsafe_code)]

use std::sync::atomic::Ordering;

use crate::bytecode::Op;
use crate::bytecode::op::BinaryOp;
use crate::bytecode::operand::Reg;
use crate::objects::exceptions::Exc;
use crate::objects::function::{CellObj, Function};
use crate::objects::generator::Generator;
use crate::objects::iter::{ListIter, RangeIter};
use crate::objects::list::{List, Tuple};
use crate::objects::names::Slot;
use crate::objects::operators::CompareOp;
use crate::objects::value::Value;

use super::frame::{ENTRY, Frame, INIT};
use super::ops::arith;
use super::{Result, Vm};

/// How a nested run ended.
pub enum Exit {
    Return(Value),
    /// The generator that was the entry has yielded.
    Yield(Value),
}

/// Where control goes after an operation that may have changed frames.
pub(crate) enum Flow {
    /// On with the next instruction of the same frame.
    Next,
    /// The running frame is another one now.
    Switch,
    /// The nested run ends.
    Exit(Exit),
}

impl Vm {
    /// Runs from the current frame until the frame flagged `ENTRY` is left.
    pub(crate) fn run(&mut self) -> Result<Exit> {
        // SAFETY of the whole loop: `frame` is the running frame; its code, and with it `pc`,
        // constants and sites, lives as long as it does; the verifier has checked that registers,
        // constants and jumps are in range. Natives called from here see the registers only
        // through the slices that they are given.
        unsafe {
            let mut frame: *mut Frame = self.frame;
            let mut pc: *const Op = (*frame).pc;
            let mut regs: *mut Value = (*frame).regs;

            macro_rules! r {
                ($reg:expr) => {
                    *regs.add($reg.0 as usize)
                };
            }
            macro_rules! reload {
                () => {{
                    frame = self.frame;
                    pc = (*frame).pc;
                    regs = (*frame).regs;
                }};
            }
            macro_rules! jump {
                ($off:expr) => {
                    pc = pc.offset($off.0 as isize)
                };
            }

            loop {
                let error: Exc = 'exec: {
                    macro_rules! attend {
                        () => {
                            if self.attention.load(Ordering::Relaxed) != 0 {
                                (*frame).pc = pc;
                                if let Err(e) = self.attend() {
                                    break 'exec e;
                                }
                            }
                        };
                    }
                    macro_rules! set {
                        ($reg:expr, $value:expr) => {{
                            let value: Value = $value;
                            let place = regs.add($reg.0 as usize);
                            if matches!(*place, Value::Obj(_)) {
                                *place = value;
                                attend!();
                            } else {
                                place.write(value);
                            }
                        }};
                    }
                    macro_rules! tri {
                        ($result:expr) => {
                            match $result {
                                Ok(value) => value,
                                Err(e) => break 'exec e,
                            }
                        };
                    }
                    macro_rules! save {
                        () => {
                            (*frame).pc = pc
                        };
                    }
                    macro_rules! binary {
                        ($op:expr, $dst:expr, $a:expr, $b:expr) => {{
                            save!();
                            let value = tri!(self.binary_slow($op, &r!($a), &r!($b)));
                            set!($dst, value);
                        }};
                    }
                    macro_rules! int_float {
                        ($op:expr, $checked:ident, $fop:tt, $dst:expr, $a:expr, $b:expr) => {
                            match (&r!($a), &r!($b)) {
                                (Value::Int(x), Value::Int(y)) => match x.$checked(*y) {
                                    Some(n) => set!($dst, Value::Int(n)),
                                    None => binary!($op, $dst, $a, $b),
                                },
                                (Value::Float(x), Value::Float(y)) => {
                                    let value = Value::Float(x $fop y);
                                    set!($dst, value)
                                }
                                _ => binary!($op, $dst, $a, $b),
                            }
                        };
                    }
                    macro_rules! compare {
                        ($op:ident, $iop:tt, $dst:expr, $a:expr, $b:expr) => {
                            match (&r!($a), &r!($b)) {
                                (Value::Int(x), Value::Int(y)) => {
                                    let value = Value::Bool(x $iop y);
                                    set!($dst, value)
                                }
                                (Value::Float(x), Value::Float(y)) => {
                                    let value = Value::Bool(x $iop y);
                                    set!($dst, value)
                                }
                                _ => {
                                    save!();
                                    let value = tri!(self.compare(CompareOp::$op, &r!($a), &r!($b)));
                                    set!($dst, value);
                                }
                            }
                        };
                    }
                    macro_rules! jump_unless {
                        ($op:ident, $iop:tt, $a:expr, $b:expr, $off:expr) => {
                            match (&r!($a), &r!($b)) {
                                (Value::Int(x), Value::Int(y)) => {
                                    if !(x $iop y) {
                                        jump!($off);
                                    }
                                }
                                _ => {
                                    save!();
                                    if !tri!(self.compare_bool(CompareOp::$op, &r!($a), &r!($b))) {
                                        jump!($off);
                                    }
                                    attend!();
                                }
                            }
                        };
                    }
                    macro_rules! jump_unless_int {
                        ($op:ident, $iop:tt, $a:expr, $imm:expr, $off:expr) => {
                            match &r!($a) {
                                Value::Int(x) => {
                                    if !(*x $iop i64::from($imm.0)) {
                                        jump!($off);
                                    }
                                }
                                _ => {
                                    save!();
                                    let imm = Value::Int(i64::from($imm.0));
                                    if !tri!(self.compare_bool(CompareOp::$op, &r!($a), &imm)) {
                                        jump!($off);
                                    }
                                    attend!();
                                }
                            }
                        };
                    }
                    macro_rules! flow {
                        ($result:expr) => {
                            match tri!($result) {
                                Flow::Next => {}
                                Flow::Switch => {
                                    reload!();
                                    if let Some(e) = self.pending_raise.take() {
                                        break 'exec e;
                                    }
                                }
                                Flow::Exit(exit) => return Ok(exit),
                            }
                        };
                    }
                    macro_rules! called {
                        ($dst:expr, $result:expr) => {
                            match tri!($result) {
                                Some(value) => set!($dst, value),
                                None => reload!(),
                            }
                        };
                    }
                    macro_rules! truth {
                        ($reg:expr) => {
                            match &r!($reg) {
                                Value::Bool(b) => *b,
                                Value::None => false,
                                Value::Int(n) => *n != 0,
                                _ => {
                                    save!();
                                    let truth = tri!(self.truth(&r!($reg)));
                                    attend!();
                                    truth
                                }
                            }
                        };
                    }

                    if let Some(e) = self.pending_raise.take() {
                        break 'exec e;
                    }
                    loop {
                        let op = *pc;
                        pc = pc.add(1);
                        match op {
                            Op::Nop {} | Op::OpKind { .. } => {}
                            Op::Move { dst, src } => set!(dst, r!(src).clone()),
                            Op::Take { dst, src } => {
                                let value = r!(src).take();
                                set!(dst, value)
                            }
                            Op::Clear { reg } => {
                                if matches!(r!(reg), Value::Obj(_)) {
                                    drop(r!(reg).take());
                                    attend!();
                                } else {
                                    regs.add(reg.0 as usize).write(Value::Unbound);
                                }
                            }
                            Op::CheckLocal { reg } => {
                                if r!(reg).is_unbound() {
                                    save!();
                                    break 'exec self.unbound_local(frame, reg);
                                }
                            }
                            Op::LoadConst { dst, k } => {
                                set!(dst, (&(*(*frame).linked).consts)[k.0 as usize].clone())
                            }
                            Op::LoadInt { dst, v } => set!(dst, Value::Int(i64::from(v.0))),
                            Op::LoadNone { dst } => set!(dst, Value::None),
                            Op::LoadBool { dst, v } => set!(dst, Value::Bool(v.0 != 0)),

                            // ---- names
                            Op::LoadGlobal { dst, site } => {
                                let value = match self.load_global_cached(frame, site) {
                                    Some(value) => value,
                                    None => {
                                        save!();
                                        tri!(self.load_global(frame, site))
                                    }
                                };
                                set!(dst, value)
                            }
                            Op::StoreGlobal { name, src } => {
                                let value = r!(src).clone();
                                self.store_global(frame, name, value);
                                attend!();
                            }
                            Op::DelGlobal { name } => {
                                tri!(self.del_global(frame, name));
                                attend!();
                            }
                            Op::LoadName { dst, site } => {
                                save!();
                                let value = tri!(self.load_name(frame, site));
                                set!(dst, value)
                            }
                            Op::StoreName { name, src } => {
                                save!();
                                let value = r!(src).clone();
                                tri!(self.store_name(frame, name, value));
                                attend!();
                            }
                            Op::DelName { name } => {
                                save!();
                                tri!(self.del_name(frame, name));
                                attend!();
                            }
                            Op::MakeCell { reg } => {
                                let value = r!(reg).take();
                                let cell = self.heap.alloc(&self.types.cell, CellObj::new(value));
                                regs.add(reg.0 as usize).write(cell.into());
                            }
                            Op::LoadCell { dst, cell } => {
                                let value = r!(cell)
                                    .downcast::<CellObj>()
                                    .map(|c| c.get().clone())
                                    .unwrap_or_default();
                                if value.is_unbound() {
                                    save!();
                                    break 'exec self.unbound_local(frame, cell);
                                }
                                set!(dst, value)
                            }
                            Op::StoreCell { cell, src } => {
                                let value = r!(src).clone();
                                if let Some(cell) = r!(cell).downcast::<CellObj>() {
                                    drop(cell.set(value));
                                }
                                attend!();
                            }
                            Op::DelCell { cell } => {
                                let old = r!(cell)
                                    .downcast::<CellObj>()
                                    .map(|c| c.set(Value::Unbound))
                                    .unwrap_or_default();
                                if old.is_unbound() {
                                    break 'exec self.unbound_local(frame, cell);
                                }
                                drop(old);
                                attend!();
                            }
                            Op::LoadFree { dst, idx } => {
                                let value =
                                    (&(*(*frame).func).closure)[idx.0 as usize].get().clone();
                                if value.is_unbound() {
                                    save!();
                                    break 'exec self.unbound_free(frame, idx.0);
                                }
                                set!(dst, value)
                            }
                            Op::StoreFree { idx, src } => {
                                let value = r!(src).clone();
                                drop((&(*(*frame).func).closure)[idx.0 as usize].set(value));
                                attend!();
                            }
                            Op::DelFree { idx } => {
                                let old =
                                    (&(*(*frame).func).closure)[idx.0 as usize].set(Value::Unbound);
                                if old.is_unbound() {
                                    break 'exec self.unbound_free(frame, idx.0);
                                }
                                drop(old);
                                attend!();
                            }
                            Op::LoadFromDictOrFree { dst, ns, idx } => {
                                save!();
                                let value =
                                    tri!(self.load_from_dict_or_free(frame, &r!(ns), idx.0));
                                set!(dst, value)
                            }
                            Op::LoadFromDictOrGlobal { dst, ns, site } => {
                                save!();
                                let value =
                                    tri!(self.load_from_dict_or_global(frame, &r!(ns), site));
                                set!(dst, value)
                            }
                            Op::LoadLocals { dst } => {
                                let value = self.frame_namespace(frame);
                                set!(dst, value)
                            }
                            Op::SetupAnnotations {} => {
                                save!();
                                tri!(self.setup_annotations(frame));
                            }

                            // ---- arithmetic
                            Op::Add { dst, a, b } => {
                                int_float!(BinaryOp::Add, checked_add, +, dst, a, b)
                            }
                            Op::Sub { dst, a, b } => {
                                int_float!(BinaryOp::Sub, checked_sub, -, dst, a, b)
                            }
                            Op::Mul { dst, a, b } => {
                                int_float!(BinaryOp::Mul, checked_mul, *, dst, a, b)
                            }
                            Op::MatMul { dst, a, b } => binary!(BinaryOp::MatMul, dst, a, b),
                            Op::TrueDiv { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Float(x), Value::Float(y)) if *y != 0.0 => {
                                    let value = Value::Float(x / y);
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::TrueDiv, dst, a, b),
                            },
                            Op::FloorDiv { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) if *y > 0 => {
                                    let value = Value::Int(x.div_euclid(*y));
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::FloorDiv, dst, a, b),
                            },
                            Op::Mod { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) if *y > 0 => {
                                    let value = Value::Int(x.rem_euclid(*y));
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::Mod, dst, a, b),
                            },
                            Op::Pow { dst, a, b } => binary!(BinaryOp::Pow, dst, a, b),
                            Op::LShift { dst, a, b } => binary!(BinaryOp::LShift, dst, a, b),
                            Op::RShift { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) if (0..64).contains(y) => {
                                    let value = Value::Int(x >> y);
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::RShift, dst, a, b),
                            },
                            Op::BitAnd { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) => {
                                    let value = Value::Int(x & y);
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::BitAnd, dst, a, b),
                            },
                            Op::BitOr { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) => {
                                    let value = Value::Int(x | y);
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::BitOr, dst, a, b),
                            },
                            Op::BitXor { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) => {
                                    let value = Value::Int(x ^ y);
                                    set!(dst, value)
                                }
                                _ => binary!(BinaryOp::BitXor, dst, a, b),
                            },
                            Op::Inplace { dst, a, b } => {
                                save!();
                                let kind = match *pc {
                                    Op::OpKind { op } => BinaryOp::from_number(op.0),
                                    _ => None,
                                };
                                let value = tri!(self.inplace_slow(
                                    kind.unwrap_or(BinaryOp::Add),
                                    &r!(a),
                                    &r!(b)
                                ));
                                set!(dst, value)
                            }
                            Op::IAdd { dst, a, b } => match (&r!(a), &r!(b)) {
                                (Value::Int(x), Value::Int(y)) if x.checked_add(*y).is_some() => {
                                    let value = Value::Int(x.wrapping_add(*y));
                                    set!(dst, value)
                                }
                                (Value::Float(x), Value::Float(y)) => {
                                    let value = Value::Float(x + y);
                                    set!(dst, value)
                                }
                                _ => {
                                    save!();
                                    let value =
                                        tri!(self.inplace_slow(BinaryOp::Add, &r!(a), &r!(b)));
                                    set!(dst, value)
                                }
                            },
                            Op::IAddInt { dst, a, imm } => match &r!(a) {
                                Value::Int(x) if x.checked_add(i64::from(imm.0)).is_some() => {
                                    let value = Value::Int(x + i64::from(imm.0));
                                    set!(dst, value)
                                }
                                _ => {
                                    save!();
                                    let value = tri!(self.inplace_slow(
                                        BinaryOp::Add,
                                        &r!(a),
                                        &Value::Int(i64::from(imm.0))
                                    ));
                                    set!(dst, value)
                                }
                            },
                            Op::ISubInt { dst, a, imm } => match &r!(a) {
                                Value::Int(x) if x.checked_sub(i64::from(imm.0)).is_some() => {
                                    let value = Value::Int(x - i64::from(imm.0));
                                    set!(dst, value)
                                }
                                _ => {
                                    save!();
                                    let value = tri!(self.inplace_slow(
                                        BinaryOp::Sub,
                                        &r!(a),
                                        &Value::Int(i64::from(imm.0))
                                    ));
                                    set!(dst, value)
                                }
                            },
                            Op::AddInt { dst, a, imm } => match &r!(a) {
                                Value::Int(x) if x.checked_add(i64::from(imm.0)).is_some() => {
                                    let value = Value::Int(x + i64::from(imm.0));
                                    set!(dst, value)
                                }
                                _ => {
                                    save!();
                                    let value = tri!(self.binary_slow(
                                        BinaryOp::Add,
                                        &r!(a),
                                        &Value::Int(i64::from(imm.0))
                                    ));
                                    set!(dst, value)
                                }
                            },
                            Op::SubInt { dst, a, imm } => match &r!(a) {
                                Value::Int(x) if x.checked_sub(i64::from(imm.0)).is_some() => {
                                    let value = Value::Int(x - i64::from(imm.0));
                                    set!(dst, value)
                                }
                                _ => {
                                    save!();
                                    let value = tri!(self.binary_slow(
                                        BinaryOp::Sub,
                                        &r!(a),
                                        &Value::Int(i64::from(imm.0))
                                    ));
                                    set!(dst, value)
                                }
                            },
                            Op::Neg { dst, src } => {
                                save!();
                                let value = tri!(arith::negate(self, &r!(src)));
                                set!(dst, value)
                            }
                            Op::Pos { dst, src } => {
                                save!();
                                let value = tri!(self.unary(Slot::Pos, &r!(src)));
                                set!(dst, value)
                            }
                            Op::Invert { dst, src } => {
                                save!();
                                let value = tri!(arith::invert(self, &r!(src)));
                                set!(dst, value)
                            }
                            Op::Not { dst, src } => {
                                let truth = truth!(src);
                                set!(dst, Value::Bool(!truth))
                            }

                            // ---- comparison
                            Op::Lt { dst, a, b } => compare!(Lt, <, dst, a, b),
                            Op::Le { dst, a, b } => compare!(Le, <=, dst, a, b),
                            Op::Eq { dst, a, b } => compare!(Eq, ==, dst, a, b),
                            Op::Ne { dst, a, b } => compare!(Ne, !=, dst, a, b),
                            Op::Gt { dst, a, b } => compare!(Gt, >, dst, a, b),
                            Op::Ge { dst, a, b } => compare!(Ge, >=, dst, a, b),
                            Op::Is { dst, a, b } => {
                                let value = Value::Bool(r!(a).is_same(&r!(b)));
                                set!(dst, value)
                            }
                            Op::IsNot { dst, a, b } => {
                                let value = Value::Bool(!r!(a).is_same(&r!(b)));
                                set!(dst, value)
                            }
                            Op::In { dst, a, b } => {
                                save!();
                                let found = tri!(self.contains_fast(&r!(b), &r!(a)));
                                set!(dst, Value::Bool(found))
                            }
                            Op::NotIn { dst, a, b } => {
                                save!();
                                let found = tri!(self.contains_fast(&r!(b), &r!(a)));
                                set!(dst, Value::Bool(!found))
                            }

                            // ---- jumps
                            Op::Jump { off } => jump!(off),
                            Op::LoopBack { off } => {
                                jump!(off);
                                attend!();
                            }
                            Op::JumpIfTrue { cond, off } => {
                                if truth!(cond) {
                                    jump!(off);
                                }
                            }
                            Op::JumpIfFalse { cond, off } => {
                                if !truth!(cond) {
                                    jump!(off);
                                }
                            }
                            Op::JumpIfNone { src, off } => {
                                if r!(src).is_none() {
                                    jump!(off);
                                }
                            }
                            Op::JumpIfNotNone { src, off } => {
                                if !r!(src).is_none() {
                                    jump!(off);
                                }
                            }
                            Op::JumpIfUnbound { reg, off } => {
                                if r!(reg).is_unbound() {
                                    jump!(off);
                                }
                            }
                            Op::JumpUnlessLt { a, b, off } => jump_unless!(Lt, <, a, b, off),
                            Op::JumpUnlessLe { a, b, off } => jump_unless!(Le, <=, a, b, off),
                            Op::JumpUnlessEq { a, b, off } => jump_unless!(Eq, ==, a, b, off),
                            Op::JumpUnlessNe { a, b, off } => jump_unless!(Ne, !=, a, b, off),
                            Op::JumpUnlessGt { a, b, off } => jump_unless!(Gt, >, a, b, off),
                            Op::JumpUnlessGe { a, b, off } => jump_unless!(Ge, >=, a, b, off),
                            Op::JumpUnlessLtInt { a, imm, off } => {
                                jump_unless_int!(Lt, <, a, imm, off)
                            }
                            Op::JumpUnlessLeInt { a, imm, off } => {
                                jump_unless_int!(Le, <=, a, imm, off)
                            }
                            Op::JumpUnlessEqInt { a, imm, off } => {
                                jump_unless_int!(Eq, ==, a, imm, off)
                            }
                            Op::JumpUnlessNeInt { a, imm, off } => {
                                jump_unless_int!(Ne, !=, a, imm, off)
                            }
                            Op::JumpUnlessGtInt { a, imm, off } => {
                                jump_unless_int!(Gt, >, a, imm, off)
                            }
                            Op::JumpUnlessGeInt { a, imm, off } => {
                                jump_unless_int!(Ge, >=, a, imm, off)
                            }

                            // ---- building
                            Op::BuildList { dst, base, n } => {
                                let items = take_window(regs, base, n.0);
                                let list = self.new_list(items);
                                set!(dst, list.into())
                            }
                            Op::BuildTuple { dst, base, n } => {
                                let items = take_window(regs, base, n.0);
                                let tuple = self.new_tuple(items);
                                set!(dst, tuple.into())
                            }
                            Op::BuildSet { dst, base, n } => {
                                save!();
                                let items = take_window(regs, base, n.0);
                                let set = tri!(self.build_set(items));
                                set!(dst, set)
                            }
                            Op::BuildDict { dst, base, n } => {
                                save!();
                                let items = take_window(regs, base, n.0 * 2);
                                let dict = tri!(self.build_dict(items));
                                set!(dst, dict)
                            }
                            Op::BuildString { dst, base, n } => {
                                let items = take_window(regs, base, n.0);
                                let s = self.build_string(&items);
                                drop(items);
                                set!(dst, s)
                            }
                            Op::BuildSlice { dst, base } => {
                                let items = take_window(regs, base, 3);
                                let slice = self.build_slice(items);
                                set!(dst, slice)
                            }
                            Op::ListAppend { list, src } => {
                                let value = r!(src).clone();
                                if let Some(list) = r!(list).downcast::<List>() {
                                    list.push(value);
                                }
                            }
                            Op::ListExtend { list, src } => {
                                save!();
                                tri!(self.list_extend_star(&r!(list), &r!(src)));
                            }
                            Op::SetAdd { set, src } => {
                                save!();
                                tri!(self.set_add(&r!(set), r!(src).clone()));
                            }
                            Op::SetUpdate { set, src } => {
                                save!();
                                tri!(self.set_update(&r!(set), &r!(src)));
                            }
                            Op::DictSet { dict, key, src } => {
                                save!();
                                tri!(self.dict_set(&r!(dict), r!(key).clone(), r!(src).clone()));
                            }
                            Op::DictUpdate { dict, src } => {
                                save!();
                                tri!(self.dict_update_display(&r!(dict), &r!(src)));
                            }
                            Op::DictMerge { dict, src, callee } => {
                                save!();
                                tri!(self.dict_merge(&r!(dict), &r!(src), &r!(callee)));
                            }
                            Op::ListToTuple { dst, src } => {
                                let list = r!(src).take();
                                let items = list
                                    .downcast::<List>()
                                    .map(|l| l.replace(Vec::new()))
                                    .unwrap_or_default();
                                let tuple = self.new_tuple(items);
                                set!(dst, tuple.into())
                            }
                            Op::Convert { dst, src, kind } => {
                                save!();
                                let value = tri!(self.convert(&r!(src), kind.0));
                                set!(dst, value)
                            }
                            Op::FormatValue { dst, src, spec } => {
                                save!();
                                let value = tri!(self.format_value(&r!(src), &r!(spec)));
                                set!(dst, value)
                            }
                            Op::FormatSimple { dst, src } => {
                                save!();
                                let value = tri!(self.format_simple(&r!(src)));
                                set!(dst, value)
                            }

                            // ---- items and attributes
                            Op::GetItem { dst, obj, key } => {
                                let value = match (&r!(obj), &r!(key)) {
                                    (Value::Obj(o), Value::Int(i))
                                        if o.ty() == &self.types.list =>
                                    {
                                        o.downcast::<List>().and_then(|l| {
                                            if *i >= 0 { l.get(*i as usize) } else { None }
                                        })
                                    }
                                    (Value::Obj(o), Value::Int(i))
                                        if o.ty() == &self.types.tuple =>
                                    {
                                        o.downcast::<Tuple>().and_then(|t| {
                                            if *i >= 0 {
                                                t.items().get(*i as usize).cloned()
                                            } else {
                                                None
                                            }
                                        })
                                    }
                                    _ => None,
                                };
                                let value = match value {
                                    Some(value) => value,
                                    None => {
                                        save!();
                                        tri!(self.get_item_fast(&r!(obj), &r!(key)))
                                    }
                                };
                                set!(dst, value)
                            }
                            Op::SetItem { obj, key, src } => {
                                save!();
                                tri!(self.set_item_fast(&r!(obj), &r!(key), &r!(src)));
                                attend!();
                            }
                            Op::DelItem { obj, key } => {
                                save!();
                                tri!(self.del_item(&r!(obj), &r!(key)));
                                attend!();
                            }
                            Op::UnpackSequence { base, src, n } => {
                                save!();
                                let source = r!(src).clone();
                                tri!(self.unpack_sequence(
                                    &source,
                                    regs.add(base.0 as usize),
                                    n.0 as usize
                                ));
                                attend!();
                            }
                            Op::UnpackEx { base, src, counts } => {
                                save!();
                                let (before, after) =
                                    ((counts.0 & 0xff) as usize, (counts.0 >> 8) as usize);
                                let source = r!(src).clone();
                                tri!(self.unpack_ex(
                                    &source,
                                    regs.add(base.0 as usize),
                                    before,
                                    after
                                ));
                                attend!();
                            }
                            Op::LoadAttr { dst, obj, site } => {
                                let value = match self.load_attr_cached(frame, &r!(obj), site) {
                                    Some(value) => value,
                                    None => {
                                        save!();
                                        tri!(self.load_attr(frame, &r!(obj), site))
                                    }
                                };
                                set!(dst, value)
                            }
                            Op::StoreAttr { obj, site, src } => {
                                save!();
                                tri!(self.store_attr(frame, &r!(obj), site, &r!(src)));
                                attend!();
                            }
                            Op::DelAttr { obj, name } => {
                                save!();
                                let name = (&(*(*frame).linked).names)[name.0 as usize].clone();
                                tri!(self.del_attr(&r!(obj), &name));
                                attend!();
                            }
                            Op::LoadMethod { base, obj, site } => {
                                save!();
                                let (func, this) = tri!(self.load_method(frame, &r!(obj), site));
                                set!(base, func);
                                set!(Reg(base.0 + 1), this);
                            }
                            Op::LoadSuperAttr { dst, base, site } => {
                                save!();
                                let window = take_window(regs, base, 3);
                                let value = tri!(self.load_super_attr(frame, window, site));
                                set!(dst, value)
                            }
                            Op::LoadSuperMethod { base, site } => {
                                save!();
                                let window = take_window(regs, base, 3);
                                let (func, this) =
                                    tri!(self.load_super_method(frame, window, site));
                                set!(base, func);
                                set!(Reg(base.0 + 1), this);
                            }
                            Op::LoadSpecial { base, obj, which } => {
                                save!();
                                let (func, this) = tri!(self.load_special(&r!(obj), which.0));
                                set!(base, func);
                                set!(Reg(base.0 + 1), this);
                            }

                            // ---- calls
                            Op::Call { dst, base, n } => {
                                save!();
                                attend!();
                                called!(
                                    dst,
                                    self.call_window(
                                        regs.add(base.0 as usize),
                                        n.0 as usize,
                                        None,
                                        dst.0
                                    )
                                );
                            }
                            Op::CallMethod { dst, base, n } => {
                                save!();
                                attend!();
                                let (p, n) = method_window(regs, base, n.0);
                                called!(dst, self.call_window(p, n, None, dst.0));
                            }
                            Op::CallKw { dst, base, n } => {
                                save!();
                                attend!();
                                let names = r!(Reg(base.0 + 1 + n.0))
                                    .take()
                                    .downcast::<Tuple>()
                                    .cloned();
                                called!(
                                    dst,
                                    self.call_window(
                                        regs.add(base.0 as usize),
                                        n.0 as usize,
                                        names,
                                        dst.0
                                    )
                                );
                            }
                            Op::CallMethodKw { dst, base, n } => {
                                save!();
                                attend!();
                                let names = r!(Reg(base.0 + 2 + n.0))
                                    .take()
                                    .downcast::<Tuple>()
                                    .cloned();
                                let (p, n) = method_window(regs, base, n.0);
                                called!(dst, self.call_window(p, n, names, dst.0));
                            }
                            Op::CallEx { dst, base } => {
                                save!();
                                attend!();
                                called!(dst, self.call_ex(regs.add(base.0 as usize), dst.0));
                            }
                            Op::Return { src } => {
                                let result = r!(src).take();
                                save!();
                                let f = &*frame;
                                if f.generator.is_null() && f.flags & (ENTRY | INIT) == 0 {
                                    let ret = f.ret;
                                    self.pop_frame(frame);
                                    reload!();
                                    set!(Reg(ret), result);
                                    attend!();
                                } else {
                                    flow!(self.return_slow(frame, result));
                                }
                            }
                            Op::MakeFunction { dst, k } => {
                                let func = self.make_function(frame, k.0 as usize);
                                set!(dst, func)
                            }
                            Op::SetFunctionAttr { func, src, which } => {
                                let value = r!(src).clone();
                                if let Some(function) = r!(func).downcast::<Function>() {
                                    Vm::set_function_attr(function, which.0, value);
                                }
                            }
                            Op::LoadBuildClass { dst } => {
                                save!();
                                let value = tri!(self.load_build_class(frame));
                                set!(dst, value)
                            }

                            // ---- iteration, generators, coroutines
                            Op::GetIter { dst, src } => {
                                save!();
                                let value = tri!(self.get_iter_fast(&r!(src)));
                                set!(dst, value)
                            }
                            Op::ForIter { iter, dst, off } => {
                                let item = match &r!(iter) {
                                    Value::Obj(o) => {
                                        if let Some(it) = o.downcast::<RangeIter>() {
                                            it.step()
                                        } else if let Some(it) = o.downcast::<ListIter>() {
                                            it.step()
                                        } else if o.is::<Generator>()
                                            && o.ty() == &self.types.generator
                                        {
                                            save!();
                                            flow!(self.for_iter_generator(frame, iter));
                                            continue;
                                        } else {
                                            save!();
                                            tri!(self.next(&r!(iter)))
                                        }
                                    }
                                    other => {
                                        save!();
                                        tri!(self.next(other))
                                    }
                                };
                                match item {
                                    Some(item) => set!(dst, item),
                                    None => {
                                        jump!(off);
                                        drop(r!(iter).take());
                                        attend!();
                                    }
                                }
                            }
                            Op::GetAIter { dst, src } => {
                                save!();
                                let value = tri!(self.get_aiter(&r!(src)));
                                set!(dst, value)
                            }
                            Op::GetANext { dst, src } => {
                                save!();
                                let value = tri!(self.get_anext(&r!(src)));
                                set!(dst, value)
                            }
                            Op::EndAsyncFor { exc, off } => {
                                let error = r!(exc).take();
                                match self.end_async_for(error) {
                                    Ok(()) => {
                                        jump!(off);
                                        attend!();
                                    }
                                    Err(e) => {
                                        self.reraising = true;
                                        break 'exec e;
                                    }
                                }
                            }
                            Op::GetAwaitable { dst, src, ctx } => {
                                save!();
                                let value = tri!(self.get_awaitable(&r!(src), ctx.0));
                                set!(dst, value)
                            }
                            Op::GetYieldFromIter { dst, src } => {
                                save!();
                                let value = tri!(self.get_yield_from_iter(frame, &r!(src)));
                                set!(dst, value)
                            }
                            Op::Delegate { .. } => {
                                save!();
                                attend!();
                                flow!(self.delegate(frame, Value::None));
                            }
                            Op::Yield { dst, src } => {
                                save!();
                                let value = yielded(&mut r!(src), dst == src);
                                flow!(self.yield_value(frame, value));
                            }
                            Op::AsyncYield { dst, src } => {
                                save!();
                                let value = yielded(&mut r!(src), dst == src);
                                flow!(self.async_yield(frame, value));
                            }

                            // ---- exceptions
                            Op::Raise { exc } => {
                                save!();
                                break 'exec self.op_raise(&r!(exc), None);
                            }
                            Op::RaiseFrom { exc, cause } => {
                                save!();
                                break 'exec self.op_raise(&r!(exc), Some(&r!(cause)));
                            }
                            Op::RaiseCurrent {} => {
                                save!();
                                break 'exec self.op_raise_current();
                            }
                            Op::Reraise { exc } => {
                                save!();
                                let error = r!(exc).take();
                                self.reraising = true;
                                break 'exec self.as_exc(error);
                            }
                            Op::PushExc { save, exc } => {
                                let before =
                                    std::mem::replace(&mut (*frame).handled, r!(exc).clone());
                                set!(save, before)
                            }
                            Op::PopExc { save } => {
                                let before = r!(save).take();
                                let old = std::mem::replace(&mut (*frame).handled, before);
                                drop(old);
                                attend!();
                            }
                            Op::CheckExcMatch { dst, exc, typ } => {
                                save!();
                                let matches = tri!(self.check_exc_match(&r!(exc), &r!(typ)));
                                set!(dst, Value::Bool(matches))
                            }
                            Op::CheckEgMatch { base, exc, typ } => {
                                save!();
                                let (found, rest) = tri!(self.check_eg_match(&r!(exc), &r!(typ)));
                                set!(base, found);
                                set!(Reg(base.0 + 1), rest);
                            }
                            Op::PrepReraiseStar { dst, orig, excs } => {
                                save!();
                                let value = tri!(self.prep_reraise_star(&r!(orig), &r!(excs)));
                                set!(dst, value)
                            }
                            Op::ExcTriple { base, exc } => {
                                let [ty, value, tb] = self.exc_triple(&r!(exc));
                                set!(base, ty);
                                set!(Reg(base.0 + 1), value);
                                set!(Reg(base.0 + 2), tb);
                            }
                            Op::LoadAssertionError { dst } => {
                                set!(dst, self.exc.AssertionError.value())
                            }

                            // ---- pattern matching
                            Op::MatchSequence { dst, src } => {
                                let value = self.match_sequence(&r!(src));
                                set!(dst, Value::Bool(value))
                            }
                            Op::MatchMapping { dst, src } => {
                                let value = self.match_mapping(&r!(src));
                                set!(dst, Value::Bool(value))
                            }
                            Op::MatchKeys { dst, src, keys } => {
                                save!();
                                let value = tri!(self.match_keys(&r!(src), &r!(keys)));
                                set!(dst, value)
                            }
                            Op::MatchClass { base, n } => {
                                save!();
                                let window = take_window(regs, base, 3);
                                let value = tri!(self.match_class(window, n.0 as usize));
                                set!(base, value)
                            }
                            Op::GetLen { dst, src } => {
                                save!();
                                let n = tri!(self.len(&r!(src)));
                                set!(dst, Value::from(n))
                            }

                            // ---- modules and the rest
                            Op::ImportName { dst, base, name } => {
                                save!();
                                let window = take_window(regs, base, 2);
                                let value = tri!(self.op_import_name(frame, name, window));
                                set!(dst, value)
                            }
                            Op::ImportFrom { dst, module, name } => {
                                save!();
                                let name = (&(*(*frame).linked).names)[name.0 as usize].clone();
                                let value = tri!(self.import_from(&r!(module), &name));
                                set!(dst, value)
                            }
                            Op::ImportStar { module } => {
                                save!();
                                tri!(self.import_star(frame, &r!(module)));
                            }
                            Op::PrintExpr { src } => {
                                save!();
                                let value = r!(src).clone();
                                tri!(self.print_expr(&value));
                            }
                            Op::Intrinsic1 { dst, src, which } => {
                                save!();
                                let value = r!(src).clone();
                                let value = tri!(self.intrinsic1(which.0, value));
                                set!(dst, value)
                            }
                            Op::Intrinsic2 { dst, base, which } => {
                                save!();
                                let window = take_window(regs, base, 2);
                                let value = tri!(self.intrinsic2(which.0, window));
                                set!(dst, value)
                            }
                        }
                    }
                };
                if std::ptr::eq(frame, self.frame) {
                    (*frame).pc = pc;
                }
                match self.unwind(error)? {
                    Flow::Exit(exit) => return Ok(exit),
                    _ => reload!(),
                }
            }
        }
    }
}

/// Moves `n` values out of the registers from `base` on.
///
/// # Safety
/// They are registers of the running frame.
unsafe fn take_window(regs: *mut Value, base: Reg, n: u16) -> Vec<Value> {
    (0..usize::from(n))
        .map(|i| unsafe { (*regs.add(base.0 as usize + i)).take() })
        .collect()
}

/// The call window after a `LoadMethod`: callee first, self among the arguments if there is one.
///
/// # Safety
/// They are registers of the running frame.
unsafe fn method_window(regs: *mut Value, base: Reg, n: u16) -> (*mut Value, usize) {
    // SAFETY: the caller's.
    unsafe {
        let p = regs.add(base.0 as usize);
        if (*p.add(1)).is_unbound() {
            let callee = (*p).take();
            p.add(1).write(callee);
            (p.add(1), n as usize)
        } else {
            (p, n as usize + 1)
        }
    }
}

/// What a `Yield` gives away: moved out of a register that is written on resumption, so that the
/// suspended frame does not keep it alive.
fn yielded(reg: &mut Value, moves: bool) -> Value {
    if moves { reg.take() } else { reg.clone() }
}
