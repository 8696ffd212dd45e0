//! Whether a PostgreSQL server has room for the connections that the shop may open.

use super::{CheckResult, running::replicas};
use crate::{config::Config, distributed, exit_code::Failure, topology::Component};
use db::postgres::Capacity;
use std::collections::BTreeMap;

/// What commands such as `ordo audit` and `psql`, and checks whether a server responds, take beside the services.
const FOR_TOOLS: i64 = 10;

/// What the services of this part need of each server, where every service runs as often as the settings say: as `ORDO_…_URL`
/// lists addresses, and once without.
pub(super) async fn check(config: &Config, part: &Component) -> CheckResult {
    let mut servers: BTreeMap<Capacity, Vec<(&'static str, i64)>> = BTreeMap::new();
    for (service, replicas) in needs(config, part).await {
        let capacity = distributed::capacity(config, service, &host::env()).await;
        let capacity = capacity.map_err(|failure: Failure| failure.to_string())?;
        servers.entry(capacity).or_default().push((service, replicas));
    }
    let pool = i64::from(config.database_pool);
    let (mut texts, mut is_enough) = (Vec::new(), true);
    for (server, services) in servers {
        let (fits, text) = sum_up(&server, pool, &services);
        is_enough &= fits;
        texts.push(text);
    }
    let text = texts.join("; ");
    if is_enough { Ok(text) } else { Err(text) }
}

/// Each pool of this part, with how often it is there.
async fn needs(config: &Config, part: &Component) -> Vec<(&'static str, i64)> {
    let mut needs = Vec::new();
    for service in part.services.iter().copied() {
        let replicas = i64::try_from(replicas(config, service).await.len()).unwrap_or(1).max(1);
        needs.push((service, replicas));
        if service == payments::NAME {
            needs.push((simulator::NAME, replicas));
        }
    }
    if part.has_gateway && !config.compat.is_empty() {
        needs.push((compat::NAME, 1));
    }
    needs
}

/// Whether a server has room for the pools, and the calculation.
fn sum_up(server: &Capacity, pool: i64, services: &[(&str, i64)]) -> (bool, String) {
    let pools: i64 = services.iter().map(|(_, replicas)| replicas).sum();
    let needed = pools.saturating_mul(pool).saturating_add(FOR_TOOLS);
    let Capacity { connections_max, reserved, .. } = *server;
    let room = connections_max - reserved;
    let names = services.iter().map(|(name, replicas)| match replicas {
        1 => (*name).to_owned(),
        many => format!("{name} × {many}"),
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let text = format!(
        "up to {needed} connections ({pools} pools of {pool} for {names}; {FOR_TOOLS} for tools), and the server has \
         {room} (max_connections {connections_max}, of which it reserves {reserved})"
    );
    if needed <= room {
        return (true, text);
    }
    let fitting = ((room - FOR_TOOLS) / pools.max(1)).max(1);
    let (max, text) = (needed + reserved, format!("{text}. Set ORDO_DATABASE_POOL to {fitting} or less"));
    (false, format!("{text}, or max_connections of the server to {max} or more."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_reserves_and_tools_need_is_counted() {
        let server = Capacity { server: 1, connections_max: 100, reserved: 3 };
        let six = [
            ("auth", 1),
            ("products", 1),
            ("orders", 1),
            ("payments", 1),
            ("simulator", 1),
            ("notifications", 1),
        ];
        for (pool, fits) in [(8, true), (14, true), (15, false), (16, false)] {
            let (found, text) = sum_up(&server, pool, &six);
            assert_eq!(found, fits, "{text}");
            assert!(text.contains(&format!("up to {} connections", 6 * pool + 10)), "{text}");
            assert!(
                text.contains("the server has 97 (max_connections 100, of which it reserves 3)"),
                "{text}"
            );
        }
        let (found, text) = sum_up(&server, 8, &six.map(|(name, _)| (name, 2)));
        assert!(!found && text.contains("orders × 2"), "{text}");
        assert!(
            text.ends_with(
                "Set ORDO_DATABASE_POOL to 7 or less, or max_connections of the server to 109 or more."
            ),
            "{text}"
        );
    }
}
