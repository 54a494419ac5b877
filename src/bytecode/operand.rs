//! The kinds of operands, each a newtype, and what the dump and the verifier see of them.

/// What an operand means to the dump and the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    Reg(u16),
    Const(u32),
    Name(u16),
    Site(u16),
    Jump(i32),
    Int(i64),
}

/// How an operand shows itself; jumps can also be resolved.
pub trait AsOperand {
    fn operand(&self) -> Operand;

    /// Sets the distance when this is a jump offset. False when it does not fit.
    fn set_jump(&mut self, _distance: i32) -> bool {
        true
    }
}

macro_rules! operands {
    ($($(#[$meta:meta])* $name:ident($inner:ty) => $see:expr;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        #[repr(transparent)]
        pub struct $name(pub $inner);

        impl AsOperand for $name {
            #[allow(clippy::redundant_closure_call)]
            fn operand(&self) -> Operand {
                ($see)(self.0)
            }
        }
    )+ };
}

operands! {
    /// A register of the frame.
    Reg(u16) => Operand::Reg;
    /// An index into the constants.
    ConstId(u32) => Operand::Const;
    /// An index into the names.
    NameId(u16) => Operand::Name;
    /// An index into the sites: a name together with the inline cache of this one instruction.
    Site(u16) => Operand::Site;
    /// A count or a number that chooses.
    U16(u16) => |n| Operand::Int(i64::from(n));
    /// A small constant.
    Imm16(i16) => |n| Operand::Int(i64::from(n));
    /// A constant.
    Imm32(i32) => |n| Operand::Int(i64::from(n));
}

/// A jump of at most 32,767 instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(transparent)]
pub struct Off16(pub i16);

/// A jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(transparent)]
pub struct Off32(pub i32);

impl AsOperand for Off16 {
    fn operand(&self) -> Operand {
        Operand::Jump(i32::from(self.0))
    }

    fn set_jump(&mut self, distance: i32) -> bool {
        match i16::try_from(distance) {
            Ok(near) => {
                self.0 = near;
                true
            }
            Err(_) => false,
        }
    }
}

impl AsOperand for Off32 {
    fn operand(&self) -> Operand {
        Operand::Jump(self.0)
    }

    fn set_jump(&mut self, distance: i32) -> bool {
        self.0 = distance;
        true
    }
}
