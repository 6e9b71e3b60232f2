//! The companies of the running server, as a table of addresses and demo accounts.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use api_types::{Companies, paths};

use crate::http_get::http_get;

/// Asks the server for its companies, as the company picker does.
///
/// # Errors
/// If the server does not respond, or not with a list of companies.
pub async fn ask(port: u16, public_port: u16) -> Result<Companies> {
    let reply = http_get(port, &format!("localhost:{public_port}"), paths::COMPANIES).await?;
    if !reply.status.contains(" 200 ") {
        bail!("the server responded `{}` to `GET {}`", reply.status, paths::COMPANIES);
    }
    serde_json::from_str(&reply.body).context("the server's list of companies cannot be read")
}

/// A table of addresses and accounts for the terminal.
pub fn table(companies: &Companies, public_port: u16) -> String {
    let mut addresses = vec![vec![
        "All companies".to_owned(),
        format!("http://localhost:{public_port}"),
        String::new(),
    ]];
    let mut accounts = Vec::new();
    for company in &companies.items {
        let people = company.headcount.map(|count| format!("{count} people")).unwrap_or_default();
        addresses.push(vec![company.name.clone(), company.origin.clone(), people]);
        for account in &company.demo_accounts {
            let role = account.role.as_str().replace('_', " ");
            accounts.push(vec![
                company.name.clone(),
                role,
                account.name.clone(),
                account.email.clone(),
                account.password.clone(),
            ]);
        }
    }
    let mut text = columns(&addresses);
    if !accounts.is_empty() {
        let _infallible = write!(text, "\n{}", columns(&accounts));
    }
    text
}

/// Formats the rows as lines. Each column is as wide as its widest cell.
fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    rows.iter().fold(String::new(), |mut text, row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let _infallible = writeln!(text, "  {}", cells.collect::<Vec<_>>().join("   ").trim_end());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_in_letters() {
        let rows = [["Zoë", "a"], ["Margriet", "b"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "  Zoë        a\n  Margriet   b\n");
    }

    #[test]
    fn the_table_names_every_company_and_account() {
        let json = r#"{"items":[{"slug":"acme","name":"Acme Corp","origin":"http://acme.localhost:8080","headcount":122,
            "demo_accounts":[{"role":"hr_admin","name":"Amara Okafor","email":"amara.okafor@acme.example","password":"p"}]}]}"#;
        let text = table(&serde_json::from_str(json).unwrap(), 8080);
        for part in [
            "http://localhost:8080",
            "http://acme.localhost:8080   122 people",
            "hr admin   Amara Okafor",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
