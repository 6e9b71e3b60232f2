//! The files of the page, compiled into the program.

/// A file with its path on the server and its media type.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageFile {
    pub(super) path: &'static str,
    pub(super) media_type: &'static str,
    pub(super) content: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! file {
    ($path:literal, $media_type:expr, $source:literal) => {
        PageFile { path: $path, media_type: $media_type, content: include_str!($source) }
    };
}

/// All files. Design tokens, the styles of elements and the icon are those of the product.
static FILES: [PageFile; 12] = [
    file!("/", HTML, "index.html"),
    file!("/tokens.css", CSS, "../../../../../crates/ui/css/tokens.css"),
    file!("/base.css", CSS, "../../../../../crates/ui/css/base.css"),
    file!("/layout.css", CSS, "layout.css"),
    file!("/drawing.css", CSS, "drawing.css"),
    file!("/page.js", SCRIPT, "page.js"),
    file!("/drawing.js", SCRIPT, "drawing.js"),
    file!("/controls.js", SCRIPT, "controls.js"),
    file!("/cookies.js", SCRIPT, "cookies.js"),
    file!("/log.js", SCRIPT, "log.js"),
    file!("/explanation.js", SCRIPT, "explanation.js"),
    file!("/favicon.svg", SVG, "../../../../../crates/ui/favicon.svg"),
];

/// The file at this path; `None` if there is none.
pub(super) fn find(path: &str) -> Option<&'static PageFile> {
    FILES.iter().find(|file| file.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scripts and styles that a file names: texts that end with `.js` or `.css`.
    fn named(content: &str) -> impl Iterator<Item = &str> {
        let texts = content.split('"').skip(1).step_by(2);
        texts.filter(|text| matches!(text.rsplit_once('.'), Some((_, "js" | "css"))))
    }

    #[test]
    fn every_script_and_style_that_the_page_names_is_served() {
        for file in FILES.iter().filter(|file| [HTML, SCRIPT].contains(&file.media_type)) {
            for name in named(file.content) {
                let path = name.trim_start_matches('.');
                assert!(find(path).is_some(), "{} names {name}", file.path);
            }
        }
    }

    #[test]
    fn the_page_has_no_inline_script_and_no_inline_style() {
        for file in FILES.iter().filter(|file| [HTML, SCRIPT].contains(&file.media_type)) {
            for inline in ["<style", " style=", " onclick=", "<script>", "javascript:", "innerHTML"]
            {
                assert!(!file.content.contains(inline), "{} has `{inline}`", file.path);
            }
        }
    }

    #[test]
    fn no_file_has_more_than_400_lines() {
        for file in &FILES {
            assert!(file.content.lines().count() <= 400, "{}", file.path);
        }
    }
}
