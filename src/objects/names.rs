//! Names that the interpreter itself looks up: the special methods (`Slot`), each with a place in
//! every type's cache, and other names (`Names`), interned once per isolate.

use super::header::Gc;
use super::heap::Heap;
use super::str::Str;

macro_rules! slots {
    ($($slot:ident $text:literal)+) => {
        /// A special method, by its place in a type's cache.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Slot { $($slot),+ }

        impl Slot {
            pub const ALL: &'static [Slot] = &[$(Slot::$slot),+];
            pub const COUNT: usize = Slot::ALL.len();

            /// The method's name, dunders and all.
            pub const fn text(self) -> &'static str {
                match self { $(Slot::$slot => $text),+ }
            }
        }
    };
}

slots! {
    New "__new__" Init "__init__" Del "__del__" Repr "__repr__" Str "__str__" Bytes "__bytes__"
    Format "__format__" Lt "__lt__" Le "__le__" Eq "__eq__" Ne "__ne__" Gt "__gt__" Ge "__ge__"
    Hash "__hash__" Bool "__bool__" GetAttribute "__getattribute__" GetAttr "__getattr__"
    SetAttr "__setattr__" DelAttr "__delattr__" Dir "__dir__" Get "__get__" Set "__set__"
    Delete "__delete__" Call "__call__" Len "__len__" LengthHint "__length_hint__"
    GetItem "__getitem__" SetItem "__setitem__" DelItem "__delitem__" Missing "__missing__"
    Iter "__iter__" Next "__next__" Reversed "__reversed__" Contains "__contains__"
    Add "__add__" Sub "__sub__" Mul "__mul__" MatMul "__matmul__" TrueDiv "__truediv__"
    FloorDiv "__floordiv__" Mod "__mod__" DivMod "__divmod__" Pow "__pow__" LShift "__lshift__"
    RShift "__rshift__" And "__and__" Xor "__xor__" Or "__or__"
    RAdd "__radd__" RSub "__rsub__" RMul "__rmul__" RMatMul "__rmatmul__" RTrueDiv "__rtruediv__"
    RFloorDiv "__rfloordiv__" RMod "__rmod__" RDivMod "__rdivmod__" RPow "__rpow__"
    RLShift "__rlshift__" RRShift "__rrshift__" RAnd "__rand__" RXor "__rxor__" ROr "__ror__"
    IAdd "__iadd__" ISub "__isub__" IMul "__imul__" IMatMul "__imatmul__" ITrueDiv "__itruediv__"
    IFloorDiv "__ifloordiv__" IMod "__imod__" IPow "__ipow__" ILShift "__ilshift__"
    IRShift "__irshift__" IAnd "__iand__" IXor "__ixor__" IOr "__ior__"
    Neg "__neg__" Pos "__pos__" Abs "__abs__" Invert "__invert__" Complex "__complex__"
    Int "__int__" Float "__float__" Index "__index__" Round "__round__" Trunc "__trunc__"
    Floor "__floor__" Ceil "__ceil__" Enter "__enter__" Exit "__exit__" AEnter "__aenter__"
    AExit "__aexit__" Await "__await__" AIter "__aiter__" ANext "__anext__"
    InstanceCheck "__instancecheck__" SubclassCheck "__subclasscheck__"
    SubclassHook "__subclasshook__" SetName "__set_name__" InitSubclass "__init_subclass__"
    Prepare "__prepare__" ClassGetItem "__class_getitem__" MroEntries "__mro_entries__"
    FsPath "__fspath__" Buffer "__buffer__" ReduceEx "__reduce_ex__"
}

macro_rules! names {
    ($($name:ident)+) => {
        /// Interned names, one field each.
        pub struct Names { $(pub $name: Gc<Str>),+ }

        impl Names {
            pub fn new(heap: &Heap) -> Names {
                Names { $($name: heap.intern_str(stringify!($name))),+ }
            }
        }
    };
}

names! {
    __name__ __qualname__ __module__ __doc__ __dict__ __class__ __bases__ __mro__ __slots__
    __weakref__ __annotations__ __type_params__ __builtins__ __file__ __path__ __package__
    __spec__ __loader__ __all__ __main__ __init__ __new__ __call__ __classcell__ __metaclass__ __orig_bases__
    __isabstractmethod__ __abstractmethods__ __match_args__ __build_class__ __import__
    __static_attributes__ __firstlineno__ __traceback__ __cause__ __context__ __notes__ __wrapped__
    __defaults__ __kwdefaults__ __code__ __closure__ __globals__ __eq__ __hash__ __getattr__
    __self__ __func__ __text_signature__ __debug__ __await__ __iter__ __next__ __getitem__
    __origin__ __args__ __parameters__ __unpacked__ __typing_subst__
    __typing_prepare_subst__ __typing_unpacked_tuple_args__ __typing_is_unpacked_typevartuple__
    __mro_entries__ __del__ __length_hint__ __cached__ __repr__ __str__ __set_name__ __dir__
    send throw close add_note args keys items values get update append extend pop read write flush
    name obj value code path modules stdout stderr stdin displayhook excepthook mro metaclass
    builtins sys copy join format strip asyncio unraisablehook message encode decode
}
