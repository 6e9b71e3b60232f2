// aws-jwt-verify at an issuer of which it is told the address alone.
//
// `CognitoJwtVerifier` is of no use here: it makes the issuer out of the pool's id, and that is always a host of
// amazonaws.com. Its checks are exported, so `JwtRsaVerifier` does the rest and they do theirs.

import assert from "node:assert/strict";
import { JwtRsaVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
} from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

const { ISSUER, CLIENT_ID, ID_TOKEN, ACCESS_TOKEN, FOREIGN_TOKEN } = process.env;

// Its own fetcher speaks https alone; the document, and where it lies, are the library's own idea.
const fetched = [];
const fetcher = {
  async fetch(uri) {
    fetched.push(uri);
    const response = await fetch(uri);
    assert.equal(response.status, 200, uri);
    return response.arrayBuffer();
  },
};

const verifier = (tokenUse, clientId = CLIENT_ID, audience = null, issuer = {}) =>
  JwtRsaVerifier.create(
    {
      issuer: ISSUER,
      ...issuer,
      audience,
      customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId }),
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );

const id = await verifier("id", CLIENT_ID, CLIENT_ID).verify(ID_TOKEN);
assert.equal(id["cognito:username"], id.sub);
const access = await verifier("access").verify(ACCESS_TOKEN);
assert.equal(access.sub, id.sub);
assert.deepEqual([...new Set(fetched)], [`${ISSUER}/.well-known/jwks.json`]);

await assert.rejects(verifier("access").verify(ID_TOKEN), CognitoJwtInvalidTokenUseError);
await assert.rejects(verifier("id").verify(ACCESS_TOKEN), CognitoJwtInvalidTokenUseError);
await assert.rejects(verifier("id", "another").verify(ID_TOKEN), CognitoJwtInvalidClientIdError);
await assert.rejects(verifier("access", "another").verify(ACCESS_TOKEN), CognitoJwtInvalidClientIdError);
await assert.rejects(verifier("id", CLIENT_ID, "another").verify(ID_TOKEN), JwtInvalidAudienceError);
await assert.rejects(verifier("id").verify(FOREIGN_TOKEN), KidNotFoundInJwksError);
const elsewhere = { issuer: `${ISSUER}2`, jwksUri: `${ISSUER}/.well-known/jwks.json` };
await assert.rejects(verifier("id", CLIENT_ID, CLIENT_ID, elsewhere).verify(ID_TOKEN), JwtInvalidIssuerError);

// Changed in its middle, so that no bit of padding is what changed.
const [head, body, signature] = ID_TOKEN.split(".");
const at = signature.length >> 1;
const other = signature[at] === "A" ? "B" : "A";
const forged = `${head}.${body}.${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
await assert.rejects(verifier("id").verify(forged), JwtInvalidSignatureError);
console.log("ok");
