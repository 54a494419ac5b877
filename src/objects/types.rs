//! The table of builtin types: one line each. A type's room gives its payload and a `TypeDef` with
//! its methods; this table makes the type objects at an isolate's start.

use super::header::{Gc, Payload, VTable};
use super::native::{GetSetDef, Keywords, NativeDef};
use super::typeobj::{Type, type_flags};
use super::value::Value;
use crate::vm::{Result, Vm};

/// Steps an iterator; `None` at the end. `Vm::next` calls it without the detour through
/// `StopIteration`.
pub type NextFn = fn(&mut Vm, &Value) -> Result<Option<Value>>;

/// Calls an object.
pub type CallFn = fn(&mut Vm, &Value, &[Value], Keywords<'_>) -> Result<Value>;

/// What a builtin type consists of besides its payload.
pub struct TypeDef {
    /// With a module prefix when it does not live in `builtins`: `"collections.deque"`.
    pub name: &'static str,
    pub doc: &'static str,
    /// Of [`type_flags`].
    pub flags: u32,
    pub methods: &'static [NativeDef],
    pub getsets: &'static [GetSetDef],
    /// What an iterator's `__next__` does; the row itself is [`super::iter::NEXT`].
    pub next: Option<NextFn>,
    /// What calling an object does; the row itself is [`super::callable::CALL`].
    pub call: Option<CallFn>,
    /// How many values each instance has room for besides its payload: `Attrs::slot`.
    pub slots: usize,
}

impl TypeDef {
    /// A type without anything, to be refined with struct update syntax.
    pub const EMPTY: TypeDef = TypeDef {
        name: "",
        doc: "",
        flags: 0,
        methods: &[],
        getsets: &[],
        next: None,
        call: None,
        slots: 0,
    };
}

/// Flags of types that scripts may derive from.
pub const BASE: u32 = type_flags::BASE;
/// Flags of types that scripts cannot call.
pub const NO_NEW: u32 = type_flags::NO_NEW;

macro_rules! builtin_types {
    ([$object:ident $type_:ident $dict:ident $str:ident] $($field:ident : $payload:ty, $base:ident, $def:expr;)+) => {
        /// The builtin types, by field.
        pub struct Types { pub $object: Gc<Type>, pub $type_: Gc<Type>, pub $dict: Gc<Type>, pub $str: Gc<Type>, $(pub $field: Gc<Type>),+ }

        impl Types {
            /// Makes the types in the order of the table. `make` gets payload table, base and definition.
            pub(crate) fn build(
                $object: Gc<Type>, $type_: Gc<Type>, $dict: Gc<Type>, $str: Gc<Type>,
                mut make: impl FnMut(&'static VTable, &Gc<Type>, &'static TypeDef) -> Gc<Type>,
            ) -> Types {
                $(let $field = make(<$payload as Payload>::vtable(), &$base, $def);)+
                Types { $object, $type_, $dict, $str, $($field),+ }
            }

            /// Shows each type.
            pub fn each(&self, mut see: impl FnMut(&Gc<Type>)) {
                see(&self.$object); see(&self.$type_); see(&self.$dict); see(&self.$str);
                $(see(&self.$field);)+
            }
        }
    };
}

use super::function::{
    BoundMethod, CellObj, ClassMethod, CodeObj, Function, Property, StaticMethod,
};
use super::instance::{Ellipsis, Instance, NoneObj, NotImplementedObj};
use super::iter::{
    CallIter, DictIter, Enumerate, Filter, ListIter, MapObj, RangeIter, Reversed, SeqIter, SetIter,
    StrIter, Zip,
};
use super::list::{List, Tuple};
use super::module::Module;
use super::native::{GetSet, Native};
use super::number::{ComplexObj, FloatObj, IntObj};

builtin_types! {
    [object type_ dict str]
    int: IntObj, object, &super::number::INT;
    bool: IntObj, int, &super::number::BOOL;
    float: FloatObj, object, &super::number::FLOAT;
    complex: ComplexObj, object, &super::number::COMPLEX;
    none: NoneObj, object, &super::instance::NONE;
    not_implemented: NotImplementedObj, object, &super::instance::NOT_IMPLEMENTED;
    ellipsis: Ellipsis, object, &super::instance::ELLIPSIS;
    list: List, object, &super::list_methods::LIST;
    tuple: Tuple, object, &super::tuple_methods::TUPLE;
    bytes: super::bytes::Bytes, object, &super::bytes_methods::BYTES;
    bytearray: super::bytes::ByteArray, object, &super::bytes_methods::BYTEARRAY;
    memoryview: super::memoryview::MemoryView, object, &super::memoryview::MEMORYVIEW;
    set: super::set::Set, object, &super::set_methods::SET;
    frozenset: super::set::Set, object, &super::set_methods::FROZENSET;
    range: super::range::Range, object, &super::range::RANGE;
    slice: super::range::Slice, object, &super::range::SLICE;
    function: Function, object, &super::function::FUNCTION;
    code: CodeObj, object, &super::function::CODE;
    cell: CellObj, object, &super::function::CELL;
    method: BoundMethod, object, &super::function::METHOD;
    classmethod: ClassMethod, object, &super::function::CLASSMETHOD;
    staticmethod: StaticMethod, object, &super::function::STATICMETHOD;
    property: Property, object, &super::function::PROPERTY;
    builtin_function: Native, object, &super::native_types::BUILTIN_FUNCTION;
    method_descriptor: Native, object, &super::native_types::METHOD_DESCRIPTOR;
    wrapper_descriptor: Native, object, &super::native_types::WRAPPER_DESCRIPTOR;
    classmethod_descriptor: Native, object, &super::native_types::CLASSMETHOD_DESCRIPTOR;
    method_wrapper: Native, object, &super::native_types::METHOD_WRAPPER;
    getset_descriptor: GetSet, object, &super::native_types::GETSET_DESCRIPTOR;
    member_descriptor: super::native_types::Member, object, &super::native_types::MEMBER_DESCRIPTOR;
    module: Module, object, &super::module::MODULE;
    generator: super::generator::Generator, object, &super::generator::GENERATOR;
    coroutine: super::generator::Generator, object, &super::generator::COROUTINE;
    async_generator: super::generator::Generator, object, &super::generator::ASYNC_GENERATOR;
    coroutine_wrapper: super::generator::CoroutineWrapper, object, &super::generator::COROUTINE_WRAPPER;
    async_generator_asend: super::generator::AsyncGenStep, object, &super::generator::ASYNC_GENERATOR_ASEND;
    async_generator_athrow: super::generator::AsyncGenStep, object, &super::generator::ASYNC_GENERATOR_ATHROW;
    frame: super::frame::FrameObj, object, &super::frame::FRAME;
    traceback: super::frame::Traceback, object, &super::frame::TRACEBACK;
    weakref: super::weakref::WeakRef, object, &super::weakref_type::REFERENCE;
    weakproxy: super::weakref::WeakRef, object, &super::weakref_type::PROXY;
    weakcallableproxy: super::weakref::WeakRef, object, &super::weakref_type::CALLABLE_PROXY;
    super_: super::super_type::Super, object, &super::super_type::SUPER;
    mappingproxy: super::mappingproxy::MappingProxy, object, &super::mappingproxy::MAPPINGPROXY;
    dict_keys: super::dict_views::DictView, object, &super::dict_views::DICT_KEYS;
    dict_values: super::dict_views::DictView, object, &super::dict_views::DICT_VALUES;
    dict_items: super::dict_views::DictView, object, &super::dict_views::DICT_ITEMS;
    dict_keyiterator: DictIter, object, &super::iter::DICT_KEYITERATOR;
    dict_valueiterator: DictIter, object, &super::iter::DICT_VALUEITERATOR;
    dict_itemiterator: DictIter, object, &super::iter::DICT_ITEMITERATOR;
    dict_reversekeyiterator: DictIter, object, &super::iter::DICT_REVERSEKEYITERATOR;
    dict_reversevalueiterator: DictIter, object, &super::iter::DICT_REVERSEVALUEITERATOR;
    dict_reverseitemiterator: DictIter, object, &super::iter::DICT_REVERSEITEMITERATOR;
    list_iterator: ListIter, object, &super::iter::LIST_ITERATOR;
    list_reverseiterator: ListIter, object, &super::iter::LIST_REVERSEITERATOR;
    tuple_iterator: ListIter, object, &super::iter::TUPLE_ITERATOR;
    range_iterator: RangeIter, object, &super::iter::RANGE_ITERATOR;
    longrange_iterator: super::iter::LongRangeIter, object, &super::iter::LONGRANGE_ITERATOR;
    str_iterator: StrIter, object, &super::iter::STR_ITERATOR;
    str_ascii_iterator: StrIter, object, &super::iter::STR_ASCII_ITERATOR;
    bytes_iterator: SeqIter, object, &super::iter::BYTES_ITERATOR;
    bytearray_iterator: SeqIter, object, &super::iter::BYTEARRAY_ITERATOR;
    memory_iterator: SeqIter, object, &super::iter::MEMORY_ITERATOR;
    set_iterator: SetIter, object, &super::iter::SET_ITERATOR;
    iterator: SeqIter, object, &super::iter::ITERATOR;
    callable_iterator: CallIter, object, &super::iter::CALLABLE_ITERATOR;
    enumerate: Enumerate, object, &super::iter::ENUMERATE;
    zip: Zip, object, &super::iter::ZIP;
    map: MapObj, object, &super::iter::MAP;
    filter: Filter, object, &super::iter::FILTER;
    reversed: Reversed, object, &super::iter::REVERSED;
    generic_alias: super::generic_alias::GenericAlias, object, &super::generic_alias::GENERIC_ALIAS;
    union: super::generic_alias::Union, object, &super::generic_alias::UNION;
    simple_namespace: Instance, object, &super::instance::SIMPLE_NAMESPACE;
}
