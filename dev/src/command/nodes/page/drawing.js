// The drawing: a chip for each client, a card for each node, and a dot for each request.

const NODES = ["a", "b"];
// The milliseconds of a dot: on its way, and then at its node.
const TRAVEL = 620;
const STAY = 900;
const SLOTS_PER_ROW = 8;

const TAGS = {
  up: ["up", "good"],
  ended: ["ended", "bad"],
  starting: ["starting", "warn"],
  restarting: ["starts again soon", "warn"],
};

const SIGNS = {
  answered: "answered",
  signed_in: "signed-in",
  signed_out: "signed-out",
  store_changed: "signed-out",
  failed: "failed",
  during_switch: "during-switch",
};

const AFFINITY = { on: "keeps a client at its node", off: "sends each request to the next node" };

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function createDrawing(stage) {
  const parts = partsOf(stage);
  const drawing = { stage, parts, chips: [], selected: 0, cluster: null, counts: null, clients: [] };
  return {
    setCluster: (cluster) => setCluster(drawing, cluster),
    setClients: (clients) => setClients(drawing, clients),
    setCounts: (counts) => setCounts(drawing, counts),
    select: (index) => select(drawing, index),
    request: (message, client) => showRequest(drawing, message, client),
    disconnect: () => disconnect(drawing),
  };
}

function partsOf(stage) {
  const nodes = NODES.map((name) => {
    const card = stage.querySelector(`[data-node="${name}"]`);
    const part = (key) => card.querySelector(`[data-part="${key}"]`);
    return { card, tag: part("tag"), landing: part("landing"), numbers: part("numbers") };
  });
  return {
    nodes,
    clients: stage.querySelector("#clients"),
    loadBalancer: stage.querySelector("#load-balancer"),
    loadBalancerState: stage.querySelector("#load-balancer-state"),
    dots: stage.querySelector("#dots"),
  };
}

function setCluster(drawing, cluster) {
  drawing.cluster = cluster;
  cluster.nodes.forEach((node, index) => showNode(drawing, index, node.state));
  const text = cluster.switching ? "switching" : AFFINITY[cluster.settings.affinity];
  drawing.parts.loadBalancerState.textContent = text;
}

function showNode(drawing, index, state) {
  const { card, tag } = drawing.parts.nodes[index];
  const [text, kind] = TAGS[state];
  tag.textContent = text;
  tag.className = `tag ${kind}`;
  card.classList.toggle("is-away", state !== "up");
  showNumbers(drawing);
}

function setClients(drawing, clients) {
  drawing.clients = clients;
  drawing.chips = clients.map((client, index) => createChip(client, index));
  drawing.parts.clients.replaceChildren(...drawing.chips);
  drawing.chips.forEach((chip, index) => showChip(chip, clients[index]));
  select(drawing, Math.min(drawing.selected, Math.max(clients.length - 1, 0)));
}

function createChip(client, index) {
  const chip = document.createElement("li");
  chip.className = "chip";
  chip.dataset.company = client.company;
  chip.title = client.label;
  const number = document.createElement("b");
  number.textContent = index + 1;
  chip.append(number, document.createElement("small"));
  return chip;
}

// A client that is signed in shows the node that answered last.
function showChip(chip, client) {
  chip.classList.toggle("is-out", !client.signed_in);
  chip.lastChild.textContent = client.signed_in ? (client.node ?? "×") : "out";
}

function select(drawing, index) {
  drawing.chips[drawing.selected]?.classList.remove("is-selected");
  drawing.selected = index;
  drawing.chips[index]?.classList.add("is-selected");
}

function setCounts(drawing, counts) {
  drawing.counts = counts;
  showNumbers(drawing);
}

function showNumbers(drawing) {
  if (!drawing.counts) return;
  drawing.parts.nodes.forEach(({ numbers }, index) => {
    const here = drawing.clients.filter((client) => client.node === NODES[index]).length;
    const replies = drawing.counts.by_node[index].toLocaleString("en");
    const clients = here === 1 ? "1 client was" : `${here} clients were`;
    const text = `${replies} replies. ${clients} last answered here.`;
    if (numbers.textContent !== text) numbers.textContent = text;
  });
}

function showRequest(drawing, message, client) {
  const chip = drawing.chips[message.client];
  showChip(chip, client);
  if (!reducedMotion.matches && !document.hidden) moveDot(drawing, message, client);
}

function moveDot(drawing, message, client) {
  const { parts, chips, selected } = drawing;
  const dot = document.createElement("span");
  const failed = message.outcome === "failed" || message.outcome === "during_switch";
  dot.className = `sign ${SIGNS[message.outcome]}`;
  dot.classList.toggle("is-selected", message.client === selected);
  dot.dataset.company = client.company;
  dot.textContent = failed ? "×" : message.client + 1;
  parts.dots.append(dot);
  const origin = parts.dots.getBoundingClientRect();
  const from = centre(chips[message.client], origin);
  const middle = centre(parts.loadBalancer, origin);
  const node = NODES.indexOf(message.node);
  const to = node < 0 ? middle : slot(parts.nodes[node].landing, message.client, chips.length, origin);
  const moved = dot.animate(path(from, middle, to), { duration: TRAVEL + STAY, fill: "both" });
  moved.onfinish = () => dot.remove();
}

function path(from, middle, to) {
  const at = ({ x, y }) => `translate(${x}px, ${y}px)`;
  const arrival = TRAVEL / (TRAVEL + STAY);
  return [
    { transform: at(from), opacity: 1, easing: "linear" },
    { transform: at(middle), opacity: 1, offset: arrival / 2, easing: "ease-out" },
    { transform: at(to), opacity: 1, offset: arrival },
    { transform: at(to), opacity: 1, offset: arrival + (1 - arrival) / 2 },
    { transform: at(to), opacity: 0 },
  ];
}

function centre(element, origin) {
  const box = element.getBoundingClientRect();
  return { x: box.x + box.width / 2 - origin.x, y: box.y + box.height / 2 - origin.y };
}

// Each client has its own place in a node, so one sees whether its requests go to one node or to both.
function slot(landing, index, clients, origin) {
  const box = landing.getBoundingClientRect();
  const rows = Math.max(Math.ceil(clients / SLOTS_PER_ROW), 1);
  const x = ((index % SLOTS_PER_ROW) + 0.5) / SLOTS_PER_ROW;
  const y = (Math.floor(index / SLOTS_PER_ROW) + 0.5) / rows;
  return { x: box.x + box.width * x - origin.x, y: box.y + box.height * y - origin.y };
}

function disconnect(drawing) {
  drawing.parts.dots.replaceChildren();
  drawing.parts.loadBalancerState.textContent = "";
  for (const { tag, card } of drawing.parts.nodes) {
    tag.textContent = "not known";
    tag.className = "tag";
    card.classList.add("is-away");
  }
}
