//! The document of an application: `crates/ui/index.html`, with the built files in place of the lines for Trunk.

use anyhow::{Context, Result, bail};

/// The URLs of the files that the document names.
pub(super) struct Links {
    /// The stylesheet of the application.
    pub(super) style: String,
    /// The icon of the browser's tab.
    pub(super) icon: String,
    /// The main script.
    pub(super) script: String,
    /// The script that loads the other parts of the program, which the main script imports.
    pub(super) loader: Option<String>,
    /// The program in WebAssembly.
    pub(super) program: String,
}

/// Replaces the lines with `data-trunk`, which tell Trunk what to build for `just ui`.
///
/// # Errors
/// If such a line has a `rel` that this function does not know, or if one of the three is missing.
pub(super) fn document(template: &str, links: &Links) -> Result<String> {
    let mut missing = vec!["css", "icon", "rust"];
    let mut document = String::with_capacity(template.len() + 1024);
    for line in template.lines() {
        let Some((_, line_for_trunk)) = line.split_once("data-trunk ") else {
            document.extend([line, "\n"]);
            continue;
        };
        let rel = line_for_trunk.split('"').nth(1).context("a line for Trunk has no `rel`")?;
        let built = match rel {
            "css" => format!("    <link rel=\"stylesheet\" href=\"{}\">\n", links.style),
            "icon" => format!("    <link rel=\"icon\" href=\"{}\">\n", links.icon),
            "rust" => start(links),
            _ => bail!("`index.html` has a line for Trunk with an unknown `rel`: `{rel}`"),
        };
        document.push_str(&built);
        missing.retain(|known| *known != rel);
    }
    if let Some(rel) = missing.first() {
        bail!("`index.html` has no line for Trunk with `rel=\"{rel}\"`");
    }
    Ok(document)
}

/// The lines that load and start the program. `index.html` listens for the event, which has the name that Trunk gives it.
fn start(Links { script, loader, program, .. }: &Links) -> String {
    // No `integrity`: Chromium ignores it on a preload and logs a warning. The file names already contain a hash of the content.
    let preload = |script: &String| format!("    <link rel=\"modulepreload\" href=\"{script}\">\n");
    let preloads = [Some(script), loader.as_ref()].into_iter().flatten().map(preload);
    format!(
        r#"{}    <link rel="preload" href="{program}" as="fetch" type="application/wasm" crossorigin>
    <script type="module">
      import start from "{script}";
      await start({{ module_or_path: "{program}" }});
      dispatchEvent(new CustomEvent("TrunkApplicationStarted"));
    </script>
"#,
        preloads.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"<head>
  <link data-trunk rel="css" href="a">
  <link data-trunk rel="icon" href="b">
  <link data-trunk rel="rust">
</head>
"#;

    fn links() -> Links {
        let url = str::to_owned;
        Links {
            style: url("/ui-1.css"),
            icon: url("/favicon-2.svg"),
            script: url("/ui-3.js"),
            loader: Some(url("/parts-3.js")),
            program: url("/ui-3.wasm"),
        }
    }

    #[test]
    fn the_document_names_the_built_files_and_not_trunks() {
        let document = document(TEMPLATE, &links()).unwrap();
        for url in ["/ui-1.css", "/favicon-2.svg", "/ui-3.js", "/parts-3.js", "/ui-3.wasm"] {
            assert!(document.contains(&format!("href=\"{url}\"")), "{url}: {document}");
        }
        assert!(!document.contains("data-trunk"));
        assert!(document.starts_with("<head>\n") && document.ends_with("</script>\n</head>\n"));
    }

    #[test]
    fn a_line_that_is_missing_or_unknown_is_an_error() {
        let missing = TEMPLATE.replace("rel=\"icon\"", "rel=\"css\"");
        assert!(document(&missing, &links()).unwrap_err().to_string().contains("icon"));
        let unknown = TEMPLATE.replace("rel=\"icon\"", "rel=\"sass\"");
        assert!(document(&unknown, &links()).unwrap_err().to_string().contains("sass"));
    }
}
