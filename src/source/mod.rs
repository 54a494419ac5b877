//! Source texts: a name, the decoded text and where its lines begin.

/// A decoded source text. Lines are counted from 1, as Python does; offsets are bytes.
#[derive(Debug, PartialEq)]
pub struct Source {
    /// What stands in tracebacks: a path, `<string>`, `<stdin>`.
    pub name: Box<str>,
    pub text: Box<str>,
    line_starts: Vec<u32>,
}

impl Source {
    /// Makes a source of a file name and decoded text. Lines end at `\n`, `\r\n` or `\r`.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) {
            at += found + 1;
            if bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
                at += 1;
            }
            line_starts.push(at as u32);
        }
        Source {
            name: name.into(),
            text,
            line_starts,
        }
    }

    /// The 1-based line that holds byte `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// The column of byte `offset` in its line, in characters from 0.
    pub fn column(&self, offset: u32) -> u32 {
        let start = self.line_starts[self.line(offset) as usize - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        self.text
            .get(start..end)
            .map_or(0, |s| s.chars().count() as u32)
    }

    /// The text of 1-based line `line` without its end, or `None` past the last.
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)? as usize;
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |&e| e as usize);
        self.text
            .get(start..end)
            .map(|s| s.trim_end_matches(['\n', '\r']))
    }

    /// Number of lines.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}
