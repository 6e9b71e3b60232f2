// Prepares the database of the peers: loads the rows of a file into a table.
// The program that starts this script writes the session and the cached list.
"use strict";
const { readFile } = require("node:fs/promises");
const { Client } = require("pg");

const COLUMNS = {
  id: "uuid NOT NULL", tenant_id: "text NOT NULL", number: "int NOT NULL", first_name: "text NOT NULL", last_name: "text NOT NULL",
  email: "text NOT NULL", position: "text NOT NULL", department_id: "uuid NOT NULL", department_name: "text NOT NULL",
  location: "text NOT NULL", status: "text NOT NULL", started_on: "text NOT NULL", salary: "int NOT NULL", currency: "text NOT NULL",
};

async function main() {
  const rows = await readFile(process.argv[2], "utf8");
  const names = Object.keys(COLUMNS);
  const db = new Client({ connectionString: process.env.PEER_DATABASE_URL });
  await db.connect();
  await db.query(`CREATE TABLE employees (${names.map((name) => `${name} ${COLUMNS[name]}`).join(", ")}, PRIMARY KEY (tenant_id, id))`);
  await db.query(
    `INSERT INTO employees SELECT ${names.map((name) => `r.${name}`).join(", ")} FROM json_populate_recordset(NULL::employees, $1) AS r`,
    [rows],
  );
  await db.query("CREATE INDEX employees_by_name ON employees (tenant_id, last_name, first_name, id)");
  await db.query("VACUUM ANALYZE employees");
  await db.end();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
