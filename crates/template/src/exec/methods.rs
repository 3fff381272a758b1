//! Methods that templates can call: those of times, durations and versions.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::context::Context;
use crate::fault::Fault;
use crate::functions::{Args, Type};
use crate::go::duration;
use crate::go::printer;
use crate::go::time::{Time, Zone};
use crate::semver::Version;
use crate::value::{Element, List, SignedType, UnsignedType, Value};

type Run = fn(&mut Context<'_>, &Args) -> Result<Value, Fault>;

/// A method; the receiver is the first argument.
pub(super) struct Method {
    name: &'static str,
    pub(super) params: &'static [Type],
    pub(super) run: Run,
    /// Why Go's templates cannot call it, whatever the arguments.
    pub(super) refusal: Option<&'static str>,
}

const fn method(name: &'static str, params: &'static [Type], run: Run) -> Method {
    Method {
        name,
        params,
        run,
        refusal: None,
    }
}

const fn refused(name: &'static str, params: &'static [Type], refusal: &'static str) -> Method {
    Method {
        name,
        params,
        run: |_, _| Ok(Value::Absent),
        refusal: Some(refusal),
    }
}

/// The method `name` of `receiver`.
pub(super) fn find(receiver: &Value, name: &str) -> Option<&'static Method> {
    let tables: &[&'static [Method]] = match receiver {
        Value::Time(_) => &[TIME],
        Value::Version(_) => &[VERSION, VERSION_POINTER],
        Value::PlainVersion(_) => &[VERSION],
        Value::Signed(SignedType::Duration, _) => &[DURATION],
        Value::Signed(SignedType::Month | SignedType::Weekday, _) | Value::Location(_) => {
            &[STRINGER]
        }
        _ => return None,
    };
    tables.iter().copied().flatten().find(|m| m.name == name)
}

fn time(args: &Args, at: usize) -> Time {
    match args.get(at) {
        Value::Time(time) => (**time).clone(),
        _ => Time::zero(),
    }
}

fn made(time: Time) -> Result<Value, Fault> {
    Ok(Value::Time(Rc::new(time)))
}

fn int(n: i64) -> Result<Value, Fault> {
    Ok(Value::int(n))
}

fn int64(n: i64) -> Result<Value, Fault> {
    Ok(Value::int64(n))
}

fn nanos(t: &Time, unit: i64) -> i64 {
    t.seconds()
        .wrapping_mul(1_000_000_000 / unit)
        .wrapping_add(i64::from(t.nanos()) / unit)
}

fn bytes(bytes: &[u8]) -> Value {
    let byte = |b: &u8| Value::Unsigned(UnsignedType::Uint8, u64::from(*b));
    Value::List(List::new(Element::Byte, bytes.iter().map(byte).collect()))
}

fn marshal(args: &Args, quoted: bool, what: &str) -> Result<Value, Fault> {
    let Some(text) = time(args, 0).rfc3339() else {
        return Err(Fault::plain(format!(
            "Time.{what}: year outside of range [0,9999]"
        )));
    };
    Ok(bytes(
        if quoted { format!("\"{text}\"") } else { text }.as_bytes(),
    ))
}

