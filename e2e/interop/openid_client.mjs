// openid-client at an issuer of which it is told nothing but its address.

import assert from "node:assert/strict";
import { createInterface } from "node:readline/promises";
import * as oidc from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, MACHINE_ID, MACHINE_SECRET, REDIRECT_URI, SCOPE } = process.env;
const browser = createInterface({ input: process.stdin });

// Without TLS only here: the library refuses it unless it is told.
const discover = (id, authentication) =>
  oidc.discovery(new URL(ISSUER), id, undefined, authentication, { execute: [oidc.allowInsecureRequests] });

/** Whoever started us opens this in a browser that is signed in, and says where that is sent. */
async function visit(url) {
  console.log(`open: ${url.href}`);
  const [line] = await new Promise((resolve) => browser.once("line", (line) => resolve([line])));
  return new URL(line);
}

/** The flow, up to its tokens, with everything that the library knows to check. */
async function signIn(config) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    max_age: "3600",
  });
  const callback = await visit(url);
  assert.equal(callback.searchParams.get("iss"), ISSUER, "RFC 9207");
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, maxAge: 3600, idTokenExpected: true };
  return { callback, checks, tokens: await oidc.authorizationCodeGrant(config, callback, checks) };
}

async function refused(error, asked) {
  await assert.rejects(asked, (thrown) => {
    assert.equal(thrown.error, error, `${thrown.code}: ${thrown.message} ${thrown.cause}`);
    assert.ok(thrown.error_description);
    return true;
  });
}

async function aPersonSignsIn(config) {
  assert.ok(config.serverMetadata().supportsPKCE());
  const { tokens } = await signIn(config);
  const claims = tokens.claims();
  assert.equal(claims.aud, CLIENT_ID);
  assert.deepEqual(tokens.scope.split(" ").sort(), SCOPE.split(" ").sort());
  const told = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(told.email, claims.email);
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, "somebody else"));

  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token, "it is replaced at each use");
  assert.equal(renewed.claims().sub, claims.sub);
  assert.equal((await oidc.fetchUserInfo(config, renewed.access_token, claims.sub)).sub, claims.sub);

  await oidc.tokenRevocation(config, renewed.refresh_token, { token_type_hint: "refresh_token" });
  await refused("invalid_grant", oidc.refreshTokenGrant(config, renewed.refresh_token));
  await assert.rejects(oidc.fetchUserInfo(config, renewed.access_token, claims.sub), (thrown) => {
    const [challenge] = thrown.cause ?? [];
    assert.equal(challenge?.scheme, "bearer", String(thrown));
    assert.equal(challenge.parameters.error, "invalid_token");
    return true;
  });
}

async function aCodeIsGoodOnce(config) {
  const { callback, checks } = await signIn(config);
  await refused("invalid_grant", oidc.authorizationCodeGrant(config, callback, checks));
}

async function aMachineGetsAToken() {
  const machine = await discover(MACHINE_ID, oidc.ClientSecretBasic(MACHINE_SECRET));
  const tokens = await oidc.clientCredentialsGrant(machine, { scope: "hr/employees.read" });
  assert.equal(tokens.scope ?? "hr/employees.read", "hr/employees.read");
  assert.equal(tokens.refresh_token, undefined);
  assert.ok(tokens.expiresIn() > 0);
  await refused("invalid_scope", oidc.clientCredentialsGrant(machine, { scope: "hr/salaries.read" }));
  const thief = await discover(MACHINE_ID, oidc.ClientSecretBasic(`${MACHINE_SECRET}x`));
  // Who shows a wrong secret in the header is told the scheme that is wanted (RFC 6749, 5.2), and the library looks there first.
  await assert.rejects(oidc.clientCredentialsGrant(thief, { scope: "hr/employees.read" }), (thrown) => {
    assert.equal(thrown.cause?.[0]?.scheme, "basic", String(thrown));
    assert.equal(thrown.status, 401);
    return true;
  });
}

for (const authentication of [oidc.ClientSecretBasic(CLIENT_SECRET), oidc.ClientSecretPost(CLIENT_SECRET)]) {
  await aPersonSignsIn(await discover(CLIENT_ID, authentication));
}
await aCodeIsGoodOnce(await discover(CLIENT_ID, oidc.ClientSecretBasic(CLIENT_SECRET)));
await aMachineGetsAToken();
browser.close();
console.log("ok");
