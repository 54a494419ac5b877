//! What is kept of an expression while errors are looked for.

use std::rc::Rc;

use crate::ast::Span;

/// What the rules remember of an expression: enough to name it and to look for bad targets.
#[derive(Clone)]
pub struct Node(Rc<NodeData>);

pub struct NodeData {
    pub span: Span,
    pub shape: Shape,
}

#[derive(Clone)]
pub enum Shape {
    Name,
    Attribute,
    Subscript,
    Starred(Node),
    List(Vec<Node>),
    Tuple(Vec<Node>),
    /// The left side, and whether the first operator is `in`.
    Compare(Node, bool),
    /// Anything else, by CPython's name for it.
    Other(&'static str),
}

impl std::ops::Deref for Node {
    type Target = NodeData;

    fn deref(&self) -> &NodeData {
        &self.0
    }
}

impl Node {
    pub fn new(span: Span, shape: Shape) -> Self {
        Node(Rc::new(NodeData { span, shape }))
    }

    /// CPython's name for the kind of expression.
    pub fn describe(&self) -> &'static str {
        match &self.shape {
            Shape::Name => "name",
            Shape::Attribute => "attribute",
            Shape::Subscript => "subscript",
            Shape::Starred(_) => "starred",
            Shape::List(_) => "list",
            Shape::Tuple(_) => "tuple",
            Shape::Compare(..) => "comparison",
            Shape::Other(name) => name,
        }
    }
}

/// What invalid targets are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    Star,
    Del,
    For,
}

/// The first part of `e` that is no target.
pub fn invalid_target(e: &Node, targets: Targets) -> Option<Node> {
    match &e.shape {
        Shape::List(items) | Shape::Tuple(items) => {
            items.iter().find_map(|item| invalid_target(item, targets))
        }
        Shape::Starred(_) if targets == Targets::Del => Some(e.clone()),
        Shape::Starred(inner) => invalid_target(inner, targets),
        // In `for a in b` the rest of the line reads as a comparison.
        Shape::Compare(left, true) if targets == Targets::For => invalid_target(left, targets),
        Shape::Compare(..) if targets == Targets::For => None,
        Shape::Name | Shape::Subscript | Shape::Attribute => None,
        _ => Some(e.clone()),
    }
}
