//! Exceptions: the payload, and the tree of builtin exception classes, one line each.
//! (Library reference, "Exception hierarchy".)

use std::cell::{Cell, RefCell};

use super::header::{Gc, ObjRef};
use super::typeobj::Type;
use super::value::{Value, visit_value};
use crate::payload;

/// A raised exception: what the `Err` of [`Result`](crate::vm::Result) carries. Its object's payload
/// is [`Exception`].
#[derive(Clone)]
#[repr(transparent)]
pub struct Exc(pub Gc<Exception>);

impl Exc {
    pub fn value(&self) -> Value {
        self.0.value()
    }

    /// Whether it is an instance of `ty`.
    pub fn is_a(&self, ty: &Gc<Type>) -> bool {
        self.0.ty().is_subtype(ty)
    }
}

impl std::fmt::Debug for Exc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.ty().name())
    }
}

/// The payload of every exception.
pub struct Exception {
    /// A tuple.
    pub args: RefCell<Value>,
    /// Innermost frame last; a traceback object or `None`.
    pub traceback: RefCell<Value>,
    pub cause: RefCell<Value>,
    pub context: RefCell<Value>,
    pub suppress_context: Cell<bool>,
    /// Attributes that the class has of its own, by the order of its row in the table
    /// (`StopIteration.value`, `OSError.errno`, ...). `Unbound` when not set.
    pub fields: RefCell<Vec<Value>>,
}

payload!(Exception, tracked, {
    fn traverse(&self, visit: &mut dyn FnMut(&ObjRef)) {
        for cell in [&self.args, &self.traceback, &self.cause, &self.context] {
            visit_value(&cell.borrow(), visit);
        }
        self.fields
            .borrow()
            .iter()
            .for_each(|v| visit_value(v, visit));
    }

    fn clear(&self) {
        let old: Vec<Value> = [&self.args, &self.traceback, &self.cause, &self.context]
            .into_iter()
            .map(|cell| cell.replace(Value::None))
            .collect();
        let fields = std::mem::take(&mut *self.fields.borrow_mut());
        drop((old, fields));
    }
});

impl Exception {
    /// With arguments (a tuple) and room for `fields` attributes.
    pub fn new(args: Value, fields: usize) -> Exception {
        Exception {
            args: RefCell::new(args),
            traceback: RefCell::new(Value::None),
            cause: RefCell::new(Value::None),
            context: RefCell::new(Value::None),
            suppress_context: Cell::new(false),
            fields: RefCell::new(vec![Value::Unbound; fields]),
        }
    }

    /// A field of the class's row; `Unbound` when not set.
    pub fn field(&self, index: usize) -> Value {
        self.fields.borrow().get(index).cloned().unwrap_or_default()
    }

    pub fn set_field(&self, index: usize, value: Value) {
        let mut fields = self.fields.borrow_mut();
        if fields.len() <= index {
            fields.resize(index + 1, Value::Unbound);
        }
        let old = std::mem::replace(&mut fields[index], value);
        drop(fields);
        drop(old);
    }
}

