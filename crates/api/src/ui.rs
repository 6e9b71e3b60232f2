//! The built pages: read once at start, compressed once, served from memory.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
};
use api_types::{Code, routes};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use cache::Encoding;
use sha2::{Digest, Sha256};

use crate::{
    bind_tenant::api,
    error::{ApiError, no_such_path},
    respond,
};

/// Browsers keep these files for a year without asking again: their names contain the hash of their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The built pages, with their compressed forms.
pub struct Ui {
    files: HashMap<String, File>,
    index: File,
    policy: String,
}

struct File {
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
    /// Reads a folder that Trunk has built.
    ///
    /// # Errors
    /// [`UiError`] if a file cannot be read or `index.html` is not among them.
    pub fn read(folder: &Path) -> Result<Self, UiError> {
        let failed = |source| UiError { folder: folder.to_owned(), source };
        let mut files = HashMap::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if let (true, Some(name)) =
                (path.is_file(), path.file_name().and_then(|name| name.to_str()))
            {
                files.insert(format!("/{name}"), File::read(&path).map_err(failed)?);
            }
        }
        let index =
            files.remove("/index.html").ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let policy = policy(&String::from_utf8_lossy(&index.identity));
        Ok(Self { files, index, policy })
    }
}

/// Serves all paths outside the API: a file of the pages, or the page itself, which chooses its view by the path.
pub(crate) async fn serve(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(ui) = api(&request)?.ui.as_ref().filter(|_| reads) else {
        return no_such_path().await;
    };
    if let Some(file) = ui.files.get(request.path()) {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CACHE_CONTROL, IMMUTABLE));
        return Ok(file.respond(request.headers(), response));
    }
    if !wants_a_page(&request) {
        return Err(ApiError::new(Code::NotFound));
    }
    // `no-store` also keeps the page out of the back-forward cache, which could show a user's data after they signed out.
    // A path without a view gets the same document with 404, and the page says so.
    let view = routes::find(request.path());
    let status = if view.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, ui.policy.as_str()));
    Ok(ui.index.respond(request.headers(), response))
}

/// Whether the request wants a page: a browser that opens an address accepts HTML; a script that requests a missing file does not.
fn wants_a_page(request: &HttpRequest) -> bool {
    let path = request.path();
    let accepted = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    let html = accepted.contains("text/html") || accepted.contains("*/*");
    html && !path.starts_with("/api/")
        && !path.rsplit('/').next().is_some_and(|name| name.contains('.'))
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
            brotli: brotli(&identity)?,
            gzip: gzip(&identity)?,
            identity: identity.into(),
        })
    }

    fn respond(
        &self,
        headers: &HeaderMap,
        mut response: actix_web::HttpResponseBuilder,
    ) -> HttpResponse {
        let (encoding, bytes) = respond::choose(headers, |encoding| {
            Some(match encoding {
                Encoding::Identity => &self.identity,
                Encoding::Gzip => &self.gzip,
                Encoding::Brotli => &self.brotli,
            })
        });
        if let Some(name) = respond::coding(encoding) {
            response.insert_header((header::CONTENT_ENCODING, name));
        }
        response
            .content_type(self.media_type)
            .insert_header((header::VARY, "Accept-Encoding"))
            .body(bytes)
    }
}

/// The page's policy: own files only, WebAssembly, and exactly the inline scripts that are in the document (row C9).
fn policy(index: &str) -> String {
    let hash = |script: &str| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
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
