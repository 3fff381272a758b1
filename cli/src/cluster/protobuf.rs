//! The few fields of Kubernetes' protobuf answers that are needed here.
//!
//! An answer is the four bytes `k8s\0` and a message `Unknown`, whose field 2 is the object.
//! Numbers of fields are those of the published `.proto` files of `k8s.io/api` 0.37.

const MAGIC: &[u8] = b"k8s\0";

/// The content type of such answers.
pub(super) const CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// The names of a Service's ports (`spec.ports[].name`), empty for those that have none.
pub(super) fn service_port_names(answer: &[u8]) -> Option<Vec<String>> {
    let (_, service) = object(answer)?;
    let Some(spec) = last(service, 2)? else {
        return Some(Vec::new());
    };
    let mut names = Vec::new();
    for (number, port) in fields(spec)? {
        if number == 1 {
            let name = last(port, 1)?.unwrap_or_default();
            names.push(String::from_utf8(name.to_vec()).ok()?);
        }
    }
    Some(names)
}

/// The message of a Status that reports a failure.
pub(super) fn failure_message(answer: &[u8]) -> Option<String> {
    let (kind, status) = object(answer)?;
    if kind != b"Status" || last(status, 2)? != Some(b"Failure") {
        return None;
    }
    let message = last(status, 3)?.unwrap_or_default();
    String::from_utf8(message.to_vec()).ok()
}

/// The kind of the object in an answer, and the object.
fn object(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let envelope = answer.strip_prefix(MAGIC)?;
    let types = last(envelope, 1)?.unwrap_or_default();
    let kind = last(types, 2)?.unwrap_or_default();
    Some((kind, last(envelope, 2)?.unwrap_or_default()))
}

/// The content of the last field `wanted`, if there is one.
fn last(message: &[u8], wanted: u64) -> Option<Option<&[u8]>> {
    let fields = fields(message)?;
    let found = fields.into_iter().rfind(|(number, _)| *number == wanted);
    Some(found.map(|(_, content)| content))
}

/// The fields that have a length: texts, bytes and messages. `None` for a broken message.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message)?;
        let length = match key & 7 {
            0 => {
                varint(&mut message)?;
                continue;
            }
            1 => 8,
            2 => usize::try_from(varint(&mut message)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (content, rest) = message.split_at_checked(length)?;
        if key & 7 == 2 {
            fields.push((key >> 3, content));
        }
        message = rest;
    }
    Some(fields)
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&[number << 3 | 2, length], content].concat()
    }

    fn answer(kind: &str, object: &[u8]) -> Vec<u8> {
        let types = [field(1, b"v1"), field(2, kind.as_bytes())].concat();
        [MAGIC.to_vec(), field(1, &types), field(2, object)].concat()
    }

    #[test]
    fn port_names_are_found_between_other_fields() {
        let ports = [
            field(1, &[field(1, b"http"), vec![3 << 3, 0x90, 0x3f]].concat()),
            field(1, &[3 << 3, 1]),
        ]
        .concat();
        let service = [field(1, &field(1, b"name")), field(2, &ports)].concat();
        let names = service_port_names(&answer("Service", &service)).unwrap();
        assert_eq!(names, ["http", ""]);
        let names = service_port_names(&answer("Service", b"")).unwrap();
        assert!(names.is_empty());
    }

    #[test]
    fn a_failure_says_why() {
        let status = [field(2, b"Failure"), field(3, b"services \"x\" not found")].concat();
        let message = failure_message(&answer("Status", &status)).unwrap();
        assert_eq!(message, "services \"x\" not found");
        assert_eq!(failure_message(&answer("Service", &status)), None);
    }

    #[test]
    fn broken_answers_are_refused_without_harm() {
        let whole = answer("Service", &field(2, &field(1, &field(1, b"http"))));
        assert!(service_port_names(&whole).is_some());
        for end in 0..whole.len() {
            // Some prefixes are whole messages themselves; none may be taken for more.
            let names = service_port_names(&whole[..end]).unwrap_or_default();
            assert!(names.is_empty());
        }
        assert_eq!(
            service_port_names(b"k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
            None
        );
        assert_eq!(service_port_names(b"{}"), None);
    }
}
