//! Order services of the originals' kind, in another language, pointed at our user services.

use crate::world::{CompatTestBed, ListenerClient};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use xtask::tree::root;

/// An order service that asks this user service; it ends with the test.
struct OrderService {
    process: Child,
    client: ListenerClient,
}

impl OrderService {
    fn asking(users: &str) -> OrderService {
        let mut command = Command::new("python3");
        command.arg(root().join("tests/compat/order_service.py")).arg(users);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        OrderService { process, client: ListenerClient::of(&format!("http://127.0.0.1:{}", port.trim())) }
    }
}

impl Drop for OrderService {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn order_services_of_others_work_with_our_users() {
    let world = CompatTestBed::with(&["two-vm.users", "express-pair.users", "flask-pair.users"]);

    let users = world.at("two-vm.users");
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw"});
    users.post("/users", &ann).await.expect(201);
    let token = users.post("/users/login", &ann).await.expect(200).text("token").to_owned();
    let orders = OrderService::asking(&world.url("two-vm.users"));
    orders.client.post("/orders", &json!({"item": "Tea", "token": token})).await.expect(201);
    orders.client.post("/orders", &json!({"item": "Tea", "token": "nonsense"})).await.expect(401);

    let orders = OrderService::asking(&world.url("express-pair.users"));
    let user = json!({"id": 1, "name": "John Doe", "email": "john@example.com"});
    assert_eq!(orders.client.get("/api/order").await.expect(200).body["user"], user);

    let orders = OrderService::asking(&world.url("flask-pair.users"));
    let alice = json!({"name": "Alice", "email": "alice@example.com"});
    assert_eq!(orders.client.get("/orders/1").await.expect(200).body["user"], alice);
    assert_eq!(orders.client.get("/orders/99").await.expect(200).body["user"], json!(null));
}
