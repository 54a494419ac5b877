//! Encoding and decoding as methods of the VM: codecs by name, error handlers, and those that scripts
//! register.

use std::cell::RefCell;
use std::collections::HashMap;

use super::bytes::Bytes;
use super::exceptions::{Exc, Exception};
use super::header::Gc;
use super::list::Tuple;
use super::str::{CodePoints, Str};
use super::unicode_error;
use super::value::Value;
use crate::codecs::handlers::Handler;
use crate::codecs::{self, DecodeError, EncodeError, Found, Replacement};
use crate::vm::{Result, Vm};

/// What scripts have registered.
#[derive(Default)]
pub struct CodecRegistry {
    pub handlers: RefCell<HashMap<String, Value>>,
    pub searches: RefCell<Vec<Value>>,
    /// What the search functions gave, by normalized name.
    pub found: RefCell<HashMap<String, Value>>,
}

/// What an error is handled with.
#[derive(Clone)]
pub enum Errors {
    Native(Handler),
    Script(Value),
    /// Known by name only: looked up when there is an error.
    Named(Gc<Str>),
}

impl Vm {
    pub fn codec_registry(&mut self) -> std::rc::Rc<CodecRegistry> {
        self.module_state::<CodecRegistry>()
    }

    fn errors_of(&mut self, name: Option<&Gc<Str>>) -> Errors {
        let Some(name) = name else {
            return Errors::Native(Handler::Strict);
        };
        match name.as_str().and_then(Handler::by_name) {
            Some(handler) => Errors::Native(handler),
            None => Errors::Named(name.clone()),
        }
    }

    /// The handler of a name: "unknown error handler name 'x'".
    pub fn find_handler(&mut self, name: &Str) -> Result<Errors> {
        let text = name.lossy();
        let registry = self.codec_registry();
        let registered = registry.handlers.borrow().get(&*text).cloned();
        if let Some(handler) = registered {
            return Ok(Errors::Script(handler));
        }
        match Handler::by_name(&text) {
            Some(handler) => Ok(Errors::Native(handler)),
            None => {
                let message = format!("unknown error handler name '{text}'");
                Err(self.lookup_error(message))
            }
        }
    }

    /// The codec of a name, when it is one of ours; an error when nobody knows it.
    fn codec_named(&mut self, name: &Str, verb: &str) -> Result<Option<Found>> {
        let text = name.lossy();
        if text.contains('\0') {
            return Err(self.value_error("embedded null character"));
        }
        if let Some(found) = codecs::find(&text) {
            return Ok(Some(found));
        }
        if codecs::module_of(&text).is_some_and(is_binary) {
            let message = format!(
                "'{text}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"
            );
            return Err(self.lookup_error(message));
        }
        Ok(None)
    }

    /// `text.encode(encoding, errors)`
    pub fn encode(
        &mut self,
        text: &Gc<Str>,
        encoding: Option<&Gc<Str>>,
        errors: Option<&Gc<Str>>,
    ) -> Result<Value> {
        let plain = encoding.is_none_or(|e| matches!(e.bytes(), b"utf-8" | b"utf8"));
        if plain && text.as_str().is_some() {
            return Ok(self.new_bytes(text.bytes().to_vec()));
        }
        let name = match encoding {
            Some(name) => name.clone(),
            None => self.heap.new_str("utf-8"),
        };
        match self.codec_named(&name, "encode")? {
            Some(found) => {
                let errors = self.errors_of(errors);
                let data = self.encode_with(&found, text, &errors)?;
                Ok(self.new_bytes(data))
            }
            None => self.encode_by_script(text, &name, errors),
        }
    }

    pub fn encode_with(
        &mut self,
        found: &Found,
        text: &Gc<Str>,
        errors: &Errors,
    ) -> Result<Vec<u8>> {
        let mut on_error = |error: EncodeError<'_>| self.encode_error(text, errors, error);
        codecs::encode(found, text.bytes(), &mut on_error)
    }

