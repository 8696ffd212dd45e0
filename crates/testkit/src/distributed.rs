//! A shop of many processes: the program once for each part, on a private PostgreSQL.

use crate::{
    postgres::Postgres,
    server::{Launch, Server},
    temp_dir::TempDir,
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, ExitStatus},
};

/// One process of it, running or not.
#[derive(Debug)]
pub struct ShopProcess {
    /// The services that it runs.
    pub services: Vec<&'static str>,
    /// How it is started.
    pub launch: Launch,
    /// While it runs.
    pub server: Option<Server>,
}

impl ShopProcess {
    /// Starts it, and waits until it says that it is ready.
    pub fn start(&mut self) {
        self.server = Some(self.launch.start());
    }
    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }
    /// SIGTERM, and waits for its end.
    pub fn stop(&mut self) -> Option<ExitStatus> {
        self.server.take().map(Server::stop)
    }
    /// From its next start on it has this setting, whatever all have.
    pub fn set(&mut self, name: &str, value: &str) {
        self.launch.settings.push((name.to_owned(), value.to_owned()));
    }
    /// Whether it runs this service.
    pub fn runs(&self, service: &str) -> bool {
        self.services.contains(&service)
    }
}

/// The whole shop.
#[derive(Debug)]
pub struct DistributedShop {
    /// Its processes, in the order in which they are started.
    pub parts: Vec<ShopProcess>,
    /// Its databases: a schema for each service.
    pub postgres: Postgres,
    folder: TempDir,
    program: PathBuf,
    settings: Vec<(String, String)>,
}

/// The secret of all its processes, and of any shop on a private PostgreSQL.
pub const SECRET: &str = "5ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1";
const NAMES: [&str; 6] = ["auth", "products", "orders", "payments", "notifications", "gateway"];

impl DistributedShop {
    /// A process for each of these lists of services, with these settings, and none of them started. Those that run the
    /// same service are replicas.
    #[must_use]
    pub fn of(program: &str, parts: &[&[&'static str]], settings: &[(&str, &str)]) -> DistributedShop {
        DistributedShop::on(Postgres::start(), program, parts, settings)
    }

    /// The same, on this server.
    #[must_use]
    pub fn on(
        postgres: Postgres,
        program: &str,
        parts: &[&[&'static str]],
        settings: &[(&str, &str)],
    ) -> DistributedShop {
        let folder = TempDir::new();
        let mut shared = vec![
            ("ORDO_DATABASE_URL".to_owned(), postgres.new_database()),
            ("ORDO_DATABASE_POOL".to_owned(), "4".to_owned()),
            ("ORDO_SECRET".to_owned(), SECRET.to_owned()),
        ];
        shared.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let is_sealed = settings.iter().any(|(name, _)| *name == "ORDO_SERVICES_CA");
        let scheme = if is_sealed { "https" } else { "http" };
        let mut addresses: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let parts = parts.iter().map(|services| {
            let mut launch = Launch::new(program, &folder.path().join("none"));
            let bound: Vec<(&str, String)> = services.iter().map(|name| (*name, free_address())).collect();
            for (name, address) in &bound {
                addresses.entry(name).or_default().push(format!("{scheme}://{address}"));
            }
            let named: Vec<String> =
                bound.iter().map(|(name, address)| format!("{name}={address}")).collect();
            launch.listen = named.join(",");
            launch.arguments.extend(services.iter().map(|name| (*name).to_owned()));
            ShopProcess { services: services.to_vec(), launch, server: None }
        });
        let mut parts: Vec<ShopProcess> = parts.collect();
        let urls = |name: &&str| {
            addresses.get(*name).map(|urls| (format!("ORDO_{}_URL", name.to_uppercase()), urls.join(",")))
        };
        let urls = NAMES.iter().filter(|name| **name != "gateway").filter_map(urls);
        shared.extend(urls.collect::<Vec<_>>());
        for part in &mut parts {
            part.launch.settings.extend(shared.iter().cloned());
        }
        DistributedShop { parts, postgres, folder, program: program.into(), settings: shared }
    }

    /// All processes have this setting from their next start on; commands such as `ordo audit` do not.
    pub fn set(&mut self, name: &str, value: &str) {
        self.parts.iter_mut().for_each(|part| part.set(name, value));
    }

    /// The same, and commands have it too.
    pub fn set_for_all(&mut self, name: &str, value: &str) {
        self.set(name, value);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// A setting that all processes began with.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn setting(&self, name: &str) -> &str {
        let found = self.settings.iter().rfind(|(known, _)| known == name);
        found.map_or_else(|| panic!("{name} is not set"), |(_, value)| value)
    }

    /// Starts all of them.
    pub fn start(&mut self) {
        self.parts.iter_mut().for_each(ShopProcess::start);
    }

    /// Where the first gateway answers.
    ///
    /// # Panics
    /// When there is none.
    pub fn url(&self) -> String {
        self.urls("gateway").remove(0)
    }

    /// Where the replicas of a service answer.
    pub fn urls(&self, service: &str) -> Vec<String> {
        let listeners = self.parts.iter().flat_map(|part| part.launch.listen.split(','));
        let its = listeners.filter_map(|one| one.split_once('=')).filter(|(name, _)| *name == service);
        its.map(|(_, address)| format!("http://{address}")).collect()
    }

    /// The address of its database.
    ///
    /// # Panics
    /// Never: it has one.
    pub fn database(&self) -> &str {
        let found = self.settings.iter().find(|(name, _)| name == "ORDO_DATABASE_URL");
        found.map(|(_, url)| url.as_str()).unwrap()
    }

    /// The processes that run a service.
    pub fn replicas(&mut self, service: &str) -> Vec<&mut ShopProcess> {
        self.parts.iter_mut().filter(|part| part.runs(service)).collect()
    }

    /// The program with the settings of all processes, such as `ordo audit`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut launch = Launch::new(&self.program, &self.folder.path().join("none"));
        launch.settings.extend(self.settings.iter().cloned());
        launch.command(arguments)
    }
}

fn free_address() -> String {
    format!("127.0.0.1:{}", crate::port::free())
}