macro_rules! exceptions {
    ([$root:ident] $($name:ident : $base:ident $([$($field:ident),+])? $doc:literal)+) => {
        /// The builtin exception classes.
        #[allow(non_snake_case)]
        pub struct ExcTypes { pub $root: Gc<Type>, $(pub $name: Gc<Type>),+ }

        impl ExcTypes {
            /// Makes the classes in the order of the table. `make` gets name, base, fields, doc.
            pub fn build(base: Gc<Type>, mut make: impl FnMut(&'static str, &Gc<Type>, &'static [&'static str], &'static str) -> Gc<Type>) -> ExcTypes {
                #[allow(non_snake_case)]
                let $root = base;
                $(#[allow(non_snake_case)] let $name = make(stringify!($name), &$base, &[$($(stringify!($field)),+)?], $doc);)+
                ExcTypes { $root, $($name),+ }
            }

            /// Every class with its name.
            pub fn each(&self, mut see: impl FnMut(&'static str, &Gc<Type>)) {
                see(stringify!($root), &self.$root);
                $(see(stringify!($name), &self.$name);)+
            }
        }

        /// Number of fields that instances of the class have, inherited ones counted.
        pub fn field_count(name: &str) -> usize {
            match name {
                $(stringify!($name) => {
                    let own: &[&str] = &[$($(stringify!($field)),+)?];
                    own.len() + field_count(stringify!($base))
                })+
                _ => 0,
            }
        }
    };
}

exceptions! {
    [BaseException]
    SystemExit: BaseException [code] "Request to exit from the interpreter."
    KeyboardInterrupt: BaseException "Program interrupted by user."
    GeneratorExit: BaseException "Request that a generator exit."
    BaseExceptionGroup: BaseException [message, exceptions] "A combination of multiple unrelated exceptions."
    ExceptionGroup: BaseExceptionGroup "A combination of multiple unrelated exceptions."
    CancelledError: BaseException "The Future or Task was cancelled."
    Exception: BaseException "Common base class for all non-exit exceptions."
    ArithmeticError: Exception "Base class for arithmetic errors."
    FloatingPointError: ArithmeticError "Floating-point operation failed."
    OverflowError: ArithmeticError "Result too large to be represented."
    ZeroDivisionError: ArithmeticError "Second argument to a division or modulo operation was zero."
    AssertionError: Exception "Assertion failed."
    AttributeError: Exception [name, obj] "Attribute not found."
    BufferError: Exception "Buffer error."
    EOFError: Exception "Read beyond end of file."
    ImportError: Exception [msg, name, path, name_from] "Import can't find module, or can't find name in module."
    ModuleNotFoundError: ImportError "Module not found."
    LookupError: Exception "Base class for lookup errors."
    IndexError: LookupError "Sequence index out of range."
    KeyError: LookupError "Mapping key not found."
    MemoryError: Exception "Out of memory."
    NameError: Exception [name] "Name not found globally."
    UnboundLocalError: NameError "Local name referenced but not bound to a value."
    OSError: Exception [errno, strerror, filename, filename2] "Base class for I/O related errors."
    BlockingIOError: OSError "I/O operation would block."
    ChildProcessError: OSError "Child process error."
    ConnectionError: OSError "Connection error."
    BrokenPipeError: ConnectionError "Broken pipe."
    ConnectionAbortedError: ConnectionError "Connection aborted."
    ConnectionRefusedError: ConnectionError "Connection refused."
    ConnectionResetError: ConnectionError "Connection reset."
    FileExistsError: OSError "File already exists."
    FileNotFoundError: OSError "File not found."
    InterruptedError: OSError "Interrupted by signal."
    IsADirectoryError: OSError "Operation doesn't work on directories."
    NotADirectoryError: OSError "Operation only works on directories."
    PermissionError: OSError "Not enough permissions."
    ProcessLookupError: OSError "Process not found."
    TimeoutError: OSError "Timeout expired."
    ReferenceError: Exception "Weak ref proxy used after referent went away."
    RuntimeError: Exception "Unspecified run-time error."
    NotImplementedError: RuntimeError "Method or function hasn't been implemented yet."
    PythonFinalizationError: RuntimeError "Operation blocked during Python finalization."
    RecursionError: RuntimeError "Recursion limit exceeded."
    StopAsyncIteration: Exception "Signal the end from iterator.__anext__()."
    StopIteration: Exception [value] "Signal the end from iterator.__next__()."
    SyntaxError: Exception [msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line] "Invalid syntax."
    IndentationError: SyntaxError "Improper indentation."
    TabError: IndentationError "Improper mixture of spaces and tabs."
    SystemError: Exception "Internal error of the interpreter."
    TypeError: Exception "Inappropriate argument type."
    ValueError: Exception "Inappropriate argument value (of correct type)."
    UnicodeError: ValueError "Unicode related error."
    UnicodeDecodeError: UnicodeError [encoding, object, start, end, reason] "Unicode decoding error."
    UnicodeEncodeError: UnicodeError [encoding, object, start, end, reason] "Unicode encoding error."
    UnicodeTranslateError: UnicodeError [encoding, object, start, end, reason] "Unicode translation error."
    Warning: Exception "Base class for warning categories."
    BytesWarning: Warning "Warning category: bytes."
    DeprecationWarning: Warning "Warning category: deprecated."
    EncodingWarning: Warning "Base class for warnings about encodings."
    FutureWarning: Warning "Warning category: constructs."
    ImportWarning: Warning "Warning category: probable."
    PendingDeprecationWarning: Warning "Warning category: features."
    ResourceWarning: Warning "Warning category: resource."
    RuntimeWarning: Warning "Warning category: dubious."
    SyntaxWarning: Warning "Warning category: dubious."
    UnicodeWarning: Warning "Warning category: Unicode."
    UserWarning: Warning "Base class for warnings generated by user code."
}
