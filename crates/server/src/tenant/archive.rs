//! The folder of an archive: one file of JSON lines for each table, and `manifest.json` with their numbers of rows and digests.
//!
//! `docs/operating.md` describes the format.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Write},
    mem,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use domain::{SessionPolicy, TenantId, TenantSlug};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of the format in `manifest.json`.
const FORMAT: &str = "watertight tenant archive";
/// The version of the format.
const VERSION: u32 = 1;
/// The file that describes the others. It is written last, so a folder without it is not an archive.
const MANIFEST: &str = "manifest.json";
/// After how many rows of a table the commands say that they are still at work.
pub(super) const PROGRESS: u64 = 10_000;

/// The content of `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    /// The number of the last migration of the installation that was exported.
    pub(super) schema: i64,
    /// When the export ended.
    pub(super) exported_at: DateTime<Utc>,
    pub(super) company: ArchivedCompany,
    /// Each file with its table.
    pub(super) tables: BTreeMap<String, ArchivedTable>,
    /// The tables whose rows are not in the archive, each with the reason.
    pub(super) left_out: BTreeMap<String, String>,
}

/// The company, as in the directory.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchivedCompany {
    pub(super) id: TenantId,
    pub(super) slug: TenantSlug,
    pub(super) name: String,
    pub(super) session_policy: SessionPolicy,
}

/// The rows of one table.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchivedTable {
    pub(super) rows: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
}

impl Manifest {
    pub(super) fn new(
        schema: i64,
        company: ArchivedCompany,
        tables: BTreeMap<String, ArchivedTable>,
        left_out: BTreeMap<String, String>,
    ) -> Self {
        let format = FORMAT.to_owned();
        Self {
            format,
            version: VERSION,
            schema,
            exported_at: Utc::now(),
            company,
            tables,
            left_out,
        }
    }

    /// Reads the manifest of a folder, and checks that each file is as the manifest says.
    ///
    /// # Errors
    /// If the folder is not an archive of `expected` tables, or a file was changed.
    pub(super) fn read(folder: &Path, expected: &[&'static str]) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).with_context(|| {
            format!(
                "`{}` cannot be read\nhint: `--from` is the folder that `watertight tenant export` has written",
                path.display()
            )
        })?;
        let read: serde_json::Value = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is damaged", path.display()))?;
        ensure!(
            (&read["format"], &read["version"]) == (&FORMAT.into(), &VERSION.into()),
            "`{}` is not a `{FORMAT}` of version {VERSION}\nhint: `--from` is the folder that `watertight tenant export` has written",
            path.display()
        );
        let manifest: Self = serde_json::from_value(read)
            .with_context(|| format!("`{}` is damaged", path.display()))?;
        let named: Vec<&str> = manifest.tables.keys().map(String::as_str).collect();
        let missing = expected.iter().find(|table| !named.contains(table));
        let unknown = named.iter().find(|table| !expected.contains(table));
        if let Some(table) = missing.or(unknown) {
            bail!(
                "the archive and this version of the program do not have the same tables: `{table}`\nhint: restore it with the version that exported it"
            );
        }
        for (table, described) in &manifest.tables {
            let file = table_file(folder, table);
            let found =
                describe(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
            ensure!(
                found == *described,
                "the rows of `{table}` were changed after the export\nhint: use an undamaged copy of the archive"
            );
        }
        Ok(manifest)
    }
}

/// The path of a table's file.
fn table_file(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.jsonl"))
}

/// The number of lines of a file, and its digest.
fn describe(path: &Path) -> io::Result<ArchivedTable> {
    let (mut file, mut digest, mut rows) = (BufReader::new(File::open(path)?), Sha256::new(), 0);
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 {
        digest.update(&line);
        rows += 1;
        line.clear();
    }
    Ok(ArchivedTable { rows, sha256: hex::encode(digest.finalize()) })
}

/// Reads the rows of a table.
pub(super) fn read_rows(
    folder: &Path,
    table: &str,
) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
    Ok(BufReader::new(File::open(table_file(folder, table))?).lines())
}

