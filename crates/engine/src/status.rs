//! The status that a SealedSecret is to show.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use lacre_api::{Condition, SealedSecretStatus};

use crate::failure::{Failure, Failures, Reason};

/// The condition of upstream, always first: printer columns and health checks read `conditions[0]`.
pub const SYNCED: &str = "Synced";
/// The condition that kstatus and `kubectl wait` know.
pub const READY: &str = "Ready";

/// What is to be said about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the Secret is as it should be.
    pub ok: bool,
    /// The word for programs.
    pub reason: &'static str,
    /// The sentence for people; empty when all is well.
    pub message: String,
}

impl Verdict {
    /// All is well.
    #[must_use]
    pub fn unsealed() -> Self {
        Self {
            ok: true,
            reason: Reason::Unsealed.as_str(),
            message: String::new(),
        }
    }

    /// These stand in the way.
    #[must_use]
    pub fn failed(failures: &[Failure]) -> Self {
        let failures = Failures(failures);
        Self {
            ok: false,
            reason: failures.reason().as_str(),
            message: failures.to_string(),
        }
    }
}

/// The status after `verdict` on this generation, at `now` (seconds since 1970 UTC); `None` when the status says so
/// already and need not be written.
///
/// `Synced` comes first, `Ready` next, conditions of others after them. A transition time changes only with its
/// status, an update time with anything that is said.
#[must_use]
pub fn next_status(
    before: Option<&SealedSecretStatus>,
    generation: Option<i64>,
    verdict: &Verdict,
    now: i64,
) -> Option<SealedSecretStatus> {
    let nothing = SealedSecretStatus::default();
    let before = before.unwrap_or(&nothing);
    // A time that no calendar has is left out rather than invented.
    let now = Timestamp::from_second(now).ok().map(Time);
    let mut conditions: Vec<Condition> = [SYNCED, READY]
        .into_iter()
        .map(|type_| condition(before, type_, verdict, now.as_ref()))
        .collect();
    let others = before
        .conditions
        .iter()
        .filter(|c| c.type_ != SYNCED && c.type_ != READY);
    conditions.extend(others.cloned());
    let after = SealedSecretStatus {
        observed_generation: generation.or(before.observed_generation),
        conditions,
    };
    (after != *before).then_some(after)
}

fn condition(
    before: &SealedSecretStatus,
    type_: &str,
    verdict: &Verdict,
    now: Option<&Time>,
) -> Condition {
    let old = before
        .conditions
        .iter()
        .find(|condition| condition.type_ == type_);
    let mut condition = Condition {
        type_: type_.to_owned(),
        status: if verdict.ok { "True" } else { "False" }.to_owned(),
        reason: Some(verdict.reason.to_owned()),
        message: (!verdict.message.is_empty()).then(|| verdict.message.clone()),
        last_update_time: now.cloned(),
        last_transition_time: now.cloned(),
    };
    if let Some(old) = old {
        if old.status == condition.status {
            condition.last_transition_time = old.last_transition_time.clone();
        }
        let said_already = (&old.status, &old.reason, &old.message)
            == (&condition.status, &condition.reason, &condition.message);
        if said_already {
            condition.last_update_time = old.last_update_time.clone();
        }
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_700_000_000;

    fn failed(message: &str) -> Verdict {
        Verdict {
            ok: false,
            reason: "WrongKey",
            message: message.to_owned(),
        }
    }

    fn time(seconds: i64) -> Option<Time> {
        Timestamp::from_second(seconds).ok().map(Time)
    }

    #[test]
    fn synced_stays_first_and_foreign_conditions_stay() {
        let before = SealedSecretStatus {
            observed_generation: None,
            conditions: vec![Condition {
                type_: "Argo".to_owned(),
                status: "True".to_owned(),
                last_update_time: None,
                last_transition_time: None,
                reason: None,
                message: None,
            }],
        };
        let after = next_status(Some(&before), Some(3), &Verdict::unsealed(), NOON).unwrap();
        let types: Vec<_> = after.conditions.iter().map(|c| c.type_.as_str()).collect();
        assert_eq!(types, ["Synced", "Ready", "Argo"]);
        assert_eq!(after.observed_generation, Some(3));
        assert_eq!(after.conditions[0].message, None);
    }

    #[test]
    fn nothing_is_written_when_nothing_changed() {
        let after = next_status(None, Some(1), &failed("a"), NOON).unwrap();
        assert_eq!(
            next_status(Some(&after), Some(1), &failed("a"), NOON + 60),
            None
        );
    }

    #[test]
    fn times_move_with_what_they_tell_of() {
        let first = next_status(None, Some(1), &failed("a"), NOON).unwrap();
        let other_message = next_status(Some(&first), Some(1), &failed("b"), NOON + 1).unwrap();
        assert_eq!(other_message.conditions[0].last_update_time, time(NOON + 1));
        assert_eq!(other_message.conditions[0].last_transition_time, time(NOON));
        let mended = next_status(
            Some(&other_message),
            Some(1),
            &Verdict::unsealed(),
            NOON + 2,
        )
        .unwrap();
        assert_eq!(mended.conditions[0].last_transition_time, time(NOON + 2));
        let newer = next_status(Some(&mended), Some(2), &Verdict::unsealed(), NOON + 3).unwrap();
        assert_eq!(newer.observed_generation, Some(2));
        assert_eq!(newer.conditions, mended.conditions);
    }
}
