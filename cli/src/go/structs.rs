//! Structs of Go's kind: a table of fields, each with its name in JSON.

/// Declares a struct and how it is read and written.
///
/// `Name "in messages" "with package" { field: Type = "json name" OPTIONS; … }`, where the
/// options are, in this order: `as "type's name"` for types that Go calls otherwise, `via
/// "TypeMeta"` for a field of an embedded struct, and `, omitempty` for fields left out when empty.
macro_rules! go_struct {
    (
        $(#[$meta:meta])*
        $name:ident $short:literal $long:literal {
            $(
                $(#[$doc:meta])*
                $field:ident: $type:ty = $json:literal
                    $(as $type_name:literal)? $(via $embedded:literal)? $(, $omit:ident)?;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $($(#[$doc])* pub(crate) $field: $type,)*
        }

        impl $crate::go::GoValue for $name {
            const NAME: $crate::go::Names = $long;

            fn decode(
                &mut self,
                json: &$crate::go::Json,
                name: $crate::go::Names,
                decoder: &mut $crate::go::Decoder,
            ) -> Result<(), String> {
                let members = match json {
                    $crate::go::Json::Null => return Ok(()),
                    $crate::go::Json::Object(members) => members,
                    other => {
                        decoder.mismatch(other, name);
                        return Ok(());
                    }
                };
                for (key, value) in members {
                    match decoder.field(key, &[$($json),*]) {
                        $(Some($json) => {
                            let embedded = $crate::go::structs::first(&[$($embedded)?]);
                            let type_name = $crate::go::structs::first(&[$($type_name)?])
                                .unwrap_or(<$type as $crate::go::GoValue>::NAME);
                            decoder.member($short, embedded, $json, |decoder| {
                                self.$field.decode(value, type_name, decoder)
                            })?;
                        })*
                        _ => {}
                    }
                }
                Ok(())
            }

            fn coerce(json: $crate::go::Json) -> $crate::go::Json {
                let $crate::go::Json::Object(members) = json else {
                    return json;
                };
                let coerce = |(key, value): (String, $crate::go::Json)| {
                    let names = $crate::go::decode::MemberNames::AnyCase;
                    let value = match $crate::go::decode::field(&key, &[$($json),*], names) {
                        // The reader does not look into embedded structs.
                        $(Some($json) if $crate::go::structs::first(&[$($embedded)?]).is_none() => {
                            <$type as $crate::go::GoValue>::coerce(value)
                        })*
                        _ => value,
                    };
                    (key, value)
                };
                $crate::go::Json::Object(members.into_iter().map(coerce).collect())
            }

            fn is_zero(&self) -> bool {
                true $(&& self.$field.is_zero())*
            }

            fn is_empty(&self) -> bool {
                false
            }

            fn encode(&self) -> ::lacre_manifest::Node {
                let mut members = Vec::new();
                $(
                    let omitted = $crate::go::structs::omits(&[$(stringify!($omit))?])
                        && self.$field.is_empty();
                    if !omitted {
                        members.push(($json, self.$field.encode()));
                    }
                )*
                ::lacre_manifest::Node::map(members)
            }
        }
    };
}

pub(crate) use go_struct;

/// The one element of a list that a macro filled with one or none.
pub(crate) const fn first(options: &[&'static str]) -> Option<&'static str> {
    match options {
        [only, ..] => Some(only),
        [] => None,
    }
}

/// Whether the options of a field say that it is left out when empty.
pub(crate) const fn omits(options: &[&'static str]) -> bool {
    !options.is_empty()
}
