//! The flags of the façades.

use clap::Args;
use figment::value::{Dict, Value};

/// The façades of the five systems that Ordo unites.
#[derive(Debug, Args, Default)]
pub struct CompatFlags {
    /// Serve the interface of another system too: two-vm, express-pair, flask-pair, auth-service or ecommerce, or one
    /// of its services, such as two-vm.users; may be given more than once, or with commas
    #[arg(long, value_name = "NAME[.SERVICE]", value_delimiter = ',')]
    pub compat: Vec<String>,
    /// Move a service of such an interface that is served here to another port; 0 takes any free one
    #[arg(long, value_name = "NAME.SERVICE=PORT", value_delimiter = ',')]
    pub compat_port: Vec<String>,
    /// The address on which such interfaces listen [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub compat_host: Option<String>,
    /// An origin whose pages may call them; may be given more than once [default: all]
    #[arg(long, value_name = "ORIGIN")]
    pub compat_origin: Vec<String>,
    /// Where the order services of two-vm, express-pair and flask-pair find their user service: http:// alone, as in the
    /// originals, not https:// [default: this process, and this machine's port of the original where it is not served here]
    #[arg(long, value_name = "URL")]
    pub compat_user_url: Option<String>,
    /// In ecommerce, let any registered user write products and order statuses, as its original did
    #[arg(long)]
    pub compat_open_writes: bool,
}

impl CompatFlags {
    /// Those that were given, by the names of their settings.
    pub(crate) fn values(&self) -> Dict {
        let list = |values: &[String]| {
            Value::from(values.iter().map(|v| Value::from(v.as_str())).collect::<Vec<_>>())
        };
        let lists = [
            ("compat", &self.compat),
            ("compat_port", &self.compat_port),
            ("compat_origin", &self.compat_origin),
        ];
        let texts = [("compat_host", &self.compat_host), ("compat_user_url", &self.compat_user_url)];
        let lists = lists.into_iter().filter(|(_, values)| !values.is_empty());
        let lists = lists.map(|(name, values)| (name, list(values)));
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.as_deref()?))));
        let open = self.compat_open_writes.then(|| ("compat_open_writes", Value::from("on")));
        lists.chain(texts).chain(open).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
