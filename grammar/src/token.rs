//! The tokens. They carry no text: a token is its kind, and its span names the text.

use logos::Logos;

use crate::lexer::{Modes, bad_character, number, string, word};
use crate::syntax_error::SyntaxError;

/// A token with its bytes, in the shape that the generated parser reads.
pub type Spanned = (u32, Token, u32);

#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(extras = Modes)]
#[logos(error(SyntaxError, bad_character))]
#[logos(skip r"[ \t\x0c]+")]
#[logos(skip(r"#[^\r\n]*", allow_greedy = true))]
#[logos(skip r"\\(\r\n|\r|\n)")]
pub enum Token {
    #[regex("[A-Za-z_][A-Za-z0-9_]*", word)]
    #[regex(r"([A-Za-z_][A-Za-z0-9_]*)?[^\x00-\x7F]", word)]
    Name,
    #[regex(r"\.?[0-9]", number)]
    Int,
    Float,
    Imaginary,
    #[regex(r#"(?i:r|u|b|br|rb|f|fr|rf)?['"]"#, string)]
    Str,
    Bytes,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    #[regex(r"\r\n|\r|\n")]
    Newline,
    Indent,
    Dedent,

    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,

    /// Soft keywords, where `soft_keywords` found them to be keywords.
    Match,
    Case,
    Type,
    /// A `with` whose items stand in parentheses.
    WithParen,
    /// The `:` before a format spec, as against the one of a lambda or slice.
    FormatColon,

    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(":")]
    Colon,
    #[token(":=")]
    ColonEqual,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("//")]
    DoubleSlash,
    #[token("**")]
    DoubleStar,
    #[token("%")]
    Percent,
    #[token("@")]
    At,
    #[token("|")]
    Bar,
    #[token("&")]
    Amper,
    #[token("^")]
    Caret,
    #[token("~")]
    Tilde,
    #[token("<<")]
    LeftShift,
    #[token(">>")]
    RightShift,
    #[token("<")]
    Less,
    #[token(">")]
    Greater,
    #[token("==")]
    EqEqual,
    #[token("!=")]
    #[token("<>")]
    NotEqual,
    #[token("<=")]
    LessEqual,
    #[token(">=")]
    GreaterEqual,
    #[token("->")]
    Arrow,
    #[token("=")]
    Equal,
    #[token("+=")]
    PlusEqual,
    #[token("-=")]
    MinusEqual,
    #[token("*=")]
    StarEqual,
    #[token("/=")]
    SlashEqual,
    #[token("//=")]
    DoubleSlashEqual,
    #[token("%=")]
    PercentEqual,
    #[token("@=")]
    AtEqual,
    #[token("&=")]
    AmperEqual,
    #[token("|=")]
    BarEqual,
    #[token("^=")]
    CaretEqual,
    #[token("<<=")]
    LeftShiftEqual,
    #[token(">>=")]
    RightShiftEqual,
    #[token("**=")]
    DoubleStarEqual,
    #[token(".")]
    Dot,
    #[token("...")]
    Ellipsis,
    /// Only before a conversion in an f-string.
    #[token("!")]
    Exclamation,

    /// An ASCII character that no token begins with.
    #[regex("[$?`]")]
    Unknown,

    /// What to parse: the first token that the parser sees.
    StartProgram,
    StartExpression,
    EndOfFile,
}

/// Every hard keyword and its token.
const KEYWORDS: [(&str, Token); 35] = [
    ("False", Token::False),
    ("None", Token::None),
    ("True", Token::True),
    ("and", Token::And),
    ("as", Token::As),
    ("assert", Token::Assert),
    ("async", Token::Async),
    ("await", Token::Await),
    ("break", Token::Break),
    ("class", Token::Class),
    ("continue", Token::Continue),
    ("def", Token::Def),
    ("del", Token::Del),
    ("elif", Token::Elif),
    ("else", Token::Else),
    ("except", Token::Except),
    ("finally", Token::Finally),
    ("for", Token::For),
    ("from", Token::From),
    ("global", Token::Global),
    ("if", Token::If),
    ("import", Token::Import),
    ("in", Token::In),
    ("is", Token::Is),
    ("lambda", Token::Lambda),
    ("nonlocal", Token::Nonlocal),
    ("not", Token::Not),
    ("or", Token::Or),
    ("pass", Token::Pass),
    ("raise", Token::Raise),
    ("return", Token::Return),
    ("try", Token::Try),
    ("while", Token::While),
    ("with", Token::With),
    ("yield", Token::Yield),
];

impl Token {
    /// The token of a word: a keyword or a name.
    pub fn of_word(word: &str) -> Token {
        if !(2..=8).contains(&word.len()) {
            return Token::Name;
        }
        KEYWORDS
            .binary_search_by(|(text, _)| (*text).cmp(word))
            .map_or(Token::Name, |index| KEYWORDS[index].1)
    }

    pub fn is_keyword(self) -> bool {
        self == Token::WithParen || KEYWORDS.iter().any(|(_, token)| *token == self)
    }

    pub fn opens(self) -> bool {
        matches!(self, Token::LParen | Token::LBracket | Token::LBrace)
    }

    pub fn closes(self) -> bool {
        matches!(self, Token::RParen | Token::RBracket | Token::RBrace)
    }
}
