//! Pages as a printer has them, and as a system with colours of its own does.

use super::Chromium;
use serde_json::json;

impl Chromium {
    /// Shows pages as a sheet of A4 has them, in a dark theme that paper knows nothing of.
    pub async fn on_paper(&self) {
        // 210 mm without the margins, at 96 px an inch
        self.sized(673, 900, true).await;
        let dark = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"media": "print", "features": dark})).await;
    }

    /// Shows pages in the system's own colours, as for readers who need them, until the next [`Self::sized`].
    pub async fn in_forced_colours(&self) {
        let forced = json!([{"name": "forced-colors", "value": "active"}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"media": "", "features": forced})).await;
    }

    /// Of how many sheets a page is, printed.
    ///
    /// # Panics
    /// When nothing is printed.
    pub async fn sheets(&self) -> usize {
        let printed = self.devtools("Page.printToPDF", json!({"preferCSSPageSize": true})).await;
        let file = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            printed["data"].as_str().unwrap_or_default(),
        );
        let file = file.expect("the driver writes base64");
        let text = String::from_utf8_lossy(&file);
        text.matches("/Type /Page\n").count()
    }
}
