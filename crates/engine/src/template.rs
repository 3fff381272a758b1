//! `spec.template.data`: items of the Secret that are made from templates.

use std::collections::BTreeMap;
use std::fmt;

use lacre_secret::SecretBytes;
use lacre_template::{
    Ambient, Bound, Data, Dialect, ExecError, Limits, Options, ParseError, Place, Reading, Template,
};

/// Whose templates these are.
pub const DIALECT: Dialect = Dialect::SealedSecrets;

/// Item to its template; `None` removes the item.
pub type Templates = BTreeMap<String, Option<String>>;

/// What the templates of an object came to, apart from the values.
#[derive(Debug, Default)]
pub struct Applied {
    /// Item to what its template refers to, for all that were rendered.
    pub rendered: BTreeMap<String, Reading>,
    /// Items whose templates failed, and why, in the order of their names.
    pub failures: Vec<(String, TemplateError)>,
}

/// Why a template was not rendered. Displays Go's words with every value left out.
#[derive(Debug)]
pub enum TemplateError {
    /// It is no template.
    Parse(ParseError),
    /// It failed when it ran.
    Run {
        /// Why.
        error: ExecError,
        /// What it refers to.
        reading: Reading,
    },
}

impl TemplateError {
    /// Where in the template.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Parse(error) => error.place(),
            Self::Run { error, .. } => error.place(),
        }
    }

    /// The bound that stopped it, if that was the cause.
    #[must_use]
    pub fn bound(&self) -> Option<Bound> {
        match self {
            Self::Parse(_) => None,
            Self::Run { error, .. } => error.bound(),
        }
    }

    /// Go's own message. It can quote values (`fail .password`): a secret like them.
    #[must_use]
    pub fn go_text(&self) -> SecretBytes {
        match self {
            Self::Parse(error) => SecretBytes::new(error.to_string().into_bytes()),
            Self::Run { error, .. } => error.go_text(),
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => write!(f, "{error}"),
            Self::Run { error, .. } => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TemplateError {}

/// What a template sees as its dot: the opened values, and under the names that are not among them the texts of the
/// templates beside it, unrendered. A `null` is not seen.
#[must_use]
pub fn visible(opened: &BTreeMap<String, SecretBytes>, templates: &Templates) -> Data {
    let mut data = Data::default();
    for (item, text) in templates {
        if let Some(text) = text {
            data.insert(item, SecretBytes::from_slice(text.as_bytes()));
        }
    }
    for (item, value) in opened {
        data.insert(item, SecretBytes::from_slice(value.expose()));
    }
    data
}

/// Parses one template; errors call it by the name of its item.
///
/// # Errors
/// [`ParseError`].
pub fn parse(item: &str, text: &str) -> Result<Template, ParseError> {
    Template::parse(item, text.as_bytes(), DIALECT, &Options::default())
}

/// Renders one template as SealedSecrets do; errors call it by the name of its item. What it uses is taken off
/// `limits`.
///
/// # Errors
/// [`TemplateError`].
pub fn render(
    item: &str,
    text: &str,
    data: &Data,
    limits: &mut Limits,
    ambient: &mut dyn Ambient,
) -> Result<(SecretBytes, Reading), TemplateError> {
    let template = parse(item, text).map_err(TemplateError::Parse)?;
    run(&template, data, limits, ambient)
}

/// Renders a template of any dialect, and tells what it refers to. What it uses is taken off `limits`.
///
/// # Errors
/// [`TemplateError::Run`].
pub fn run(
    template: &Template,
    data: &Data,
    limits: &mut Limits,
    ambient: &mut dyn Ambient,
) -> Result<(SecretBytes, Reading), TemplateError> {
    let reading = template.reading();
    match template.render_within(data, limits, ambient) {
        Ok(value) => Ok((value, reading)),
        Err(error) => Err(TemplateError::Run { error, reading }),
    }
}

/// Adds what `templates` make of the opened values to them, and takes out what is `null`. What was sealed under the
/// name of a template holds, but the template must render all the same. The bounds are those of all of them together:
/// an object cannot use more by having more templates.
pub fn apply(
    opened: &mut BTreeMap<String, SecretBytes>,
    templates: &Templates,
    limits: &Limits,
    ambient: &mut dyn Ambient,
) -> Applied {
    let mut applied = Applied::default();
    let mut made = BTreeMap::new();
    let texts: Vec<_> = templates
        .iter()
        .filter_map(|(item, text)| Some((item, text.as_deref()?)))
        .collect();
    if !texts.is_empty() {
        let data = visible(opened, templates);
        let mut left = limits.clone();
        for (item, text) in texts {
            match render(item, text, &data, &mut left, ambient) {
                Ok((value, reading)) => {
                    made.insert(item.clone(), value);
                    applied.rendered.insert(item.clone(), reading);
                }
                Err(error) => applied.failures.push((item.clone(), error)),
            }
        }
    }
    for (item, value) in made {
        opened.entry(item).or_insert(value);
    }
    for (item, _) in templates.iter().filter(|(_, text)| text.is_none()) {
        opened.remove(item);
    }
    applied
}
