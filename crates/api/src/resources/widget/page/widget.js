"use strict";
(() => {
    const POLL_MS = 5 * 60 * 1000;
    const RETRY_MS = 60 * 1000;
    const widget = location.pathname.split("/")[2];
    // Browsers send the fragment to no server. The key opens this widget only.
    const key = location.hash.slice(1);
    const [state, list] = ["state", "list"].map((id) => document.getElementById(id));
    let next = 0;
    let timer;
    let removed = false;

    const ask = (path, options) => fetch("/api/v1/widget/" + path, { cache: "no-store", ...options });

    function element(name, text) {
        const made = document.createElement(name);
        made.textContent = text;
        return made;
    }

    function show({ total, departments }) {
        const listed = departments.reduce((sum, { people }) => sum + people.length, 0);
        const parts = departments.flatMap(({ department, people }) => {
            const names = document.createElement("ul");
            names.append(...people.map((name) => element("li", name)));
            return [element("h2", department), names];
        });
        if (total > listed) {
            parts.push(element("p", `and ${total - listed} more`));
        }
        list.replaceChildren(...parts);
        const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
        const summary = total === 0 ? "Nobody is out" : total === 1 ? "1 person is out" : `${total} people are out`;
        state.textContent = `${summary} \u00b7 updated ${time}`;
    }

    // Returns the text for a state in which no list can be shown, or nothing after the list was shown.
    async function load() {
        let reply = await ask("out-today");
        if (reply.status === 401) {
            const opened = await ask("session", {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ widget, key }),
            });
            if (opened.status === 401) {
                removed = true;
                return "This widget was removed, or its address is incomplete. Ask HR for a new one.";
            }
            reply = opened.ok ? await ask("out-today") : opened;
            if (opened.ok && reply.status === 401) {
                return "Your browser blocks the cookie of this widget. Allow cookies for this site, then reload the page.";
            }
        }
        if (reply.status === 403) {
            return "The list is not available.";
        }
        if (!reply.ok) {
            throw new Error(reply.status);
        }
        show(await reply.json());
        return null;
    }

    async function update() {
        clearTimeout(timer);
        let wait = POLL_MS;
        next = Infinity;
        try {
            const text = await load();
            if (text !== null) {
                list.replaceChildren();
                state.textContent = text;
            }
        } catch {
            // The server cannot be reached, or is busy: what is shown stays.
            wait = RETRY_MS;
            state.textContent = "Cannot update the list at the moment. Trying again soon.";
        }
        if (removed) {
            return;
        }
        // Frames that were opened at the same moment do not ask at the same moment again.
        wait *= 0.9 + 0.2 * Math.random();
        next = Date.now() + wait;
        timer = setTimeout(update_if_seen, wait);
    }

    function update_if_seen() {
        if (!document.hidden && Date.now() >= next) {
            update();
        }
    }

    document.addEventListener("visibilitychange", update_if_seen);
    update();
})();