/// Writes an archive into a temporary folder beside its place. Only its owner can read it: it holds password hashes and personal data.
pub(super) struct ArchiveWriter {
    /// The place of the finished archive.
    place: PathBuf,
    folder: PathBuf,
    current: Option<(&'static str, TableFile)>,
    done: BTreeMap<String, ArchivedTable>,
}

/// A table's file that is being written.
struct TableFile {
    file: BufWriter<File>,
    digest: Sha256,
    rows: u64,
}

impl ArchiveWriter {
    /// Creates the temporary folder.
    ///
    /// # Errors
    /// If there is something at the place, or the folder exists or cannot be created.
    pub(super) fn begin(place: &Path) -> anyhow::Result<Self> {
        let mut folder = place.as_os_str().to_owned();
        folder.push(".partial");
        let folder = PathBuf::from(folder);
        ensure!(
            !place.try_exists()?,
            "`{}` exists already\nhint: `--to` is a folder that does not exist, in one that does",
            place.display()
        );
        DirBuilder::new().mode(0o700).create(&folder).with_context(|| {
            format!(
                "`{}` cannot be created\nhint: `--to` is a folder that does not exist, in one that does; remove what an interrupted export has left",
                folder.display()
            )
        })?;
        Ok(Self { place: place.to_owned(), folder, current: None, done: BTreeMap::new() })
    }

    /// Adds a row. The rows of a table come one after the other.
    pub(super) fn add(&mut self, table: &'static str, row: &str) -> io::Result<()> {
        if self.current.as_ref().is_none_or(|(current, _)| *current != table) {
            self.finish_table()?;
            self.current = Some((table, TableFile::create(&table_file(&self.folder, table))?));
        }
        match &mut self.current {
            Some((_, file)) => file.add(row),
            None => Ok(()),
        }
    }

    fn finish_table(&mut self) -> io::Result<()> {
        let Some((table, file)) = self.current.take() else { return Ok(()) };
        let written = file.finish()?;
        eprintln!("{table}: {} rows", written.rows);
        self.done.insert(table.to_owned(), written);
        Ok(())
    }

    /// Finishes the files of the tables, also of those without rows, and writes the manifest. Then it moves the folder to its place.
    pub(super) fn finish(
        &mut self,
        tables: &[&'static str],
        manifest: impl FnOnce(BTreeMap<String, ArchivedTable>) -> Manifest,
    ) -> anyhow::Result<()> {
        self.finish_table()?;
        for table in tables {
            if !self.done.contains_key(*table) {
                let empty = TableFile::create(&table_file(&self.folder, table))?.finish()?;
                self.done.insert((*table).to_owned(), empty);
            }
        }
        let mut file = private_file(&self.folder.join(MANIFEST))?;
        serde_json::to_writer_pretty(&mut file, &manifest(mem::take(&mut self.done)))?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        // The names of the files must survive a crash too.
        File::open(&self.folder)?.sync_all()?;
        fs::rename(&self.folder, &self.place)?;
        Ok(())
    }

    /// Removes the temporary folder after an error.
    pub(super) fn discard(self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!(
                "`{}` cannot be removed: {error}\nhint: remove it, because it holds personal data",
                self.folder.display()
            );
        }
    }
}

impl TableFile {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(private_file(path)?), digest: Sha256::new(), rows: 0 })
    }

    fn add(&mut self, row: &str) -> io::Result<()> {
        for part in [row.as_bytes(), b"\n"] {
            self.digest.update(part);
            self.file.write_all(part)?;
        }
        self.rows += 1;
        if self.rows.is_multiple_of(PROGRESS) {
            eprintln!("{} rows …", self.rows);
        }
        Ok(())
    }

    fn finish(self) -> io::Result<ArchivedTable> {
        self.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(ArchivedTable { rows: self.rows, sha256: hex::encode(self.digest.finalize()) })
    }
}

/// Creates a file that only its owner can read.
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
