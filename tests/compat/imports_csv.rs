//! CSV files of customers as other systems write them, and files that would lose rows: nothing of those is imported.

use crate::{
    imports::{import, resting_shop, told},
    world::World,
};
use db::{Db, params, sqlite, statements};
use std::fs;

statements! {
    NAMES = "select email, name from account where email is not null and role = 'customer' order by email";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_file_that_would_lose_rows_is_imported() {
    let (world, folder) = resting_shop();
    let file = folder.path().join("customers.csv");
    let rows: String = (0..500).map(|n| format!("r{n}@example.com,R,good\n")).collect();
    let quote = |closed: &str| format!("email,name,note\nq1@example.com,A,\"unclosed\n{rows}{closed}");
    let few = "email,name,note\nq1@example.com,A,\"unclosed\nq2@example.com,B,\"fine\"\n".to_owned();
    for (text, line, why) in [
        (quote(""), 2, "is never closed. Close the quote where its value ends"),
        (quote("q2@example.com,B,\"fine\"\n"), 2, "is closed 501 lines below; a value has at most 100 lines"),
        (few.clone(), 2, "meets a quote 1 line below that does not end a value"),
        (few.replace("\"fine\"", "5\""), 2, "what stands 1 line below looks like a row of its own"),
        (few.replace("\"unclosed", "x").replace("fine\"", "fine"), 3, "is never closed"),
        (
            "email,E-mail Address\na@example.com,a@example.com\nb@example.com,c@example.com\n".to_owned(),
            3,
            "differ",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
        assert_eq!((code, out.as_str()), (Some(1), ""), "{why}: {bad}");
        assert!(bad.contains(&format!("customers.csv:{line}: ")) && bad.contains(why), "{why}: {bad}");
    }
    assert_eq!(accounts(&world).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_other_shops_bring_addresses_and_names() {
    let (world, folder) = resting_shop();
    let files = [
        "First Name,Last Name,Email,Note\nAnn,Lee,ann@example.com,\"first line\n\"\"second\"\" line\"\n",
        "\"sep=;\"\nE-Mail-Adresse;Name\nbob@example.com;Bob\n",
        "user_login,user_email,first_name,E-Mail\ncy,cyd@example.com,Cyd,cyd@example.com\n",
    ];
    for (n, text) in files.into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.csv"));
        fs::write(&file, text).unwrap();
        let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
        assert_eq!((code, out.trim()), (Some(0), "users: 1 added, 0 there already, 0 left out"), "{bad}");
    }
    let expected = [("ann", "Ann Lee"), ("bob", "Bob"), ("cyd", "Cyd")];
    let expected = expected.map(|(email, name)| (format!("{email}@example.com"), name.to_owned()));
    assert_eq!(accounts(&world).await, expected);
}

async fn accounts(world: &World) -> Vec<(String, String)> {
    let file = world.launch.data.join("auth.db");
    let db: Db = sqlite::open(file, testkit::world::env(), sqlite::Options::default()).unwrap();
    let rows = db.query(&NAMES, params![]).await.unwrap();
    rows.iter().map(|row| (row.get("email").unwrap(), row.get("name").unwrap())).collect()
}
