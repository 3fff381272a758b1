//! Rendering one template after the other, and telling what happened to each.

use lacre_api::FieldPath;
use lacre_engine::template::{self, TemplateError};
use lacre_secret::SecretBytes;
use lacre_template::traps::{self, Known, Sign, What};
use lacre_template::{Dialect, Limits, Options, Reading, Template};

use super::data::Data;
use super::pointer::pointer;
use crate::problem::{Place, Problem};
use crate::templates;
use crate::ui::Ui;
use crate::world::World;
use crate::written::Written;

/// What templates are tried with, and how it went so far.
pub(super) struct Trial<'a> {
    pub(super) ui: &'a Ui,
    /// What `--data` gives.
    pub(super) values: &'a Data,
    /// Whether there is any `--data`.
    pub(super) given: bool,
    /// What is left to the templates of one object.
    pub(super) limits: Limits,
    pub(super) world: World,
    delimiters: Option<Options>,
    /// True if something could not be rendered; it has been told.
    pub(super) failed: bool,
    /// How many warnings were told.
    pub(super) warnings: usize,
}

/// Where a template is written.
pub(super) enum Origin<'a> {
    /// It is this file.
    File(&'a str),
    /// It is a field of an object.
    Field {
        /// Namespace and name of the object.
        name: &'a str,
        written: &'a Written<'a>,
        path: FieldPath,
    },
}

/// Values as templates see them.
pub(super) fn visible(values: &Data) -> lacre_template::Data {
    let mut data = lacre_template::Data::default();
    for (key, value) in values {
        data.insert(key, value.duplicate());
    }
    data
}

impl Origin<'_> {
    fn place(&self, text: &[u8], place: lacre_template::Place) -> Place {
        match self {
            Self::File(file) => {
                let before = text.get(place.offset - place.column..place.offset);
                let column = before.map(|before| String::from_utf8_lossy(before).chars().count());
                Place::at(*file, place.line, column.unwrap_or(place.column) + 1)
            }
            Self::Field { written, path, .. } => written.place_in_text(path, place),
        }
    }

    /// What it is, before a message.
    fn prefix(&self) -> String {
        match self {
            Self::File(_) => String::new(),
            Self::Field { name, path, .. } => format!("{name}: {path}: "),
        }
    }
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        values: &'a Data,
        given: bool,
        delimiters: Option<Options>,
        ui: &'a Ui,
    ) -> Result<Self, Problem> {
        Ok(Self {
            ui,
            values,
            given,
            limits: Limits::default(),
            world: World::new()?,
            delimiters,
            failed: false,
            warnings: 0,
        })
    }

    /// How templates of `dialect` are read. Only one controller has flags for the delimiters.
    pub(super) fn options(
        &self,
        dialect: Dialect,
        place: impl FnOnce() -> Place,
    ) -> Result<Options, Problem> {
        match &self.delimiters {
            None => Ok(Options::default()),
            Some(_) if dialect == Dialect::SealedSecrets => Err(Problem::new(
                "--delims is for ExternalSecrets: the actions of SealedSecrets are always in {{ }}",
            )
            .in_place(place())
            .mend("say --dialect external-secrets, if that is whose template it is")),
            Some(options) => Ok(options.clone()),
        }
    }

    /// The keys that there are, if any are given at all.
    pub(super) fn known(&self) -> Option<Known<'a>> {
        self.given.then(|| Known {
            keys: self.values.keys().map(String::as_str).collect(),
            ..Known::default()
        })
    }

    pub(super) fn warn(&mut self, problem: &Problem) {
        self.warnings += 1;
        self.ui.warn(problem);
    }

    pub(super) fn fail(&mut self, problem: &Problem) {
        self.failed = true;
        self.ui.error(problem);
    }

    /// Renders one template, called `name` in Go's words; `None` if that fails, which has been told.
    pub(super) fn render(
        &mut self,
        name: &str,
        text: &[u8],
        (dialect, options): (Dialect, &Options),
        data: &lacre_template::Data,
        known: Option<&Known<'_>>,
        origin: &Origin<'_>,
    ) -> Option<SecretBytes> {
        let rendered = Template::parse(name, text, dialect, options)
            .map_err(TemplateError::Parse)
            .and_then(|parsed| template::run(&parsed, data, &mut self.limits, &mut self.world));
        match rendered {
            Ok((value, reading)) => {
                self.tell_traps(text, (&reading, dialect), known, Some(&value), origin);
                Some(value)
            }
            Err(error) => {
                self.tell_error(text, &error, dialect, known, origin);
                None
            }
        }
    }

    pub(super) fn tell_error(
        &mut self,
        text: &[u8],
        error: &TemplateError,
        dialect: Dialect,
        known: Option<&Known<'_>>,
        origin: &Origin<'_>,
    ) {
        let (what, mend) = match error {
            TemplateError::Parse(error) => {
                (error.message().to_owned(), templates::mend(error, dialect))
            }
            TemplateError::Run { error, reading } => {
                self.tell_traps(text, (reading, dialect), known, None, origin);
                let mend = match error.bound() {
                    Some(_) => "let the template do less: what it makes must fit into a Secret",
                    None => "correct the template, or the values that it is given",
                };
                (error.to_string(), mend.to_owned())
            }
        };
        let pointer = pointer(text, error.place());
        let problem = Problem::new(format!("{}{what}{pointer}", origin.prefix()));
        self.fail(
            &problem
                .in_place(origin.place(text, error.place()))
                .mend(mend),
        );
    }

    /// Tells what may surprise in a template; of one that was not rendered, what explains that.
    pub(super) fn tell_traps(
        &mut self,
        text: &[u8],
        (reading, dialect): (&Reading, Dialect),
        known: Option<&Known<'_>>,
        value: Option<&SecretBytes>,
        origin: &Origin<'_>,
    ) {
        let mut absent = false;
        for trap in traps::traps(reading, known) {
            let missing = matches!(trap.what, What::MissingKey { .. });
            absent |= missing;
            // The error of one dialect says by itself that a key is not there.
            let explains = missing && dialect == Dialect::SealedSecrets;
            if value.is_none() && !explains {
                continue;
            }
            let place = origin.place(text, trap.place);
            if trap.is_certain() {
                let pointer = pointer(text, trap.place);
                let problem = Problem::new(format!("{}{trap}{pointer}", origin.prefix()));
                self.warn(&problem.in_place(place).mend(trap.mend()));
            } else {
                let prefix = origin.prefix();
                let note = format!("{place}: {prefix}perhaps: {trap}; {}", trap.mend());
                self.ui.note(&note);
            }
        }
        for sign in value.map(traps::signs).unwrap_or_default() {
            if sign == Sign::NoValue && absent {
                continue;
            }
            let start = lacre_template::Place {
                offset: 0,
                line: 1,
                column: 0,
            };
            let mend = match sign {
                Sign::NoValue => "refer only to what is there, or give a default",
                _ => "give it what it can decode",
            };
            let problem = Problem::new(format!("{}{sign}", origin.prefix()));
            self.warn(&problem.in_place(origin.place(text, start)).mend(mend));
        }
    }
}
