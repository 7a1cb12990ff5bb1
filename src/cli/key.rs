//! `coldmile key`: keys of shops, made and withdrawn while no server works with the database.

use super::backup::DATABASE;
use super::common::Common;
use super::listen::block_on;
use super::report::{Outcome, Stopwatch};
use super::server_state::now;
use anyhow::{bail, ensure};
use coldmile_server::new_key;
use coldmile_store::{Scope, Store, StoreConfig};
use serde_json::json;
use std::path::PathBuf;

/// Make, list or withdraw keys with which shops send orders (`Authorization: Bearer`); a running server does it in its page.
#[derive(clap::Args, Debug)]
pub struct KeyArgs {
    /// Data folder of the server.
    dir: PathBuf,
    /// Make a key for this shop.
    #[arg(long, requires = "scope", conflicts_with = "withdraw")]
    name: Option<String>,
    /// What the key is good for: orders (to write and read), orders:write, orders:read, events:read; may be given several times.
    #[arg(long, value_parser = scopes, requires = "name")]
    scope: Vec<Scopes>,
    /// Withdraw the key with this id.
    #[arg(long, value_name = "ID")]
    withdraw: Option<String>,
}

/// What one `--scope` stands for.
#[derive(Clone, Debug)]
struct Scopes(Vec<Scope>);

fn scopes(text: &str) -> Result<Scopes, String> {
    match (text, Scope::from_word(text)) {
        ("orders", _) => Ok(Scopes(vec![Scope::OrdersWrite, Scope::OrdersRead])),
        ("events", _) => Ok(Scopes(vec![Scope::EventsRead])),
        (_, Some(scope)) => Ok(Scopes(vec![scope])),
        _ => Err(format!("scopes are orders, events, {}", Scope::ALL.map(Scope::word).join(", "))),
    }
}

/// Runs the command. Without a name or an id it lists all keys.
pub fn run(args: KeyArgs, common: Common) -> anyhow::Result<Outcome> {
    let stopwatch = Stopwatch::start();
    let database = args.dir.join(DATABASE);
    ensure!(database.is_file(), "there is no database {}", database.display());
    let answer = block_on(async {
        let store = Store::open(StoreConfig::new(database.display().to_string())).await?;
        let answer = act(&store, &args).await;
        store.close().await;
        answer
    })?;
    if common.json {
        stopwatch.print_json(answer)?;
    } else {
        print!("{}", text(&answer));
    }
    Ok(Outcome::Done)
}

async fn act(store: &Store, args: &KeyArgs) -> anyhow::Result<serde_json::Value> {
    if let Some(name) = &args.name {
        let mut scopes: Vec<Scope> = args.scope.iter().flat_map(|scopes| scopes.0.clone()).collect();
        scopes.sort_unstable();
        scopes.dedup();
        if name.trim().is_empty() {
            bail!("a key has a name");
        }
        let (id, key) = new_key(store, name.trim(), &scopes, now()).await?;
        return Ok(json!({ "id": id, "key": key }));
    }
    if let Some(id) = &args.withdraw {
        let key = store.revoke_key(&id.as_str().into(), now()).await?;
        return Ok(json!({ "withdrawn": key.id.to_string() }));
    }
    let keys = store.keys().await?.into_iter().map(|key| {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.word()).collect();
        json!({ "id": key.id.to_string(), "name": key.name, "scopes": scopes, "is_withdrawn": key.revoked_at.is_some() })
    });
    Ok(json!({ "keys": keys.collect::<Vec<_>>() }))
}

fn text(answer: &serde_json::Value) -> String {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(key) = answer["key"].as_str() {
        return format!(
            "{} {key}\nIt is told this once. Send it as Authorization: Bearer {key}\n",
            word(&answer["id"])
        );
    }
    if let Some(id) = answer["withdrawn"].as_str() {
        return format!("{id} opens nothing any more\n");
    }
    let lines = answer["keys"].as_array().into_iter().flatten().map(|key| {
        let scopes: Vec<String> = key["scopes"].as_array().into_iter().flatten().map(word).collect();
        let state = if key["is_withdrawn"] == true { "  withdrawn" } else { "" };
        format!("{:<5} {:<20} {}{state}\n", word(&key["id"]), word(&key["name"]), scopes.join(" "))
    });
    lines.collect()
}
