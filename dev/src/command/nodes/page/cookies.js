// The cookies of the client that the user chose. A cookie whose value has changed is marked for some seconds.

const MARKED = 8000;

export function createCookies(select, list, onSelect) {
  const cookies = { select, list, clients: [], changedAt: new Map() };
  select.addEventListener("change", () => {
    onSelect(select.selectedIndex);
    show(cookies);
  });
  setInterval(() => show(cookies), 2000);
  return {
    setClients: (clients) => setClients(cookies, clients),
    change: (index, changed) => change(cookies, index, changed),
  };
}

function setClients(cookies, clients) {
  cookies.clients = clients;
  const selected = Math.max(cookies.select.selectedIndex, 0);
  cookies.select.replaceChildren(
    ...clients.map((client, index) => new Option(`${index + 1}: ${client.label}`)),
  );
  cookies.select.selectedIndex = Math.min(selected, clients.length - 1);
  show(cookies);
}

function change(cookies, index, changed) {
  const client = cookies.clients[index];
  if (!client) return;
  for (const cookie of changed) {
    const before = client.cookies.find((known) => known.name === cookie.name);
    if (before?.value_start !== cookie.value_start) {
      cookies.changedAt.set(keyOf(index, cookie), Date.now());
    }
  }
  client.cookies = changed;
  if (index === cookies.select.selectedIndex) show(cookies);
}

const keyOf = (index, cookie) => `${index} ${cookie.name}`;

function show(cookies) {
  const index = cookies.select.selectedIndex;
  const shown = cookies.clients[index]?.cookies ?? [];
  const isNew = (cookie) => Date.now() - (cookies.changedAt.get(keyOf(index, cookie)) ?? 0) < MARKED;
  cookies.list.replaceChildren(...shown.map((cookie) => createRow(cookie, isNew(cookie))));
}

function createRow(cookie, isNew) {
  const row = document.createElement("li");
  row.classList.toggle("is-new", isNew);
  row.append(
    createPart("b", "", cookie.name),
    createPart("span", "value", `${cookie.value_start}…`),
    createPart("span", "attributes", cookie.attributes.replaceAll(";", "; ").replaceAll("  ", " ")),
  );
  if (isNew) row.append(createPart("span", "tag warn changed", "changed"));
  return row;
}

function createPart(element, className, text) {
  const part = document.createElement(element);
  part.className = className;
  part.textContent = text;
  return part;
}
