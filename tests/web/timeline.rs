//! The timeline of an order in the console: whatever happened stands in it once, however much was noted.

use super::{
    Seen,
    console::{administrator, ordered},
    registered, shop_with,
    walked::{PAGE_BYTES_MAX, weight},
};

/// More than three pages of notes.
const NOTES: usize = 65;

/// A note as long as can be, which no compression makes small.
fn note(n: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ n as u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + ((state >> 33) % 26) as u8)
    };
    let words: String = (0..1_980).map(|at| if at % 9 == 8 { ' ' } else { letter() }).collect();
    format!("note {n:03} {words}")
}

/// The numbers of the notes that it shows, as they stand there.
fn shown(page: &Seen) -> Vec<usize> {
    let mut all = Vec::new();
    for rest in page.words().split("note ").skip(1) {
        all.extend(rest.get(..3).and_then(|n| n.parse::<usize>().ok()));
    }
    all
}

#[tokio::test]
async fn what_happened_stands_in_the_timeline_once_and_no_page_of_it_is_large() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let path = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let mut page = staff.until(&path, "Next parcel").await;
    for n in 0..NOTES {
        if n == 30 {
            let hold = format!("{path}/hold");
            let form = staff.get(&hold).await.expect(200);
            staff.submit(&form, &hold, &[("reason", "kept for Friday")]).await.expect(303);
            page = staff.get(&path).await.expect(200);
        }
        let text = note(n);
        staff.submit(&page, &format!("{path}/notes"), &[("text", &text)]).await.expect(303);
        page = staff.get(&path).await.expect(200);
    }
    let (mut seen, mut at, mut pages) = (Vec::new(), path.clone(), 0);
    let (mut held, mut placed) = (Vec::new(), Vec::new());
    loop {
        let page = staff.get(&at).await.expect(200);
        let bytes = weight(&mut staff, &at, &page).await;
        assert!(bytes < PAGE_BYTES_MAX, "{at} weighs {bytes}");
        let on_it = shown(&page);
        assert!(!on_it.is_empty() && on_it.len() <= 20, "{at}: {on_it:?}");
        seen.extend(on_it);
        pages += 1;
        let timeline = page.words().split("Timeline").nth(1).unwrap_or_default().to_owned();
        held.extend(timeline.contains("kept for Friday").then_some(pages));
        placed.extend(timeline.contains("Placed").then_some(pages));
        // back by the way that one came
        assert_eq!(page.text.contains("rel=\"prev\""), pages > 1);
        let next = page.tags().into_iter().find(|tag| tag.get("rel") == "next");
        let Some(next) = next else { break };
        let (address, place) = next.get("href").split_once('#').expect("it leads to the timeline");
        assert_eq!(place, "timeline");
        at = address.to_owned();
    }
    assert_eq!(seen, (0..NOTES).rev().collect::<Vec<_>>(), "each once, the newest first");
    assert_eq!((pages, held, placed), (4, vec![2], vec![4]));
}