const TIME: &[Method] = &[
    method("String", &[], |_, a| Ok(time(a, 0).to_text().into())),
    method("GoString", &[], |_, a| Ok(time(a, 0).go_string().into())),
    method("Format", &[Type::Text], |_, a| {
        Ok(Value::text(&time(a, 0).format(a.text(1))))
    }),
    method("AppendFormat", &[Type::Bytes, Type::Text], |_, a| {
        let mut out = match a.get(1) {
            Value::List(list) => list.to_bytes(),
            _ => Vec::new(),
        };
        out.extend(time(a, 0).format(a.text(2)));
        Ok(bytes(&out))
    }),
    method("IsZero", &[], |_, a| {
        Ok((time(a, 0).compare(&Time::zero()) == Ordering::Equal).into())
    }),
    method("After", &[Type::Time], |_, a| {
        Ok((time(a, 0).compare(&time(a, 1)) == Ordering::Greater).into())
    }),
    method("Before", &[Type::Time], |_, a| {
        Ok((time(a, 0).compare(&time(a, 1)) == Ordering::Less).into())
    }),
    method("Equal", &[Type::Time], |_, a| {
        Ok((time(a, 0).compare(&time(a, 1)) == Ordering::Equal).into())
    }),
    method("Compare", &[Type::Time], |_, a| {
        int(time(a, 0).compare(&time(a, 1)) as i64)
    }),
    method("Year", &[], |_, a| int(time(a, 0).civil().year)),
    method("Month", &[], |_, a| {
        Ok(Value::Signed(SignedType::Month, time(a, 0).civil().month))
    }),
    method("Day", &[], |_, a| int(time(a, 0).civil().day)),
    method("Weekday", &[], |_, a| {
        Ok(Value::Signed(
            SignedType::Weekday,
            time(a, 0).civil().weekday,
        ))
    }),
    method("Hour", &[], |_, a| int(time(a, 0).civil().hour)),
    method("Minute", &[], |_, a| int(time(a, 0).civil().minute)),
    method("Second", &[], |_, a| int(time(a, 0).civil().second)),
    method("Nanosecond", &[], |_, a| int(time(a, 0).nanos().into())),
    method("YearDay", &[], |_, a| int(time(a, 0).civil().year_day)),
    method("Add", &[Type::Duration], |_, a| {
        made(time(a, 0).add(a.int(1)))
    }),
    method("Sub", &[Type::Time], |_, a| {
        Ok(Value::Signed(
            SignedType::Duration,
            time(a, 0).sub(&time(a, 1)),
        ))
    }),
    method("AddDate", &[Type::Int, Type::Int, Type::Int], |_, a| {
        made(time(a, 0).add_date(a.int(1), a.int(2), a.int(3)).settled())
    }),
    method("UTC", &[], |_, a| made(time(a, 0).within(Zone::Utc))),
    method("Local", &[], |_, a| made(time(a, 0).within(Zone::Local))),
    method("In", &[Type::Location], |_, a| match a.get(1) {
        Value::Location(at) => made(time(a, 0).within(at.zone().clone())),
        _ => Err(Fault::plain("time: missing Location in call to Time.In")),
    }),
    method("Location", &[], |_, a| {
        Ok(Value::Location(Rc::new(time(a, 0))))
    }),
    method("Unix", &[], |_, a| int64(time(a, 0).seconds())),
    method("UnixMilli", &[], |_, a| {
        int64(nanos(&time(a, 0), 1_000_000))
    }),
    method("UnixMicro", &[], |_, a| int64(nanos(&time(a, 0), 1_000))),
    method("UnixNano", &[], |_, a| int64(nanos(&time(a, 0), 1))),
    method("IsDST", &[], |_, a| Ok(time(a, 0).is_dst().into())),
    method("MarshalJSON", &[], |_, a| marshal(a, true, "MarshalJSON")),
    method("MarshalText", &[], |_, a| marshal(a, false, "MarshalText")),
    method("Truncate", &[Type::Duration], |_, a| {
        let (t, by) = (time(a, 0).settled(), a.int(1));
        made(if by <= 0 { t } else { t.add(-t.remainder(by)) })
    }),
    method("Round", &[Type::Duration], |_, a| {
        let (t, by) = (time(a, 0).settled(), a.int(1));
        if by <= 0 {
            return made(t);
        }
        let rest = t.remainder(by);
        made(if rest.unsigned_abs() * 2 < by.unsigned_abs() {
            t.add(-rest)
        } else {
            t.add(by - rest)
        })
    }),
    refused(
        "Date",
        &[],
        "function Date has 3 return values; should be 1 or 2",
    ),
    refused(
        "Clock",
        &[],
        "function Clock has 3 return values; should be 1 or 2",
    ),
    refused(
        "ISOWeek",
        &[],
        "invalid function signature for ISOWeek: second return value should be error; is int",
    ),
    refused(
        "Zone",
        &[],
        "invalid function signature for Zone: second return value should be error; is int",
    ),
    refused(
        "ZoneBounds",
        &[],
        "invalid function signature for ZoneBounds: second return value should be error; is time.Time",
    ),
];

fn span(args: &Args) -> i64 {
    args.int(0)
}

fn duration_of(nanos: i64) -> Result<Value, Fault> {
    Ok(Value::Signed(SignedType::Duration, nanos))
}

