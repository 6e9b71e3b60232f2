// A: the lesson's code with its two bugs fixed: the session contains the tenant, and the cache key names it.
// `CACHE=off` leaves out the cache, like the second step of the lesson's incident.
"use strict";
const express = require("express");
const cookieParser = require("cookie-parser");
const Redis = require("ioredis");
const { Pool } = require("pg");

const redis = new Redis(process.env.PEER_REDIS_URL);
const db = new Pool({ connectionString: process.env.PEER_DATABASE_URL, max: 10 });
const cacheOn = process.env.CACHE !== "off";

async function requireAuth(req, res, next) {
  const session = await redis.hgetall(`sessions:${req.cookies.sid}`);
  // An unknown session is an empty object, which is truthy: the lesson's own check would accept it.
  if (!session.tenant_id || session.expired) return res.status(401).send();
  req.user = { id: session.user_id, tenantId: session.tenant_id };
  next();
}

const app = express();
app.use(cookieParser());
app.get("/employees", requireAuth, async (req, res) => {
  const cacheKey = `employee_list:${req.user.tenantId}`;
  const cached = cacheOn ? await redis.get(cacheKey) : null;
  if (cached) {
    return res.json(JSON.parse(cached));
  }
  const { rows } = await db.query(
    "SELECT * FROM employees WHERE tenant_id = $1 ORDER BY last_name, first_name, id LIMIT 100",
    [req.user.tenantId],
  );
  if (cacheOn) await redis.setex(cacheKey, 300, JSON.stringify(rows));
  res.json(rows);
});

const server = app.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
