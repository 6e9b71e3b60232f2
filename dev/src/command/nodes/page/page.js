// Connects the page to `just nodes`: every message of the server goes to the parts of the page.
import { createControls } from "./controls.js";
import { createCookies } from "./cookies.js";
import { createDrawing } from "./drawing.js";
import { explain } from "./explanation.js";
import { createLog } from "./log.js";

const byId = (id) => document.getElementById(id);
const drawing = createDrawing(byId("stage"));
const cookies = createCookies(byId("client"), byId("cookies"), drawing.select);
const controls = createControls(byId("stage"), byId("settings"));
const log = createLog(byId("log"), byId("announcement"));

let cluster = null;
let clients = [];

function showTotals(counts) {
  for (const total of document.querySelectorAll("[data-total]")) {
    const text = counts[total.dataset.total].toLocaleString("en");
    const isMain = total.dataset.total === "clients_signed_out";
    total.textContent = isMain ? `${text} of ${clients.length}` : text;
  }
  drawing.setCounts(counts);
}

function showExplanation() {
  const text = explain(cluster, clients);
  const place = byId("explanation");
  if (place.textContent !== text) place.textContent = text;
}

function showCluster(message) {
  log.compareClusters(cluster, message);
  cluster = message;
  drawing.setCluster(cluster);
  controls.setCluster(cluster);
  showExplanation();
}

function showClients(message) {
  clients = message.clients;
  byId("no-clients").hidden = clients.length > 0;
  byId("clients-hint").hidden = clients.length === 0;
  drawing.setClients(clients);
  cookies.setClients(clients);
  showTotals(message.counts);
}

function showRequest(message) {
  const client = clients[message.client];
  if (!client) return;
  client.signed_in = message.signed_in;
  client.node = message.node;
  drawing.request(message, client);
  log.request(message);
  showTotals(message.counts);
  showExplanation();
}

const handlers = {
  cluster: showCluster,
  clients: showClients,
  request: showRequest,
  cookies: (message) => cookies.change(message.client, message.cookies),
  reset: () => log.forgetRequests(),
};

function showConnection(isConnected) {
  byId("lost").hidden = isConnected;
  if (!isConnected) {
    drawing.disconnect();
    controls.setCluster(null);
    byId("explanation").textContent = "Not connected.";
  }
}

const events = new EventSource("/events");
events.onopen = () => showConnection(true);
events.onerror = () => showConnection(false);
events.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  handlers[message.type](message);
};
