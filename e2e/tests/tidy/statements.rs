//! The lock "Filter": every statement on a tenant table filters by the tenant.

use crate::{
    migrations::tenant_tables,
    none,
    source::{Source, files},
};

const FILTER: &str = "tenant_id = $1";

/// The setting that the policies read. A statement takes its tenant from the context instead.
const SETTING: &str = "app.tenant_id()";

/// The file that writes the setting and compares it.
const BINDING: &str = "crates/store/src/transactions/bound.rs";

/// Files of `store` whose SQL is not a unit of work for a tenant. Never add a file to this list.
const NOT_FOR_A_TENANT: [&str; 2] = ["crates/store/src/bootstrap.rs", "crates/store/src/audit/"];

/// Files that take a connection of the app role: the transaction that binds a tenant, and code that reads no tenant's rows. Never add a file to this list.
const MAY_USE_THE_APP_ROLE: [&str; 4] = [
    BINDING,
    "crates/store/src/store.rs",
    "crates/store/src/audit/mod.rs",
    "crates/store/src/lab_build.rs",
];

/// How often the statement reads or changes rows of a tenant table, and how often it filters by the tenant.
fn mentions(sql: &str, tables: &[String]) -> (usize, usize) {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> =
        sql.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).collect();
    let rows = words.windows(2).filter(|pair| {
        matches!(pair[0], "from" | "join" | "update" | "using")
            && tables.iter().any(|table| table == pair[1])
    });
    (rows.count(), placeholders(&sql, FILTER))
}

/// How often the text contains `part`, which ends with `$1`. `$10` is another placeholder.
fn placeholders(sql: &str, part: &str) -> usize {
    sql.match_indices(part)
        .filter(|(at, _)| !sql[at + part.len()..].starts_with(|c: char| c.is_ascii_digit()))
        .count()
}

/// Whether the statement inserts into a tenant table without the tenant, which is `$1`.
fn inserts_without_tenant(sql: &str, tables: &[String]) -> bool {
    let sql = sql.to_lowercase();
    tables.iter().any(|table| {
        sql.contains(&format!("insert into {table} "))
            || sql.contains(&format!("insert into {table}("))
    }) && placeholders(&sql, "$1") == 0
}

/// Whether the statement changes rows of a tenant table and does not return their tenant.
fn hides_what_it_changes(sql: &str, tables: &[String]) -> bool {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let changes = |table: &String| {
        ["insert into", "update", "delete from", "merge into"].iter().any(|verb| {
            [' ', '('].iter().any(|after| sql.contains(&format!("{verb} {table}{after}")))
        })
    };
    let returned = sql.split_once(" returning ").map_or("", |(_, columns)| columns);
    tables.iter().any(changes) && !returned.contains("tenant_id")
}

fn product_code() -> Vec<Source> {
    let exempt =
        |source: &Source| NOT_FOR_A_TENANT.iter().any(|path| source.path.starts_with(path));
    let sources = files(&["crates/store/src"], &[".rs"]).into_iter();
    sources.filter(|source| !exempt(source)).map(Source::without_tests).collect()
}

#[test]
fn every_tenant_statement_filters_by_the_tenant() {
    let (tables, mut seen, mut offences) = (tenant_tables(), 0, Vec::new());
    for source in product_code() {
        for sql in source.literals() {
            let (rows, filters) = mentions(&sql, &tables);
            seen += rows;
            let by_setting = sql.contains(SETTING) && source.path != BINDING;
            if rows > filters || by_setting || inserts_without_tenant(&sql, &tables) {
                offences.push(format!(
                    "{}: {}",
                    source.path,
                    sql.split_whitespace().collect::<Vec<_>>().join(" ")
                ));
            }
        }
    }
    none(
        "a statement needs `tenant_id = $1` for every tenant table it reads or changes, and not the setting",
        &offences,
    );
    assert!(
        seen > 5,
        "only {seen} mentions of tenant tables were found: the rule reads the wrong files"
    );
}

/// Most of this does not compile (`tenant_sql!`). The rule also finds a text that goes past the macro.
#[test]
fn every_tenant_write_returns_the_tenant() {
    let (tables, mut offences) = (tenant_tables(), Vec::new());
    for source in product_code() {
        let hidden =
            source.literals().into_iter().filter(|sql| hides_what_it_changes(sql, &tables));
        offences.extend(hidden.map(|sql| format!("{}: {sql}", source.path)));
    }
    none("a statement that changes rows of a tenant needs `returning tenant_id`", &offences);
}

#[test]
fn only_a_bound_transaction_takes_connections_of_the_app_role() {
    let takes = |source: &Source| {
        [".app,", ".app.", ".app)", ".app]"].iter().any(|pool| source.text.contains(pool))
    };
    let (allowed, others): (Vec<_>, Vec<_>) = files(&["crates/store/src"], &[".rs"])
        .into_iter()
        .filter(takes)
        .partition(|source| MAY_USE_THE_APP_ROLE.contains(&source.path.as_str()));
    let others: Vec<String> = others.into_iter().map(|source| source.path).collect();
    none(
        "a statement of a tenant runs through `BoundTx` in `store/src/transactions/bound.rs`",
        &others,
    );
    assert_eq!(
        allowed.len(),
        MAY_USE_THE_APP_ROLE.len(),
        "the list names a file that needs no place"
    );
}

#[test]
fn the_rule_itself_finds_a_statement_without_a_tenant() {
    let tables = ["employee".to_owned(), "department".to_owned()];
    assert_eq!(mentions("select * from employee where id = $2", &tables), (1, 0));
    assert_eq!(mentions("select * from employee where tenant_id = $12", &tables), (1, 0));
    assert_eq!(
        mentions(
            "select 1 from employee as e join department as d on d.tenant_id = $1 and true",
            &tables
        ),
        (2, 1)
    );
    assert_eq!(mentions("select 1 from platform.tenant", &tables), (0, 0));
    for hidden in [
        "insert into employee (tenant_id) values ($1)",
        "update  employee set number = $2 where tenant_id = $1 returning id",
        "delete from department where tenant_id = $1",
    ] {
        assert!(hides_what_it_changes(hidden, &tables), "{hidden}");
    }
    let shown =
        "with gone as (delete from employee where tenant_id = $1 returning tenant_id) select 1";
    assert!(!hides_what_it_changes(shown, &tables));
    assert!(!hides_what_it_changes("select 1 from employee for update", &tables));
    assert!(inserts_without_tenant("insert into employee (id) values ($2, $10)", &tables));
    assert!(!inserts_without_tenant("insert into employee (tenant_id) values ($1)", &tables));
}
