// The list of what happened, and a shorter text for screen readers. Requests of one second with the same outcome are one entry.

const MOST_ENTRIES = 60;
const COLLECT = 1000;
const ANNOUNCE = 5000;

const STATES = {
  up: "is up",
  ended: "was ended",
  starting: "is starting",
  restarting: "has ended by itself and starts again in 10 s",
};

const STORES = { memory: "the memory of each node", redis: "Redis", postgres: "PostgreSQL" };

export function createLog(list, announcement) {
  const log = { list, announcement, outcomes: new Map(), waiting: [] };
  setInterval(() => flush(log), COLLECT);
  setInterval(() => announce(log), ANNOUNCE);
  return {
    compareClusters: (before, after) => compareClusters(log, before, after),
    request: (message) => collect(log, message),
    forgetRequests: () => log.outcomes.clear(),
  };
}

function compareClusters(log, before, after) {
  if (!before) return;
  after.nodes.forEach(({ state }, index) => {
    if (state !== before.nodes[index].state) add(log, `Node ${"ab"[index]} ${STATES[state]}.`);
  });
  const { sessions, affinity } = after.settings;
  if (after.switching && !before.switching) {
    add(log, `Switching: sessions in ${STORES[sessions]}, affinity ${affinity}. The counts begin again.`);
  }
  if (before.switching && !after.switching) add(log, "The switch is done.");
}

function collect(log, message) {
  if (message.outcome === "answered" || message.outcome === "signed_in") return;
  const key = keyOf(message);
  const { number } = log.outcomes.get(key) ?? { number: 0 };
  log.outcomes.set(key, { message, number: number + 1 });
}

const keyOf = ({ outcome, action, node, status }) => [outcome, action, node, status].join(" ");

function flush(log) {
  for (const { message, number } of log.outcomes.values()) add(log, sentence(message, number));
  log.outcomes.clear();
}

function sentence({ outcome, action, node, status }, number) {
  const clients = number === 1 ? "1 client was" : `${number} clients were`;
  if (outcome === "signed_out") return `${clients} signed out: node ${node} does not have the session.`;
  if (outcome === "store_changed") return `${clients} signed out, because the session store was replaced.`;
  const noun = action === "sign_in" ? "sign-in" : "request";
  const requests = number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
  const when = outcome === "during_switch" ? " during the switch" : "";
  const from = node === null ? "" : ` from node ${node}`;
  return `${requests} failed${when}: ${status === null ? "no reply" : `status ${status}${from}`}.`;
}

function add(log, text) {
  const entry = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString("en-GB");
  const what = document.createElement("span");
  what.textContent = text;
  entry.append(time, what);
  log.list.prepend(entry);
  while (log.list.children.length > MOST_ENTRIES) log.list.lastChild.remove();
  log.waiting.push(text);
}

// At most one text every five seconds, with the first three events.
function announce(log) {
  if (log.waiting.length === 0) return;
  const more = log.waiting.length > 3 ? ` And ${log.waiting.length - 3} more.` : "";
  log.announcement.textContent = log.waiting.slice(0, 3).join(" ") + more;
  log.waiting = [];
}
