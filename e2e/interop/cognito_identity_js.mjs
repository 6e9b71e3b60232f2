// amazon-cognito-identity-js, Amplify's client of old, in the way that a page uses it.

import assert from "node:assert/strict";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";

const { ENDPOINT, POOL_ID, CLIENT_ID, EMAIL, PASSWORD } = process.env;

/** A browser of its own, with nothing in its storage. */
function visitor() {
  const kept = new Map();
  const Storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
  const Pool = new CognitoUserPool({ UserPoolId: POOL_ID, ClientId: CLIENT_ID, endpoint: ENDPOINT, Storage });
  return { Pool, Storage, user: new CognitoUser({ Username: EMAIL, Pool, Storage }) };
}

const asked = (call) =>
  new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));

function signIn(user, flow, Password = PASSWORD) {
  user.setAuthenticationFlowType(flow);
  const details = new AuthenticationDetails({ Username: EMAIL, Password });
  return new Promise((onSuccess, onFailure) => {
    const unexpected = (name) => () => onFailure(new Error(`it was asked for ${name}`));
    user.authenticateUser(details, {
      onSuccess,
      onFailure,
      newPasswordRequired: unexpected("a new password"),
      mfaRequired: unexpected("a second factor"),
    });
  });
}

const refused = (flow, password) =>
  assert.rejects(signIn(visitor().user, flow, password), (error) => {
    assert.equal(error.name, "NotAuthorizedException", String(error));
    assert.equal(error.message, "Incorrect username or password.");
    return true;
  });

/** Asked without `refreshSession`, which knows `REFRESH_TOKEN_AUTH` alone and asks again for half a minute whatever it is answered. */
const renew = (RefreshToken) =>
  visitor().Pool.client.promisifyRequest("GetTokensFromRefreshToken", { ClientId: CLIENT_ID, RefreshToken });

const isOver = (refreshToken) =>
  assert.rejects(renew(refreshToken), (error) => {
    assert.equal(error.name, "NotAuthorizedException", String(error));
    return true;
  });

for (const flow of ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"]) {
  await refused(flow, "wrong-horse-battery-staple");
  const { Pool, Storage, user } = visitor();
  const session = await signIn(user, flow);
  assert.ok(session.isValid(), flow);
  assert.equal(session.getIdToken().payload.email, EMAIL);
  assert.equal(session.getIdToken().payload.aud, CLIENT_ID);

  const attributes = await asked((done) => user.getUserAttributes(done));
  const told = Object.fromEntries(attributes.map((attribute) => [attribute.getName(), attribute.getValue()]));
  assert.equal(told.email, EMAIL);
  assert.equal(told.sub, session.getAccessToken().payload.sub);

  // A page that is loaded again finds the person in its storage.
  const again = Pool.getCurrentUser();
  const restored = await asked((done) => again.getSession(done));
  assert.equal(restored.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  assert.ok(Storage.getItem(`CognitoIdentityServiceProvider.${CLIENT_ID}.LastAuthUser`));

  // A page has no secret, so its refresh tokens are replaced, which the library's own `refreshSession` cannot do. It is told how instead.
  const AuthParameters = { REFRESH_TOKEN: session.getRefreshToken().getToken() };
  const older = { ClientId: CLIENT_ID, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters };
  await assert.rejects(Pool.client.promisifyRequest("InitiateAuth", older), /GetTokensFromRefreshToken/);
  const renewed = (await renew(AuthParameters.REFRESH_TOKEN)).AuthenticationResult;
  assert.notEqual(renewed.AccessToken, session.getAccessToken().getJwtToken());
  assert.notEqual(renewed.RefreshToken, AuthParameters.REFRESH_TOKEN);

  await new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));
  await isOver(renewed.RefreshToken);

  // Signing out of one browser gives its tokens back.
  const one = visitor().user;
  const given = (await signIn(one, flow)).getRefreshToken().getToken();
  await new Promise((resolve, reject) => one.signOut((error) => (error ? reject(error) : resolve())));
  await isOver(given);
}
console.log("ok");
