// The buttons of the nodes and the form of the settings. Each sends one operation to `just nodes`.

const STORE = "Both nodes restart with the other store, which does not have the clients' sessions: all of them sign in again.";
const AFFINITY = "The load balancer restarts. Requests that fail meanwhile are counted apart.";

export function createControls(stage, form) {
  const controls = {
    form,
    buttons: [...stage.querySelectorAll("[data-node] [data-part='button']")],
    submit: form.querySelector("#switch"),
    consequence: form.querySelector("#consequence"),
    error: form.querySelector("#operation-error"),
    cluster: null,
    pending: false,
    edited: false,
  };
  controls.buttons.forEach((button, index) => {
    button.addEventListener("click", () => press(controls, index));
  });
  form.addEventListener("change", () => {
    controls.edited = true;
    show(controls);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    switchSettings(controls);
  });
  return { setCluster: (cluster) => setCluster(controls, cluster) };
}

function setCluster(controls, cluster) {
  controls.cluster = cluster;
  if (cluster && !controls.edited) choose(controls.form, cluster.settings);
  show(controls);
}

function choose(form, settings) {
  form.elements.sessions.value = settings.sessions;
  form.elements.affinity.value = settings.affinity;
}

function chosen(form) {
  return { sessions: form.elements.sessions.value, affinity: form.elements.affinity.value };
}

function isBusy({ cluster, pending }) {
  return !cluster || cluster.switching || pending;
}

function show(controls) {
  controls.buttons.forEach((button, index) => showButton(controls, button, index));
  const changes = changesOf(controls);
  disable(controls.submit, isBusy(controls) || changes.length === 0);
  controls.submit.textContent = controls.cluster?.switching ? "Switching" : "Switch";
  controls.consequence.textContent = changes.join(" ");
}

function showButton(controls, button, index) {
  const name = "ab"[index];
  const state = controls.cluster?.nodes[index].state;
  const isAway = state === "ended" || state === "restarting";
  button.textContent = isAway ? `Bring node ${name} back` : `End node ${name}`;
  disable(button, isBusy(controls) || state === "starting");
}

// Unlike `disabled`, this keeps the focus where it is.
function disable(button, isDisabled) {
  button.setAttribute("aria-disabled", String(isDisabled));
}

function isDisabled(button) {
  return button.getAttribute("aria-disabled") === "true";
}

function changesOf({ cluster, form }) {
  if (!cluster) return [];
  const { sessions, affinity } = chosen(form);
  const changes = [];
  if (sessions !== cluster.settings.sessions) changes.push(STORE);
  if (affinity !== cluster.settings.affinity) changes.push(AFFINITY);
  return changes;
}

function press(controls, index) {
  if (isDisabled(controls.buttons[index])) return;
  const isUp = controls.cluster.nodes[index].state === "up";
  send(controls, { operation: isUp ? "end" : "bring_back", node: "ab"[index] });
}

async function switchSettings(controls) {
  if (isDisabled(controls.submit)) return;
  await send(controls, { operation: "switch", settings: chosen(controls.form) });
  controls.edited = false;
  if (controls.cluster) choose(controls.form, controls.cluster.settings);
  show(controls);
}

async function send(controls, operation) {
  controls.pending = true;
  controls.error.textContent = "";
  show(controls);
  controls.error.textContent = await errorOf(operation);
  controls.pending = false;
  show(controls);
}

// Sends the operation, and returns why it failed; an empty text if it did not.
async function errorOf(operation) {
  try {
    const reply = await fetch("/operations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(operation),
    });
    return reply.ok ? "" : `This was not done: ${(await reply.json()).error}.`;
  } catch {
    return "This was not done: there is no connection.";
  }
}