/// Whole units and the rest of one, as Go adds them up in floating point.
fn units(nanos: i64, unit: i64) -> Result<Value, Fault> {
    Ok(Value::Float(
        (nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64,
    ))
}

const DURATION: &[Method] = &[
    method("String", &[], |_, a| {
        Ok(duration::duration_text(span(a)).into())
    }),
    method("Hours", &[], |_, a| units(span(a), 3_600_000_000_000)),
    method("Minutes", &[], |_, a| units(span(a), 60_000_000_000)),
    method("Seconds", &[], |_, a| units(span(a), 1_000_000_000)),
    method("Milliseconds", &[], |_, a| int64(span(a) / 1_000_000)),
    method("Microseconds", &[], |_, a| int64(span(a) / 1_000)),
    method("Nanoseconds", &[], |_, a| int64(span(a))),
    method("Abs", &[], |_, a| {
        duration_of(span(a).checked_abs().unwrap_or(i64::MAX))
    }),
    method("Round", &[Type::Duration], |_, a| {
        duration_of(duration::round(span(a), a.int(1)))
    }),
    method("Truncate", &[Type::Duration], |_, a| {
        let by = a.int(1);
        duration_of(if by <= 0 {
            span(a)
        } else {
            span(a) - span(a) % by
        })
    }),
];

const STRINGER: &[Method] = &[method("String", &[], |_, a| {
    Ok(printer::stringer(a.get(0)).map_or(Value::Absent, Value::Text))
})];

fn version(args: &Args, at: usize) -> Rc<Version> {
    match args.get(at) {
        Value::Version(v) | Value::PlainVersion(v) => Rc::clone(v),
        _ => Rc::default(),
    }
}

fn plain(version: Version) -> Result<Value, Fault> {
    Ok(Value::PlainVersion(Rc::new(version)))
}

fn number(n: u64) -> Result<Value, Fault> {
    Ok(Value::Unsigned(UnsignedType::Uint64, n))
}

/// Compares with another version; nil crashes in Go and so is an error.
fn compare(args: &Args) -> Result<Ordering, Fault> {
    match args.get(1) {
        Value::Version(other) => Ok(version(args, 0).compare(other)),
        _ => Err(Fault::plain(
            "runtime error: invalid memory address or nil pointer dereference",
        )),
    }
}

const VERSION: &[Method] = &[
    method("String", &[], |_, a| Ok(version(a, 0).to_text().into())),
    method("Major", &[], |_, a| number(version(a, 0).major)),
    method("Minor", &[], |_, a| number(version(a, 0).minor)),
    method("Patch", &[], |_, a| number(version(a, 0).patch)),
    method("Prerelease", &[], |_, a| {
        Ok(version(a, 0).pre.as_str().into())
    }),
    method("Metadata", &[], |_, a| {
        Ok(version(a, 0).metadata.as_str().into())
    }),
    method("IncPatch", &[], |_, a| plain(version(a, 0).next_patch())),
    method("IncMinor", &[], |_, a| plain(version(a, 0).next_minor())),
    method("IncMajor", &[], |_, a| plain(version(a, 0).next_major())),
    method("SetPrerelease", &[Type::Text], |_, a| {
        plain(version(a, 0).with_pre(a.text(1))?)
    }),
    method("SetMetadata", &[Type::Text], |_, a| {
        plain(version(a, 0).with_metadata(a.text(1))?)
    }),
    method("MarshalJSON", &[], |_, a| {
        Ok(bytes(format!("\"{}\"", version(a, 0).to_text()).as_bytes()))
    }),
    method("MarshalText", &[], |_, a| {
        Ok(bytes(version(a, 0).to_text().as_bytes()))
    }),
    method("Value", &[], |_, a| Ok(version(a, 0).to_text().into())),
];

const VERSION_POINTER: &[Method] = &[
    method("Original", &[], |_, a| {
        Ok(version(a, 0).original.as_str().into())
    }),
    method("Compare", &[Type::Version], |_, a| int(compare(a)? as i64)),
    method("LessThan", &[Type::Version], |_, a| {
        Ok((compare(a)? == Ordering::Less).into())
    }),
    method("LessThanEqual", &[Type::Version], |_, a| {
        Ok((compare(a)? != Ordering::Greater).into())
    }),
    method("GreaterThan", &[Type::Version], |_, a| {
        Ok((compare(a)? == Ordering::Greater).into())
    }),
    method("GreaterThanEqual", &[Type::Version], |_, a| {
        Ok((compare(a)? != Ordering::Less).into())
    }),
    method("Equal", &[Type::Version], |_, a| match a.get(1) {
        Value::Version(_) => Ok((compare(a)? == Ordering::Equal).into()),
        _ => Ok(false.into()),
    }),
];
