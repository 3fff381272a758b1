//! sprig's dates. The local zone is UTC, as it is in the engines' containers.

use std::rc::Rc;

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::number::parse_int;
use crate::go::time::{Time, Zone, duration_text, load_zone, parse_duration};
use crate::go::{duration, timeparse};
use crate::value::{SignedType, Value};

const A: Type = Type::Any;
const T: Type = Type::Text;

/// The rows. What takes any value takes the clock's time for what is no time.
pub(crate) const TABLE: &[Function] = &[
    Function::new("now", &[], |c, _| made(now(c))).random(),
    Function::new("ago", &[A], |c, a| {
        let since = now(c).sub(&moment(c, a.get(0)));
        Ok(duration_text(duration::round(since, 1_000_000_000)).into())
    })
    .random(),
    Function::new("date", &[T, A], |c, a| {
        formatted(c, a.text(0), a.get(1), b"Local")
    }),
    Function::new("dateInZone", &[T, A, T], |c, a| {
        formatted(c, a.text(0), a.get(1), a.text(2))
    }),
    Function::new("date_in_zone", &[T, A, T], |c, a| {
        formatted(c, a.text(0), a.get(1), a.text(2))
    }),
    Function::new("htmlDate", &[A], |c, a| {
        formatted(c, b"2006-01-02", a.get(0), b"Local")
    }),
    Function::new("htmlDateInZone", &[A, T], |c, a| {
        formatted(c, b"2006-01-02", a.get(0), a.text(1))
    }),
    Function::new("dateModify", &[T, Type::Time], |_, a| modified(a, false)),
    Function::new("date_modify", &[T, Type::Time], |_, a| modified(a, false)),
    Function::new("mustDateModify", &[T, Type::Time], |_, a| modified(a, true)),
    Function::new("must_date_modify", &[T, Type::Time], |_, a| {
        modified(a, true)
    }),
    Function::new("toDate", &[T, T], |_, a| {
        made(timeparse::parse(a.text(0), a.text(1)).unwrap_or_else(|_| Time::zero()))
    }),
    Function::new("mustToDate", &[T, T], |_, a| {
        match timeparse::parse(a.text(0), a.text(1)) {
            Ok(time) => made(time),
            Err(text) => Err(Fault::valued("the time does not fit the layout", text)),
        }
    }),
    Function::new("unixEpoch", &[Type::Time], |_, a| {
        Ok(time(a, 0).seconds().to_string().into())
    }),
    Function::new("duration", &[A], |_, a| {
        let seconds = match a.get(0) {
            Value::Text(text) => saturated(text.bytes()),
            Value::Signed(SignedType::Int64, n) => *n,
            _ => 0,
        };
        Ok(duration_text(seconds.wrapping_mul(1_000_000_000)).into())
    }),
    Function::new("durationRound", &[A], |c, a| {
        let nanos = match a.get(0) {
            Value::Text(text) => parse_duration(text.bytes()).unwrap_or_default(),
            Value::Signed(SignedType::Int64, n) => *n,
            Value::Time(t) => now(c).sub(t),
            _ => 0,
        };
        Ok(coarse(nanos).into())
    }),
];

fn made(time: Time) -> Result<Value, Fault> {
    Ok(Value::Time(Rc::new(time)))
}

fn now(context: &mut Context<'_>) -> Time {
    let (seconds, nanos) = context.ambient.now();
    Time::now(seconds, nanos)
}

fn time(args: &Args, at: usize) -> Time {
    match args.get(at) {
        Value::Time(time) => (**time).clone(),
        _ => Time::zero(),
    }
}

/// Go gives the nearest number along with its range error, and sprig takes it.
fn saturated(text: &[u8]) -> i64 {
    match parse_int(text, 10) {
        Ok(n) => n,
        Err(crate::go::number::NumberError::Syntax) => 0,
        Err(crate::go::number::NumberError::Range) if text.starts_with(b"-") => i64::MIN,
        Err(crate::go::number::NumberError::Range) => i64::MAX,
    }
}

/// A time, or seconds since 1970; anything else is now.
fn moment(context: &mut Context<'_>, value: &Value) -> Time {
    match value {
        Value::Time(time) => (**time).clone(),
        Value::Signed(SignedType::Int | SignedType::Int64, n) => Time::unix(*n, 0),
        _ => now(context),
    }
}

fn formatted(
    context: &mut Context<'_>,
    layout: &[u8],
    value: &Value,
    zone: &[u8],
) -> Result<Value, Fault> {
    let time = moment(context, value).within(load_zone(zone).unwrap_or(Zone::Utc));
    context.budget.allocate(layout.len().saturating_mul(5))?;
    context.budget.spend_each(layout.len().saturating_mul(4))?;
    Ok(Value::text(&time.format(layout)))
}

fn modified(args: &Args, must: bool) -> Result<Value, Fault> {
    match parse_duration(args.text(0)) {
        Ok(duration) => made(time(args, 1).add(duration)),
        Err(text) if must => Err(Fault::valued("invalid duration", text)),
        Err(_) => made(time(args, 1)),
    }
}

/// The largest unit that the duration is more than one of.
fn coarse(nanos: i64) -> String {
    const HOUR: u64 = 3_600_000_000_000;
    let units = [
        (HOUR * 24 * 365, "y"),
        (HOUR * 24 * 30, "mo"),
        (HOUR * 24, "d"),
        (HOUR, "h"),
        (HOUR / 60, "m"),
        (HOUR / 3600, "s"),
    ];
    let size = nanos.unsigned_abs();
    let unit = units.iter().find(|(unit, _)| size > *unit);
    unit.map_or_else(
        || "0s".into(),
        |(unit, name)| format!("{}{name}", size / unit),
    )
}
