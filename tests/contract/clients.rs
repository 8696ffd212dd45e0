//! Clients that others generate from the document work: they are generated without a warning, compile, place, pay and read an
//! order, and read the codes of refusals. `docs/openapi/clients.md` has the same commands.

use crate::{
    served_document,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::symlink, path::Path, process::Command};
use xtask::{
    tools::{self, Tools},
    tree::root,
};

/// What openapi-generator warns of whatever a document says, and of a parameter that version 0.1.0 has: `from` is a word of
/// Python, where it becomes `var_from`.
const KNOWN_WARNINGS: [&str; 3] = [
    "OpenAPI 3.1 support is still in beta",
    "Failed to get the schema name: null",
    "From (reserved word) cannot be used as model name",
];

const TSCONFIG: &str = r#"{
    "compilerOptions": {
        "strict": true, "target": "es2022", "lib": ["es2022", "dom"], "module": "node16", "types": [], "skipLibCheck": true,
        "outDir": "out"
    },
    "files": ["main.ts"]
}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_openapi_python_client_buys() {
    let shop = Shop::open(&[]);
    let folder = shop.folder.path();
    let mut generate = tool(Tools::Python, "openapi-python-client", folder);
    generate
        .args(["generate", "--meta", "none", "--output-path", "ordo_client", "--path"])
        .arg(served_document(folder));
    let text = done(&mut generate);
    assert!(!text.to_lowercase().contains("warning"), "{text}");
    bought(&shop, run_python(&shop, "openapi_python_client.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_python_client_of_openapi_generator_buys() {
    let shop = Shop::open(&[]);
    openapi_generator(shop.folder.path(), &["-g", "python", "-o", ".", "--package-name", "ordo_client"]);
    bought(&shop, run_python(&shop, "openapi_generator.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typescript_client_of_openapi_generator_buys() {
    let shop = Shop::open(&[]);
    openapi_generator(shop.folder.path(), &["-g", "typescript-fetch", "-o", "client"]);
    bought(&shop, run_typescript(&shop, "typescript_fetch.ts")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_openapi_typescript_buys() {
    let shop = Shop::open(&[]);
    let folder = shop.folder.path();
    let mut generate = tool(Tools::Node, "openapi-typescript", folder);
    done(generate.arg(served_document(folder)).args(["--output", "schema.ts"]));
    bought(&shop, run_typescript(&shop, "openapi_fetch.ts")).await;
}

/// One of the tools, where it finds the others.
fn tool(tools: Tools, name: &str, folder: &Path) -> Command {
    let mut command = Command::new(tools.program(name).unwrap());
    command.env("PATH", tools::path().unwrap()).current_dir(folder);
    command
}

/// Runs it; what it prints.
fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} has failed:\n{all}");
    all
}

/// Generates a client with openapi-generator.
fn openapi_generator(folder: &Path, arguments: &[&str]) {
    let mut generate = tool(Tools::Python, "openapi-generator-cli", folder);
    // it runs for seconds: compiling it well takes longer than it saves
    generate
        .env("JAVA_OPTS", "-XX:TieredStopAtLevel=1")
        .args(["generate", "-i"])
        .arg(served_document(folder));
    let text = done(generate.args(arguments));
    let is_told = |line: &&str| line.contains("WARN") || line.contains("ERROR");
    let told =
        text.lines().filter(is_told).filter(|line| !KNOWN_WARNINGS.iter().any(|known| line.contains(known)));
    assert_eq!(told.collect::<Vec<_>>(), [""; 0]);
    assert!(
        !text.contains("Inline schema created"),
        "a schema without a name gets one that nobody chose:\n{text}"
    );
}

/// Runs a program beside the generated package; what it prints.
fn run_python(shop: &Shop, program: &str) -> Value {
    let folder = shop.folder.path();
    let mut command = tool(Tools::Python, "python", folder);
    command.arg(root().join("tests/contract/clients").join(program));
    command.env("PYTHONPATH", folder).env("PYTHONDONTWRITEBYTECODE", "1");
    printed(shop, &mut command)
}

/// Compiles a program together with the generated client, and runs it; what it prints.
fn run_typescript(shop: &Shop, program: &str) -> Value {
    let folder = shop.folder.path();
    fs::copy(root().join("tests/contract/clients").join(program), folder.join("main.ts")).unwrap();
    fs::write(folder.join("tsconfig.json"), TSCONFIG).unwrap();
    symlink(Tools::Node.file("").unwrap(), folder.join("node_modules")).unwrap();
    done(tool(Tools::Node, "tsc", folder).args(["--project", "tsconfig.json"]));
    printed(shop, tool(Tools::Python, "node", folder).arg("out/main.js"))
}

/// What a program prints that buys in the shop.
fn printed(shop: &Shop, command: &mut Command) -> Value {
    let settings = [
        ("ORDO_URL", shop.url()),
        ("ADMIN_EMAIL", ADMIN_EMAIL.into()),
        ("ADMIN_PASSWORD", ADMIN_PASSWORD.into()),
    ];
    let text = done(command.envs(settings).env("OPENAPI", shop.folder.path().join("openapi.json")));
    let line = text.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|_| panic!("{text}"))
}

/// What the client has read is how it is.
async fn bought(shop: &Shop, read: Value) {
    let id = read["order"].as_str().unwrap();
    let order = shop.admin().await.get(&format!("/v1/orders/{id}")).await.expect(200).body;
    assert_eq!(
        (&order["status"], &order["payment_status"]),
        (&json!("confirmed"), &json!("paid")),
        "{order}"
    );
    let created = read["created"].as_str().unwrap();
    assert_eq!(created[..19], order["created_at"].as_str().unwrap()[..19], "{order}");
    let expected = json!({
        "order": id,
        "status": "confirmed",
        "total": "39.80",
        "created": created,
        "payment": "captured",
        "declined": ["payment_declined", "card_declined"],
        "short": ["insufficient_stock", "insufficient_stock", "/lines/0/quantity", 8],
        "unknown": "not_found",
        "invalid": ["invalid_request", read["invalid"][1]],
        "history": read["history"],
        "event": ["order.placed", order["number"]],
    });
    assert_eq!(read, expected);
    let history = read["history"].as_array().unwrap();
    assert!(history[0] == "order.placed" && history.contains(&json!("order.confirmed")), "{read}");
    assert!(read["invalid"][1].as_str().unwrap().starts_with("/lines"), "{read}");
    shop.assert_audit_is_clean("after a generated client has bought");
}