    /// `bytes.decode(encoding, errors)`; `object` is what the error shows.
    pub fn decode(
        &mut self,
        bytes: &[u8],
        object: &Value,
        encoding: Option<&Gc<Str>>,
        errors: Option<&Gc<Str>>,
    ) -> Result<Gc<Str>> {
        let plain = encoding.is_none_or(|e| matches!(e.bytes(), b"utf-8" | b"utf8"));
        if plain && let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(self.heap.new_str(text));
        }
        let name = match encoding {
            Some(name) => name.clone(),
            None => self.heap.new_str("utf-8"),
        };
        match self.codec_named(&name, "decode")? {
            Some(found) => {
                let errors = self.errors_of(errors);
                let (text, _) = self.decode_with(&found, bytes, true, &errors)?;
                Ok(self.heap.new_str(Str::from_wtf8(text)))
            }
            None if bytes.is_empty() && object.is::<Bytes>() => Ok(self.heap.new_str("")),
            None => self.decode_by_script(object, &name, errors),
        }
    }

    /// The text of bytes, and how many were used.
    pub fn decode_with(
        &mut self,
        found: &Found,
        bytes: &[u8],
        last: bool,
        errors: &Errors,
    ) -> Result<(Vec<u8>, usize)> {
        let mut on_error = |error: DecodeError| self.decode_error(bytes, errors, error);
        codecs::decode(found, bytes, last, &mut on_error)
    }

    // ---- errors --------------------------------------------------------------------------------

    pub fn new_encode_error(&mut self, text: &Gc<Str>, error: &EncodeError<'_>) -> Exc {
        let args = vec![
            self.new_str(error.codec),
            self.exact_str(text).into(),
            error.start.into(),
            error.end.into(),
            self.new_str(error.reason),
        ];
        let class = self.exc.UnicodeEncodeError.clone();
        self.unicode_error(&class, args)
    }

    pub fn new_decode_error(&mut self, bytes: &[u8], error: &DecodeError) -> Exc {
        let args = vec![
            self.new_str(error.codec),
            self.new_bytes(bytes.to_vec()),
            error.start.into(),
            error.end.into(),
            self.new_str(error.reason.as_ref()),
        ];
        let class = self.exc.UnicodeDecodeError.clone();
        self.unicode_error(&class, args)
    }

    fn unicode_error(&mut self, class: &Gc<super::typeobj::Type>, args: Vec<Value>) -> Exc {
        let exc = self.error_with(class, args.clone());
        for (i, value) in args.into_iter().enumerate() {
            exc.0.set_field(i, value);
        }
        exc
    }

    fn encode_error(
        &mut self,
        text: &Gc<Str>,
        errors: &Errors,
        error: EncodeError<'_>,
    ) -> Result<(Replacement, usize)> {
        let exc = |vm: &mut Vm| vm.new_encode_error(text, &error);
        if error.fatal {
            return Err(exc(self));
        }
        match errors {
            Errors::Native(handler) => {
                let bad: Vec<u32> = CodePoints::new(text.slice(error.start, error.end)).collect();
                match handler.encode(error, &bad) {
                    Some(found) => Ok(found),
                    None => {
                        // Surrogates that stand for bytes go through up to the first other character.
                        let partial = (*handler == Handler::SurrogateEscape)
                            .then(|| escaped_prefix(error, &bad))
                            .flatten();
                        match partial {
                            Some(found) => Ok(found),
                            None => Err(exc(self)),
                        }
                    }
                }
            }
            Errors::Named(name) => {
                let found = self.find_handler(&name.clone())?;
                self.encode_error(text, &found, error)
            }
            Errors::Script(handler) => {
                let exc = exc(self).value();
                let result = self.call(handler, &[exc])?;
                self.encode_answer(&result, text.len())
            }
        }
    }

    fn encode_answer(&mut self, result: &Value, len: usize) -> Result<(Replacement, usize)> {
        const SHAPE: &str = "encoding error handler must return (str/bytes, int) tuple";
        let Some(items) = result.downcast::<Tuple>().map(|t| t.items().to_vec()) else {
            return Err(self.type_error(SHAPE));
        };
        let [what, next] = &items[..] else {
            return Err(self.type_error(SHAPE));
        };
        let replacement = if let Some(text) = what.downcast::<Str>() {
            Replacement::Text(text.bytes().to_vec())
        } else if let Some(bytes) = what.downcast::<Bytes>() {
            Replacement::Bytes(bytes.data.to_vec())
        } else {
            return Err(self.type_error(SHAPE));
        };
        let next = self.position(next, len, SHAPE)?;
        Ok((replacement, next))
    }

    /// Where a handler says to go on; negative positions count from the end.
    fn position(&mut self, next: &Value, len: usize, shape: &str) -> Result<usize> {
        if self.as_integer(next).is_none() {
            return Err(self.type_error(shape));
        }
        let given = self.index_i64(next)?;
        let at = if given < 0 { given + len as i64 } else { given };
        if at < 0 || at > len as i64 {
            return Err(self.index_error(format!("position {at} from error handler out of bounds")));
        }
        Ok(at as usize)
    }

    fn decode_error(
        &mut self,
        bytes: &[u8],
        errors: &Errors,
        error: DecodeError,
    ) -> Result<(Vec<u8>, usize)> {
        match errors {
            Errors::Native(handler) => match handler.decode(&error, bytes) {
                Ok(Some(found)) => Ok(found),
                Ok(None) => Err(self.new_decode_error(bytes, &error)),
                Err(()) => Err(self
                    .type_error("don't know how to handle UnicodeDecodeError in error callback")),
            },
            Errors::Named(name) => {
                let found = self.find_handler(&name.clone())?;
                self.decode_error(bytes, &found, error)
            }
            Errors::Script(handler) => {
                let exc = self.new_decode_error(bytes, &error).value();
                let result = self.call(handler, &[exc])?;
                const SHAPE: &str = "decoding error handler must return (str, int) tuple";
                let items = result.downcast::<Tuple>().map(|t| t.items().to_vec());
                let Some([what, next]) = items.as_deref() else {
                    return Err(self.type_error(SHAPE));
                };
                let Some(text) = what.downcast::<Str>() else {
                    return Err(self.type_error(SHAPE));
                };
                let text = text.bytes().to_vec();
                let next = self.position(next, bytes.len(), SHAPE)?;
                Ok((text, next))
            }
        }
    }

    // ---- codecs of scripts ---------------------------------------------------------------------

    /// What a registered search function gives for a name: a tuple of functions.
    pub fn search_codec(&mut self, name: &str) -> Result<Option<Value>> {
        let key = codecs::normalized(name);
        let registry = self.codec_registry();
        if let Some(found) = registry.found.borrow().get(&key) {
            return Ok(Some(found.clone()));
        }
        let searches = registry.searches.borrow().clone();
        for search in searches {
            let arg = self.new_str(key.as_str());
            let found = self.call(&search, &[arg])?;
            if found.is_none() {
                continue;
            }
            if found.downcast::<Tuple>().is_none_or(|t| t.len() != 4) {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            registry.found.borrow_mut().insert(key, found.clone());
            return Ok(Some(found));
        }
        Ok(None)
    }

    fn script_codec(&mut self, name: &Str, item: usize, args: Vec<Value>) -> Result<Value> {
        let text = name.lossy().into_owned();
        let Some(codec) = self.search_codec(&text)? else {
            return Err(self.lookup_error(format!("unknown encoding: {text}")));
        };
        let func = codec
            .downcast::<Tuple>()
            .and_then(|t| t.items().get(item).cloned());
        let result = self.call(&func.unwrap_or_default(), &args)?;
        let items = result.downcast::<Tuple>().map(|t| t.items().to_vec());
        match items.as_deref() {
            Some([made, _]) => Ok(made.clone()),
            _ => {
                let what = if item == 0 { "encoder" } else { "decoder" };
                Err(self.type_error(format!("{what} must return a tuple (object, integer)")))
            }
        }
    }

    fn encode_by_script(
        &mut self,
        text: &Gc<Str>,
        name: &Str,
        errors: Option<&Gc<Str>>,
    ) -> Result<Value> {
        let errors = match errors {
            Some(errors) => errors.value(),
            None => self.new_str("strict"),
        };
        let made = self.script_codec(name, 0, vec![text.value(), errors])?;
        if made.is::<Bytes>() {
            return Ok(made);
        }
        if let Some(copy) = super::buffer::see_bytes(&made, <[u8]>::to_vec) {
            return Ok(self.new_bytes(copy));
        }
        let (encoding, found) = (name.lossy(), self.type_name(&made));
        Err(self.type_error(format!(
            "'{encoding}' encoder returned '{found}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
        )))
    }

    fn decode_by_script(
        &mut self,
        object: &Value,
        name: &Str,
        errors: Option<&Gc<Str>>,
    ) -> Result<Gc<Str>> {
        let errors = match errors {
            Some(errors) => errors.value(),
            None => self.new_str("strict"),
        };
        let made = self.script_codec(name, 1, vec![object.clone(), errors])?;
        match made.downcast::<Str>() {
            Some(text) => Ok(text.clone()),
            None => {
                let (encoding, found) = (name.lossy(), self.type_name(&made));
                Err(self.type_error(format!(
                    "'{encoding}' decoder returned '{found}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
                )))
            }
        }
    }
}

/// Codecs that are not between text and bytes.
pub fn is_binary(module: &str) -> bool {
    matches!(
        module,
        "base64_codec"
            | "bz2_codec"
            | "hex_codec"
            | "quopri_codec"
            | "rot_13"
            | "uu_codec"
            | "zlib_codec"
    )
}

fn escaped_prefix(error: EncodeError<'_>, bad: &[u32]) -> Option<(Replacement, usize)> {
    let bytes: Vec<u8> = bad
        .iter()
        .map_while(|c| matches!(c, 0xdc80..=0xdcff).then(|| (c - 0xdc00) as u8))
        .collect();
    if bytes.is_empty() {
        return None;
    }
    let next = error.start + bytes.len();
    Some((Replacement::Bytes(bytes), next))
}

/// The fields of a unicode error, as handlers written in Rust read them.
pub fn error_range(exc: &Exception) -> (usize, usize) {
    let number = |i| match exc.field(i) {
        Value::Int(n) => n.max(0) as usize,
        _ => 0,
    };
    (number(unicode_error::START), number(unicode_error::END))
}
