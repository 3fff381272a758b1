//! sprig's randomness.

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::{base64, runes};
use crate::value::Value;

const I: Type = Type::Int;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("randAlphaNum", &[I], |c, a| {
        characters(c, a, |b| b.is_ascii_alphanumeric())
    })
    .random(),
    Function::new("randAlpha", &[I], |c, a| {
        characters(c, a, |b| b.is_ascii_alphabetic())
    })
    .random(),
    Function::new("randNumeric", &[I], |c, a| {
        characters(c, a, |b| b.is_ascii_digit())
    })
    .random(),
    Function::new("randAscii", &[I], |c, a| {
        characters(c, a, |b| (32..127).contains(&b))
    })
    .random(),
    Function::new("randInt", &[I, I], |c, a| {
        let (low, span) = (a.int(0), a.int(1).wrapping_sub(a.int(0)));
        if span <= 0 {
            return Err(Fault::plain("invalid argument to Intn"));
        }
        let n = below(c, span.unsigned_abs());
        Ok(Value::int(low.wrapping_add_unsigned(n)))
    })
    .random(),
    Function::new("randBytes", &[I], |c, a| {
        let Ok(count) = usize::try_from(a.int(0)) else {
            return Err(Fault::plain("runtime error: makeslice: len out of range"));
        };
        c.budget.allocate(count.saturating_mul(3))?;
        let mut bytes = zeroize::Zeroizing::new(vec![0; count]);
        c.ambient.random(&mut bytes);
        Ok(base64::encode(&bytes).into())
    })
    .random(),
    Function::new("shuffle", &[Type::Text], |c, a| {
        let mut chars: Vec<char> = runes::chars(a.text(0)).collect();
        c.pay_for(chars.len())?;
        for at in (1..chars.len()).rev() {
            let other = below(c, u64::try_from(at).unwrap_or_default() + 1);
            chars.swap(at, usize::try_from(other).unwrap_or_default());
        }
        let mut out = c.buffer(chars.len().saturating_mul(4))?;
        chars.iter().for_each(|ch| out.char(*ch));
        Ok(out.finish().into())
    })
    .random(),
    Function::new("uuidv4", &[], |c, _| {
        let mut bytes = [0_u8; 16];
        c.ambient.random(&mut bytes);
        let n = u128::from_be_bytes(bytes);
        let n = n & !(0xF << 76) & !(0xC << 60) | 0x4 << 76 | 0x8 << 60;
        let hex = format!("{n:032x}");
        let mut text = String::with_capacity(36);
        for (at, c) in hex.chars().enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            text.push(c);
        }
        Ok(text.into())
    })
    .random(),
];

/// A number below `bound`, each as likely as the other.
fn below(context: &mut Context<'_>, bound: u64) -> u64 {
    let bound = bound.max(1);
    let most = u64::MAX - u64::MAX % bound;
    let mut n = 0;
    // One try is nearly always enough; an ambient that always says the same must not be asked for ever.
    for _ in 0..64 {
        let mut bytes = [0; 8];
        context.ambient.random(&mut bytes);
        n = u64::from_be_bytes(bytes);
        if n < most {
            break;
        }
    }
    n % bound
}

fn characters(
    context: &mut Context<'_>,
    args: &Args,
    fits: fn(u8) -> bool,
) -> Result<Value, Fault> {
    let Ok(count) = usize::try_from(args.int(0)) else {
        return Ok("".into());
    };
    let set: Vec<u8> = (0..128).filter(|b| fits(*b)).collect();
    context.budget.spend_each(count)?;
    let mut out = context.buffer(count)?;
    for _ in 0..count {
        let at = below(context, u64::try_from(set.len()).unwrap_or(1));
        out.byte(
            usize::try_from(at)
                .ok()
                .and_then(|at| set.get(at))
                .copied()
                .unwrap_or(b'0'),
        );
    }
    Ok(out.finish().into())
}
