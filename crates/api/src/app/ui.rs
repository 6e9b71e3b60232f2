//! The built pages: read once at start, compressed once, kept in memory.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use api_types::routes::View;
use bytes::Bytes;
use cache::Encoding;

use crate::csp_hash::csp_hash;

/// The extension of files that the build has compressed with brotli.
const COMPRESSED: &str = "br";

/// The built pages, with their compressed forms.
pub struct Ui {
    files: HashMap<String, File>,
    product: Document,
    demonstration: Option<Document>,
}

/// The document that loads an application.
pub(crate) struct Document {
    /// The HTML file, which names all others.
    pub(crate) file: File,
    /// Its content security policy.
    pub(crate) policy: String,
}

/// A file of the pages, with its compressed forms.
pub(crate) struct File {
    media_type: &'static str,
    identity: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

/// The folder contains no built pages.
#[derive(Debug, thiserror::Error)]
#[error("`{folder}` contains no built pages")]
pub struct UiError {
    /// The folder that was read.
    pub folder: PathBuf,
    #[source]
    source: io::Error,
}

impl Ui {
    /// Reads a folder that `just build-ui` has written: the product, and in its folder `demonstration` the demonstration, if there is one.
    ///
    /// # Errors
    /// [`UiError`] if a file cannot be read or `index.html` is not among them.
    pub fn read(folder: &Path) -> Result<Self, UiError> {
        let failed = |source| UiError { folder: folder.to_owned(), source };
        let mut files = HashMap::new();
        let product = read_application(folder, "/", &mut files).map_err(failed)?;
        let product = product.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let inner = folder.join("demonstration");
        let demonstration = if inner.is_dir() {
            read_application(&inner, "/demonstration/", &mut files).map_err(failed)?
        } else {
            None
        };
        Ok(Self { files, product, demonstration })
    }

    /// The file at this path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The document for a view. The product's says so if there is no demonstration, and also if a path has no view.
    pub(crate) fn document(&self, view: Option<View>) -> &Document {
        let demonstration = self.demonstration.as_ref();
        demonstration
            .filter(|_| view.is_some_and(View::is_of_demonstration))
            .unwrap_or(&self.product)
    }
}

/// Reads the files of an application. Adds all of them to `files`, by their paths under `prefix`, except the document, which is returned if there is one.
fn read_application(
    folder: &Path,
    prefix: &str,
    files: &mut HashMap<String, File>,
) -> io::Result<Option<Document>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let (true, Some(name)) = (path.is_file() && !is_compressed(&path), name) {
            files.insert(format!("{prefix}{name}"), File::read(&path)?);
        }
    }
    Ok(files.remove(&format!("{prefix}index.html")).map(|file| {
        let policy = policy(&String::from_utf8_lossy(&file.identity));
        Document { file, policy }
    }))
}

impl File {
    fn read(path: &Path) -> io::Result<Self> {
        let identity = fs::read(path)?;
        let media_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js" | "mjs") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("ico") => "image/x-icon",
            Some("json" | "webmanifest") => "application/json",
            _ => "application/octet-stream",
        };
        Ok(Self {
            media_type,
            brotli: compressed_before(path)?.map_or_else(|| brotli(&identity), Ok)?,
            gzip: gzip(&identity)?,
            identity: identity.into(),
        })
    }

    /// The media type, as `Content-Type` names it.
    pub(crate) const fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The content in this encoding.
    pub(crate) const fn bytes(&self, encoding: Encoding) -> &Bytes {
        match encoding {
            Encoding::Identity => &self.identity,
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli => &self.brotli,
        }
    }
}

/// The page's policy: own files only, WebAssembly, and exactly the inline scripts that are in the document (row C9).
fn policy(index: &str) -> String {
    let hash = |script| format!(" {}", csp_hash(script));
    let hashes = inline_scripts(index).map(hash).collect::<Vec<_>>().concat();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// The text between `<script …>` without `src` and `</script>`.
fn inline_scripts(index: &str) -> impl Iterator<Item = &str> {
    index.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

/// Whether this is the compressed form of another file.
fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == COMPRESSED)
}

/// The brotli form that the build wrote next to a file. It is smaller than one made here, but takes seconds.
fn compressed_before(path: &Path) -> io::Result<Option<Bytes>> {
    match fs::read(path.with_added_extension(COMPRESSED)) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn brotli(mut bytes: &[u8]) -> io::Result<Bytes> {
    let params = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut encoded, &params)?;
    Ok(encoded.into())
}

fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    /// C9: the policy allows exactly the inline scripts of the document and nothing else inline.
    #[test]
    fn the_policy_names_exactly_the_inline_scripts() {
        let policy =
            policy("<script>alert(1)</script><script type=\"module\" src=\"/a.js\"></script>");
        let hash = STANDARD.encode(Sha256::digest("alert(1)"));
        assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';")));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
