//! The pure brain: plan(observed, now) -> Plan.
