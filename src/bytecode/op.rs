//! The only list of opcodes: one row each, with what it does and its operands.
//!
//! The mnemonic, the operand list that the dump prints and what the verifier checks all derive
//! from the rows. An instruction is eight bytes: a tag and up to three 16-bit operands, or one
//! 16-bit and one 32-bit operand.
//!
//! Conventions that hold for every row:
//! - `R[r]` is a register of the running frame. Locals come first, parameters first among them
//!   (positional, keyword-only, `*args`, `**kwargs`), temporaries after them.
//! - Jump offsets count instructions from the one *after* the jump.
//! - An operation reads its operands by reference and writes `dst` last, so `dst` may equal an
//!   operand, and on an error nothing is written.
//! - Operands are bound: where a local may be unbound the compiler puts a `CheckLocal` before.
//! - A call consumes its window: the registers from `base` on hold nothing afterwards
//!   (`dst` may be `base`).

use super::operand::*;

macro_rules! opcodes {
    ($( $(#[doc = $doc:literal])+ $name:ident { $($field:ident : $ty:ty),* } )+) => {
        /// One instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Op {
            $( $(#[doc = $doc])+ $name { $($field: $ty),* }, )+
        }

        impl Op {
            /// The name of the opcode, as the dump prints it.
            pub fn mnemonic(&self) -> &'static str {
                match self { $( Op::$name { .. } => stringify!($name), )+ }
            }

            /// Calls `see` with each operand's name and meaning.
            #[allow(unused_variables)]
            pub fn operands(&self, see: &mut dyn FnMut(&'static str, Operand)) {
                match *self { $( Op::$name { $($field),* } => { $( see(stringify!($field), $field.operand()); )* } )+ }
            }

            /// Calls `adjust` with each jump offset, so that the assembler can resolve labels.
            #[allow(unused_variables)]
            pub fn with_jump(mut self, distance: i32) -> Option<Op> {
                match &mut self { $( Op::$name { $($field),* } => { $( if !$field.set_jump(distance) { return None; } )* } )+ }
                Some(self)
            }

            /// What each opcode does, by mnemonic.
            pub const DOCS: &'static [(&'static str, &'static str)] =
                &[ $( (stringify!($name), concat!($($doc, " "),+)), )+ ];
        }
    };
}

opcodes! {
    /// Do nothing.
    Nop {}
    /// `R[dst] = R[src]`
    Move { dst: Reg, src: Reg }
    /// `R[dst] = R[src]`, moving it: `R[src]` is unbound afterwards. An unbound source leaves both unbound.
    Take { dst: Reg, src: Reg }
    /// Drop what `R[reg]` holds (it may hold nothing) and leave it unbound. Ends a temporary's life; also `del local`
    /// (after a `CheckLocal`).
    Clear { reg: Reg }
    /// Raise `UnboundLocalError` when local `R[reg]` is unbound (its name is `varnames[reg]`).
    CheckLocal { reg: Reg }
    /// `R[dst] = consts[k]`
    LoadConst { dst: Reg, k: ConstId }
    /// `R[dst] = v`
    LoadInt { dst: Reg, v: Imm32 }
    /// `R[dst] = None`
    LoadNone { dst: Reg }
    /// `R[dst] = True` or `False` (`v` is 1 or 0).
    LoadBool { dst: Reg, v: U16 }

    // ---- names -------------------------------------------------------------------------------
    /// Global, then builtin, then (in `.apy` files) async name; `NameError` when in none.
    LoadGlobal { dst: Reg, site: Site }
    /// `globals[names[name]] = R[src]`
    StoreGlobal { name: NameId, src: Reg }
    /// `del globals[names[name]]`; `NameError` when missing.
    DelGlobal { name: NameId }
    /// In module, class and exec code: the local namespace, then as `LoadGlobal`.
    LoadName { dst: Reg, site: Site }
    /// Store into the local namespace of module, class or exec code.
    StoreName { name: NameId, src: Reg }
    /// Delete from the local namespace; `NameError` when missing.
    DelName { name: NameId }
    /// Put what `R[reg]` holds (or nothing) into a new cell and the cell into `R[reg]`.
    MakeCell { reg: Reg }
    /// `R[dst] =` content of the cell in `R[cell]`; `UnboundLocalError` when empty.
    LoadCell { dst: Reg, cell: Reg }
    /// Content of the cell in `R[cell]` `= R[src]`
    StoreCell { cell: Reg, src: Reg }
    /// Empty the cell in `R[cell]`; `UnboundLocalError` when it is empty.
    DelCell { cell: Reg }
    /// `R[dst] =` content of free variable `idx`; `NameError` when empty ("cannot access free variable ...").
    LoadFree { dst: Reg, idx: U16 }
    /// Content of free variable `idx = R[src]`
    StoreFree { idx: U16, src: Reg }
    /// Empty free variable `idx`.
    DelFree { idx: U16 }
    /// In class bodies and the scopes that see them: the mapping in `R[ns]`, then free variable `idx`.
    LoadFromDictOrFree { dst: Reg, ns: Reg, idx: U16 }
    /// In scopes that see a class body: the mapping in `R[ns]`, then as `LoadGlobal`.
    LoadFromDictOrGlobal { dst: Reg, ns: Reg, site: Site }
    /// `R[dst] =` the local namespace of a class, module or exec frame (for nested scopes that see it).
    LoadLocals { dst: Reg }
    /// Make `__annotations__` in the local namespace if it is not there.
    SetupAnnotations {}

    // ---- arithmetic --------------------------------------------------------------------------
    /// `R[dst] = R[a] + R[b]`
    Add { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] - R[b]`
    Sub { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] * R[b]`
    Mul { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] @ R[b]`
    MatMul { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] / R[b]`
    TrueDiv { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] // R[b]`
    FloorDiv { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] % R[b]`
    Mod { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] ** R[b]`
    Pow { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] << R[b]`
    LShift { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] >> R[b]`
    RShift { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] & R[b]`
    BitAnd { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] | R[b]`
    BitOr { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] ^ R[b]`
    BitXor { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a]; R[dst] op= R[b]`: the in-place form of the operation `op` (a `BinaryOp` as number).
    /// The following instruction is `OpKind` with the operation.
    Inplace { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a]; R[dst] += R[b]`: `Inplace` of `Add` in one word.
    IAdd { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a]; R[dst] += imm`
    IAddInt { dst: Reg, a: Reg, imm: Imm16 }
    /// `R[dst] = R[a]; R[dst] -= imm`
    ISubInt { dst: Reg, a: Reg, imm: Imm16 }
    /// Operand word of `Inplace`; never run by itself.
    OpKind { op: U16 }
    /// `R[dst] = R[a] + imm`
    AddInt { dst: Reg, a: Reg, imm: Imm16 }
    /// `R[dst] = R[a] - imm`
    SubInt { dst: Reg, a: Reg, imm: Imm16 }
    /// `R[dst] = -R[src]`
    Neg { dst: Reg, src: Reg }
    /// `R[dst] = +R[src]`
    Pos { dst: Reg, src: Reg }
    /// `R[dst] = ~R[src]`
    Invert { dst: Reg, src: Reg }
    /// `R[dst] = not R[src]`
    Not { dst: Reg, src: Reg }

    // ---- comparison --------------------------------------------------------------------------
    /// `R[dst] = R[a] < R[b]`
    Lt { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] <= R[b]`
    Le { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] == R[b]`
    Eq { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] != R[b]`
    Ne { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] > R[b]`
    Gt { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] >= R[b]`
    Ge { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] is R[b]`
    Is { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] is not R[b]`
    IsNot { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] in R[b]`
    In { dst: Reg, a: Reg, b: Reg }
    /// `R[dst] = R[a] not in R[b]`
    NotIn { dst: Reg, a: Reg, b: Reg }

    // ---- jumps -------------------------------------------------------------------------------
    /// Go on at `off`.
    Jump { off: Off32 }
    /// A backward jump; the attention word is tested.
    LoopBack { off: Off32 }
    /// Jump when `R[cond]` is true.
    JumpIfTrue { cond: Reg, off: Off32 }
    /// Jump when `R[cond]` is false.
    JumpIfFalse { cond: Reg, off: Off32 }
    /// Jump when `R[src]` is `None`.
    JumpIfNone { src: Reg, off: Off32 }
    /// Jump when `R[src]` is not `None`.
    JumpIfNotNone { src: Reg, off: Off32 }
    /// Jump when `R[reg]` is unbound.
    JumpIfUnbound { reg: Reg, off: Off32 }
    /// Jump unless `R[a] < R[b]`.
    JumpUnlessLt { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] <= R[b]`.
    JumpUnlessLe { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] == R[b]`.
    JumpUnlessEq { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] != R[b]`.
    JumpUnlessNe { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] > R[b]`.
    JumpUnlessGt { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] >= R[b]`.
    JumpUnlessGe { a: Reg, b: Reg, off: Off16 }
    /// Jump unless `R[a] < imm`.
    JumpUnlessLtInt { a: Reg, imm: Imm16, off: Off16 }
    /// Jump unless `R[a] <= imm`.
    JumpUnlessLeInt { a: Reg, imm: Imm16, off: Off16 }
    /// Jump unless `R[a] == imm`.
    JumpUnlessEqInt { a: Reg, imm: Imm16, off: Off16 }
    /// Jump unless `R[a] != imm`.
    JumpUnlessNeInt { a: Reg, imm: Imm16, off: Off16 }
    /// Jump unless `R[a] > imm`.
    JumpUnlessGtInt { a: Reg, imm: Imm16, off: Off16 }
    /// Jump unless `R[a] >= imm`.
    JumpUnlessGeInt { a: Reg, imm: Imm16, off: Off16 }

    // ---- building ----------------------------------------------------------------------------
    /// `R[dst] = [R[base], .., R[base+n-1]]`, moving the window's values.
    BuildList { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = (R[base], ..)`, moving the window's values.
    BuildTuple { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = {R[base], ..}`, moving the window's values.
    BuildSet { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = {R[base]: R[base+1], ..}`, `n` pairs, moving the window's values.
    BuildDict { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] =` the `n` strings from `R[base]` on joined, moving the window's values.
    BuildString { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = slice(R[base], R[base+1], R[base+2])`, moving the window's values.
    BuildSlice { dst: Reg, base: Reg }
    /// `R[list].append(R[src])`
    ListAppend { list: Reg, src: Reg }
    /// `R[list].extend(R[src])` for `*src` in a display or call; error: "Value after * must be an iterable, not T".
    ListExtend { list: Reg, src: Reg }
    /// `R[set].add(R[src])`
    SetAdd { set: Reg, src: Reg }
    /// `R[set].update(R[src])`
    SetUpdate { set: Reg, src: Reg }
    /// `R[dict][R[key]] = R[src]`, for comprehensions and displays.
    DictSet { dict: Reg, key: Reg, src: Reg }
    /// `R[dict].update(R[src])` for `**src` in a display; "'T' object is not a mapping".
    DictUpdate { dict: Reg, src: Reg }
    /// As `DictUpdate` for the keyword arguments of a call to `R[callee]`: a repeated key is a `TypeError`.
    DictMerge { dict: Reg, src: Reg, callee: Reg }
    /// `R[dst] = tuple(R[src])` of a list that nobody else has.
    ListToTuple { dst: Reg, src: Reg }
    /// `R[dst] = str(R[src])`, `repr` or `ascii` (`kind`: 0, 1, 2).
    Convert { dst: Reg, src: Reg, kind: U16 }
    /// `R[dst] = format(R[src], R[spec])`
    FormatValue { dst: Reg, src: Reg, spec: Reg }
    /// `R[dst] = format(R[src], "")`
    FormatSimple { dst: Reg, src: Reg }

    // ---- items and attributes ----------------------------------------------------------------
    /// `R[dst] = R[obj][R[key]]`
    GetItem { dst: Reg, obj: Reg, key: Reg }
    /// `R[obj][R[key]] = R[src]`
    SetItem { obj: Reg, key: Reg, src: Reg }
    /// `del R[obj][R[key]]`
    DelItem { obj: Reg, key: Reg }
    /// `R[base], .., R[base+n-1] = R[src]`
    UnpackSequence { base: Reg, src: Reg, n: U16 }
    /// `R[base], .., *R[base+before], .., = R[src]`; `counts` is `before | after << 8`.
    UnpackEx { base: Reg, src: Reg, counts: U16 }
    /// `R[dst] = R[obj].name`
    LoadAttr { dst: Reg, obj: Reg, site: Site }
    /// `R[obj].name = R[src]`
    StoreAttr { obj: Reg, site: Site, src: Reg }
    /// `del R[obj].name`
    DelAttr { obj: Reg, name: NameId }
    /// For a following `CallMethod` on `base`: `R[base] =` the function and `R[base+1] =` self, or
    /// `R[base] =` any callable and `R[base+1]` unbound. `obj` may be `base`.
    LoadMethod { base: Reg, obj: Reg, site: Site }
    /// `R[dst] = super(R[base+1], R[base+2]).name` where `R[base]` is what the name `super` gave
    /// (checked to be the builtin; called otherwise). Consumes the window.
    LoadSuperAttr { dst: Reg, base: Reg, site: Site }
    /// As `LoadSuperAttr`, giving the pair in `R[base]`, `R[base+1]` for `CallMethod`.
    LoadSuperMethod { base: Reg, site: Site }
    /// Look the special method `which` (a `Special` as number) up on the type of `R[obj]`, giving the
    /// pair in `R[base]`, `R[base+1]` for `CallMethod`. `obj` may be `base`. The errors are those of `with` and `async with`.
    LoadSpecial { base: Reg, obj: Reg, which: U16 }

    // ---- calls -------------------------------------------------------------------------------
    /// `R[dst] = R[base](R[base+1], .., R[base+n])`. `R[base+1..]` become the callee's registers.
    Call { dst: Reg, base: Reg, n: U16 }
    /// After `LoadMethod`: `n` arguments from `R[base+2]` on.
    CallMethod { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = R[base](..)` with `n` arguments in all from `R[base+1]` on, the last of them by the
    /// keywords in the tuple `R[base+1+n]`.
    CallKw { dst: Reg, base: Reg, n: U16 }
    /// As `CallKw` after `LoadMethod`: arguments from `R[base+2]` on, the names in `R[base+2+n]`.
    CallMethodKw { dst: Reg, base: Reg, n: U16 }
    /// `R[dst] = R[base](*R[base+1], **R[base+2])`; `R[base+1]` is a tuple or list that nobody else
    /// has, or any iterable; `R[base+2]` is a dict or unbound.
    CallEx { dst: Reg, base: Reg }
    /// Leave the frame with `R[src]`.
    Return { src: Reg }
    /// `R[dst] =` a new function of the code `consts[k]`, its free variables taken from this frame
    /// as the code's `captures` say.
    MakeFunction { dst: Reg, k: ConstId }
    /// Set an attribute of the new function in `R[func]`: a `FunctionAttr` as number.
    SetFunctionAttr { func: Reg, src: Reg, which: U16 }
    /// `R[dst] =` `builtins.__build_class__`; it is then called with the body function, the name,
    /// the bases and the keywords.
    LoadBuildClass { dst: Reg }

    // ---- iteration, generators, coroutines ---------------------------------------------------
    /// `R[dst] = iter(R[src])`
    GetIter { dst: Reg, src: Reg }
    /// `R[dst] = next(R[iter])`, or clear `R[iter]` and jump when it is exhausted.
    ForIter { iter: Reg, dst: Reg, off: Off16 }
    /// `R[dst] = type(R[src]).__aiter__(R[src])`, checked.
    GetAIter { dst: Reg, src: Reg }
    /// `R[dst] =` the awaitable's iterator of `type(R[src]).__anext__(R[src])`, ready for `Delegate`.
    GetANext { dst: Reg, src: Reg }
    /// When the exception in `R[exc]` is `StopAsyncIteration` clear it and jump, else raise it again.
    EndAsyncFor { exc: Reg, off: Off32 }
    /// `R[dst] =` the iterator that awaiting `R[src]` runs; `ctx` is an `AwaitContext` as number and
    /// chooses the error's words.
    GetAwaitable { dst: Reg, src: Reg, ctx: U16 }
    /// `R[dst] =` the iterator that `yield from R[src]` runs.
    GetYieldFromIter { dst: Reg, src: Reg }
    /// Run the iterator in `R[iter]` to its end, passing on what it yields and what is sent or
    /// thrown; `R[dst] =` its result. Clears `R[iter]` when done.
    Delegate { dst: Reg, iter: Reg }
    /// Suspend with `R[src]`; on resumption `R[dst] =` what was sent. When `dst` is `src` the value is
    /// moved out, so that the suspended frame does not keep it alive.
    Yield { dst: Reg, src: Reg }
    /// `Yield` of an asynchronous generator.
    AsyncYield { dst: Reg, src: Reg }

    // ---- exceptions --------------------------------------------------------------------------
    /// `raise R[exc]` (class or instance).
    Raise { exc: Reg }
    /// `raise R[exc] from R[cause]`
    RaiseFrom { exc: Reg, cause: Reg }
    /// A bare `raise`: the handled exception again; `RuntimeError` when there is none.
    RaiseCurrent {}
    /// Raise the exception in `R[exc]` again as it is (end of `finally`, unmatched `except`),
    /// moving it out of the register.
    Reraise { exc: Reg }
    /// The exception in `R[exc]` becomes the handled one; the one before goes to `R[save]`
    /// (or leaves it unbound).
    PushExc { save: Reg, exc: Reg }
    /// The handled exception is again what `R[save]` holds, which is moved out.
    PopExc { save: Reg }
    /// `R[dst] =` whether the exception `R[exc]` matches `R[typ]`, a class or tuple of them, checked.
    CheckExcMatch { dst: Reg, exc: Reg, typ: Reg }
    /// `except*`: split the exception `R[exc]` by `R[typ]`: `R[base]` = what matches or `None`,
    /// `R[base+1]` = the rest or `None`. Both are `None` when `R[exc]` is.
    CheckEgMatch { base: Reg, exc: Reg, typ: Reg }
    /// End of `try`/`except*`: `R[dst] =` what to raise of the original `R[orig]` and the list
    /// `R[excs]` of exceptions raised and left over (its `None`s are passed over), or `None`.
    PrepReraiseStar { dst: Reg, orig: Reg, excs: Reg }
    /// `R[base], R[base+1], R[base+2] =` type, value and traceback of the exception `R[exc]`.
    ExcTriple { base: Reg, exc: Reg }
    /// `R[dst] = AssertionError`, whatever the name may mean now.
    LoadAssertionError { dst: Reg }

    // ---- pattern matching (PEP 634) ----------------------------------------------------------
    /// `R[dst] =` whether `R[src]` is a sequence to `match`.
    MatchSequence { dst: Reg, src: Reg }
    /// `R[dst] =` whether `R[src]` is a mapping to `match`.
    MatchMapping { dst: Reg, src: Reg }
    /// `R[dst] =` the tuple of values of the mapping `R[src]` at the tuple of keys `R[keys]`, or `None`.
    MatchKeys { dst: Reg, src: Reg, keys: Reg }
    /// `R[base] =` the tuple of attributes of `R[base]` when it is an instance of `R[base+1]`, or
    /// `None`; `R[base+2]` is the tuple of keyword names, `n` the number of positional patterns.
    MatchClass { base: Reg, n: U16 }
    /// `R[dst] = len(R[src])`
    GetLen { dst: Reg, src: Reg }

    // ---- modules and the rest ----------------------------------------------------------------
    /// `R[dst] = __import__(names[name], .., fromlist=R[base+1], level=R[base])`
    ImportName { dst: Reg, base: Reg, name: NameId }
    /// `R[dst] =` attribute or submodule `names[name]` of `R[module]`; `ImportError` otherwise.
    ImportFrom { dst: Reg, module: Reg, name: NameId }
    /// `from R[module] import *` into the local namespace.
    ImportStar { module: Reg }
    /// Show `R[src]` with `sys.displayhook` (interactive mode).
    PrintExpr { src: Reg }
    /// `R[dst] =` the function `which` (an `Intrinsic1` as number) of `R[src]`.
    Intrinsic1 { dst: Reg, src: Reg, which: U16 }
    /// `R[dst] =` the function `which` (an `Intrinsic2` as number) of `R[base]` and `R[base+1]`.
    Intrinsic2 { dst: Reg, base: Reg, which: U16 }
}

const _: () = assert!(std::mem::size_of::<Op>() == 8);

macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name { $($(#[doc = $doc])* $variant),+ }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The one with this number, as an instruction carries it.
            pub fn from_number(n: u16) -> Option<$name> {
                Self::ALL.get(n as usize).copied()
            }

            pub fn number(self) -> U16 {
                U16(self as u16)
            }
        }
    };
}

numbered! {
    /// The operation of an `Inplace` instruction.
    BinaryOp { Add, Sub, Mul, MatMul, TrueDiv, FloorDiv, Mod, Pow, LShift, RShift, BitAnd, BitOr, BitXor }
}

numbered! {
    /// What `LoadSpecial` looks up. `with` loads `Enter`, then `Exit`, and calls the first.
    Special { Enter, Exit, AEnter, AExit }
}

numbered! {
    /// What `SetFunctionAttr` sets.
    FunctionAttr {
        /// Tuple of the positional parameters' defaults.
        Defaults,
        /// Dict of the keyword-only parameters' defaults.
        KwDefaults,
        /// Dict of annotations (a tuple `(name, value, ..)` is made into one).
        Annotations,
        /// Tuple of type parameters.
        TypeParams,
    }
}

numbered! {
    /// Where the awaited value came from.
    AwaitContext {
        /// "object T can't be used in 'await' expression"
        Await,
        /// "'async with' received an object from __aenter__ that does not implement __await__: T"
        AEnter,
        /// The same for `__aexit__`.
        AExit,
    }
}

numbered! {
    Intrinsic1 {
        /// A `TypeVar` of the name in the operand.
        TypeVar,
        /// A `ParamSpec` of the name.
        ParamSpec,
        /// A `TypeVarTuple` of the name.
        TypeVarTuple,
        /// `typing.Generic[params]` for the tuple of type parameters.
        SubscriptGeneric,
        /// A `TypeAliasType` of the tuple `(name, type_params or None, function that evaluates the value)`.
        TypeAlias,
        /// `StopIteration` raised inside a generator body: not used while the VM converts it.
        Reserved,
    }
}

numbered! {
    Intrinsic2 {
        /// A `TypeVar` of the name, with the function that evaluates its bound.
        TypeVarWithBound,
        /// The same with the function that evaluates its tuple of constraints.
        TypeVarWithConstraints,
        /// The type parameter in the first operand, its default evaluated by the function in the second.
        SetTypeParamDefault,
    }
}
