// The sentence that says what is to be seen with the present settings.

const STORES = { redis: "Redis", postgres: "PostgreSQL" };
const NODES = ["a", "b"];

export function explain(cluster, clients) {
  if (!cluster) return "Connecting to the cluster.";
  if (cluster.switching) return "Switching. Requests that fail now are counted apart, because no node has failed.";
  const up = NODES.filter((_, index) => cluster.nodes[index].state === "up");
  if (up.length === 0) return "No node is up. The load balancer answers every request with 503.";
  return up.length === 1 ? withOneNode(cluster.settings, up[0]) : withBothNodes(cluster.settings, clients);
}

function withOneNode({ sessions, affinity }, up) {
  const away = up === "a" ? "b" : "a";
  if (sessions !== "memory") {
    return `Node ${away} is away. Node ${up} answers all requests and finds every session in ${STORES[sessions]}: no client is signed out.`;
  }
  if (affinity === "on") {
    return `Node ${away} is away, and the sessions in its memory are gone. The load balancer sent its clients to node ${up} with new cookies, but they had to sign in again.`;
  }
  return `Node ${away} is away, and the sessions in its memory are gone. All requests now go to node ${up}: clients that have signed in there stay signed in.`;
}

function withBothNodes({ sessions, affinity }, clients) {
  const only = onlyNode(clients);
  if (affinity === "on" && only) {
    const other = only === "a" ? "b" : "a";
    return `All clients stay at node ${only}, because their cookies name it. Node ${other} gets new clients only: affinity keeps the load where it was.`;
  }
  if (sessions === "memory") {
    return affinity === "on"
      ? "Each client stays at one node, which has its session in memory. End a node: its clients are signed out."
      : "Each request goes to the next node, but a session is only in the memory of the node of the sign-in. Clients are signed out again and again.";
  }
  const store = STORES[sessions];
  return affinity === "on"
    ? `Each client stays at one node, but both nodes find every session in ${store}. End a node: its clients go to the other one and stay signed in.`
    : `Each request goes to the next node, and both nodes find every session in ${store}. End a node: no client is signed out.`;
}

// The node that answered the last request of every client; null if both did.
function onlyNode(clients) {
  const nodes = new Set(clients.map((client) => client.node));
  return nodes.size === 1 && clients.length > 1 ? clients[0].node : null;
}
