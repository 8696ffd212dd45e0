//! CSV files of customers as other systems write them, and files that would lose rows: nothing of those is imported.

use crate::{
    imports::{PASSWORD, import, lines, resting_shop, told},
    world::{CompatTestBed, ListenerClient},
};
use db::{params, statements};
use serde_json::{Value, json};
use std::fs;

statements! {
    NAMES = "select email, coalesce(name, '') as name from account where email is not null and role = 'customer' order by email";
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
        (
            "First Name,Last Name,Email,Note\nAnn,Lee,ann@example.com,\"first line\n\"\"second\"\" line\"\n",
            "`First Name` as first_name, `Last Name` as last_name, `Email` as email; not read: `Note`",
        ),
        (
            "\"SEP=;\"\nE-Mail-Adresse;Name\nbob@example.com;Bob\n",
            "`E-Mail-Adresse` as email, `Name` as name; not read: none",
        ),
        (
            "user_login,user_email,first_name,E-Mail\ncy,cyd@example.com,Cyd,cyd@example.com\n",
            "`user_email` as email, `first_name`, `E-Mail` as email; not read: `user_login`",
        ),
        (
            "E-Mail-Adresse;Vorname;Nachname;Telefon\ndee@example.com;Dee;Groß;030\n",
            "`E-Mail-Adresse` as email, `Vorname` as first_name, `Nachname` as last_name; not read: `Telefon`",
        ),
        ("'email','name'\n'eve@example.com','Eve, O''Hara'\n", "`email`, `name`; not read: none"),
    ];
    for (n, (text, columns)) in files.into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.csv"));
        fs::write(&file, text).unwrap();
        let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
        let expected = format!("users: 1 added, 0 there already, 0 left out\ncolumns read: {columns}\n");
        assert_eq!((code, out), (Some(0), expected), "{bad}");
    }
    let expected =
        [("ann", "Ann Lee"), ("bob", "Bob"), ("cyd", "Cyd"), ("dee", "Dee Groß"), ("eve", "Eve, O'Hara")];
    let expected = expected.map(|(email, name)| (format!("{email}@example.com"), name.to_owned()));
    assert_eq!(accounts(&world).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invisible_characters_around_a_value_are_none_of_it() {
    let (world, folder) = resting_shop();
    let file = folder.path().join("customers.csv");
    let around = ['\u{200b}', '\u{2060}', '\u{ad}', '\u{200e}', '\u{feff}'];
    let rows: String = (0..)
        .zip(around)
        .map(|(n, c)| format!("{c}r{n}@example.com{c},{c}user{n} {c},{c}Ann {n}{c},{c}true{c}\n"))
        .collect();
    fs::write(&file, format!("email,username,name,active\n{rows}")).unwrap();
    let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
    assert_eq!((code, out.contains("users: 5 added")), (Some(0), true), "{out}{bad}");
    let expected: Vec<_> = (0..5).map(|n| (format!("r{n}@example.com"), format!("Ann {n}"))).collect();
    assert_eq!(accounts(&world).await, expected);
    // the same without them are the same accounts
    let rows: String = (0..5).map(|n| format!("r{n}@example.com,user{n},Ann {n},true\n")).collect();
    fs::write(&file, format!("email,username,name,active\n{rows}")).unwrap();
    let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
    assert_eq!((code, out.contains("users: 0 added, 5 there already")), (Some(0), true), "{out}{bad}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_spellings_of_one_name_are_found_before_anything_is_written() {
    let (world, folder) = resting_shop();
    let file = folder.path().join("customers.csv");
    for (text, line) in [
        ("email,name\naon@x.example,Ann\n\u{ff41}on@x.example,B\naon2@x.example,C\n", 3),
        ("email,name\n\u{212a}ay@x.example,Kay\naon2@x.example,C\nkay@x.example,K\n", 4),
        ("username,email\nZö,a@x.example\nzo\u{308},b@x.example\n", 3),
    ] {
        fs::write(&file, text).unwrap();
        for how in ["--all-or-nothing", "--dry-run"] {
            let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap(), how]));
            assert_eq!(
                (code, out.contains(" would be added, 0 there already, 1 left out")),
                (Some(1), true),
                "{out}"
            );
            let named = format!("customers.csv:{line}: it is there twice");
            assert!(bad.contains(&named), "{how} {text}: {bad}");
        }
        assert_eq!(accounts(&world).await, [], "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_finds_its_buyer_by_any_spelling_and_one_that_comes_to_too_much_keeps_all_out() {
    let (world, folder) = resting_shop();
    let user = json!({"_id": "u1", "username": "Zö"});
    let order = |n: u32, total: &str| json!({"_id": format!("o{n}"), "user_id": "zo\u{308}", "product_id": "p", "total_price": total});
    let write = |orders: &[Value]| {
        fs::write(folder.path().join("users.json"), lines(std::slice::from_ref(&user))).unwrap();
        fs::write(folder.path().join("orders.json"), lines(orders)).unwrap();
        told(&import(&world, &["mongo", folder.path().to_str().unwrap(), "--all-or-nothing"]))
    };
    let (code, out, bad) = write(&[order(1, "5"), order(2, "90000000000000.00")]);
    assert_eq!((code, out.contains("nothing was imported")), (Some(1), true), "{out}{bad}");
    assert!(bad.contains("orders.json:2: ") && !bad.contains("orders.json:1: "), "{bad}");
    let (code, out, bad) = write(&[order(1, "5")]);
    assert_eq!((code, out.contains("orders: 1 added")), (Some(0), true), "{out}{bad}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_cannot_register_is_left_out_and_named() {
    let (world, folder) = resting_shop();
    let file = folder.path().join("customers.csv");
    let rows = "mailto:mm@x.example;Mm\na,b@x.example;A\n'sq@x.example';S\n\"<d@x.example>\";D\ngood@x.example;Good\n";
    fs::write(&file, format!("email;name\n{rows}")).unwrap();
    let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
    assert_eq!((code, out.contains("users: 1 added")), (Some(1), true), "{out}");
    for (line, why) in [
        (2, "/email: an e-mail address such as"),
        (3, "/email: an e-mail address such as"),
        (4, "`email` stands in quotes ('sq@x.example')"),
        (5, "/email: an e-mail address such as"),
    ] {
        assert!(bad.contains(&format!("customers.csv:{line}: {why}")), "{line}: {bad}");
    }
    assert_eq!(accounts(&world).await, [("good@x.example".to_owned(), "Good".to_owned())]);
    let api = world.launch.start();
    let client = ListenerClient::of(api.listener("gateway"));
    for address in ["mailto:mm@x.example", "a,b@x.example", "<d@x.example>"] {
        client.post("/v1/register", &json!({"email": address, "password": PASSWORD})).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_text_is_called_what_it_is() {
    let (world, folder) = resting_shop();
    let nul = "email,name\r\nann@example.com,Ann\r\nbob@example.com,B\0b\r\n";
    let apostrophe = "'email','name'\n'bob@example.com','O'Hara'\n";
    for (name, bytes, expected) in [
        (
            "a.csv",
            &b"PK\x03\x04\x14\0\x06\0\0\0"[..],
            "a.csv: this is an Excel workbook (.xlsx) or another zip file",
        ),
        (
            "b.xlsx",
            b"PK\x03\x04\x14\0\x06\0\0\0",
            "b.xlsx: this is an Excel workbook (.xlsx) or another zip file",
        ),
        ("c.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "c.xls: this is an Excel workbook (.xls)"),
        ("d.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "d.csv.gz: this is a gzip file"),
        ("e.csv", nul.as_bytes(), "e.csv:3: there is a NUL character in this line"),
        (
            "f.csv",
            apostrophe.as_bytes(),
            "f.csv:2: the quote that opens in this line meets a quote that does not end a value",
        ),
        (
            "g.csv",
            b"'email',\"name\"\n'g@example.com',\"G\"\n",
            "g.csv: names in the first line stand in single and in double quotes",
        ),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
        assert_eq!((code, out.as_str()), (Some(1), ""), "{name}: {bad}");
        assert!(bad.contains(expected) && !bad.contains("iconv"), "{name}: {bad}");
    }
    assert_eq!(accounts(&world).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_in_another_encoding_or_with_too_many_columns_is_called_so() {
    let (world, folder) = resting_shop();
    let in_utf_16 =
        |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let in_utf_32 = |text: &str, order: fn(u32) -> [u8; 4]| {
        text.chars().flat_map(|c| order(c.into())).collect::<Vec<u8>>()
    };
    let table = "email,name\nann@example.com,Ann\n";
    // most of its characters have no byte that is zero
    let cyrillic = format!("email,name\nann@example.com,{}\n", "Анна".repeat(40));
    let many: String = (0..100_000).map(|n| format!("c{n},")).collect();
    let columns = "h.csv: the first line has 100001 columns, and at most 1000 are read";
    let files: [(&str, Vec<u8>, &str); 9] = [
        ("h.csv", format!("{many}email\n").into(), columns),
        (
            "i.csv",
            in_utf_16("\u{feff}e\0mail\nann@example.com\n", u16::to_le_bytes),
            "i.csv:1: there is a NUL",
        ),
        ("j.csv", in_utf_16("\u{feff}email\nann@x.com\0\n", u16::to_be_bytes), "j.csv:2: there is a NUL"),
        (
            "k.csv",
            in_utf_32(&format!("\u{feff}{table}"), u32::to_le_bytes),
            "k.csv: the file is UTF-32; save it as UTF-8",
        ),
        (
            "l.csv",
            in_utf_32(&format!("\u{feff}{table}"), u32::to_be_bytes),
            "l.csv: the file is UTF-32; save it as UTF-8",
        ),
        ("m.csv", in_utf_32(table, u32::to_le_bytes), "m.csv: the file is UTF-32; save it as UTF-8"),
        (
            "n.csv",
            in_utf_16(table, u16::to_le_bytes),
            "n.csv: the file is not in UTF-8, but probably in UTF-16LE",
        ),
        (
            "o.csv",
            in_utf_16(&cyrillic, u16::to_le_bytes),
            "o.csv: the file is not in UTF-8, but probably in UTF-16LE",
        ),
        (
            "p.csv",
            in_utf_16(&cyrillic, u16::to_be_bytes),
            "p.csv: the file is not in UTF-8, but probably in UTF-16BE",
        ),
    ];
    for (name, bytes, expected) in files {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let (code, out, bad) = told(&import(&world, &["customers", file.to_str().unwrap()]));
        assert_eq!((code, out.as_str()), (Some(1), ""), "{name}: {bad}");
        assert!(bad.contains(expected), "{name}: {bad}");
    }
    assert_eq!(accounts(&world).await, []);
}

async fn accounts(world: &CompatTestBed) -> Vec<(String, String)> {
    let db = world.databases().await.auth;
    let rows = db.query(&NAMES, params![]).await.unwrap();
    rows.iter().map(|row| (row.get("email").unwrap(), row.get("name").unwrap())).collect()
}
