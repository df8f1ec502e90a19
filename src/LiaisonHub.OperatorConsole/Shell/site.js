// Everything works without this script. It adds keys, and keeps what changes by itself fresh.
(() => {
  "use strict";
  const store = {
    get: key => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* A browser that keeps nothing: the choice lasts for this page. */ } },
  };

  // Keys. They can be turned off: some people speak to their computer, and single letters are words to it.
  let keysOn = store.get("keys") !== "off";
  let waiting = 0;
  const room = key => /^[a-z]$/.test(key) && document.getElementById(`go-${key}`);
  const rows = () => [...document.querySelectorAll("[data-row]")].map(row => row.querySelector("a")).filter(Boolean);

  const step = by => {
    const links = rows();
    const here = links.findIndex(link => link.closest("[data-row]").contains(document.activeElement));
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + by))];
    if (next) next.focus();
  };

  // On a keyboard of another script the key in the same place is meant.
  const meant = event => /^[!-~]$/.test(event.key) ? event.key : /^Key[A-Z]$/.test(event.code) ? event.code.at(3).toLowerCase() : event.code === "Slash" ? event.shiftKey ? "?" : "/" : event.key;

  document.addEventListener("keydown", event => {
    if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const afterG = Date.now() - waiting < 1500;
    waiting = 0;
    const key = meant(event);
    if (afterG && room(key)) location.assign(room(key).href);
    else if (key === "g") { waiting = Date.now(); return; }
    else if (key === "/") { const search = document.getElementById("search"); search?.focus(); search?.select(); }
    else if (key === "?") location.assign("/help#keys");
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else return;
    event.preventDefault();
  });

  // On a narrow window the style sheet makes a card of each row; for that a cell must know the name of its column. What a table was for those who hear it, it stays.
  const nameCells = root => {
    for (const table of root.querySelectorAll(".scroll > table:not(.month)")) {
      const names = [...table.querySelectorAll("thead tr:last-child > th")].map(head => head.textContent.trim());
      if (names.length === 0) continue;
      table.classList.add("cards");
      table.setAttribute("role", "table");
      for (const part of table.querySelectorAll("thead, tbody, tfoot")) part.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        let at = 0;
        for (const cell of row.cells) {
          cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.scope === "row" ? "rowheader" : "columnheader");
          if (row.parentElement.tagName !== "THEAD") cell.dataset.label = names[at] ?? "";
          if (cell.tagName === "TD") {
            cell.classList.toggle("nothing", /^[–\s]*$/.test(cell.textContent) && !cell.querySelector("svg, input, img"));
          }
          at += cell.colSpan;
        }
      }
    }
  };
  nameCells(document);

  // The rooms that are folded away fold up again where somebody turns to something else.
  const more = document.querySelector(".more");
  if (more) {
    document.addEventListener("click", event => { if (!more.contains(event.target)) more.open = false; });
    more.addEventListener("focusout", event => { if (event.relatedTarget && !more.contains(event.relatedTarget)) more.open = false; });
    more.addEventListener("keydown", event => { if (event.key === "Escape" && more.open) { more.open = false; more.firstElementChild.focus(); } });
  }

  const place = document.getElementById("keys-switch");
  if (place) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = keysOn;
    box.addEventListener("change", () => { keysOn = box.checked; store.set("keys", keysOn ? "on" : "off"); });
    label.append(box, " " + place.dataset.use);
    place.replaceChildren(label);
  }

  // Today: fetched again while the page is looked at. Only what has changed is replaced, and the keyboard stays where it is.
  const every = Number(document.querySelector("[data-refresh]")?.dataset.refresh ?? 0);
  if (!every) return;
  const said = document.getElementById("refresh-said");
  const note = document.getElementById("refresh");
  const button = document.createElement("button");
  let paused = store.get("refresh") === "off";
  const tell = text => { note.firstElementChild.textContent = text; };
  const show = () => {
    button.textContent = paused ? note.dataset.again : note.dataset.pause;
    tell(paused ? note.dataset.paused : note.dataset.every);
  };
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => { paused = !paused; store.set("refresh", paused ? "off" : "on"); show(); });
  note.append(" ", button);
  show();

  const keyOf = element => element?.id ? `#${CSS.escape(element.id)}` : element?.getAttribute?.("href") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : null;

  const refresh = async () => {
    if (paused || document.hidden) return;
    try {
      // Said to be the page's own doing: it keeps no session alive that nobody works in.
      const answer = await fetch(location.href, { headers: { accept: "text/html", "LiaisonHub-By-Itself": "1" }, cache: "no-store" });
      // The session is over: what stood here is not left on the screen.
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      nameCells(fresh);
      for (const part of document.querySelectorAll("[data-live]")) {
        const next = fresh.getElementById(part.id);
        if (!next || next.innerHTML === part.innerHTML) continue;
        const selection = getSelection();
        if (!selection.isCollapsed && part.contains(selection.anchorNode)) continue;
        const open = new Set([...part.querySelectorAll("details[open]")].map(details => details.id));
        for (const details of next.querySelectorAll("details")) if (open.has(details.id)) details.open = true;
        const focused = part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
        part.replaceChildren(...next.childNodes);
        if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
      }
      // What was waited for has come: there is nothing more to fetch.
      if (!fresh.querySelector("[data-refresh]")) { clearInterval(timer); paused = true; note.remove(); return; }
      const now = fresh.getElementById("refresh-said")?.textContent.trim();
      if (now && said && said.textContent.trim() !== now) said.textContent = now;
      show();
    } catch {
      tell(note.dataset.away);
    }
  };
  const timer = setInterval(refresh, every * 1000);
  document.addEventListener("visibilitychange", refresh);
})();
