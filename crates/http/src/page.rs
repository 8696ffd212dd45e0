//! Pages of lists.

use endpoint::{Page, PageParams};

/// Creates a page from up to one more item than requested. If the extra item exists, `cursor` creates the next cursor from
/// the last item of the page.
pub fn page<T>(slice: &PageParams, mut items: Vec<T>, cursor: impl FnOnce(&T) -> String) -> Page<T> {
    let more = items.len() > slice.count();
    items.truncate(slice.count());
    let next_cursor = if more { items.last().map(cursor) } else { None };
    Page { items, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_with_more_behind_it_has_a_cursor() {
        let slice = PageParams { limit: Some(2), cursor: None };
        let of = |items: &[i32]| page(&slice, items.to_vec(), |last| format!("after {last}"));
        assert_eq!(of(&[1, 2, 3]), Page { items: vec![1, 2], next_cursor: Some("after 2".into()) });
        assert_eq!(of(&[1, 2]), Page { items: vec![1, 2], next_cursor: None });
        assert_eq!(of(&[]), Page { items: vec![], next_cursor: None });
    }
}
