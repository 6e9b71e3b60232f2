//! Built files: their final names, which contain a hash, and how they are written.

use std::{collections::BTreeMap, fs, io, path::Path};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Built files by their names.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// Reads all files of a folder.
///
/// # Errors
/// If one of them cannot be read.
pub(super) fn read_folder(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).with_context(|| cannot("read", folder))? {
        let entry = entry.with_context(|| cannot("read", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.insert(name, read(&entry.path())?);
    }
    Ok(files)
}

/// Reads a file.
///
/// # Errors
/// If it cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| cannot("read", path))
}

/// An empty folder at this path. What was there is deleted.
///
/// # Errors
/// If the folder cannot be deleted or made.
pub(super) fn empty_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| cannot("delete", path));
        }
        _ => {}
    }
    fs::create_dir_all(path).with_context(|| cannot("create", path))
}

/// Writes a file, and next to it the same file compressed with brotli, as small as possible. The server would compress it fast and larger.
///
/// # Errors
/// If one of them cannot be written.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let mut compressed = Vec::new();
    let params =
        brotli::enc::BrotliEncoderParams { size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &params)
        .with_context(|| format!("`{}` cannot be compressed", path.display()))?;
    let beside = path.with_added_extension("br");
    fs::write(path, content).with_context(|| cannot("write", path))?;
    fs::write(&beside, compressed).with_context(|| cannot("write", &beside))
}

/// A file name with a hash of the content: `ui.css` becomes `ui-<hash>.css`.
pub(super) fn hashed_name(name: &str, content: &[u8]) -> String {
    with_hash(name, &hash([content]))
}

/// The final names of files by the names that the build gave them.
pub(super) type Names = BTreeMap<String, String>;

/// Renames the parts of a program and its scripts, and changes the names in the scripts. All get one hash, that of all of them, for two reasons: parts of two
/// builds do not work together, and the two scripts name each other, so neither can contain a hash of the other.
///
/// # Errors
/// If no script names a part that is not among `roots`, the files that the document names. The browser could not load it.
pub(super) fn hash_program(files: &Files, roots: &[&str]) -> Result<(Files, Names)> {
    let hash = hash(files.iter().flat_map(|(name, content)| [name.as_bytes(), content.as_slice()]));
    let names: Names = files.keys().map(|name| (name.clone(), with_hash(name, &hash))).collect();
    let mut unnamed: Vec<&str> = files.keys().map(String::as_str).collect();
    unnamed.retain(|name| !roots.contains(name));
    let mut renamed = Files::new();
    for (name, content) in files {
        let mut content = content.clone();
        if is_script(name) {
            let mut script = String::from_utf8(content)?;
            for (old, new) in &names {
                // Not in other places: the program itself calls its import `./parts.js`, and the main script must provide it by that name.
                for before in ["from \"./", "new URL(\"./"] {
                    let (old_text, new_text) =
                        (format!("{before}{old}\""), format!("{before}{new}\""));
                    if script.contains(&old_text) {
                        script = script.replace(&old_text, &new_text);
                        unnamed.retain(|unnamed| unnamed != old);
                    }
                }
            }
            content = script.into_bytes();
        }
        renamed.insert(with_hash(name, &hash), content);
    }
    match unnamed.first() {
        Some(name) => bail!("no script of the program names its part `{name}`"),
        None => Ok((renamed, names)),
    }
}

fn is_script(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "js")
}

/// The first 64 bits of SHA-256 over the parts, each with its length before it, as hexadecimal digits.
fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&digest.finalize()[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

fn with_hash(name: &str, hash: &str) -> String {
    match name.split_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

/// The text of an error about a path.
pub(super) fn cannot(act: &str, path: &Path) -> String {
    format!("cannot {act} `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(part: &str) -> Files {
        let file = |(name, content): (&str, &str)| (name.to_owned(), content.into());
        let script =
            r#"import * as parts from "./parts.js"; const imports = { "./parts.js": parts };"#;
        let loader = r#"import { initSync } from "./ui.js"; fetch(new URL("./split_a.wasm", import.meta.url))"#;
        [("ui.js", script), ("ui.wasm", "program"), ("parts.js", loader), ("split_a.wasm", part)]
            .map(file)
            .into()
    }

    #[test]
    fn all_parts_of_a_program_have_one_hash_and_the_scripts_name_them() {
        let (files, names) = hash_program(&program("part"), &["ui.js", "ui.wasm"]).unwrap();
        let hash = names["ui.js"].strip_prefix("ui-").unwrap().strip_suffix(".js").unwrap();
        assert_eq!((hash.len(), &names["split_a.wasm"]), (16, &format!("split_a-{hash}.wasm")));
        let text = |name: &str| String::from_utf8(files[&names[name]].clone()).unwrap();
        let import = format!(r#"import * as parts from "./parts-{hash}.js""#);
        assert_eq!(
            text("ui.js"),
            format!(r#"{import}; const imports = {{ "./parts.js": parts }};"#)
        );
        assert!(text("parts.js").contains(&format!(r#"from "./ui-{hash}.js""#)));
        assert!(text("parts.js").contains(&format!(r#"new URL("./split_a-{hash}.wasm""#)));
        let (_, others) = hash_program(&program("other part"), &["ui.js", "ui.wasm"]).unwrap();
        assert!(names.iter().all(|(old, new)| others[old] != *new), "a changed part renames all");
    }

    #[test]
    fn a_part_that_no_script_names_is_an_error() {
        let mut files = program("part");
        files.insert("chunk_7.wasm".to_owned(), Vec::new());
        let error = hash_program(&files, &["ui.js", "ui.wasm"]).unwrap_err();
        assert!(error.to_string().contains("`chunk_7.wasm`"), "{error}");
    }
}
