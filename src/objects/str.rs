//! `Str`: the payload of `str`. Immutable WTF-8: UTF-8 that may hold lone surrogates, each in three
//! bytes, so that every Python string has a form. Nearly all strings have none and are plain UTF-8.
//!
//! The methods of the type live in `str_methods`; this file is the representation.
#![allow(unsafe_code)]

use std::cell::{Cell, OnceCell};
use std::ptr::NonNull;

use super::header::{Header, Obj};
use super::heap::Heap;
use crate::payload;

/// Distance in characters between the entries of the index of a long non-ASCII string.
const CRUMB: usize = 64;

pub struct Str {
    bytes: Box<[u8]>,
    /// Length in code points.
    len: usize,
    /// 0 while unknown.
    hash: Cell<i64>,
    interned: Cell<bool>,
    surrogates: bool,
    /// Byte offset of every `CRUMB`th character, for strings that are not ASCII.
    crumbs: OnceCell<Box<[u32]>>,
}

payload!(Str, untracked, {
    fn unlink(&self, me: NonNull<Header>, heap: &Heap) {
        if self.interned.get() {
            heap.forget_interned(me, self.hash() as u64);
        }
    }
});

/// The hash of a string's or bytes object's content. Never -1, and 0 only when there is none.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    use std::hash::{BuildHasher, Hasher};
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = foldhash::quality::FixedState::with_seed(0x6170_7900).build_hasher();
    hasher.write(bytes);
    match hasher.finish() as i64 {
        0 => 2,
        -1 => -2,
        hash => hash,
    }
}

impl From<&str> for Str {
    fn from(s: &str) -> Str {
        Str::from_utf8(s.as_bytes().into())
    }
}

impl From<String> for Str {
    fn from(s: String) -> Str {
        Str::from_utf8(s.into_bytes().into_boxed_slice())
    }
}

impl From<char> for Str {
    fn from(c: char) -> Str {
        Str::from(c.encode_utf8(&mut [0; 4]) as &str)
    }
}

impl Str {
    fn from_utf8(bytes: Box<[u8]>) -> Str {
        let len = if bytes.is_ascii() {
            bytes.len()
        } else {
            count_chars(&bytes)
        };
        Str {
            bytes,
            len,
            hash: Cell::new(0),
            interned: Cell::new(false),
            surrogates: false,
            crumbs: OnceCell::new(),
        }
    }

    /// Makes a string of bytes that are WTF-8: made of pieces of other strings, or by `push_code_point`.
    pub fn from_wtf8(bytes: impl Into<Box<[u8]>>) -> Str {
        let mut s = Str::from_utf8(bytes.into());
        s.surrogates = s.len != s.bytes.len() && has_surrogates(&s.bytes);
        s
    }

    /// # Safety
    /// `ptr` is a live object with payload `Str`; the reference is not kept past its life.
    pub(crate) unsafe fn at<'a>(ptr: NonNull<Header>) -> &'a Str {
        unsafe { &(*ptr.cast::<Obj<Str>>().as_ptr()).payload }
    }

    /// The WTF-8 bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text, or `None` when it holds a lone surrogate.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        if self.surrogates {
            None
        } else {
            // SAFETY: without surrogates the bytes came from `str`s or were encoded by char.
            Some(unsafe { std::str::from_utf8_unchecked(&self.bytes) })
        }
    }

    /// The text with lone surrogates replaced by U+FFFD, for messages.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        match self.as_str() {
            Some(s) => s.into(),
            None => self
                .chars()
                .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect::<String>()
                .into(),
        }
    }

    /// Length in code points.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.len == self.bytes.len()
    }

    #[inline]
    pub fn hash(&self) -> i64 {
        let known = self.hash.get();
        if known != 0 {
            return known;
        }
        let hash = hash_bytes(&self.bytes);
        self.hash.set(hash);
        hash
    }

    #[inline]
    pub fn is_interned(&self) -> bool {
        self.interned.get()
    }

    pub(crate) fn set_interned(&self) {
        self.interned.set(true);
    }

    /// The code points, lone surrogates among them.
    #[inline]
    pub fn chars(&self) -> CodePoints<'_> {
        CodePoints { rest: &self.bytes }
    }

    /// Byte offset of character `index` (at most `len`).
    pub fn offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index;
        }
        if index >= self.len {
            return self.bytes.len();
        }
        let crumbs = self.crumbs.get_or_init(|| {
            let mut crumbs = Vec::with_capacity(self.len / CRUMB + 1);
            let starts = self.bytes.iter().enumerate().filter(|&(_, &b)| is_start(b));
            crumbs.extend(starts.step_by(CRUMB).map(|(at, _)| at as u32));
            crumbs.into()
        });
        let mut at = crumbs[index / CRUMB] as usize;
        for _ in 0..index % CRUMB {
            at += width(self.bytes[at]);
        }
        at
    }

    /// Number of characters before byte offset `at`, which is a boundary.
    pub fn index_of_offset(&self, at: usize) -> usize {
        if self.is_ascii() {
            at
        } else {
            count_chars(&self.bytes[..at])
        }
    }

    /// The WTF-8 bytes of the characters `start..end`.
    pub fn slice(&self, start: usize, end: usize) -> &[u8] {
        &self.bytes[self.offset(start)..self.offset(end)]
    }

    /// Code point at character `index` (less than `len`).
    pub fn code_point(&self, index: usize) -> u32 {
        let at = self.offset(index);
        CodePoints {
            rest: &self.bytes[at..],
        }
        .next()
        .unwrap_or(0)
    }
}

/// Iterator over the code points of WTF-8.
#[derive(Clone)]
pub struct CodePoints<'a> {
    rest: &'a [u8],
}

impl<'a> CodePoints<'a> {
    /// The code points of bytes that are WTF-8.
    pub fn new(bytes: &'a [u8]) -> Self {
        CodePoints { rest: bytes }
    }

    /// Number of bytes not yet walked over.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let &first = self.rest.first()?;
        let n = width(first).min(self.rest.len());
        let (this, rest) = self.rest.split_at(n);
        self.rest = rest;
        let tail = |c: u32| {
            this[1..]
                .iter()
                .fold(c, |c, &b| c << 6 | u32::from(b & 0x3f))
        };
        Some(match n {
            1 => u32::from(first),
            2 => tail(u32::from(first & 0x1f)),
            3 => tail(u32::from(first & 0x0f)),
            _ => tail(u32::from(first & 0x07)),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len() / 4, Some(self.rest.len()))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        let start = self.rest.iter().rposition(|&b| is_start(b))?;
        let (rest, this) = self.rest.split_at(start);
        self.rest = rest;
        CodePoints { rest: this }.next()
    }
}

#[inline]
fn is_start(b: u8) -> bool {
    b & 0xc0 != 0x80
}

#[inline]
fn width(first: u8) -> usize {
    match first {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

/// Number of code points in WTF-8.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| is_start(b)).count()
}

/// Appends a code point, a surrogate too.
pub fn push_code_point(out: &mut Vec<u8>, c: u32) {
    match char::from_u32(c) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xe0 | (c >> 12 & 0x0f) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
    }
}

fn has_surrogates(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|w| w[0] == 0xed && w[1] >= 0xa0)
}
